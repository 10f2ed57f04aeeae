"""What a configuration may name, in words: for ``harness list`` and ``harness describe``."""

from __future__ import annotations

import inspect
import json
from pathlib import Path
from typing import Any

from harness import registry
from harness.checks import CODES
from harness.config_source import read_source
from harness.errors import InputError, did_you_mean
from harness.metric_types import TYPES
from harness.metrics import METRICS
from harness.spec import Spec

KINDS = ("models", "splits", "metrics", "configs")


def rows(kind: str) -> list[tuple[str, str]]:
    """Return names of a kind and one line on each."""
    if kind in ("models", "splits"):
        names = registry.names(kind[:-1])
        return [(name, _summary(registry.load(kind[:-1], name))) for name in names]
    if kind == "metrics":
        types = [(name, f"{cls.summary}; a type with parameters") for name, cls in TYPES.items()]
        return [(m.name, m.title) for m in METRICS.values()] + types
    if kind == "configs":
        return _configs(Path("configs"))
    raise InputError(f"unknown kind '{kind}'", hint=did_you_mean(kind, KINDS))


def _summary(cls: Any) -> str:
    """Return a class's line, with the extra that it needs."""
    extra = getattr(cls, "extra", None)
    return f"{cls.summary} (extra: {extra})" if extra else str(cls.summary)


def _configs(folder: Path) -> list[tuple[str, str]]:
    return [(str(path), _models_of(path)) for path in sorted(folder.glob("*.yaml"))]


def _models_of(path: Path) -> str:
    """Name the models of a configuration, those that it extends another for included."""
    try:
        models = read_source(path).data.get("models")
    except InputError as error:
        return f"cannot be read: {error.render().splitlines()[0]}"
    return ", ".join(models) if isinstance(models, dict) and models else "no models"


def description(name: str) -> str:
    """Return what ``name`` is: its documentation and, for a model or split, its parameters."""
    for kind in ("model", "split"):
        if name in registry.names(kind):
            return _spec(kind, name, registry.load(kind, name))
    if name in METRICS:
        m = METRICS[name]
        span = f"range {m.low:g} to {m.high:g}; undefined when {m.undefined_when}"
        return f"{name} (metric): {m.title}\n{span}\n\n{inspect.getdoc(m.of)}"
    if name in TYPES:
        return _spec("metric type", name, TYPES[name])
    if name in CODES:
        return f"{name} (problem code): {CODES[name]}"
    raise InputError(f"nothing is called '{name}'", hint=did_you_mean(name, known_names()))


def known_names() -> list[str]:
    """Return every name that :func:`description` knows."""
    return [*registry.names("model"), *registry.names("split"), *METRICS, *TYPES, *CODES]


def _spec(kind: str, name: str, cls: Any) -> str:
    lines = [f"{name} ({kind}): {cls.summary}", "", inspect.getdoc(cls) or "", "", "parameters:"]
    for key, field in _own_first(cls):
        default = "required" if field.is_required() else f"default {_as_yaml(field.get_default())}"
        text = f" - {field.description}" if field.description else ""
        lines.append(f"  {field.alias or key}: {default}{text}")
    if getattr(cls, "extra", None):
        lines += ["", f"needs the extra '{cls.extra}': pip install 'stance-harness[{cls.extra}]'"]
    return "\n".join(lines)


def _own_first(cls: Any) -> list[tuple[str, Any]]:
    """Return the fields, with those that every model (or every split) has at the end."""
    common = next((base for base in cls.__mro__ if Spec in base.__bases__), cls).model_fields
    fields = [(key, field) for key, field in cls.model_fields.items() if key != "type"]
    return sorted(fields, key=lambda item: item[0] in common)


def _as_yaml(value: Any) -> str:
    """Return a default as a configuration would say it."""
    plain = value.plain() if isinstance(value, Spec) else value
    return json.dumps(plain, ensure_ascii=False)
