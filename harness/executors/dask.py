"""Tasks on the workers of a Dask cluster; their values come back to the process that has the store."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from harness.executors.cluster import Cluster
from harness.executors.executor import Work, without_tasks
from harness.executors.local import Local
from harness.fits import Bench, Value
from harness.plan import FoldTask, Plan, Task
from harness.store import FoldStore


class Dask:
    """The workers of a cluster.

    A plan goes there once, and each task without the ids of its fold, which the plan has. A model that
    uses several processors, a GPU or many connections by itself stays in this process: a cluster's workers
    would share one machine's GPU, or ask one service, all at once.

    Parameters
    ----------
    opened : function
        Opens the cluster, when there is work for it.
    """

    processes: int | None = None

    def __init__(self, opened: Callable[[], Cluster]) -> None:
        self._opened = opened

    def run(self, work: Sequence[Work], store: FoldStore) -> Iterator[tuple[Task, Value]]:
        """Compute every task; see `harness.executors.executor.Executor`.

        Raises
        ------
        InputError
            The cluster cannot be reached, or its workers have other versions than this process.
        RunError
            The cluster is gone.
        """
        parts = [self._divided(part) for part in work]
        there = [part for part, _ in parts if part.tasks]
        if there:
            models = [part.plan.config.models[name] for part in there for name in part.by_model()]
            cluster = self._opened()
            cluster.verify([package for model in models for package in model.used_packages()])
            tasks = {task.fingerprint: task for part in there for task in part.tasks}
            for small, value in cluster.each(_value, self._pairs(there)):
                store.put(small.fingerprint, value)
                yield tasks[small.fingerprint], value
        yield from Local().run([part for _, part in parts], store)

    @staticmethod
    def _divided(part: Work) -> tuple[Work, Work]:
        """Return what is done on the cluster, and what in this process."""
        own = {name for name, model in part.plan.config.models.items() if model.own_workers}
        there = [task for task in part.tasks if task.model not in own]
        here = [task for task in part.tasks if task.model in own]
        return Work(part.plan, there), Work(part.plan, here)

    @staticmethod
    def _pairs(work: Sequence[Work]) -> Iterator[tuple[Benches, Task]]:
        for part in work:
            benches = Benches(without_tasks(part.plan))
            for task in part.tasks:
                yield benches, small(task)


class Benches:
    """The models of a plan at work in one process; sent to another, it begins there with none."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._folds = {fold.key: fold for fold in plan.folds}
        self._last: tuple[str, Bench] | None = None

    def __reduce__(self) -> tuple[type[Benches], tuple[Plan]]:
        return Benches, (self.plan,)

    def value(self, task: Task) -> Value:
        """Compute a task that :func:`small` made; only the last model's session is kept."""
        if self._last is None or self._last[0] != task.model:
            self._last = None
            self._last = task.model, Bench(self.plan, task.model)
        whole = replace(task, fold=self._folds[task.fold.key]) if isinstance(task, FoldTask) else task
        return self._last[1].value(whole)


def small(task: Task) -> Task:
    """Return a task without the ids of its fold."""
    if not isinstance(task, FoldTask):
        return task
    return replace(task, fold=replace(task.fold, train=(), test=(), purged=()))


def _value(benches: Benches, task: Task) -> Value:
    return benches.value(task)
