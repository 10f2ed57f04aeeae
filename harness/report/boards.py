"""Leaderboards as the same plain tables that reports are made of, and any section in a format for files."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from harness.errors import InputError, did_you_mean
from harness.records import Board
from harness.report.digits import counted, metric_name, p_value
from harness.report.tables import Cell, Footnotes, Section, Table, rows_of

FORMATS = ("md", "latex", "csv", "html")
LEAD = (
    "Models in one tie group cannot be told apart from the best of the group (p adjusted after Holm, "
    "clusters respected); the order within a group means nothing. Other data, labels or divisions are "
    "other tables."
)
SWEEP_LEAD = (
    "The best of {n} runs was chosen on the statements that it is scored on, so its score is optimistic as "
    "an estimate for new statements. To choose without that, let 'tune' choose inside each training set."
)
SIGNATURES = "The note on a model is its signature."
UNSIGNED = "--signatures shows what each score was made with."


def board_section(boards: Sequence[Board], *, signed: bool = True) -> Section:
    """Return every leaderboard as a table; ``signed`` gives each model's signature as a note."""
    return Section("leaderboard", "Leaderboard", _lead(signed), _boards(boards, signed))


def sweep_section(name: str, n: int, boards: Sequence[Board]) -> Section:
    """Return the leaderboards of a sweep of ``n`` runs, with what choosing among them does to a score."""
    return Section(
        "sweep", f"Sweep {name}", f"{SWEEP_LEAD.format(n=n)} {LEAD}", _boards(boards, signed=False)
    )


def _lead(signed: bool) -> str:
    return f"{LEAD} {SIGNATURES if signed else UNSIGNED}"


def _boards(boards: Sequence[Board], signed: bool) -> tuple[Table, ...]:
    return tuple(_board(i, b, signed) for i, b in enumerate(boards, 1))


def _board(number: int, board: Board, signed: bool) -> Table:
    notes = Footnotes()
    size = f"{counted(board.n, 'statement')}, {counted(board.n_groups, 'group')}"
    caption = f"{metric_name(board.metric)} under {board.split}; {size}; data {board.data[:12]}"
    rows = []
    for e in board.entries:
        p = "–" if e.p_from_leader is None else p_value(e.p_from_leader)
        model = Cell(e.model, notes.mark(e.signature) if signed else 0)
        rows.append((str(e.tie_group), model, e.run, e.mode, notes.score(e.score), p))
    head = ("tie group", "model", "run", "interval", metric_name(board.metric), "p adjusted")
    return Table(f"leaderboard-{number}", caption, head, "rlllrr", rows_of(rows), tuple(notes.texts))


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
