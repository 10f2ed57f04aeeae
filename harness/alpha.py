"""Krippendorff's alpha at any level of measurement, and its bootstrap interval over articles.

Everything goes through tables of coincidences: they add up over articles, so that a resample of articles is
a weighted sum of tables and nothing is counted twice.
Source: Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability".
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

Value = tuple[float | None, str | None]
Level = Literal["nominal", "ordinal", "interval", "ratio"]
Units = Sequence[Sequence[Hashable | None]]
Floats = npt.NDArray[np.float64]

NO_UNIT = "no unit was labelled by two annotators"
ONE_LABEL = "only one label was used"


@dataclass(frozen=True, slots=True)
class Interval:
    """A percentile interval over resampled articles, or None with the reason why there is none."""

    low: float | None
    high: float | None
    n_articles: int
    reason: str | None = None


def krippendorff_alpha(
    units: Units, level: Level = "nominal", order: Sequence[Hashable] | None = None
) -> Value:
    """Alpha over units with any number of values each; None is a missing value.

    Parameters
    ----------
    units : sequence of units, each a sequence of the annotators' labels
    level : 'nominal', 'ordinal', 'interval' or 'ratio'
        Interval and ratio need numbers, ratio none below 0.
    order : sequence of labels, lowest first, optional
        For ``ordinal``, needed unless the labels are numbers.

    Returns
    -------
    value in [-1, 1] (or None), reason

    Raises
    ------
    ValueError
        Labels that the level cannot place: not in ``order``, not numbers, or twice in ``order``.
    """
    labels = ordered_labels(units, level, order)
    return alpha_of(coincidences(units, labels), distances(level, labels))


def ordered_labels(
    units: Units, level: Level = "nominal", order: Sequence[Hashable] | None = None
) -> list[Any]:
    """Return the labels that are used, or ``order``, in the order in which the level measures them."""
    seen = {v: None for unit in units for v in unit if v is not None}
    if order is not None:
        if len(set(order)) < len(order):
            raise ValueError("a label stands twice in the order")
        unknown = [v for v in seen if v not in set(order)]
        if unknown:
            raise ValueError(f"the order lacks {', '.join(map(repr, unknown))}")
        return list(order)
    if level == "nominal":
        return list(seen)
    numbers = [v for v in seen if isinstance(v, int | float) and not isinstance(v, bool) and math.isfinite(v)]
    if len(numbers) < len(seen):
        raise ValueError(f"{level} alpha needs numbers" + (", or an order" if level == "ordinal" else ""))
    return sorted(numbers)


def coincidences(units: Units, labels: Sequence[Hashable]) -> Floats:
    """Return the table of pairable values: (n_labels, n_labels), summing to their number."""
    number = {label: i for i, label in enumerate(labels)}
    counts = np.zeros((len(units), len(labels)))
    for row, unit in zip(counts, units, strict=True):
        for value in unit:
            if value is not None:
                row[number[value]] += 1
    return np.asarray(coincidences_of(counts).sum(axis=0))


def coincidences_of(counts: npt.ArrayLike) -> Floats:
    """Return each unit's table of pairable values, (n_units, n_labels, n_labels).

    Parameters
    ----------
    counts : (n_units, n_labels)
        How many annotators gave each label. A unit with fewer than two labels has zeros.
    """
    table = np.asarray(counts, dtype=np.float64)
    n = table.sum(axis=1)
    pairs = table[:, :, None] * table[:, None, :]
    diagonal = np.arange(table.shape[1])
    pairs[:, diagonal, diagonal] -= table
    return np.asarray(pairs / np.maximum(n - 1, 1)[:, None, None])


@dataclass(frozen=True, slots=True)
class Distances:
    """The squared distance between every two labels, given how often each is used.

    ``numbers`` are the labels' own (n_labels,), or at the level ``given`` the distances (n_labels, n_labels).
    """

    level: Level | Literal["given"]
    numbers: Floats

    def __call__(self, totals: Floats) -> Floats:
        """Return (n_labels, n_labels) squared distances; ``totals`` matter at the ordinal level alone."""
        if self.level == "nominal":
            return 1.0 - np.eye(len(totals))
        if self.level == "ordinal":
            middle = np.cumsum(totals) - totals / 2
            return np.subtract.outer(middle, middle) ** 2
        if self.level == "given":
            return self.numbers**2
        gap = np.subtract.outer(self.numbers, self.numbers)
        if self.level == "interval":
            return gap**2
        total = np.add.outer(self.numbers, self.numbers)
        return np.divide(gap, total, out=np.zeros_like(gap), where=total > 0) ** 2


def distances(level: Level, labels: Sequence[Any]) -> Distances:
    """Return the distances of a level; the labels are in their order."""
    if level in ("nominal", "ordinal"):
        return Distances(level, np.arange(len(labels), dtype=np.float64))
    try:
        numbers = np.array([float(v) for v in labels])
    except (TypeError, ValueError):
        raise ValueError(f"{level} alpha needs numbers") from None
    if level == "ratio" and (numbers < 0).any():
        raise ValueError("ratio alpha needs numbers of 0 or more")
    return Distances(level, numbers)


def given_distances(table: Sequence[Sequence[float]]) -> Distances:
    """Return distances that somebody declared: (n_labels, n_labels), symmetric, with a zero diagonal.

    They are squared as differences of numbers are: labels on a line, one unit apart, give interval alpha.
    """
    return Distances("given", np.array(table, dtype=np.float64))


def alpha_of(table: Floats, distance: Distances) -> Value:
    """Alpha of a table of coincidences, or None with a reason."""
    totals = table.sum(axis=1)
    n = totals.sum()
    if n < 1.5:  # pairable values come in twos at least; sums of fractions are not exact
        return None, NO_UNIT
    if (totals > 0.5).sum() < 2:
        return None, ONE_LABEL
    squared = distance(totals)
    expected = float((np.outer(totals, totals) * squared).sum())
    if expected == 0:
        return None, "the labels in use do not differ at this level"
    return float(1 - (n - 1) * (table * squared).sum() / expected), None


def alpha_interval(
    tables: Sequence[Floats],
    distance: Distances,
    rng: np.random.Generator,
    *,
    resamples: int = 2000,
    level: float = 0.95,
) -> Interval:
    """Percentile interval of alpha when whole articles are drawn again.

    Parameters
    ----------
    tables : one table of coincidences an article
        An article without pairable values counts for nothing and is left out.
    rng : numpy.random.Generator
    resamples : int
    level : float in (0, 1)

    Returns
    -------
    Interval
        Undefined with fewer than two articles, where alpha is undefined in more than one resample of
        twenty, and where it does not vary (annotators who never differ).
    """
    kept = [t for t in tables if t.sum() > 1]
    if len(kept) < 2:
        return Interval(None, None, len(kept), "fewer than two articles with labels of two annotators")
    stack = np.stack(kept)
    draws = rng.multinomial(len(kept), np.full(len(kept), 1 / len(kept)), size=resamples)
    found = [alpha_of(np.tensordot(draw, stack, axes=1), distance)[0] for draw in draws.astype(np.float64)]
    values = np.array([v for v in found if v is not None])
    if len(values) < 0.95 * resamples:
        share = 1 - len(values) / resamples
        return Interval(
            None, None, len(kept), f"alpha is undefined in {share:.0%} of the resamples: {ONE_LABEL}"
        )
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    if math.isclose(low, high, abs_tol=1e-12):
        return Interval(None, None, len(kept), "alpha does not vary between the resamples")
    return Interval(float(low), float(high), len(kept))
