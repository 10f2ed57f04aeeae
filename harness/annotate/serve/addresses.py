"""What each address of the page answers: the one place that knows both the session and HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from harness.annotate.page.guard import App, Guard
from harness.annotate.page.parts import codebook, codebook_html, refused, rendered, said, static
from harness.annotate.serve.session import Session
from harness.textfile import parse_json

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

STATIC = frozenset(
    {
        "article.js",
        "asking.js",
        "base.css",
        "commands.js",
        "direction.js",
        "help.js",
        "icon.svg",
        "keys.js",
        "offsets.js",
        "page.css",
        "page.js",
    }
)


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


def page_html(session: Session) -> str:
    """Return the page of a session: its labels and its codebook, and no article yet."""
    return rendered(
        "page.html",
        annotator=session.annotator,
        scheme=session.scheme,
        labels=list(enumerate(session.scheme.labels, 1)),
        codebook=codebook_html(codebook(session.root)),
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
        return static(request.path_params["name"], STATIC)

    async def articles(self, _: Request) -> Response:
        return said(lambda: {"articles": self.session.progress()})

    async def article(self, request: Request) -> Response:
        name = request.path_params["article"]
        if name not in self.session.articles:
            return refused(404, "no such article")
        return said(lambda: self._whole(name))

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
            return refused(404, "no such article")
        try:
            body = parse_json((await request.body()).decode("utf-8"))
            seen, action = body["seen"], body["action"]
            if not isinstance(seen, int):
                raise TypeError
        except (ValueError, KeyError, TypeError):
            return refused(400, "an action is {seen: number, action: {do: …}}")
        return said(lambda: self._after(name, action, seen), lambda: self.session.sheet(name).view())
