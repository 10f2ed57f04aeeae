"""Small samples that one can check by eye, and a random one in the regime of the corpus."""

from __future__ import annotations

import numpy as np

from harness.uncertainty import Counts, group_counts


def counts_of(*groups: str, labels: str = "snh") -> Counts:
    """Per-group counts of groups written as ``"ss sn"``: gold and predicted letter of each statement."""
    out = np.zeros((len(groups), 1, len(labels), len(labels)), dtype=np.int64)
    for i, group in enumerate(groups):
        for gold, predicted in group.split():
            out[i, 0, labels.index(gold), labels.index(predicted)] += 1
    return out


def singles(right: int, wrong: int) -> Counts:
    """Two labels, one statement a group: ``right`` correct and ``wrong`` wrong, labels in turn."""
    letters = [("aa", "bb")[i % 2] for i in range(right)] + [("ab", "ba")[i % 2] for i in range(wrong)]
    return counts_of(*letters, labels="ab")


def corpus(
    seed: int, *, n: int = 60, k: int = 45, recall: float = 0.7, repeats: int = 1
) -> tuple[Counts, Counts]:
    """Two models' counts on n statements in k groups, labels 60, 25 and 15 percent."""
    rng = np.random.default_rng(seed)
    group = np.concatenate([np.arange(k), rng.integers(k, size=n - k)])
    gold = rng.choice(3, size=k, p=[0.6, 0.25, 0.15])[group]

    def predict() -> np.ndarray:
        right = rng.random((repeats, n)) < recall
        return np.where(right, gold, (gold + rng.integers(1, 3, size=(repeats, n))) % 3)

    first, second = (group_counts(gold, predict(), group, 3) for _ in range(2))
    return first, second
