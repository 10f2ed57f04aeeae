"""What is said of several finished runs: paired differences and tie groups."""

from __future__ import annotations

from dataclasses import dataclass

from harness.records.scores import Comparison, Score


@dataclass(frozen=True, slots=True)
class Flip:
    """A statement that one of two models mostly gets right and the other does not.

    ``a`` and ``b`` are what the comparison's models ``a`` and ``b`` say; ``better`` names the right one.
    """

    id: str
    gold: str
    a: str
    b: str
    better: str
    text: str


@dataclass(frozen=True, slots=True)
class PairedRuns:
    """One comparison between two runs, with the statements that changed.

    ``models`` and ``runs`` are the two models and runs without each other's name, that of the minuend
    first; ``level`` is that of the interval.
    """

    comparison: Comparison
    flips: tuple[Flip, ...]
    models: tuple[str, str]
    runs: tuple[str, str]
    level: float


@dataclass(frozen=True, slots=True)
class Entry:
    """One model of one run: its tie group (1 is the best), score and signature."""

    tie_group: int
    model: str
    run: str
    mode: str
    score: Score
    p_from_leader: float | None
    signature: str


@dataclass(frozen=True, slots=True)
class Board:
    """Entries of one data set, split and metric, best first."""

    data: str
    labels: tuple[str, ...]
    split: str
    metric: str
    n: int
    n_groups: int
    entries: tuple[Entry, ...]
