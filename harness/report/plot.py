"""A figure before it becomes SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING

from harness.metrics import METRICS

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WIDTH = 7.2
"""Inches; a page's column of text."""


@dataclass(frozen=True)
class Plot:
    """A figure before it becomes SVG."""

    name: str
    section: str
    title: str
    alt: str
    figure: Figure


def brief(name: str, most: int = 40) -> str:
    """Return a name as a figure has room for it; the tables beside have all of it."""
    return name if len(name) <= most else f"{name[: most - 1]}…"


def new_figure(height: float) -> Figure:
    """Return an empty figure as wide as all others, ``height`` inches high."""
    from matplotlib.figure import Figure

    return Figure(figsize=(WIDTH, height), layout="constrained")


def limits(metric: str, values: Sequence[float]) -> tuple[float, float]:
    """Return the metric's whole range, from 0 where nothing lies below; wider where a value asks for it.

    The range of a configuration's own metric is not known here: what goes beyond 1 gets some room.
    """
    low, high = (METRICS[metric].low, METRICS[metric].high) if metric in METRICS else (0.0, 1.0)
    lowest, highest = min(values, default=0.0), max(values, default=1.0)
    high = high if isfinite(high) else highest
    room = 0.04 * (highest - lowest) if highest > high else 0.0
    return (0.0 if lowest >= 0 else min(low, lowest)), max(high, highest + room)
