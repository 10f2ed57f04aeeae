"""RunRecord -> Scores; nothing is ever fitted here."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from itertools import combinations
from typing import Any

import numpy as np

from harness.breakdowns import (
    against_annotators,
    article_jackknife,
    ceilings,
    leakage,
    learning_curve,
    slices,
)
from harness.cautions import cautions
from harness.disagreement import agreement, disagreements, distribution_scores
from harness.metrics import Metric, per_label, table_width
from harness.numbering import n_articles
from harness.probability_scores import SCORES, calibration_error, calibration_sums
from harness.records import Bin, Comparison, Evaluation, Pool, RunRecord, Score, Scores
from harness.signature import signature
from harness.tested import Tested, as_score, of_fixed
from harness.training_seeds import losses_by_seed, over_seeds
from harness.uncertainty import (
    Counts,
    Difference,
    by_repeat_and_seed,
    caution,
    compare_fixed,
    compare_trained,
    corrected_resampled_t,
    effective_n,
    holm,
    seed_noise,
    trained_interval,
)

RELIABILITY_BINS = 10
NOT_TRAINED = "not_applicable: neither model is taken as trained, so folds are no draws of training data"


def score_record(record: RunRecord) -> Scores:
    """Return every score, interval, comparison and breakdown of a record."""
    tested = Tested(record)
    evaluations = [_evaluation(tested, p) for p in record.pools]
    splits = list(dict.fromkeys(p.split for p in record.pools))
    comparisons = [c for s in splits for c in _comparisons(tested, [p for p in record.pools if p.split == s])]
    first = [p for p in record.pools if p.split == splits[0]]
    full = {
        e.model: e.scores[tested.primary]
        for e in evaluations
        if e.split == splits[0] and tested.primary in e.scores
    }
    sizes = np.bincount(tested.groups).astype(float)
    rows = (leakage(tested, p.model) for p in first)
    return Scores(
        signature=signature(record.identity, partial=record.partial),
        n=len(record.examples),
        n_groups=len(sizes),
        n_articles=n_articles(record.examples),
        n_effective=effective_n(sizes),
        labels=record.labels,
        partial=record.partial,
        primary=tested.primary,
        evaluations=tuple(evaluations),
        comparisons=tuple(comparisons),
        leakage=tuple(row for row in rows if row is not None),
        slices=tuple(row for p in first for row in slices(tested, p)),
        learning_curve=tuple(point for p in first for point in learning_curve(tested, p, full[p.model])),
        annotators=tuple(row for p in first for row in against_annotators(tested, p)),
        ceiling=tuple(ceilings(tested)),
        notes=(*cautions(record), *_definitions(tested)),
        agreement=agreement(tested),
        disagreement=tuple(d for s in splits for d in disagreements(tested, s)),
    )


def _definitions(tested: Tested) -> Iterator[str]:
    """Say what each metric that the configuration defines is, and which could not be scored."""
    for entry in tested.settings["metrics"]:
        name = entry if isinstance(entry, str) else entry["name"]
        if name in tested.left_out:
            part = tested.left_out[name]
            yield f"metric_left_out: {name} needs '{part}' of every statement, which is not known any more"
        elif not isinstance(entry, str):
            yield f"metric_definition: {name} is {tested.metrics[name].title}"


def _evaluation(tested: Tested, pool: Pool) -> Evaluation:
    record = tested.record
    counts = tested.counts[pool.split, pool.model]
    tables = counts.sum(axis=0)
    scores = {name: _score(tested, pool, metric) for name, metric in tested.metrics.items()}
    n_seeds = len(pool.seeds)
    return Evaluation(
        split=pool.split,
        model=pool.model,
        mode=pool.mode,
        signature=signature(record.identity, partial=record.partial, split=pool.split, model=pool.model),
        scores={**scores, **_probability_scores(tested, pool), **distribution_scores(tested, pool)},
        per_label=per_label(tables, record.labels),
        confusion=tuple(tuple(int(v) for v in row) for row in tables.sum(axis=0)),
        repeats=len(tables) // n_seeds,
        n=int(tables[0].sum()),
        n_groups=_n_groups(counts),
        over_articles=article_jackknife(tested, pool),
        usage=usage(pool),
        reliability=tuple(_reliability(tested, pool)),
        seeds=n_seeds,
        over_seeds=dict(over_seeds(tested, pool)),
    )


def _reliability(tested: Tested, pool: Pool) -> Iterator[Bin]:
    """Yield the bins of a reliability diagram, pooled over repeats."""
    if pool.probabilities is None:
        return
    at = np.flatnonzero(pool.predicted[0] >= 0)
    tables = pool.probabilities[:, at]
    found = [calibration_sums(table, tested.gold[at], RELIABILITY_BINS) for table in tables]
    size, confidence, right = np.sum(found, axis=0)
    for k in np.flatnonzero(size):
        means = float(confidence[k] / size[k]), float(right[k] / size[k])
        ends = float(k) / RELIABILITY_BINS, float(k + 1) / RELIABILITY_BINS
        yield Bin(*ends, float(size[k]) / len(tables), *means)


def usage(pool: Pool) -> dict[str, float] | None:
    """Add up what the distinct requests of a pool used; None for a model that made none.

    A request that several folds or repeats share counts once, since its answer is kept.
    """
    if not pool.calls:
        return None
    keys = sorted({key for call in pool.calls.values() for key in call})
    sums = {key: math.fsum(call.get(key, 0) for call in pool.calls.values()) for key in keys}
    return {"requests": len(pool.calls), **sums}


def _n_groups(counts: Counts) -> int:
    return int(counts.any(axis=(1, 2, 3)).sum())


def _score(tested: Tested, pool: Pool, metric: Metric) -> Score:
    """Score a pool; what its interval answers follows from the pool's mode."""
    counts = tested.counts_for(pool, metric)
    fixed = tested.fixed_score(counts, metric, pool.split, pool.model, n_seeds=len(pool.seeds))
    if pool.mode == "fixed" or fixed.value is None or metric.total:
        return fixed
    values: Any = []
    if tested.reruns:
        values = tested.replicates(tested.reruns[pool.split, pool.model], metric)
    found = trained_interval(
        fixed.value,
        values,
        _n_groups(counts),
        low=metric.low,
        high=metric.high,
        level=tested.level,
        by_repeat=by_repeat_and_seed(counts, metric, len(pool.seeds)),
    )
    score = as_score(found)
    return score if score.reason else replace(score, reason=caution(counts, metric, tested.record.labels))


