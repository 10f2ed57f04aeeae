"""How many more statement groups a difference would need.

The observed pairs of group tables are the population, tilted as little as possible (exponential
weights on each group's influence) so that the true difference is the one asked for. Samples of any
number of groups are drawn from it, and the share in which the jackknife t test rejects is the power.
The jackknife t stands for the swap test, which agrees with it closely (`benchmarks.type_one`) but
would need ten thousand swaps per simulated sample.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
from scipy import optimize, stats

from harness.errors import InputError
from harness.metrics import FloatArray, Metric
from harness.uncertainty.counts import Statistic, as_metric, score
from harness.uncertainty.methods import t_quantile
from harness.uncertainty.paired import Delta, paired_counts
from harness.uncertainty.permutation import smallest_p
from harness.uncertainty.reasons import code_of, reason
from harness.uncertainty.resample import (
    BLOCK,
    TINY,
    GroupTypes,
    group_types,
    jackknife_error,
    leave_one_out,
)

MAX_GROUPS = 1_000_000
"""Groups beyond which the search for a sufficient number stops."""


Population = tuple[GroupTypes, FloatArray, Statistic]


@dataclass(frozen=True, slots=True)
class Power:
    """Power to find one difference.

    Attributes
    ----------
    delta : float
        The true difference asked for.
    observed : int
        Groups in the data.
    n_groups : tuple of int
        Numbers of groups that were simulated, ascending.
    power : tuple of float
        Share of simulated samples of that many groups in which the test rejects.
    needed : int or None
        Smallest number of groups with the target power (80 %).
    reason : str or None
        ``code: sentence``: why ``needed`` is None.
    """

    delta: float
    observed: int
    n_groups: tuple[int, ...] = ()
    power: tuple[float, ...] = ()
    needed: int | None = None
    reason: str | None = None

    @property
    def code(self) -> str | None:
        """The stable code of the reason."""
        return code_of(self.reason)


def power(
    counts_a: npt.ArrayLike,
    counts_b: npt.ArrayLike,
    metric: Metric | Statistic,
    delta: float,
    *,
    n_groups: tuple[int, ...] = (),
    target: float = 0.8,
    level: float = 0.95,
    simulations: int = 2_000,
    rng: np.random.Generator,
) -> Power:
    """Simulate the power to find a difference, and the groups that the target power needs.

    Parameters
    ----------
    counts_a, counts_b : (n_groups, n_repeats, n_labels, n_labels) int
        The two models' observed per-group confusion counts.
    delta : float, not 0
        The true difference to be found; its sign is that of first minus second.
    n_groups : tuple of int
        Numbers of groups whose power is wanted; the observed number is always among them.
    simulations : int
        Samples for each number of groups; 2,000 give the power to about 0.02.

    Returns
    -------
    Power
        ``needed`` comes from probit(power), which is near linear in sqrt(groups): the number of
        groups is moved along that line, simulated again, and so on. Never so few that the swap test could
        not reject at all.
    """
    if delta == 0:
        raise InputError("power to find a difference of 0", hint="give the smallest difference that matters")
    metric = as_metric(metric)
    a, b = paired_counts(counts_a, counts_b)
    observed = len(a)
    if observed < 2:
        return Power(delta, observed, reason=reason("few_groups"))
    types = group_types(np.concatenate([a, b], axis=1))
    statistic = Delta(metric.of, a.shape[1])
    error, _ = jackknife_error(leave_one_out(types, statistic), types.multiplicity)
    if (a == b).all():
        return Power(delta, observed, reason=reason("identical"))
    if np.isnan(error):
        return Power(delta, observed, reason=reason("undefined"))
    share = tilted_share(types, statistic, delta)
    if share is None:
        return Power(delta, observed, reason=reason("unreachable"))

    @cache
    def at(k: int) -> float:
        return _power_at((types, share, statistic), k, level, simulations, rng)

    wanted = tuple(sorted({observed, *n_groups}))
    curve = tuple(at(k) for k in wanted)
    z, z_target = float(stats.norm.ppf((1 + level) / 2)), float(stats.norm.ppf(target))
    k, moves = max(2, round(observed * (error * (z + z_target) / delta) ** 2)), 0
    while k <= MAX_GROUPS and moves < 6:
        reached = float(stats.norm.ppf(np.clip(at(k), 0.03, 0.995)))
        before, k = k, max(2, round(k * ((z + z_target) / (z + reached)) ** 2))
        moves = 6 if abs(k - before) <= max(1, 0.02 * before) else moves + 1
    if k > MAX_GROUPS:
        return Power(delta, observed, wanted, curve, None, reason("too_many"))
    while smallest_p(k) >= 1 - level:
        k += 1
    return Power(delta, observed, wanted, curve, k)


def tilted_share(types: GroupTypes, statistic: Statistic, delta: float) -> FloatArray | None:
    """Weights ``(n_types,)`` of the types under which the difference is ``delta``.

    Exponential tilting of each group's influence (Efron 1981, "Nonparametric standard errors and
    confidence intervals"); None where no weights on the observed groups reach the difference.
    """
    observed = types.multiplicity / types.n_groups
    influence = float(score(statistic, types.total)) - leave_one_out(types, statistic)
    if np.ptp(influence) < TINY:
        return None
    scaled = (influence - np.average(influence, weights=observed)) / np.ptp(influence)

    def weights(tilt: float) -> FloatArray:
        w = observed * np.exp(tilt * scaled - np.max(tilt * scaled))
        return np.asarray(w / w.sum())

    def miss(tilt: float) -> float:
        value = float(score(statistic, np.tensordot(weights(tilt), types.tables, axes=1)))
        return value - delta

    grid = np.concatenate([-np.geomspace(60, 0.01, 60), [0.0], np.geomspace(0.01, 60, 60)])
    misses = np.array([miss(t) for t in grid])
    crossings = np.flatnonzero(np.sign(misses[:-1]) * np.sign(misses[1:]) <= 0)
    if not len(crossings):
        return None
    i = crossings[np.argmin(np.abs(grid[crossings]))]
    return weights(float(optimize.brentq(miss, grid[i], grid[i + 1])))


def _power_at(
    population: Population, k: int, level: float, simulations: int, rng: np.random.Generator
) -> float:
    """Share of samples of k groups in which |delta| exceeds t jackknife standard errors.

    Samples in which the difference is undefined are drawn for nothing and left out; groups without
    which it would be (the only one of a label) add nothing to the standard error.
    """
    types, share, statistic = population
    block = max(1, BLOCK // types.tables.size)
    cut = t_quantile(level, k - 1)
    rejected, defined = 0, 0
    for start in range(0, simulations, block):
        drawn = rng.multinomial(k, share, size=min(block, simulations - start)).astype(float)
        totals = np.tensordot(drawn, types.tables, axes=1)
        left_out = score(statistic, np.maximum(totals[:, None] - types.tables, 0))
        deltas = score(statistic, totals)
        left_out = np.where((drawn > 0) & ~np.isnan(left_out), left_out, deltas[:, None])
        mean = (drawn * left_out).sum(axis=1, keepdims=True) / k
        error = np.sqrt((k - 1) / k * (drawn * (left_out - mean) ** 2).sum(axis=1))
        rejected += int((np.abs(deltas) > cut * error).sum())
        defined += int((~np.isnan(deltas)).sum())
    return rejected / max(1, defined)
