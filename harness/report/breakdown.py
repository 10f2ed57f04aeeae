"""The tables that take a score apart: by label, slice, training size and annotator."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from harness.records import NO_LABEL, CurvePoint, Evaluation, Score, Scores, Slice
from harness.report.digits import counted, decimal, metric_name, percent
from harness.report.tables import Cell, Footnotes, Section, Table, all_levels, rows_of, splits_of

T = TypeVar("T")
_LABEL_REASONS = {
    "precision": "the label is never predicted",
    "recall": "the label has no gold statement",
    "f1": "the label is neither gold nor predicted",
}


def confusions(scores: Scores) -> Section:
    """Return one table a split: a row for each model and gold label, a column for each predicted label."""
    tables = []
    for split in splits_of(scores):
        mine = [e for e in scores.evaluations if e.split == split]
        width = max(len(row) for e in mine for row in e.confusion)
        columns = (*scores.labels, NO_LABEL)[:width]
        rows = [
            [e.model, gold, *(f"{v:,}" for v in row), *["0"] * (width - len(row)), f"{sum(row):,}"]
            for e in mine
            for gold, row in zip(scores.labels, e.confusion, strict=True)
        ]
        repeats, seeds = max(e.repeats for e in mine), max(e.seeds for e in mine)
        over = [f"{n} {what}" for n, what in ((repeats, "repeats"), (seeds, "training seeds")) if n > 1]
        caption = f"Split {split}" + (f": counts summed over {' and '.join(over)}" if over else "")
        head = ("model", "gold", *(f"as {label}" for label in columns), "all")
        align = "ll" + "r" * (width + 1)
        tables.append(Table(f"confusion-{split}", caption, head, align, rows_of(rows)))
    return Section(
        "confusion", "Confusion", "Rows are gold labels, columns what a model predicted.", tuple(tables)
    )


def labels(scores: Scores) -> Section:
    """Return precision, recall, F1 and support of every label."""
    tables = tuple(
        _label_table([e for e in scores.evaluations if e.split == s], s) for s in splits_of(scores)
    )
    return Section("labels", "Labels", "Means over repeats; support counts gold statements.", tables)


def _label_table(evaluations: Sequence[Evaluation], split: str) -> Table:
    notes = Footnotes()
    rows: list[list[Cell | str]] = []
    for e in evaluations:
        when = "in at least one repeat, " if e.repeats * e.seeds > 1 else ""
        for label, values in e.per_label.items():
            found = [
                notes.value(values.get(k), f"undefined: {when}{why}") for k, why in _LABEL_REASONS.items()
            ]
            rows.append([e.model, label, *found, f"{values.get('support') or 0:,}"])
    head = ("model", "label", *(metric_name(k) for k in _LABEL_REASONS), "support")
    return Table(f"labels-{split}", f"Split {split}", head, "llrrrr", rows_of(rows), tuple(notes.texts))


def _pick(scores: Iterable[tuple[str, Score]], model: str, notes: Footnotes) -> Cell:
    """Return the cell of one model; a dash where it has no score."""
    return next((notes.score(s) for m, s in scores if m == model), Cell("–"))


def _unique(values: Iterable[T]) -> list[T]:
    return list(dict.fromkeys(values))


def slices(scores: Scores) -> Section:
    """Return one table for each split and part, such as article: values in rows, models in columns."""
    keys = _unique((s.split, s.by, s.metric) for s in scores.slices)
    tables = tuple(
        _slice_table([s for s in scores.slices if (s.split, s.by, s.metric) == key], *key, f"slices-{i}")
        for i, key in enumerate(keys, 1)
    )
    lead = (
        "Scores on the statements that share one value. Small slices say little, and no test stands behind "
        "a contrast. The intervals take the predictions as fixed, also those of trained models."
    )
    return Section("slices", "Slices", lead, tables)


def _slice_table(rows: Sequence[Slice], split: str, by: str, metric: str, key: str) -> Table:
    notes = Footnotes()
    models = _unique(s.model for s in rows)
    body: list[list[Cell | str]] = []
    for value in _unique(s.value for s in rows):
        mine = [s for s in rows if s.value == value]
        cells = [_pick(((s.model, s.score) for s in mine), m, notes) for m in models]
        body.append([value or "(none)", f"{mine[0].n:,}", f"{mine[0].n_groups:,}", *cells])
    caption = f"By {by.replace('_', ' ')}: {metric_name(metric)}, split {split}"
    head = (by.replace("_", " "), "n", "groups", *models)
    return Table(key, caption, head, "lrr" + "r" * len(models), rows_of(body), tuple(notes.texts))


def curve(scores: Scores) -> Section:
    """Return one table a split: training shares in rows, models in columns."""
    keys = _unique((p.split, p.metric) for p in scores.learning_curve)
    tables = tuple(
        _curve_table([p for p in scores.learning_curve if (p.split, p.metric) == key], *key, f"curve-{i}")
        for i, key in enumerate(keys, 1)
    )
    lead = "Scores on the same test statements when a model is trained on a share of the training groups."
    return Section("curve", "Learning curve", lead, tables)


def _curve_table(points: Sequence[CurvePoint], split: str, metric: str, key: str) -> Table:
    notes = Footnotes()
    models = _unique(p.model for p in points)
    body: list[list[Cell | str]] = []
    for share in sorted({p.share for p in points}):
        mine = [p for p in points if p.share == share]
        cells = [_pick(((p.model, p.score) for p in mine), m, notes) for m in models]
        body.append([percent(share), decimal(mine[0].n_groups, 1), *cells])
    head = ("share", "groups", *models)
    return Table(
        key,
        f"{metric_name(metric)}, split {split}",
        head,
        "rr" + "r" * len(models),
        rows_of(body),
        tuple(notes.texts),
    )


def annotators(scores: Scores) -> Section:
    """Return models scored on each annotator's own labels: one table a split."""
    tables = []
    keys = _unique((a.split, a.metric) for a in scores.annotators)
    for i, (split, metric) in enumerate(keys, 1):
        notes = Footnotes()
        mine = [a for a in scores.annotators if (a.split, a.metric) == (split, metric)]
        who = _unique((a.annotator, a.n) for a in mine)
        rows: list[list[Cell | str]] = [
            [
                m,
                *(
                    _pick(((a.model, a.score) for a in mine if (a.annotator, a.n) == w), m, notes)
                    for w in who
                ),
            ]
            for m in _unique(a.model for a in mine)
        ]
        head = ("model", *(f"{name} (n = {n:,})" for name, n in who))
        caption = f"{metric_name(metric)} on each annotator's own labels, split {split}"
        tables.append(
            Table(f"annotators-{i}", caption, head, "l" + "r" * len(who), rows_of(rows), tuple(notes.texts))
        )
    lead = (
        "The same predictions scored on what one annotator said, in place of the adjudicated gold. The "
        "intervals take the predictions as fixed, also those of trained models."
    )
    return Section("annotators", "Annotators", lead, tuple(tables))


def ceiling(scores: Scores) -> Section | None:
    """Return how well annotators predict each other."""
    if not scores.ceiling:
        return None
    notes = Footnotes()
    rows: list[list[Cell | str]] = [
        [c.a, c.b, metric_name(c.metric), notes.score(c.score), counted(c.n, "statement")]
        for c in scores.ceiling
    ]
    head = ("annotator", "as predictor of", "metric", "score", "on")
    lead = (
        f"How well one annotator predicts another, with {all_levels(scores)} intervals: what a model can at "
        "most be asked for. Annotators of one kind share their habits, and then this is too high: the "
        "datasheet says who they were."
    )
    table = Table(
        "ceiling",
        "Annotators scored as if one were a model and the other gold",
        head,
        "lllrl",
        rows_of(rows),
        tuple(notes.texts),
    )
    return Section("ceiling", "Ceiling", lead, (table,))
