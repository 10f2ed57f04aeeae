"""Plan -> RunRecord: fits what is not stored yet, stores each fold as it finishes."""

from __future__ import annotations

import dataclasses
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from harness.divisions import Purpose, Rows, curve_rows, leakage_rows, rerun_rows
from harness.examples import Places
from harness.metric_types import parts_over
from harness.metrics import confusion_counts, widened
from harness.models.base import Model
from harness.models.output import FixedSession, Output, Session
from harness.numbering import group_numbers, label_numbers, value_numbers
from harness.plan import FoldTask, Plan, TableTask, Task
from harness.records import Pool, RunRecord, Tables
from harness.store import FoldStore, stacked

Progress = Callable[[Task, bool], None]
SessionOf = Callable[[int], Session]
"""The session that runs a cross-validation, by its number."""
TASKS_A_CHUNK = 12
MANY_TASKS = 100
"""Tasks from which a run is long enough to say how long it will take."""


def execute(
    plan: Plan,
    store: FoldStore,
    *,
    jobs: int = 1,
    fresh: bool = False,
    progress: Progress | None = None,
    expected: Callable[[float], None] | None = None,
) -> RunRecord:
    """Do every fit of a plan that is not stored, and put the record together.

    Parameters
    ----------
    plan : Plan
    store : FoldStore
        Gets each fold as soon as it is finished, so that an interrupted run continues there.
    jobs : int
        Processes; 1 works in this one.
    fresh : bool
        Fit everything, whatever is stored.
    progress : function of (task, was stored), optional
        Called once for every task.
    expected : function of seconds, optional
        Called with how long the rest will take, after two folds of each model have been timed.
    """
    tell = progress or (lambda task, stored: None)
    done: dict[str, dict[str, Any]] = {}
    missing: list[Task] = []
    for task in plan.tasks:
        value = None if fresh or task.fingerprint in done else store.get(task.fingerprint)
        if value is not None:
            done[task.fingerprint] = value
        if task.fingerprint in done:
            tell(task, True)
        else:
            missing.append(task)
    if expected and len(missing) >= MANY_TASKS:
        first, missing, seconds = _timed(plan, missing, store)
        for task, value in first:
            done[task.fingerprint] = value
            tell(task, False)
        expected(seconds / jobs)
    for task, value in _computed(plan, [t for t in missing if not plan.takes_kept(t)], store, jobs):
        done[task.fingerprint] = value
        tell(task, False)
    pools = _pools(plan, done)
    for task in missing:
        if isinstance(task, TableTask) and plan.takes_kept(task):
            done[task.fingerprint] = _tables(_kept(pools, task), task, plan)
            store.put(task.fingerprint, done[task.fingerprint])
            tell(task, False)
    return _record(plan, pools, done)


def _kept(pools: Sequence[Pool], task: TableTask) -> SessionOf:
    """Return what a fixed model said of each statement, in turn from each repeat of its split."""
    pool = next(p for p in pools if (p.split, p.model) == (task.purpose.split, task.model))
    said = pool.predicted.astype(np.intp)
    return lambda index: FixedSession(Output(said[index % len(said)]))


def _timed(
    plan: Plan, tasks: Sequence[Task], store: FoldStore
) -> tuple[list[tuple[Task, dict[str, Any]]], list[Task], float]:
    """Do the first two folds of each model here; the second's time stands for all the rest.

    Returns
    -------
    done, left, seconds
        What was done, the other tasks, and the seconds that they will take in one process.
    """
    done: list[tuple[Task, dict[str, Any]]] = []
    seconds = 0.0
    for name in plan.config.models:
        mine = [t for t in tasks if t.model == name]
        clock = time.perf_counter()
        took = 0.0
        for pair in _chunk(plan, name, [t for t in mine if isinstance(t, FoldTask)][:2], store):
            took, clock = time.perf_counter() - clock, time.perf_counter()
            done.append(pair)
        seconds += took * sum(plan.fits(t) for t in mine)
    finished = {t.fingerprint for t, _ in done}
    return done, [t for t in tasks if t.fingerprint not in finished], seconds


