"""Per-group confusion counts: the one input of everything that treats predictions as fixed.

``counts`` has the shape ``(n_groups, n_repeats, n_labels, n_labels)``: for each statement group and
each repeat of cross-validation (one, where nothing was repeated) a table with gold labels in rows and
predicted labels in columns; with a last column more where some predictions are no label. The score
is the metric of each repeat's pooled table, averaged. For a metric that is a mean over the values of a
field (a target), the tables of the values stand one below the other, ``n_values * n_labels`` rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from harness.errors import InputError
from harness.field_metrics import LABEL_METRICS, WHEN_UNDEFINED, OverValues
from harness.metrics import FloatArray, Metric, accuracy, table_width

Counts = npt.NDArray[np.signedinteger[Any]]
"""Whole numbers, as small as the groups allow: a million groups of one statement take a byte a cell."""
Statistic = Callable[[FloatArray], FloatArray]


def as_counts(counts: npt.ArrayLike) -> Counts:
    """Check per-group counts and give them their full shape.

    Parameters
    ----------
    counts : (n_groups, n_labels, n_labels) or (n_groups, n_repeats, n_labels, n_labels)
        Whole numbers, at least 0. Three dimensions mean one repeat.

    Returns
    -------
    (n_groups, n_repeats, n_labels, n_labels) int array
    """
    array = np.asarray(counts)
    if array.ndim == 3:
        array = array[:, None]
    if array.ndim != 4 or 0 in array.shape[1:] or not _fits(*array.shape[-2:]):
        raise InputError(
            f"per-group counts have the shape {np.shape(counts)}",
            hint="expected (n_groups, n_repeats, n_labels, n_labels), gold in rows",
        )
    whole: Counts = array if array.dtype.kind == "i" else array.astype(np.int64)
    if (whole < 0).any() or (whole != array).any():
        raise InputError("per-group counts must be whole numbers, at least 0")
    return whole


def _fits(rows: int, columns: int) -> bool:
    """Whether a table can have this shape: square, one column more, or several such one below the other."""
    return rows % columns == 0 or (rows % (columns - 1) == 0 if columns > 2 else rows == 1)


def group_counts(
    gold: npt.NDArray[np.intp],
    predicted: npt.NDArray[np.intp],
    groups: npt.NDArray[np.intp],
    n_labels: int,
    n_values: int = 1,
) -> Counts:
    """Count (gold, predicted) pairs within each group.

    Parameters
    ----------
    gold, groups : (n,) int arrays; groups are numbered ``0 .. n_groups - 1``
        With several values of a field, gold is ``value * n_labels + label``. A group may have several.
    predicted : (n,) or (n_repeats, n) int array of label numbers
        ``n_labels`` stands for a prediction that is no label.
    n_labels, n_values : int

    Returns
    -------
    (n_groups, n_repeats, n_values * n_labels, n_labels) int array
        Of the smallest type that holds twice the largest group, so that two tables can be added.
    """
    predictions = np.atleast_2d(predicted)
    sizes = np.bincount(groups)
    width = table_width(predictions, n_labels)
    shape = (len(sizes), len(predictions), n_values * n_labels, width)
    kind = np.min_scalar_type(-2 * int(sizes.max(initial=0)) - 1)
    table = np.zeros(shape, dtype=kind)
    for repeat, said in enumerate(predictions):
        cells = ((groups * shape[1] + repeat) * shape[2] + gold) * width + said
        np.add.at(table.reshape(-1), cells, 1)
    return table


def occupied(*counts: Counts) -> npt.NDArray[np.bool_]:
    """Which groups have a statement in any of the arrays, ``(n_groups,)``; others are no evidence."""
    return np.asarray(np.any([c.any(axis=(1, 2, 3)) for c in counts], axis=0), dtype=np.bool_)


def group_sizes(counts: Counts) -> FloatArray:
    """Statements in each group (mean over repeats), ``(n_groups,)``."""
    return np.asarray(counts.sum(axis=(2, 3)).mean(axis=1))


def effective_n(sizes: FloatArray) -> float:
    """Statements that count if members of a group say the same, ``n**2 / sum(m**2)``.

    The worst case of Kish's design effect (within-group correlation 1); n where every group has one
    member, 0 for no groups. Source: Kish 1965, "Survey Sampling", section 8.2.
    """
    square = float((sizes**2).sum())
    return float(sizes.sum()) ** 2 / square if square else 0.0


def gold_groups(counts: Counts) -> npt.NDArray[np.int64]:
    """How many groups hold each gold label, ``(n_labels,)``."""
    return np.asarray(counts.any(axis=(1, 3)).sum(axis=0), dtype=np.int64)


def predicted_groups(counts: Counts) -> npt.NDArray[np.int64]:
    """How many groups hold each label as a prediction (in any repeat), ``(n_labels,)``."""
    return np.asarray(counts.any(axis=(1, 2)).sum(axis=0), dtype=np.int64)


def score(of: Statistic, tables: npt.ArrayLike) -> FloatArray:
    """Score ``(..., n_repeats, n_labels, n_labels)`` pooled tables: ``(...)``, NaN where undefined."""
    return np.asarray(of(np.asarray(tables, dtype=float)).mean(axis=-1))


@dataclass(frozen=True, slots=True)
class OneLabel:
    """F1, precision or recall of one label, as a function of confusion tables."""

    kind: Literal["f1", "precision", "recall"]
    label: int

    def __call__(self, confusion: FloatArray) -> FloatArray:
        """Score ``(..., n_labels, n_labels)`` counts: ``(...)``."""
        return np.asarray(LABEL_METRICS[self.kind](confusion)[..., self.label])


def label_metric(kind: Literal["f1", "precision", "recall"], label: int, name: str = "") -> Metric:
    """Return the F1, precision or recall of label number ``label`` as a metric with an interval."""
    title = f"{kind} of {name or f'label {label}'}"
    return Metric(title, OneLabel(kind, label), 0, 1, title, f"the label is {WHEN_UNDEFINED[kind]}")


def as_metric(metric: Metric | Statistic) -> Metric:
    """Return a metric as it is; take any other function of confusion tables as one in [0, 1]."""
    if isinstance(metric, Metric):
        return metric
    name = getattr(metric, "__name__", "statistic")
    return Metric(name, metric, 0, 1, name, "the statistic is not a number")


def support(counts: Counts, metric: Metric) -> npt.NDArray[np.int64]:
    """Count the groups that carry the evidence for each label that the metric depends on.

    ``(n_labels,)`` gold groups for a metric of the whole table, fewer for one of some labels, and ``(1,)``
    for a metric of one label, where precision counts the groups in which the label was predicted. For
    a mean over values of a field, so many for each value, one value after the other.
    """
    if isinstance(metric.of, OneLabel):
        rows = predicted_groups(counts) if metric.of.kind == "precision" else gold_groups(counts)
        return rows[[metric.of.label]]
    groups = gold_groups(counts)
    if not metric.labels:
        return groups
    n_labels = metric.of.n_labels if isinstance(metric.of, OverValues) else len(groups)
    return groups.reshape(-1, n_labels)[:, metric.labels].ravel()


def is_share(metric: Metric) -> bool:
    """Whether the metric is a plain share of statements, so that Wilson's interval applies."""
    return metric.of is accuracy
