"""Columns of text -> JSON, whole columns at a time, to the byte as :mod:`json` writes it."""

from __future__ import annotations

import json
from typing import Any

import numpy as np


def json_strings(cells: Any, *, ascii_only: bool) -> Any:
    """Return each text as a JSON string with its quotes.

    Parameters
    ----------
    cells : pyarrow.LargeStringArray, ``(n,)`` without nulls
    ascii_only : bool
        Whether everything beyond ASCII is escaped, as in what digests are made of.

    Returns
    -------
    pyarrow.LargeStringArray, ``(n,)``
    """
    import pyarrow as pa

    if not _is_plain(cells, ascii_only):
        return pa.array(
            [json.dumps(t, ensure_ascii=ascii_only) for t in cells.to_pylist()], pa.large_string()
        )
    return joined_text(['"', cells, '"'])


def _is_plain(cells: Any, ascii_only: bool) -> bool:
    """Whether no byte of any text is written in another way."""
    text = np.frombuffer(bytes_of(cells), np.uint8)
    if not len(text):
        return True
    last = 0x7E if ascii_only else 0xFF
    inside = int(text.min()) >= 0x20 and int(text.max()) <= last
    return inside and not ((text == ord('"')) | (text == ord("\\"))).any()


def joined_text(pieces: list[Any], between: str = "") -> Any:
    """Join columns and words to one text a row.

    Parameters
    ----------
    pieces : list of pyarrow.LargeStringArray, ChunkedArray or str
        At least one of them a column.

    Returns
    -------
    pyarrow.LargeStringArray or ChunkedArray
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    made = [pa.scalar(piece, pa.large_string()) if isinstance(piece, str) else piece for piece in pieces]
    return pc.binary_join_element_wise(*made, pa.scalar(between, pa.large_string()))


def bytes_of(cells: Any) -> memoryview:
    """Return the bytes of all texts of a pyarrow.LargeStringArray, one after the other."""
    n = len(cells)
    _, where, data = cells.buffers()
    if not n or data is None:
        return memoryview(b"")
    offsets = np.frombuffer(where, np.int64)[cells.offset : cells.offset + n + 1]
    return memoryview(data)[int(offsets[0]) : int(offsets[-1])]
