"""Scores -> sections of plain tables, once, for every format that people read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from harness.records import Comparison, Evaluation, Score, Scores
from harness.report.digits import counted, decimal, level_of, metric_name, p_value, percent, with_interval

MODES = {
    "trained": "the score that a model trained on another such sample would have",
    "fixed": "the score that these very predictions would have on other statements",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell's text and the number of its footnote (from 1; 0: none)."""

    text: str
    note: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """A table as a person reads it; the first column heads its row.

    ``align`` has one letter a column: ``l`` for words, ``r`` for numbers. ``notes`` are its footnotes.
    """

    key: str
    caption: str
    head: tuple[str, ...]
    align: str
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()

    @property
    def grouped(self) -> bool:
        """Whether rows with one first cell belong together."""
        return len({row[0].text for row in self.rows}) < len(self.rows)


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, what a reader must know before the numbers, and the tables."""

    key: str
    title: str
    lead: str
    tables: tuple[Table, ...]


@dataclass
class Footnotes:
    """The footnotes of a table under construction; one text has one number."""

    texts: list[str] = field(default_factory=list)

    def mark(self, text: str) -> int:
        """Return the number of a footnote, adding it if it is new."""
        if text not in self.texts:
            self.texts.append(text)
        return self.texts.index(text) + 1

    def value(self, value: float | None, reason: str | None) -> Cell:
        """Return a cell for a bare value; what is undefined gets its reason."""
        return Cell(decimal(value), self.mark(reason) if value is None and reason else 0)

    def score(self, score: Score) -> Cell:
        """Return a cell ``value [low, high]`` with a footnote for what is missing or doubtful."""
        return Cell(with_interval(score.value, score.ci_low, score.ci_high), self._caveat(score))

    def _caveat(self, score: Score) -> int:
        if score.reason is None:
            return 0
        if score.value is None:
            return self.mark(score.reason)
        code, _, sentence = score.reason.partition(": ")
        what = "no interval" if score.ci_low is None else "read with care"
        words = code.replace("_", " ")
        head = what if words == what else f"{what} ({words})"
        return self.mark(f"{head}: {sentence}" if sentence else f"{what}: {code}")


def rows_of(cells: Sequence[Sequence[Cell | str]]) -> tuple[tuple[Cell, ...], ...]:
    """Return rows of cells from rows of cells and strings."""
    return tuple(tuple(Cell(c) if isinstance(c, str) else c for c in row) for row in cells)


def document(scores: Scores) -> tuple[Section, ...]:
    """Return every section that has something to show, in the order of a report."""
    from harness.report.breakdown import annotators, ceiling, confusions, curve, labels, slices
    from harness.report.dependence import leakage_table, over_articles
    from harness.report.reliability import calibration
    from harness.report.seeds import seed_tables
    from harness.report.usage import usage_table

    first = (score_tables, seed_tables, over_articles, comparison_tables, leakage_table)
    makers = (*first, confusions, labels, calibration, slices, curve, annotators, ceiling, usage_table)
    return tuple(s for s in (make(scores) for make in makers) if s is not None and s.tables)


def splits_of(scores: Scores) -> tuple[str, ...]:
    """Return the names of the splits, in the run's order."""
    return tuple(dict.fromkeys(e.split for e in scores.evaluations))


def all_levels(scores: Scores) -> str:
    """Return the level of the run's intervals, such as ``95%``."""
    return percent(level_of(s for e in scores.evaluations for s in e.scores.values()))


def score_tables(scores: Scores) -> Section | None:
    """Return one table a split: models in rows, metrics in columns."""
    modes = dict.fromkeys(e.mode for e in scores.evaluations)
    lead = f"In brackets: {all_levels(scores)} intervals over statement groups. What an interval answers: "
    lead += "; ".join(f"{mode}: {MODES[mode]}" for mode in modes) + "."
    tables = tuple(
        _score_table([e for e in scores.evaluations if e.split == s], s) for s in splits_of(scores)
    )
    return Section("scores", "Scores", lead, tables)


def _score_table(evaluations: Sequence[Evaluation], split: str) -> Table:
    notes = Footnotes()
    metrics = list(dict.fromkeys(m for e in evaluations for m in e.scores))
    sizes = {(e.n, e.n_groups, e.repeats, e.seeds) for e in evaluations}
    head = ["model", "interval", *(metric_name(m) for m in metrics)]
    rows: list[list[Cell | str]] = []
    for e in evaluations:
        cells = [notes.score(e.scores[m]) if m in e.scores else Cell("–") for m in metrics]
        rows.append([e.model, e.mode, *cells])
    caption = f"Split {split}"
    if len(sizes) == 1:
        n, n_groups, repeats, seeds = sizes.pop()
        caption += (
            f": {counted(n, 'statement')} in {counted(n_groups, 'group')}, {counted(repeats, 'repeat')}"
        )
        caption += f", {counted(seeds, 'training seed')}" if seeds > 1 else ""
    else:
        head += ["n", "groups"]
        rows = [[*row, f"{e.n:,}", f"{e.n_groups:,}"] for row, e in zip(rows, evaluations, strict=True)]
    align = "ll" + "r" * (len(head) - 2)
    return Table(f"scores-{split}", caption, tuple(head), align, rows_of(rows), tuple(notes.texts))


def comparison_tables(scores: Scores, *, brief: bool = False) -> Section | None:
    """Return one table a split of paired differences; ``brief`` leaves out the second test."""
    lead = (
        f"Paired differences with {all_levels(scores)} intervals. p adjusted: Holm, over the comparisons of "
        "a split. MDE, the minimum detectable difference: the true difference that such a test would find "
        "with 80% power. A smaller one would often be missed, so a high p is no sign that two models are "
        "equal: the interval says which differences remain possible."
    )
    if not brief and any(c.p_nadeau_bengio is not None for c in scores.comparisons):
        lead += " p NB: the corrected resampled t test over folds (Nadeau and Bengio 2003), for comparison."
    splits = dict.fromkeys(c.split for c in scores.comparisons)
    groups = ([c for c in scores.comparisons if c.split == s] for s in splits)
    tables = tuple(_comparison_table(group, brief) for group in groups)
    return Section("comparisons", "Comparisons", lead, tables)


def _comparison_table(comparisons: Sequence[Comparison], brief: bool) -> Table:
    split = comparisons[0].split
    notes = Footnotes()
    metric = metric_name(comparisons[0].metric)
    second = not brief and any(c.p_nadeau_bengio is not None for c in comparisons)
    rows: list[list[Cell | str]] = []
    for c in comparisons:
        mark = notes.mark(c.reason) if c.reason else 0
        values = [Cell(with_interval(c.delta, c.ci_low, c.ci_high), mark)]
        values += [Cell(p_value(p), mark if p is None else 0) for p in (c.p, c.p_adjusted)]
        values += [Cell(decimal(c.mde), mark if c.mde is None else 0)]
        rows.append([c.a, c.b, *values, *([_dashed(c.p_nadeau_bengio)] if second else [])])
    more = ["p NB"] if second else []
    head = ("model", "minus", f"difference in {metric}", "p", "p adjusted", "MDE", *more)
    align = "llrrrr" + "r" * second
    return Table(f"comparisons-{split}", f"Split {split}", head, align, rows_of(rows), tuple(notes.texts))


def _dashed(p: float | None) -> str:
    return "–" if p is None else p_value(p)
