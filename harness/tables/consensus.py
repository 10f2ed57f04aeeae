"""What several annotators said of each row -> its gold label, or none where the rule leaves it open."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from harness.table_data import AtLeast, GoldRule
from harness.tables.rows import IntArray

OPEN = -1
"""In place of a label's number."""
EQUAL = 1e-9
"""Shares that are nearer than this are equal."""
FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]


def vote_weights(votes: Sequence[IntArray], n_labels: int) -> FloatArray:
    """Count the votes, ``(n, n_labels)``, of one ``(n,)`` array an annotator; below 0 there is none."""
    table = np.stack(votes, axis=1)
    return np.stack([(table == k).sum(axis=1) for k in range(n_labels)], axis=1).astype(np.float64)


def consensus(
    weights: FloatArray, rule: str | AtLeast, prefer: Sequence[IntArray] | None = None
) -> tuple[IntArray, BoolArray]:
    """Return the gold label of each row, and which rows the rule leaves open.

    Parameters
    ----------
    weights : (n, n_labels) float array, at least 0
        Votes or shares by label; all 0 where nobody said anything.
    rule : 'plurality', 'majority', 'unanimous' or AtLeast
        Gold is the label with most of the weight. The others ask as well that it has more than half of
        it, all of it or at least a share. One label alone is unanimous.
    prefer : sequence of (n,) int arrays, optional
        Settles what is left open: the first of these labels that no other has more weight than. Without
        it such rows have no gold.

    Returns
    -------
    gold : (n,) int array; `OPEN` where nothing was said, and where the rule leaves it open unless ``prefer``
    left_open : (n,) bool array; False where nothing was said
    """
    total, most = weights.sum(axis=1), weights.max(axis=1)
    share = most / np.where(total > 0, total, 1)
    best = weights >= (most - EQUAL * total)[:, None]
    enough = share > 0.5 + EQUAL if rule == "majority" else share >= _least(rule) - EQUAL
    left_open = (total > 0) & ((best.sum(axis=1) > 1) | ~enough)
    gold = np.where((total > 0) & ~left_open, weights.argmax(axis=1), OPEN)
    for said in reversed(prefer or ()):
        at = left_open & (said >= 0)
        at[at] = best[at, said[at]]
        gold[at] = said[at]
    return gold.astype(np.int64), left_open


def _least(rule: str | AtLeast) -> float:
    """Return the share that the most frequent label must have at least."""
    return rule.at_least if isinstance(rule, AtLeast) else float(rule == "unanimous")


def in_order(n: int, n_labels: int) -> list[IntArray]:
    """Return a preference for the labels in their order, for :func:`consensus`."""
    return [np.full(n, k, dtype=np.int64) for k in range(n_labels)]


def asked_for(asked: GoldRule, *, votes: bool) -> str:
    """Say what a label needs to be gold, as in "no label has most votes"."""
    rule = asked.rule
    if isinstance(rule, AtLeast):
        share = f"{100 * rule.at_least:.10g}%"
        return f"at least {share} of the votes" if votes else f"a share of at least {share}"
    words = {
        "plurality": ("most votes", "the largest share alone"),
        "majority": ("more than half of the votes", "a share above 50%"),
        "unanimous": ("all votes", "a share of 100%"),
    }
    return words[rule][0 if votes else 1]
