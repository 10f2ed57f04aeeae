"""Plan -> RunRecord: fits what is not stored yet, stores each fold as it finishes."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from harness.divisions import Purpose
from harness.examples import Places
from harness.executors import Executor, Local, Work
from harness.executors.local import stored
from harness.fits import SessionOf, Value, table_value, value_stacks
from harness.kept_results import can_be
from harness.models.output import FixedSession, Output
from harness.plan import FoldTask, Plan, TableTask, Task
from harness.records import Pool, RunRecord, Tables
from harness.store import FoldStore, stacked

Progress = Callable[[Task, bool], None]
MANY_TASKS = 100
"""Tasks from which a run is long enough to say how long it will take."""


def execute(
    plan: Plan,
    store: FoldStore,
    *,
    executor: Executor | None = None,
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
    executor : Executor, optional
        Where the fits are computed; in this process without one.
    fresh : bool
        Fit everything, whatever is stored.
    progress : function of (task, was stored), optional
        Called once for every task.
    expected : function of seconds, optional
        Called with how long the rest will take, after two folds of each model have been timed; not where
        other machines compute it, whose number and speed are not known here.
    """
    executor = executor or Local()
    tell = progress or (lambda task, stored: None)
    done: dict[str, Value] = {}
    missing: list[Task] = []
    for task in plan.tasks:
        value = None if fresh or task.fingerprint in done else store.get(task.fingerprint)
        if value is not None and can_be(task, value, len(plan.labels)):
            done[task.fingerprint] = value
        if task.fingerprint in done:
            tell(task, True)
        else:
            missing.append(task)
    if expected and executor.processes and len(missing) >= MANY_TASKS:
        first, missing, seconds = _timed(plan, missing, store)
        for task, value in first:
            done[task.fingerprint] = value
            tell(task, False)
        if seconds is not None:
            expected(seconds / executor.processes)
    work = Work(plan, [t for t in missing if not plan.takes_kept(t)])
    for task, value in executor.run([work], store):
        done[task.fingerprint] = value
        tell(task, False)
    pools = _pools(plan, done)
    for task in missing:
        if isinstance(task, TableTask) and plan.takes_kept(task):
            done[task.fingerprint] = table_value(_kept(pools, task), task, plan)
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
) -> tuple[list[tuple[Task, Value]], list[Task], float | None]:
    """Do the first two folds of each model here; the second's time stands for all the rest.

    Returns
    -------
    done, left, seconds
        What was done, the other tasks, and the seconds that they will take in one process; None where
        a model has none of its folds left to be timed by.
    """
    done: list[tuple[Task, Value]] = []
    seconds: float | None = 0.0
    for name in plan.config.models:
        mine = [t for t in tasks if t.model == name]
        clock = time.perf_counter()
        took = None if mine else 0.0
        for pair in stored(plan, name, [t for t in mine if isinstance(t, FoldTask)][:2], store):
            took, clock = time.perf_counter() - clock, time.perf_counter()
            done.append(pair)
        seconds = None if seconds is None or took is None else seconds + took * sum(map(plan.fits, mine))
    finished = {t.fingerprint for t, _ in done}
    return done, [t for t in tasks if t.fingerprint not in finished], seconds


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
            for part, (_, n) in value_stacks(plan).items()
        },
    )


def _pool(
    plan: Plan,
    name: str,
    folds: Sequence[FoldTask],
    done: Mapping[str, Mapping[str, Any]],
    place: Places,
) -> Pool:
    n_labels, numbers = len(plan.labels), list(dict.fromkeys(t.number for t in folds))
    n_repeats = 1 + max(t.fold.repeat for t in folds)
    shape = (len(numbers) * n_repeats, len(plan.examples))
    predicted, fold_of = np.full(shape, -1, dtype=np.int64), np.full(shape, -1, dtype=np.int64)
    has_probabilities = all(done[t.fingerprint]["probabilities"] is not None for t in folds)
    probabilities = np.full((*shape, n_labels), np.nan) if has_probabilities else None
    calls: dict[str, Mapping[str, float]] = {}
    replies: dict[tuple[int, int], str] = {}
    for task in folds:
        rows = place.of(task.fold.test)
        run = numbers.index(task.number) * n_repeats + task.fold.repeat
        value = done[task.fingerprint]
        predicted[run, rows] = value["predicted"]
        fold_of[run, rows] = task.fold.index
        if probabilities is not None:
            probabilities[run, rows] = value["probabilities"]
        calls.update(value.get("calls", {}))
        replies |= {(run, int(rows[int(i)])): said for i, said in value.get("replies", {}).items()}
    mode = plan.config.models[name].asked
    chosen = tuple(done[t.fingerprint].get("chosen") for t in folds)
    split = folds[0].fold.split
    pool = Pool(split, name, mode, predicted, fold_of, probabilities, chosen, replies, calls, tuple(numbers))
    return _for_all_seeds(pool, plan.config.seed_numbers)


def _for_all_seeds(pool: Pool, numbers: tuple[int, ...]) -> Pool:
    """Give each seed what a model predicted that draws nothing, and so was trained once."""
    times, n = len(numbers) // len(pool.seeds), len(pool.predicted)
    if times == 1:
        return pool
    probabilities = None if pool.probabilities is None else np.tile(pool.probabilities, (times, 1, 1))
    return replace(
        pool,
        predicted=np.tile(pool.predicted, (times, 1)),
        fold=np.tile(pool.fold, (times, 1)),
        probabilities=probabilities,
        replies={(k * n + run, i): said for k in range(times) for (run, i), said in pool.replies.items()},
        seeds=numbers,
    )
