"""Links of the repository become links of the site, and lists begin where they do in CommonMark."""

import re

import pytest

from website.links import ROOT, for_site, linked


@pytest.mark.parametrize(
    ("source", "link", "moved"),
    [
        ("README.md", "docs/models.md", "models.md"),
        ("docs/models.md", "../README.md", "index.md"),
        ("docs/models.md", "own-data.md#parts", "own-data.md#parts"),
        ("docs/how-to/own-model.md", "../models.md", "../models.md"),
        ("docs/explanation/labels.md", "../../annotations/codebook.md", "../annotations/codebook.md"),
        ("README.md", "CITATION.cff", "source/CITATION.cff"),
        ("docs/security.md", "../SECURITY.md", "project/report-a-vulnerability.md"),
        ("docs/models.md", "https://example.org/a.md", "https://example.org/a.md"),
        ("docs/models.md", "#parts", "#parts"),
        ("docs/models.md", "nowhere.md", "nowhere.md"),
    ],
)
def test_a_link_leads_to_the_same_thing_on_the_site(source, link, moved):
    assert for_site(f"see [it]({link}).", source) == f"see [it]({moved})."


def test_code_is_left_alone():
    text = "`[a](docs/models.md)` and\n```\n[a](docs/models.md)\n- b\n```"
    assert for_site(text, "README.md") == text


def test_a_list_and_a_table_begin_with_a_blank_line_and_continuations_do_not():
    text = "text\n- one\n  goes on\n- two\n\n1. a\n2. b\ntext\n| a |\n|---|\n| 1 |"
    wanted = "text\n\n- one\n  goes on\n- two\n\n1. a\n2. b\ntext\n\n| a |\n|---|\n| 1 |"
    assert for_site(text, "README.md") == wanted


def test_files_that_are_no_pages_are_named_once_to_be_copied():
    assert list(linked("[a](CITATION.cff) [b](docs/models.md) [c](https://x.org/LICENSE)", "README.md")) == [
        "CITATION.cff"
    ]


def documents():
    skipped = {".venv", "venv", "site", "runs", "build"}
    found = sorted(ROOT.rglob("*.md"))
    return [p for p in found if not skipped & set(p.relative_to(ROOT).parts)]


@pytest.mark.parametrize("path", documents(), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_every_relative_link_of_a_document_leads_to_a_file(path):
    text = re.sub(r"^```.*?^```|`[^`\n]*`", "", path.read_text(encoding="utf-8"), flags=re.M | re.S)
    targets = re.findall(r"\]\(([^()\s#]+)(?:#[^()\s]*)?\)", text)
    made = [t for t in targets if "/reference/" in f"/{t}"]  # by the site alone, whose build checks them
    missing = [t for t in targets if ":" not in t and t not in made and not (path.parent / t).exists()]
    assert missing == []
