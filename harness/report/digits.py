"""How people read numbers: one format for every human report, a rounding of what the files hold."""

from __future__ import annotations

import re
from collections.abc import Iterable

from harness.distribution_scores import AGAINST_DISTRIBUTIONS, DISTRIBUTION_NAMES
from harness.metrics import METRICS
from harness.probability_scores import BESIDE, PROBABILITY_NAMES
from harness.records import Score

UNDEFINED = "undefined"
_OTHERS = {"f1": "F1", **PROBABILITY_NAMES, **DISTRIBUTION_NAMES}
"""Names of what is no row of the table of metrics."""
_MINUS = re.compile(r"(?<![\w.)])-(?=\d)")


def decimal(value: float | None, places: int = 3) -> str:
    """Return a fixed number of decimals, never ``-0.000``; ``undefined`` for None."""
    if value is None:
        return UNDEFINED
    text = f"{value:.{places}f}"
    return text.removeprefix("-") if float(text) == 0 else text


def p_value(p: float | None) -> str:
    """Return four decimals, or ``<0.0001``; ``undefined`` for None."""
    if p is None:
        return UNDEFINED
    return "<0.0001" if p < 0.0001 else decimal(p, 4)


def with_interval(value: float | None, low: float | None, high: float | None) -> str:
    """Return ``0.264 [0.223, 0.309]``, or the value alone where an end is missing."""
    if value is None or low is None or high is None:
        return decimal(value)
    return f"{decimal(value)} [{decimal(low)}, {decimal(high)}]"


def percent(share: float) -> str:
    """Return a share in [0, 1] as ``95%`` or ``99.5%``."""
    return f"{100 * share:.10g}%"


def level_of(scores: Iterable[Score]) -> float:
    """Return the level that intervals have; 0.95 where there is no score."""
    return next((s.level for s in scores), 0.95)


def metric_name(name: str) -> str:
    """Return a metric's name as prose has it, ``macro-F1`` for ``macro_f1``; a name of one's own as it is."""
    if name in METRICS:
        return METRICS[name].prose or name.replace("_", " ")
    known = name in (*BESIDE, *AGAINST_DISTRIBUTIONS)
    return _OTHERS.get(name, name.replace("_", " ") if known else name)


def typographic(text: str) -> str:
    """Return the text with a true minus sign before numbers."""
    return _MINUS.sub("−", text)


def counted(n: int, noun: str) -> str:
    """Return ``1 group`` or ``41 groups``."""
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"


def listed(names: Iterable[str]) -> str:
    """Return ``a``, ``a and b`` or ``a, b and c``."""
    words = list(names)
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
