"""What every statistic must be, however little it rests on: a value in its range, or null with a reason."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

EPSILON = 1e-9


def fault(value: float | None, reason: str | None, low: float, high: float) -> str | None:
    """Say what is wrong with a value that has a range and, where it is None, must have a reason."""
    if value is None:
        return None if reason and reason.strip() else "null without a reason"
    if not isinstance(value, float | int) or not math.isfinite(value):
        return f"{value!r} is no number"
    return None if low - EPSILON <= value <= high + EPSILON else f"{value} is outside {low} to {high}"


def interval_fault(found: Any, low: float, high: float) -> str | None:
    """Say what is wrong with a value with ends: both ends or a reason, and the value between them."""
    ends = [getattr(found, name, getattr(found, f"ci_{name}", None)) for name in ("low", "high")]
    value = found.value if hasattr(found, "value") else found.delta
    wrong = fault(value, found.reason, low, high)
    if wrong or ends == [None, None]:
        return wrong or (None if found.reason else "no interval and no reason")
    if value is None or None in ends:
        return f"ends {ends} around {value}"
    wrong = fault(ends[0], None, low, high) or fault(ends[1], None, low, high)
    if wrong or ends[0] <= value <= ends[1]:
        return wrong
    return f"{value} is not in {ends}"


def strict(text: str) -> Any:
    """Read JSON; NaN and Infinity, which JSON does not have, are errors."""

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} in JSON")

    return json.loads(text, parse_constant=refuse)


NUMBERS = ("per_label", "usage", "agreement", "ceiling")
"""Places where null needs no words: the four numbers of a label, and what a run does not have at all."""


def unexplained(found: Any, path: str = "") -> list[str]:
    """Return the places in parsed JSON where a number is null and nothing beside it says why."""
    wrong = []
    if isinstance(found, Mapping):
        reasons = [key for key in found if key == "reason" or key.startswith("reason_")]
        said = any(found[key] for key in reasons)
        for key, inner in found.items():
            if key in NUMBERS or key in reasons or key in ("ci_method"):
                continue
            if inner is None and not said:
                wrong.append(f"{path}.{key} is null without a reason")
            wrong += unexplained(inner, f"{path}.{key}")
    elif isinstance(found, list):
        for k, inner in enumerate(found):
            wrong += unexplained(inner, f"{path}[{k}]")
    return wrong
