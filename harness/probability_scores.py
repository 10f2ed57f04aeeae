"""Proper scores and calibration of predicted probabilities."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]
EPSILON = float(np.finfo(np.float64).eps)


def log_loss(probabilities: FloatArray, gold: IntArray) -> FloatArray:
    """Negative log probability of the gold label, ``(n,)``, at least 0, in nats.

    Parameters
    ----------
    probabilities : (n, n_labels) float array, rows summing to 1
        Values are clipped to ``[eps, 1 - eps]``, so that one certain error does not make the mean infinite.
    gold : (n,) int array
    """
    said = probabilities[np.arange(len(gold)), gold]
    return np.asarray(-np.log(np.clip(said, EPSILON, 1 - EPSILON)))


def brier(probabilities: FloatArray, gold: IntArray) -> FloatArray:
    """Squared distance between probabilities and the gold label, ``(n,)`` in [0, 2] (Brier 1950)."""
    wanted = np.eye(probabilities.shape[1])[gold]
    return np.asarray(((probabilities - wanted) ** 2).sum(axis=1))


def calibration_error(probabilities: FloatArray, gold: IntArray, bins: int = 10) -> float | None:
    """Expected calibration error of the most probable label, in [0, 1]; None without statements.

    Equal-width bins of confidence; the mean of |accuracy - confidence| weighted by bin size (Naeini et
    al. 2015). It is biased upward in small samples, so it stands without an interval.
    """
    if not len(gold):
        return None
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == gold
    bin_of = np.minimum((confidence * bins).astype(int), bins - 1)
    size = np.bincount(bin_of, minlength=bins)
    gap = np.bincount(bin_of, weights=right - confidence, minlength=bins)
    return float(np.abs(gap).sum() / size.sum())


SCORES = {"log_loss": (log_loss, 0.0, float("inf")), "brier": (brier, 0.0, 2.0)}
