"""What every executor is: it computes tasks somewhere and stores each value as it comes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from harness.fits import Value
from harness.plan import Plan, Task
from harness.store import FoldStore


@dataclass(frozen=True, slots=True)
class Work:
    """Tasks of one plan that are to be computed."""

    plan: Plan
    tasks: Sequence[Task]

    def by_model(self) -> dict[str, list[Task]]:
        """Return the tasks of each model, in their order."""
        found: dict[str, list[Task]] = defaultdict(list)
        for task in self.tasks:
            found[task.model].append(task)
        return dict(found)


class Executor(Protocol):
    """Computes tasks in processes of its own; which and where must not show in any value."""

    @property
    def processes(self) -> int | None:
        """How many processes of this machine share the work; None where other machines do it."""
        ...

    def run(self, work: Sequence[Work], store: FoldStore) -> Iterator[tuple[Task, Value]]:
        """Compute every task of one or several plans.

        Each value is in the store before it is yielded, so that whatever ends the iteration loses only
        what is being computed. Tasks come in the order in which they finish.
        """
        ...


def without_tasks(plan: Plan) -> Plan:
    """Return what a process needs of a plan besides the tasks that it is given."""
    return replace(plan, tasks=())
