"""Two tables -> one: each row gets the columns of the row of a second table that has its key."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from harness.errors import Place, Problem, did_you_mean
from harness.examples import taken
from harness.table_data import Join
from harness.tables.found import Found
from harness.tables.rows import Rows, encoded


def joined(rows: Rows, other: Rows, join: Join) -> Rows:
    """Add the columns of a second table.

    Parameters
    ----------
    rows, other : Rows
        The first table and the second.
    join : Join

    Raises
    ------
    ProblemsError
        A column that one of them lacks or that both have; keys that the second table has twice or
        lacks, by line.
    """
    found = Found(rows.paths[0])
    here, there = join.keys
    _columns(rows, other, join, found)
    found.check()
    keys = other.column(there).to_pylist()
    row_of: dict[str, int] = {}
    twice = [i for i, key in enumerate(keys) if row_of.setdefault(key, i) != i]
    found.rows(
        twice,
        lambda i: Problem(
            other.place(i),
            "duplicate-id",
            f"the key '{keys[i]}' is also at {other.place(row_of[keys[i]])}",
            "each key of a joined table stands there once",
        ),
        "duplicate-id",
        "keys that are there twice",
    )
    codes, values = encoded(rows.column(here))
    at = np.array([row_of.get(value, -1) for value in values], dtype=np.int64)[codes]
    found.rows(
        np.flatnonzero(at < 0),
        lambda i: Problem(
            rows.place(i), "dangling-id", f"the key '{values[codes[i]]}' is not in {' or '.join(other.paths)}"
        ),
        "dangling-id",
        "rows whose key is not in the joined table",
    )
    found.check()
    added = {name: taken(other.column(name), at) for name in join.columns or _others(other, there)}
    return replace(rows, columns={**rows.columns, **added}, digests=(*rows.digests, *other.digests))


def _others(other: Rows, key: str) -> list[str]:
    return [name for name in other.columns if name != key]


def _columns(rows: Rows, other: Rows, join: Join, found: Found) -> None:
    here, there = join.keys
    for table, names in ((rows, [here]), (other, [there, *join.columns])):
        for name in names:
            if name not in table.columns:
                message = f"no column '{name}', which 'join' names"
                hint = did_you_mean(name, table.columns)
                found.add(Place(table.paths[0], 1), "missing-field", message, hint)
    for name in join.columns or _others(other, there):
        if name in rows.columns:
            hint = "name the columns that you want in join.columns"
            found.add(Place(other.paths[0], 1), "not-csv", f"both tables have a column '{name}'", hint)
