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
    size, confidence, right = calibration_sums(probabilities, gold, bins)
    return float(np.abs(right - confidence).sum() / size.sum())


def calibration_sums(
    probabilities: FloatArray, gold: IntArray, bins: int = 10
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Add up statements, confidence and right predictions in equal-width bins of confidence.

    Parameters
    ----------
    probabilities : (n, n_labels) float array, rows summing to 1
    gold : (n,) int array
    bins : int

    Returns
    -------
    size, confidence, right : (bins,) float arrays
        Number of statements, sum of their highest probabilities, and how many of them are right, whose
        means are the points of a reliability diagram (Niculescu-Mizil and Caruana 2005). A bin holds its
        lower end; the last one holds 1 as well.
    """
    most = probabilities.max(axis=1)
    right = (probabilities.argmax(axis=1) == gold).astype(float)
    bin_of = np.minimum((most * bins).astype(int), bins - 1)
    size, confidence, sure = np.zeros(bins), np.zeros(bins), np.zeros(bins)
    for sums, values in ((size, np.ones(len(gold))), (confidence, most), (sure, right)):
        np.add.at(sums, bin_of, values)
    return size, confidence, sure


SCORES = {"log_loss": (log_loss, 0.0, float("inf")), "brier": (brier, 0.0, 2.0)}
BESIDE = (*SCORES, "calibration_error")
"""Scores that every model with probabilities has beside the configured metrics."""
PROBABILITY_NAMES = {"brier": "Brier score"}
"""How prose has those names that are not just words with spaces."""
