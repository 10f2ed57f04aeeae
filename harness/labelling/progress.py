"""How labelling comes along, on stderr: a bar with the rate on a terminal, else a line every ten seconds."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

EVERY = 10.0
"""Seconds between two lines."""


class _Rate:
    """Rows a second, of those after the first that it is told of: an earlier call may have had many."""

    def __init__(self) -> None:
        self.begun: tuple[int, float] | None = None

    def text(self, rows: int) -> str:
        now = time.monotonic()
        if self.begun is None:
            self.begun = rows, now
        since, started = self.begun
        rate = (rows - since) / (now - started) if now > started else 0
        return f"{rows:,} rows" + (f", {rate:,.0f} a second" if rate else "")


@contextmanager
def labelling_progress() -> Iterator[tuple[Callable[[str], None], Callable[[int, float | None], None]]]:
    """Give what says a sentence on stderr, and what is told how many rows there are and which share."""
    rate = _Rate()
    if not sys.stderr.isatty():
        last = time.monotonic()

        def told(rows: int, share: float | None) -> None:
            nonlocal last
            text = rate.text(rows)
            if time.monotonic() - last >= EVERY:
                last = time.monotonic()
                print(f"  {text}" + ("" if share is None else f", {share:.0%}"), file=sys.stderr, flush=True)

        yield lambda text: print(text, file=sys.stderr, flush=True), told
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    from harness.console import console

    columns = (BarColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console(stderr=True), transient=True) as bar:
        row = bar.add_task("", total=None)

        def shown(rows: int, share: float | None) -> None:
            total = None if share is None else 1.0
            bar.update(row, description=rate.text(rows), total=total, completed=share or 0.0)

        yield lambda text: bar.console.print(text, highlight=False, soft_wrap=True), shown
