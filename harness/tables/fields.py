"""The parts of a row that templates, slices and splits may name: which column is called what."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from harness.tables.rows import Rows

_NOT_A_NAME = re.compile(r"\W+")
ROLES = ("text", "text_pair", "target", "split")
"""What is named by what it is, and no more by its column."""


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
    out = {role: rows.column(column) for role, column in named.items()}
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
        out[name] = rows.column(column)
    return out


def _parts(rows: Rows) -> Any:
    import pyarrow as pa

    return pa.DictionaryArray.from_arrays(pa.array(rows.file), pa.array(rows.part, pa.large_string()))
