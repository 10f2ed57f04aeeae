"""The first tables of a report: scores of every model, and paired differences."""

from __future__ import annotations

from collections.abc import Sequence

from harness.distribution_scores import AGAINST_DISTRIBUTIONS
from harness.records import Comparison, Evaluation, Scores
from harness.report.digits import counted, decimal, metric_name, p_value, with_interval
from harness.report.tables import Cell, Footnotes, Section, Table, all_levels, rows_of, splits_of

MODES = {
    "trained": "the score that a model trained on another such sample would have",
    "fixed": "the score that these very predictions would have on other statements",
}


def score_tables(scores: Scores) -> Section | None:
    """Return one table a split: models in rows, metrics in columns."""
    modes = dict.fromkeys(e.mode for e in scores.evaluations)
    lead = f"In brackets: {all_levels(scores)} intervals over statement groups. What an interval answers: "
    lead += "; ".join(f"{mode}: {MODES[mode]}" for mode in modes) + "."
    if any(e.over_seeds for e in scores.evaluations):
        lead += (
            " With several training seeds a score is their mean, and its interval holds over the seeds too."
        )
    tables = tuple(
        _score_table([e for e in scores.evaluations if e.split == s], s) for s in splits_of(scores)
    )
    return Section("scores", "Scores", lead, tables)


def _score_table(evaluations: Sequence[Evaluation], split: str) -> Table:
    notes = Footnotes()
    named = dict.fromkeys(m for e in evaluations for m in e.scores)
    metrics = [m for m in named if m not in AGAINST_DISTRIBUTIONS]  # they have a section of their own
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
        values = [Cell(with_interval(c.delta, c.ci_low, c.ci_high), mark if c.ci_low is None else 0)]
        values += [Cell(p_value(p), mark if p is None else 0) for p in (c.p, c.p_adjusted)]
        values += [Cell("none" if c.mde is None else decimal(c.mde), mark if c.mde is None else 0)]
        rows.append([c.a, c.b, *values, *([_second(c, notes)] if second else [])])
    more = ["p NB"] if second else []
    head = ("model", "minus", f"difference in {metric}", "p", "p adjusted", "MDE", *more)
    align = "llrrrr" + "r" * second
    return Table(f"comparisons-{split}", f"Split {split}", head, align, rows_of(rows), tuple(notes.texts))


def _second(c: Comparison, notes: Footnotes) -> Cell:
    """The p of the second test; a dash with the reason where there is none."""
    if c.p_nadeau_bengio is not None:
        return Cell(p_value(c.p_nadeau_bengio))
    return Cell("–", notes.mark(c.reason_nadeau_bengio) if c.reason_nadeau_bengio else 0)
