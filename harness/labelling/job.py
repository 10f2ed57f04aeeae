"""A model of a run and a file of new statements -> a file of labels, resumable."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from harness.errors import InputError, ProblemsError
from harness.labelling.formats import format_of
from harness.labelling.part_file import Done, PartFile
from harness.labelling.rows import Form, Stream, parts_of
from harness.labelling.run_model import RunModel, Say, ready
from harness.labelling.stream import STDIN, open_stream
from harness.labelling.work import MOST_PROBLEMS, Work, in_order

BATCH = 4096
"""Rows that are labelled, written and counted together."""
WORTHWHILE = 16 << 20
"""Bytes of an input from which processes pay off that each take a second or two to start."""
MOST_JOBS = 8
"""Processes that one reader and writer keeps busy."""
NOTHING = Done(0, 0, Form(ids=False, columns=()), {})
Told = Callable[[int, float | None], None]


@dataclass(frozen=True, slots=True)
class Finished:
    """What a call did: rows in all, rows that an earlier call had done, rows without a label, seconds."""

    rows: int
    earlier: int
    unlabelled: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Job:
    """Which statements are labelled, and how; ``out`` None writes JSON lines to standard output."""

    source: str
    out: Path | None = None
    batch: int = BATCH
    jobs: int = 0
    fresh: bool = False


def label(
    model: RunModel,
    job: Job,
    *,
    say: Say = lambda text: None,
    told: Told = lambda rows, share: None,
) -> Finished:
    """Label every statement of a file, in its order and in constant memory.

    What is finished of a file ``out`` is kept if the call ends early, however it ends; the same call goes
    on after it, unless model, format, batch size or what was labelled of the input changed.

    Parameters
    ----------
    model : RunModel
    job : Job
    say : function of a sentence
        Hears what is done and why.
    told : function of (rows, share)
        Called after each batch with the rows so far, and the share of the input that they are, if known.

    Raises
    ------
    ProblemsError
        Rows are wrong: all that are (the first 100), with their lines. Those before them are labelled.
    InputError
        The input, the run or the model cannot be used.
    RunError
        The output cannot be written.
    """
    if job.out is not None and job.source != STDIN and _same(Path(job.source), job.out):
        raise InputError("is the input as well", place=job.out, hint="choose another --out")
    parts = parts_of(*model.templates)
    form = format_of(job.out, model.labels)
    with ExitStack() as opened:

        def begin() -> Stream:
            return opened.enter_context(closing(open_stream(job.source, parts)))

        stream = begin()
        made = ready(model, fresh=job.fresh, say=say)
        work = Work(made.labeller, len(model.labels), parts, model.text, model.pair, form, model.beside)
        jobs = 1 if model.spec.own_workers else job.jobs or worthwhile(_size(job.source))
        started = time.perf_counter()
        if job.out is None:
            before, done = 0, _through(work, stream, _Shown(), NOTHING, job, jobs, say, told)
        else:
            before, done = into_file(work, made.digest, job, job.out, stream, begin, jobs, say, told)
    return Finished(done.rows, before, done.unlabelled, time.perf_counter() - started)


def key_of(digest: str, out: Path, batch: int) -> dict[str, Any]:
    """Return what a file of labels depends on besides its input."""
    return {"model": digest, "out": out.suffix.lower(), "batch": batch}


def into_file(
    work: Work,
    digest: str,
    job: Job,
    out: Path,
    stream: Stream,
    begin: Callable[[], Stream],
    jobs: int,
    say: Say,
    told: Told,
) -> tuple[int, Done]:
    """Label an open stream into a file, going on where an earlier call stopped.

    Returns
    -------
    before, done
        The rows that an earlier call had labelled, and all there are.
    """
    with PartFile(out, work.form, key_of(digest, out, job.batch)) as part:
        stream, earlier = _taken_up(part, stream, begin, job, say)
        done = _through(work, stream, part, earlier, job, jobs, say, told)
        part.finish()
    return earlier.rows, done


def _taken_up(
    part: PartFile, stream: Stream, begin: Callable[[], Stream], job: Job, say: Say
) -> tuple[Stream, Done]:
    """Go on with what an earlier call left, or begin anew and say why."""
    found = None if job.fresh else part.earlier()
    if isinstance(found, Done):
        why = stream.skip(found.form, found.mark)
        if why is None:
            say(f"going on after {found.rows:,} rows that are labelled")
            return stream, found
        if job.source == STDIN:
            raise InputError(f"cannot go on: {why}", hint="give it again from its start, with --fresh")
        found, stream = why, begin()
    if found is not None:
        say(f"beginning anew: {found}")
    part.begin()
    return stream, NOTHING


class _Sink(Protocol):
    def append(self, data: bytes, done: Done) -> None: ...


class _Shown:
    """Standard output."""

    def append(self, data: bytes, done: Done) -> None:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()


def _through(
    work: Work, stream: Stream, sink: _Sink, done: Done, job: Job, jobs: int, say: Say, told: Told
) -> Done:
    """Label the rest of a stream."""
    chunks = stream.chunks(job.batch, done.rows + 1)
    try:
        for chunk, labelled in in_order(work, chunks, jobs=jobs, read_on=job.source != STDIN):
            rows, unlabelled = done.rows + chunk.n, done.unlabelled + labelled.unlabelled
            done = Done(rows, unlabelled, chunk.form, chunk.mark)
            sink.append(labelled.data, done)
            told(rows, stream.share(done.mark))
    except ProblemsError as error:
        if len(error.problems) == MOST_PROBLEMS:
            say(f"these are the first {MOST_PROBLEMS} problems")
        if job.out is not None and done.rows:
            say(f"{done.rows:,} rows before them are labelled; mended, the same command goes on there")
        raise
    return done


def worthwhile(size: int) -> int:
    """Return the processes that pay off for as many bytes of statements: one where they are few."""
    return min(MOST_JOBS, os.cpu_count() or 1) if size >= WORTHWHILE else 1


def _size(source: str) -> int:
    """Return the size of a file; that of a pipe is not known, and counts as none."""
    return 0 if source == STDIN else os.stat(source).st_size


def _same(source: Path, out: Path) -> bool:
    return out.exists() and source.exists() and out.samefile(source)
