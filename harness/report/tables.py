"""The plain tables of a report: cells with footnotes, tables, sections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from harness.records import Score, Scores
from harness.report.digits import decimal, level_of, percent, with_interval


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell's text and the number of its footnote (from 1; 0: none)."""

    text: str
    note: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """A table as a person reads it; the first column heads its row.

    ``align`` has one letter a column: ``l`` for words, ``r`` for numbers. ``notes`` are its footnotes.
    """

    key: str
    caption: str
    head: tuple[str, ...]
    align: str
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()

    @property
    def grouped(self) -> bool:
        """Whether rows with one first cell belong together."""
        return len({row[0].text for row in self.rows}) < len(self.rows)


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, what a reader must know before the numbers, and the tables."""

    key: str
    title: str
    lead: str
    tables: tuple[Table, ...]


@dataclass
class Footnotes:
    """The footnotes of a table under construction; one text has one number."""

    texts: list[str] = field(default_factory=list)

    def mark(self, text: str) -> int:
        """Return the number of a footnote, adding it if it is new."""
        if text not in self.texts:
            self.texts.append(text)
        return self.texts.index(text) + 1

    def value(self, value: float | None, reason: str | None) -> Cell:
        """Return a cell for a bare value; what is undefined gets its reason."""
        return Cell(decimal(value), self.mark(reason) if value is None and reason else 0)

    def score(self, score: Score) -> Cell:
        """Return a cell ``value [low, high]`` with a footnote for what is missing or doubtful."""
        return Cell(with_interval(score.value, score.ci_low, score.ci_high), self._caveat(score))

    def _caveat(self, score: Score) -> int:
        if score.reason is None:
            return 0
        if score.value is None:
            return self.mark(score.reason)
        code, _, sentence = score.reason.partition(": ")
        what = "no interval" if score.ci_low is None else "read with care"
        words = code.replace("_", " ")
        head = what if words == what else f"{what} ({words})"
        return self.mark(f"{head}: {sentence}" if sentence else f"{what}: {code}")


def rows_of(cells: Sequence[Sequence[Cell | str]]) -> tuple[tuple[Cell, ...], ...]:
    """Return rows of cells from rows of cells and strings."""
    return tuple(tuple(Cell(c) if isinstance(c, str) else c for c in row) for row in cells)


def splits_of(scores: Scores) -> tuple[str, ...]:
    """Return the names of the splits, in the run's order."""
    return tuple(dict.fromkeys(e.split for e in scores.evaluations))


def all_levels(scores: Scores) -> str:
    """Return the level of the run's intervals, such as ``95%``."""
    return percent(level_of(s for e in scores.evaluations for s in e.scores.values()))
