from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from harness.records import Example, RunRecord, Scores
from harness.report import render
from harness.report.html import section_page
from harness.report.scores import score_tables
from harness.report.statements import LARGEST, marked, statements

from .conftest import MANIFEST, SPLITS, pool

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>&amp;{{ 7*7 }}"
VOID = {"meta", "link", "br", "img", "input", "wbr", "hr"}
BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


class Page(HTMLParser):
    """The tags of a page, each with its attributes; checks that they nest."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def page_of(record: RunRecord, scores: Scores) -> str:
    made = render("html", record, scores, config_yaml="name: baseline\n", manifest=MANIFEST)
    assert isinstance(made, str)
    return made


@pytest.fixture(scope="module")
def page(record: RunRecord, full: Scores) -> str:
    return page_of(record, full)


def hostile(record: RunRecord, full: Scores) -> tuple[RunRecord, Scores]:
    first = record.examples[0]
    fields = {"sentence": f"He said {EVIL}.", "statement": EVIL, "source": EVIL}
    bad = Example(EVIL, first.label, EVIL, EVIL, EVIL, fields)
    scores = replace(
        full,
        notes=(EVIL,),
        signature=EVIL,
        evaluations=tuple(replace(e, model=EVIL) if e.model == "logreg" else e for e in full.evaluations),
    )
    return replace(record, examples=(bad, *record.examples[1:]), config={"name": EVIL}), scores


def test_hostile_text_is_shown_and_never_run(record: RunRecord, full: Scores) -> None:
    made = render("html", *hostile(record, full), config_yaml=EVIL, manifest={EVIL: EVIL})
    assert isinstance(made, str)
    page = Page(made)
    names = [tag for tag, _ in page.tags]
    assert names.count("script") == 1
    assert "img" not in names
    assert not [a for _, attrs in page.tags for a in attrs if a.startswith("on")]
    assert "<script>alert" not in made
    assert "{{ 7*7 }}" in made


def test_the_page_asks_the_network_for_nothing(page: str) -> None:
    for tag, attrs in Page(page).tags:
        assert tag not in {"link", "iframe", "object", "embed", "base"}
        for name in ("src", "href", "xlink:href", "srcset", "action", "data"):
            assert (attrs.get(name) or "#").startswith("#"), (tag, attrs)
    assert "@import" not in page
    assert not re.search(r"url\((?!#)", page)
    assert "default-src 'none'" in page


def test_the_page_is_a_document_that_a_screen_reader_can_walk(page: str) -> None:
    tags = Page(page).tags
    names = [tag for tag, _ in tags]
    assert ("html", {"lang": "en"}) in tags
    levels = [int(n[1]) for n in names if re.fullmatch(r"h[1-6]", n)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))
    assert names.count("caption") == names.count("table")
    assert all(attrs.get("scope") in {"col", "row"} for tag, attrs in tags if tag == "th")
    assert all({"role", "aria-labelledby"} <= set(attrs) for tag, attrs in tags if tag == "svg")
    ids = [attrs["id"] for _, attrs in tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    for _, attrs in tags:
        for target in (attrs.get("aria-labelledby") or "").split():
            assert target in ids
        if (attrs.get("href") or "").startswith("#"):
            assert str(attrs["href"])[1:] in ids


def test_every_statement_is_there_with_gold_and_predictions(page: str) -> None:
    items = [attrs for tag, attrs in Page(page).tags if tag == "li" and "data-gold" in attrs]
    assert [i["data-gold"] for i in items] == ["supportive", "neutral", "hedged", "supportive"]
    assert "Beijing condemns <mark>the sanctions</mark>." in page
    assert page.count("data-verdict=") == 4 * 3


def test_a_verdict_is_the_most_frequent_prediction_and_its_share_of_repeats(record: RunRecord) -> None:
    # Predicted for the third statement (gold hedged): hedged, then neutral. A tie: the first label in order.
    third = statements(record, SPLITS[0])[2].verdicts[0]
    assert (third.predicted, third.right, third.repeats, third.agrees) == ("neutral", 1, 2, False)


def test_a_page_shows_a_limited_number_of_statements(record: RunRecord, bare: Scores) -> None:
    import numpy as np

    n = LARGEST + 1
    wide = replace(pool(SPLITS[0], "svm"), predicted=np.zeros((1, n), int), fold=np.zeros((1, n), int))
    many = replace(record, examples=record.examples[:1] * n, pools=(wide,))
    assert len(statements(many, SPLITS[0])) == LARGEST
    assert "The first 2000 of 2,001 are shown" in page_of(many, bare)


@pytest.mark.parametrize(
    ("sentence", "statement", "parts"),
    [
        ("He said yes.", "yes", (("He said ", False), ("yes", True), (".", False))),
        ("A, he said, B.", "A B", (("A", True), (", he said, ", False), ("B", True), (".", False))),
        ("yes", "yes", (("yes", True),)),
        ("Other text.", "yes", (("yes", True),)),
        ("", "yes", (("yes", True),)),
        ("x  y", "x  y", (("x  y", True),)),
        ("", "", (("(the text is not stored with this run)", False),)),
    ],
)
def test_a_statement_is_marked_in_its_sentence(
    sentence: str, statement: str, parts: tuple[tuple[str, bool], ...]
) -> None:
    assert marked(sentence, statement) == parts


def test_the_manifest_is_shown_without_its_bulk(page: str) -> None:
    assert "environment.git.commit" in page
    assert "on 2026-01-02 from the configuration" in page
    assert "examples" not in page[page.index('id="manifest"') :]


@pytest.mark.slow
@pytest.mark.skipif(BROWSER is None, reason="no Chromium")
def test_the_page_filters_in_a_browser_without_an_error(tmp_path: Path, page: str) -> None:
    """The second page sets the filter to gold 'supportive' (2 of 4) by a script of its own."""
    poke = "form.elements.gold.value = 'supportive'; form.dispatchEvent(new Event('input'));"
    poked = re.sub(r"<meta http-equiv[^>]*>", "", page).replace("</body>", f"<script>{poke}</script></body>")
    for name, text, count in (("plain", page, "4 of 4 shown"), ("poked", poked, "2 of 4 shown")):
        path = tmp_path / f"{name}.html"
        path.write_text(text, encoding="utf-8")
        flags = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--enable-logging=stderr",
        ]
        command = [str(BROWSER), *flags, f"--user-data-dir={tmp_path / name}", "--dump-dom", path.as_uri()]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
        assert count in done.stdout
        assert ":CONSOLE" not in done.stderr


def test_the_page_has_no_json_or_template_left_over(page: str) -> None:
    assert "{%" not in page
    assert json.dumps(None) not in re.sub(r"<script>.*</script>", "", page, flags=re.DOTALL)


def test_one_section_alone_is_a_page_without_a_script(full: Scores) -> None:
    section = score_tables(full)
    assert section is not None
    evil = replace(section, title=EVIL)
    names = [tag for tag, _ in Page(section_page(evil)).tags]
    assert "script" not in names
    assert names.count("table") == 2
    assert "script-src 'none'" in section_page(evil)


def test_a_mark_stands_on_the_line_of_the_interval_that_it_is_about(record: RunRecord, full: Scores) -> None:
    """An interval is a block in a wide table, so a mark behind it would be a line of its own."""
    text = render("html", record, full)
    assert isinstance(text, str)
    assert re.search(r'<span class="ci">[^<]*]<sup><a href="#n-[^"]*"[^>]*>\d+</a></sup></span>', text)
    assert not re.search(r'<span class="ci">[^<]*]</span>\s*<sup>', text)
