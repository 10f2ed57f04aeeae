"""The figure of scores: a row for each model, a dot and its interval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from harness.records import Evaluation, Scores
from harness.report.digits import UNDEFINED, decimal, metric_name, typographic
from harness.report.palette import ACCENT, MUTED, PAPER
from harness.report.plot import Plot, brief, limits, new_figure
from harness.report.tables import all_levels, splits_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def score_plot(scores: Scores) -> Plot:
    """Draw every model's primary metric, one panel a split."""
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
        ax.set_title(brief(group[0].split, 60))
        ax.set_xlim(*limits(metric, ends))
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
    ax.set_yticks(range(len(group)), [brief(e.model) for e in group])
    ax.set_ylim(len(group) - 0.4, -0.6)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    ax.grid(axis="x")
    ax.set_axisbelow(True)
