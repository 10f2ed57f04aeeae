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
    values = _defined(replicates)
    if len(values) < MIN_REPLICATES:
        return Interval(value, reason=_too_few(values), level=level)
    if np.ptp(values) < TINY:
        return Interval(value, reason=reason("degenerate"), level=level)
    edge = 0.5 / n_groups
    scores = np.concatenate([[value], values])
    logits = special.logit(np.clip((scores - low) / (high - low), edge, 1 - edge))
    error = float(np.std(logits[1:], ddof=1))
    half = t_quantile(level, min(n_groups, len(values)) - 1) * error
    ends = low + (high - low) * special.expit(np.array([logits[0] - half, logits[0] + half]))
    bounds = clip((float(ends[0]), float(ends[1])), value, low, high)
    return Interval(value, *bounds, "rerun_logit_t", None, level)


def compare_trained(
    delta: float | None, replicate_deltas: npt.ArrayLike, n_groups: int, *, level: float = 0.95
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
    values = _defined(replicate_deltas)
    if len(values) < MIN_REPLICATES:
        return Difference(delta, reason=_too_few(values), level=level)
    method = "rerun_t"
    error = float(np.std(values, ddof=1))
    if np.abs([delta, *values]).max() < TINY:
        return Difference(0.0, p=1.0, method=method, reason=reason("identical"), level=level)
    if error < TINY:
        return Difference(delta, method=method, reason=reason("no_spread"), level=level)
    df = min(n_groups, len(values)) - 1
    p = float(2 * stats.t.sf(abs(delta) / error, df))
    return with_error(Difference(delta, p=p, method=method, level=level), error, df)


def corrected_resampled_t(
    fold_deltas: npt.ArrayLike, test_share: float, *, level: float = 0.95
) -> Difference:
    """Corrected resampled t test of Nadeau and Bengio (2003) over fold score differences.

    Parameters
    ----------
    fold_deltas : (n_repeats, n_folds) or (n_repeats * n_folds,) float
        First model minus second in each fold; NaN (a fold without a label) is left out.
    test_share : float in (0, 1)
        Test statements over training statements of a fold, for instance 0.25 for five folds.

    Returns
    -------
    Difference
        ``t = mean / sqrt((1 / n + test_share) * variance)`` with n - 1 degrees of freedom. The mean
        over folds is not the pooled difference: print it as this test's own.

    Notes
    -----
    The plain t over folds takes them for independent and is not offered: it rejects true null
    hypotheses about half of the time (`python -m benchmarks.type_one`).
    """
    values = _defined(fold_deltas)
    method = "corrected_resampled_t"
    if len(values) < 2:
        return Difference(None, method=method, reason=_too_few(values), level=level)
    delta = float(values.mean())
    if np.abs(values).max() < TINY:
        return Difference(0.0, p=1.0, method=method, reason=reason("identical"), level=level)
    error = float(np.sqrt((1 / len(values) + test_share) * values.var(ddof=1)))
    if error < TINY:
        return Difference(delta, method=method, reason=reason("no_spread"), level=level)
    p = float(2 * stats.t.sf(abs(delta) / error, len(values) - 1))
    return with_error(Difference(delta, p=p, method=method, level=level), error, len(values) - 1)


def _defined(values: npt.ArrayLike) -> FloatArray:
    """Leave out NaN; None counts as NaN."""
    array = np.asarray(values, dtype=float).ravel()
    return np.asarray(array[~np.isnan(array)])


def _too_few(values: FloatArray) -> str:
    return reason("few_replicates", f"{len(values)} re-runs or folds gave a defined score")
