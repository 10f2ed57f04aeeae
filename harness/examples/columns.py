"""Examples of a large table, in columns: a sequence of `Example` that makes each when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, overload

import numpy as np
import numpy.typing as npt

from harness.examples.text_columns import BLOCK, Coded, Numbers, taken
from harness.records import Example

KEPT = 100_000
"""Examples up to which what was asked for once is kept: models of small data ask for each many times."""
NO_VOTES: dict[str, str | None] = {}
"""Shared by all examples without votes."""


class RowFields(Mapping[str, str]):
    """One row of columns; it holds no text of its own.

    Parameters
    ----------
    columns : mapping of str to pyarrow.Array or ChunkedArray
        Shared by all rows.
    row : int
    """

    __slots__ = ("_columns", "_row")

    def __init__(self, columns: Mapping[str, Any], row: int) -> None:
        self._columns = columns
        self._row = row

    def __getitem__(self, name: str) -> str:
        value: str = self._columns[name][self._row].as_py()
        return value

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)

    def __contains__(self, name: object) -> bool:
        return name in self._columns

    def __repr__(self) -> str:
        return repr(dict(self))


@dataclass(frozen=True, eq=False)
class Examples(Sequence[Example]):
    """Labelled texts in columns, as many as a file has; each is an `Example` when it is asked for.

    What goes through all of them uses the columns; ``for``, ``len``, ``[i]`` and slices work as on a tuple.

    Attributes
    ----------
    ids, texts : pyarrow.Array or ChunkedArray of text, ``(n,)``
        Ids are unique.
    label_names : tuple of str
    labels : (n,) int array
        Numbers in ``label_names``.
    groups : Coded
    articles : Coded or None
        None where the data do not say what comes from where: all are empty then.
    fields : mapping of str to pyarrow.Array or ChunkedArray of text
        Perhaps dictionary-encoded.
    votes : mapping of str to (n,) int array
        Each annotator's numbers in ``label_names``, -1 where there is none.
    pairs : pyarrow.Array or ChunkedArray of text, or None
    beside : tuple of such columns
    distribution : (n, n_labels) float array or None
        Shares of labels, NaN in the rows that have none.
    """

    ids: Any
    texts: Any
    label_names: tuple[str, ...]
    labels: Numbers
    groups: Coded
    articles: Coded | None
    fields: Mapping[str, Any]
    votes: Mapping[str, Numbers]
    pairs: Any = None
    beside: tuple[Any, ...] = ()
    distribution: npt.NDArray[np.float64] | None = None

    def __len__(self) -> int:
        return len(self.labels)

    @overload
    def __getitem__(self, at: int) -> Example: ...
    @overload
    def __getitem__(self, at: slice) -> Examples: ...
    def __getitem__(self, at: int | slice) -> Example | Examples:
        if isinstance(at, slice):
            return self.taken(np.arange(len(self))[at])
        if len(self) <= KEPT:
            return self._kept[at]
        row = range(len(self))[at]
        return next(self._made(slice(row, row + 1)))

    def __iter__(self) -> Iterator[Example]:
        if len(self) <= KEPT:
            yield from self._kept
            return
        for rows in self.blocks():
            yield from self._made(rows)

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, Sequence) or isinstance(other, str):
            return NotImplemented
        return len(self) == len(other) and all(a == b for a, b in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]

    def __getstate__(self) -> dict[str, Any]:
        return {k: v for k, v in self.__dict__.items() if k in self.__dataclass_fields__}

    def blocks(self) -> Iterator[slice]:
        """Yield slices of `BLOCK` rows that cover all."""
        return (slice(i, min(i + BLOCK, len(self))) for i in range(0, len(self), BLOCK))

    @cached_property
    def _kept(self) -> tuple[Example, ...]:
        return tuple(e for rows in self.blocks() for e in self._made(rows))

    def _made(self, rows: slice) -> Iterator[Example]:
        n = rows.stop - rows.start
        some = [column.slice(rows.start, n).to_pylist() for column in (self.ids, self.texts)]
        pairs = [None] * n if self.pairs is None else self.pairs.slice(rows.start, n).to_pylist()
        beside = [column.slice(rows.start, n).to_pylist() for column in self.beside]
        groups = self.groups.text(rows)
        articles = [""] * n if self.articles is None else self.articles.text(rows)
        for k, (i, text) in enumerate(zip(*some, strict=True)):
            row = rows.start + k
            label = self.label_names[int(self.labels[row])]
            fields = RowFields(self.fields, row)
            more = pairs[k], tuple(column[k] for column in beside), self._shares_of(row)
            yield Example(i, label, text, groups[k], articles[k], fields, self._votes_of(row), *more)

    def _votes_of(self, row: int) -> Mapping[str, str | None]:
        if not self.votes:
            return NO_VOTES
        names = (*self.label_names, None)
        return {who: names[int(said[row])] for who, said in self.votes.items()}

    def _shares_of(self, row: int) -> tuple[float, ...] | None:
        if self.distribution is None or np.isnan(self.distribution[row, 0]):
            return None
        shares = tuple(self.distribution[row].tolist())
        return self._shares.setdefault(shares, shares)

    @cached_property
    def _shares(self) -> dict[tuple[float, ...], tuple[float, ...]]:
        """Distributions by themselves, so that equal ones are one object."""
        return {}

    def taken(self, rows: npt.ArrayLike) -> Examples:
        """Return some of the examples, by position, in the order given."""
        at = np.asarray(rows, dtype=np.intp)
        return Examples(
            ids=taken(self.ids, at),
            texts=taken(self.texts, at),
            label_names=self.label_names,
            labels=self.labels[at],
            groups=self.groups.taken(at),
            articles=None if self.articles is None else self.articles.taken(at),
            fields={name: taken(column, at) for name, column in self.fields.items()},
            votes={who: said[at] for who, said in self.votes.items()},
            pairs=None if self.pairs is None else taken(self.pairs, at),
            beside=tuple(taken(column, at) for column in self.beside),
            distribution=None if self.distribution is None else self.distribution[at],
        )

    def shown(self, texts: Any, pairs: Any, beside: Sequence[Any] = ()) -> Examples:
        """Return the examples with other texts (second, further); themselves, if those are the same."""
        if texts is self.texts and pairs is self.pairs and not beside and not self.beside:
            return self
        return replace(self, texts=texts, pairs=pairs, beside=tuple(beside))

    @cached_property
    def order(self) -> Numbers:
        """The positions of the examples in the order of their ids, ``(n,)``."""
        import pyarrow.compute as pc

        found: Numbers = pc.sort_indices(self.ids).to_numpy().astype(np.int32)
        return found


def field_names(examples: Sequence[Example]) -> list[str]:
    """Return the names of the fields of the first example, sorted; nothing without one."""
    if isinstance(examples, Examples):
        return sorted(examples.fields)
    return sorted(examples[0].fields) if examples else []
