"""Statements as JSON lines: many lines are parsed at once, and one by one where something is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

from harness.errors import InputError, Place, Problem, ProblemsError
from harness.labelling.rows import ID, Form, Rows, form_of
from harness.labelling.tape import Tape
from harness.textfile import decode, parse_json, read_jsonl

_MARK = uuid4().hex
"""Stands between lines that are parsed together: a line that is no whole value moves it from its place."""
_BETWEEN = f',"{_MARK}",\n'


@dataclass(frozen=True, slots=True)
class JsonChunk:
    """Lines of a file; see `harness.labelling.rows.Chunk`. ``line`` is the number of the first."""

    path: str
    form: Form
    first: int
    n: int
    line: int
    data: bytes
    mark: Mapping[str, Any]

    def rows(self) -> Rows:
        """Parse the lines."""
        try:
            text = decode(self.data, Path(self.path))
        except InputError as error:
            problem = Problem(error.place or Place(self.path), "not-utf8", error.message, error.hint)
            raise ProblemsError([self._placed(problem)]) from None
        values = _together([line for line in text.split("\n") if line.strip()])
        rows = None if values is None else self._columns(values)
        return rows or self._one_by_one(text)

    def _columns(self, values: Sequence[Any]) -> Rows | None:
        """Return the rows if nothing is wrong with any."""
        try:
            columns = tuple([value[name] for value in values] for name in self.form.columns)
            ids = [value[ID] for value in values] if self.form.ids else None
        except (KeyError, TypeError, IndexError):
            return None
        if any(set(map(type, column)) != {str} for column in columns):
            return None
        if ids is None:
            return None if any(ID in value for value in values) else Rows(self._numbers(), columns)
        good = set(map(type, ids)) <= {str, int} and "" not in ids
        return Rows(list(map(str, ids)), columns) if good else None

    def _one_by_one(self, text: str) -> Rows:
        """Find out which lines are wrong, all of the chunk's."""
        values: list[dict[str, Any]] = []
        problems: list[Problem] = []
        for number, value in read_jsonl(Path(self.path), text):
            if isinstance(value, Problem):
                problems.append(self._placed(value))
            else:
                problems += self.form.row_problems(value, Place(self.path, self.line + number - 1))
                values.append(value)
        if problems:
            raise ProblemsError(problems)
        ids = [str(value[ID]) for value in values] if self.form.ids else self._numbers()
        return Rows(ids, tuple([value[name] for value in values] for name in self.form.columns))

    def _numbers(self) -> list[str]:
        return list(map(str, range(self.first, self.first + self.n)))

    def _placed(self, problem: Problem) -> Problem:
        """Return a problem with its line in the file, not in the chunk."""
        return replace(problem, place=Place(self.path, self.line + problem.place.line - 1))


def _together(lines: Sequence[str]) -> list[Any] | None:
    """Parse lines as strictly as one by one, in a quarter of the time; None if not each is one value."""
    try:
        values = parse_json(f"[{_BETWEEN.join(lines)}]")
    except ValueError:
        return None
    whole = len(values) == 2 * len(lines) - 1 and values[1::2] == [_MARK] * (len(lines) - 1)
    return values[::2] if whole else None


class JsonLines:
    """An open JSONL file or standard input; the first row says whether there are ids."""

    def __init__(self, tape: Tape, parts: Sequence[str]) -> None:
        self.tape, self.parts = tape, parts
        self.form: Form | None = None

    def skip(self, form: Form, mark: Mapping[str, Any]) -> str | None:
        """Go on after a mark."""
        self.form = form
        return self.tape.skip(mark)

    def close(self) -> None:
        """Close the file."""
        self.tape.close()

    def share(self, mark: Mapping[str, Any]) -> float | None:
        """Return the share of the file that lies before a mark."""
        return self.tape.share(mark)

    def chunks(self, size: int, first: int) -> Iterator[JsonChunk]:
        """Yield the lines that are not blank, in chunks of ``size`` lines."""
        line = self.tape.line + 1
        while lines := self.tape.lines(size):
            n = sum(not each.isspace() for each in lines)
            self.form = self.form or self._form(lines)
            if n and self.form:
                yield JsonChunk(
                    self.tape.path, self.form, first, n, line, b"".join(lines), dict(self.tape.mark)
                )
            first, line = first + n, line + len(lines)

    def _form(self, lines: Sequence[bytes]) -> Form | None:
        row = next((each for each in lines if not each.isspace()), None)
        if row is None:
            return None
        try:
            value = parse_json(row.decode("utf-8"))
        except ValueError:
            value = None
        return form_of(self.parts, list(value) if isinstance(value, dict) else ())
