"""The page of adjudication, on 127.0.0.1 only; it holds the gold files as long as it is served."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from harness.annotate.adjudicate.addresses import adjudication_application
from harness.annotate.adjudicate.scope import adjudicable, gold_locked
from harness.annotate.page.loopback import needed, serve_page
from harness.annotate.unfinished import load_unfinished


def serve_adjudication(root: Path, articles: Sequence[str], port: int, *, browser: bool) -> None:
    """Serve the page until it is interrupted; the address goes to standard output.

    Parameters
    ----------
    root : Path
        The corpus folder.
    articles : sequence of str
        The articles to adjudicate; all of the corpus without any.
    port : int
        0 takes a free one.
    browser : bool
        Open the page in the browser.

    Raises
    ------
    InputError
        There is nothing to adjudicate, or an article does not exist.
    RunError
        Somebody else adjudicates this corpus now, the port is taken, or the extra is not installed.
    """
    needed()
    adjudicable(load_unfinished(root), articles)
    application = partial(adjudication_application, root, articles)
    with gold_locked(root):
        serve_page(application, port, browser=browser, say=lambda address: print(address, flush=True))
