"""Statements as a CSV or TSV table under a header line."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from itertools import chain
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
        self.tape, self._delimiter, self._line = tape, delimiter, 0
        place = Place(tape.path, 1)
        try:
            self.header = next((cells for cells in self._one_by_one(()) if cells), [])
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

    def _some(self, size: int) -> tuple[list[list[str]], Sequence[int], Problem | None]:
        """Read rows, with the lines that they begin on, and what is wrong if they cannot be read on."""
        self._line = self.tape.line
        block = self.tape.lines(size)
        together = self._together(block)
        if together is not None:
            return together, range(self._line + 1, self._line + 1 + len(block)), None
        found: list[list[str]] = []
        lines: list[int] = []
        begins = self._line + 1
        try:
            for cells in self._one_by_one(block):
                if cells:
                    found.append(cells)
                    lines.append(begins)
                begins = self._line + 1
                if len(found) == size:
                    break
        except csv.Error as error:
            hint = "quote cells that have a comma, a tab or a quote in them"
            return found, lines, Problem(Place(self.tape.path, begins), "not-csv", str(error), hint)
        except InputError as error:
            place = error.place or Place(self.tape.path)
            return found, lines, Problem(place, "not-utf8", error.message, error.hint)
        return found, lines, None

    def _together(self, block: Sequence[bytes]) -> list[list[str]] | None:
        """Read lines if each is one row, in a third of the time; None if not, or if one cannot be read."""
        try:
            lines = StringIO(b"".join(block).decode("utf-8"), newline="\n")
            found = list(csv.reader(lines, strict=True, delimiter=self._delimiter))
        except (UnicodeDecodeError, csv.Error):
            return None
        return found if len(found) == len(block) and all(found) else None

    def _one_by_one(self, block: Iterable[bytes]) -> Iterator[list[str]]:
        """Read the rows of lines that were taken off the tape, and then of those that are still on it."""
        return csv.reader(self._text(block), strict=True, delimiter=self._delimiter)

    def _text(self, block: Iterable[bytes]) -> Iterator[str]:
        for line in chain(block, self.tape):
            self._line += 1
            try:
                yield line.decode("utf-8")
            except UnicodeDecodeError:
                try:
                    decode(line, Path(self.tape.path))
                except InputError as error:
                    error.place = Place(self.tape.path, self._line)
                    raise
