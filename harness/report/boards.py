"""Leaderboards and comparisons of runs as the same plain tables that reports are made of."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from harness.errors import InputError, did_you_mean
from harness.records import Board, Flip, PairedRuns
from harness.report.digits import counted, decimal, metric_name, p_value, with_interval
from harness.report.tables import Cell, Footnotes, Section, Table, rows_of

FORMATS = ("md", "latex", "csv", "html")
LEAD = (
    "Models in one tie group cannot be told apart from the best of the group (p adjusted after Holm, "
    "clusters respected); the order within a group means nothing. The note on a model is its signature. "
    "Other data, labels or divisions are other tables."
)
SWEEP_LEAD = (
    "The best of {n} runs was chosen on the statements that it is scored on, so its score is optimistic as "
    "an estimate for new statements. To choose without that, let 'tune' choose inside each training set."
)
COMPARE_LEAD = (
    "Differences are second run minus first, paired by statement and clustered by statement group; "
    "p adjusted: Holm over these comparisons; MDE: the true difference that such a test finds with 80% power."
)


def board_section(boards: Sequence[Board]) -> Section:
    """Return every leaderboard as a table."""
    return Section("leaderboard", "Leaderboard", LEAD, tuple(_board(i, b) for i, b in enumerate(boards, 1)))


def sweep_section(name: str, n: int, boards: Sequence[Board]) -> Section:
    """Return the leaderboards of a sweep of ``n`` runs, with what choosing among them does to a score."""
    lead = f"{SWEEP_LEAD.format(n=n)} {LEAD}"
    return Section("sweep", f"Sweep {name}", lead, tuple(_board(i, b) for i, b in enumerate(boards, 1)))


def _board(number: int, board: Board) -> Table:
    notes = Footnotes()
    size = f"{counted(board.n, 'statement')}, {counted(board.n_groups, 'group')}"
    caption = f"{metric_name(board.metric)} under {board.split}; {size}; data {board.data[:12]}"
    rows = []
    for e in board.entries:
        p = "–" if e.p_from_leader is None else p_value(e.p_from_leader)
        model = Cell(e.model, notes.mark(e.signature))
        rows.append((str(e.tie_group), model, e.run, e.mode, notes.score(e.score), p))
    head = ("tie group", "model", "run", "interval", metric_name(board.metric), "p adjusted")
    return Table(f"leaderboard-{number}", caption, head, "rlllrr", rows_of(rows), tuple(notes.texts))


def comparison_section(paired: Sequence[PairedRuns]) -> Section:
    """Return the differences as one table, then a table of changed statements for each."""
    notes = Footnotes()
    rows = []
    for p in paired:
        c = p.comparison
        mark = notes.mark(c.reason) if c.reason else 0
        delta = with_interval(c.delta, c.ci_low, c.ci_high)
        gained = sum(f.better == "a" for f in p.flips)
        changed = f"+{gained} -{len(p.flips) - gained}"
        cells = (
            c.split,
            f"{c.a} - {c.b}",
            Cell(delta, mark if c.ci_low is None else 0),
            p_value(c.p),
            p_value(c.p_adjusted),
            Cell("none" if c.mde is None else decimal(c.mde), mark if c.mde is None else 0),
            changed,
        )
        rows.append(cells)
    name = metric_name(paired[0].comparison.metric)
    head = ("split", "models", f"difference in {name}", "p", "p adjusted", "MDE", "statements")
    table = Table("differences", "Paired differences", head, "llrrrrr", rows_of(rows), tuple(notes.texts))
    flips = tuple(t for i, p in enumerate(paired, 1) for t in _flips(i, p))
    return Section("compare", "Comparison", COMPARE_LEAD, (table, *flips))


def _flips(number: int, paired: PairedRuns) -> Sequence[Table]:
    if not paired.flips:
        return ()
    c = paired.comparison
    rows = [(f.id, f.gold, f.a, f.b, _change(f), f.text) for f in paired.flips]
    head = ("statement", "gold", f"{c.a}", f"{c.b}", "change", "text")
    caption = f"Statements that changed under {c.split}: {c.a} against {c.b}"
    return (Table(f"changed-{number}", caption, head, "llllll", rows_of(rows)),)


def _change(flip: Flip) -> str:
    return "right now" if flip.better == "a" else "wrong now"


def render_section(form: str, section: Section) -> str:
    """Return a section in one of `FORMATS`.

    Raises
    ------
    InputError
        There is no such format.
    """
    if form == "md":
        from harness.report.markdown import markdown_section

        return markdown_section(section) + "\n"
    if form == "latex":
        from harness.report.latex import latex_table

        return "\n\n".join(latex_table(t, section.title) for t in section.tables) + "\n"
    if form == "csv":
        return _csv(section)
    if form == "html":
        from harness.report.html import section_page

        return section_page(section)
    raise InputError(f"unknown format '{form}'", hint=did_you_mean(form, FORMATS))


def _csv(section: Section) -> str:
    """Return every table below its own head; what a cell's mark points to is the last column."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for table in section.tables:
        writer.writerow(["table", *table.head, "notes"])
        for row in table.rows:
            notes = " ".join(table.notes[c.note - 1] for c in row if c.note)
            writer.writerow([table.caption, *(c.text for c in row), notes])
    return out.getvalue()
