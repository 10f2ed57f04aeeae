"""Tuning inside each training set: combinations of a grid, all or drawn, on folds of its groups or on dev."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import replace
from itertools import product
from typing import Any, Protocol, Self, TypeVar

import numpy as np
from pydantic import ValidationError

from harness.errors import InputError
from harness.metric_types import misfits, spec_of
from harness.metrics import Metric, confusion_counts, metric, widened
from harness.models.inner_folds import inner_folds
from harness.models.output import IntArray, Output, Session, knowing
from harness.models.search import Range, Tuning
from harness.numbering import group_numbers, label_numbers, value_numbers
from harness.records import Example
from harness.textfile import to_json

Parts = list[tuple[IntArray, IntArray]]
"""What combinations are trained on and what they are then scored on, as positions."""


class Tunable(Protocol):
    """A specification whose parameters can be chosen: every :class:`harness.models.base.Model`."""

    @property
    def tune(self) -> Tuning | None:
        """What is searched; None where nothing is."""
        ...

    def with_values(self, values: Mapping[str, Any]) -> Self:
        """Return the specification with these values and nothing left to tune."""
        ...

    def start(self, examples: Sequence[Example], names: Sequence[str]) -> Session:
        """Begin work on the statements of a run."""
        ...

    def verify(self) -> None:
        """Raise `InputError` for what cannot work."""
        ...


IN_VAIN = 1_000
"""Draws in a row without a combination that is new, after which no more are believed to exist."""
TunableT = TypeVar("TunableT", bound=Tunable)


class TunedSession:
    """Chooses parameters on folds over a training set's groups or on a dev part, then trains on all of it.

    No statement of the test set, and none of its groups, is seen while choosing; copies of one utterance
    stay on one side of every inner fold, and training statements that share a group with a dev
    statement are left out while choosing. Of equally good combinations the first in the grid wins.
    """

    def __init__(self, model: Tunable, examples: Sequence[Example], names: Sequence[str]) -> None:
        if model.tune is None:
            raise ValueError("the model has nothing to tune")
        self.settings = model.tune
        self.metric = _metric(self.settings, names)
        self.grid = combinations(self.settings)
        self.sessions = [_with(model, values).start(examples, names) for values in self.grid]
        self.n_labels = len(names)
        self.labels = label_numbers(examples, names)
        self.groups = group_numbers(examples)
        over = self.metric.over
        self.values = (
            np.zeros(len(examples), dtype=np.intp) if over is None else value_numbers(examples, over)
        )
        self.calls: dict[str, Mapping[str, float]] = {}
        self.dev: IntArray = np.array([], dtype=np.intp)

    def given(self, dev: IntArray) -> TunedSession:
        """Return the session of a division that has a dev part."""
        out = copy(self)
        out.dev = dev
        return out

    def fit_predict(self, train: IntArray, test: IntArray, seed: int) -> Output:
        """Choose, train, predict; the chosen parameters and every request are in the output."""
        self.calls = {}
        best = self.best(train, seed)
        out = knowing(self.sessions[best], self.dev).fit_predict(train, test, seed)
        return replace(out, chosen=self.grid[best], calls={**self.calls, **out.calls})

    def best(self, train: IntArray, seed: int) -> int:
        """Return the number of the combination that does best; the first where nothing can be held out."""
        parts = self._parts(train, seed)
        if not parts:
            return 0
        return int(np.argmax([self._value(session, parts, seed) for session in self.sessions]))

    def _parts(self, train: IntArray, seed: int) -> Parts:
        """Divide a training set, or take from it what shares no group with the dev part."""
        if self.settings.on == "dev" and len(self.dev):
            learnt = train[~np.isin(self.groups[train], self.groups[self.dev])]
            if len(learnt):
                return [(learnt, self.dev)]
        fold_of = inner_folds(self.labels[train], self.groups[train], self.settings.folds, seed)
        if fold_of is None:
            return []
        return [(train[fold_of != k], train[fold_of == k]) for k in range(int(fold_of.max()) + 1)]

    def _value(self, session: Session, parts: Parts, seed: int) -> float:
        found = np.unique(self.values[np.concatenate([held_out for _, held_out in parts])])
        counts = np.zeros((len(found) * self.n_labels, self.n_labels + 1), dtype=np.int64)
        for learnt, held_out in parts:
            out = knowing(session, self.dev).fit_predict(learnt, held_out, seed)
            self.calls |= out.calls
            value_of = np.searchsorted(found, self.values[held_out])
            gold = value_of * self.n_labels + self.labels[held_out]
            table = confusion_counts(gold, out.predicted, self.n_labels, len(found))
            counts += widened(table, self.n_labels + 1)
        value, _ = self.metric.value(counts[None])
        return -np.inf if value is None else value


def chosen_model(
    model: TunableT, examples: Sequence[Example], names: Sequence[str], seed: int, dev: IntArray
) -> TunableT:
    """Return the model with the parameters that do best on these statements, of which ``dev`` are dev."""
    session = TunedSession(model, examples, names).given(dev)
    return _with(model, session.grid[session.best(np.arange(len(examples)), seed)])


def combinations(tuning: Tuning) -> list[dict[str, Any]]:
    """Return the combinations to try: all, the last key varying fastest, or as many as are to be drawn.

    Where lists alone have no more combinations than are to be drawn, it is all of them.

    Raises
    ------
    InputError
        There are fewer different combinations than are to be drawn.
    """
    lists = [values for values in tuning.grid.values() if not isinstance(values, Range)]
    size = math.prod(map(len, lists)) if len(lists) == len(tuning.grid) else math.inf
    if tuning.samples is None or size <= tuning.samples:
        return [dict(zip(tuning.grid, values, strict=True)) for values in product(*lists)]
    rng = np.random.default_rng(tuning.seed)
    found: dict[str, dict[str, Any]] = {}
    in_vain = 0
    while len(found) < tuning.samples:
        drawn = {key: _drawn(values, rng) for key, values in tuning.grid.items()}
        in_vain = in_vain + 1 if to_json(drawn) in found else 0
        found.setdefault(to_json(drawn), drawn)
        if in_vain == IN_VAIN:
            raise InputError(
                f"tune: samples {tuning.samples} asks for more combinations than there are, {len(found)}",
                hint="lower samples, or widen the ranges of grid",
            )
    return list(found.values())


def _drawn(values: list[Any] | Range, rng: np.random.Generator) -> Any:
    """Draw one value of a list or a range; numbers are cut to four digits, so that people can read them."""
    if isinstance(values, list):
        return values[int(rng.integers(len(values)))]
    if values.whole:
        return int(_point(values, rng))
    return float(f"{_point(values, rng):.4g}")


def _point(values: Range, rng: np.random.Generator) -> float:
    high = values.high + 1 if values.whole else values.high
    if values.log:
        return float(np.exp(rng.uniform(np.log(values.low), np.log(high))))
    return float(rng.uniform(values.low, high))


def _metric(tuning: Tuning, names: Sequence[str]) -> Metric:
    """Return what is maximised; a function's trust was checked with the configuration."""
    if isinstance(tuning.metric, str):
        return metric(tuning.metric)
    return spec_of(tuning.metric).metric(names)


def verify_data(tuning: Tuning, examples: Sequence[Example], names: Sequence[str]) -> None:
    """Raise `InputError` if what is maximised names a label or part that the data do not have."""
    if not isinstance(tuning.metric, str):
        for _, message, hint in misfits(spec_of(tuning.metric), examples, names):
            raise InputError(f"tune.metric: {message}", hint=hint)


def verify(model: Tunable) -> None:
    """Build every combination of a model's grid once; raise `InputError` for the first that cannot be."""
    if model.tune is not None:
        if isinstance(model.tune.metric, str):
            metric(model.tune.metric)
        else:
            spec_of(model.tune.metric)
        for values in combinations(model.tune):
            _with(model, values).verify()


def _with(model: TunableT, values: Mapping[str, Any]) -> TunableT:
    try:
        return model.with_values(values)
    except ValidationError as error:
        item = error.errors(include_url=False)[0]
        where = ".".join(map(str, item["loc"]))
        raise InputError(
            f"tune.grid: {where}: {item['msg']}", hint="grid keys are parameters of the model"
        ) from None
