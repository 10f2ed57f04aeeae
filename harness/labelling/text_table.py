"""Statements as a CSV or TSV table under a header line."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.errors import InputError, Place, Problem, ProblemsError
from harness.labelling.rows import ID, Form, Rows, form_of
from harness.labelling.tape import Tape
from harness.textfile import decode


@dataclass(frozen=True, slots=True)
class TableChunk:
    """Rows of a table; see `harness.labelling.rows.Chunk`.

    ``lines`` are the numbers of the lines on which the rows begin; ``broken`` is what ended the reading.
    """

    path: str
    form: Form
    first: int
    header: Sequence[str]
    cells: Sequence[Sequence[str]]
    lines: Sequence[int]
    broken: Problem | None
    mark: Mapping[str, Any]

    @property
    def n(self) -> int:
        """How many rows there are."""
        return len(self.cells)

    def rows(self) -> Rows:
        """Take the columns out of the cells."""
        width, problems = len(self.header), [self.broken] if self.broken else []
        ids: Sequence[str] = list(map(str, range(self.first, self.first + self.n)))
        if set(map(len, self.cells)) - {width}:
            problems += [
                Problem(
                    Place(self.path, line),
                    "not-csv",
                    f"expected {width} cells, got {len(cells)}",
                    "quote cells that have a comma, a tab or a quote in them",
                )
                for line, cells in zip(self.lines, self.cells, strict=True)
                if len(cells) != width
            ]
        elif self.form.ids:
            ids = self._column(ID)
            for line, key in zip(self.lines, ids, strict=True) if "" in ids else ():
                problems += self.form.row_problems(
                    {ID: key, **dict.fromkeys(self.form.columns, "")}, Place(self.path, line)
                )
        if problems:
            raise ProblemsError(problems)
        return Rows(ids, tuple(map(self._column, self.form.columns)))

    def _column(self, name: str) -> list[str]:
        i = self.header.index(name)
        return [cells[i] for cells in self.cells]


class TextTable:
    """An open table; its header is read at once.

    Raises
    ------
    InputError
        There is no header.
    ProblemsError
        The header lacks a part or has a column twice.
    """

    def __init__(self, tape: Tape, parts: Sequence[str], delimiter: str) -> None:
        self.tape = tape
        self._cells = csv.reader(self._text(), strict=True, delimiter=delimiter)
        place = Place(tape.path, 1)
        try:
            self.header = next((cells for cells in self._cells if cells), [])
        except csv.Error as error:
            raise ProblemsError([Problem(place, "not-csv", str(error))]) from None
        if not self.header:
            raise InputError("no header line", place=place, hint="name the columns in the first line")
        self.form = form_of(parts, self.header)
        problems = list(self.form.table_problems(self.header, place))
        if problems:
            raise ProblemsError(problems)

    def skip(self, form: Form, mark: Mapping[str, Any]) -> str | None:
        """Go on after a mark."""
        return "the header changed" if form != self.form else self.tape.skip(mark)

    def close(self) -> None:
        """Close the file."""
        self.tape.close()

    def share(self, mark: Mapping[str, Any]) -> float | None:
        """Return the share of the file that lies before a mark."""
        return self.tape.share(mark)

    def chunks(self, size: int, first: int) -> Iterator[TableChunk]:
        """Yield the rows in chunks of ``size``; blank lines are none."""
        broken = None
        while broken is None:
            cells, lines, broken = self._some(size)
            if not cells and broken is None:
                return
            mark = dict(self.tape.mark)
            yield TableChunk(self.tape.path, self.form, first, self.header, cells, lines, broken, mark)
            first += len(cells)

    def _some(self, size: int) -> tuple[list[list[str]], list[int], Problem | None]:
        """Read rows, with the lines that they begin on, and what is wrong if they cannot be read on."""
        found: list[list[str]] = []
        lines: list[int] = []
        begins = self.tape.line + 1
        try:
            for cells in self._cells:
                if cells:
                    found.append(cells)
                    lines.append(begins)
                begins = self.tape.line + 1
                if len(found) == size:
                    break
        except csv.Error as error:
            hint = "quote cells that have a comma, a tab or a quote in them"
            return found, lines, Problem(Place(self.tape.path, begins), "not-csv", str(error), hint)
        except InputError as error:
            place = error.place or Place(self.tape.path)
            return found, lines, Problem(place, "not-utf8", error.message, error.hint)
        return found, lines, None

    def _text(self) -> Iterator[str]:
        for line in self.tape:
            try:
                yield line.decode("utf-8")
            except UnicodeDecodeError:
                try:
                    decode(line, Path(self.tape.path))
                except InputError as error:
                    error.place = Place(self.tape.path, self.tape.line)
                    raise
