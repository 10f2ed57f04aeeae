"""A saved web page -> the text of its article, and what the page says of itself (extra ``annotate``)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from harness.errors import InputError, RunError

_SUFFIXES = {".html", ".htm", ".xhtml"}
_START = re.compile(rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b", re.I | re.S)
_CHARSET = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]+)", re.I)


@dataclass(frozen=True, slots=True)
class Page:
    """The article of a page; what the page does not declare is None."""

    text: str
    title: str | None
    outlet: str | None
    date: str | None
    language: str | None


def is_page(path: Path, data: bytes) -> bool:
    """Tell a web page by its name or its first tag."""
    return path.suffix.lower() in _SUFFIXES or _START.match(data.removeprefix(b"\xef\xbb\xbf")) is not None


def declared_charset(data: bytes) -> str | None:
    """Return the encoding that the page's head names, if it names one."""
    found = _CHARSET.search(data[:4096])
    return found.group(1).decode("ascii").lower() if found else None


def page_text(html: str, path: Path) -> Page:
    """Take the article out of a page, without navigation, comments and advertisements.

    Raises
    ------
    InputError
        No article was found in the page.
    RunError
        The extra is not installed.
    """
    library = _library()
    # The page is given as it is, so that nothing is fetched; duplicates stay, since a quotation may recur.
    text = library.extract(
        html, output_format="txt", include_comments=False, include_tables=False, deduplicate=False
    )
    if not text or not text.strip():
        raise InputError("no article text was found in this page", place=path, hint="save the text as .txt")
    # extensive_search off: only a date that the page declares, none guessed from its words
    known = library.extract_metadata(html, extensive=False)
    return Page(
        text=text if text.endswith("\n") else text + "\n",
        title=getattr(known, "title", None) or None,
        outlet=getattr(known, "sitename", None) or getattr(known, "hostname", None) or None,
        date=getattr(known, "date", None) or None,
        language=_language(html),
    )


def _language(html: str) -> str | None:
    found = re.search(r"<html[^>]*\slang\s*=\s*[\"']?([A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*)", html[:4096], re.I)
    if not found:
        return None
    first, *rest = found.group(1).split("-")
    return "-".join([first.lower(), *rest])


def _library() -> Any:
    try:
        return import_module("trafilatura")
    except ImportError:
        raise RunError(
            "web pages need trafilatura",
            hint="pip install 'stance-harness[annotate]', or save the article's text as .txt",
        ) from None
