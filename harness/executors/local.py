"""Tasks in this process, or in several of this machine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.executors.executor import Work, without_tasks
from harness.fits import Value, computed
from harness.plan import Plan, Task
from harness.store import FoldStore

TASKS_A_CHUNK = 12


@dataclass(frozen=True, slots=True)
class Local:
    """Processes of this machine; 1 works in the calling one.

    A model that uses several processors, a GPU or many connections by itself stays in the calling
    process, as does one with a single task.
    """

    processes: int = 1

    def run(self, work: Sequence[Work], store: FoldStore) -> Iterator[tuple[Task, Value]]:
        """Compute every task; see `harness.executors.executor.Executor`."""
        chunks: list[tuple[Plan, str, list[Task]]] = []
        for part in work:
            light = without_tasks(part.plan)
            for name, tasks in part.by_model().items():
                if self.processes == 1 or part.plan.config.models[name].own_workers or len(tasks) == 1:
                    yield from stored(part.plan, name, tasks, store)
                    continue
                starts = range(0, len(tasks), TASKS_A_CHUNK)
                chunks += [(light, name, tasks[i : i + TASKS_A_CHUNK]) for i in starts]
        if not chunks:
            return
        from joblib import Parallel, delayed

        begun = (delayed(_stored_list)(*chunk, store) for chunk in chunks)
        for results in Parallel(n_jobs=self.processes, return_as="generator_unordered")(begun):
            yield from results


def stored(plan: Plan, name: str, tasks: Sequence[Task], store: FoldStore) -> Iterator[tuple[Task, Value]]:
    """Compute one model's tasks in this process, and store each value at once."""
    for task, value in computed(plan, name, tasks):
        store.put(task.fingerprint, value)
        yield task, value


def _stored_list(plan: Plan, name: str, tasks: Sequence[Task], store: FoldStore) -> list[tuple[Task, Value]]:
    return list(stored(plan, name, tasks, store))
