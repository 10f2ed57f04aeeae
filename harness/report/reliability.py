"""Calibration: of what a model said with some probability, how much came true; a table and a diagram."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from harness.records import Evaluation, Scores
from harness.report.digits import decimal, percent
from harness.report.palette import ACCENT, MUTED
from harness.report.plot import WIDTH, Plot, brief, new_figure
from harness.report.tables import Cell, Section, Table, rows_of, splits_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DIAGRAMS_A_ROW = 3
LARGEST = 60.0
"""Area, in points squared, of the mark of a bin that holds every statement."""


def calibration(scores: Scores) -> Section | None:
    """Return one table a split: each model's bins of confidence; None where no model gives probabilities."""
    tables = []
    for split in splits_of(scores):
        mine = [e for e in scores.evaluations if e.split == split and e.reliability]
        rows: list[list[Cell | str]] = [
            [
                e.model,
                f"{percent(b.low)} to {percent(b.high)}",
                decimal(b.n, 1),
                decimal(b.confidence),
                decimal(b.right),
            ]
            for e in mine
            for b in e.reliability
        ]
        if rows:
            head = ("model", "probability", "statements", "mean probability", "share right")
            tables.append(Table(f"calibration-{split}", f"Split {split}", head, "llrrr", rows_of(rows)))
    if not tables:
        return None
    lead = (
        "Statements by the probability of the label that a model finds most probable; where the share that "
        "is right equals the mean probability, the model is calibrated. Statements are means over repeats. "
        "A bin of a few statements says nothing by itself."
    )
    return Section("calibration", "Calibration", lead, tuple(tables))


def reliability_plot(scores: Scores) -> Plot | None:
    """Return the reliability diagrams of the first split, models side by side; None without probabilities."""
    split = splits_of(scores)[0]
    group = [e for e in scores.evaluations if e.split == split and e.reliability]
    if not group:
        return None
    columns = min(DIAGRAMS_A_ROW, len(group))
    rows = -(-len(group) // columns)
    side = WIDTH / DIAGRAMS_A_ROW
    figure = new_figure(rows * (side + 0.2) + 0.2)
    grid = figure.subplots(rows, DIAGRAMS_A_ROW, squeeze=False, sharex=True, sharey=True)
    for i, ax in enumerate(grid.flat):
        if i >= len(group):
            ax.set_visible(False)
            continue
        _diagram(ax, group[i])
        if i % DIAGRAMS_A_ROW == 0:
            ax.set_ylabel("share right")
        if i + DIAGRAMS_A_ROW >= len(group):
            ax.set_xlabel("probability given")
            ax.tick_params(axis="x", labelbottom=True)
    return Plot("reliability", "calibration", f"Reliability diagrams, split {split}", _spoken(group), figure)


def _diagram(ax: Axes, e: Evaluation) -> None:
    """Draw a mark for each bin, as large as its share of the statements, beside the diagonal."""
    ax.plot([0, 1], [0, 1], ":", color=MUTED, linewidth=1)
    x, y = [b.confidence for b in e.reliability], [b.right for b in e.reliability]
    total = sum(b.n for b in e.reliability)
    ax.plot(x, y, "-", color=ACCENT, linewidth=1)
    ax.scatter(x, y, s=[max(6.0, LARGEST * b.n / total) for b in e.reliability], color=ACCENT, zorder=3)
    ax.set_title(brief(e.model))
    ax.set_xlim(0, 1.03)
    ax.set_ylim(-0.03, 1.03)
    ax.set_aspect("equal")
    ax.set_xticks([0, 0.5, 1])
    ax.set_yticks([0, 0.5, 1])


def _spoken(group: Sequence[Evaluation]) -> str:
    said = "; ".join(
        f"{e.model}: "
        + ", ".join(f"{decimal(b.confidence, 2)} said, {decimal(b.right, 2)} right" for b in e.reliability)
        for e in group
    )
    return f"Share of right predictions by the probability that the model gave. {said}."
