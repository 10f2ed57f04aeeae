"""Paired differences of the models of one run, by the test that their modes ask for."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np

from harness.metrics import Metric, table_width
from harness.records import Comparison, Pool
from harness.tested import Tested
from harness.uncertainty import (
    Counts,
    Difference,
    by_repeat_and_seed,
    compare_fixed,
    compare_trained,
    corrected_resampled_t,
    holm,
    seed_noise,
)

NOT_TRAINED = "not_applicable: neither model is taken as trained, so folds are no draws of training data"


def _pairs(tested: Tested, pools: Sequence[Pool]) -> list[tuple[Pool, Pool]]:
    """Every model against the reference, or every pair where there is none."""
    reference = tested.settings["reference"]
    if reference is None:
        return list(combinations(pools, 2))
    base = next(p for p in pools if p.model == reference)
    return [(p, base) for p in pools if p.model != reference]


def comparisons_of(tested: Tested, pools: Sequence[Pool]) -> list[Comparison]:
    """Compare the models of one split on the primary metric; p-values are adjusted over all its pairs."""
    name, metric = tested.primary, tested.metric(tested.primary)
    pairs = _pairs(tested, pools)
    found = [_difference(tested, a, b, metric) for a, b in pairs]
    over_folds = [_over_folds(tested, a, b, metric) for a, b in pairs]
    adjusted = holm([d.p for d in found])
    return [
        Comparison(
            split=a.split,
            a=a.model,
            b=b.model,
            metric=name,
            delta=d.delta,
            ci_low=d.low,
            ci_high=d.high,
            p=d.p,
            p_adjusted=q,
            mde=d.mde,
            method=d.method,
            reason=d.reason,
            p_nadeau_bengio=f.p,
            reason_nadeau_bengio=f.reason if f.p is None else None,
        )
        for (a, b), d, q, f in zip(pairs, found, adjusted, over_folds, strict=True)
    ]


def _difference(tested: Tested, a: Pool, b: Pool, metric: Metric) -> Difference:
    left, right = (tested.counts_for(p, metric) for p in (a, b))
    seeds = len(a.seeds), len(b.seeds)
    if "trained" not in (a.mode, b.mode):
        rng = tested.rng("difference", a.split, a.model, b.model, metric.name)
        resamples = tested.settings["resamples"]
        return compare_fixed(
            left, right, metric, level=tested.level, resamples=resamples, n_seeds=seeds, rng=rng
        )
    deltas: Any = []
    if tested.reruns:
        tables = [tested.reruns[p.split, p.model] for p in (a, b)]
        deltas = tested.replicates(tables[0], metric) - tested.replicates(tables[1], metric)
    kept = a.mode == "fixed", b.mode == "fixed"
    return trained_difference(left, right, deltas, metric, tested.level, seeds, kept)


def trained_difference(
    left: Counts,
    right: Counts,
    deltas: Any,
    metric: Metric,
    level: float,
    n_seeds: tuple[int, int] = (1, 1),
    kept: tuple[bool, bool] = (False, False),
) -> Difference:
    """Compare two ways of training, ``left - right``.

    Parameters
    ----------
    left, right : (n_groups, n_repeats, n_labels, n_labels) int
        Per-group confusions on the data as they are.
    deltas : (n_reruns,) float
        The difference in each re-run, NaN where it is undefined.
    metric : Metric
    level : float
    n_seeds : (int, int)
        From how many training seeds the repeats of each come, those of the first seed first.
    kept : (bool, bool)
        Whether the re-runs of each took what its folds had predicted.
    """
    values = [metric.value(c.sum(axis=0))[0] for c in (left, right)]
    delta = None if values[0] is None or values[1] is None else values[0] - values[1]
    tables = [by_repeat_and_seed(c, metric, k) for c, k in zip((left, right), n_seeds, strict=True)]
    means = [table.mean(axis=1) for table in tables]
    noise = sum(seed_noise(table, kept=k) for table, k in zip(tables, kept, strict=True))
    by_repeat = means[0] - means[1]
    span = metric.high - metric.low
    return compare_trained(
        delta, deltas, counted_groups(left), level=level, by_repeat=by_repeat, noise=noise, span=span
    )


def counted_groups(counts: Counts) -> int:
    """Return how many groups have a statement that was counted."""
    return int(counts.any(axis=(1, 2, 3)).sum())


def _over_folds(tested: Tested, a: Pool, b: Pool, metric: Metric) -> Difference:
    """Nadeau and Bengio's corrected t over folds; no p for fixed models or too few folds."""
    if "trained" not in (a.mode, b.mode):
        return Difference(None, reason=NOT_TRAINED)
    folds = [f for f in tested.record.folds if f.split == a.split]
    share = float(np.mean([len(f.test) / len(f.train) for f in folds]))
    values = [_fold_scores(tested, pool, metric) for pool in (a, b)]
    return corrected_resampled_t(values[0] - values[1], share, level=tested.level)


def _fold_scores(tested: Tested, pool: Pool, metric: Metric) -> Any:
    """The metric of each fold of each repeat, the mean over training seeds; NaN where it is undefined."""
    n_labels = len(tested.record.labels)
    n_folds = int(pool.fold.max()) + 1
    width = table_width(pool.predicted, n_labels)
    once = pool.predicted[0] >= 0
    row_of = np.zeros(len(once), dtype=np.intp)
    row_of[once], n_values = tested.rows_of(metric, once, tested.gold)
    tables = np.zeros((len(pool.predicted), n_folds, n_values * n_labels, width))
    for repeat, (predicted, fold) in enumerate(zip(pool.predicted, pool.fold, strict=True)):
        at = predicted >= 0
        np.add.at(tables, (repeat, fold[at], row_of[at], predicted[at]), 1)
    return metric.of(tables).reshape(len(pool.seeds), -1).mean(axis=0)