def _computed(
    plan: Plan, tasks: Sequence[Task], store: FoldStore, jobs: int
) -> Iterator[tuple[Task, dict[str, Any]]]:
    by_model: dict[str, list[Task]] = defaultdict(list)
    for task in tasks:
        by_model[task.model].append(task)
    here = [n for n in by_model if jobs == 1 or plan.config.models[n].own_workers or len(by_model[n]) == 1]
    for name in here:
        yield from _chunk(plan, name, by_model[name], store)
    chunks = [
        (n, mine[i : i + TASKS_A_CHUNK])
        for n, mine in by_model.items()
        if n not in here
        for i in range(0, len(mine), TASKS_A_CHUNK)
    ]
    if not chunks:
        return
    from joblib import Parallel, delayed

    light = _without_tasks(plan)
    work = (delayed(_chunk_list)(light, name, chunk, store) for name, chunk in chunks)
    for results in Parallel(n_jobs=jobs, return_as="generator_unordered")(work):
        yield from results


def _without_tasks(plan: Plan) -> Plan:
    return dataclasses.replace(plan, tasks=())


def _chunk_list(
    plan: Plan, name: str, tasks: Sequence[Task], store: FoldStore
) -> list[tuple[Task, dict[str, Any]]]:
    return list(_chunk(plan, name, tasks, store))


def _chunk(
    plan: Plan, name: str, tasks: Sequence[Task], store: FoldStore
) -> Iterator[tuple[Task, dict[str, Any]]]:
    """Work off one model's tasks in one session, storing each result at once.

    Linear algebra gets one thread: sums then have one order on every machine size, and processes do
    not fight for cores.
    """
    from threadpoolctl import threadpool_limits

    model: Model = plan.config.models[name]
    examples = plan.seen[name]
    place = Places(examples)
    with threadpool_limits(1):
        session = model.session(examples, plan.labels)
    for task in tasks:
        with threadpool_limits(1):
            if isinstance(task, FoldTask):
                value = _fold(session, task, place)
            else:
                value = _tables(lambda _: session, task, plan)
        store.put(task.fingerprint, value)
        yield task, value


def _fold(session: Session, task: FoldTask, place: Places) -> dict[str, Any]:
    train, test = place.of(task.fold.train), place.of(task.fold.test)
    out: Output = session.fit_predict(train, test, task.seed)
    probabilities = None if out.probabilities is None else out.probabilities.tolist()
    value: dict[str, Any] = {"predicted": out.predicted.tolist(), "probabilities": probabilities}
    if out.chosen is not None:
        value["chosen"] = dict(out.chosen)
    if out.replies:
        value["replies"] = {str(i): reply for i, reply in out.replies.items()}
    if out.calls:
        value["calls"] = {key: dict(used) for key, used in out.calls.items()}
    return value


def _tables(session_of: SessionOf, task: TableTask, plan: Plan) -> dict[str, Any]:
    """Run a batch of cross-validations; a draw that cannot be divided gives an empty table.

    Tables have one column more than there are labels where some prediction is no label.
    """
    n_labels = len(plan.labels)
    gold = label_numbers(plan.examples, plan.labels)
    groups = group_numbers(plan.examples)
    stacks = _stacks(plan)
    out: dict[str, Any] = {"confusions": [], "train_rows": [], "train_groups": []}
    if stacks:
        out["over"] = {part: [] for part in stacks}
    for index in range(task.start, task.stop):
        table = np.zeros((n_labels, n_labels + 1), dtype=np.int64)
        apart = {part: np.zeros((n * n_labels, n_labels + 1), np.int64) for part, (_, n) in stacks.items()}
        session = session_of(index)
        rows = _divisions(plan, task.purpose, index)
        for k, (train, test) in enumerate(rows):
            seed = int(np.random.SeedSequence([plan.config.seed, index, k]).generate_state(1)[0])
            said = session.fit_predict(train, test, seed).predicted
            tested = said >= 0
            table += widened(confusion_counts(gold[test][tested], said[tested], n_labels), n_labels + 1)
            for part, (rows_of, n) in stacks.items():
                found = confusion_counts(rows_of[test][tested], said[tested], n_labels, n)
                apart[part] += widened(found, n_labels + 1)
        out["confusions"].append(_narrow(table))
        for part, found in apart.items():
            out["over"][part].append(_narrow(found))
        out["train_rows"].append(sum(len(train) for train, _ in rows) / max(1, len(rows)))
        out["train_groups"].append(
            sum(len(np.unique(groups[train])) for train, _ in rows) / max(1, len(rows))
        )
    return out


