"""Predicted probabilities against what several annotators said: distances of two distributions of labels."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from harness.probability_scores import EPSILON

FloatArray = npt.NDArray[np.float64]
CONSTANT = 1e-12
"""Variance below which entropies count as one and the same."""


def cross_entropy(probabilities: FloatArray, wanted: FloatArray) -> FloatArray:
    """Cross-entropy of the annotators' distribution and the model's, ``(n,)``, at least 0, in nats.

    Parameters
    ----------
    probabilities, wanted : (n, n_labels) float arrays, rows summing to 1
        Probabilities are clipped to ``[eps, 1 - eps]``, as for the log loss, which this is where all
        annotators say the same. A label that nobody said counts nothing.

    Notes
    -----
    At least the entropy of ``wanted``, which is what a model has that says exactly that.
    Source: Peterson et al. 2019; Uma et al. 2021; SemEval-2023 Task 11 (Leonardelli et al. 2023).
    """
    return np.asarray(-(wanted * np.log(np.clip(probabilities, EPSILON, 1 - EPSILON))).sum(axis=1))


def jensen_shannon(probabilities: FloatArray, wanted: FloatArray) -> FloatArray:
    """Jensen-Shannon divergence, base 2, ``(n,)`` in [0, 1]: 0 if equal, 1 if no label is in both.

    Symmetric, and finite without clipping. The divergence, whose square root is the distance that some
    tools print. Source: Lin 1991; Uma et al. 2021.
    """
    middle = (probabilities + wanted) / 2
    found = entropy(middle) - (entropy(probabilities) + entropy(wanted)) / 2
    return np.asarray(np.clip(found / np.log(2), 0, 1))


def total_variation(probabilities: FloatArray, wanted: FloatArray) -> FloatArray:
    """Total variation distance, ``(n,)`` in [0, 1]: half the sum of the differences by label.

    The share of the annotators' labels that would have to be others for the two to be equal; 1 minus it
    is how far they overlap. Source: Levin, Peres and Wilmer 2009.
    """
    return np.asarray(np.clip(np.abs(probabilities - wanted).sum(axis=1) / 2, 0, 1))


def entropy(distributions: FloatArray) -> FloatArray:
    """Shannon entropy of ``(n, n_labels)`` distributions, ``(n,)``, in nats; 0 log 0 is 0."""
    logs = np.log(distributions, out=np.zeros_like(distributions), where=distributions > 0)
    return np.asarray(np.abs((distributions * logs).sum(axis=1)))  # abs, for no sum is to be -0.0


def moments(x: FloatArray, y: FloatArray) -> FloatArray:
    """Return what a correlation is computed from and what adds up over statements.

    Parameters
    ----------
    x, y : (n,) float arrays

    Returns
    -------
    (n, 6) float array
        1, x, y, x², y² and xy, after the means of all x and of all y were taken off.
    """
    x, y = x - x.mean(), y - y.mean()
    return np.stack([np.ones_like(x), x, y, x * x, y * y, x * y], axis=1)


def correlation(sums: FloatArray) -> FloatArray:
    """Pearson correlation, in [-1, 1], from ``(..., 6)`` sums of `moments`; NaN where either is constant.

    Of entropies it says whether a model is unsure where the annotators disagree. Source: the entropy
    correlation of Uma et al. 2021; dividing entropies by their maximum, as they do, changes nothing here.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        _, x, y, xx, yy, xy = np.moveaxis(sums / sums[..., :1], -1, 0)
        spread_x, spread_y = xx - x * x, yy - y * y
        found = (xy - x * y) / np.sqrt(spread_x * spread_y)
    varies = (spread_x > CONSTANT) & (spread_y > CONSTANT)
    return np.asarray(np.where(varies, np.clip(found, -1, 1), np.nan))


DISTANCES = {
    "cross_entropy": (cross_entropy, 0.0, float("inf")),
    "jensen_shannon": (jensen_shannon, 0.0, 1.0),
    "total_variation": (total_variation, 0.0, 1.0),
}
"""By name a distance of each statement, and its range."""
ENTROPY_CORRELATION = "entropy_correlation"
AGAINST_DISTRIBUTIONS = (*DISTANCES, ENTROPY_CORRELATION)
"""Scores that every model has beside the configured metrics, where several annotators labelled."""
DISTRIBUTION_NAMES = {"cross_entropy": "cross-entropy", "jensen_shannon": "Jensen-Shannon divergence"}
"""How prose has those names that are not just words with spaces."""
