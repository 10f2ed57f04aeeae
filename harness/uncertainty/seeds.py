"""What the draw of training seeds adds to the error of a score that is a mean over several seeds.

Trainings that differ in nothing but their seed give other predictions. The mean over K seeds varies
with the draw of the statement groups, which the other modules measure for these K trained models, and
with the draw of the seeds. Both are variances of one sum: ``score = truth + groups + seed + both``, where
*both* is how much seeds change places from one sample of groups to another. The spread between seeds
holds ``seed + both``. What of it is *both* is seen by leaving groups out; the groups' error has it already.

Counts have the repeats of the first seed first, then those of the second, and so on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from harness.metrics import FloatArray, Metric
from harness.uncertainty.counts import Counts
from harness.uncertainty.methods import Ends, t_quantile
from harness.uncertainty.resample import GroupTypes, group_types, jackknife_error


@dataclass(frozen=True, slots=True)
class SeedPart:
    """How much the draw of seeds varies a mean over seeds.

    Attributes
    ----------
    own : float
        Variance of the mean, without what the groups' error holds already; at least 0.
    seen : float
        Variance of the mean as the seeds show it, ``s**2 / n_seeds``.
    n_seeds : int
    """

    own: float
    seen: float
    n_seeds: int


def by_seed(counts: Counts, metric: Metric, n_seeds: int) -> FloatArray:
    """Score each seed, ``(n_seeds,)``: the mean over its repeats, NaN where it is undefined.

    Parameters
    ----------
    counts : (n_groups, n_seeds * n_repeats, n_rows, n_columns) int
    """
    return np.asarray(by_repeat_and_seed(counts, metric, n_seeds).mean(axis=0))


def by_repeat_and_seed(counts: Counts, metric: Metric, n_seeds: int) -> FloatArray:
    """Score each repeat with each training seed, ``(n_repeats, n_seeds)``; see :func:`by_seed`."""
    values = metric.of(counts.sum(axis=0).astype(float))
    return np.asarray(values.reshape(n_seeds, -1).T)


def left_out_by_seed(types: GroupTypes, metric: Metric, n_seeds: int) -> FloatArray:
    """Score each seed without one group of each type, ``(n_types, n_seeds)``."""
    values = metric.of(types.total - types.tables)
    return np.asarray(values.reshape(len(values), n_seeds, -1).mean(axis=2))


def seed_part(
    values: npt.ArrayLike, left_out: FloatArray, multiplicity: npt.NDArray[np.int64] | None = None
) -> SeedPart:
    """Split the spread between seeds into their own and what it shares with the draw of groups.

    Parameters
    ----------
    values : (n_seeds,) float, at least two
    left_out : (n_types, n_seeds) float
        The same without one group of each type.
    multiplicity : (n_types,) int, optional
        Groups of each type; one each by default.

    Notes
    -----
    For K seeds, ``s**2`` estimates ``seed + both``; the jackknife variances of the K deviations from
    the mean over seeds add up to ``(K - 1) * both``. Where leaving a group out makes a score undefined,
    nothing is taken off, and the error is too large rather than too small.
    """
    found = np.asarray(values, dtype=float)
    k = len(found)
    each = np.ones(len(left_out), dtype=np.int64) if multiplicity is None else multiplicity
    deviations = left_out - left_out.mean(axis=1, keepdims=True)
    both = sum(jackknife_error(column, each)[0] ** 2 for column in deviations.T) / (k - 1)
    seen = float(np.var(found, ddof=1))
    own = max(0.0, seen - (both if np.isfinite(both) else 0.0))
    return SeedPart(own / k, seen / k, k)


def seed_part_of(counts: Counts, metric: Metric, n_seeds: int) -> SeedPart | None:
    """Return the part of seeds in a score of counts; None for one seed."""
    if n_seeds < 2:
        return None
    left_out = left_out_by_seed(types := group_types(counts), metric, n_seeds)
    return seed_part(by_seed(counts, metric, n_seeds), left_out, types.multiplicity)


def joint_error(variance: float, df: float, parts: Sequence[SeedPart]) -> tuple[float, float]:
    """Add the parts of seeds to a variance over groups.

    Parameters
    ----------
    variance, df : float
        Over the draw of groups, with its degrees of freedom.
    parts : sequence of SeedPart
        One for each model in a score or difference; their seeds are drawn independently.

    Returns
    -------
    error, df
        Standard error, and degrees of freedom by Satterthwaite 1946: those of the seeds' spread are
        K - 1, so that few seeds that differ much give a wide interval.
    """
    total = variance + sum(p.own for p in parts)
    doubt = variance**2 / df + sum(p.seen**2 / (p.n_seeds - 1) for p in parts if p.own > 0)
    return float(np.sqrt(total)), float(total**2 / doubt) if doubt > 0 else df


def widened_ends(
    ends: Ends, value: float, part: SeedPart, variance: float, n_groups: int, level: float
) -> Ends:
    """Widen an interval over groups so that it holds over groups and seeds.

    Parameters
    ----------
    ends : (low, high)
        Around ``value``, over the draw of groups for these seeds.
    value : float
    part : SeedPart
    variance : float
        Of the value over groups, by the jackknife; where it is not a number, the interval's own half width
        stands for it.
    n_groups : int, at least two
    level : float

    Notes
    -----
    Both arms grow by one factor, the ratio of the two errors and of their t quantiles, so that the
    interval stays as skew as its method made it.
    """
    if not part.own > 0:
        return ends
    df = n_groups - 1
    if not variance > 0:
        variance = ((ends[1] - ends[0]) / 2 / t_quantile(level, df)) ** 2
    if not variance > 0:
        half = t_quantile(level, part.n_seeds - 1) * float(np.sqrt(part.own))
        return value - half, value + half
    error, joint = joint_error(variance, df, [part])
    factor = max(1.0, error / np.sqrt(variance) * t_quantile(level, joint) / t_quantile(level, df))
    return value - factor * (value - ends[0]), value + factor * (ends[1] - value)


def seed_noise(table: FloatArray, *, kept: bool = False) -> float:
    """Return how much more re-runs with one seed each vary than the mean over seeds does, given the data.

    Parameters
    ----------
    table : (n_repeats, n_seeds) float
        The score of each repeat and seed; each has a training seed of its own.
    kept : bool
        Whether re-runs take turns with what these very seeds gave, in place of new ones.

    Returns
    -------
    float
        For the variance s**2 within repeats, new seeds vary by ``s**2``, turns of these by
        ``s**2 * (1 - 1 / n_seeds)``, and the mean by ``s**2 / n_seeds``: the difference. 0 for one seed.
    """
    n_seeds = table.shape[1]
    if n_seeds < 2:
        return 0.0
    return float(np.var(table, axis=1, ddof=1).mean() * (1 - (1 + kept) / n_seeds))
