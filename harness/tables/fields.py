"""The parts of a row that templates, slices and splits may name, looked up where they are stored."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from harness.tables.rows import Rows

_NOT_A_NAME = re.compile(r"\W+")
ROLES = ("text", "text_pair", "target", "split")
"""What is named by what it is, and no more by its column."""


class RowFields(Mapping[str, str]):
    """One row of columns; it holds no text of its own.

    Parameters
    ----------
    columns : mapping of str to pyarrow.LargeStringArray
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


def field_columns(rows: Rows, roles: Mapping[str, str], hidden: set[str]) -> dict[str, Any]:
    """Return the columns that examples show, by the names that templates use.

    Parameters
    ----------
    rows : Rows
    roles : mapping
        What `Columns.named` returns.
    hidden : set of str
        Columns of labels, which no model may see.

    Returns
    -------
    dict
        First text, text_pair, target and split; then every other column under its own name, with ``_``
        for whatever is no letter, digit or underscore, and ``_2`` and so on where a name is taken.
    """
    named = {role: roles[role] for role in ROLES if role in roles}
    out = {role: rows.column(column).combine_chunks() for role, column in named.items()}
    if "split" not in out and any(rows.part):
        out["split"] = _parts(rows)
    for column in rows.columns:
        if column in named.values() or column in hidden:
            continue
        plain = _NOT_A_NAME.sub("_", column).strip("_") or "column"
        name, k = plain, 1
        while name in out:
            k += 1
            name = f"{plain}_{k}"
        out[name] = rows.column(column).combine_chunks()
    return out


def _parts(rows: Rows) -> Any:
    import pyarrow as pa

    return pa.array(rows.part, pa.large_string()).take(pa.array(rows.file))
