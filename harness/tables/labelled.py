"""Columns of labels -> gold labels by number, and each annotator's vote."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from harness.errors import Problem, did_you_mean
from harness.table_data import Annotations, TableData
from harness.tables.found import Found
from harness.tables.readers import list_of
from harness.tables.rows import IntArray, Rows, encoded

NONE, DROPPED, WRONG = -1, -2, -3
"""In place of a label's number: nothing is said; a label of ``drop_labels``; something else."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """Gold and votes of rows.

    Attributes
    ----------
    names : tuple of str
        The labels in their order.
    gold : (n,) int array
        Numbers of labels; `NONE` or `DROPPED` elsewhere.
    votes : mapping of annotator to (n,) int array
    tied : (n,) bool array
        Rows without one most frequent vote, where gold is made of votes.
    dropped : mapping of str to int
        How many rows have each label of ``drop_labels``.
    unused : tuple of str
        What ``label_map`` and ``drop_labels`` name and no row has.
    """

    names: tuple[str, ...]
    gold: IntArray
    votes: Mapping[str, IntArray]
    tied: npt.NDArray[np.bool_]
    dropped: Mapping[str, int]
    unused: tuple[str, ...] = ()


def labelled(rows: Rows, data: TableData, found: Found) -> Labelled:
    """Read the labels of rows; unknown and missing ones are added to ``found`` by line."""
    asked = data.annotations
    columns: dict[str, tuple[IntArray, list[str]]] = {}
    if asked is not None:
        columns = _vote_columns(rows, asked, found)
    gold_column = data.columns.label
    if gold_column is not None:
        columns = {"": encoded(rows.column(gold_column)), **columns}
    rename = {key: str(value) for key, value in data.label_map.items()}
    drop = {str(name) for name in data.drop_labels}
    names = _names(rows, data, columns, rename, drop)
    number = {name: i for i, name in enumerate(names)}
    numbers = {
        who: _numbers(rows, who, codes, values, number, rename, drop, found)
        for who, (codes, values) in columns.items()
    }
    tied = np.zeros(rows.n, dtype=bool)
    votes = {who: np.maximum(said, NONE) for who, said in numbers.items() if who}
    if "" in numbers:
        gold, dropped = numbers[""], _dropped(*columns[""], rename, drop)
    else:
        assert asked is not None
        gold, tied = majority(list(votes.values()), len(names), first=asked.tie == "first")
        only_dropped = (gold == NONE) & ~tied & np.any([said == DROPPED for said in numbers.values()], axis=0)
        gold = np.where(only_dropped, DROPPED, gold)
        dropped = {", ".join(sorted(drop)): int(only_dropped.sum())} if only_dropped.any() else {}
    _missing(rows, gold, tied, gold_column, found)
    said = {value for codes, values in columns.values() for value in _present(codes, values)}
    unused = ({*rename} - said) | (drop - said - {rename.get(value) for value in said})
    return Labelled(names, gold, votes, tied, dropped, tuple(sorted(unused)))


def majority(
    votes: Sequence[IntArray], n_labels: int, *, first: bool
) -> tuple[IntArray, npt.NDArray[np.bool_]]:
    """Return the most frequent vote of each row, and where several are equally frequent.

    Parameters
    ----------
    votes : list of (n,) int arrays
        One an annotator; -1 where there is none.
    n_labels : int
    first : bool
        Take the first annotator's among the tied labels, in the order of ``votes``.

    Returns
    -------
    gold : (n,) int array; -1 where nobody voted, and where labels tie unless ``first``
    tied : (n,) bool array
    """
    table = np.stack(votes, axis=1)
    counts = np.stack([(table == k).sum(axis=1) for k in range(n_labels)], axis=1)
    most = counts.max(axis=1)
    best = counts == most[:, None]
    tied = (best.sum(axis=1) > 1) & (most > 0)
    gold = np.where(most > 0, counts.argmax(axis=1), NONE)
    gold[tied] = NONE
    if first:
        for said in reversed(votes):
            at = tied & (said >= 0)
            at[at] = best[at, said[at]]
            gold[at] = said[at]
    return gold, tied


def _vote_columns(rows: Rows, asked: Annotations, found: Found) -> dict[str, tuple[IntArray, list[str]]]:
    if asked.column is None:
        return {name: encoded(rows.column(name)) for name in asked.columns}
    codes, cells = encoded(rows.column(asked.column))
    lists = [list_of(cell) for cell in cells]
    bad = np.array([items is None for items in lists], dtype=bool)[codes]
    found.rows(
        np.flatnonzero(bad),
        lambda i: Problem(
            rows.place(i), "bad-value", f"'{asked.column}' is {cells[codes[i]]!r:.80}, no JSON list", ""
        ),
        "bad-value",
        "rows without a list of labels",
    )
    values = sorted({item for items in lists for item in items or ()})
    number = {value: i for i, value in enumerate(values)}
    out = {}
    for k in range(max((len(items or ()) for items in lists), default=0)):
        of_cell = [number[items[k]] if items and k < len(items) else len(values) for items in lists]
        out[f"{asked.column} {k + 1}"] = (np.array(of_cell, dtype=np.int64)[codes], [*values, ""])
    return out


def _names(
    rows: Rows,
    data: TableData,
    columns: Mapping[str, tuple[IntArray, list[str]]],
    rename: Mapping[str, str],
    drop: set[str],
) -> tuple[str, ...]:
    """Return the labels in their order: as said, as the data set has them, or by alphabet."""
    if data.labels is not None:
        return tuple(map(str, data.labels))
    given = rows.classes.get(data.columns.label or "", ())
    found = {value for codes, values in columns.values() for value in _present(codes, values)}
    kept = {rename.get(v, v) for v in found if v and v not in drop} - drop - {""}
    known = dict.fromkeys(rename.get(name, name) for name in given)
    ordered = [name for name in known if name in kept or (name not in drop and name in given)]
    return (*ordered, *sorted(kept - set(ordered), key=_by_number))


def _present(codes: IntArray, values: Sequence[str]) -> list[str]:
    return [values[k] for k in np.unique(codes)]


def _by_number(name: str) -> tuple[bool, int, str]:
    """Order whole numbers by size, before words."""
    number = name.removeprefix("-")
    whole = number.isascii() and number.isdecimal() and len(number) < 1000
    return (not whole, int(name) if whole else 0, name)


def _numbers(
    rows: Rows,
    who: str,
    codes: IntArray,
    values: Sequence[str],
    number: Mapping[str, int],
    rename: Mapping[str, str],
    drop: set[str],
    found: Found,
) -> IntArray:
    def of(value: str) -> int:
        name = rename.get(value, value)
        if name in drop or value in drop:
            return DROPPED
        return number.get(name, WRONG if name else NONE)

    numbers = np.array([of(value) for value in values], dtype=np.int64)[codes]
    whose = f"the vote '{who}'" if who else "the label"
    found.rows(
        np.flatnonzero(numbers == WRONG),
        lambda i: Problem(
            rows.place(i),
            "unknown-label",
            f"{whose} {values[codes[i]]!r:.80} is none of the labels",
            did_you_mean(values[codes[i]], number),
        ),
        "unknown-label",
        "unknown labels",
    )
    return numbers


def _dropped(
    codes: IntArray, values: Sequence[str], rename: Mapping[str, str], drop: set[str]
) -> dict[str, int]:
    counts = np.bincount(codes, minlength=len(values)).tolist()
    out: dict[str, int] = {}
    for value, n in zip(values, counts, strict=True):
        name = rename.get(value, value)
        if n and (name in drop or value in drop):
            out[name] = out.get(name, 0) + n
    return dict(sorted(out.items()))


def _missing(
    rows: Rows, gold: IntArray, tied: npt.NDArray[np.bool_], column: str | None, found: Found
) -> None:
    what = f"no label in '{column}'" if column is not None else "no annotator gave a label"
    hint = "label the row, or drop_labels: [''] leaves such rows out" if column is not None else ""
    found.rows(
        np.flatnonzero((gold == NONE) & ~tied),
        lambda i: Problem(rows.place(i), "missing-field", what, hint),
        "missing-field",
        "rows without a label",
    )
