"""What dependence between statements does to a score: copies that leak, articles that cluster."""

from __future__ import annotations

from harness.records import Scores
from harness.report.digits import counted, decimal, metric_name
from harness.report.tables import Cell, Footnotes, Section, Table, rows_of, splits_of


def over_articles(scores: Scores) -> Section | None:
    """Return the primary metric with both of its intervals, over groups and over articles, if any."""
    if not scores.n_articles:
        return None
    tables = []
    for split in splits_of(scores):
        notes = Footnotes()
        mine = [e for e in scores.evaluations if e.split == split and scores.primary in e.scores]
        rows = rows_of(
            [[e.model, notes.score(e.scores[scores.primary]), notes.score(e.over_articles)] for e in mine]
        )
        head = ("model", "over groups", "over articles")
        caption = f"{metric_name(scores.primary)}, split {split}"
        tables.append(Table(f"articles-{split}", caption, head, "lrr", rows, tuple(notes.texts)))
    lead = (
        "The same scores with a jackknife over articles in place of statement groups, the predictions taken "
        f"as fixed. {counted(scores.n_articles, 'article')} are too few for its brackets to keep their "
        "promise: read them as how much single articles matter, not as a 95% interval."
    )
    return Section("articles", "Articles", lead, tuple(tables))


def leakage_table(scores: Scores) -> Section | None:
    """Return what copies in the training set add to a score."""
    if not scores.leakage:
        return None
    notes = Footnotes()
    rows: list[list[Cell | str]] = [
        [
            row.model,
            *(notes.value(v, row.reason) for v in (row.naive, row.size_matched, row.purged, row.leakage)),
            decimal(row.purged_per_fold, 1),
            str(row.repeats),
        ]
        for row in scores.leakage
    ]
    head = ("model", "naive", "size-matched", "purged", "leakage", "purged per fold", "repeats")
    lead = (
        "What copies of the same utterance in the training set would add: naive trains on everything else, "
        "purged leaves out the groups of the test statements, size-matched leaves out as many statements but "
        "keeps the copies; leakage is size-matched minus purged."
    )
    caption = f"{metric_name(scores.leakage[0].metric)} on the same test folds"
    table = Table("leakage", caption, head, "lrrrrrr", rows_of(rows), tuple(notes.texts))
    return Section("leakage", "Leakage", lead, (table,))
