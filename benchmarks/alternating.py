"""Two or more ways to the same result, run in turn, each in a process of its own, and their ratios.

Other work on the machine slows both sides of one round alike, so the ratio of each round is taken, and of
these the median. The first and the second are run in the opposite order in every other round. ::

    pair = Side("harness", ["harness", "..."]), Side("scikit-learn", ["python", "..."])
    found = alternate("what both do", pair, rounds=5)
    found.show()
    return found.judged(goal=1.1)
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from benchmarks.usage import Usage, used

ROUNDS = 5
MEASURES = {"wall": "wall, s", "cpu": "CPU, s", "memory": "peak, MB"}
Span = tuple[float, float, float]


@dataclass(frozen=True)
class Side:
    """One way: its command, and what is done before each run, which is not measured."""

    name: str
    command: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)
    cwd: Path | None = None
    before: Callable[[], object] = lambda: None


@dataclass(frozen=True)
class Alternation:
    """What each side took in each round; the first side is the one whose ratios to the others count."""

    what: str
    rounds: Mapping[str, Sequence[Usage]]

    def span(self, side: str, measure: str) -> Span:
        """Return median, least and most of one measure."""
        return _span([getattr(usage, measure) for usage in self.rounds[side]])

    def ratio(self, measure: str, other: str | None = None) -> Span:
        """Return median, least and most over rounds of the first side over another, or over the second."""
        first, second = list(self.rounds)[:2]
        pairs = zip(self.rounds[first], self.rounds[other or second], strict=True)
        return _span([getattr(a, measure) / getattr(b, measure) for a, b in pairs])

    def show(self) -> None:
        """Print a row for each side and one for each ratio: medians, and in brackets least and most."""
        first, *others = self.rounds
        n = len(self.rounds[first])
        print(f"\n{self.what} ({n} round{'s' * (n > 1)}; median, least-most)")
        print(f"{'':<28}" + "".join(f"{title:>27}" for title in MEASURES.values()))
        for name in self.rounds:
            print(f"{name:<28}" + "".join(f"{_said(self.span(name, m)):>27}" for m in MEASURES))
        for other in others:
            row = "".join(f"{_said(self.ratio(m, other)):>27}" for m in MEASURES)
            print(f"{'ratio to ' + other:<28}{row}", flush=True)

    def judged(
        self, goal: float, *, measure: str = "wall", other: str | None = None, least: bool = False
    ) -> int:
        """Print whether a ratio keeps its goal, which is a bound from above; return 1 if it does not.

        Parameters
        ----------
        goal : float
        measure : 'wall', 'cpu' or 'memory'
        other : str, optional
            The side below the line, the second if it is not named.
        least : bool
            The goal is how many times as much the *other* side takes at least.
        """
        middle, low, high = self.ratio(measure, other)
        if least:
            middle, low, high = 1 / middle, 1 / high, 1 / low
        good = middle >= goal if least else middle <= goal
        bound = "at least" if least else "at most"
        title = f"{self.what}, {measure}" + (f", against {other}" if other else "")
        print(
            f"{'pass' if good else 'FAIL'}  {title}: ratio {_said((middle, low, high))}, {bound} {goal:g}",
            flush=True,
        )
        return 0 if good else 1


def alternate(what: str, sides: Sequence[Side], rounds: int = ROUNDS) -> Alternation:
    """Run each side once a round, in turn.

    Parameters
    ----------
    what : str
        What is done, for the table.
    sides : sequence of Side
        The one that is judged first.
    rounds : int, at least 1
    """
    found: dict[str, list[Usage]] = {side.name: [] for side in sides}
    for i in range(rounds):
        for side in sides if i % 2 == 0 else reversed(sides):
            side.before()
            found[side.name].append(used(side.command, env=side.env, cwd=side.cwd))
    return Alternation(what, found)


def options(description: str | None) -> argparse.ArgumentParser:
    """Return a parser of what all measurements take: ``--rounds`` and ``--quick``."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="runs of each side (default %(default)s)")
    parser.add_argument(
        "--quick", action="store_true", help="the smallest size, once: shows that it runs, judges nothing"
    )
    return parser


def _span(values: Sequence[float]) -> Span:
    return median(values), min(values), max(values)


def _said(span: Span) -> str:
    middle, low, high = (f"{x:.0f}" if x >= 1000 else f"{x:.3g}" if x >= 0.01 else f"{x:.2g}" for x in span)
    return f"{middle} ({low}-{high})"
