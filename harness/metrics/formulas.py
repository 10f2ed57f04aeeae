"""Metrics as functions of confusion counts.

A confusion table has gold labels in rows and predicted labels in columns. Every function takes an
array ``(..., n_labels, n_labels)`` of counts (int or float, at least 0) and returns ``(...)``, so that
ten thousand resamples are scored in one call. Where some predictions are no label at all (a language
model's reply that cannot be read), one column more counts them: they are wrong for every metric, and
precision, which asks only about predicted labels, does not see them. A value that is undefined (0/0)
is NaN inside this module and becomes ``None`` with a reason as soon as it leaves it
(:meth:`harness.metrics.Metric.value`).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


def _divide(top: FloatArray, bottom: FloatArray) -> FloatArray:
    """Divide, giving NaN (and no warning) where ``bottom`` is 0."""
    out = np.full(np.broadcast_shapes(top.shape, bottom.shape), np.nan)
    np.divide(top, bottom, out=out, where=bottom != 0)
    return out


def _diagonal(confusion: FloatArray) -> FloatArray:
    return np.asarray(np.diagonal(confusion, axis1=-2, axis2=-1), dtype=float)


def _predicted(confusion: FloatArray) -> FloatArray:
    """How often each label was predicted, ``(..., n_labels)``; a column of unlabelled is left out."""
    return np.asarray(confusion.sum(axis=-2)[..., : confusion.shape[-2]], dtype=float)


def recall(confusion: FloatArray) -> FloatArray:
    """Recall of each label, ``(..., n_labels)`` in [0, 1]; NaN for a label without gold."""
    return _divide(_diagonal(confusion), confusion.sum(axis=-1))


def precision(confusion: FloatArray) -> FloatArray:
    """Precision of each label, ``(..., n_labels)`` in [0, 1]; NaN for a label never predicted."""
    return _divide(_diagonal(confusion), _predicted(confusion))


def f1(confusion: FloatArray) -> FloatArray:
    """F1 of each label, ``2 tp / (2 tp + fp + fn)``; NaN if a label is neither gold nor predicted."""
    return _divide(2 * _diagonal(confusion), confusion.sum(axis=-1) + _predicted(confusion))


def macro_f1(confusion: FloatArray) -> FloatArray:
    """Mean over labels of F1, in [0, 1]; NaN if a label is neither gold nor predicted.

    Source: the first definition of Opitz and Burst 2019, "Macro F1 and Macro F1", and scikit-learn's
    ``average="macro"``, which counts 0 where this is undefined.
    """
    return np.asarray(f1(confusion).mean(axis=-1))


def macro_f1_of_means(confusion: FloatArray) -> FloatArray:
    """F1 of mean precision and mean recall (Opitz and Burst's second definition), in [0, 1].

    Kept for comparison with published figures: it is never below :func:`macro_f1` and rewards
    classifiers that err one way (Opitz and Burst 2019, "Macro F1 and Macro F1"). NaN if a label has no
    gold statement or is never predicted; 0 where all of them are and nothing is right.
    """
    p = precision(confusion).mean(axis=-1)
    r = recall(confusion).mean(axis=-1)
    return np.where(p + r == 0, 0.0, _divide(np.asarray(2 * p * r), np.asarray(p + r)))


def macro_precision(confusion: FloatArray) -> FloatArray:
    """Mean over labels of precision, in [0, 1]; NaN if a label is never predicted.

    scikit-learn's ``average="macro"``, which counts 0 (and warns) where this is undefined.
    """
    return np.asarray(precision(confusion).mean(axis=-1))


def macro_recall(confusion: FloatArray) -> FloatArray:
    """Mean over labels of recall, in [0, 1]; NaN if a label has no gold statement.

    The same number as :func:`balanced_accuracy`, under the name that stands beside macro-precision.
    Source: scikit-learn's ``average="macro"``, which counts 0 where this is undefined.
    """
    return np.asarray(recall(confusion).mean(axis=-1))


def weighted_precision(confusion: FloatArray) -> FloatArray:
    """Mean of precision over labels, weighted by gold support, in [0, 1].

    NaN if a label with gold statements is never predicted, where scikit-learn counts 0.
    """
    return _by_support(precision(confusion), confusion)


def weighted_recall(confusion: FloatArray) -> FloatArray:
    """Mean of recall over labels, weighted by gold support, in [0, 1]: always the accuracy.

    Listed because published tables have it beside weighted precision. NaN without statements. Source:
    scikit-learn's ``average="weighted"``.
    """
    return _by_support(recall(confusion), confusion)


def weighted_f1(confusion: FloatArray) -> FloatArray:
    """Mean of F1 over labels, weighted by gold support, in [0, 1].

    Labels without gold weigh nothing; NaN without statements. Source: scikit-learn's
    ``average="weighted"``.
    """
    support = confusion.sum(axis=-1)
    weighted = np.where(support > 0, np.nan_to_num(f1(confusion)) * support, 0.0)
    return _divide(weighted.sum(axis=-1), support.sum(axis=-1))


def _by_support(values: FloatArray, confusion: FloatArray) -> FloatArray:
    """Mean of ``(..., n_labels)`` values weighted by gold support; NaN where one with gold is."""
    support = confusion.sum(axis=-1)
    return _divide(np.where(support > 0, values * support, 0.0).sum(axis=-1), support.sum(axis=-1))


def micro_precision(confusion: FloatArray) -> FloatArray:
    """Share of the predicted labels that are right, in [0, 1].

    The accuracy, unless some predictions are no label: those are not counted here. NaN where no label
    is predicted. Source: scikit-learn's ``average="micro"`` over all labels.
    """
    return _divide(_diagonal(confusion).sum(axis=-1), _predicted(confusion).sum(axis=-1))


def micro_recall(confusion: FloatArray) -> FloatArray:
    """Share of the gold labels that are found, in [0, 1]: always the accuracy; NaN without statements.

    Source: scikit-learn's ``average="micro"`` over all labels.
    """
    return accuracy(confusion)


def micro_f1(confusion: FloatArray) -> FloatArray:
    """F1 of all labels' counts added up, ``2 tp / (gold + predicted)``, in [0, 1].

    The accuracy, unless some predictions are no label. NaN without statements. Never to be printed as
    "F1" alone: a majority classifier does well by it. Source: scikit-learn's ``average="micro"``.
    """
    both = confusion.sum(axis=(-2, -1)) + _predicted(confusion).sum(axis=-1)
    return _divide(2 * _diagonal(confusion).sum(axis=-1), both)


def jaccard(confusion: FloatArray) -> FloatArray:
    """Jaccard index of each label, ``tp / (tp + fp + fn)``; NaN if neither gold nor predicted."""
    right = _diagonal(confusion)
    return _divide(right, confusion.sum(axis=-1) + _predicted(confusion) - right)


def macro_jaccard(confusion: FloatArray) -> FloatArray:
    """Mean over labels of the Jaccard index (Jaccard 1912), in [0, 1].

    Orders models as their labels' F1 do, ``J = F1 / (2 - F1)`` for one label. NaN if a label is neither
    gold nor predicted.
    """
    return np.asarray(jaccard(confusion).mean(axis=-1))


def accuracy(confusion: FloatArray) -> FloatArray:
    """Share of statements predicted right, in [0, 1]; NaN without statements.

    A prediction that is no label is wrong. Source: scikit-learn's ``accuracy_score``.
    """
    return _divide(_diagonal(confusion).sum(axis=-1), confusion.sum(axis=(-2, -1)))


def balanced_accuracy(confusion: FloatArray) -> FloatArray:
    """Mean recall over all labels, in [0, 1]; NaN if a label has no gold statement.

    Source: Brodersen et al. 2010. scikit-learn leaves labels without gold out of the mean.
    """
    return macro_recall(confusion)


def g_mean(confusion: FloatArray) -> FloatArray:
    """Geometric mean of the labels' recalls, in [0, 1] (Kubat and Matwin 1997).

    0 as soon as one label is never found; NaN if a label has no gold statement.
    """
    return np.asarray(np.power(recall(confusion).prod(axis=-1), 1 / confusion.shape[-2]))


def mcc(confusion: FloatArray) -> FloatArray:
    """Matthews correlation for any number of labels, in [-1, 1] (Gorodkin 2004).

    NaN where gold or predictions have one label only: the correlation is then 0/0. scikit-learn
    prints 0 there.
    """
    total = confusion.sum(axis=(-2, -1))
    gold, said = confusion.sum(axis=-1), confusion.sum(axis=-2)
    covariance = _diagonal(confusion).sum(axis=-1) * total - (gold * _predicted(confusion)).sum(axis=-1)
    spread = (total**2 - (gold**2).sum(axis=-1)) * (total**2 - (said**2).sum(axis=-1))
    return _divide(covariance, np.sqrt(spread))


def cohen_kappa(confusion: FloatArray) -> FloatArray:
    """Cohen's kappa of predictions and gold, in [-1, 1]; NaN if both always use one same label.

    Unweighted: labels have no order here. Source: Cohen 1960.
    """
    total = confusion.sum(axis=(-2, -1))
    observed = _divide(_diagonal(confusion).sum(axis=-1), total)
    chance = _divide((confusion.sum(axis=-1) * _predicted(confusion)).sum(axis=-1), total**2)
    return _divide(observed - chance, 1 - chance)


def per_label(confusions: npt.ArrayLike, labels: Sequence[str]) -> dict[str, dict[str, float | int | None]]:
    """Precision, recall, F1 (means over repeats, None where undefined) and gold support by label.

    Parameters
    ----------
    confusions : (n_repeats, n_labels, n_labels) array of counts
    labels : sequence of str, in the order of the rows
    """
    counts = np.asarray(confusions, dtype=float)
    table = {"precision": precision(counts), "recall": recall(counts), "f1": f1(counts)}
    support = counts[0].sum(axis=-1)
    out: dict[str, dict[str, float | int | None]] = {}
    for k, label in enumerate(labels):
        means = {name: float(values[:, k].mean()) for name, values in table.items()}
        row: dict[str, float | int | None] = {n: None if np.isnan(v) else v for n, v in means.items()}
        row["support"] = int(support[k])
        out[label] = row
    return out
