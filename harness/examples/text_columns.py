"""Columns of text: rows taken from them, values numbered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.intp]
Numbers = npt.NDArray[np.signedinteger[Any]]
BLOCK = 8_192
"""Rows that are text at a time, where all of them are gone through."""


@dataclass(frozen=True, eq=False)
class Coded:
    """A column as numbers of its distinct values.

    Attributes
    ----------
    codes : (n,) int array
    values : pyarrow.Array or ChunkedArray
        Distinct, in the order of their code points, each of them used: so the numbers are those of
        ``np.unique(..., return_inverse=True)``.
    """

    codes: Numbers
    values: Any

    @classmethod
    def of(cls, column: Any) -> Coded:
        """Number a column of text, dictionary-encoded or plain."""
        import pyarrow.compute as pc

        made = dictionary(column)
        codes = made.indices.to_numpy(zero_copy_only=False)
        used = np.unique(codes)
        order = used[pc.sort_indices(made.dictionary.take(used)).to_numpy()]
        place = np.zeros(len(made.dictionary), dtype=np.int32)
        place[order] = np.arange(len(order))
        return cls(place[codes], made.dictionary.take(order))

    @classmethod
    def distinct(cls, column: Any) -> Coded:
        """Number a column of text in which no value is there twice."""
        import pyarrow.compute as pc

        order = pc.sort_indices(column).to_numpy()
        codes = np.empty(len(order), dtype=np.int32)
        codes[order] = np.arange(len(order), dtype=np.int32)
        return cls(codes, one_piece(taken(column, order)))

    def taken(self, rows: IntArray) -> Coded:
        """Return some of the rows, numbered anew."""
        used, codes = np.unique(self.codes[rows], return_inverse=True)
        return Coded(codes.astype(np.int32), self.values.take(used))

    def spread(self, at: IntArray) -> Coded:
        """Return the values at these rows, each of which is there: ``at`` is ``(m,)``."""
        return Coded(self.codes[at], self.values)

    def text(self, rows: slice) -> list[str]:
        """Return the values of some rows."""
        found: list[str] = self.values.take(self.codes[rows]).to_pylist()
        return found


def dictionary(column: Any) -> Any:
    """Return a column of text as one pyarrow.DictionaryArray; its values may have some that are not used."""
    import pyarrow as pa

    if pa.types.is_dictionary(column.type):
        return column.unify_dictionaries().combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    made = column.dictionary_encode()
    return made.combine_chunks() if isinstance(made, pa.ChunkedArray) else made


def plain(column: Any) -> Any:
    """Return a column of text without a dictionary."""
    import pyarrow as pa

    return column if column.type == pa.large_string() else column.cast(pa.large_string())


def taken(column: Any, rows: npt.ArrayLike) -> Any:
    """Return some rows of a column, in the order given.

    Arrow's own ``take`` first copies a column of several chunks whole, whatever is taken of it.
    """
    import pyarrow as pa

    at = np.asarray(rows)
    if not isinstance(column, pa.ChunkedArray):
        return column.take(pa.array(at))
    if column.num_chunks == 1:
        return pa.chunked_array([column.chunk(0).take(pa.array(at))])
    starts = np.cumsum([0, *(len(chunk) for chunk in column.chunks)])
    made = [_some(column, starts, at[i : i + BLOCK]) for i in range(0, len(at), BLOCK)]
    return pa.chunked_array(made, column.type)


def _some(column: Any, starts: IntArray, rows: Any) -> Any:
    import pyarrow as pa

    chunk = np.searchsorted(starts, rows, side="right") - 1
    order = np.argsort(chunk, kind="stable")
    pieces = [column.chunk(k).take(pa.array(rows[chunk == k] - starts[k])) for k in np.unique(chunk).tolist()]
    if len(pieces) == 1:
        return pieces[0]
    back = np.empty(len(rows), dtype=np.intp)
    back[order] = np.arange(len(rows))
    return pa.concat_arrays(pieces).take(pa.array(back))


def one_piece(column: Any) -> Any:
    """Return a column of text as one pyarrow.LargeStringArray."""
    import pyarrow as pa

    made = plain(column)
    return made.combine_chunks() if isinstance(made, pa.ChunkedArray) else made
