"""What digests of examples in columns are made of: to the byte what the examples one by one would give."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from harness.column_json import bytes_of, joined_text, json_strings
from harness.digest import canonical
from harness.examples import BLOCK, Examples, Ids, Places, one_piece, taken

_HEX = np.frombuffer("".join(f"{b:02x}" for b in range(256)).encode("ascii"), np.uint16)
"""The two digits of each byte, as one number."""


class ColumnDigests(Mapping[str, str]):
    """The SHA-256 of each example, 32 bytes each; a mapping from id to hexadecimal digits.

    Parameters
    ----------
    examples : Examples
    """

    def __init__(self, examples: Examples) -> None:
        self.ids = examples.ids
        self._places = Places(examples)
        self.table = np.empty((len(examples), 32), dtype=np.uint8)
        for rows in examples.blocks():
            found = b"".join(_digests(examples, rows))
            self.table[rows] = np.frombuffer(found, np.uint8).reshape(-1, 32)

    def __getitem__(self, name: str) -> str:
        row = int(self._places.of([name])[0])
        return bytes(self.table[row]).hex()

    def __iter__(self) -> Iterator[str]:
        return iter(Ids(self.ids, np.arange(len(self))))

    def __len__(self) -> int:
        return len(self.table)

    def of(self, ids: Ids) -> bool:
        """Whether the ids are of these very examples."""
        return ids.column is self.ids

    def hexadecimal(self, positions: Any) -> Iterator[bytes]:
        """Yield the digits of some examples' digests, block by block and nothing between them."""
        for start in range(0, len(positions), BLOCK):
            yield self._digits(positions[start : start + BLOCK]).tobytes()

    def _digits(self, rows: Any) -> npt.NDArray[np.uint16]:
        return np.asarray(_HEX.take(self.table[rows]))

    def in_order(self) -> Iterator[bytes]:
        """Yield the digests in ascending order as JSON strings with commas between them, block by block."""
        for start in range(0, len(self), BLOCK):
            rows = self._order[start : start + BLOCK]
            out = np.full((len(rows), 67), ord('"'), dtype=np.uint8)
            out[:, 0] = ord(",")
            out[:, 2:66] = self._digits(rows).view(np.uint8)
            yield out.tobytes()[0 if start else 1 :]

    @cached_property
    def _order(self) -> npt.NDArray[np.intp]:
        words = np.ascontiguousarray(self.table).view(">u8").astype(np.uint64)
        order = np.argsort(words[:, 0])
        first = words[order, 0]
        return order if (first[1:] != first[:-1]).all() else np.lexsort(words.T[::-1])


def _digests(examples: Examples, rows: slice) -> list[bytes]:
    """Hash the parts of some examples: id, label, text, group, article and further texts."""
    import pyarrow as pa

    n = rows.stop - rows.start
    columns = [examples.ids, None, examples.texts, None, None, examples.pairs, *examples.beside]
    pieces = [None if column is None else one_piece(column.slice(rows.start, n)) for column in columns]
    names = pa.array(examples.label_names, pa.large_string())
    pieces[1] = names.take(pa.array(examples.labels[rows]))
    pieces[3] = one_piece(examples.groups.values.take(pa.array(examples.groups.codes[rows])))
    articles = examples.articles
    pieces[4] = "" if articles is None else one_piece(articles.values.take(pa.array(articles.codes[rows])))
    joined = joined_text([piece for piece in pieces if piece is not None], "\x1f")
    view, ends = bytes_of(joined), np.frombuffer(joined.buffers()[1], np.int64)[joined.offset :][: n + 1]
    at = (ends - ends[0]).tolist()
    hashed = hashlib.sha256
    return [hashed(view[a:b]).digest() for a, b in pairwise(at)]


def parts_json(examples: Examples) -> Iterator[bytes]:
    """Yield the JSON of the mapping from each id to its parts and votes, block by block in its order."""
    import pyarrow as pa

    names = [*(canonical(name) for name in examples.label_names), "null"]
    said = pa.array(names, pa.large_string())
    for start in range(0, len(examples), BLOCK):
        at = examples.order[start : start + BLOCK]

        def cells(column: Any, rows: Any = at) -> Any:
            return json_strings(one_piece(taken(column, rows)), ascii_only=True)

        pieces: list[Any] = [cells(examples.ids), ":[["]
        for k, (name, column) in enumerate(sorted(examples.fields.items())):
            pieces += ["," * (k > 0) + f"[{canonical(name)},", cells(column), "]"]
        pieces.append("],[")
        for k, (name, votes) in enumerate(sorted(examples.votes.items())):
            pieces += [
                "," * (k > 0) + f"[{canonical(name)},",
                said.take(pa.array(votes[at] % len(names))),
                "]",
            ]
        text = bytes_of(joined_text([*pieces, "]", _shares(examples, at), "],"]))
        yield bytes(text[:-1] if start + BLOCK >= len(examples) else text)


def _shares(examples: Examples, rows: Any) -> Any:
    """Return the JSON of the distributions of labels, each after a comma; nothing where there is none."""
    import pyarrow as pa

    if examples.distribution is None:
        return ""
    table = examples.distribution[rows].tolist()
    said = ["" if math.isnan(row[0]) else f",{canonical(row)}" for row in table]
    return pa.array(said, pa.large_string())
