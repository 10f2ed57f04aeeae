"""The figure of learning curves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from harness.records import CurvePoint, Scores
from harness.report.digits import decimal, metric_name, percent
from harness.report.palette import SERIES
from harness.report.plot import Plot, brief, limits, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MARKERS = "osD^vPX*"
LINES = ("-", "--", "-.", ":")


def curve_plot(scores: Scores) -> Plot:
    """Draw each model's score by share of the training groups, one panel a split and metric."""
    keys = list(dict.fromkeys((p.split, p.metric) for p in scores.learning_curve))
    figure = new_figure(0.3 + 2.9 * len(keys))
    axes = figure.subplots(len(keys), 1, squeeze=False)[:, 0]
    for ax, (split, metric) in zip(axes, keys, strict=True):
        _curve(ax, [p for p in scores.learning_curve if (p.split, p.metric) == (split, metric)])
        ax.set_title(brief(split, 60))
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
            label=brief(model),
            markersize=5,
        )
        for at, p in zip(x, mine, strict=True):
            if p.score.ci_low is not None and p.score.ci_high is not None:
                ax.plot([at, at], [p.score.ci_low, p.score.ci_high], "-", color=colour, linewidth=0.9)
    ends = [v for p in points for v in (p.score.value, p.score.ci_low, p.score.ci_high) if v is not None]
    ax.set_ylim(*limits(points[0].metric, ends))
    shares = sorted({p.share for p in points})
    ax.set_xticks(shares, [percent(s) for s in shares])
    ax.grid(axis="y")
    ax.set_axisbelow(True)
