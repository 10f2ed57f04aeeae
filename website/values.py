"""A JSON Schema of a value -> what one may write there, in words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]
MOST_CHOICES = 12
"""Words that are listed one by one, at most."""


def in_words(schema: Schema) -> str:
    """Say what a value may be, as Markdown; empty where anything may stand."""
    if "$ref" in schema:
        return _part(schema["$ref"])
    for key in ("anyOf", "oneOf"):
        if key in schema:
            return " or ".join(dict.fromkeys(filter(None, (in_words(one) for one in schema[key]))))
    if "const" in schema:
        return f"`{_yaml(schema['const'])}`"
    if "enum" in schema:
        return _choices(schema["enum"])
    return _of_type(schema)


def default_of(schema: Schema) -> str:
    """Say what holds where a key is left out; empty where the schema does not say."""
    return f"`{_yaml(schema['default'])}`" if "default" in schema else ""


def _part(reference: str) -> str:
    name = reference.rpartition("/")[2]
    if name.startswith("metric-"):
        return "[a mapping](metrics.md#types)"
    return f"[{name}](#{name.lower()})"


def _choices(words: list[Any]) -> str:
    shown = [f"`{_yaml(word)}`" for word in words[:MOST_CHOICES]]
    return ", ".join(shown) + (f" and {len(words) - MOST_CHOICES} more" if len(words) > MOST_CHOICES else "")


def _of_type(schema: Schema) -> str:
    kind = schema.get("type")
    if kind == "array":
        return _list(schema)
    if kind == "object":
        inner = schema.get("additionalProperties")
        said = in_words(inner) if isinstance(inner, Mapping) else ""
        return f"mapping to {said}" if said else "mapping"
    plain = {"string": "text", "boolean": "true or false", "null": "null"}
    if kind in plain:
        return plain[kind]
    if kind in ("integer", "number"):
        return " ".join(filter(None, ["whole number" if kind == "integer" else "number", _bounds(schema)]))
    return ""


def _list(schema: Schema) -> str:
    items = schema.get("items") or {}
    said = in_words(items) if items else ""
    low, high = schema.get("minItems"), schema.get("maxItems")
    if low is not None and low == high:
        return f"list of {low}: {said}" if said else f"list of {low}"
    return f"list of {said}" if said else "list"


def _bounds(schema: Schema) -> str:
    """Say between what a number lies; bounds that are left out are named as such."""
    low, high = schema.get("minimum"), schema.get("maximum")
    over, under = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
    if schema.get("type") == "integer" and under is not None:
        high, under = under - 1, None
    parts = [
        f"from {_number(low)}" if low is not None else "",
        f"above {_number(over)}" if over is not None else "",
    ]
    parts += [
        f"to {_number(high)}" if high is not None else "",
        f"below {_number(under)}" if under is not None else "",
    ]
    return " ".join(filter(None, parts))


def _number(value: float) -> str:
    power = int(value + 1).bit_length() - 1
    return (
        f"2^{power}^ − 1"
        if value + 1 == 2**power and power > 20
        else f"{value:,g}"
        if value < 1e6
        else f"{int(value):,}"
    )


def _yaml(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False) if not isinstance(value, str) else value or '""'
