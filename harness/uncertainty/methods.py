"""The methods for intervals over fixed predictions, as a table that one can read.

Each method is a function of a :class:`Sample`, a metric, the level, the number of resamples and a
random generator, and returns two ends or None where it does not work. ``auto`` chooses among them
(:mod:`harness.uncertainty.intervals`). How often each covers is measured by
``python -m benchmarks.coverage``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import special, stats

from harness.metrics import FloatArray, Metric
from harness.uncertainty.counts import Counts, effective_n, group_sizes, is_share, score
from harness.uncertainty.resample import (
    GroupTypes,
    degrees_of_freedom,
    group_types,
    jackknife_error,
    leave_one_out,
    resample,
)

MAX_LOST = 0.01
"""Share of undefined resamples above which a bootstrap counts as degenerate."""

Ends = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Sample:
    """What a method sees: the groups' counts, their types, and the score of the pooled table."""

    counts: Counts
    types: GroupTypes
    value: float

    @classmethod
    def of(cls, counts: Counts, metric: Metric) -> Sample:
        """Gather the types and score the pool; the value is NaN where it is undefined."""
        types = group_types(counts)
        return cls(counts, types, float(score(metric.of, types.total)))


@dataclass(frozen=True, slots=True)
class Method:
    """One row of the table of methods."""

    name: str
    ends: Callable[[Sample, Metric, float, int, np.random.Generator], Ends | None]
    title: str
    source: str


def t_quantile(level: float, df: float) -> float:
    """Two-sided t quantile, for instance 2.015 for 0.95 and 44 degrees of freedom."""
    return float(stats.t.ppf((1 + level) / 2, df))


def percentile(
    sample: Sample, metric: Metric, level: float, resamples: int, rng: np.random.Generator
) -> Ends | None:
    """Group bootstrap, percentiles. Too narrow below about 300 statements."""
    values = enough_defined(resample(sample.types, metric.of, resamples, rng))
    if values is None:
        return None
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def bca_t(
    sample: Sample, metric: Metric, level: float, resamples: int, rng: np.random.Generator
) -> Ends | None:
    """Group bootstrap, bias-corrected and accelerated, with a small-sample quantile.

    The normal quantile z is replaced by ``t(K - 1) * sqrt(K / (K - 1))`` for K groups. Ties of a
    resample with the value count half. None where resamples do not vary or more than 1 % are
    undefined, or a leave-one-group-out value is.
    """
    values = enough_defined(resample(sample.types, metric.of, resamples, rng))
    if values is None:
        return None
    left_out = leave_one_out(sample.types, metric.of)
    return bca_ends(values, sample.value, left_out, sample.types, level)


def bca_ends(
    values: FloatArray, value: float, left_out: FloatArray, types: GroupTypes, level: float
) -> Ends | None:
    """BCa-t ends from bootstrap values and leave-one-group-out values; None where undefined."""
    k = types.n_groups
    share = float(np.mean(values < value - 1e-12) + np.mean(np.abs(values - value) <= 1e-12) / 2)
    if np.isnan(left_out).any() or not 0 < share < 1:
        return None
    gap = np.average(left_out, weights=types.multiplicity) - left_out
    spread = float(np.sum(types.multiplicity * gap**2))
    skew = float(np.sum(types.multiplicity * gap**3)) / (6 * spread**1.5) if spread > 0 else 0.0
    z0 = float(special.ndtri(share))
    q = t_quantile(level, k - 1) * float(np.sqrt(k / (k - 1)))
    shifted = z0 + np.array([-q, q])
    bottom = 1 - skew * shifted
    if (bottom <= 0).any():
        return None
    low, high = np.quantile(values, special.ndtr(z0 + shifted / bottom))
    return float(low), float(high)


def dirichlet(
    sample: Sample, metric: Metric, level: float, resamples: int, rng: np.random.Generator
) -> Ends | None:
    """Equal-tailed interval of the metric under a Dirichlet posterior of the confusion table.

    The table (mean over repeats) is scaled to the effective n, ``n**2 / sum(m**2)``, and each cell
    gets ``min(0.1, 1 / cells)``. What is added to the cells pulls the posterior away from the
    score, and with a rare label the score itself is too low on average; so the end that was pulled
    inwards is moved back by the distance of the posterior median from the score. The other end
    stays. None for a metric of whole counts alone: those of the posterior are not whole.
    """
    if metric.whole:
        return None
    table = sample.types.total.mean(axis=0)
    n = effective_n(group_sizes(sample.counts))
    alpha = table.ravel() * (n / table.sum()) + min(0.1, 1 / table.size)
    draws = rng.dirichlet(alpha, size=resamples) * n
    values = enough_defined(metric.of(draws.reshape(resamples, *table.shape)))
    if values is None:
        return None
    low, middle, high = map(float, np.quantile(values, [(1 - level) / 2, 0.5, (1 + level) / 2]))
    pull = sample.value - middle
    return low + min(0.0, pull), high + max(0.0, pull)


def wilson(
    sample: Sample, metric: Metric, level: float, resamples: int, rng: np.random.Generator
) -> Ends | None:
    """Wilson's interval with n divided by the design effect and a t quantile for z. Accuracy only.

    The design effect is the variance of the share over groups, by the sum of squared residuals, over
    ``p (1 - p) / n``, at least 1; where p is 0 or 1 it is the worst case, ``sum(m**2) / n``. The
    degrees of freedom are those of that variance (`degrees_of_freedom`), at most K - 1.
    """
    if not is_share(metric):
        return None
    sizes = group_sizes(sample.counts)
    right = np.trace(sample.counts, axis1=2, axis2=3).mean(axis=1)
    n, k, p = float(sizes.sum()), len(sizes), sample.value
    binomial = p * (1 - p) / n
    residuals = right - p * sizes
    clustered = k / (k - 1) * float(np.sum(residuals**2)) / n**2
    effective = n / max(1.0, clustered / binomial) if binomial > 0 else effective_n(sizes)
    q = t_quantile(level, degrees_of_freedom(residuals)) ** 2 / effective
    centre, half = p + q / 2, float(np.sqrt(q * p * (1 - p) + q**2 / 4))
    return (centre - half) / (1 + q), (centre + half) / (1 + q)


def jackknife(
    sample: Sample, metric: Metric, level: float, resamples: int, rng: np.random.Generator
) -> Ends | None:
    """Value plus and minus t jackknife standard errors; None where it does not vary."""
    error, df = jackknife_error(leave_one_out(sample.types, metric.of), sample.types.multiplicity)
    if not error > 0:
        return None
    half = t_quantile(level, df) * error
    return sample.value - half, sample.value + half


def enough_defined(values: FloatArray) -> FloatArray | None:
    """Leave out undefined resamples; None where too many are, or the rest do not vary."""
    kept = values[~np.isnan(values)]
    if len(kept) < (1 - MAX_LOST) * len(values) or np.ptp(kept) == 0:
        return None
    return kept


METHODS: dict[str, Method] = {
    m.name: m
    for m in (
        Method("percentile", percentile, "group bootstrap, percentiles", "Efron and Tibshirani 1993"),
        Method("bca_t", bca_t, "group bootstrap, BCa with t", "Efron 1987; Hesterberg 2015"),
        Method("dirichlet", dirichlet, "Dirichlet, effective n", "Bowyer et al. 2025; Kish 1965"),
        Method("wilson", wilson, "Wilson, design effect and t", "Wilson 1927; Korn and Graubard 1998"),
        Method("jackknife", jackknife, "group jackknife with t", "Efron and Tibshirani 1993"),
    )
}
