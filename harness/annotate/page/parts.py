"""What the local pages share: packaged files, templates, the codebook, and how an answer says an error."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection
from importlib.resources import files
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from harness.annotate.page.stale import StaleError
from harness.errors import HarnessError, InputError, ProblemsError
from harness.textfile import read_text
from harness.within import verify_within

if TYPE_CHECKING:
    from starlette.responses import Response

KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


def packaged(name: str) -> bytes:
    """Return a file of the pages, which lie beside this module."""
    return (files("harness.annotate") / "page" / name).read_bytes()


def rendered(template: str, **values: Any) -> str:
    """Fill in a packaged template; every value is escaped."""
    from jinja2 import Environment

    return Environment(autoescape=True).from_string(packaged(template).decode("utf-8")).render(**values)


def codebook(root: Path) -> str:
    """Return the codebook of a corpus; an `InputError` if there is none in it."""
    path = root / "annotations" / "codebook.md"
    verify_within(path, root, "the corpus")
    return read_text(path)


def codebook_html(markdown: str) -> str:
    """Render a codebook; whatever HTML it holds is shown as text, and no link or picture leaves the page."""
    from markdown_it import MarkdownIt

    made = MarkdownIt("commonmark", {"html": False}).enable("table").disable(["image", "autolink", "link"])
    return str(made.render(markdown))


def static(name: str, known: Collection[str]) -> Response:
    """Answer with a packaged file, if it is one that the page knows."""
    from starlette.responses import Response

    if name not in known:
        return refused(404, "no such file")
    return Response(packaged(name), media_type=KINDS[PurePath(name).suffix])


def said(make: Callable[[], dict[str, Any]], otherwise: Callable[[], dict[str, Any]] = dict) -> Response:
    """Answer with what is made; an error of ours with its message, and what to show in place of it."""
    from starlette.responses import JSONResponse

    try:
        return JSONResponse(make())
    except HarnessError as error:
        status = 409 if isinstance(error, StaleError) else 400 if isinstance(error, InputError) else 500
        answer = _error(error)
    with contextlib.suppress(HarnessError):
        answer |= otherwise()
    return JSONResponse(answer, status)


def _error(error: HarnessError) -> dict[str, Any]:
    problems = error.problems if isinstance(error, ProblemsError) else ()
    return {
        "error": error.message,
        "hint": error.hint,
        "place": str(error.place or ""),
        "problems": [
            {"place": str(p.place), "code": p.code, "message": p.message, "hint": p.hint} for p in problems
        ],
    }


def refused(status: int, message: str) -> Response:
    """Answer with an error that has no hint."""
    from starlette.responses import JSONResponse

    return JSONResponse({"error": message, "hint": "", "place": "", "problems": []}, status)
