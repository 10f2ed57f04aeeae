"""Intervals and comparisons for a way of training.

The question is how its score would vary with other data. Resampling pooled out-of-fold predictions
does not answer it, because every resample keeps the same training sets. Here whole cross-validations
are re-run on bootstrap samples of the statement groups (the runner does that; :func:`draw_groups`
says which groups) and their scores come as arrays.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from scipy import special, stats

from harness.metrics import FloatArray
from harness.uncertainty.intervals import Interval, clip
from harness.uncertainty.methods import t_quantile
from harness.uncertainty.paired import Difference, with_error
from harness.uncertainty.reasons import reason
from harness.uncertainty.resample import TINY
from harness.uncertainty.seeds import seed_noise

MIN_REPLICATES = 10
"""Re-runs with a defined score below which no standard error is given."""

Group = TypeVar("Group", bound=Hashable)


def draw_groups(groups: Sequence[Group], rng: np.random.Generator) -> dict[Group, int]:
    """Draw as many groups as there are, with replacement, for one re-run of the cross-validation.

    Parameters
    ----------
    groups : sequence
        The distinct groups, in a fixed order (the draw depends on it).
    rng : numpy.random.Generator
        One per replicate, spawned from the run's seed, so that replicates can run in any order.

    Returns
    -------
    dict
        Copies, at least 1, of each group that was drawn, in the order of ``groups``. Copies of a
        group are one group in every split: on both sides they would leak.
    """
    distinct = list(dict.fromkeys(groups))
    drawn = np.bincount(rng.integers(len(distinct), size=len(distinct)), minlength=len(distinct))
    return {g: int(copies) for g, copies in zip(distinct, drawn, strict=True) if copies}


def trained_interval(
    value: float | None,
    replicates: npt.ArrayLike,
    n_groups: int,
    *,
    low: float = 0.0,
    high: float = 1.0,
    level: float = 0.95,
    by_repeat: npt.ArrayLike = (),
    rerun_repeats: int = 1,
) -> Interval:
    """Interval for the expected score of a way of training, from re-run cross-validations.

    Parameters
    ----------
    value : float in [low, high], or None
        The score of the cross-validation on the data as they are.
    replicates : (n_replicates,) float
        Scores of the re-runs; NaN where a re-run had no defined score.
    n_groups : int
    low, high : float
        Range of the metric; the logit is taken of ``(score - low) / (high - low)``.
    by_repeat : (n_repeats,) or (n_repeats, n_seeds) float, optional
        Score of each repeat of the cross-validation on the data as they are, with each training seed. A
        re-run with fewer repeats, and a single seed, varies more than the value does, by the draw of its
        folds and seed; this says how much more, and that much is taken off (see `split_free`). What is
        left holds the draw of the data and that of the value's own seeds.
    rerun_repeats : int
        Repeats within each re-run.

    Returns
    -------
    Interval
        ``value`` plus and minus t standard errors on the logit scale, with
        ``min(n_groups, n_replicates) - 1`` degrees of freedom. Only the spread of the replicates is
        used: their mean is too low, since a resample holds fewer different groups to learn from.
        Scores of 0 and 1 count as half a group from the end.
    """
    if value is None:
        return Interval(None, reason=reason("undefined"), level=level)
    if n_groups < 2:
        return Interval(value, reason=reason("few_groups"), level=level)
    values = without_nan(replicates)
    if len(values) < MIN_REPLICATES:
        return Interval(value, reason=too_few(values), level=level)
    edge = 0.5 / n_groups

    def logit(scores: npt.ArrayLike) -> FloatArray:
        share = (np.asarray(scores, dtype=float) - low) / (high - low)
        return np.asarray(special.logit(np.clip(share, edge, 1 - edge)))

    table = _by_repeat_and_seed(by_repeat)
    noise = seed_noise(logit(table)) if len(table) else 0.0
    error = split_free(logit(values), logit(table).mean(axis=1), rerun_repeats, noise)
    if error < TINY:
        return Interval(value, reason=reason("degenerate"), level=level)
    half = t_quantile(level, min(n_groups, len(values)) - 1) * error
    ends = low + (high - low) * special.expit(logit([value, value]) + np.array([-half, half]))
    bounds = clip((float(ends[0]), float(ends[1])), value, low, high)
    return Interval(value, *bounds, "rerun_logit_t", None, level)


def compare_trained(
    delta: float | None,
    replicate_deltas: npt.ArrayLike,
    n_groups: int,
    *,
    level: float = 0.95,
    by_repeat: npt.ArrayLike = (),
    rerun_repeats: int = 1,
    noise: float = 0.0,
    span: float = float("inf"),
) -> Difference:
    """Compare two ways of training by the spread of their difference over the same re-runs.

    Parameters
    ----------
    delta : float or None
        Difference of the two cross-validation scores on the data as they are.
    replicate_deltas : (n_replicates,) float
        The same difference in each re-run (both models on the same groups and folds); NaN where
        undefined.
    n_groups : int
    by_repeat : (n_repeats,) float, optional
        The difference in each repeat of the cross-validation on the data as they are (means over
        training seeds), to take off the re-runs' own fold noise, as for `trained_interval`.
    rerun_repeats : int
    noise : float
        The sum of both models' `seed_noise`.
    span : float
        The largest difference that the metric allows; the interval is cut to it, and there is no mde
        beyond it (``no_power``).

    Returns
    -------
    Difference
        t interval on the raw scale and two-sided p, with ``min(n_groups, n_replicates) - 1`` degrees
        of freedom. Identical models: delta 0, p 1, reason ``identical``.
    """
    if delta is None:
        return Difference(None, reason=reason("undefined"), level=level)
    if n_groups < 2:
        return Difference(delta, reason=reason("few_groups"), level=level)
    values = without_nan(replicate_deltas)
    if len(values) < MIN_REPLICATES:
        return Difference(delta, reason=too_few(values), level=level)
    method = "rerun_t"
    error = split_free(values, without_nan(by_repeat), rerun_repeats, noise)
    if np.abs([delta, *values]).max() < TINY:
        return Difference(0.0, p=1.0, method=method, reason=reason("identical"), level=level)
    if error < TINY:
        return Difference(delta, method=method, reason=reason("no_spread"), level=level)
    df = min(n_groups, len(values)) - 1
    p = float(2 * stats.t.sf(abs(delta) / error, df))
    return with_error(Difference(delta, p=p, method=method, level=level), error, df, span)


def _by_repeat_and_seed(by_repeat: npt.ArrayLike) -> FloatArray:
    """Return scores as ``(n_repeats, n_seeds)``, without repeats that have an undefined one."""
    array = np.asarray(by_repeat, dtype=float)
    table = array if array.ndim == 2 else array.reshape(-1, 1)
    return np.asarray(table[~np.isnan(table).any(axis=1)])


def split_free(values: FloatArray, by_repeat: FloatArray, rerun_repeats: int, noise: float = 0.0) -> float:
    """Return the standard error from re-runs, less the fold noise that the value does not have.

    Parameters
    ----------
    values : (n_replicates,) float
        Each the mean of ``rerun_repeats`` repeats.
    by_repeat : (n_repeats,) float
        Repeats of the cross-validation whose mean is the value; fewer than two say nothing of folds.
    noise : float
        How much more one seed's score varies than the mean over the value's seeds (`seed_noise`).

    Notes
    -----
    A re-run's variance is ``between + split / rerun_repeats``, the value's ``between + split /
    n_repeats``, and the variance of ``by_repeat`` estimates ``split``. At most three quarters of the
    re-runs' variance are taken off.
    """
    variance = float(np.var(values, ddof=1))
    excess = noise / rerun_repeats
    if len(by_repeat) > 1:
        excess += float(np.var(by_repeat, ddof=1)) * max(0.0, 1 / rerun_repeats - 1 / len(by_repeat))
    return float(np.sqrt(max(variance - excess, variance / 4)))


def without_nan(values: npt.ArrayLike) -> FloatArray:
    """Leave out NaN; None counts as NaN."""
    array = np.asarray(values, dtype=float).ravel()
    return np.asarray(array[~np.isnan(array)])


def too_few(values: FloatArray) -> str:
    """Return the reason ``few_replicates`` with their number."""
    return reason("few_replicates", f"{len(values)} re-runs or folds gave a defined score")
