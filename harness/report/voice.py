"""How a console says things: paragraphs, long words and tables, in its width and its encoding."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from textwrap import wrap
from typing import TYPE_CHECKING

from harness.report.tables import Cell, Table

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table as RichTable

WORDS = 14
"""Cells that a column of words keeps at least, if it needs them; longer words fold."""
BETWEEN = 3
"""Cells between two columns."""
_ASCII = str.maketrans(
    {"–": "-", "—": "-", "−": "-", "…": "...", "’": "'", "‘": "'", "“": '"', "”": '"', "·": "-", "×": "x"}
)
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


class Voice:
    """Prints to one console, in its width and its encoding.

    Parameters
    ----------
    console : rich.console.Console
    """

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

    def table(self, table: Table, *, partial: bool = False) -> None:
        """Print a table; as several, side parts below each other, where it is too wide for one."""
        parts = list(self._parts(table))
        loud = " - PARTIAL" if partial else ""
        for i, part in enumerate(parts):
            if i:
                self.say("")
            self.say(f"{table.caption}{' (continued)' if i else ''}{loud}", style="italic")
            self.console.print(self._rich(part))
        if parts != [table] and _bare(table) != table:
            self.say("Where only a value is shown, its interval is in the report.", style="dim")
        for number, note in enumerate(table.notes, 1):
            mark = f"{self._raised(number)} "
            for line in wrap(self.plain(mark + note), self.console.width, subsequent_indent=" " * len(mark)):
                self.say(line, style="dim")

    def _raised(self, number: int) -> str:
        return f"({number})" if self.ascii else str(number).translate(_RAISED)

    def _parts(self, table: Table) -> Iterator[Table]:
        """Divide a table that does not fit: first intervals of all but the first score go, then columns."""
        if self._fits(table) or "r" not in table.align:
            yield table
            return
        table = _bare(table)
        keys = 1 if table.align.startswith("lr") else 2
        start = keys
        while start < len(table.head):
            stop = start + 1
            while stop < len(table.head) and self._fits(_columns(table, keys, start, stop + 1)):
                stop += 1
            yield _columns(table, keys, start, stop)
            start = stop

    def _fits(self, table: Table) -> bool:
        """Whether numbers stay whole and words keep `WORDS` cells."""
        width = BETWEEN * (len(table.head) - 1)
        for i, align in enumerate(table.align):
            cells = self._column([row[i] for row in table.rows], align)
            words = table.head[i].split() if align == "r" else [table.head[i]]
            widest = max(map(len, [*cells, *words]))
            width += widest if align == "r" else min(widest, WORDS)
        return width <= self.console.width

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


def _bare(table: Table) -> Table:
    """Return the table without the intervals of all columns but the first that has any."""
    having = [i for i in range(len(table.head)) if any(" [" in row[i].text for row in table.rows)]
    rest = [i for i in having[1:] if table.align[i] == "r"]
    rows = tuple(
        tuple(replace(c, text=c.text.split(" [")[0]) if i in rest else c for i, c in enumerate(row))
        for row in table.rows
    )
    return replace(table, rows=rows)


def _pieces(text: str, mark: str, width: int) -> Iterator[str]:
    """Yield the text cut after each mark, and anywhere where a piece is longer than a line."""
    for piece in text.replace(mark, f"{mark}\0").split("\0"):
        yield from (piece[i : i + width] for i in range(0, len(piece), width))