def _probability_scores(tested: Tested, pool: Pool) -> dict[str, Score]:
    """Log loss and Brier score with intervals over groups (predictions fixed), calibration error without."""
    if pool.probabilities is None:
        return {}
    at = np.flatnonzero(pool.predicted[0] >= 0)
    gold, tables = tested.gold[at], pool.probabilities[:, at]
    out = {}
    for name, (function, low, high) in SCORES.items():
        losses = losses_by_seed(tested, pool, function)
        words = "interval", name, pool.split, pool.model
        out[name] = of_fixed(tested.mean_interval(losses, at, *words, low=low, high=high), pool)
    errors = [calibration_error(table, gold) for table in tables]
    value = None if None in errors else float(np.mean([e for e in errors if e is not None]))
    reason = "no_interval: the calibration error is biased in small samples and stands without an interval"
    out["calibration_error"] = Score(value, level=tested.level, reason=reason)
    return out


def _pairs(tested: Tested, pools: Sequence[Pool]) -> list[tuple[Pool, Pool]]:
    """Every model against the reference, or every pair where there is none."""
    reference = tested.settings["reference"]
    if reference is None:
        return list(combinations(pools, 2))
    base = next(p for p in pools if p.model == reference)
    return [(p, base) for p in pools if p.model != reference]


def _comparisons(tested: Tested, pools: Sequence[Pool]) -> list[Comparison]:
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
        delta, deltas, _n_groups(left), level=level, by_repeat=by_repeat, noise=noise, span=span
    )


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


def metrics_json(scores: Scores) -> dict[str, Any]:
    """Return the scores as ``metrics.json`` has them."""

    def plain(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {k: plain(v) for k, v in value.items()}
        return [plain(v) for v in value] if isinstance(value, list | tuple) else value

    out: dict[str, Any] = plain({"schema": 1, **asdict(scores)})
    return out
