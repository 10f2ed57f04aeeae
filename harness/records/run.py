"""What is divided, fitted and predicted: examples, folds, and what every model said of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

Mode = Literal["fixed", "trained"]
NO_LABEL = "(no label)"
"""How reports name a prediction that is none of the labels."""


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled text that a classifier is trained or scored on.

    ``group`` is the unit of dependence: examples of one group never stand on both sides of a
    split, and resampling draws whole groups. ``fields`` holds what an input template may name; ``pair``
    is the second text that a model of text pairs sees, ``beside`` the further texts that a model sees in
    features of their own, in its order. ``distribution`` has the shares of annotators who gave each label,
    in the labels' order and summing to 1, where the data say them and not the votes.
    """

    id: str
    label: str
    text: str
    group: str
    article: str
    fields: Mapping[str, str] = field(default_factory=dict)
    votes: Mapping[str, str | None] = field(default_factory=dict)
    pair: str | None = None
    beside: tuple[str, ...] = ()
    distribution: tuple[float, ...] | None = None


@dataclass(frozen=True, slots=True)
class Purged:
    """A statement that was left out of a training set or dev part, and why."""

    id: str
    reason: str
    part: Literal["train", "dev"] = "train"


@dataclass(frozen=True, slots=True)
class Fold:
    """Ids of one train/test division, and what was taken out of the training side.

    ``dev`` are the statements of the data's own dev part that parameters may be tuned on: none shares a
    group with a test statement. They are in ``train`` as well where the split trains on them.
    """

    split: str
    repeat: int
    index: int
    name: str
    train: Sequence[str]
    test: Sequence[str]
    purged: tuple[Purged, ...] = ()
    absent_train: tuple[str, ...] = ()
    absent_test: tuple[str, ...] = ()
    dev: Sequence[str] = ()

    @property
    def key(self) -> str:
        """A name that is unique within a run: ``split/repeat/index``."""
        return f"{self.split}/{self.repeat}/{self.index}"


@dataclass(frozen=True, slots=True)
class Pool:
    """Everything that one model predicted under one split.

    Attributes
    ----------
    split, model : str
    mode : 'fixed' or 'trained'
    predicted : (n_seeds * n_repeats, n_examples) int array
        Numbers of labels; -1 where a statement was not tested in that repeat, ``n_labels`` where what
        the model said is no label. All repeats of the first training seed come first, then those of the
        second; of a model that draws nothing all seeds have the same.
    fold : (n_seeds * n_repeats, n_examples) int array
        Number of the fold that tested the statement, -1 where none did.
    probabilities : (n_seeds * n_repeats, n_examples, n_labels) float array or None
        NaN where a statement was not tested.
    chosen : tuple
        For each fold, in order, the parameters that tuning chose inside its training set, or None; seed
        by seed, once for a model that draws nothing.
    replies : (row of ``predicted``, place of the statement) -> str
        What a model said where it is no label.
    calls : digest -> what was used
        Each distinct request to a paid or metered service: tokens and cost.
    seeds : tuple of int
        The numbers of the training seeds.
    """

    split: str
    model: str
    mode: Mode
    predicted: npt.NDArray[np.int64]
    fold: npt.NDArray[np.int64]
    probabilities: npt.NDArray[np.float64] | None
    chosen: tuple[Mapping[str, Any] | None, ...] = ()
    replies: Mapping[tuple[int, int], str] = field(default_factory=dict)
    calls: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    seeds: tuple[int, ...] = (0,)


@dataclass(frozen=True, slots=True)
class Tables:
    """Pooled confusions of cross-validations that were run besides a run's folds.

    Attributes
    ----------
    kind : 'rerun', 'leakage' or 'curve'
    split : str
        Empty for ``leakage``.
    share : float in (0, 1]
        Share of the training groups that was used.
    variant : str
        ``naive``, ``size_matched`` or ``purged`` for ``leakage``, else empty.
    confusions : (n, n_labels, n_labels) int array
        One table a cross-validation; all zero where the draw could not be divided.
    train_rows, train_groups : tuple of float
        Mean training statements and groups of each.
    over : mapping of str to (n, n_values * n_labels, n_labels) int arrays
        By a part of a statement, where a metric is a mean over its values: the same statements counted
        apart for each value that the data have, in sorted order, the tables one below the other.
    """

    kind: str
    split: str
    share: float
    variant: str
    model: str
    confusions: npt.NDArray[np.int64]
    train_rows: tuple[float, ...]
    train_groups: tuple[float, ...]
    over: Mapping[str, npt.NDArray[np.int64]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A finished run: what it was asked, what it was given, and what every model predicted."""

    config: Mapping[str, Any]
    labels: tuple[str, ...]
    examples: Sequence[Example]
    folds: tuple[Fold, ...]
    pools: tuple[Pool, ...]
    tables: tuple[Tables, ...]
    identity: Mapping[str, Any]
    partial: bool = False
