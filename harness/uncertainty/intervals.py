"""Intervals for the score of fixed predictions, over the draw of statement groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from harness.errors import InputError, did_you_mean
from harness.field_metrics import OverValues
from harness.metrics import FloatArray, Metric
from harness.uncertainty.counts import Statistic, as_counts, as_metric, is_share, occupied, score, support
from harness.uncertainty.methods import METHODS, Ends, Method, Sample, bca_ends, enough_defined, t_quantile
from harness.uncertainty.reasons import code_of, reason
from harness.uncertainty.resample import TINY, group_types, jackknife_error, leave_one_out, resample
from harness.uncertainty.seeds import by_seed, left_out_by_seed, seed_part, widened_ends

MIN_LABEL_GROUPS = 5
"""Gold groups below which a label's score, and a mean over labels, is not estimable."""
DIRICHLET_BELOW = 15
"""Gold groups of the rarest label below which ``auto`` takes the Dirichlet interval."""
MAX_TYPES = 5_000
"""Distinct group tables above which ``auto`` takes the jackknife: the bootstrap would take minutes."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A value with its interval.

    Attributes
    ----------
    value, low, high : float or None
        Never NaN; ``low <= value <= high`` within the metric's range. Ends are None together.
    method : str or None
        The name of the method that gave the ends, never ``auto``; with ``+seeds`` behind it where they
        hold over training seeds too.
    reason : str or None
        ``code: sentence`` (see `REASONS`): why something is None, or, with the ends given, why
        they must be read with care (``not_estimable``).
    level : float
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    method: str | None = None
    reason: str | None = None
    level: float = 0.95

    @property
    def code(self) -> str | None:
        """The stable code of the reason."""
        return code_of(self.reason)


def interval(
    counts: npt.ArrayLike,
    metric: Metric | Statistic,
    *,
    method: str = "auto",
    level: float = 0.95,
    resamples: int = 10_000,
    labels: Sequence[str] = (),
    n_seeds: int = 1,
    rng: np.random.Generator,
) -> Interval:
    """Interval for the score of one model's fixed predictions, over statement groups (and training seeds).

    Parameters
    ----------
    counts : (n_groups, n_repeats, n_labels, n_labels) int
        Per-group confusion counts; groups without statements are left out.
    metric : Metric or function
        A row of `METRICS`, a `label_metric`, or any function of ``(..., n_labels, n_labels)``
        tables with values in [0, 1] that does not change when a table is multiplied.
    method : str
        ``auto`` or a name in `METHODS`. ``auto`` is the rule of :func:`choose`; where its choice is
        degenerate it takes the Dirichlet.
    level : float in (0, 1)
    resamples : int
    labels : sequence of str, optional
        Names of the labels, for reasons.
    n_seeds : int
        Repeats come from so many training seeds, those of the first seed first. With two or more the
        interval holds over the draw of groups and of seeds, by :mod:`harness.uncertainty.seeds`, and its
        method ends in ``+seeds`` where seeds differ.
    rng : numpy.random.Generator

    Returns
    -------
    Interval
        Fewer than two groups, an undefined value or a method that does not work: ends None, reason.
    """
    metric = as_metric(metric)
    if method != "auto" and method not in METHODS:
        raise InputError(f"unknown interval method '{method}'", hint=did_you_mean(method, ["auto", *METHODS]))
    table = as_counts(counts)
    table = table[occupied(table)]
    value, undefined = metric.value(table.sum(axis=0))
    if value is None:
        return Interval(None, reason=undefined, level=level)
    if metric.total:
        return Interval(value, reason=reason("sum"), level=level)
    if len(table) < 2:
        return Interval(value, reason=reason("few_groups"), level=level)
    sample = Sample.of(table, metric)
    chosen = choose(sample, metric) if method == "auto" else METHODS[method]
    ends = chosen.ends(sample, metric, level, resamples, rng)
    if ends is None and method == "auto":
        chosen = METHODS["dirichlet"]
        ends = chosen.ends(sample, metric, level, resamples, rng)
    if ends is None:
        unfit = (chosen.name == "wilson" and not is_share(metric)) or (
            chosen.name == "dirichlet" and metric.whole
        )
        code = "not_applicable" if unfit and method != "auto" else "degenerate"
        return Interval(value, reason=reason(code), level=level)
    name = chosen.name
    if n_seeds > 1 and np.ptp(by_seed(table, metric, n_seeds)) > TINY:
        ends, name = _over_seeds(sample, metric, ends, n_seeds, level), f"{name}+seeds"
    low, high = clip(ends, value, metric.low, metric.high)
    return Interval(value, low, high, name, caution(table, metric, labels), level)


def _over_seeds(sample: Sample, metric: Metric, ends: Ends, n_seeds: int, level: float) -> Ends:
    types = sample.types
    left_out = left_out_by_seed(types, metric, n_seeds)
    part = seed_part(by_seed(sample.counts, metric, n_seeds), left_out, types.multiplicity)
    error, _ = jackknife_error(left_out.mean(axis=1), types.multiplicity)
    return widened_ends(ends, sample.value, part, error**2, types.n_groups, level)


def choose(sample: Sample, metric: Metric) -> Method:
    """Return the default method for this sample.

    Accuracy: Wilson. A metric of whole counts alone (a user's function of label lists, which costs a call
    a resample): the jackknife. Otherwise the Dirichlet where the rarest gold label (the label itself, for a
    metric of one label) has fewer than 15 groups, else BCa-t; the jackknife in place of BCa-t where
    the groups have more than 5,000 different tables, as only very large samples have.
    """
    if is_share(metric):
        return METHODS["wilson"]
    if metric.whole:
        return METHODS["jackknife"]
    if support(sample.counts, metric).min() < DIRICHLET_BELOW:
        return METHODS["dirichlet"]
    return METHODS["jackknife" if len(sample.types.multiplicity) > MAX_TYPES else "bca_t"]


def caution(counts: npt.ArrayLike, metric: Metric, labels: Sequence[str] = ()) -> str | None:
    """Return ``not_estimable`` and the label where a score over labels rests on too few groups.

    Parameters
    ----------
    counts : (n_groups, n_repeats, n_labels, n_labels) int
    metric : Metric
        Cautioned are those that rest on each label by itself: macro-F1 (both), balanced accuracy and
        other means over labels, and every metric of one label.
    labels : sequence of str, optional
        Names for the sentence, in place of numbers.
    """
    groups = support(as_counts(counts), metric)
    if groups.min() >= MIN_LABEL_GROUPS or not (metric.each_label or len(groups) == 1):
        return None
    label = getattr(metric.of, "label", _label(int(groups.argmin()), metric))
    name = labels[label] if labels else f"number {label}"
    where = f" within one {metric.over}" if metric.over else ""
    detail = f"label {name} has {groups.min()} gold groups{where}, fewer than {MIN_LABEL_GROUPS}"
    return reason("not_estimable", detail)


def _label(at: int, metric: Metric) -> int:
    """Return the number of the label that a place in `support` stands for."""
    if metric.labels:
        return metric.labels[at % len(metric.labels)]
    return at % metric.of.n_labels if isinstance(metric.of, OverValues) else at


def clip(ends: Ends, value: float, low: float, high: float) -> Ends:
    """Cut two ends to the metric's range and let them enclose the value."""
    return min(max(ends[0], low), value), max(min(ends[1], high), value)


