from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console

from harness.records import Scores
from harness.report.tables import Cell, Section, Table
from harness.report.terminal import print_scores, print_section

from .conftest import value


def shown(
    scores: Scores, width: int = 80, encoding: str = "utf-8", *, info: dict[str, str] | Path | None = None
) -> str:
    data = io.BytesIO()
    stream = io.TextIOWrapper(data, encoding=encoding)
    print_scores(scores, info or {"run": "runs/baseline/0123456789abcdef"}, Console(file=stream, width=width))
    stream.flush()
    return data.getvalue().decode(encoding)


def many_metrics(scores: Scores) -> Scores:
    names = ("macro_f1", "accuracy", "balanced_accuracy", "mcc", "weighted_f1", "cohen_kappa", "log_loss")
    made = tuple(replace(e, scores=dict.fromkeys(names, value(-0.1234))) for e in scores.evaluations)
    return replace(scores, evaluations=made)


@pytest.mark.parametrize("width", [60, 80, 120, 200])
@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_no_line_is_wider_than_the_terminal(width: int, encoding: str, full: Scores) -> None:
    for scores in (full, many_metrics(full), replace(full, partial=True)):
        assert max(cell_len(line) for line in shown(scores, width, encoding).splitlines()) <= width


def test_a_very_long_model_name_folds_and_the_numbers_stay_whole(full: Scores) -> None:
    long = replace(full.evaluations[0], model="x" * 100)
    out = shown(replace(full, evaluations=(long, *full.evaluations[1:])))
    assert max(map(cell_len, out.splitlines())) <= 80
    assert "0.264" in out


def test_what_does_not_fit_is_continued_in_a_second_table(full: Scores) -> None:
    narrow, wide = shown(many_metrics(full)), shown(many_metrics(full), 300)
    assert "(continued)" in narrow
    assert "its interval is in the report" in narrow
    assert "kappa" in narrow
    assert "log loss" not in wide  # beside the configured metrics, and so left to the report
    assert "(continued)" not in wide


def test_ascii_output_has_no_other_character_and_does_not_crash(full: Scores) -> None:
    odd = replace(full.evaluations[0], model="модель–ё")
    out = shown(replace(full, evaluations=(odd, *full.evaluations[1:]), notes=("“quoted”…",)), 200, "ascii")
    assert out.isascii()
    assert '"quoted"...' in out
    assert "\\u043c" in out


def test_no_color_leaves_nothing_unsaid(monkeypatch: pytest.MonkeyPatch, full: Scores) -> None:
    out = io.StringIO()
    print_scores(full, {}, Console(file=out, width=80, force_terminal=True))
    monkeypatch.setenv("NO_COLOR", "1")
    plain = io.StringIO()
    print_scores(full, {}, Console(file=plain, width=80))
    assert "\x1b" in out.getvalue()
    assert "\x1b" not in plain.getvalue()
    assert "PARTIAL" in shown(replace(full, partial=True))


def test_a_name_with_markup_or_control_characters_is_only_text(full: Scores) -> None:
    odd = replace(full.evaluations[0], model="[red]x[/red]\x1b[31m")
    out = shown(replace(full, evaluations=(odd,), comparisons=()), 120)
    assert "[red]x[/red]" in out
    assert "\x1b" not in out


def test_each_score_says_what_its_interval_answers(full: Scores) -> None:
    rows = [line.split() for line in shown(full).splitlines()]
    assert ["lexicon", "fixed", "0.781", "[0.681,", "0.881]", "0.333³"] in rows
    assert "fixed: the score that these very predictions would have" in " ".join(shown(full).split())


def test_the_signature_can_be_put_together_again(full: Scores) -> None:
    lines = shown(full).splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("signature: "))
    assert "".join(lines[start:]).removeprefix("signature: ").startswith(full.signature)


def test_a_folder_is_printed_with_its_report(tmp_path: Path, full: Scores) -> None:
    (tmp_path / "report.html").touch()
    out = "".join(shown(full, info=tmp_path).splitlines())
    assert f"run: {tmp_path}" in out
    assert f"report: {tmp_path / 'report.html'}" in out


@pytest.mark.parametrize("align", ["rlllrrl", "llllll", "llrrrrr", "lrrrr"])
@pytest.mark.parametrize("width", [60, 80])
def test_any_section_can_be_printed_in_any_width(align: str, width: int) -> None:
    words, number = "a long text of several words " * 3 + "x" * 90, "-0.123 [-0.234, 0.345]"
    row = tuple(Cell(number if a == "r" else words) for a in align)
    table = Table("t", "A caption", tuple(f"column{i}" for i in range(len(align))), align, (row, row))
    out = io.StringIO()
    print_section(Section("s", "Title", "What to know.", (table,)), Console(file=out, width=width))
    lines = out.getvalue().splitlines()
    assert max(map(cell_len, lines)) <= width
    assert ("-0.123" in out.getvalue()) == ("r" in align)
    assert all(f"column{i}" in out.getvalue() for i in range(len(align)))
