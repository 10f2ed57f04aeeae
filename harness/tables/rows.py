"""A table as it was read: columns of text, and where each row stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from harness.errors import Place
from harness.examples import BLOCK, dictionary, plain, taken

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.signedinteger[Any]]


@dataclass(frozen=True)
class Rows:
    """Rows of one table or several.

    Attributes
    ----------
    paths : tuple of str
        The tables' names, as messages have them.
    columns : mapping of str to pyarrow.ChunkedArray
        Text of each column, ``(n,)`` and without nulls: what is missing is empty, a list is JSON.
        Dictionary-encoded, if values are there again and again.
    file, line : (n,) int array
        For each row the number of its table, and the line on which it begins there (the number of the
        row, for tables without lines).
    number : (n,) int array
        The number of the row in all tables of its part, from 1.
    part : tuple of str
        For each table the part of the data that it is (train, test); empty where that is not said.
    classes : mapping of str to tuple of str
        The names of the labels of columns that hold their numbers, in their order.
    digests : tuple of str
        One of each table's content.
    no_text : tuple of str
        Columns that are not in ``columns``, since they hold bytes that are no text.
    column_paths : tuple of mappings
        For each table the names of the files of its columns, where they lie side by side in several.
    """

    paths: tuple[str, ...]
    columns: Mapping[str, Any]
    file: Numbers
    line: Numbers
    number: Numbers
    part: tuple[str, ...] = ("",)
    classes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    digests: tuple[str, ...] = ()
    no_text: tuple[str, ...] = ()
    column_paths: tuple[Mapping[str, str], ...] = ({},)

    @property
    def n(self) -> int:
        """How many rows there are."""
        return len(self.line)

    def place(self, row: int, column: str | None = None) -> Place:
        """Return where a row stands, or its cell of a column."""
        table = int(self.file[row])
        path = self.column_paths[table].get(column or "", self.paths[table])
        return Place(path, int(self.line[row]))

    def column(self, name: str) -> Any:
        """Return the text of a column."""
        return self.columns[name]

    def taken(self, rows: IntArray) -> Self:
        """Return some of the rows; ``rows`` ascends."""
        if len(rows) == self.n:
            return self
        columns = {name: taken(column, rows) for name, column in self.columns.items()}
        numbers = {key: getattr(self, key)[rows] for key in ("file", "line", "number")}
        return replace(self, columns=columns, **numbers)


def encoded(column: Any) -> tuple[IntArray, list[str]]:
    """Return a column as numbers of its distinct values in order of their first row, and those values."""
    made = dictionary(column)
    codes = made.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    used, first = np.unique(codes, return_index=True)
    if len(used) == len(made.dictionary) and (np.diff(first) > 0).all():
        return codes, made.dictionary.to_pylist()
    used = used[np.argsort(first)]  # a dictionary that was read has its own order, perhaps more values
    place = np.zeros(len(made.dictionary), dtype=np.int64)
    place[used] = np.arange(len(used))
    return place[codes], made.dictionary.take(used).to_pylist()


def where_empty(column: Any) -> BoolArray:
    """Return which cells have no text but white space, ``(n,)``."""
    import pyarrow as pa
    import pyarrow.compute as pc

    def bare(cells: Any) -> BoolArray:
        found = pc.equal(pc.utf8_trim_whitespace(cells), "").to_numpy(zero_copy_only=False)
        return np.asarray(found, dtype=np.bool_)

    if pa.types.is_dictionary(column.type):
        made = dictionary(column)
        return np.asarray(bare(made.dictionary)[made.indices.to_numpy(zero_copy_only=False)])
    parts = [bare(column.slice(i, BLOCK)) for i in range(0, len(column), BLOCK)]
    return np.concatenate([np.zeros(0, dtype=bool), *parts])


def joined_rows(tables: Sequence[Rows], parts: Sequence[str]) -> Rows:
    """Put tables with the same columns below one another; rows of one part are numbered on."""
    columns = {name: _below([t.columns[name] for t in tables]) for name in tables[0].columns}
    after: dict[str, int] = {}
    numbers = []
    for table, part in zip(tables, parts, strict=True):
        numbers.append(table.number + after.get(part, 0))
        after[part] = after.get(part, 0) + table.n
    return Rows(
        paths=tuple(t.paths[0] for t in tables),
        columns=columns,
        file=np.repeat(np.arange(len(tables), dtype=np.int32), [t.n for t in tables]),
        line=np.concatenate([t.line for t in tables]),
        number=np.concatenate(numbers),
        part=tuple(parts),
        classes=tables[0].classes,
        digests=tuple(d for t in tables for d in t.digests),
        no_text=tables[0].no_text,
        column_paths=tuple(t.column_paths[0] for t in tables),
    )


def _below(columns: Sequence[Any]) -> Any:
    import pyarrow as pa

    again = all(pa.types.is_dictionary(column.type) for column in columns)
    made = columns if again else [plain(column) for column in columns]
    whole = pa.chunked_array([chunk for column in made for chunk in column.chunks], made[0].type)
    return pa.chunked_array([dictionary(whole)]) if again else whole


def one_table(
    path: str,
    columns: Mapping[str, Any],
    line: Numbers,
    digest: str,
    classes: Mapping[str, tuple[str, ...]] | None = None,
    no_text: Sequence[str] = (),
    column_paths: Mapping[str, str] | None = None,
) -> Rows:
    """Return the rows of one table."""
    zeros = np.zeros(len(line), dtype=np.int32)
    return Rows(
        (path,),
        columns,
        zeros,
        line,
        np.arange(1, len(line) + 1, dtype=np.int32),
        classes=classes or {},
        digests=(digest,),
        no_text=tuple(no_text),
        column_paths=(column_paths or {},),
    )
