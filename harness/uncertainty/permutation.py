"""The permutation test that swaps two models' predictions by statement group."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy import stats

from harness.metrics import FloatArray
from harness.uncertainty.counts import Counts, Statistic, score
from harness.uncertainty.resample import BLOCK, GroupTypes, group_types

MAX_EXACT = 1 << 14
"""Distinct swaps up to which all are tried."""
TOLERANCE = 1e-10
"""Differences this near to the observed one count as equal to it."""


def swap_test(
    a: Counts, b: Counts, of: Statistic, resamples: int, rng: np.random.Generator
) -> tuple[float, str]:
    """Permutation test that swaps two models' predictions by group, two-sided.

    Parameters
    ----------
    a, b : (n_groups, n_repeats, n_labels, n_labels) int, of the same statements

    Returns
    -------
    p : float in (0, 1]
        Share of swaps with a difference at least as large as the observed one: exact where at most
        16,384 distinct swaps exist, else ``(c + 1) / (resamples + 1)``. Swaps with an undefined
        difference count as at least as large.
    how : ``swap_exact`` or ``swap_monte_carlo``

    Notes
    -----
    Groups in which both models have the same table swap nothing. Groups with the same difference of
    tables (or its negative) are one type: how many of its m groups are swapped is binomial(m, 1/2).
    Source: Dror et al. 2018; Phipson and Smyth 2010 for the + 1.
    """
    total_a, total = a.sum(axis=0).astype(float), (a + b).sum(axis=0).astype(float)
    observed = abs(float(score(of, total_a) - score(of, total - total_a)))
    gap = (b - a).reshape(len(a), -1)
    gap = gap[gap.any(axis=1)]
    if not len(gap):
        return 1.0, "swap_exact"
    first = gap[np.arange(len(gap)), (gap != 0).argmax(axis=1)]
    start = total_a + gap[first < 0].sum(axis=0).reshape(total.shape)
    types = group_types(gap * np.sign(first)[:, None])
    exact = float(np.prod(types.multiplicity + 1.0)) <= MAX_EXACT
    hits, weight = 0.0, 0.0
    for swaps, chances in _all_swaps(types) if exact else _random_swaps(types, resamples, rng):
        swapped = start + (swaps @ types.tables).reshape(-1, *total.shape)
        size = np.abs(score(of, swapped) - score(of, total - swapped))
        hits += float(chances[~(size < observed - TOLERANCE)].sum())
        weight += float(chances.sum())
    if exact:
        return min(1.0, hits / weight), "swap_exact"
    return (hits + 1) / (weight + 1), "swap_monte_carlo"


def smallest_p(n_groups: int, resamples: int | None = None) -> float:
    """Return the smallest p that a swap test can have.

    Parameters
    ----------
    n_groups : int
        Groups in which the two models differ; the others swap nothing.
    resamples : int, optional
        Random swaps; None where all are tried.

    Returns
    -------
    float
        No swap and all swaps are equally extreme, so two of ``2**n_groups`` count: 0.0625 for five.
    """
    exact = 2.0 ** (1 - n_groups)
    return exact if resamples is None else max(exact, 1 / (resamples + 1))


def _all_swaps(types: GroupTypes) -> Iterator[tuple[FloatArray, FloatArray]]:
    """Every number of swapped groups of each type ``(n, n_types)``, with its probability ``(n,)``."""
    swaps, chances = np.zeros((1, 0)), np.ones(1)
    for m in types.multiplicity:
        k = np.arange(m + 1)
        swaps = np.column_stack([np.repeat(swaps, m + 1, axis=0), np.tile(k, len(swaps))])
        chances = np.repeat(chances, m + 1) * np.tile(stats.binom.pmf(k, m, 0.5), len(chances))
    yield swaps, chances


def _random_swaps(
    types: GroupTypes, resamples: int, rng: np.random.Generator
) -> Iterator[tuple[FloatArray, FloatArray]]:
    """Random numbers of swapped groups of each type, in blocks, each with weight 1."""
    block = max(1, BLOCK // max(types.tables.shape))
    for done in range(0, resamples, block):
        size = min(block, resamples - done)
        drawn = rng.binomial(types.multiplicity, 0.5, size=(size, len(types.multiplicity)))
        yield drawn.astype(float), np.ones(size)
