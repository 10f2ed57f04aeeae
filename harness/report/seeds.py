"""How far scores differ between trainings that differ in nothing but their seed."""

from __future__ import annotations

from collections.abc import Sequence

from harness.records import Evaluation, Scores
from harness.report.digits import decimal, metric_name
from harness.report.tables import Cell, Footnotes, Section, Table, rows_of

SAME = "every seed gives the same: the training draws nothing at random, or nothing that shows"


def seed_tables(scores: Scores) -> Section | None:
    """Return one table a split: mean, deviation and ends of each score over training seeds, if several."""
    mine = [e for e in scores.evaluations if e.over_seeds]
    if not mine:
        return None
    tables = tuple(_table([e for e in mine if e.split == s], s) for s in dict.fromkeys(e.split for e in mine))
    lead = (
        "Each score is the mean over training seeds; SD is the standard deviation of single trainings about "
        "it. The intervals of the scores and differences hold over the draw of statement groups and of "
        "seeds. The best of several seeds is no estimate of anything: it is chosen by its test score."
    )
    return Section("seeds", "Training seeds", lead, tables)


def _table(evaluations: Sequence[Evaluation], split: str) -> Table:
    notes = Footnotes()
    rows: list[list[Cell | str]] = []
    for e in evaluations:
        same = not any(spread.sd for spread in e.over_seeds.values())
        for name, spread in e.over_seeds.items():
            mean = decimal(e.scores[name].value if name in e.scores else None)
            sd = Cell(decimal(spread.sd), notes.mark(SAME) if same else 0)
            ends = decimal(spread.smallest), decimal(spread.largest)
            rows.append([e.model, metric_name(name), mean, sd, *ends])
    head = ("model", "score", "mean", "SD", "smallest", "largest")
    caption = f"Split {split}: {max(e.seeds for e in evaluations)} training seeds"
    return Table(f"seeds-{split}", caption, head, "llrrrr", rows_of(rows), tuple(notes.texts))
