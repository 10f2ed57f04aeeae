"""Rows of a table -> statement groups, and one sentence on what ``group: auto`` made of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from harness.column_json import joined_text
from harness.examples import Coded, plain, taken
from harness.near_duplicates import alike
from harness.table_data import TableData
from harness.tables.rows import IntArray, Rows

NAMED = 3
"""Ids of the largest group that the note names."""


def groups_of(rows: Rows, data: TableData, columns: Mapping[str, Any], ids: Any, notes: list[str]) -> Coded:
    """Return each row's group: its column's, its look-alikes' first id, or its own id.

    Parameters
    ----------
    rows : Rows
        Those that count.
    data : TableData
    columns : mapping of str to column of text
        The fields, with ``text`` and, where there is one, ``text_pair``.
    ids : column of text
        No value is there twice.
    notes : list of str
        Gets what ``group: auto`` joined.
    """
    if data.columns.group is not None:
        return Coded.of(rows.column(data.columns.group))
    if data.group is None:
        return Coded.distinct(ids)
    pairs = columns.get("text_pair")
    whole = plain(columns["text"])
    if pairs is not None:
        whole = joined_text([whole, plain(pairs)], " ")
    part = alike(whole)
    notes.append(_said(part, ids))
    first = np.full(int(part.max()) + 1, -1, dtype=np.int64)
    first[part[::-1]] = np.arange(rows.n)[::-1]
    return Coded.of(taken(ids, first)).spread(part)


def _said(part: IntArray, ids: Any) -> str:
    """Say how many groups came of how many rows, and what stands in the largest, the first of equals."""
    sizes = np.bincount(part)
    n, largest = len(part), int(sizes.max())
    if largest == 1:
        return f"groups: 'group: auto' found no look-alikes: each of {n:,} rows is a group of its own"
    members = np.flatnonzero(part == part[np.argmax(sizes[part] == largest)])
    named = ", ".join(taken(ids, members[:NAMED]).to_pylist())
    more = f" and {largest - NAMED:,} more" if largest > NAMED else ""
    return (
        f"groups: 'group: auto' made {len(sizes):,} groups of {n:,} rows; {(sizes > 1).sum():,} of them "
        f"with several rows, the largest {largest:,}: {named}{more}"
    )
