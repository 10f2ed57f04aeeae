"""Requests, tokens and cost: shown where a model asked a service, and nowhere else."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from typing import Any

import pytest
from rich.console import Console

from harness.records import RunRecord, Scores
from harness.report import render
from harness.report.figures import draw
from harness.report.terminal import print_scores
from harness.report.usage import usage_table

PRICED = {"requests": 1234, "prompt_tokens": 98765.0, "completion_tokens": 4321.0, "cost": 0.01236}
BARE = {"requests": 7, "prompt_tokens": 700.0, "completion_tokens": 70.0}


def metered(scores: Scores, *, mode: Any = "fixed") -> Scores:
    """Return the scores with usage for two of the three models."""
    used = {"logreg": PRICED, "lexicon": BARE}
    return replace(
        scores,
        evaluations=tuple(
            replace(e, usage=used.get(e.model), mode=mode if e.model in used else e.mode)
            for e in scores.evaluations
        ),
    )


def test_without_requests_there_is_no_section(bare: Scores) -> None:
    assert usage_table(bare) is None


def test_models_that_asked_are_rows_and_what_is_not_known_is_a_dash_with_a_reason(bare: Scores) -> None:
    section = usage_table(metered(bare))
    assert section is not None
    assert [t.caption for t in section.tables] == [
        "Split stratified-group-k-fold",
        "Split leave-one-article-out",
    ]
    rows = [[c.text for c in row] for row in section.tables[0].rows]
    assert rows == [
        ["logreg", "1,234", "98,765", "4,321", "0.0124"],
        ["lexicon", "7", "700", "70", "–"],
    ]
    assert [c.note for c in section.tables[0].rows[1]] == [0, 0, 0, 0, 1]
    assert "whether it was answered in this run or kept" in section.lead
    assert "re-runs" not in section.lead


def test_requests_that_are_not_counted_are_named(bare: Scores) -> None:
    section = usage_table(metered(bare, mode="trained"))
    assert section is not None
    assert "re-runs behind the intervals of trained models are not counted" in section.lead


@pytest.mark.parametrize("form", ["md", "html", "latex", "terminal"])
def test_every_report_has_the_section(form: str, record: RunRecord, bare: Scores) -> None:
    if form == "terminal":
        out = io.StringIO()
        print_scores(metered(bare), {}, Console(file=out, width=80))
        made: str | bytes = out.getvalue()
    else:
        made = render(form, record, metered(bare))
    assert isinstance(made, str)
    assert re.search("usage", made, re.IGNORECASE)
    assert "98,765" in made
    assert "0.0124" in made


def test_matrices_with_and_without_replies_that_are_no_label_have_cells_of_one_size(bare: Scores) -> None:
    wide = tuple((*row, 1) for row in bare.evaluations[0].confusion)
    mixed = (replace(bare.evaluations[0], confusion=wide), *bare.evaluations[1:])
    drawing = next(d for d in draw(replace(bare, evaluations=mixed)) if d.section == "confusion")
    assert drawing.file.count("(no label)") == 1
    cells = set()
    for path in ET.fromstring(drawing.file).iter("{http://www.w3.org/2000/svg}path"):
        points = [tuple(map(float, p)) for p in re.findall(r"[ML] (\S+) (\S+)", path.get("d", ""))]
        if len(points) == 4:
            xs, ys = zip(*points, strict=True)
            cells.add((round(max(xs) - min(xs), 1), round(max(ys) - min(ys), 1)))
    sizes = {c for c in cells if abs(c[0] - c[1]) < 0.2 and c[0] > 10}
    assert len(sizes) == 1, cells
