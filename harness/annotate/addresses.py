"""What each address of the page answers: the one place that knows both the session and HTTP."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from harness.annotate.guard import App, Guard
from harness.annotate.session import Session
from harness.annotate.sheet import StaleError
from harness.errors import HarnessError, InputError
from harness.textfile import parse_json, read_text

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

STATIC = {
    "page.css": "text/css",
    "page.js": "text/javascript",
    "commands.js": "text/javascript",
    "offsets.js": "text/javascript",
    "article.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}


def application(session: Session, port: int, token: str) -> App:
    """Return the guarded ASGI application of a session."""
    from starlette.applications import Starlette
    from starlette.routing import Route

    desk = _Addresses(session)
    routes = [
        Route("/", desk.page),
        Route("/static/{name}", desk.static),
        Route("/api/articles", desk.articles),
        Route("/api/articles/{article}", desk.article),
        Route("/api/articles/{article}/act", desk.act, methods=["POST"]),
    ]
    return Guard(Starlette(routes=routes), port, token)


def codebook_html(markdown: str) -> str:
    """Render a codebook; whatever HTML it holds is shown as text, and no link or picture leaves the page."""
    from markdown_it import MarkdownIt

    made = MarkdownIt("commonmark", {"html": False}).enable("table").disable(["image", "autolink", "link"])
    return str(made.render(markdown))


def page_html(session: Session) -> str:
    """Return the page of a session: its labels and its codebook, and no article yet."""
    from jinja2 import Environment

    made = Environment(autoescape=True).from_string(_packaged("page.html").decode("utf-8"))
    return made.render(
        annotator=session.annotator,
        scheme=session.scheme,
        labels=list(enumerate(session.scheme.labels, 1)),
        codebook=codebook_html(read_text(session.root / "annotations" / "codebook.md")),
    )


class _Addresses:
    """What each address answers; the one place that knows both the session and HTTP."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.html = page_html(session)

    async def page(self, _: Request) -> Response:
        from starlette.responses import HTMLResponse

        return HTMLResponse(self.html)

    async def static(self, request: Request) -> Response:
        from starlette.responses import Response

        name = request.path_params["name"]
        if name not in STATIC:
            return _error(404, "no such file")
        return Response(_packaged(name), media_type=STATIC[name])

    async def articles(self, _: Request) -> Response:
        return _said(lambda: {"articles": self.session.progress()})

    async def article(self, request: Request) -> Response:
        name = request.path_params["article"]
        if name not in self.session.articles:
            return _error(404, "no such article")
        return _said(lambda: self._whole(name))

    def _whole(self, name: str) -> dict[str, Any]:
        sheet = self.session.sheet(name)
        article = sheet.article
        return {
            "id": name,
            "title": article.title,
            "outlet": article.outlet,
            "date": article.date,
            "language": article.language,
            "text": article.text,
            "tokens": sheet.tokens,
            **sheet.view(),
        }

    def _after(self, name: str, action: Any, seen: int) -> dict[str, Any]:
        sheet = self.session.sheet(name)
        sheet.act(action, seen)
        return sheet.view()

    async def act(self, request: Request) -> Response:
        name = request.path_params["article"]
        if name not in self.session.articles:
            return _error(404, "no such article")
        try:
            body = parse_json((await request.body()).decode("utf-8"))
            seen, action = body["seen"], body["action"]
            if not isinstance(seen, int):
                raise TypeError
        except (ValueError, KeyError, TypeError):
            return _error(400, "an action is {seen: number, action: {do: …}}")
        return _said(lambda: self._after(name, action, seen), lambda: self.session.sheet(name).view())


def _packaged(name: str) -> bytes:
    return (files("harness.annotate") / "page" / name).read_bytes()


def _said(make: Callable[[], dict[str, Any]], otherwise: Callable[[], dict[str, Any]] = dict) -> Response:
    """Answer with what is made; an error of ours with its message, and what to show in place of it."""
    from starlette.responses import JSONResponse

    try:
        return JSONResponse(make())
    except HarnessError as error:
        status = 409 if isinstance(error, StaleError) else 400 if isinstance(error, InputError) else 500
        said: dict[str, Any] = {"error": error.message, "hint": error.hint}
    with contextlib.suppress(HarnessError):
        said |= otherwise()
    return JSONResponse(said, status)


def _error(status: int, message: str) -> Response:
    from starlette.responses import JSONResponse

    return JSONResponse({"error": message, "hint": ""}, status)
