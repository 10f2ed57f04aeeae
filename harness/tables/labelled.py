"""Columns of labels -> gold labels by number, each annotator's vote, and distributions of labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from harness.errors import Problem, did_you_mean
from harness.table_data import Annotations, TableData
from harness.tables.consensus import BoolArray, FloatArray, consensus, in_order, vote_weights
from harness.tables.found import Found
from harness.tables.naming import DROPPED, NONE, WRONG, Naming, naming
from harness.tables.readers import list_of
from harness.tables.rows import IntArray, Rows, encoded
from harness.tables.shares import by_label, read_shares, summing_to_1

Coded = tuple[IntArray, list[str]]
"""A column as numbers of its distinct values, and those values."""


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
        Rows that the rule leaves open, where gold is made of votes or of a distribution.
    dropped : mapping of str to int
        How many rows have each label of ``drop_labels``.
    unused : tuple of str
        What ``label_map`` and ``drop_labels`` name and no row has.
    distribution : (n, n_labels) float array or None
        Shares that the data give, NaN in rows that have none.
    """

    names: tuple[str, ...]
    gold: IntArray
    votes: Mapping[str, IntArray]
    tied: npt.NDArray[np.bool_]
    dropped: Mapping[str, int]
    unused: tuple[str, ...] = ()
    distribution: FloatArray | None = None


def labelled(rows: Rows, data: TableData, found: Found) -> Labelled:
    """Read the labels of rows; unknown and missing ones are added to ``found`` by line."""
    columns: dict[str, Coded] = {}
    if data.columns.label is not None:
        columns[""] = encoded(rows.column(data.columns.label))
    if data.annotations is not None:
        columns |= _vote_columns(rows, data.annotations, found)
    order = None if data.labels is None else [str(name) for name in data.labels]
    shares = None if data.distribution is None else read_shares(rows, data.distribution, order, found)
    said = {value for codes, values in columns.values() for value in _present(codes, values)}
    said |= set(shares.names if shares else ())
    called = naming(rows, data, said)
    gold_column = data.columns.label
    numbers = {
        who: _numbers(rows, who, who or gold_column, coded, called, found) for who, coded in columns.items()
    }
    votes = {who: np.maximum(of, NONE) for who, of in numbers.items() if who}
    distribution = None
    if shares is not None:
        weights = by_label(rows, shares, called, bool(data.distribution and data.distribution.columns), found)
        distribution = summing_to_1(weights)
    tied = np.zeros(rows.n, dtype=bool)
    if "" in numbers:
        gold, dropped = numbers[""], _dropped(*columns[""], called)
    else:
        if shares is None:
            weights = vote_weights(list(votes.values()), len(called.names))
            skipped = np.any([of == DROPPED for of in numbers.values()], axis=0)
        else:
            skipped = ~np.isnan(shares.weights).any(axis=1)
        gold, tied = _made(weights, votes, data)
        skipped &= (gold == NONE) & ~tied
        gold = np.where(skipped, DROPPED, gold)
        dropped = {", ".join(sorted(called.drop)): int(skipped.sum())} if skipped.any() else {}
    if shares is not None:
        gold = np.where(shares.wrong & (gold == NONE), WRONG, gold)
    _missing(rows, gold, tied, data, found)
    return Labelled(called.names, gold, votes, tied, dropped, called.unused(said), distribution)


def _made(weights: FloatArray, votes: Mapping[str, IntArray], data: TableData) -> tuple[IntArray, BoolArray]:
    """Make gold of what several annotators said; return it, and which rows the rule leaves open."""
    asked = data.said_by_several
    assert asked is not None
    prefer = None
    if asked.tie == "first":
        prefer = list(votes.values()) or in_order(*weights.shape)
    return consensus(weights, asked.rule, prefer)


def _vote_columns(rows: Rows, asked: Annotations, found: Found) -> dict[str, Coded]:
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


def _present(codes: IntArray, values: Sequence[str]) -> list[str]:
    return [values[k] for k in np.unique(codes)]


def _numbers(
    rows: Rows, who: str, column: str | None, coded: Coded, called: Naming, found: Found
) -> IntArray:
    codes, values = coded
    numbers = np.array([called.of(value) for value in values], dtype=np.int64)[codes]
    whose = f"the vote '{who}'" if who else "the label"
    found.rows(
        np.flatnonzero(numbers == WRONG),
        lambda i: Problem(
            rows.place(i, column),
            "unknown-label",
            f"{whose} {values[codes[i]]!r:.80} is none of the labels",
            did_you_mean(values[codes[i]], called.number),
        ),
        "unknown-label",
        "unknown labels",
    )
    return numbers


def _dropped(codes: IntArray, values: Sequence[str], called: Naming) -> dict[str, int]:
    counts = np.bincount(codes, minlength=len(values)).tolist()
    out: dict[str, int] = {}
    for value, n in zip(values, counts, strict=True):
        if n and called.of(value) == DROPPED:
            name = called.rename.get(value, value)
            out[name] = out.get(name, 0) + n
    return dict(sorted(out.items()))


def _missing(rows: Rows, gold: IntArray, tied: npt.NDArray[np.bool_], data: TableData, found: Found) -> None:
    column = data.columns.label
    if column is not None:
        what = f"no label in '{column}'"
    else:
        what = "no annotator gave a label" if data.annotations else "no distribution of labels"
    hint = "label the row, or drop_labels: [''] leaves such rows out" if column is not None else ""
    found.rows(
        np.flatnonzero((gold == NONE) & ~tied),
        lambda i: Problem(rows.place(i, column), "missing-field", what, hint),
        "missing-field",
        "rows without a label",
    )
