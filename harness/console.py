"""What the command line prints while it works, and plain tables."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from harness.errors import Problem
from harness.screen import visible

if TYPE_CHECKING:
    from rich.console import Console

    from harness.doctor import Finding
    from harness.plan import Plan, Task
    from harness.sweep_run import SweepPlan

Planned = Callable[["Plan"], None]
Told = Callable[["Task", bool], None]


def console(*, stderr: bool = False) -> Console:
    """Return a rich console that does without colour and box characters where they cannot be shown."""
    from rich.console import Console
    from rich.segment import Segment

    class Obeying(Console):
        """Sends a terminal the orders that rich makes, and none that stand in a text."""

        def render(self, *arguments: Any, **options: Any) -> Iterator[Segment]:
            for segment in super().render(*arguments, **options):
                yield segment if segment.control else segment._replace(text=visible(segment.text))

    stream = sys.stderr if stderr else sys.stdout
    stream = getattr(stream, "stream", stream)
    plain = not stream.isatty()
    said = os.environ.get("COLUMNS", "")
    width = None if not plain else max(40, int(said)) if said.isascii() and said.isdigit() else 100
    return Obeying(file=stream, stderr=stderr, width=width, highlight=False, emoji=False, markup=False)


def plan_text(plan: Plan) -> str:
    """Say what a run would do: data, folds, fits."""
    from harness.plan import FoldTask

    lines = [
        f"{plan.config.name}: {size_text(plan)}; labels {', '.join(plan.labels)}",
    ]
    lines += [f"  note: {note}" for note in plan.identity.get("notes", ())]
    for split in plan.config.splits:
        folds = [f for f in plan.folds if f.split == split.label]
        purged = sum(len(f.purged) for f in folds)
        absent = sum(bool(f.absent_test) for f in folds)
        lines.append(f"  split {split.label}: {len(folds)} folds, {purged} purged from training sets")
        if absent:
            lines.append(f"    {absent} test folds lack a label")
    fits = sum(isinstance(t, FoldTask) for t in plan.tasks)
    more = sum(plan.fits(t) for t in plan.tasks) - fits
    lines.append(f"  models {', '.join(plan.config.models)}")
    lines.append(f"  {fits} fits for the scores" + (f", {more} more for {_what_for(plan)}" if more else ""))
    lines.append(f"  results go to {plan.config.output}/{plan.config.name}/{plan.fingerprint[:16]}")
    return "\n".join(lines)


def sweep_text(planned: SweepPlan) -> str:
    """Say what a sweep would do: its runs, and their fits without those that several have."""
    lines = [f"{planned.name}: a sweep of {len(planned.plans)} runs"]
    fits = sum(part.plan.fits(task) for part in planned.work for task in part.tasks)
    every = sum(plan.fits(task) for plan in planned.plans for task in plan.tasks)
    for plan in planned.plans:
        lines.append(f"  {plan.config.name}: {plan.config.output}/{plan.config.name}/{plan.fingerprint[:16]}")
    shared = f", {every - fits} more are shared" if every > fits else ""
    return "\n".join([*lines, f"  {fits} fits{shared}"])


def _what_for(plan: Plan) -> str:
    """Say what the cross-validations besides a plan's folds are for."""
    from harness.plan import TableTask
    from harness.report.digits import listed

    kinds = {t.purpose.kind for t in plan.tasks if isinstance(t, TableTask)}
    names = {"rerun": "intervals", "leakage": "the leakage row", "curve": "the learning curve"}
    return listed(name for kind, name in names.items() if kind in kinds)


def size_text(plan: Plan) -> str:
    """Say how large the data are."""
    n_groups, n_articles = plan.identity["n_groups"], plan.identity["n_articles"]
    articles = f", {n_articles} articles" if n_articles else ""
    return f"{len(plan.examples)} statements, {n_groups} groups{articles}"


@contextmanager
def progress_of() -> Iterator[tuple[Planned, Told]]:
    """Show the progress of a run on stderr; see :func:`counting`."""
    with counting() as (begin, told):
        yield lambda plan: begin(plan_text(plan), len(plan.tasks)), told


@contextmanager
def counting() -> Iterator[tuple[Callable[[str, int], None], Told]]:
    """Show progress on stderr: a bar with the remaining time on a terminal, else a line each tenth.

    Gives what begins, with a text to print and the number of tasks, and what is told of each task.
    """
    if sys.stderr.isatty():
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeElapsedColumn,
            TimeRemainingColumn,
        )

        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=console(stderr=True), transient=True) as bar:
            row = bar.add_task("reading")

            def begin(text: str, tasks: int) -> None:
                bar.console.print(text, highlight=False, soft_wrap=True)
                bar.update(row, description="fitting", total=tasks)

            yield begin, lambda task, stored: bar.update(row, advance=1, description=task.model)
        return
    counts = {"done": 0, "stored": 0, "all": 1}

    def announce(text: str, tasks: int) -> None:
        counts["all"] = max(1, tasks)
        print(text, file=sys.stderr, flush=True)

    def told(task: Task, stored: bool) -> None:
        counts["done"] += 1
        counts["stored"] += stored
        tenth = 10 * counts["done"] // counts["all"]
        if tenth > 10 * (counts["done"] - 1) // counts["all"]:
            print(
                f"  {10 * tenth} % of {counts['all']} tasks, {counts['stored']} were stored",
                file=sys.stderr,
                flush=True,
            )

    yield announce, told


def say_time(seconds: float) -> None:
    """Say on stderr how long a run will take, where that is worth saying."""
    if seconds >= 10:
        shown = f"{seconds:.0f} seconds" if seconds < 100 else f"{seconds / 60:.0f} minutes"
        print(f"  this will take about {shown}", file=sys.stderr, flush=True)


def say_changes(reasons: Sequence[str]) -> None:
    """Say on stderr why a run is not the last one again."""
    print("since the last run of this name:", file=sys.stderr)
    for reason in reasons:
        print(f"  {reason}", file=sys.stderr)


def print_problems(problems: Sequence[Problem], prefix: str) -> None:
    """Print problems one a line, each with its hint, and how many there are."""
    for problem in problems:
        print(visible(str(problem)))
        if problem.hint:
            print(visible(f"  hint: {problem.hint}"))
    n = len(problems)
    print(f"{prefix}{'no problems' if n == 0 else f'{n} problem' + 's' * (n > 1)}")


def print_rows(rows: Sequence[tuple[str, str]]) -> None:
    """Print names and what they are in two columns."""
    width = max((len(name) for name, _ in rows), default=0)
    for name, text in rows:
        print(f"{name:<{width}}  {text}")


def print_findings(findings: Sequence[Finding]) -> None:
    """Print what was found by topic: ok, absent or wrong in words, and the command that helps."""
    width = max(len(f.name) for f in findings)
    said = console()
    for topic in dict.fromkeys(f.topic for f in findings):
        said.print(f"{topic.upper()}")
        for f in (f for f in findings if f.topic == topic):
            said.print(f"  {f.verdict:<6}  {f.name:<{width}}  {f.text}", soft_wrap=True)
            if f.remedy:
                said.print(f"  {'':<6}  {'':<{width}}  {f.remedy}", soft_wrap=True)
    lacking = sum(f.verdict == "wrong" for f in findings)
    said.print(f"{lacking} wrong" if lacking else "all that is needed is there; what is absent is optional")
