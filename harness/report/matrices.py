"""Confusion matrices as small multiples: counts in cells, shades for shares of a row."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from harness.records import NO_LABEL, Evaluation
from harness.report.palette import ACCENT, INK, RULE
from harness.report.plot import WIDTH, Plot, brief, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MATRICES_A_ROW = 3


def confusion_plot(group: Sequence[Evaluation], labels: Sequence[str], split: str, number: int) -> Plot:
    """Return the confusion matrices of one split, models side by side."""
    rows = -(-len(group) // MATRICES_A_ROW)
    side = WIDTH / MATRICES_A_ROW
    figure = new_figure(rows * (side + 0.15))
    widths = {len(e.confusion[0]) for e in group}
    # Some models may have a column of predictions that are no label, and others none.
    grid = figure.subplots(rows, MATRICES_A_ROW, squeeze=False, sharex=len(widths) == 1, sharey=True)
    for i, ax in enumerate(grid.flat):
        if i < len(group):
            _matrix(ax, group[i], labels, max(widths))
            if i % MATRICES_A_ROW == 0:
                ax.set_ylabel("gold")
            if i + MATRICES_A_ROW >= len(group):
                ax.set_xlabel("predicted", x=len(group[i].confusion[0]) / (2 * max(widths)))
                ax.tick_params(axis="x", labelbottom=True)
        else:
            ax.set_visible(False)
    slug = re.sub(r"[^A-Za-z0-9]+", "-", split).strip("-").lower() or str(number)
    alt = (
        "Counts with gold labels in rows and predicted labels in columns; a cell is the darker, the larger "
        "its share of its row. The same counts are in the table."
    )
    return Plot(f"confusion-{number}-{slug}", "confusion", f"Confusion matrices, split {split}", alt, figure)


def _matrix(ax: Axes, e: Evaluation, labels: Sequence[str], width: int) -> None:
    """Draw one matrix in a place ``width`` columns wide, so that cells of all models are of one size."""
    from matplotlib.patches import Rectangle

    for i, row in enumerate(e.confusion):
        for j, count in enumerate(row):
            share = count / sum(row) if sum(row) else 0.0
            ax.add_patch(
                Rectangle((j - 0.5, i - 0.5), 1, 1, facecolor=ACCENT, alpha=0.45 * share, linewidth=0)
            )
            ax.add_patch(Rectangle((j - 0.5, i - 0.5), 1, 1, facecolor="none", edgecolor=RULE, linewidth=0.6))
            if len(e.confusion) <= 8:
                ax.text(
                    j,
                    i,
                    f"{count:,}",
                    ha="center",
                    va="center",
                    color=INK,
                    fontsize=9,
                    weight="bold" if i == j else "normal",
                )
    columns = (*labels, NO_LABEL)[: max(len(row) for row in e.confusion)]
    ax.set_title(brief(e.model))
    ax.set_xlim(-0.5, width - 0.5)
    ax.set_ylim(len(labels) - 0.5, -0.5)
    ax.set_aspect("equal")
    short = [brief(label, 14) for label in columns]
    ax.set_xticks(range(len(columns)), short, rotation=30, ha="right", fontsize=9)
    ax.set_yticks(range(len(labels)), short[: len(labels)], fontsize=9)
    ax.tick_params(length=0)
    for spine in ax.spines.values():
        spine.set_visible(False)
