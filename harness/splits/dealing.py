"""Groups dealt out to folds so that each label is spread evenly."""

from __future__ import annotations

from typing import Any

import numpy as np


def deal(table: Any, n_folds: int, rng: np.random.Generator) -> Any:
    """Deal groups out to folds so that each label is spread evenly.

    Parameters
    ----------
    table : (n_groups, n_labels) int array
        How many statements of each label a group has; ``n_groups >= n_folds``.
    n_folds : int
    rng : numpy.random.Generator
        Breaks ties.

    Returns
    -------
    (n_groups,) int array
        The fold of each group. No fold is empty: one without a group lacks most of every label, and most
        in all, so it is the best for the next group.
    """
    n_groups, n_labels = table.shape
    fold_of = np.full(n_groups, -1)
    wanted = np.tile(table.sum(axis=0) / n_folds, (n_folds, 1))
    lacks = wanted.sum(axis=1).tolist()
    left_over = n_groups
    order = rng.permutation(n_groups)
    while left_over:
        undealt = order[fold_of[order] < 0]
        left = (table[undealt] > 0).sum(axis=0)
        rarest = min((label for label in range(n_labels) if left[label]), key=lambda label: left[label])
        with_it = undealt[table[undealt, rarest] > 0]
        column = wanted[:, rarest].tolist()
        for group in with_it[np.argsort(-table[with_it].sum(axis=1), kind="stable")].tolist():
            tie = rng.permutation(n_folds).tolist()
            best = max(range(n_folds), key=lambda k: (column[k], lacks[k], tie[k]))
            fold_of[group] = best
            left_over -= 1
            wanted[best] -= table[group]
            column[best], lacks[best] = wanted[best, rarest].item(), wanted[best].sum().item()
    return fold_of
