"""Predictions and gold counted as confusion tables."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def confusion_counts(
    gold: npt.NDArray[np.intp], predicted: npt.NDArray[np.intp], n_labels: int, n_values: int = 1
) -> npt.NDArray[np.int64]:
    """Count pairs of label numbers.

    Parameters
    ----------
    gold : (n,) int array in ``range(n_values * n_labels)``
        With several values of a field, ``value * n_labels + label``.
    predicted : (n,) int array in ``range(n_labels + 1)``
        ``n_labels`` stands for a prediction that is no label.
    n_labels, n_values : int

    Returns
    -------
    (n_values * n_labels, n_labels) int array, gold in rows
        With a last column more where some prediction is no label.
    """
    width, rows = table_width(predicted, n_labels), n_values * n_labels
    flat = np.bincount(gold * width + predicted, minlength=rows * width)
    return flat.reshape(rows, width).astype(np.int64)


def table_width(predicted: npt.NDArray[np.intp], n_labels: int) -> int:
    """Columns of the confusion table of these predictions: one more if some are no label."""
    return n_labels + bool((predicted == n_labels).any())


def widened(table: npt.NDArray[np.int64], width: int) -> npt.NDArray[np.int64]:
    """Give ``(..., n_labels, columns)`` tables columns of zeros up to ``width``."""
    more = width - table.shape[-1]
    return np.pad(table, [(0, 0)] * (table.ndim - 1) + [(0, more)]) if more else table
