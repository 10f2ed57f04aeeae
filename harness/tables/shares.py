"""Columns of shares or counts by label -> one distribution of labels a row; every wrong row by line."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from harness.errors import Place, Problem, did_you_mean
from harness.table_data import Distribution
from harness.tables.found import Found
from harness.tables.naming import NONE, WRONG, Naming
from harness.tables.rows import IntArray, Rows, encoded
from harness.textfile import parse_json

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
MOST = 1e15
"""Above it counts are not exact any more, and nobody has so many annotators."""
Cell = dict[str, float] | str | None
"""What a cell says of each label; in words what is wrong with it; None where it is empty."""


@dataclass(frozen=True, slots=True)
class Shares:
    """What rows say of each label, before labels are renamed or left out.

    Attributes
    ----------
    names : tuple of str
        Labels as the file has them.
    weights : (n, n_names) float array
        Summing to 1 in each row; NaN in rows that say nothing and in wrong ones.
    named : (n, n_names) bool array
        Which labels a row names at all, if only with a share of 0.
    wrong : (n,) bool array
    """

    names: tuple[str, ...]
    weights: FloatArray
    named: BoolArray
    wrong: BoolArray


def read_shares(rows: Rows, asked: Distribution, labels: Sequence[str] | None, found: Found) -> Shares:
    """Read the distribution of every row; what is wrong is added to ``found`` by line.

    Parameters
    ----------
    rows : Rows
    asked : Distribution
    labels : sequence of str, optional
        The order of a list's shares.
    found : Found
    """
    raw = _of_columns(rows, asked, found) if asked.columns else _of_cells(rows, asked, labels, found)
    said = raw.named.any(axis=1) & ~raw.wrong
    wrong = raw.wrong | _negative(rows, raw, asked, said, found)
    total = raw.weights.sum(axis=1)
    wrong |= _without_sum(rows, total, asked, said & ~wrong, found)
    weights = np.full(raw.weights.shape, np.nan)
    kept = said & ~wrong
    weights[kept] = raw.weights[kept] / total[kept, None]
    return Shares(raw.names, weights, raw.named, wrong)


def by_label(rows: Rows, shares: Shares, called: Naming, in_columns: bool, found: Found) -> FloatArray:
    """Return shares by the labels' numbers, ``(n, n_labels)``, without those of ``drop_labels``.

    Rows that say nothing have zeros. Unknown labels are added to ``found``: by line, or once where the
    configuration names them (``in_columns``).
    """
    places = [called.of(name) for name in shares.names]
    weights = np.zeros((rows.n, len(called.names)))
    for k, place in enumerate(places):
        if place >= 0:
            weights[:, place] += np.nan_to_num(shares.weights[:, k])
    wrong = [k for k, place in enumerate(places) if place in (WRONG, NONE)]
    names, named = [shares.names[k] for k in wrong], shares.named[:, wrong]
    if in_columns:
        for name in names:
            message = f"data.distribution has '{name}', which is none of the labels"
            found.add(Place(rows.paths[0], 1), "unknown-label", message, did_you_mean(name, called.number))
        return weights

    def tell(row: int) -> Problem:
        name = names[int(named[row].argmax())]
        message = f"the distribution has {name!r:.80}, which is none of the labels"
        return Problem(rows.place(row), "unknown-label", message, did_you_mean(name, called.number))

    found.rows(np.flatnonzero(named.any(axis=1)), tell, "unknown-label", "unknown labels")
    return weights


def summing_to_1(weights: FloatArray) -> FloatArray:
    """Divide each row by its sum; NaN where that is 0."""
    total = weights.sum(axis=1, keepdims=True)
    return np.where(total > 0, weights / np.where(total > 0, total, 1), np.nan)


def _of_columns(rows: Rows, asked: Distribution, found: Found) -> Shares:
    """Read a column a label; a row without any cell says nothing, one without some is wrong."""
    weights, empty, bad = [], [], []
    for column in asked.columns.values():
        codes, cells = encoded(rows.column(column))
        numbers = np.array([_number(cell) for cell in cells])[codes]
        blank = np.array([not cell.strip() for cell in cells], dtype=bool)[codes]
        odd = np.isnan(numbers) & ~blank
        _tell(rows, odd, found, partial(_no_number, column, codes, cells))
        weights.append(np.nan_to_num(numbers))
        empty.append(blank)
        bad.append(odd)
    blanks = np.stack(empty, axis=1)
    partly: BoolArray = np.logical_and(blanks.any(axis=1), ~blanks.all(axis=1))
    columns = list(asked.columns.values())
    _tell(
        rows,
        partly,
        found,
        lambda i: f"'{columns[int(blanks[i].argmax())]}' is empty, and other shares are not",
        "a label that nobody gave has the share 0",
    )
    wrong = np.logical_or(partly, np.stack(bad).any(axis=0))
    return Shares(tuple(asked.columns), np.stack(weights, axis=1), ~blanks, wrong)


def _no_number(column: str, codes: IntArray, cells: Sequence[str], row: int) -> str:
    return f"'{column}' is {cells[codes[row]]!r:.80}, no number"


def _of_cells(rows: Rows, asked: Distribution, labels: Sequence[str] | None, found: Found) -> Shares:
    """Read one column of JSON; a label that a mapping leaves out has the share 0."""
    codes, texts = encoded(rows.column(str(asked.column)))
    cells = [_cell(text, labels) for text in texts]
    names = tuple(dict.fromkeys(name for cell in cells if isinstance(cell, dict) for name in cell))
    number = {name: k for k, name in enumerate(names)}
    weights = np.zeros((len(cells), len(names)))
    named = np.zeros(weights.shape, dtype=bool)
    for i, cell in enumerate(cells):
        for name, value in cell.items() if isinstance(cell, dict) else ():
            weights[i, number[name]], named[i, number[name]] = value, True
    wrong = np.array([isinstance(cell, str) for cell in cells], dtype=bool)[codes]
    _tell(rows, wrong, found, lambda i: f"'{asked.column}' {cells[codes[i]]}")
    return Shares(names, weights[codes], named[codes], wrong)


def _cell(text: str, labels: Sequence[str] | None) -> Cell:
    if not text.strip():
        return None
    try:
        value = parse_json(text)
    except ValueError:
        value = None
    if isinstance(value, list):
        if labels is None:
            return "is a list: say the order of its shares in data.labels"
        if len(value) != len(labels):
            return f"has {len(value)} shares, and there are {len(labels)} labels"
        value = dict(zip(labels, value, strict=True))
    if not isinstance(value, dict):
        return f"is {text!r:.80}, no JSON object of shares by label"
    for name, said in value.items():
        if isinstance(said, bool) or not isinstance(said, int | float) or abs(said) > MOST:
            return f"says {said!r:.80} of '{name}', no number that can be added up"
    return {name: float(said) for name, said in value.items()} or "has no label"


def _number(text: str) -> float:
    """Return a cell as a number, NaN if it is none or too large."""
    try:
        value = float(text) if text.isascii() and "_" not in text else math.nan
    except ValueError:
        return math.nan
    return value if abs(value) <= MOST else math.nan


def _negative(rows: Rows, raw: Shares, asked: Distribution, said: BoolArray, found: Found) -> BoolArray:
    low = raw.weights.argmin(axis=1) if raw.names else np.zeros(rows.n, dtype=np.int64)
    negative = said & (raw.weights < 0).any(axis=1)
    _tell(
        rows,
        negative,
        found,
        lambda i: f"the {asked.as_[:-1]} of '{raw.names[low[i]]}' is {raw.weights[i, low[i]]:g}, below 0",
    )
    return negative


def _without_sum(
    rows: Rows, total: FloatArray, asked: Distribution, said: BoolArray, found: Found
) -> BoolArray:
    """Find rows whose shares are all 0, or do not sum to 1; counts may sum to anything above 0."""
    empty = said & ~(total > 0)
    _tell(rows, empty, found, lambda i: f"all {asked.as_} are 0")
    if asked.as_ == "counts":
        return empty
    off = said & ~empty & (np.abs(total - 1) > asked.tolerance + 1e-9)
    hint = "counts need 'as: counts'; shares that were rounded may need a larger 'tolerance'"
    _tell(rows, off, found, lambda i: f"the shares sum to {total[i]:.6g}, not 1", hint)
    return empty | off


def _tell(rows: Rows, wrong: BoolArray, found: Found, message: Callable[[int], str], hint: str = "") -> None:
    found.rows(
        np.flatnonzero(wrong),
        lambda i: Problem(rows.place(i), "bad-value", message(i), hint),
        "bad-value",
        "rows with a wrong distribution",
    )
