"""Counts of how often an interval covers or a test rejects, as rows of a table, and gates on them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

from harness.uncertainty import Difference, Interval


@dataclass(slots=True)
class Tally:
    """Coverage of one method in one cell."""

    sets: int = 0
    below: int = 0
    above: int = 0
    width: float = 0.0
    missing: int = 0

    def add(self, interval: Interval | Difference, truth: float) -> None:
        """Count one interval; ``below`` are truths below it, ``above`` truths above it."""
        if interval.low is None or interval.high is None:
            self.missing += 1
            return
        self.sets += 1
        self.below += truth < interval.low
        self.above += truth > interval.high
        self.width += interval.high - interval.low

    @property
    def coverage(self) -> float:
        """Covered share in percent; NaN without intervals."""
        return 100 * (1 - (self.below + self.above) / self.sets) if self.sets else float("nan")

    def __str__(self) -> str:
        if not self.sets:
            return "none given"
        return (
            f"{self.coverage:5.1f} {100 * self.below / self.sets:5.1f} {100 * self.above / self.sets:5.1f} "
            f"{self.width / self.sets:6.3f} {self.sets:5d} {self.missing:5d}"
        )


Cell = TypeVar("Cell")
HEADER = f"{'cell':<25} {'method':<26} cover below above  width  sets  none"


@dataclass(slots=True)
class Table:
    """Tallies by cell and method."""

    rows: dict[tuple[str, str], Tally] = field(default_factory=dict)

    def add(self, cell: str, method: str, interval: Interval | Difference, truth: float) -> None:
        """Count one interval in its row."""
        self.rows.setdefault((cell, method), Tally()).add(interval, truth)

    def coverages(self, method: str, *words: str) -> list[float]:
        """Coverage of a method in every cell whose name holds all the words."""
        return [
            t.coverage
            for (c, m), t in self.rows.items()
            if m == method and t.sets and set(words) <= set(c.split())
        ]

    def show(self, title: str, *, each: bool = True) -> None:
        """Print every row, then minimum, mean and maximum of each method over the cells."""
        print(f"\n{title}")
        if each:
            print(HEADER)
            for (cell, method), tally in self.rows.items():
                print(f"{cell:<25} {method:<26} {tally}")
        print(f"{'over all cells':<52} min  mean   max  width")
        for method in dict.fromkeys(m for _, m in self.rows):
            found = [t for (_, m), t in self.rows.items() if m == method and t.sets]
            if found:
                share = [t.coverage for t in found]
                width = np.mean([t.width / t.sets for t in found])
                print(f"{method:<50} {min(share):5.1f} {np.mean(share):5.1f} {max(share):5.1f} {width:6.3f}")


def gather(measure: Callable[[Cell], Table], cells: Sequence[Cell], jobs: int) -> Table:
    """Measure every cell, in ``jobs`` processes, into one table in the order of the cells."""
    table = Table()
    if jobs == 1:
        for cell in cells:
            table.rows.update(measure(cell).rows)
        return table
    with ProcessPoolExecutor(jobs) as pool:
        for part in pool.map(measure, cells):
            table.rows.update(part.rows)
    return table


@dataclass(slots=True)
class Gates:
    """Bounds that measured percentages must keep; each is allowed two standard errors of simulation."""

    failed: int = 0

    def check(
        self, name: str, values: list[float], bounds: tuple[float, float], *, sets: int, rate: float
    ) -> None:
        """Print whether all values lie within the bounds.

        Parameters
        ----------
        values : list of percentages
        bounds : lowest and highest percentage wanted
        sets : int
            Simulated data sets behind each value.
        rate : float
            The nominal percentage, for the standard error of a value.
        """
        low, high = bounds
        slack = 2 * float(np.sqrt(rate * (100 - rate) / sets))
        good = bool(values) and min(values) >= low - slack and max(values) <= high + slack
        self.failed += not good
        span = f"{min(values):.1f} to {max(values):.1f}" if values else "no value"
        verdict = "pass" if good else "FAIL"
        print(
            f"{verdict}  {name}: {span}, wanted {low:g} to {high:g} (slack {slack:.1f}, {len(values)} cells)"
        )
