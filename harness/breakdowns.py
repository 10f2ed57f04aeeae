"""Beyond one number: slices, leakage, learning curve, annotators and their agreement as ceiling."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

import numpy as np
import numpy.typing as npt

from harness.differences import counted_groups
from harness.examples import Places
from harness.metrics import Metric
from harness.numbering import (
    has_part,
    n_articles,
    numbered,
    numbered_articles,
    value_at,
    vote_numbers,
    voters,
)
from harness.records import AgainstAnnotator, Ceiling, CurvePoint, Leakage, Pool, Score, Slice, Tables
from harness.tested import IntArray, Tested, as_score
from harness.uncertainty import group_counts, interval, trained_interval

MIN_SLICE = 5
"""Statements below which a slice gets no score."""
MOST_SLICES = 200
"""Values of a part that are sliced by: a table of many threads has as many, and each costs a score."""
UNDIVIDED = "undefined: too few statements or groups to divide, or to leave copies out and still train"
UNDEFINED = "undefined: the score is 0/0 on these folds"


def slices(tested: Tested, pool: Pool) -> Iterator[Slice]:
    """Score one model on the statements that share a value, for every configured part.

    The intervals take the predictions as fixed. A slice of fewer than five statements is listed with
    its n and a reason in place of a score.
    """
    names = tested.settings.get("slice_metrics", ["accuracy"])  # runs of older versions do not say it
    for metric in [tested.metric(name) for name in names if name not in tested.left_out]:
        yield from _sliced(tested, pool, metric)


def _sliced(tested: Tested, pool: Pool, metric: Metric) -> Iterator[Slice]:
    for part in tested.settings["slices"]:
        if not has_part(tested.record.examples, part):
            continue
        number, values = numbered(tested.record.examples, part)
        for k in _shown(number, pool):
            value = value_at(values, k)
            counts = tested.counts_of(pool, metric, mask=number == k)
            n = int(counts[:, 0].sum())
            if n < MIN_SLICE:
                reason = f"few_statements: {n} statements, fewer than {MIN_SLICE}"
                score = Score(None, level=tested.level, reason=reason)
            else:
                words = pool.split, pool.model, part, value
                score = tested.fixed_score(counts, metric, *words, n_seeds=len(pool.seeds))
            n_groups = counted_groups(counts)
            yield Slice(pool.split, pool.model, part, value, n, n_groups, metric.name, score)


def _shown(number: IntArray, pool: Pool) -> list[int]:
    """Return the values that are sliced by: all that are tested or, of very many, the most frequent."""
    sizes = np.bincount(number[pool.predicted[0] >= 0])
    order = np.argsort(-sizes, kind="stable")[: min(MOST_SLICES, int((sizes > 0).sum()))]
    return sorted(order.tolist())


def left_out_slices(tested: Tested, pool: Pool) -> Iterator[str]:
    """Yield a note on each part of which not every value is sliced by."""
    for part in tested.settings["slices"]:
        if has_part(tested.record.examples, part):
            number = numbered(tested.record.examples, part)[0]
            n = len(np.unique(number[pool.predicted[0] >= 0]))
            if n > MOST_SLICES:
                yield f"slices: of {n:,} values of '{part}' the {MOST_SLICES} with most statements are shown"


def article_jackknife(tested: Tested, pool: Pool) -> Score:
    """Score a pool with a jackknife interval over articles, t with articles - 1 degrees of freedom.

    Intervals over statement groups are conditional on these articles; this one is not, and with few
    articles it is wide and rough.
    """
    articles = numbered_articles(tested.record.examples)[0]
    metric = tested.metric(tested.primary)
    counts = tested.counts_of(pool, metric, by=articles)
    words, n_seeds = (pool.split, pool.model, "articles"), len(pool.seeds)
    score = tested.fixed_score(counts, metric, *words, method="jackknife", n_seeds=n_seeds)
    if not n_articles(tested.record.examples):
        return replace(score, ci_method=None, reason="no_articles: the data do not say what came from where")
    about_groups = (score.reason or "").startswith("not_estimable")
    return replace(score, reason=None) if about_groups else score


def leakage(tested: Tested, model: str) -> Leakage | None:
    """Compare training with and without copies of test statements; None where that was not run."""
    name = tested.primary
    found = {t.variant: t for t in tested.record.tables if t.kind == "leakage" and t.model == model}
    if not found:
        return None
    values = {variant: _mean(tested, t, name) for variant, t in found.items()}
    naive, matched, purged = (values[v] for v in ("naive", "size_matched", "purged"))
    rows = {v: float(np.mean(t.train_rows)) for v, t in found.items()}
    undivided = not any(t.confusions.any() for t in found.values())
    why = UNDIVIDED if undivided else UNDEFINED
    return Leakage(
        model=model,
        metric=name,
        naive=naive,
        size_matched=matched,
        purged=purged,
        leakage=None if matched is None or purged is None else matched - purged,
        repeats=len(found["naive"].confusions),
        purged_per_fold=rows["naive"] - rows["purged"],
        reason=why if None in values.values() else None,
    )


def _mean(tested: Tested, tables: Tables, name: str) -> float | None:
    """Mean score over repeats that have one; None if none has."""
    values = tested.replicates(tables, tested.metric(name))
    values = values[~np.isnan(values)]
    return float(values.mean()) if len(values) else None


def learning_curve(tested: Tested, pool: Pool, full: Score) -> Iterator[CurvePoint]:
    """Score a model trained on shares of the training groups, then on all of them."""
    name, metric = tested.primary, tested.metric(tested.primary)
    mine = [t for t in tested.record.tables if t.model == pool.model and t.split == pool.split]
    curve = sorted((t for t in mine if t.kind == "curve"), key=lambda t: t.share)
    reruns = {t.share: t for t in mine if t.kind == "rerun"}
    for point in curve:
        value = _mean(tested, point, name)
        again = reruns.get(point.share)
        replicates: npt.ArrayLike = [] if again is None or metric.total else tested.replicates(again, metric)
        n_groups = counted_groups(tested.counts[pool.split, pool.model])
        found = trained_interval(
            value,
            replicates,
            n_groups,
            low=metric.low,
            high=metric.high,
            level=tested.level,
            by_repeat=tested.replicates(point, metric),
        )
        groups = float(np.mean(point.train_groups))
        yield CurvePoint(pool.split, pool.model, point.share, groups, name, as_score(found))
    if curve:
        yield CurvePoint(pool.split, pool.model, 1.0, _training_groups(tested, pool), name, full)


def _training_groups(tested: Tested, pool: Pool) -> float:
    place = Places(tested.record.examples)
    folds = [f for f in tested.record.folds if f.split == pool.split]
    return float(np.mean([len(np.unique(tested.groups[place.of(f.train)])) for f in folds]))


def annotators(tested: Tested) -> list[str]:
    """Return the names of all annotators who voted on some statement."""
    return voters(tested.record.examples)


def _votes(tested: Tested, who: str) -> IntArray:
    """One annotator's labels by number, -1 where there is none."""
    return vote_numbers(tested.record.examples, who, tested.record.labels)


