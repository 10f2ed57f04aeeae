"""A model's pool -> how its scores differ between training seeds."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from harness.probability_scores import SCORES
from harness.records import OverSeeds, Pool
from harness.tested import FloatArray, IntArray, Tested
from harness.uncertainty import by_seed


def over_seeds(tested: Tested, pool: Pool) -> Iterator[tuple[str, OverSeeds]]:
    """Yield each score's name and how it differs between training seeds; nothing for one seed.

    A score that is undefined for a seed is left out.
    """
    n_seeds = len(pool.seeds)
    if n_seeds < 2:
        return
    for name, metric in tested.metrics.items():
        yield from _spread(name, by_seed(tested.counts_for(pool, metric), metric, n_seeds))
    if pool.probabilities is not None:
        for name, (function, _, _) in SCORES.items():
            yield from _spread(name, losses_by_seed(tested, pool, function).mean(axis=1))


def _spread(name: str, values: FloatArray) -> Iterator[tuple[str, OverSeeds]]:
    """Yield the spread; equal values have one of exactly 0."""
    if np.isnan(values).any():
        return
    sd = float(np.std(values, ddof=1)) if np.ptp(values) > 0 else 0.0
    yield name, OverSeeds(tuple(map(float, values)), sd, float(values.min()), float(values.max()))


def losses_by_seed(
    tested: Tested, pool: Pool, function: Callable[[FloatArray, IntArray], FloatArray]
) -> FloatArray:
    """Return a loss of each tested statement, the mean over repeats, ``(n_seeds, n_tested)``.

    The pool must have probabilities.
    """
    assert pool.probabilities is not None
    at = np.flatnonzero(pool.predicted[0] >= 0)
    losses = np.stack([function(table, tested.gold[at]) for table in pool.probabilities[:, at]])
    return np.asarray(losses.reshape(len(pool.seeds), -1, len(at)).mean(axis=1))
