"""Tuning inside each training set: every combination of a grid, on folds of its groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import ValidationError

from harness.errors import InputError
from harness.metrics import confusion_counts, metric, widened
from harness.models.base import IntArray, Output, group_numbers, label_numbers
from harness.records import Example
from harness.splits import deal

if TYPE_CHECKING:
    from harness.models.base import Model


class TunedSession:
    """Chooses parameters on folds over the groups of a training set, then trains on all of it.

    No statement of the test set, and none of its groups, is seen while choosing; within the training
    set copies of one utterance stay on one side of every inner fold. Of equally good combinations
    the first in the grid wins.
    """

    def __init__(self, model: Model, examples: Sequence[Example], names: Sequence[str]) -> None:
        if model.tune is None:
            raise ValueError("the model has nothing to tune")
        self.settings = model.tune
        self.metric = metric(self.settings.metric)
        self.grid = combinations(self.settings.grid)
        self.sessions = [_with(model, values).start(examples, names) for values in self.grid]
        self.n_labels = len(names)
        self.labels = label_numbers(examples, names)
        self.groups = group_numbers(examples)

    def fit_predict(self, train: IntArray, test: IntArray, seed: int) -> Output:
        """Choose, train, predict; the chosen parameters are in the output."""
        best = self.best(train, seed)
        return replace(self.sessions[best].fit_predict(train, test, seed), chosen=self.grid[best])

    def best(self, train: IntArray, seed: int) -> int:
        """Return the number of the combination that does best on folds over the groups of ``train``."""
        names, row = np.unique(self.groups[train], return_inverse=True)
        n_folds = min(self.settings.folds, len(names))
        if n_folds < 2:
            return 0
        table = np.zeros((len(names), self.n_labels), dtype=np.int64)
        np.add.at(table, (row, self.labels[train]), 1)
        fold_of = deal(table, n_folds, np.random.default_rng(seed))[row]
        values = [self._value(session, train, fold_of, n_folds, seed) for session in self.sessions]
        return int(np.argmax(values))

    def _value(self, session: Any, train: IntArray, fold_of: Any, n_folds: int, seed: int) -> float:
        counts = np.zeros((self.n_labels, self.n_labels + 1), dtype=np.int64)
        for k in range(n_folds):
            inner, held_out = train[fold_of != k], train[fold_of == k]
            predicted = session.fit_predict(inner, held_out, seed).predicted
            table = confusion_counts(self.labels[held_out], predicted, self.n_labels)
            counts += widened(table, self.n_labels + 1)
        value, _ = self.metric.value(counts[None])
        return -np.inf if value is None else value


def chosen_model(model: Model, examples: Sequence[Example], names: Sequence[str], seed: int) -> Model:
    """Return the model with the parameters that do best on folds over the groups of these statements."""
    session = TunedSession(model, examples, names)
    return _with(model, session.grid[session.best(np.arange(len(examples)), seed)])


def combinations(grid: Mapping[str, Sequence[Any]]) -> list[dict[str, Any]]:
    """Return every combination of a grid's values, the last key varying fastest."""
    return [dict(zip(grid, values, strict=True)) for values in product(*grid.values())]


def verify(model: Model) -> None:
    """Build every combination of a model's grid once; raise `InputError` for the first that cannot be."""
    if model.tune is not None:
        metric(model.tune.metric)
        for values in combinations(model.tune.grid):
            _with(model, values).verify()


def _with(model: Model, values: Mapping[str, Any]) -> Model:
    try:
        return type(model).model_validate({**model.plain(), **values, "tune": None})
    except ValidationError as error:
        item = error.errors(include_url=False)[0]
        where = ".".join(map(str, item["loc"]))
        raise InputError(
            f"tune.grid: {where}: {item['msg']}", hint="grid keys are parameters of the model"
        ) from None
