"""Statements' labels, groups and parts as numbers, for everything that counts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from harness.errors import InputError
from harness.records import Example

IntArray = npt.NDArray[np.intp]


def label_numbers(examples: Sequence[Example], names: Sequence[str]) -> IntArray:
    """Return the numbers of the statements' labels, ``(n,)``."""
    number = {name: i for i, name in enumerate(names)}
    return np.array([number[e.label] for e in examples], dtype=np.intp)


def group_numbers(examples: Sequence[Example]) -> IntArray:
    """Return the statements' groups as numbers from 0, ``(n,)``."""
    return np.unique([e.group for e in examples], return_inverse=True)[1]


def vote_counts(examples: Sequence[Example], names: Sequence[str]) -> IntArray:
    """Count the annotators who gave each statement each label, ``(n, n_labels)``; 0 where nobody voted."""
    number, width = {name: i for i, name in enumerate(names)}, len(names)
    cells = (i * width + number[v] for i, e in enumerate(examples) for v in e.votes.values() if v is not None)
    counts = np.bincount(np.fromiter(cells, dtype=np.intp), minlength=len(examples) * width)
    return counts.reshape(len(examples), width)


def distributions(examples: Sequence[Example], names: Sequence[str]) -> npt.NDArray[np.float64] | None:
    """Return the shares of labels that annotators gave each statement.

    Returns
    -------
    (n, n_labels) float array, or None where no statement has any
        The distribution that the data give; else the shares of the votes, where at least two annotators
        labelled the statement. NaN in the rows of the others: one label is no distribution.
    """
    counts = vote_counts(examples, names)
    n_votes = counts.sum(axis=1, keepdims=True)
    out = np.where(n_votes > 1, counts / np.maximum(n_votes, 1), np.nan)
    for i, e in enumerate(examples):
        if e.distribution is not None:
            out[i] = e.distribution
    return None if np.isnan(out).all() else out


def part_values(examples: Sequence[Example], part: str) -> list[str] | None:
    """Return a part of every statement (one of its fields, or ``article``), None where some lack it."""
    if part == "article":
        articles = [e.article for e in examples]
        return articles if any(articles) else None
    return [e.fields[part] for e in examples] if all(part in e.fields for e in examples) else None


def value_numbers(examples: Sequence[Example], part: str) -> npt.NDArray[np.intp]:
    """Return a part of every statement as numbers of its sorted values, ``(n,)``.

    Raises
    ------
    InputError
        Some statement does not have it.
    """
    values = part_values(examples, part)
    if values is None:
        raise InputError(f"the data do not have '{part}' of every statement")
    return np.unique(values, return_inverse=True)[1].astype(np.intp)
