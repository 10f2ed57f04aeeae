"""The signature printed with every score: everything that a number depends on, in one line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.digest import digest
from harness.metric_types import names_of


def signature(
    identity: Mapping[str, Any], *, partial: bool, split: str | None = None, model: str | None = None
) -> str:
    """Return ``key:value`` pairs joined by ``|``.

    Parameters
    ----------
    identity : mapping
        A run's ``identity``.
    partial : bool
        Whether the run used ``--limit``.
    split, model : str, optional
        Narrow it to one row of a table; without them it covers the whole run.
    """
    evaluation = identity["evaluation"]
    splits = identity["splits"]
    models = identity["models"]
    shown = {split: splits[split]} if split else splits
    used = {model: models[model]} if model else models
    parts = {
        "data": identity["data"][:12],
        "n": f"{identity['n']}{'(partial)' if partial else ''}",
        "labels": ",".join(identity["labels"]),
        "split": "+".join(_split_text(name, content) for name, content in shown.items()),
        "purge": "no" if split and splits[split]["type"] == "naive" else "group",
        "model": digest(used)[:12],
        "seed": identity["seed"],
        **({"seeds": ",".join(map(str, identity["seeds"]))} if "seeds" in identity else {}),
        "metric": evaluation["primary"] if not split else "+".join(names_of(evaluation["metrics"])),
        "ci": f"{evaluation['interval']}@{evaluation['level']:g}",
        "resamples": evaluation["resamples"],
        "retrain": evaluation["retrain"],
        "rest": digest([identity["packages"], evaluation])[:8],
        "version": identity["harness"],
    }
    return "|".join(f"{key}:{value}" for key, value in parts.items())


def _split_text(name: str, content: Mapping[str, Any]) -> str:
    values = ",".join(f"{k}={v}" for k, v in content.items() if k != "type")
    return f"{name}({values})" if values else name
