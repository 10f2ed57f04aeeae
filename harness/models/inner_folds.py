"""Folds inside a training set: over its statement groups, each label spread evenly."""

from __future__ import annotations

import numpy as np

from harness.models.output import IntArray
from harness.splits import deal


def inner_folds(labels: IntArray, groups: IntArray, n_folds: int, seed: int) -> IntArray | None:
    """Deal the groups of a training set out to folds.

    Parameters
    ----------
    labels, groups : (n,) int arrays
        Label and group of each statement.
    n_folds : int
        At most; as many as there are groups where those are fewer.
    seed : int

    Returns
    -------
    (n,) int array or None
        The fold of each statement, numbered from 0; copies of one utterance share it. None for fewer than
        two groups.
    """
    names, row = np.unique(groups, return_inverse=True)
    if min(n_folds, len(names)) < 2:
        return None
    table = np.zeros((len(names), int(labels.max()) + 1), dtype=np.int64)
    np.add.at(table, (row, labels), 1)
    fold_of: IntArray = deal(table, min(n_folds, len(names)), np.random.default_rng(seed))[row]
    return fold_of
