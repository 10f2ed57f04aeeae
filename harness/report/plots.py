"""Which figures a report has."""

from __future__ import annotations

from collections.abc import Iterator

from harness.records import Scores
from harness.report.curves import curve_plot
from harness.report.dots import score_plot
from harness.report.matrices import confusion_plot
from harness.report.plot import Plot
from harness.report.reliability import reliability_plot
from harness.report.tables import splits_of


def plots(scores: Scores) -> Iterator[Plot]:
    """Yield every figure that there is something for."""
    if not scores.evaluations:
        return
    yield score_plot(scores)
    for number, split in enumerate(splits_of(scores), 1):
        yield confusion_plot(
            [e for e in scores.evaluations if e.split == split], scores.labels, split, number
        )
    reliability = reliability_plot(scores)
    if reliability is not None:
        yield reliability
    if scores.learning_curve:
        yield curve_plot(scores)