def mean_interval(
    sums: npt.ArrayLike,
    counts: npt.ArrayLike,
    *,
    low: float = 0.0,
    high: float = float("inf"),
    level: float = 0.95,
    resamples: int = 10_000,
    rng: np.random.Generator,
) -> Interval:
    """Interval for a mean over statements (a Brier score, a log loss), over groups (and training seeds).

    Parameters
    ----------
    sums : (n_groups,) or (n_seeds, n_groups) float
        Sum of the score over each group's statements; of each training seed, if there are several.
    counts : (n_groups,)
        Statements in each group; groups without any are left out.
    low, high : float
        Range of the score; the interval is cut to it.

    Returns
    -------
    Interval
        BCa-t over groups, or the jackknife with t where groups have more than 5,000 different
        values. ``degenerate`` where the mean does not vary.
    """
    rows, sizes = np.atleast_2d(np.asarray(sums, float)), np.asarray(counts, float)
    rows, sizes = rows[:, sizes > 0], sizes[sizes > 0]
    pairs = np.stack([rows.mean(axis=0), sizes], axis=-1)
    if not len(pairs) or not np.isfinite(pairs).all():
        return Interval(None, reason=reason("undefined"), level=level)
    found = sums_interval(
        pairs[:, None], _ratio, low=low, high=high, level=level, resamples=resamples, rng=rng
    )
    means = rows.sum(axis=1) / sizes.sum()
    if found.value is None or found.low is None or found.high is None or np.ptp(means) <= TINY:
        return found
    without = (rows.sum(axis=1) - rows.T) / (sizes.sum() - sizes)[:, None]
    error, _ = jackknife_error(without.mean(axis=1), np.ones(len(without), dtype=np.int64))
    part = seed_part(means, without)
    ends = widened_ends((found.low, found.high), found.value, part, error**2, len(sizes), level)
    low, high = clip(ends, found.value, low, high)
    return replace(found, low=low, high=high, method=f"{found.method}+seeds")


def sums_interval(
    tables: npt.ArrayLike,
    of: Statistic,
    *,
    low: float,
    high: float,
    level: float = 0.95,
    resamples: int = 10_000,
    undefined: str = "",
    rng: np.random.Generator,
) -> Interval:
    """Interval for a statistic of sums over statement groups, such as a correlation or an alpha.

    Parameters
    ----------
    tables : (n_groups, n_repeats, ...) float
        What each group adds to the sums.
    of : function of ``(..., n_repeats, ...)`` sums
        Gives ``(..., n_repeats)`` values, NaN where undefined; their mean over repeats counts.
    low, high : float
        Range of the statistic; the interval is cut to it.
    undefined : str
        Why it may be undefined, for the reason.

    Returns
    -------
    Interval
        As of `mean_interval`; the jackknife also where a resample in a hundred is undefined.
    """
    types = group_types(np.asarray(tables, float))
    value = float(score(of, types.total))
    if np.isnan(value):
        return Interval(None, reason=reason("undefined", undefined), level=level)
    if types.n_groups < 2:
        return Interval(value, reason=reason("few_groups"), level=level)
    left_out = leave_one_out(types, of)
    error, df = jackknife_error(left_out, types.multiplicity)
    if not error > 0:
        return Interval(value, reason=reason("degenerate"), level=level)
    half = t_quantile(level, df) * error
    ends, name = (value - half, value + half), "jackknife"
    if len(types.multiplicity) <= MAX_TYPES:
        values = enough_defined(resample(types, of, resamples, rng))
        bca = None if values is None else bca_ends(values, value, left_out, types, level)
        if bca is not None:
            ends, name = bca, "bca_t"
    return Interval(value, *clip(ends, value, low, high), name, None, level)


def _ratio(pairs: FloatArray) -> FloatArray:
    """Sum over count of ``(..., 2)`` pairs."""
    return np.asarray(pairs[..., 0] / pairs[..., 1])
