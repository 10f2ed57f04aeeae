"""What is measured: one readable table of metrics, each with its range and what a reader must know of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from harness.errors import InputError, did_you_mean
from harness.metrics.formulas import (
    FloatArray,
    accuracy,
    balanced_accuracy,
    cohen_kappa,
    g_mean,
    macro_f1,
    macro_f1_of_means,
    macro_jaccard,
    macro_precision,
    macro_recall,
    mcc,
    micro_f1,
    micro_precision,
    micro_recall,
    weighted_f1,
    weighted_precision,
    weighted_recall,
)


@dataclass(frozen=True, slots=True)
class Metric:
    """One row of the table: how a metric is computed and what a reader must know of it.

    Attributes
    ----------
    name, title : str
    of : function of ``(..., n_labels, n_labels)`` counts, NaN where undefined
    low, high : float
        The range; ``high`` is infinite for sums.
    undefined_when : str
    each_label : bool
        Whether it rests on each label by itself, so that one rare label makes it unreliable.
    labels : tuple of int
        Numbers of the labels that it rests on; all where empty.
    over : str or None
        The part of a statement (such as its target) by whose values the rows are counted apart:
        ``of`` then takes ``(..., n_values * n_labels, n_labels)``, the values one below the other.
    total : bool
        Whether it is a sum over statements, which grows with their number.
    whole : bool
        Whether ``of`` works on whole counts alone.
    prose : str
        The name as a sentence or a table's head has it; where empty, `name` with spaces.
    """

    name: str
    of: Callable[[FloatArray], FloatArray]
    low: float
    high: float
    title: str
    undefined_when: str
    each_label: bool = False
    labels: tuple[int, ...] = ()
    over: str | None = None
    total: bool = False
    whole: bool = False
    prose: str = ""

    def value(self, confusions: npt.ArrayLike) -> tuple[float | None, str | None]:
        """Score one pool per repeat and average.

        Parameters
        ----------
        confusions : (n_repeats, n_labels, n_labels) array of counts

        Returns
        -------
        value, reason
            The mean over repeats and None; or None and the reason why it is undefined.
        """
        values = self.of(np.asarray(confusions, dtype=float))
        if values.size and not np.isnan(values).any():
            return float(np.mean(values)), None
        undefined = int(np.isnan(values).sum())
        where = f" in {undefined} of {values.size} repeats" if values.size > 1 else ""
        return None, f"undefined: {self.undefined_when}{where}"


_NO_LABEL = "a label has neither gold nor predicted statements"
_NO_GOLD = "a label has no gold statement"
_NO_COLUMN = "a label has no gold statement or is never predicted"
_NEVER_SAID = "a label is never predicted"
_NEVER_FOUND = "a label that has gold statements is never predicted"
_EMPTY = "there are no statements"
_ONE_LABEL = "gold and predictions always use one same label"

METRICS: dict[str, Metric] = {
    m.name: m
    for m in (
        Metric(
            "macro_f1", macro_f1, 0, 1, "macro-F1 (mean of the labels' F1)", _NO_LABEL, True, prose="macro-F1"
        ),
        Metric(
            "macro_f1_of_means",
            macro_f1_of_means,
            0,
            1,
            "macro-F1 (F1 of mean P and R)",
            _NO_COLUMN,
            True,
            prose="macro-F1 of means",
        ),
        Metric("weighted_f1", weighted_f1, 0, 1, "F1 weighted by support", _EMPTY, prose="weighted F1"),
        Metric("micro_f1", micro_f1, 0, 1, "F1 of all labels' counts added up", _EMPTY, prose="micro-F1"),
        Metric("macro_precision", macro_precision, 0, 1, "mean of the labels' precision", _NEVER_SAID, True),
        Metric("weighted_precision", weighted_precision, 0, 1, "precision weighted by support", _NEVER_FOUND),
        Metric(
            "micro_precision",
            micro_precision,
            0,
            1,
            "share of predicted labels that are right",
            "no label is predicted",
        ),
        Metric("macro_recall", macro_recall, 0, 1, "mean of the labels' recall", _NO_GOLD, True),
        Metric("weighted_recall", weighted_recall, 0, 1, "recall weighted by support (accuracy)", _EMPTY),
        Metric("micro_recall", micro_recall, 0, 1, "share of gold labels that are found (accuracy)", _EMPTY),
        Metric(
            "macro_jaccard",
            macro_jaccard,
            0,
            1,
            "mean of the labels' Jaccard index",
            _NO_LABEL,
            True,
            prose="macro Jaccard index",
        ),
        Metric("accuracy", accuracy, 0, 1, "accuracy", _EMPTY),
        Metric(
            "balanced_accuracy", balanced_accuracy, 0, 1, "balanced accuracy (mean recall)", _NO_GOLD, True
        ),
        Metric(
            "g_mean", g_mean, 0, 1, "geometric mean of the labels' recall", _NO_GOLD, True, prose="G-mean"
        ),
        Metric(
            "mcc", mcc, -1, 1, "Matthews correlation", "gold or predictions have one label only", prose="MCC"
        ),
        Metric(
            "cohen_kappa", cohen_kappa, -1, 1, "Cohen's kappa with gold", _ONE_LABEL, prose="Cohen's kappa"
        ),
    )
}


def metric(name: str) -> Metric:
    """Return the metric of this name; raise `InputError` with the nearest name otherwise."""
    if name not in METRICS:
        raise InputError(f"unknown metric '{name}'", hint=did_you_mean(name, METRICS))
    return METRICS[name]
