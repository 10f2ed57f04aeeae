"""One model's tasks -> their values: what a process computes, wherever it runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from traceback import extract_tb
from typing import Any

import numpy as np
import numpy.typing as npt

from harness.divisions import Purpose, Rows, curve_rows, leakage_rows, rerun_rows
from harness.errors import HarnessError, RunError
from harness.examples import Places
from harness.metric_types import parts_over
from harness.metrics import confusion_counts, widened
from harness.models.base import Model
from harness.models.output import Output, Session, knowing
from harness.numbering import group_numbers, label_numbers, value_numbers
from harness.plan import FoldTask, Plan, TableTask, Task

Value = dict[str, Any]
"""What the store keeps of a task: a JSON object, in which arrays stand for lists."""
SessionOf = Callable[[int], Session]
"""The session that runs a cross-validation, by its number."""


class Bench:
    """A model at work on the statements of a plan: one session for all of its tasks.

    Linear algebra gets one thread: sums then have one order on every machine size, and processes do
    not fight for cores.
    """

    def __init__(self, plan: Plan, name: str) -> None:
        from threadpoolctl import threadpool_limits

        model: Model = plan.config.models[name]
        self.plan = plan
        self._place = Places(plan.seen[name])
        with threadpool_limits(1), _told(name):
            self._session = model.session(plan.seen[name], plan.labels)

    def value(self, task: Task) -> Value:
        """Compute one of the model's tasks."""
        from threadpoolctl import threadpool_limits

        with threadpool_limits(1), _told(task.model):
            if isinstance(task, FoldTask):
                return _fold(self._session, task, self._place)
            return table_value(lambda _: self._session, task, self.plan)


def computed(plan: Plan, name: str, tasks: Sequence[Task]) -> Iterator[tuple[Task, Value]]:
    """Work off one model's tasks in one session, in their order."""
    bench = Bench(plan, name)
    for task in tasks:
        yield task, bench.value(task)


@contextmanager
def _told(model: str) -> Iterator[None]:
    """Turn what a model raises, which may be anyone's code, into one error that says where it was raised.

    Raises
    ------
    RunError
    """
    try:
        yield
    except (HarnessError, OSError, MemoryError):
        raise
    except Exception as error:
        last = extract_tb(error.__traceback__)[-1]
        raise RunError(
            f"model '{model}' failed: {type(error).__name__}: {error}",
            hint=f"raised in {last.name}, {last.filename}:{last.lineno}; what is finished is kept",
        ) from error


def _fold(session: Session, task: FoldTask, place: Places) -> Value:
    train, test, dev = map(place.of, (task.fold.train, task.fold.test, task.fold.dev))
    out: Output = knowing(session, dev).fit_predict(train, test, task.seed)
    value: Value = {"predicted": out.predicted, "probabilities": out.probabilities}
    if out.chosen is not None:
        value["chosen"] = dict(out.chosen)
    if out.replies:
        value["replies"] = {str(i): reply for i, reply in out.replies.items()}
    if out.calls:
        value["calls"] = {key: dict(used) for key, used in out.calls.items()}
    return value


def table_value(session_of: SessionOf, task: TableTask, plan: Plan) -> Value:
    """Run a batch of cross-validations; a draw that cannot be divided gives an empty table.

    Tables have one column more than there are labels where some prediction is no label.
    """
    n_labels = len(plan.labels)
    gold = label_numbers(plan.examples, plan.labels)
    groups = group_numbers(plan.examples)
    stacks = value_stacks(plan)
    out: Value = {"confusions": [], "train_rows": [], "train_groups": []}
    if stacks:
        out["over"] = {part: [] for part in stacks}
    for index in range(task.start, task.stop):
        table = np.zeros((n_labels, n_labels + 1), dtype=np.int64)
        apart = {part: np.zeros((n * n_labels, n_labels + 1), np.int64) for part, (_, n) in stacks.items()}
        session = session_of(index)
        rows = division_rows(plan, task.purpose, index)
        for k, (train, test, dev) in enumerate(rows):
            seed = int(np.random.SeedSequence([plan.config.seed, index, k]).generate_state(1)[0])
            said = knowing(session, dev).fit_predict(train, test, seed).predicted
            tested = said >= 0
            table += widened(confusion_counts(gold[test][tested], said[tested], n_labels), n_labels + 1)
            for part, (rows_of, n) in stacks.items():
                found = confusion_counts(rows_of[test][tested], said[tested], n_labels, n)
                apart[part] += widened(found, n_labels + 1)
        out["confusions"].append(_narrow(table))
        for part, found in apart.items():
            out["over"][part].append(_narrow(found))
        out["train_rows"].append(sum(len(d.train) for d in rows) / max(1, len(rows)))
        out["train_groups"].append(sum(len(np.unique(groups[d.train])) for d in rows) / max(1, len(rows)))
    return out


def value_stacks(plan: Plan) -> dict[str, tuple[npt.NDArray[np.intp], int]]:
    """Return by part that metrics are means over: each statement's row in the tables, and how many values."""
    gold = label_numbers(plan.examples, plan.labels)
    out = {}
    for part in parts_over(plan.config.evaluation.metrics):
        values = value_numbers(plan.examples, part)
        out[part] = (values * len(plan.labels) + gold, int(values.max()) + 1)
    return out


def _narrow(table: npt.NDArray[np.int64]) -> list[list[int]]:
    """Leave out the last column, of predictions that are no label, where it is empty."""
    rows: list[list[int]] = (table if table[:, -1].any() else table[:, :-1]).tolist()
    return rows


@lru_cache(maxsize=2)
def _divided(fingerprint: str) -> dict[tuple[Purpose, int], Rows]:
    """The divisions made so far in this process for the plan of this fingerprint."""
    return {}


def division_rows(plan: Plan, purpose: Purpose, index: int) -> Rows:
    """Make one division; the models of a run share it."""
    made = _divided(plan.fingerprint)
    if (purpose, index) not in made:
        made[purpose, index] = _rows(plan, purpose, index)
    return made[purpose, index]


def _rows(plan: Plan, purpose: Purpose, index: int) -> Rows:
    seed = plan.config.seed
    if purpose.kind == "leakage":
        return leakage_rows(seed, plan.examples, plan.labels, index, purpose.variant)
    split = plan.split(purpose.split)
    if purpose.kind == "curve":
        return curve_rows(seed, split, plan.examples, plan.folds, index, purpose.share)
    return rerun_rows(seed, split, plan.examples, plan.labels, index, purpose.share)
