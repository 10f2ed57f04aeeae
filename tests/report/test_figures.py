from __future__ import annotations

import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from harness.records import Scores
from harness.report.figures import draw
from harness.report.palette import LIGHT

from .conftest import UNDEFINED, evaluation

SVG = "{http://www.w3.org/2000/svg}"


def test_the_same_scores_give_the_same_bytes(full: Scores) -> None:
    first = draw(full)
    assert draw(full) == first
    assert not re.search(r"<dc:date>|Matplotlib", first[0].file)


def test_a_user_s_matplotlib_settings_change_nothing(full: Scores) -> None:
    import matplotlib

    before = draw(full)
    with matplotlib.rc_context({"font.size": 30, "axes.facecolor": "red", "savefig.dpi": 10}):
        assert draw(full) == before


def test_text_is_text_and_every_figure_has_a_name_and_a_description(full: Scores) -> None:
    for d in draw(full):
        root = ET.fromstring(d.file)
        texts = ["".join(t.itertext()) for t in root.iter(f"{SVG}text")]
        assert "lexicon" in texts
        assert root.find(f"{SVG}title") is not None
        assert root.find(f"{SVG}desc") is not None
        assert root.get("role") == "img"


def test_the_page_s_copy_takes_its_colours_from_the_page(full: Scores) -> None:
    for d in draw(full):
        assert not re.search(r"#[0-9a-f]{6}\b", d.page)
        assert "currentColor" in d.page
        assert set(re.findall(r"#[0-9a-f]{6}\b", d.file)) <= set(LIGHT.values())


def test_a_model_without_a_score_is_drawn_as_undefined(bare: Scores) -> None:
    lone = evaluation("s", "svm", {"macro_f1": UNDEFINED})
    scores = draw(replace(bare, evaluations=(lone,), comparisons=()))[0]
    assert "undefined" in scores.file
    assert "svm undefined" in scores.alt


def test_nothing_scored_draws_nothing(bare: Scores) -> None:
    assert draw(replace(bare, evaluations=(), comparisons=())) == ()


@pytest.mark.parametrize("name", ["$x_1$", "模型", "a<b>&\"c'"])
def test_any_name_can_be_drawn(name: str, bare: Scores) -> None:
    lone = replace(bare.evaluations[2], model=name, split=name)
    for d in draw(replace(bare, evaluations=(lone,), comparisons=())):
        assert name in ["".join(t.itertext()) for t in ET.fromstring(d.file).iter(f"{SVG}text")]


def test_importing_the_package_is_cheap() -> None:
    heavy = ("numpy", "matplotlib", "jinja2", "rich", "pyarrow")
    code = f"import sys, harness.report; print([m for m in {heavy} if m in sys.modules])"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        == "[]\n"
    )
