"""What each address of the adjudication page answers. Nothing is kept between two requests but the files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Any

from harness.annotate.adjudicate.decisions import accept_unanimous, decide
from harness.annotate.adjudicate.form import (
    Form,
    Ready,
    chosen_statement,
    current_case,
    parse_form,
    refuse_stale_ready,
)
from harness.annotate.adjudicate.scope import adjudicable
from harness.annotate.adjudicate.view import article_view, overview, whole_article
from harness.annotate.page.guard import App, Guard
from harness.annotate.page.parts import codebook, codebook_html, refused, rendered, said, static
from harness.annotate.unfinished import load_unfinished
from harness.textfile import parse_json

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

STATIC = frozenset(
    {
        "adjudicate.css",
        "adjudicate.js",
        "adjudicate_commands.js",
        "adjudicate_form.js",
        "asking.js",
        "base.css",
        "direction.js",
        "edges.js",
        "help.js",
        "icon.svg",
        "keys.js",
        "offsets.js",
        "passage.js",
        "versions.js",
    }
)


def adjudication_application(root: Path, articles: Sequence[str], port: int, token: str) -> App:
    """Return the guarded ASGI application that adjudicates some articles of a corpus, or all without any."""
    from starlette.applications import Starlette
    from starlette.routing import Route

    bench = _Addresses(root, articles)
    routes = [
        Route("/", bench.page),
        Route("/static/{name}", bench.static),
        Route("/api/articles", bench.articles),
        Route("/api/articles/{article}", bench.article),
        Route("/api/articles/{article}/decide", bench.decide, methods=["POST"]),
        Route("/api/articles/{article}/unanimous", bench.unanimous, methods=["POST"]),
    ]
    return Guard(Starlette(routes=routes), port, token)


class _Addresses:
    """The one place that knows both adjudication and HTTP."""

    def __init__(self, root: Path, articles: Sequence[str]) -> None:
        self.root, self.wanted = root, articles
        corpus = load_unfinished(root)
        self.known = frozenset(articles or corpus.articles)
        self.html = rendered(
            "adjudicate.html",
            scheme=corpus.scheme,
            codebook=codebook_html(codebook(root)),
            run=token_urlsafe(8),  # what a tab keeps of one server is not another's
        )

    async def page(self, _: Request) -> Response:
        from starlette.responses import HTMLResponse

        return HTMLResponse(self.html)

    async def static(self, request: Request) -> Response:
        return static(request.path_params["name"], STATIC)

    async def articles(self, _: Request) -> Response:
        return said(self._overview)

    def _overview(self) -> dict[str, Any]:
        corpus = load_unfinished(self.root)
        return overview(corpus, adjudicable(corpus, self.wanted))

    async def article(self, request: Request) -> Response:
        return self._about(request, lambda name: whole_article(load_unfinished(self.root), name))

    async def decide(self, request: Request) -> Response:
        body = await request.body()
        return self._about(request, lambda name: self._decided(name, parse_form(Form, _json(body))))

    def _decided(self, name: str, form: Form) -> dict[str, Any]:
        corpus = load_unfinished(self.root)
        case = current_case(corpus, name, form)
        decide(self.root, case, chosen_statement(form.take, case, corpus.articles[name]), form.reason)
        return self._view(name)

    async def unanimous(self, request: Request) -> Response:
        body = await request.body()
        return self._about(request, lambda name: self._taken(name, parse_form(Ready, _json(body))))

    def _taken(self, name: str, form: Ready) -> dict[str, Any]:
        refuse_stale_ready(load_unfinished(self.root), name, form)
        taken = accept_unanimous(self.root, name)
        return {"taken": len(taken), **self._view(name)}

    def _view(self, name: str) -> dict[str, Any]:
        return article_view(load_unfinished(self.root), name)

    def _about(self, request: Request, make: Callable[[str], dict[str, Any]]) -> Response:
        """Answer about an article that is to be adjudicated here; after an error, with how it stands now."""
        name = request.path_params["article"]
        if name not in self.known:
            return refused(404, "no such article")
        return said(lambda: make(name), lambda: self._view(name))


def _json(body: bytes) -> Any:
    """Read a request's body; what cannot be read is no decision."""
    try:
        return parse_json(body.decode("utf-8"))
    except ValueError:
        return None
