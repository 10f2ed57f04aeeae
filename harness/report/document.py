"""Scores -> sections of plain tables, once, for every format that people read."""

from __future__ import annotations

from harness.records import Scores
from harness.report.agreement import agreement, distributions
from harness.report.breakdown import annotators, ceiling, confusions, curve, labels, slices
from harness.report.dependence import leakage_table, over_articles
from harness.report.reliability import calibration
from harness.report.scores import comparison_tables, score_tables
from harness.report.seeds import seed_tables
from harness.report.tables import Section
from harness.report.usage import usage_table

MAKERS = (
    score_tables,
    seed_tables,
    over_articles,
    comparison_tables,
    leakage_table,
    confusions,
    labels,
    calibration,
    slices,
    curve,
    agreement,
    distributions,
    annotators,
    ceiling,
    usage_table,
)
"""What makes each section, in the order of a report."""


def document(scores: Scores) -> tuple[Section, ...]:
    """Return every section that has something to show."""
    return tuple(s for s in (make(scores) for make in MAKERS) if s is not None and s.tables)
