"""The explanations quote no figure that another page does not give with its command."""

import re

import pytest

FIGURE = re.compile(r"(?<![\d.])\d\.\d{3}\b|\b\d{2}\.\d(?= (?:%|in|and|to)\b)")
SOURCES = ("README.md", "docs/statistics.md", "docs/tutorial-first-benchmark.md", "annotations/datasheet.md")


@pytest.mark.parametrize("name", ["ethics", "intervals", "labels", "purging", "sixty-statements"])
def test_every_figure_of_an_explanation_stands_where_its_command_is(project, name):
    text = (project / "docs" / "explanation" / f"{name}.md").read_text(encoding="utf-8")
    known = "".join((project / path).read_text(encoding="utf-8") for path in SOURCES)
    assert {figure for figure in FIGURE.findall(text) if figure not in known} == set()
