"""What the figures show: scores with intervals, confusion matrices, learning curves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING

from harness.metrics import METRICS
from harness.records import CurvePoint, Evaluation, Scores
from harness.report.digits import UNDEFINED, decimal, metric_name, percent, typographic
from harness.report.document import all_levels, splits_of
from harness.report.figures import ACCENT, MUTED, PAPER, SERIES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH = 7.2
"""Inches; a page's column of text."""
MARKERS = "osD^vPX*"
LINES = ("-", "--", "-.", ":")


@dataclass(frozen=True)
class Plot:
    """A figure before it becomes SVG."""

    name: str
    section: str
    title: str
    alt: str
    figure: Figure


def plots(scores: Scores) -> Iterator[Plot]:
    """Yield every figure that there is something for."""
    from harness.report.matrices import confusion_plot
    from harness.report.reliability import reliability_plot

    if not scores.evaluations:
        return
    yield _scores(scores)
    for number, split in enumerate(splits_of(scores), 1):
        yield confusion_plot(
            [e for e in scores.evaluations if e.split == split], scores.labels, split, number
        )
    reliability = reliability_plot(scores)
    if reliability is not None:
        yield reliability
    if scores.learning_curve:
        yield _curves(scores)


def new_figure(height: float) -> Figure:
    """Return an empty figure as wide as all others, ``height`` inches high."""
    from matplotlib.figure import Figure

    return Figure(figsize=(WIDTH, height), layout="constrained")


def _limits(metric: str, values: Sequence[float]) -> tuple[float, float]:
    """Return the metric's whole range, from 0 where nothing lies below; wider where a value asks for it.

    The range of a configuration's own metric is not known here: what goes beyond 1 gets some room.
    """
    low, high = (METRICS[metric].low, METRICS[metric].high) if metric in METRICS else (0.0, 1.0)
    lowest, highest = min(values, default=0.0), max(values, default=1.0)
    high = high if isfinite(high) else highest
    room = 0.04 * (highest - lowest) if highest > high else 0.0
    return (0.0 if lowest >= 0 else min(low, lowest)), max(high, highest + room)


def _scores(scores: Scores) -> Plot:
    groups = [[e for e in scores.evaluations if e.split == s] for s in splits_of(scores)]
    figure = new_figure(sum(0.7 + 0.28 * len(g) for g in groups) + 0.4)
    axes = figure.subplots(
        len(groups),
        1,
        squeeze=False,
        sharex=True,
        gridspec_kw={"height_ratios": [len(g) + 1.5 for g in groups]},
    )[:, 0]
    metric = scores.primary
    found = [e.scores[metric] for e in scores.evaluations if metric in e.scores]
    ends = [v for s in found for v in (s.value, s.ci_low, s.ci_high) if v is not None]
    for ax, group in zip(axes, groups, strict=True):
        _dots(ax, group, metric)
        ax.set_title(group[0].split)
        ax.set_xlim(*_limits(metric, ends))
    level = all_levels(scores)
    axes[-1].set_xlabel(f"{metric_name(metric)} with {level} interval  (● trained, ◇ fixed predictions)")
    alt = "; ".join(
        f"{g[0].split}: " + ", ".join(f"{e.model} {_spoken(e, metric)}" for e in g) for g in groups
    )
    return Plot(
        "scores",
        "scores",
        f"{metric_name(metric)} of every model with its {level} interval",
        f"{alt}.",
        figure,
    )


def _spoken(e: Evaluation, metric: str) -> str:
    score = e.scores.get(metric)
    if score is None or score.value is None:
        return UNDEFINED
    if score.ci_low is None:
        return decimal(score.value)
    return typographic(f"{decimal(score.value)} from {decimal(score.ci_low)} to {decimal(score.ci_high)}")


def _dots(ax: Axes, group: Sequence[Evaluation], metric: str) -> None:
    """Draw one row a model: a dot, and a line from end to end of its interval."""
    for row, e in enumerate(group):
        score = e.scores.get(metric)
        if score is None or score.value is None:
            ax.annotate(
                UNDEFINED,
                (0, row),
                (4, 0),
                xycoords=("axes fraction", "data"),
                textcoords="offset points",
                va="center",
                color=MUTED,
            )
            continue
        if score.ci_low is not None and score.ci_high is not None:
            style = ":" if score.reason else "-"  # dotted: to be read with care
            ax.plot([score.ci_low, score.ci_high], [row, row], style, color=ACCENT, linewidth=1.6)
        filled = e.mode == "trained"
        ax.plot(
            [score.value],
            [row],
            "o" if filled else "D",
            color=ACCENT,
            markersize=6,
            markerfacecolor=ACCENT if filled else PAPER,
        )
    ax.set_yticks(range(len(group)), [e.model for e in group])
    ax.set_ylim(len(group) - 0.4, -0.6)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    ax.grid(axis="x")
    ax.set_axisbelow(True)


def _curves(scores: Scores) -> Plot:
    keys = list(dict.fromkeys((p.split, p.metric) for p in scores.learning_curve))
    figure = new_figure(0.3 + 2.9 * len(keys))
    axes = figure.subplots(len(keys), 1, squeeze=False)[:, 0]
    for ax, (split, metric) in zip(axes, keys, strict=True):
        _curve(ax, [p for p in scores.learning_curve if (p.split, p.metric) == (split, metric)])
        ax.set_title(split)
        ax.set_ylabel(metric_name(metric))
        ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
    axes[-1].set_xlabel("share of the training groups")
    alt = "; ".join(
        f"{p.model} at {percent(p.share)}: {decimal(p.score.value)}"
        for p in scores.learning_curve
        if p.split == keys[0][0]
    )
    return Plot(
        "learning-curve", "curve", "Score by share of the training groups", f"{keys[0][0]}: {alt}.", figure
    )


def _curve(ax: Axes, points: Sequence[CurvePoint]) -> None:
    models = list(dict.fromkeys(p.model for p in points))
    for i, model in enumerate(models):
        mine = sorted(
            (p for p in points if p.model == model and p.score.value is not None), key=lambda p: p.share
        )
        shift = 0.006 * (i - (len(models) - 1) / 2)  # intervals side by side, not over each other
        colour, x = SERIES[i % len(SERIES)], [p.share + shift for p in mine]
        values = [p.score.value or 0.0 for p in mine]
        ax.plot(
            x,
            values,
            LINES[(i + i // len(MARKERS)) % len(LINES)],
            marker=MARKERS[i % len(MARKERS)],
            color=colour,
            label=model,
            markersize=5,
        )
        for at, p in zip(x, mine, strict=True):
            if p.score.ci_low is not None and p.score.ci_high is not None:
                ax.plot([at, at], [p.score.ci_low, p.score.ci_high], "-", color=colour, linewidth=0.9)
    ends = [v for p in points for v in (p.score.value, p.score.ci_low, p.score.ci_high) if v is not None]
    ax.set_ylim(*_limits(points[0].metric, ends))
    shares = sorted({p.share for p in points})
    ax.set_xticks(shares, [percent(s) for s in shares])
    ax.grid(axis="y")
    ax.set_axisbelow(True)
