"""The page of one annotator, on 127.0.0.1 only: a session behind a handful of addresses."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from harness.annotate.page.loopback import needed, serve_page
from harness.annotate.serve.addresses import application
from harness.annotate.serve.session import Session


def serve(session: Session, port: int, *, browser: bool, say: Callable[[str], None]) -> None:
    """Serve a session until it is interrupted; see :func:`~harness.annotate.page.loopback.serve_page`."""
    serve_page(partial(application, session), port, browser=browser, say=say)


def serve_corpus(root: Path, annotator: str, articles: list[str], port: int, *, browser: bool) -> None:
    """Open a session and serve it; the address goes to standard output."""
    needed()
    session = Session(root, annotator, articles)
    try:
        serve(session, port, browser=browser, say=lambda address: print(address, flush=True))
    finally:
        session.close()
