"""Differences between runs as tables: what was gained and lost, and on request the statements behind it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from harness.records import Flip, PairedRuns
from harness.report.digits import counted, decimal, listed, metric_name, p_value, with_interval
from harness.report.tables import Cell, Footnotes, Section, Table, rows_of

NAMED = 3
"""Differences that the verdict names; more are counted."""
LEAD = (
    "Differences are what the title says, paired by statement; their intervals heed statement groups. "
    "p adjusted: Holm over all differences shown. MDE: the true difference that such a test finds with "
    "80% power. gained: statements that the run before 'minus' has right and the other has wrong, in more "
    "than half of the repeats; lost: the other way round."
)
MORE = "--changed lists the statements gained and lost."


def comparison_section(paired: Sequence[PairedRuns], *, brief: bool = False, changed: bool = True) -> Section:
    """Return a table of differences for each two runs and split, and the statements that changed.

    Parameters
    ----------
    paired : sequence of PairedRuns, at least one
    brief : bool
        Without p before the adjustment, so that the table fits into 80 columns.
    changed : bool
        With a table of the statements gained and lost for each difference that has any; without it the
        lead says how to see them.
    """
    together: dict[tuple[str, str, str], list[PairedRuns]] = defaultdict(list)
    for p in paired:
        together[(*p.runs, p.comparison.split)].append(p)
    tables = [_differences(i, rows, brief) for i, rows in enumerate(together.values(), 1)]
    lead = f"{_verdict(paired)} {LEAD}"
    if changed:
        tables += [_statements(i, p) for i, p in enumerate(paired, 1) if p.flips]
    elif any(p.flips for p in paired):
        lead += f" {MORE}"
    return Section("compare", "Comparison", lead, tuple(tables))


def _verdict(paired: Sequence[PairedRuns]) -> str:
    """Say which differences the sample can tell from 0."""
    level = f"adjusted p below {1 - paired[0].level:.10g}"
    ps = [p.comparison.p_adjusted for p in paired]
    apart = [p for p, value in zip(paired, ps, strict=True) if value is not None and value < 1 - p.level]
    if not apart and len(paired) == 1:
        return f"The difference cannot be told from 0 (it could, with an {level}), which does not make it 0."
    many = counted(len(paired), "difference")
    if not apart:
        return f"None of {many} can be told from 0 ({level}), which does not make any of them 0."
    named = [f"{_models(p)} under {p.comparison.split}" for p in apart[:NAMED]]
    named += [f"{len(apart) - NAMED} more"] if len(apart) > NAMED else []
    return f"{len(apart)} of {many} can be told from 0 ({level}): {listed(named)}."


def _models(paired: PairedRuns) -> str:
    a, b = paired.models
    return a if a == b else f"{a} - {b}"


def _differences(number: int, paired: Sequence[PairedRuns], brief: bool) -> Table:
    """Return the differences of two runs under one split."""
    notes = Footnotes()
    rows = []
    for p in paired:
        c = p.comparison
        mark = notes.mark(c.reason) if c.reason else 0
        delta = Cell(with_interval(c.delta, c.ci_low, c.ci_high), mark if c.ci_low is None else 0)
        gained = sum(f.better == "a" for f in p.flips)
        raw = () if brief else (p_value(c.p),)
        mde = Cell("none" if c.mde is None else decimal(c.mde), mark if c.mde is None else 0)
        tests = (*raw, p_value(c.p_adjusted), mde)
        rows.append((_models(p), delta, *tests, f"{gained} / {len(p.flips) - gained}"))
    first = paired[0]
    difference = f"difference in {metric_name(first.comparison.metric)}"
    raw_head = () if brief else ("p",)
    head = ("model", difference, *raw_head, "p adjusted", "MDE", "gained / lost")
    caption = f"{first.runs[0]} minus {first.runs[1]} under {first.comparison.split}"
    align = "l" + "r" * (len(head) - 1)
    return Table(f"differences-{number}", caption, head, align, rows_of(rows), tuple(notes.texts))


def _statements(number: int, paired: PairedRuns) -> Table:
    """Return what was gained, then what was lost: the wrong model's label is beside the gold one."""
    rows = [_row(f) for better in "ab" for f in paired.flips if f.better == better]
    head = ("change", "statement", "gold", "wrong label", "text")
    first, second = paired.runs
    caption = (
        f"{_models(paired)} under {paired.comparison.split}: gained and lost in {first} against {second}"
    )
    return Table(f"changed-{number}", caption, head, "lllll", rows_of(rows))


def _row(flip: Flip) -> tuple[str, ...]:
    gained = flip.better == "a"
    return ("gained" if gained else "lost", flip.id, flip.gold, flip.b if gained else flip.a, flip.text)
