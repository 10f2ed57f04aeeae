"""How a time grows with the rows, beyond what starting takes."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

GOAL = 1.15
"""Most that a time may grow by, as a multiple of what the rows do."""

LEAST = 0.1
"""Least share of the start that rows must take beyond it: less is lost in how much the start varies."""


def judged(what: str, seconds: Mapping[int, float], start: float = 0.0, goal: float = GOAL) -> int:
    """Print how much longer more rows take, for each two sizes that follow each other and for the ends.

    Parameters
    ----------
    what : str
    seconds : mapping
        Rows -> seconds, at least two sizes from small to large.
    start : float
        Seconds that do not depend on the rows (a process that starts and imports), which are taken off:
        otherwise a slow start would make the growth look small. Sizes that take hardly longer are left out.
    goal : float
        Bound on the growth from the smallest to the largest size, divided by that of the rows.

    Returns
    -------
    int
        0 if the bound is kept, else 1; also 1 if fewer than two sizes are left.
    """
    sizes = [rows for rows, s in seconds.items() if s - start > LEAST * start]
    for rows in seconds.keys() - set(sizes):
        print(f"      {what}: {rows:,} rows take hardly longer than the start; left out")
    if len(sizes) < 2:
        print(f"FAIL  {what}: not enough rows to judge", flush=True)
        return 1
    steps = list(pairwise(sizes)) if len(sizes) > 2 else []
    for low, high in steps:
        print(f"      {what}: {_line(low, high, _growth(seconds, low, high, start))}")
    share = _growth(seconds, sizes[0], sizes[-1], start)
    good = share <= goal
    mark = "pass" if good else "FAIL"
    print(f"{mark}  {what}: {_line(sizes[0], sizes[-1], share)}, at most {goal:g}", flush=True)
    return 0 if good else 1


def _growth(seconds: Mapping[int, float], low: int, high: int, start: float) -> float:
    return (seconds[high] - start) / (seconds[low] - start) / (high / low)


def _line(low: int, high: int, share: float) -> str:
    return f"{low:,} to {high:,} rows, growth of the time over that of the rows {share:.2f}"
