"""Statements' labels, groups and parts as numbers, for everything that counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from harness.errors import InputError
from harness.examples import Coded, Examples
from harness.records import Example

IntArray = npt.NDArray[np.intp]
Numbered = tuple[IntArray, Any]


def label_numbers(examples: Sequence[Example], names: Sequence[str]) -> IntArray:
    """Return the numbers of the statements' labels, ``(n,)``."""
    number = {name: i for i, name in enumerate(names)}
    if isinstance(examples, Examples):
        used = np.unique(examples.labels).tolist()
        table = np.zeros(len(examples.label_names), dtype=np.intp)
        table[used] = [number[examples.label_names[k]] for k in used]
        return np.asarray(table[examples.labels])
    return np.array([number[e.label] for e in examples], dtype=np.intp)


def group_numbers(examples: Sequence[Example]) -> IntArray:
    """Return the statements' groups as numbers from 0, ``(n,)``."""
    return numbered_groups(examples)[0]


def numbered_groups(examples: Sequence[Example]) -> Numbered:
    """Return the statements' groups as numbers, and their names in order; see :func:`numbered`."""
    if isinstance(examples, Examples):
        return examples.groups.codes.astype(np.intp), examples.groups.values
    return _sorted([e.group for e in examples])


def id_numbers(examples: Sequence[Example]) -> IntArray:
    """Return the places of the statements' ids in their order, ``(n,)``."""
    if isinstance(examples, Examples):
        out = np.empty(len(examples), dtype=np.intp)
        out[examples.order] = np.arange(len(examples))
        return out
    return _sorted([e.id for e in examples])[0]


def numbered(examples: Sequence[Example], part: str) -> Numbered:
    """Return a part of every statement (one of its fields, or ``article``) as numbers of its sorted values.

    Returns
    -------
    numbers, values
        ``(n,)`` int array, and the values: a list, or a column of text (see :func:`value_at`).
    """
    return numbered_articles(examples) if part == "article" else numbered_field(examples, part)


def numbered_articles(examples: Sequence[Example]) -> Numbered:
    """Return the statements' articles as numbers, and their ids in order; see :func:`numbered`."""
    if not isinstance(examples, Examples):
        return _sorted([e.article for e in examples])
    if examples.articles is None:
        return np.zeros(len(examples), dtype=np.intp), [""]
    return examples.articles.codes.astype(np.intp), examples.articles.values


def numbered_field(examples: Sequence[Example], field: str) -> Numbered:
    """Return a field of every statement as numbers, and its values in order; see :func:`numbered`."""
    if not isinstance(examples, Examples):
        return _sorted([e.fields[field] for e in examples])
    found = Coded.of(examples.fields[field])
    return found.codes.astype(np.intp), found.values


def _sorted(said: list[str]) -> Numbered:
    values = sorted(set(said))
    number = {value: k for k, value in enumerate(values)}
    return np.array([number[value] for value in said], dtype=np.intp), values


def value_at(values: Any, number: int) -> str:
    """Return one of the values of :func:`numbered`."""
    found = values[int(number)]
    return str(found if isinstance(found, str) else found.as_py())


def n_groups(examples: Sequence[Example]) -> int:
    """Return how many groups the statements are in."""
    return len(examples.groups.values) if isinstance(examples, Examples) else len({e.group for e in examples})


def n_articles(examples: Sequence[Example]) -> int:
    """Return how many articles the statements come from; 0 where that is not known."""
    if isinstance(examples, Examples):
        found = examples.articles
        return 0 if found is None else len(found.values) - int(found.values[0].as_py() == "")
    return len({e.article for e in examples} - {""})


def has_part(examples: Sequence[Example], part: str) -> bool:
    """Whether every statement has a part: one of its fields, or ``article``."""
    if part == "article":
        return n_articles(examples) > 0
    if isinstance(examples, Examples):
        return part in examples.fields
    return all(part in e.fields for e in examples)


def vote_counts(examples: Sequence[Example], names: Sequence[str]) -> IntArray:
    """Count the annotators who gave each statement each label, ``(n, n_labels)``; 0 where nobody voted."""
    number, width = {name: i for i, name in enumerate(names)}, len(names)
    if isinstance(examples, Examples):
        out = np.zeros((len(examples), width), dtype=np.intp)
        for who in examples.votes:
            said = vote_numbers(examples, who, names)
            out[np.flatnonzero(said >= 0), said[said >= 0]] += 1
        return out
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
    if isinstance(examples, Examples) and not examples.votes and examples.distribution is None:
        return None
    counts = vote_counts(examples, names)
    n_votes = counts.sum(axis=1, keepdims=True)
    out = np.where(n_votes > 1, counts / np.maximum(n_votes, 1), np.nan)
    if isinstance(examples, Examples):
        if examples.distribution is not None:
            given = ~np.isnan(examples.distribution[:, 0])
            out[given] = examples.distribution[given]
        return None if np.isnan(out).all() else out
    for i, e in enumerate(examples):
        if e.distribution is not None:
            out[i] = e.distribution
    return None if np.isnan(out).all() else out


def part_values(examples: Sequence[Example], part: str) -> list[str] | None:
    """Return a part of every statement (one of its fields, or ``article``), None where some lack it."""
    if not has_part(examples, part):
        return None
    numbers, values = numbered(examples, part)
    words = values if isinstance(values, list) else values.to_pylist()
    return [words[k] for k in numbers]


def value_numbers(examples: Sequence[Example], part: str) -> IntArray:
    """Return a part of every statement as numbers of its sorted values, ``(n,)``.

    Raises
    ------
    InputError
        Some statement does not have it.
    """
    if not has_part(examples, part):
        raise InputError(f"the data do not have '{part}' of every statement")
    return numbered(examples, part)[0]


def voters(examples: Sequence[Example]) -> list[str]:
    """Return the names of all annotators who voted on some statement."""
    if isinstance(examples, Examples):
        return sorted(examples.votes)
    return sorted({who for e in examples for who in e.votes})


def vote_numbers(examples: Sequence[Example], who: str, names: Sequence[str]) -> IntArray:
    """Return the numbers of one annotator's labels, ``(n,)``; -1 where there is none."""
    number = {name: i for i, name in enumerate(names)}
    if isinstance(examples, Examples):
        table = np.array([number.get(name, -1) for name in examples.label_names] + [-1], dtype=np.intp)
        return np.asarray(table[examples.votes[who]])
    votes = [e.votes.get(who) for e in examples]
    return np.array([-1 if v is None else number[v] for v in votes], dtype=np.intp)