def against_annotators(tested: Tested, pool: Pool) -> Iterator[AgainstAnnotator]:
    """Score one model's predictions on each annotator's own labels."""
    metric = tested.metric(tested.primary)
    for who in annotators(tested):
        votes = _votes(tested, who)
        counts = tested.counts_of(pool, metric, mask=votes >= 0, gold=votes)
        score = tested.fixed_score(counts, metric, pool.split, pool.model, who, n_seeds=len(pool.seeds))
        yield AgainstAnnotator(pool.split, pool.model, who, int(counts[:, 0].sum()), tested.primary, score)


def ceilings(tested: Tested) -> Iterator[Ceiling]:
    """Score each annotator's labels as predictions of each other's."""
    metric = tested.metric(tested.primary)
    for a, b in combinations(annotators(tested), 2):
        left, right = _votes(tested, a), _votes(tested, b)
        both = (left >= 0) & (right >= 0)
        rows, n_values = tested.rows_of(metric, both, left)
        counts = group_counts(rows, right[both], tested.groups[both], len(tested.record.labels), n_values)
        found = interval(
            counts,
            metric,
            method=tested.settings["interval"],
            level=tested.level,
            resamples=tested.settings["resamples"],
            rng=tested.rng("ceiling", a, b),
            labels=tested.record.labels,
        )
        yield Ceiling(a, b, int(both.sum()), tested.primary, as_score(found))
