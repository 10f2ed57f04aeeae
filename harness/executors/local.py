"""Tasks in this process, or in several of this machine."""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil
from pathlib import Path
from tempfile import TemporaryDirectory

from harness.executors.executor import Work, without_tasks
from harness.fits import Value, computed
from harness.plan import Plan, Task
from harness.store import FoldStore

TASKS_A_CHUNK = 12
"""Tasks that a process is given at once, at most; fewer where that leaves some process without."""


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
                size = min(TASKS_A_CHUNK, ceil(len(tasks) / (2 * self.processes)))
                chunks += [(light, name, tasks[i : i + size]) for i in range(0, len(tasks), size)]
        if not chunks:
            return
        from joblib import Parallel, delayed

        with TemporaryDirectory(prefix="harness-") as folder:
            paths = {id(plan): Path(folder, f"{i}") for i, (plan, *_) in enumerate(chunks)}
            for plan, *_ in chunks:
                if not paths[id(plan)].exists():
                    paths[id(plan)].write_bytes(pickle.dumps(plan))
            begun = (delayed(_stored_list)(paths[id(plan)], *rest, store) for plan, *rest in chunks)
            for results in Parallel(n_jobs=self.processes, return_as="generator_unordered")(begun):
                yield from results


def stored(plan: Plan, name: str, tasks: Sequence[Task], store: FoldStore) -> Iterator[tuple[Task, Value]]:
    """Compute one model's tasks in this process, and store each value at once."""
    for task, value in computed(plan, name, tasks):
        store.put(task.fingerprint, value)
        yield task, value


def _stored_list(path: Path, name: str, tasks: Sequence[Task], store: FoldStore) -> list[tuple[Task, Value]]:
    return list(stored(_plan(path), name, tasks, store))


@lru_cache(maxsize=1)
def _plan(path: Path) -> Plan:
    """Read a plan once a process, whatever chunks of its tasks come: it holds every text of the run."""
    plan: Plan = pickle.loads(path.read_bytes())  # which this program has just written
    return plan
