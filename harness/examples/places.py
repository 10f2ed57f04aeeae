"""Ids of examples by their positions, and positions by ids."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import cached_property
from typing import Any, overload

import numpy as np

from harness.examples.columns import Examples
from harness.examples.text_columns import BLOCK, IntArray, Numbers, taken
from harness.records import Example


class Ids(Sequence[str]):
    """The ids of some examples, by their positions; compares like a tuple of the ids.

    Parameters
    ----------
    column : pyarrow.Array or ChunkedArray of text
        The ids of all examples.
    positions : (n,) int array
    """

    __slots__ = ("column", "positions")

    def __init__(self, column: Any, positions: Numbers) -> None:
        self.column = column
        self.positions = positions

    def __len__(self) -> int:
        return len(self.positions)

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> Ids: ...
    def __getitem__(self, at: int | slice) -> str | Ids:
        if isinstance(at, slice):
            return Ids(self.column, self.positions[at])
        found: str = self.column[int(self.positions[at])].as_py()
        return found

    def __iter__(self) -> Iterator[str]:
        for start in range(0, len(self), BLOCK):
            yield from taken(self.column, self.positions[start : start + BLOCK]).to_pylist()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence) or isinstance(other, str):
            return NotImplemented
        return len(self) == len(other) and all(a == b for a, b in zip(self, other, strict=True))

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return f"Ids({len(self)} of {len(self.column)})"


class AnyOf(Collection[str]):
    """Ids that are in any of some sequences; they are put together when they are first asked for.

    Parameters
    ----------
    parts : sequence of sequences of str
    """

    def __init__(self, parts: Sequence[Sequence[str]]) -> None:
        self.parts = parts

    @cached_property
    def _all(self) -> frozenset[str]:
        return frozenset(i for part in self.parts for i in part)

    def __contains__(self, name: object) -> bool:
        return name in self._all

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)


def ids_at(examples: Sequence[Example], positions: IntArray) -> Sequence[str]:
    """Return the ids of the examples at these positions."""
    if isinstance(examples, Examples):
        return Ids(examples.ids, positions.astype(np.int32))
    return tuple(examples[i].id for i in positions)


class Places:
    """Where the examples stand, by their ids.

    Parameters
    ----------
    examples : sequence of Example
    """

    def __init__(self, examples: Sequence[Example]) -> None:
        self.examples = examples

    @cached_property
    def _place(self) -> dict[str, int]:
        all_ = self.examples.ids.to_pylist() if isinstance(self.examples, Examples) else None
        return {i: k for k, i in enumerate(all_ or (e.id for e in self.examples))}

    def of(self, ids: Sequence[str]) -> IntArray:
        """Return the positions of the examples with these ids, ``(n,)``; KeyError for an unknown one."""
        if isinstance(ids, Ids) and isinstance(self.examples, Examples) and ids.column is self.examples.ids:
            return ids.positions.astype(np.intp)
        return np.array([self._place[i] for i in ids], dtype=np.intp)
