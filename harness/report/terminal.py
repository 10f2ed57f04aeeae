"""Scores as tables in a terminal: legible at 80 columns, without colour and in ASCII."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING

from harness.records import Scores
from harness.report.document import Cell, Table, comparison_tables, leakage_table, score_tables
from harness.report.facts import PARTIAL, sizes
from harness.report.sentence import sentence

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table as RichTable

_ASCII = str.maketrans(
    {"–": "-", "—": "-", "−": "-", "…": "...", "’": "'", "‘": "'", "“": '"', "”": '"', "·": "-", "×": "x"}
)
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def print_scores(scores: Scores, record_info: Mapping[str, str] | Path, console: Console) -> None:
    """Print scores, comparisons and leakage, what they stand on, and where the files are.

    No line is longer than the console is wide, and nothing is said by colour alone. What the console's
    encoding lacks is printed in its nearest ASCII form.

    Parameters
    ----------
    scores : Scores
    record_info : mapping of str to str, or Path
        Printed last, one ``key: value`` a line; for a run's folder, the folder and its report.
    console : rich.console.Console
    """
    voice = _Voice(console)
    if scores.partial:
        voice.say(PARTIAL, style="bold reverse")
    for section in (score_tables(scores), comparison_tables(scores, brief=True), leakage_table(scores)):
        if section is None or not section.tables:
            continue
        voice.say("")
        voice.say(section.title.upper(), style="bold")
        for table in section.tables:
            voice.table(table, partial=scores.partial)
            voice.say("")
        voice.say(section.lead, style="dim")
    voice.say("")
    voice.say(sentence(scores), style="bold")
    voice.say("")
    for note in scores.notes:
        voice.say(f"note: {note}")
    voice.say(", ".join(f"{name} {value}" for name, value in sizes(scores)))
    voice.long("signature: ", scores.signature, "|")
    for key, value in (_files(record_info) if isinstance(record_info, Path) else record_info).items():
        voice.long(f"{key}: ", value, "/")
    if scores.partial:
        voice.say(PARTIAL, style="bold reverse")


def _files(folder: Path) -> dict[str, str]:
    report = folder / "report.html"
    return {"run": str(folder), **({"report": str(report)} if report.is_file() else {})}


class _Voice:
    """Prints to one console, in its width and its encoding."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.encoding = console.encoding
        self.ascii = console.options.ascii_only

    def plain(self, text: str) -> str:
        """Return the text without control characters and without what the encoding lacks."""
        text = "".join(c if c.isprintable() else " " for c in text)
        if self.ascii:
            text = text.translate(_ASCII)
        return text.encode(self.encoding, "backslashreplace").decode(self.encoding)

    def say(self, text: str, style: str = "") -> None:
        """Print a paragraph, wrapped between words; markup in it is text."""
        from rich.text import Text

        self.console.print(Text(self.plain(text), style=style), highlight=False)

    def long(self, head: str, text: str, mark: str) -> None:
        """Print one long word, broken after ``mark`` where a line is full."""
        lines = [self.plain(head)]
        for piece in _pieces(self.plain(text), mark, self.console.width):
            if len(lines[-1]) + len(piece) > self.console.width:
                lines.append("")
            lines[-1] += piece
        self.say_lines(lines)

    def say_lines(self, lines: Sequence[str]) -> None:
        """Print lines as they are."""
        from rich.text import Text

        for line in lines:
            self.console.print(Text(line), highlight=False, overflow="fold", no_wrap=False)

    def table(self, table: Table, *, partial: bool) -> None:
        """Print a table; as several, side parts below each other, where it is too wide for one."""
        parts = list(self._parts(table))
        loud = " - PARTIAL" if partial else ""
        loud = " - PARTIAL" if partial else ""
        for i, part in enumerate(parts):
            self.say(f"{table.caption}{' (continued)' if i else ''}{loud}", style="italic")
            self.console.print(self._rich(part))
        if parts != [table]:
            self.say("Where only a value is shown, its interval is in the report.", style="dim")
        for number, note in enumerate(table.notes, 1):
            self.say(f"{self._raised(number)} {note}", style="dim")

    def _raised(self, number: int) -> str:
        return f"({number})" if self.ascii else str(number).translate(_RAISED)

    def _parts(self, table: Table) -> Iterator[Table]:
        """Divide a table that does not fit: first intervals of all but the first score go, then columns."""
        if self._fits(table):
            yield table
            return
        first = table.align.index("r") if "r" in table.align else 0
        table = _bare(table, first + 1)
        start = first
        while start < len(table.head):
            stop = start + 1
            while stop < len(table.head) and self._fits(_columns(table, first, start, stop + 1)):
                stop += 1
            yield _columns(table, first, start, stop)
            start = stop

    def _fits(self, table: Table) -> bool:
        from rich.measure import Measurement

        free = self.console.options.update(max_width=10_000)
        return Measurement.get(self.console, free, self._rich(table)).maximum <= self.console.width

    def _rich(self, table: Table) -> RichTable:
        from rich import box
        from rich.table import Table as RichTable
        from rich.text import Text

        style = box.ASCII2 if self.ascii else box.SIMPLE_HEAD
        out = RichTable(box=style, pad_edge=False, show_edge=False, padding=(0, 1))
        columns = [self._column([row[i] for row in table.rows], align) for i, align in enumerate(table.align)]
        for name, align, cells in zip(table.head, table.align, columns, strict=True):
            number = align == "r"
            # A number is never cut; a long name folds instead.
            widest = max(len(w) for w in [*cells, *name.split(), "-"])
            head = wrap(self.plain(name), widest) if number else [self.plain(name)]
            out.add_column(
                Text("\n".join(head)), justify="right" if number else "left", no_wrap=number, overflow="fold"
            )
        for row in zip(*columns, strict=True):
            out.add_row(*map(Text, row))
        return out

    def _column(self, cells: Sequence[Cell], align: str) -> list[str]:
        """Return a column's texts; numbers end in line, and marks of footnotes hang behind them."""
        marks = [self._raised(c.note) if c.note else "" for c in cells]
        hang = max(map(len, marks), default=0) if align == "r" else 0
        return [self.plain(c.text) + mark.ljust(hang) for c, mark in zip(cells, marks, strict=True)]


def _columns(table: Table, first: int, start: int, stop: int) -> Table:
    """Return the leading columns of words and the columns from ``start`` to ``stop``."""
    keep = [*range(first), *range(start, stop)]
    return replace(
        table,
        head=tuple(table.head[i] for i in keep),
        align="".join(table.align[i] for i in keep),
        rows=tuple(tuple(row[i] for i in keep) for row in table.rows),
    )


def _bare(table: Table, start: int) -> Table:
    """Return the table without the intervals of the columns from ``start`` on."""
    rows = tuple(
        tuple(
            replace(c, text=c.text.split(" [")[0]) if i >= start and table.align[i] == "r" else c
            for i, c in enumerate(row)
        )
        for row in table.rows
    )
    return replace(table, rows=rows)


def _pieces(text: str, mark: str, width: int) -> Iterator[str]:
    """Yield the text cut after each mark, and anywhere where a piece is longer than a line."""
    for piece in text.replace(mark, f"{mark}\0").split("\0"):
        yield from (piece[i : i + width] for i in range(0, len(piece), width))
