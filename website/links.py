"""Markdown as the repository has it -> Markdown as the site needs it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGES = {
    "README.md": "index.md",
    "CHANGELOG.md": "project/changelog.md",
    "CONTRIBUTING.md": "project/contributing.md",
    "CODE_OF_CONDUCT.md": "project/code-of-conduct.md",
    "SECURITY.md": "project/report-a-vulnerability.md",
    "annotations/codebook.md": "annotations/codebook.md",
    "annotations/datasheet.md": "annotations/datasheet.md",
    "examples/nearest-statement/README.md": "examples/nearest-statement.md",
}
"""Pages of the site that stand outside of docs/."""
FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")
LINK = re.compile(r"(?P<before>!?\[(?:[^\[\]]|\[[^\]]*\])*\]\()(?P<to>[^()\s#]+)(?P<after>(?:#[^()\s]*)?\))")
ITEM = re.compile(r"^(?P<indent> *)(?:[-*+]|\d+[.)]) +\S")
CODE = re.compile(r"`+[^`]*`+")


def site_path(repository_path: str) -> str | None:
    """Return where the site has a file of the repository; None where it is no file.

    Pages keep their place below docs/; other files are copied as they are, below source/.
    """
    if repository_path in PAGES:
        return PAGES[repository_path]
    if not (ROOT / repository_path).is_file():
        return None
    if repository_path.startswith("docs/"):
        return repository_path.removeprefix("docs/")
    return f"source/{repository_path}"


def repository_path(page: str) -> str:
    """Return where the repository has a page of the site."""
    return next((path for path, site in PAGES.items() if site == page), f"docs/{page}")


def linked(text: str, source: str) -> Iterator[str]:
    """Yield the files of the repository that a page at ``source`` links to and that are no page."""
    for line in _prose(text):
        for found in LINK.finditer(line):
            path = posixpath.normpath(posixpath.join(posixpath.dirname(source), found["to"]))
            site = None if _elsewhere(found["to"]) else site_path(path)
            if site is not None and site.startswith("source/"):
                yield path


def for_site(text: str, source: str) -> str:
    """Return the text of a page at ``source`` with links and lists as the site needs them."""
    here = posixpath.dirname(site_path(source) or source.removeprefix("docs/"))

    def moved(found: re.Match[str]) -> str:
        if _elsewhere(found["to"]):
            return found[0]
        path = posixpath.normpath(posixpath.join(posixpath.dirname(source), found["to"]))
        site = site_path(path)
        return (
            found[0]
            if site is None
            else found["before"] + posixpath.relpath(site, here or ".") + found["after"]
        )

    return _spaced(_mapped(text, lambda line: _outside_code(line, moved)))


def _elsewhere(target: str) -> bool:
    return ":" in target or target.startswith("/")


def _outside_code(line: str, moved: Callable[[re.Match[str]], str]) -> str:
    """Replace links, but none that begins within code."""
    inside = [found.span() for found in CODE.finditer(line)]

    def unless_code(found: re.Match[str]) -> str:
        return found[0] if any(a < found.start() < b for a, b in inside) else moved(found)

    return LINK.sub(unless_code, line)


def _prose(text: str) -> Iterator[str]:
    lines: list[str] = []
    _mapped(text, lambda line: lines.append(line) or line)  # type: ignore[func-returns-value]
    yield from lines


def _mapped(text: str, change: Callable[[str], str]) -> str:
    """Pass every line outside of fenced blocks through ``change``."""
    out, fence = [], ""
    for line in text.split("\n"):
        mark = FENCE.match(line)
        if fence:
            fence = "" if mark and mark[1].startswith(fence) else fence
            out.append(line)
        elif mark:
            fence = mark[1]
            out.append(line)
        else:
            out.append(change(line))
    return "\n".join(out)


def _spaced(text: str) -> str:
    """Put a blank line before each list: CommonMark begins one without, the site's Markdown does not."""
    before = ""

    def spaced(line: str) -> str:
        nonlocal before
        item = ITEM.match(line)
        begins = item and before.strip() and not before.startswith((" ", "\t")) and not ITEM.match(before)
        starts_table = line.startswith("|") and before.strip() and not before.startswith(("|", " "))
        before = line
        return f"\n{line}" if begins or starts_table else line

    return _mapped(text, spaced)
