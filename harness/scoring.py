"""RunRecord -> Scores; nothing is ever fitted here."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from typing import Any

import numpy as np

from harness.breakdowns import (
    against_annotators,
    article_jackknife,
    ceilings,
    leakage,
    learning_curve,
    left_out_slices,
    slices,
)
from harness.cautions import cautions
from harness.differences import comparisons_of, counted_groups
from harness.disagreement import agreement, disagreements, distribution_scores
from harness.metrics import Metric, per_label
from harness.numbering import n_articles
from harness.probability_scores import SCORES, calibration_error, calibration_sums
from harness.records import Bin, Evaluation, Pool, RunRecord, Score, Scores
from harness.signature import signature
from harness.tested import Tested, as_score, of_fixed
from harness.training_seeds import losses_by_seed, over_seeds
from harness.uncertainty import (
    by_repeat_and_seed,
    caution,
    effective_n,
    trained_interval,
)

RELIABILITY_BINS = 10


def score_record(record: RunRecord) -> Scores:
    """Return every score, interval, comparison and breakdown of a record."""
    tested = Tested(record)
    evaluations = [_evaluation(tested, p) for p in record.pools]
    splits = list(dict.fromkeys(p.split for p in record.pools))
    comparisons = [
        c for s in splits for c in comparisons_of(tested, [p for p in record.pools if p.split == s])
    ]
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
        notes=(*cautions(record), *_definitions(tested), *left_out_slices(tested, first[0])),
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
        n_groups=counted_groups(counts),
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
        counted_groups(counts),
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


def metrics_json(scores: Scores) -> dict[str, Any]:
    """Return the scores as ``metrics.json`` has them."""

    def plain(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {k: plain(v) for k, v in value.items()}
        return [plain(v) for v in value] if isinstance(value, list | tuple) else value

    out: dict[str, Any] = plain({"schema": 1, **asdict(scores)})
    return out
