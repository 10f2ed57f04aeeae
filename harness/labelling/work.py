"""Chunks of statements -> chunks of labels, in order, in this process or in several."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from string import Formatter

import numpy as np

from harness.errors import Problem, ProblemsError
from harness.labelling.formats import Format
from harness.labelling.pool import spawned
from harness.labelling.rows import Chunk, Rows
from harness.models.output import Labeller, Output, TextLabeller
from harness.records import Example

MOST_PROBLEMS = 100
"""Problems that are listed at most."""
Begun = Callable[[Chunk], Callable[[], "Labelled"]]


@dataclass(frozen=True, slots=True)
class Labelled:
    """The labels of a chunk as bytes of the output, and how many rows got none."""

    data: bytes
    unlabelled: int


@dataclass(frozen=True, slots=True)
class Work:
    """What is done with a chunk.

    Attributes
    ----------
    labeller : Labeller
    n_labels : int
    parts : tuple of str
        The parts of a statement that the columns of rows hold, in order.
    text, pair : str, str or None
        The templates of what the labeller is shown.
    form : Format
    beside : tuple of str
        The templates of further texts.
    """

    labeller: Labeller
    n_labels: int
    parts: tuple[str, ...]
    text: str
    pair: str | None
    form: Format
    beside: tuple[str, ...] = ()

    def labelled(self, chunk: Chunk) -> Labelled:
        """Read, label and write a chunk; raise `ProblemsError` if a row is wrong."""
        rows = chunk.rows()
        at: Callable[[int], Labeller] | None = getattr(self.labeller, "at", None)
        output = self._said(self.labeller if at is None else at(chunk.first - 1), rows)
        unlabelled = int(np.count_nonzero(output.predicted == self.n_labels))
        return Labelled(self.form.encoded(rows.ids, output), unlabelled)

    def _said(self, labeller: Labeller, rows: Rows) -> Output:
        texts = shown(self.text, self.parts, rows.columns)
        if self.pair is None and isinstance(labeller, TextLabeller):
            return labeller.classifier.predict(texts)
        pairs = [None] * len(texts) if self.pair is None else shown(self.pair, self.parts, rows.columns)
        more = [shown(template, self.parts, rows.columns) for template in self.beside]
        besides = zip(*more, strict=True) if more else [()] * len(texts)
        return labeller.label(
            [
                Example(i, "", t, i, "", pair=p, beside=b)
                for i, t, p, b in zip(rows.ids, texts, pairs, besides, strict=True)
            ]
        )


def shown(template: str, parts: Sequence[str], columns: Sequence[Sequence[str]]) -> Sequence[str]:
    """Return what `harness.inputs.rendered` makes of each row, column by column."""
    said = list(Formatter().parse(template))
    if len(said) == 1 and said[0][0] == "":
        return columns[parts.index(str(said[0][1]))]
    pieces, wanted = "", []
    for literal, part, _, _ in said:
        pieces += literal.replace("{", "{{").replace("}", "}}")
        if part is not None:
            pieces += "{}"
            wanted.append(columns[parts.index(part)])
    return list(map(pieces.format, *wanted))


def in_order(
    work: Work, chunks: Iterator[Chunk], *, jobs: int, read_on: bool
) -> Iterator[tuple[Chunk, Labelled]]:
    """Yield each chunk with its labels, in order; as many as there are processes are held at a time.

    Parameters
    ----------
    work : Work
    chunks : iterator of Chunk
    jobs : int
        Processes; 1 works in this one.
    read_on : bool
        After the first wrong row, read the rest without labelling it, so that all that is wrong comes at
        once.

    Raises
    ------
    ProblemsError
        Rows are wrong; all before their chunk have been yielded.
    RunError
        A process was killed.
    """
    waiting: deque[tuple[Chunk, Callable[[], Labelled]]] = deque()

    def first() -> tuple[Chunk, Labelled]:
        chunk, result = waiting.popleft()
        try:
            return chunk, result()
        except ProblemsError as error:
            rest = [c for c, _ in waiting]
            raise ProblemsError(_problems(error.problems, [rest, chunks] if read_on else [rest])) from None

    with _hands(work, jobs) as begun:
        for chunk in chunks:
            waiting.append((chunk, begun(chunk)))
            if jobs == 1 or len(waiting) > 2 * jobs:
                yield first()
        while waiting:
            yield first()


def _problems(found: Sequence[Problem], rest: Sequence[Iterable[Chunk]]) -> list[Problem]:
    """Add the problems of other chunks, up to as many as are listed."""
    problems = list(found)
    for chunks in rest:
        for chunk in chunks:
            if len(problems) >= MOST_PROBLEMS:
                return sorted(problems)[:MOST_PROBLEMS]
            try:
                chunk.rows()
            except ProblemsError as error:
                problems += error.problems
    return sorted(problems)[:MOST_PROBLEMS]


@contextmanager
def _hands(work: Work, jobs: int) -> Iterator[Begun]:
    """Give what begins with a chunk and returns where its labels will be: here and later, or elsewhere."""
    if jobs == 1:
        from threadpoolctl import threadpool_limits

        with threadpool_limits(1):
            yield lambda chunk: lambda: work.labelled(chunk)
        return
    with spawned(work, jobs) as submit:
        yield lambda chunk: submit(Work.labelled, chunk).result
