"""Why two runs' numbers may differ: the first causes, from their manifests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

SIMPLE = {
    "harness": "harness version",
    "seed": "seed",
    "seeds": "training seeds",
    "labels": "labels",
    "corpus": "corpus digest",
    "n": "number of statements",
    "input": "input",
}


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Return what changed between two runs' identities, each as ``what changed: from -> to``.

    Parameters
    ----------
    old, new : mapping
        The ``identity`` of two manifests. Digests are shown by their first eight digits.
    """
    found = [
        f"{title} changed: {_short(old.get(key))} -> {_short(new.get(key))}"
        for key, title in SIMPLE.items()
        if old.get(key) != new.get(key)
    ]
    if old.get("data") != new.get("data") and old.get("corpus") == new.get("corpus"):
        found.append(f"data digest changed: {_short(old.get('data'))} -> {_short(new.get('data'))}")
    parts = {
        "packages": "package version of",
        "splits": "split",
        "models": "model",
        "evaluation": "setting",
    }
    told = old.get("data") != new.get("data") or old.get("input") != new.get("input")
    for key, title in parts.items():
        pair = (old.get(key) or {}, new.get(key) or {})
        if key == "models" and told:  # what models see changed with the data, which is said already
            pair = (_without_seen(pair[0]), _without_seen(pair[1]))
        found += _parts(title, *pair)
    return found


def _without_seen(models: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out the digest of what each model sees, and keep what the model is."""
    return {name: {k: v for k, v in model.items() if k != "seen"} for name, model in models.items()}


def _parts(title: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    for name in [*old, *(k for k in new if k not in old)]:
        if name not in new:
            yield f"{title} {name} is gone"
        elif name not in old:
            yield f"{title} {name} is new"
        elif old[name] != new[name]:
            shown = "" if isinstance(old[name], dict) else f": {_short(old[name])} -> {_short(new[name])}"
            yield f"{title} {name} changed{shown}"


def _short(value: Any) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text[:8] if len(text) == 64 and all(c in "0123456789abcdef" for c in text) else text


def platform_differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Return what differs in two manifests' environments and can change the last digits of a number."""
    names = ("harness", "python", "implementation", "platform", "machine", "byteorder")
    found = [f"{n}: {old.get(n)} -> {new.get(n)}" for n in names if old.get(n) != new.get(n)]
    return found + list(_parts("package", old.get("packages") or {}, new.get("packages") or {}))
