"""A sweep -> a finished run for each combination: all fits first, over all processes, then all scores."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.digest import digest
from harness.errors import HarnessError, Place, Problem, ProblemsError
from harness.evaluation import Finished, now, worthwhile, write_run
from harness.executors import Work, executor_of
from harness.plan import Plan, Task, loaded, make_plan
from harness.records import Fold
from harness.run_config import RunConfig
from harness.runner import Progress, execute
from harness.store import FoldStore
from harness.sweep import Sweep
from harness.tables import Loaded


@dataclass(frozen=True, slots=True)
class SweepPlan:
    """The plans of a sweep's runs, and each fit of theirs once: runs share what is the same in both.

    Attributes
    ----------
    plans : tuple of Plan
    work : tuple of Work
        For each plan the tasks that no plan before it has, but for those that take kept predictions.
    """

    name: str
    plans: tuple[Plan, ...]
    work: tuple[Work, ...]

    @property
    def tasks(self) -> int:
        """How many tasks there are."""
        return sum(len(part.tasks) for part in self.work)


def plan_sweep(sweep: Sweep, *, limit: int | None = None) -> SweepPlan:
    """Plan every run of a sweep; data and folds that runs share are read and made once.

    Raises
    ------
    ProblemsError
        What is wrong with any of the runs.
    """
    shared = _Shared()
    plans, problems = [], set[Problem]()
    for config in sweep.runs:
        try:
            plans.append(shared.plan(config, limit))
        except HarnessError as error:
            problems.update(_problems(error, config, sweep.path))
    if problems:
        raise ProblemsError(problems)
    return SweepPlan(sweep.name, tuple(plans), tuple(_work(plans)))


def run_sweep(
    planned: SweepPlan,
    *,
    jobs: int = 0,
    fresh: bool = False,
    progress: Progress | None = None,
    scored: Callable[[Finished], None] = lambda done: None,
) -> list[Finished]:
    """Do every fit of a sweep, then write the folder of each run.

    Parameters
    ----------
    planned : SweepPlan
    jobs : int
        Processes of this machine, where no cluster does the work; 0: as many as pay off.
    fresh : bool
        Fit everything again, whatever is stored.
    progress : function of (task, was stored), optional
        Called once for every task.
    scored : function of a finished run
        Called after each run is written.
    """
    tell: Progress = progress or (lambda task, stored: None)
    started, clock, first = now(), time.perf_counter(), planned.plans[0].config
    store = FoldStore(Path(first.output))
    missing = [Work(part.plan, _missing(part, store, fresh, tell)) for part in planned.work]
    with executor_of(first.executor, jobs or worthwhile(planned.tasks)) as executor:
        for task, _ in executor.run(missing, store):
            tell(task, False)
    finished = []
    for plan in planned.plans:
        finished.append(write_run(plan, execute(plan, store), started, clock))
        scored(finished[-1])
        started, clock = now(), time.perf_counter()
    return finished


def _missing(part: Work, store: FoldStore, fresh: bool, tell: Progress) -> list[Task]:
    """Return the tasks that are not stored, after telling of those that are."""
    missing = []
    for task in part.tasks:
        if fresh or store.get(task.fingerprint) is None:
            missing.append(task)
        else:
            tell(task, True)
    return missing


def _work(plans: Sequence[Plan]) -> Iterator[Work]:
    seen: set[str] = set()
    for plan in plans:
        mine = []
        for task in plan.tasks:
            if task.fingerprint not in seen and not plan.takes_kept(task):
                seen.add(task.fingerprint)
                mine.append(task)
        yield Work(plan, mine)


class _Shared:
    """Data that have been read and folds that have been made, by what they depend on."""

    def __init__(self) -> None:
        self._data: dict[str, Loaded] = {}
        self._folds: dict[str, tuple[Fold, ...]] = {}

    def plan(self, config: RunConfig, limit: int | None) -> Plan:
        """Plan a run."""
        source = digest(config.data.plain())
        if source not in self._data:
            self._data[source] = loaded(config)
        division = digest([source, [split.plain() for split in config.splits], config.seed])
        plan = make_plan(config, limit=limit, data=self._data[source], folds=self._folds.get(division))
        self._folds.setdefault(division, plan.folds)
        return plan


def _problems(error: HarnessError, config: RunConfig, path: Path) -> Sequence[Problem]:
    """Return the problems of an error; one without a place is the run's."""
    if isinstance(error, ProblemsError):
        return error.problems
    message = error.message if error.place else f"{config.name}: {error.message}"
    return [Problem(error.place or Place(str(path)), "config-sweep", message, error.hint)]
