"""What a model needs of new statements, how a file has it, and rows that have been read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from harness.errors import Place, Problem, did_you_mean
from harness.inputs import template_parts

STATEMENT, TEXT, ID = "statement", "text", "id"
"""Where a model sees the statement alone, its column may be called ``text``."""


TEXT_HINT, ID_HINT = "put text in quotes", "mend it, or leave the ids of all rows out"


@dataclass(frozen=True, slots=True)
class Form:
    """How the rows of a file are read: whether they have ids, and the columns of the wanted parts."""

    ids: bool
    columns: tuple[str, ...]

    def table_problems(self, columns: Sequence[str], place: Place) -> Iterator[Problem]:
        """Yield a problem for each column that a table lacks or has twice."""
        for name in self.columns:
            if name not in columns:
                yield Problem(place, "missing-field", f"no column '{name}'", did_you_mean(name, columns))
        for name in dict.fromkeys(columns):
            if columns.count(name) > 1:
                message = f"the column '{name}' is there twice"
                yield Problem(place, "duplicate-key", message, "keep one of them")

    def row_problems(self, row: Mapping[str, Any], place: Place) -> Iterator[Problem]:
        """Yield whatever is wrong with a row: a part or id that is missing, no text, or not asked for."""
        for name in self.columns:
            if name not in row:
                yield Problem(place, "missing-field", f"no '{name}'", did_you_mean(name, row))
            elif not isinstance(row[name], str):
                yield Problem(place, "bad-value", f"'{name}' must be text, got {_said(row[name])}", TEXT_HINT)
        key, hint = row.get(ID), "give ids in all rows or in none"
        if self.ids and ID not in row:
            yield Problem(place, "missing-field", "no id, but the first row has one", hint)
        elif not self.ids and ID in row:
            yield Problem(place, "unknown-field", "an id, but the first row has none", hint)
        elif self.ids and not (isinstance(key, str | int) and not isinstance(key, bool) and key != ""):
            yield Problem(place, "bad-value", f"an id is text or a whole number, got {_said(key)}", ID_HINT)


def _said(value: Any) -> str:
    return "null" if value is None else "an empty one" if value == "" else repr(value)[:40]


def form_of(parts: Sequence[str], columns: Sequence[str]) -> Form:
    """Return how rows with these columns are read by a model that is shown these parts."""
    other = tuple(parts) == (STATEMENT,) and STATEMENT not in columns and TEXT in columns
    return Form(ID in columns, (TEXT,) if other else tuple(parts))


def parts_of(*templates: str | None) -> tuple[str, ...]:
    """Return the parts that templates name, each once, in the order of their first mention."""
    return tuple(dict.fromkeys(part for t in templates if t is not None for part in template_parts(t)))


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows that have been read: their ids, and the wanted parts column by column."""

    ids: Sequence[str]
    columns: tuple[Sequence[str], ...]


class Chunk(Protocol):
    """Rows that follow each other in a file."""

    @property
    def first(self) -> int:
        """The number of the first, from 1."""
        ...

    @property
    def n(self) -> int:
        """How many there are."""
        ...

    @property
    def form(self) -> Form:
        """How they are read."""
        ...

    @property
    def mark(self) -> Mapping[str, Any]:
        """What of the input has been read with the last of them, for `Stream.skip`."""
        ...

    def rows(self) -> Rows:
        """Read the rows; raise `ProblemsError` with every problem of the chunk."""
        ...


class Stream(Protocol):
    """An open file of statements."""

    def skip(self, form: Form, mark: Mapping[str, Any]) -> str | None:
        """Pass over what an earlier call has read; return why that is not what is there now, or None."""
        ...

    def chunks(self, size: int, first: int) -> Iterator[Chunk]:
        """Yield the rows in chunks of at most ``size``; ``first`` is the number of the first of them."""
        ...

    def share(self, mark: Mapping[str, Any]) -> float | None:
        """Return the share of the input that lies before a mark, if its end is known."""
        ...

    def close(self) -> None:
        """Close the file."""
        ...
