"""A column of any Arrow type -> its text: empty for null, JSON for what is nested; repeated values once."""

from __future__ import annotations

import math
from typing import Any

from harness.examples import dictionary
from harness.textfile import to_json

SAMPLE = 20_000
"""Rows that say whether a column repeats itself."""


def as_text(column: Any) -> Any:
    """Return a column as text without nulls.

    Parameters
    ----------
    column : pyarrow.ChunkedArray
        Numbers are written as Arrow writes them (whole floats without a fraction), truth values as
        ``true`` and ``false``, lists and structs as JSON.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type
    if pa.types.is_dictionary(kind):
        column, kind = column.cast(kind.value_type), kind.value_type
    if pa.types.is_nested(kind):
        cells = [None if value is None else to_json(_plain(value)) for value in column.to_pylist()]
        made = pa.chunked_array([pa.array(cells, pa.large_string())])
    else:
        if pa.types.is_floating(kind):
            column = _whole_where_it_can(column)
        made = column.cast(pa.large_string())
    return pc.fill_null(made, "") if made.null_count else made


def _plain(value: Any) -> Any:
    """Return what JSON can hold: words for dates and the like, and for numbers that are not finite."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else str(value)
    return value if isinstance(value, str | int | float | None) else str(value)


def _whole_where_it_can(column: Any) -> Any:
    """Turn floats into whole numbers if all are: what pandas makes of whole numbers with gaps."""
    import pyarrow as pa
    import pyarrow.compute as pc

    column = pc.if_else(pc.is_nan(column), pa.scalar(None, column.type), column)
    try:
        return column.cast(pa.int64())
    except pa.ArrowInvalid:
        return column


def repeats(cells: Any) -> bool:
    """Whether text has so few different values that numbers and a dictionary take less memory."""
    import pyarrow.compute as pc

    return bool(pc.count_distinct(cells).as_py() * 2 <= len(cells))


def compact(column: Any) -> Any:
    """Return a column of text dictionary-encoded, if its first rows have few different values."""
    import pyarrow as pa

    again = len(column) and repeats(column.slice(0, SAMPLE))
    return pa.chunked_array([dictionary(column)]) if again else column
