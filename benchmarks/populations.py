"""Simulated populations of statements in groups, with classifiers of known confusion.

A cell is an imbalance of the labels, a strength of the classifier and a correlation of its
predictions within a statement group. The truth of a cell is the metric of its expected table.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

from harness.metrics import FloatArray
from harness.uncertainty import Counts, group_counts

IntArray = npt.NDArray[np.int64]
PRIORS = {"mild": (0.50, 0.30, 0.20), "imbalanced": (0.68, 0.20, 0.12), "severe": (0.80, 0.13, 0.07)}
"""Shares of the labels; in 45 groups the rarest has about 9, 5.4 and 3."""
RECALLS = {"strong": (0.90, 0.80, 0.75), "medium": (0.80, 0.65, 0.55), "weak": (0.65, 0.50, 0.40)}
WITHIN = {"low": 0.2, "high": 0.7}
"""Correlation of a classifier's draws within a group."""
SAME_GOLD = 0.9
"""Probability that a statement keeps its group's gold label; otherwise it is drawn anew."""
SHARED_DIFFICULTY = 0.3
"""Probability that the second classifier sees the same draw as the first on a statement."""
PATTERN = (1,) * 12 + (2,) * 3 + (1,) * 11 + (3,) + (2,) * 3 + (1,) * 11 + (2, 2, 3, 4)
"""Sizes of 45 groups with 60 statements; effective n 36 at worst."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One regime of the simulation."""

    imbalance: str
    strength: str
    within: str
    n: int

    @property
    def name(self) -> str:
        """A name for the table."""
        return f"{self.imbalance:<10} {self.strength:<6} {self.within:<4} {self.n:>5}"


def cells(n: int) -> list[Cell]:
    """Return the 18 regimes at ``n`` statements."""
    return [Cell(i, s, w, n) for i, s, w in product(PRIORS, RECALLS, WITHIN)]


def confusion(imbalance: str, recalls: npt.ArrayLike) -> FloatArray:
    """Return the expected table ``(3, 3)``, of sum 1; errors go half by the labels' shares, half evenly."""
    prior = np.array(PRIORS[imbalance])
    right = np.asarray(recalls, dtype=float)
    errors = np.tile(0.5 * prior + 0.5 / 3, (3, 1))
    np.fill_diagonal(errors, 0)
    errors *= ((1 - right) / errors.sum(axis=1))[:, None]
    return np.asarray(prior[:, None] * (errors + np.diag(right)))


def groups(n: int) -> IntArray:
    """Group number of each of ``n`` statements, by repeating the pattern of sizes."""
    sizes = np.tile(PATTERN, n // sum(PATTERN) + 1)
    return np.repeat(np.arange(len(sizes)), sizes)[:n]


@dataclass(frozen=True, slots=True)
class Drawn:
    """One data set: gold and group ``(n,)`` and each classifier's predictions ``(n,)``."""

    gold: IntArray
    group: IntArray
    predicted: tuple[IntArray, ...]

    def counts(self, *, by_item: bool = False) -> list[Counts]:
        """Per-group counts of each classifier; by item, every statement is its own group."""
        group = np.arange(len(self.gold)) if by_item else self.group
        return [group_counts(self.gold, p, group, 3) for p in self.predicted]


def draw(tables: tuple[FloatArray, ...], within: float, group: IntArray, rng: np.random.Generator) -> Drawn:
    """Draw one data set and each classifier's predictions of it.

    Parameters
    ----------
    tables : expected tables ``(3, 3)`` with the same gold shares, one for each classifier
    within : float in [0, 1], correlation within a group
    group : (n,) int
    """
    n, k = len(group), int(group[-1]) + 1
    prior = tables[0].sum(axis=1)
    gold = rng.choice(3, size=k, p=prior)[group]
    gold = np.where(rng.random(n) < SAME_GOLD, gold, rng.choice(3, size=n, p=prior))
    copied = rng.random(n) < np.sqrt(within)
    predicted: list[IntArray] = []
    first = np.zeros(n)
    for i, table in enumerate(tables):
        u = np.where(copied, rng.random(k)[group], rng.random(n))
        first = u if i == 0 else first
        u = np.where(rng.random(k)[group] < SHARED_DIFFICULTY, first, u)
        steps = (table / prior[:, None]).cumsum(axis=1)[gold]
        predicted.append((u[:, None] > steps[:, :2]).sum(axis=1))
    return Drawn(gold, group, tuple(predicted))
