"""A model of a run and a folder of files of statements -> a folder of files of labels, resumable."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from harness.errors import InputError, Problem, ProblemsError, RunError
from harness.execution import DaskExecution, Execution, LocalExecution
from harness.labelling.formats import JsonFormat
from harness.labelling.job import BATCH, Finished, Told, worthwhile
from harness.labelling.part_work import PartDone, PartWork, label_part
from harness.labelling.parts import Part, parts_in
from harness.labelling.pool import spawned
from harness.labelling.rows import parts_of
from harness.labelling.run_model import RunModel, Say, ready
from harness.labelling.stream import open_stream
from harness.labelling.work import MOST_PROBLEMS, Work
from harness.textfile import write_text

if TYPE_CHECKING:
    from harness.executors.cluster import Cluster

Results = Iterator[tuple[Part, PartDone]]
SHARED = "workers read and write the files themselves: give paths that all machines share"


@dataclass(frozen=True, slots=True)
class PartsJob:
    """Which files of statements are labelled, where the labels go, and where it is computed."""

    source: str
    out: Path
    batch: int = BATCH
    jobs: int = 0
    fresh: bool = False
    form: str | None = None
    execution: Execution = field(default_factory=LocalExecution)


def label_parts(
    model: RunModel,
    job: PartsJob,
    *,
    say: Say = lambda text: None,
    told: Told = lambda rows, share: None,
) -> Finished:
    """Label every file of a folder or pattern, each by itself as `harness.labelling.job.label` does.

    Each part is labelled in one process and in constant memory. A part that is finished is not labelled
    again by a later call, unless it, its labels, the model, the format or the batch size changed; one that
    was under way goes on.

    Parameters
    ----------
    model : RunModel
    job : PartsJob
    say, told
        As of `harness.labelling.job.label`; ``told`` is called after each part.

    Raises
    ------
    ProblemsError
        Rows of some parts are wrong, or whole parts: the first 100. All other parts are labelled.
    InputError
        The input, the run, the model or the cluster cannot be used.
    RunError
        The output cannot be written, or the cluster is gone.
    """
    started = time.perf_counter()
    parts = parts_in(job.source, job.out, job.form)
    names = parts_of(*model.templates)
    with closing(open_stream(str(parts[0].source), names)):  # what is wrong with all shows before training
        pass
    made = ready(model, fresh=job.fresh, say=say)
    anyhow = JsonFormat(model.labels)
    work = Work(made.labeller, len(model.labels), names, model.text, model.pair, anyhow, model.beside)
    shared = PartWork(work, model.labels, made.digest, job.batch, job.fresh)
    sizes = {part: part.source.stat().st_size for part in parts}
    rows = earlier = unlabelled = passed = 0
    problems: list[Problem] = []
    for part, done in _results(model, job, shared, parts, say):
        problems += done.problems
        rows, earlier = rows + done.rows, earlier + done.earlier
        unlabelled, passed = unlabelled + done.unlabelled, passed + sizes[part]
        told(rows, passed / max(1, sum(sizes.values())))
    if problems:
        if len(problems) > MOST_PROBLEMS:
            say(f"these are the first {MOST_PROBLEMS} problems")
        say("all other parts are labelled; mended, the same command goes on with these")
        raise ProblemsError(sorted(problems)[:MOST_PROBLEMS])
    return Finished(rows, earlier, unlabelled, time.perf_counter() - started)


def _results(model: RunModel, job: PartsJob, shared: PartWork, parts: Sequence[Part], say: Say) -> Results:
    """Label parts where the job says; a model that fills a machine by itself is not given to several."""
    if not isinstance(job.execution, DaskExecution):
        size = sum(part.source.stat().st_size for part in parts)
        jobs = 1 if model.spec.own_workers else job.jobs or worthwhile(size)
        yield from _here(shared, parts, min(jobs, len(parts)))
    elif model.spec.own_workers:
        say(f"'{model.name}' uses several processors, a GPU or a service by itself: it stays here")
        yield from _here(shared, parts, 1)
    else:
        yield from _there(model, job, shared, parts)


def _here(shared: PartWork, parts: Sequence[Part], jobs: int) -> Results:
    from concurrent.futures import as_completed

    if jobs == 1:
        for part in parts:
            yield part, label_part(shared, part)
        return
    with spawned(shared, jobs) as submit:
        begun = {submit(label_part, part): part for part in parts}
        for future in as_completed(begun):
            yield begun[future], future.result()


def _there(model: RunModel, job: PartsJob, shared: PartWork, parts: Sequence[Part]) -> Results:
    from harness.executors.cluster import Cluster

    assert isinstance(job.execution, DaskExecution)
    with Cluster(job.execution, job.jobs or os.cpu_count() or 1) as cluster:
        cluster.verify(model.spec.used_packages())
        _verify_shared(cluster, job.out, parts[0])
        for part, done in cluster.each(label_part, ((shared, part) for part in parts)):
            if not done.problems and not part.record.is_file():
                raise RunError("the labels that a worker wrote are not here", place=part.out, hint=SHARED)
            yield part, done


def _verify_shared(cluster: Cluster, out: Path, first: Part) -> None:
    """Raise `InputError` if a worker does not see the statements, or the folder of labels."""
    mark, token = out.resolve() / ".labelled" / "seen", uuid4().hex
    write_text(mark, token)
    blind = [worker for worker, sees in cluster.ask(_sees, mark, token, first.source).items() if not sees]
    mark.unlink(missing_ok=True)
    if blind:
        more = f" and {len(blind) - 1} more" if len(blind) > 1 else ""
        message = f"a worker does not see the files here ({blind[0]}{more})"
        raise InputError(message, place=out, hint=SHARED)


def _sees(mark: Path, token: str, source: Path) -> bool:
    return mark.is_file() and mark.read_text(encoding="utf-8") == token and source.is_file()