def _stacks(plan: Plan) -> dict[str, tuple[npt.NDArray[np.intp], int]]:
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


def _divisions(plan: Plan, purpose: Purpose, index: int) -> Rows:
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


def _pools(plan: Plan, done: Mapping[str, Mapping[str, Any]]) -> list[Pool]:
    place = Places(plan.examples)
    folds: dict[tuple[str, str], list[FoldTask]] = defaultdict(list)
    for task in plan.tasks:
        if isinstance(task, FoldTask):
            folds[task.fold.split, task.model].append(task)
    return [
        _pool(plan, name, folds[split.label, name], done, place)
        for split in plan.config.splits
        for name in plan.config.models
    ]


def _record(plan: Plan, pools: Sequence[Pool], done: Mapping[str, Mapping[str, Any]]) -> RunRecord:
    batches: dict[tuple[Purpose, str], list[Mapping[str, Any]]] = defaultdict(list)
    for task in plan.tasks:
        if isinstance(task, TableTask):
            batches[task.purpose, task.model].append(done[task.fingerprint])
    return RunRecord(
        config=plan.config.plain(),
        labels=plan.labels,
        examples=plan.examples,
        folds=plan.folds,
        pools=tuple(pools),
        tables=tuple(_joined(plan, purpose, name, parts) for (purpose, name), parts in batches.items()),
        identity=plan.identity,
        partial=plan.partial,
    )


def _joined(plan: Plan, purpose: Purpose, model: str, parts: Sequence[Mapping[str, Any]]) -> Tables:
    joined = {
        key: [v for part in parts for v in part[key]] for key in ("confusions", "train_rows", "train_groups")
    }
    return Tables(
        kind=purpose.kind,
        split=purpose.split,
        share=purpose.share,
        variant=purpose.variant,
        model=model,
        confusions=stacked(joined["confusions"], len(plan.labels)),
        train_rows=tuple(joined["train_rows"]),
        train_groups=tuple(joined["train_groups"]),
        over={
            part: stacked([t for p in parts for t in p["over"][part]], n * len(plan.labels))
            for part, (_, n) in _stacks(plan).items()
        },
    )


def _pool(
    plan: Plan,
    name: str,
    folds: Sequence[FoldTask],
    done: Mapping[str, Mapping[str, Any]],
    place: Places,
) -> Pool:
    n_labels = len(plan.labels)
    shape = (1 + max(t.fold.repeat for t in folds), len(plan.examples))
    predicted, fold_of = np.full(shape, -1, dtype=np.int64), np.full(shape, -1, dtype=np.int64)
    has_probabilities = all(done[t.fingerprint]["probabilities"] is not None for t in folds)
    probabilities = np.full((*shape, n_labels), np.nan) if has_probabilities else None
    calls: dict[str, Mapping[str, float]] = {}
    replies: dict[tuple[int, int], str] = {}
    for task in folds:
        rows = place.of(task.fold.test)
        value = done[task.fingerprint]
        predicted[task.fold.repeat, rows] = value["predicted"]
        fold_of[task.fold.repeat, rows] = task.fold.index
        if probabilities is not None:
            probabilities[task.fold.repeat, rows] = value["probabilities"]
        calls.update(value.get("calls", {}))
        replies |= {
            (task.fold.repeat, int(rows[int(i)])): said for i, said in value.get("replies", {}).items()
        }
    mode = plan.config.models[name].asked
    chosen = tuple(done[t.fingerprint].get("chosen") for t in folds)
    split = folds[0].fold.split
    return Pool(split, name, mode, predicted, fold_of, probabilities, chosen, replies, calls)
