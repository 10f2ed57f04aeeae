"""The group bootstrap and the group jackknife, fast.

Groups with the same confusion table are one *type*. Drawing K of K groups with replacement and
adding their tables has exactly the same distribution as drawing type counts from a multinomial and
multiplying them with the types' tables, which costs a matrix product instead of K look-ups.

A resample in which the metric is undefined (a label neither gold nor predicted) is NaN here. Callers
leave those out, so that intervals are conditional on a defined score, and do not trust a bootstrap
that lost more than 1 % this way. A resample without gold, but with predictions, of a label scores
F1 = 0 for it: that value is defined.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from harness.metrics import FloatArray
from harness.uncertainty.counts import Counts, Statistic, score

BLOCK = 1 << 21
"""Numbers held at once by a block of resamples (16 MiB of float64)."""
MOST_CODES = 1 << 62
"""Numbers that can be told apart by an int64, with room to spare."""
TINY = 1e-12
"""Spread below which values count as constant."""


@dataclass(frozen=True, slots=True)
class GroupTypes:
    """The distinct tables among groups, and how many groups have each.

    Attributes
    ----------
    tables : (n_types, ...) float array
    multiplicity : (n_types,) int array, at least 1, in descending order
    """

    tables: FloatArray
    multiplicity: npt.NDArray[np.int64]

    @property
    def n_groups(self) -> int:
        """The number of groups."""
        return int(self.multiplicity.sum())

    @property
    def total(self) -> FloatArray:
        """The pooled table of all groups."""
        return np.asarray(np.tensordot(self.multiplicity.astype(float), self.tables, axes=1))


def group_types(counts: Counts | FloatArray) -> GroupTypes:
    """Gather the groups by table.

    Parameters
    ----------
    counts : (n_groups, ...) array; everything after the first axis is one group's table

    Notes
    -----
    Types come in descending multiplicity: numpy draws a multinomial label by label and stops when
    all draws are spent.
    """
    flat = np.ascontiguousarray(counts).reshape(len(counts), -1)
    if flat.size and flat.dtype.kind in "iu":
        _, first, multiplicity = np.unique(
            _ranks(flat), return_index=True, return_inverse=False, return_counts=True
        )
        rows = flat[first]
    else:
        rows, multiplicity = np.unique(flat, axis=0, return_counts=True)
    order = np.argsort(-multiplicity, kind="stable")
    tables = rows[order].astype(float).reshape(len(rows), *np.shape(counts)[1:])
    return GroupTypes(tables, multiplicity[order].astype(np.int64))


def _ranks(rows: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """Number rows of whole numbers: equal rows alike, and otherwise in the order of rows.

    The numbers of a row are read as digits, which is faster than sorting rows, by far where there are many.
    """
    low = int(rows.min())  # digits count from 0, and differences of tables have negative ones
    base, possible = int(rows.max()) - low + 1, 1
    code = np.zeros(len(rows), dtype=np.int64)
    for digits in rows.T:
        if possible > MOST_CODES // base:
            code = np.unique(code, return_inverse=True)[1].astype(np.int64)
            possible = int(code.max()) + 1
        code = code * base + (digits.astype(np.int64) - low)
        possible *= base
    return code


def resampled_tables(
    types: GroupTypes, resamples: int, rng: np.random.Generator, *, n_groups: int | None = None
) -> Iterator[FloatArray]:
    """Yield blocks ``(block, ...)`` of pooled tables of resampled groups.

    Parameters
    ----------
    types : GroupTypes
    resamples : int
        Their sum over all blocks. The same ``rng`` gives the same tables whatever the block size.
    n_groups : int, optional
        How many groups to draw; by default as many as there are.
    """
    share = types.multiplicity / types.n_groups
    cells = types.tables.reshape(len(share), -1)
    block = max(1, BLOCK // max(cells.shape))
    for start in range(0, resamples, block):
        size = min(block, resamples - start)
        drawn = rng.multinomial(n_groups or types.n_groups, share, size=size).astype(float)
        yield (drawn @ cells).reshape(size, *types.tables.shape[1:])


def resample(types: GroupTypes, of: Statistic, resamples: int, rng: np.random.Generator) -> FloatArray:
    """Bootstrap values ``(resamples,)`` of a statistic of ``(..., n_repeats, L, L)`` pooled tables.

    The statistic is averaged over repeats, which are resampled together: NaN where it is undefined
    in one of them.
    """
    return np.concatenate([score(of, tables) for tables in resampled_tables(types, resamples, rng)])


def leave_one_out(types: GroupTypes, of: Statistic) -> FloatArray:
    """Values ``(n_types,)`` of the statistic without one group of each type; NaN where undefined."""
    return score(of, types.total - types.tables)


def degrees_of_freedom(residuals: FloatArray, multiplicity: npt.NDArray[np.int64] | None = None) -> float:
    """Degrees of freedom of a variance that is the sum of squares of K groups' residuals.

    Parameters
    ----------
    residuals : (n_types,) float, with mean 0 over groups
    multiplicity : (n_types,) int, optional
        Groups of each type; one each by default.

    Returns
    -------
    float
        ``2 * K / (kurtosis - 1)``, at most K - 1; K - 1 where all residuals are 0. Small where few
        groups (the only ones with a rare label, say) make up most of the variance, which is then
        itself uncertain. Source: Satterthwaite 1946, for the variance of a variance.
    """
    weights = np.ones(len(residuals)) if multiplicity is None else multiplicity.astype(float)
    k, square = float(weights.sum()), float(np.sum(weights * residuals**2))
    if square < TINY**2:
        return k - 1
    kurtosis = k * float(np.sum(weights * (residuals**2 / square) ** 2))
    return min(k - 1, 2 * k / (kurtosis - 1)) if kurtosis > 1 else k - 1


def jackknife_error(values: FloatArray, multiplicity: npt.NDArray[np.int64]) -> tuple[float, float]:
    """Jackknife standard error over groups and its degrees of freedom.

    Parameters
    ----------
    values : (n_types,) leave-one-group-out values
    multiplicity : (n_types,) groups of each type

    Notes
    -----
    The error is ``sqrt((K - 1) / K * sum(d**2))`` for the deviations d of the K values from their
    mean; NaN for fewer than two groups or an undefined value. Source: Efron and Tibshirani 1993,
    ch. 11.
    """
    k = int(multiplicity.sum())
    if k < 2 or np.isnan(values).any():
        return float("nan"), float("nan")
    deviation = values - np.average(values, weights=multiplicity)
    error = float(np.sqrt((k - 1) / k * np.sum(multiplicity * deviation**2)))
    return (error if error > TINY else 0.0), degrees_of_freedom(deviation, multiplicity)
