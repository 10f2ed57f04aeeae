"""The paired difference of two models' fixed predictions of the same statements.

The test swaps the two models' predictions in whole statement groups: were the models alike, either
could have made them. The interval is a jackknife over groups. Both stand on the paired differences,
never on two separate intervals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy import stats

from harness.errors import InputError
from harness.metrics import FloatArray, Metric, widened
from harness.uncertainty.counts import Counts, Statistic, as_counts, as_metric, occupied
from harness.uncertainty.methods import t_quantile
from harness.uncertainty.permutation import smallest_p, swap_test
from harness.uncertainty.reasons import code_of, reason
from harness.uncertainty.resample import TINY, group_types, jackknife_error, leave_one_out
from harness.uncertainty.seeds import SeedPart, joint_error, seed_part_of


@dataclass(frozen=True, slots=True)
class Difference:
    """The paired difference, first model minus second.

    Attributes
    ----------
    delta, low, high : float or None
        Difference and its interval, ``low <= delta <= high``, both within the metric's range: two scores in
        [a, b] differ by at most ``b - a``, so what a t interval has beyond that is cut off. No true
        difference lies there, so the coverage stays what it was.
    p : float or None
        Two-sided, in (0, 1]; 1 for identical systems.
    mde : float or None
        Minimum detectable difference: the true difference that a test at this level would find with
        80 % power. A difference below it is not evidence of equality. None (``no_power``) where not even
        the largest possible difference would be found so often.
    method : str
    reason : str or None
        ``code: sentence``: why something is None.
    level : float
    """

    delta: float | None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    mde: float | None = None
    method: str = ""
    reason: str | None = None
    level: float = 0.95

    @property
    def code(self) -> str | None:
        """The stable code of the reason."""
        return code_of(self.reason)


@dataclass(frozen=True, slots=True)
class Delta:
    """The difference of scores as a statistic of ``(..., 2 * n_repeats, L, L)`` pairs of tables."""

    of: Statistic
    repeats: int

    def __call__(self, pairs: FloatArray) -> FloatArray:
        """Return the mean over repeats of the differences, with one axis left for `score`."""
        values = self.of(pairs)
        return np.asarray(values[..., : self.repeats] - values[..., self.repeats :])


def compare_fixed(
    counts_a: npt.ArrayLike,
    counts_b: npt.ArrayLike,
    metric: Metric | Statistic,
    *,
    level: float = 0.95,
    resamples: int = 10_000,
    n_seeds: tuple[int, int] = (1, 1),
    rng: np.random.Generator,
) -> Difference:
    """Compare two models on the same statements: swap test, jackknife t interval, mde.

    Parameters
    ----------
    counts_a, counts_b : (n_groups, n_repeats, n_labels, n_labels) int
        Per-group confusion counts of both, groups in the same order, with the same gold labels.
    metric : Metric or function, as for `interval`
    level : float in (0, 1)
    resamples : int
        Random swaps, where there are too many to try all.
    n_seeds : (int, int)
        From how many training seeds the repeats of each model come, those of the first seed first; the
        repeats of one with fewer count several times. Where seeds of one of them differ, interval and
        test hold over the draw of groups and of both models' seeds: the swap test, which asks of
        these trained models alone, gives way to a t test (``seeds_t``).
    rng : numpy.random.Generator

    Returns
    -------
    Difference
        Identical predictions: delta 0, p 1, no interval, reason ``identical``. Fewer than two
        groups: delta only. The models differ in so few groups (or there are so few resamples) that no p of
        the swap test is below ``1 - level``: no mde, reason ``no_power``.
    """
    counts_a, counts_b = as_counts(counts_a), as_counts(counts_b)
    metric = as_metric(metric)
    all_seeds = int(np.lcm(*n_seeds))
    a, b = (np.tile(c, (1, all_seeds // k, 1, 1)) for c, k in zip((counts_a, counts_b), n_seeds, strict=True))
    difference = difference_fixed(a, b, metric, level=level)
    if difference.delta is None or difference.code == "few_groups":
        return difference
    found = (seed_part_of(c, metric, k) for c, k in zip((counts_a, counts_b), n_seeds, strict=True))
    parts = [part for part in found if part is not None and part.seen > TINY**2]
    if parts and difference.code != "identical":  # the same predictions, whatever seeds they come from
        return _over_seeds(difference, a, b, metric, parts)
    a, b = paired_counts(a, b)
    p, how = swap_test(a, b, metric.of, resamples, rng)
    tested = replace(difference, p=p, method=f"{how}+{difference.method}" if difference.method else how)
    differing = int((a != b).any(axis=(1, 2, 3)).sum())
    least = smallest_p(differing, None if how == "swap_exact" else resamples)
    if tested.mde is None or least < 1 - level:
        return tested
    those = (
        "1 group differs, and swapping it"
        if differing == 1
        else f"{differing} groups differ, and swapping them"
    )
    test = f"only {those}" if how == "swap_exact" else f"{resamples} random swaps"
    why = f"{test} cannot give a p below {least:.3g}"
    return replace(tested, mde=None, reason=reason("no_power", why))


def _over_seeds(
    difference: Difference, a: Counts, b: Counts, metric: Metric, parts: Sequence[SeedPart]
) -> Difference:
    """Give a difference the interval and test that hold over groups and seeds."""
    error, df = _jackknife(*paired_counts(a, b), metric)
    delta = difference.delta
    if delta is None or np.isnan(error):
        return difference
    error, df = joint_error(error**2, df, parts)
    p = float(2 * stats.t.sf(abs(delta) / error, df)) if error > 0 else None
    found = Difference(delta, p=p, method="seeds_t", level=difference.level)
    return with_error(found, error, df, metric.high - metric.low)


def _jackknife(a: Counts, b: Counts, metric: Metric) -> tuple[float, float]:
    """Return the jackknife error of a difference over groups, and its degrees of freedom."""
    types = group_types(np.concatenate([a, b], axis=1))
    return jackknife_error(leave_one_out(types, Delta(metric.of, a.shape[1])), types.multiplicity)


def difference_fixed(
    counts_a: npt.ArrayLike, counts_b: npt.ArrayLike, metric: Metric | Statistic, *, level: float = 0.95
) -> Difference:
    """Return the difference with its jackknife t interval and mde, without the test (``p`` None).

    Parameters
    ----------
    counts_a, counts_b, metric, level : as for `compare_fixed`
    """
    metric = as_metric(metric)
    a, b = paired_counts(counts_a, counts_b)
    (value_a, why_a), (value_b, why_b) = metric.value(a.sum(axis=0)), metric.value(b.sum(axis=0))
    if value_a is None or value_b is None:
        return Difference(None, reason=why_a or why_b, level=level)
    if len(a) < 2:
        return Difference(value_a - value_b, reason=reason("few_groups"), level=level)
    if (a == b).all():
        return Difference(0.0, reason=reason("identical"), level=level)
    error, df = _jackknife(a, b, metric)
    found = Difference(value_a - value_b, method="jackknife_t", level=level)
    return with_error(found, error, df, metric.high - metric.low)


def paired_counts(counts_a: npt.ArrayLike, counts_b: npt.ArrayLike) -> tuple[Counts, Counts]:
    """Check that two models' counts are of the same statements; leave out empty groups."""
    a, b = as_counts(counts_a), as_counts(counts_b)
    width = max(a.shape[-1], b.shape[-1])
    a, b = widened(a, width), widened(b, width)
    if a.shape != b.shape or (a.sum(axis=3) != b.sum(axis=3)).any():
        raise InputError(
            f"the two models' counts are not of the same statements (shapes {a.shape} and {b.shape})",
            hint="give both models' counts by the same groups, repeats and gold labels",
        )
    keep = occupied(a, b)
    return a[keep], b[keep]


def with_error(difference: Difference, error: float, df: float, span: float = float("inf")) -> Difference:
    """Add a t interval and the minimum detectable difference, or the reason why there is none.

    Parameters
    ----------
    difference : Difference
    error, df : float
        Its standard error, NaN where it is unknown, with the degrees of freedom.
    span : float
        The largest difference that the metric allows. The interval is cut to ``[-span, span]``.
    """
    delta = difference.delta
    if delta is None or np.isnan(error):
        why = reason("degenerate", "without one of the groups the difference is undefined")
        return replace(difference, method="", reason=why)
    if not error > 0:
        return replace(difference, method="", reason=reason("no_spread"))
    half = t_quantile(difference.level, df) * error
    mde = half + float(stats.t.ppf(0.8, df)) * error
    found = replace(
        difference, low=float(max(delta - half, -span)), high=float(min(delta + half, span)), mde=mde
    )
    if mde <= span:
        return found
    why = f"it would be {mde:.3g}, and no two scores of this metric differ by more than {span:g}"
    return replace(found, mde=None, reason=reason("no_power", why))
