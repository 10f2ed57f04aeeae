"""A merged source and a specification class -> the specification, or every problem with file and line."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, get_args

from pydantic import ValidationError

from harness import registry
from harness.config_source import Source
from harness.errors import InputError, Problem, did_you_mean
from harness.spec import Spec


def named_parts(source: Source, key: str, value: Any, problems: list[Problem]) -> Any:
    """Validate each model or split with the class that its ``type`` names."""
    kind = key[:-1]
    if isinstance(value, Mapping):
        return {name: _part(source, kind, (key, name), spec, problems) for name, spec in value.items()}
    if isinstance(value, list):
        return [_part(source, kind, (key, i), spec, problems) for i, spec in enumerate(value)]
    return value


def _part(source: Source, kind: str, at: tuple[str | int, ...], spec: Any, problems: list[Problem]) -> Any:
    if isinstance(spec, str):
        spec = {"type": spec}
    place = source.place(at)
    if not isinstance(spec, Mapping) or not isinstance(spec.get("type"), str):
        hint = f"for example {{type: {registry.names(kind)[0]}}}"
        problems.append(Problem(place, "config-type", f"{dotted(at)}: a {kind} needs a 'type'", hint))
        return None
    try:
        cls = registry.load(kind, spec["type"])
    except InputError as error:
        where = source.place((*at, "type"))
        problems.append(Problem(where, "config-type", f"{dotted(at)}: {error.message}", error.hint))
        return None
    part = validated(cls, spec, at, source, problems)
    if part is not None and hasattr(part, "resolved"):
        part = part.resolved(lambda key, value: source.resolve((*at, key), value))
    return part


def validated(
    cls: type[Any], data: Any, at: tuple[str | int, ...], source: Source, problems: list[Problem]
) -> Any:
    """Return ``data`` as an object of ``cls``, or None after adding what is wrong to ``problems``.

    Parameters
    ----------
    cls : a subclass of Spec
    data : plain values
    at : tuple
        Where in the source the data stand.
    source : Source
    problems : list of Problem
    """
    try:
        return cls.model_validate(data)
    except ValidationError as error:
        for loc, item in _errors(error, data):
            problems.append(_problem(cls, loc, item, at, source))
        return None


def _errors(error: ValidationError, data: Any) -> list[tuple[tuple[str | int, ...], Any]]:
    """Return one error for each wrong value: alternatives of a union are joined with "or"."""
    found: dict[tuple[str | int, ...], Any] = {}
    for item in error.errors(include_url=False):
        loc = _said(item["loc"], data, item["type"])
        if loc in found:
            item["msg"] = f"{found[loc]['msg']}, or {item['msg'][0].lower()}{item['msg'][1:]}"
        found[loc] = item
    deeper = {loc[:size] for loc in found for size in range(len(loc))}
    return [(loc, item) for loc, item in found.items() if loc not in deeper]


def _said(loc: Sequence[str | int], data: Any, kind: str) -> tuple[str | int, ...]:
    """Return the part of a validation path that the file says, without pydantic's names of alternatives."""
    out: list[str | int] = []
    for i, part in enumerate(loc):
        here = part in data if isinstance(data, Mapping) else isinstance(data, list) and isinstance(part, int)
        if here:
            data = data[part]
        if here or (kind == "missing" and i == len(loc) - 1):
            out.append(part)
    return tuple(out)


def _problem(
    cls: type[Any], loc: tuple[str | int, ...], item: Any, at: tuple[str | int, ...], source: Source
) -> Problem:
    path = (*at, *loc)
    name = dotted(path)
    if item["type"] == "extra_forbidden":
        known = _fields_at(cls, loc[:-1])
        return Problem(
            source.place(path), "config-unknown", f"unknown key '{name}'", did_you_mean(str(loc[-1]), known)
        )
    if item["type"] == "missing":
        return Problem(source.place(path), "config-missing", f"missing key '{name}'", "")
    message = item["msg"].removeprefix("Value error, ")
    got = item.get("input")
    shown = f", got {got!r}" if isinstance(got, str | int | float | bool | type(None)) else ""
    text = f"{name}: {message[0].lower()}{message[1:]}{shown[:120]}"
    words = re.findall(r"'([^']+)'", item.get("ctx", {}).get("expected", ""))
    hint = did_you_mean(got, words) if isinstance(got, str) and words else ""
    return Problem(source.place(path), "config-value", text, hint)


def _fields_at(cls: type[Any], loc: Sequence[str | int]) -> list[str]:
    """Names of the fields of the part of ``cls`` that ``loc`` leads to."""
    current: list[type[Spec]] = [cls]
    for part in loc:
        fields = [c.model_fields[str(part)] for c in current if str(part) in c.model_fields]
        if fields:  # else a key or place in a mapping or list of parts
            current = [found for field in fields for found in _specs(field.annotation)]
    return [field.alias or name for c in current for name, field in c.model_fields.items()]


def _specs(annotation: Any) -> list[type[Spec]]:
    """Return the specifications among the alternatives of an annotation."""
    if isinstance(annotation, type) and issubclass(annotation, Spec):
        return [annotation]
    return [found for option in get_args(annotation) for found in _specs(option)]


def dotted(path: Sequence[str | int]) -> str:
    """Return a path as a person writes it: ``splits[0].folds``."""
    out = ""
    for part in path:
        out += f"[{part}]" if isinstance(part, int) else f".{part}" if out else str(part)
    return out
