"""Labels as a file has them -> the numbers of the labels here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from harness.table_data import TableData
from harness.tables.rows import Rows

NONE, DROPPED, WRONG = -1, -2, -3
"""In place of a label's number: nothing is said; a label of ``drop_labels``; something else."""


@dataclass(frozen=True)
class Naming:
    """The labels in their order, and what becomes of the file's own names.

    Attributes
    ----------
    names : tuple of str
    rename : mapping of str to str
        ``label_map``.
    drop : frozenset of str
        ``drop_labels``.
    """

    names: tuple[str, ...]
    rename: Mapping[str, str]
    drop: frozenset[str]

    @cached_property
    def number(self) -> dict[str, int]:
        """The number of each label."""
        return {name: i for i, name in enumerate(self.names)}

    def of(self, value: str) -> int:
        """Return the number of the label that a value of the file stands for."""
        name = self.rename.get(value, value)
        if name in self.drop or value in self.drop:
            return DROPPED
        return self.number.get(name, WRONG if name else NONE)

    def unused(self, said: set[str]) -> tuple[str, ...]:
        """Return what ``label_map`` and ``drop_labels`` name and no row says."""
        renamed = {self.rename.get(value) for value in said}
        return tuple(sorted(({*self.rename} - said) | (self.drop - said - renamed)))


def naming(rows: Rows, data: TableData, said: set[str]) -> Naming:
    """Return the labels in their order: as the configuration says, as the data set has them, or by alphabet.

    ``said`` are all the values that rows have.
    """
    rename = {key: str(value) for key, value in data.label_map.items()}
    drop = frozenset(str(name) for name in data.drop_labels)
    if data.labels is not None:
        return Naming(tuple(map(str, data.labels)), rename, drop)
    given = rows.classes.get(data.columns.label or "", ())
    kept = {rename.get(v, v) for v in said if v and v not in drop} - drop - {""}
    known = dict.fromkeys(rename.get(name, name) for name in given)
    ordered = [name for name in known if name in kept or (name not in drop and name in given)]
    return Naming((*ordered, *sorted(kept - set(ordered), key=_by_number)), rename, drop)


def _by_number(name: str) -> tuple[bool, int, str]:
    """Order whole numbers by size, before words."""
    number = name.removeprefix("-")
    whole = number.isascii() and number.isdecimal()
    return (not whole, int(name) if whole else 0, name)
