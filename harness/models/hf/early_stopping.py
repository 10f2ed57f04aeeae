"""Early stopping: whole groups of the training statements held out, and the epoch that does best on them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field

from harness.metrics import confusion_counts, f1
from harness.models.hf.network import log_probabilities
from harness.models.inner_folds import inner_folds
from harness.models.output import FloatArray, IntArray
from harness.spec import Spec


class EarlyStopping(Spec):
    """When training ends before its last epoch; the weights of the best epoch are kept."""

    patience: Annotated[
        int, Field(ge=1, description="epochs without a better one after which training ends")
    ] = 3
    share: Annotated[
        float, Field(gt=0, le=0.5, description="share of the training groups held out, to the nearest 1/n")
    ] = 0.2
    metric: Annotated[
        Literal["macro_f1", "loss"],
        Field(description="what makes an epoch better; loss decides between equal macro_f1"),
    ] = "macro_f1"


def held_out(labels: IntArray, groups: IntArray, share: float, seed: int) -> IntArray:
    """Return which training statements are held out, as positions.

    Groups are dealt out whole to ``1 / share`` parts with labels spread evenly, and of these parts one
    is held out: the first of those that leave as many labels as can be to learn from.

    Parameters
    ----------
    labels, groups : (n,) int arrays
        Of the training statements alone.
    share : float in (0, 0.5]
    seed : int

    Returns
    -------
    (n_held_out,) int array
        Empty where there is a single group.
    """
    part_of = inner_folds(labels, groups, round(1 / share), seed)
    if part_of is None:
        return np.array([], dtype=np.intp)
    left = [len(np.unique(labels[part_of != k])) for k in range(int(part_of.max()) + 1)]
    return np.flatnonzero(part_of == int(np.argmax(left)))


@dataclass
class BestEpoch:
    """The best epoch so far, and its weights.

    ``rank`` is compared from the left, larger is better; ``waited`` counts the epochs since.
    """

    rank: list[float] = field(default_factory=list)
    epoch: int = 0
    waited: int = 0
    weights: Mapping[str, Any] = field(default_factory=dict)

    def sees(self, epoch: int, rank: list[float], copied: Callable[[], Mapping[str, Any]]) -> None:
        """Take note of an epoch, and copy its weights if it is better than all before it."""
        if not self.rank or rank > self.rank:
            self.rank, self.epoch, self.waited, self.weights = rank, epoch, 0, copied()
        else:
            self.waited += 1

    def facts(self) -> dict[str, Any]:
        """Return all but the weights, for a checkpoint."""
        return {"rank": self.rank, "epoch": self.epoch, "waited": self.waited}


def rank_of(
    logits: FloatArray, labels: IntArray, weights: FloatArray, metric: Literal["macro_f1", "loss"]
) -> list[float]:
    """Say how good an epoch is: macro-F1 over the labels that are there or predicted, and minus the loss.

    Parameters
    ----------
    logits : (n, n_labels) float array, n at least 1
    labels : (n,) int array
    weights : (n_labels,) float array
        Of the labels in the loss.
    metric : {'macro_f1', 'loss'}
        ``loss`` leaves macro-F1 out.
    """
    mine = weights[labels]
    surprise = -log_probabilities(logits)[np.arange(len(labels)), labels]
    loss = float((mine * surprise).sum() / mine.sum())
    if metric == "loss":
        return [-loss]
    table = confusion_counts(labels, logits.argmax(axis=1), logits.shape[1])
    return [float(np.nanmean(f1(table.astype(np.float64)))), -loss]
