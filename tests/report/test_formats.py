from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from harness.errors import InputError
from harness.records import RunRecord, Scores
from harness.report import FORMATS, render, write_reports
from harness.report.digits import decimal, p_value, with_interval
from harness.report.table import COLUMNS
from harness.report.terminal import print_scores

MADE: list[tuple[str, Scores, str]] = []


def text_of(form: str, record: RunRecord, scores: Scores) -> str:
    """Return a report as plain words, whatever it is marked up with; the same report is made once."""
    found = next((text for known, of, text in MADE if known == form and of is scores), None)
    if found is None:
        found = made_text(form, record, scores)
        MADE.append((form, scores, found))
    return found


def made_text(form: str, record: RunRecord, scores: Scores) -> str:
    if form == "terminal":
        out = io.StringIO()
        print_scores(scores, {}, Console(file=out, width=300))
        return out.getvalue()
    made = render(form, record, scores)
    assert isinstance(made, str)
    if form == "html":
        made = unescape(re.sub(r"<[^>]*>", "", made))
    if form == "latex":
        made = re.sub(r"\\textless\{\}", "<", made.replace("$-$", "-"))
    return re.sub(r"[ \n]+", " ", made.replace("−", "-"))


@pytest.mark.parametrize("form", ["md", "latex", "html", "terminal"])
def test_every_report_shows_the_roundings_of_the_numbers_in_the_csv(
    form: str, record: RunRecord, full: Scores
) -> None:
    shown = text_of(form, record, full)
    flat = render("csv", record, full)
    assert isinstance(flat, str)
    for row in csv.DictReader(io.StringIO(flat)):
        value, low, high = (float(row[k]) if row[k] else None for k in ("value", "ci_low", "ci_high"))
        assert with_interval(value, low, high) in shown, (form, row)
    for c in full.comparisons:
        assert with_interval(c.delta, c.ci_low, c.ci_high) in shown
        assert p_value(c.p_adjusted) in shown
        assert decimal(c.mde) in shown
    assert "0.647" in shown  # leakage, naive
    assert full.signature.split("|")[0] in shown


def test_csv_json_and_parquet_hold_the_very_same_rows(record: RunRecord, full: Scores) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    flat, made, data = (render(f, record, full) for f in ("csv", "json", "parquet"))
    assert isinstance(flat, str)
    assert isinstance(data, bytes)
    rows = json.loads(made)
    assert list(rows[0]) == list(COLUMNS)
    assert parquet.read_table(io.BytesIO(data)).to_pylist() == rows
    for ours, theirs in zip(csv.DictReader(io.StringIO(flat)), rows, strict=True):
        for name, text in ours.items():
            want = theirs[name]
            assert (float(text) if isinstance(want, float) else text) == (
                ""
                if want is None
                else want
                if isinstance(want, float)
                else str(want).lower()
                if name == "partial"
                else str(want)
            )


def test_the_flat_table_has_a_row_for_each_split_model_and_metric(record: RunRecord, full: Scores) -> None:
    made = render("json", record, full)
    assert len(json.loads(made)) == 2 * 3 * 2


@pytest.mark.parametrize("form", ["md", "latex", "html", "terminal"])
def test_what_is_undefined_is_named_with_its_reason(form: str, record: RunRecord, full: Scores) -> None:
    shown = text_of(form, record, full)
    assert "undefined" in shown
    assert "gold or predictions have one label only" in shown
    assert "no interval (degenerate): the resamples do not vary" in shown
    assert "read with care (not estimable): a label has too few gold groups" in shown
    assert not re.search(r"\b(nan|None)\b", shown)


@pytest.mark.parametrize("form", ["md", "latex", "html"])
def test_a_section_without_anything_to_show_is_left_out(
    form: str, record: RunRecord, bare: Scores, full: Scores
) -> None:
    much, little = text_of(form, record, full), text_of(form, record, bare)
    for word in ("Leakage", "Slices", "Learning curve", "Annotators", "Ceiling"):
        assert word in much
        assert word not in little
    assert "Scores" in little


@pytest.mark.parametrize("form", ["md", "latex", "html", "terminal"])
def test_a_partial_run_is_marked_loudly(form: str, record: RunRecord, bare: Scores) -> None:
    assert "PARTIAL RUN" in text_of(form, record, replace(bare, partial=True))
    assert "PARTIAL" not in text_of(form, record, bare)


def test_reports_are_written_with_the_same_bytes_each_time(
    tmp_path: Path, record: RunRecord, full: Scores, manifest: dict[str, Any]
) -> None:
    for name in ("a", "b"):
        write_reports(tmp_path / name, record, full, config_yaml="name: baseline\n", manifest=manifest)
    first, second = (
        {p.relative_to(r): p.read_bytes() for p in r.rglob("*") if p.is_file()}
        for r in (tmp_path / "a", tmp_path / "b")
    )
    assert first == second
    assert {str(p) for p in first} == {
        "report.md",
        "report.html",
        "figures/scores.svg",
        "figures/confusion-1-stratified-group-k-fold.svg",
        "figures/confusion-2-leave-one-article-out.svg",
        "figures/learning-curve.svg",
    }
    linked = re.findall(r"!\[.*?\]\((.*?)\)", first[Path("report.md")].decode("utf-8"))
    assert {Path(p) for p in linked} == {p for p in first if p.suffix == ".svg"}


def test_an_unknown_format_is_refused_with_the_nearest_name(record: RunRecord, bare: Scores) -> None:
    with pytest.raises(InputError, match=r"unknown format 'htm'.*\n.*did you mean 'html'"):
        render("htm", record, bare)
    assert set(FORMATS) == {"md", "html", "latex", "csv", "json", "parquet"}


def test_markdown_and_latex_show_special_characters_as_they_are(record: RunRecord, bare: Scores) -> None:
    odd = replace(bare.evaluations[0], model="a_b|c&<d>$%")
    scores = replace(bare, evaluations=(odd,), comparisons=())
    assert r"a\_b\|c\&\<d\>$%" in str(render("md", record, scores))
    assert r"a\_b\textbar{}c\&\textless{}d\textgreater{}\$\%" in str(render("latex", record, scores))


def test_a_configuration_with_backticks_stays_inside_its_code_block(record: RunRecord, bare: Scores) -> None:
    made = str(render("md", record, bare, config_yaml="input: '````{text}'\n"))
    assert "`````yaml\ninput: '````{text}'\n`````" in made


@pytest.mark.parametrize(
    ("value", "shown"),
    [(-0.0004, "0.000"), (-0.0006, "-0.001"), (0.9996, "1.000"), (None, "undefined"), (2.5, "2.500")],
)
def test_decimals_are_three_and_zero_has_no_sign(value: float | None, shown: str) -> None:
    assert decimal(value) == shown


@pytest.mark.parametrize(
    ("p", "shown"), [(0.00009, "<0.0001"), (0.0001, "0.0001"), (1.0, "1.0000"), (None, "undefined")]
)
def test_p_has_four_decimals_and_is_never_zero(p: float | None, shown: str) -> None:
    assert p_value(p) == shown
