"""The metrics of the field that have parameters, as functions of confusion counts.

As in :mod:`harness.metrics`, each takes ``(..., n_labels, n_labels)`` counts, gold in rows, perhaps with one
column more for predictions that are no label, and returns ``(...)`` with NaN where it is undefined.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from harness.metrics import FloatArray, f1, precision, recall

LABEL_METRICS: dict[str, Callable[[FloatArray], FloatArray]] = {
    "f1": f1,
    "precision": precision,
    "recall": recall,
}
WHEN_UNDEFINED = {"f1": "neither gold nor predicted", "precision": "never predicted", "recall": "never gold"}
"""What a label is for which the metric is 0/0."""
EXACT, SAME_SIDE = 0.75, 0.25


@dataclass(frozen=True, slots=True)
class MeanOver:
    """Mean of F1, precision or recall over some labels, while the others stay in the table.

    With ``zero`` a label whose value is 0/0 counts 0, as in the scorer of SemEval-2016 Task 6; without,
    the mean is NaN. A table without any statement is NaN either way: nothing was scored.
    """

    part: Literal["f1", "precision", "recall"]
    labels: tuple[int, ...]
    zero: bool

    def __call__(self, confusion: FloatArray) -> FloatArray:
        """Score ``(..., n_labels, n_labels)`` counts: ``(...)`` in [0, 1]."""
        values = LABEL_METRICS[self.part](confusion)[..., self.labels]
        if self.zero:
            values = np.nan_to_num(values, nan=0.0)
        return np.where(confusion.sum(axis=(-2, -1)) > 0, values.mean(axis=-1), np.nan)


@dataclass(frozen=True, slots=True)
class Weighted:
    """The Fake News Challenge's score: raw, the maximum that the gold labels allow, or relative.

    A right *unrelated* earns 0.25. Where gold and prediction are both related, 0.25, and 0.75 more if
    the label is exact. A prediction that is no label earns nothing.
    """

    unrelated: int
    kind: Literal["relative", "raw", "maximum"]

    def __call__(self, confusion: FloatArray) -> FloatArray:
        """Score ``(..., n_labels, n_labels)`` counts: ``(...)``; NaN without statements."""
        n_labels = confusion.shape[-2]
        related = [k for k in range(n_labels) if k != self.unrelated]
        gold = confusion.sum(axis=-1)
        among = confusion[..., related, :][..., related]
        exact = np.diagonal(among, axis1=-2, axis2=-1).sum(axis=-1)
        right = confusion[..., self.unrelated, self.unrelated]
        raw = SAME_SIDE * (right + among.sum(axis=(-2, -1))) + EXACT * exact
        best = SAME_SIDE * gold[..., self.unrelated] + (SAME_SIDE + EXACT) * gold[..., related].sum(axis=-1)
        best = np.where(best > 0, best, np.nan)
        if self.kind == "relative":
            return np.asarray(100 * raw / best)
        return np.asarray(best if self.kind == "maximum" else np.where(best > 0, raw, np.nan))


@dataclass(frozen=True, slots=True)
class OverValues:
    """The mean over the values of a field of a metric of each value's own table.

    The tables stand one below the other, ``(..., n_values * n_labels, n_labels)``. NaN where one of
    the values has no statement or no defined score: the mean of the others would be another quantity.
    """

    of: Callable[[FloatArray], FloatArray]
    n_labels: int

    def __call__(self, confusion: FloatArray) -> FloatArray:
        """Score ``(..., n_values * n_labels, n_labels)`` counts: ``(...)``."""
        *before, rows, columns = confusion.shape
        apart = confusion.reshape(*before, rows // self.n_labels, self.n_labels, columns)
        return np.asarray(self.of(apart).mean(axis=-1))
