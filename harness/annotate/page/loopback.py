"""Serving a page to the person at this machine, and to nobody else: 127.0.0.1, one address, one token."""

from __future__ import annotations

import socket
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from secrets import token_urlsafe

from harness.annotate.page.guard import App
from harness.errors import RunError

HOST = "127.0.0.1"


def needed() -> None:
    """Raise the error that names the extra, unless everything that serving needs is installed."""
    for package in ("jinja2", "markdown_it", "starlette", "uvicorn"):
        if find_spec(package) is None:
            hint = "pip install 'stance-harness[annotate]'"
            raise RunError(f"the page needs {package}, which is not installed", hint=hint)


def serve_page(
    guarded: Callable[[int, str], App], port: int, *, browser: bool, say: Callable[[str], None]
) -> None:
    """Serve an application until it is interrupted.

    Parameters
    ----------
    guarded : callable
        Makes the application, behind its :class:`~harness.annotate.page.guard.Guard`, of a port and a token.
    port : int
        0 takes a free one.
    browser : bool
        Open the page in the browser.
    say : callable
        Gets the address, with its token, once.

    Raises
    ------
    RunError
        The port is taken, or the extra is not installed.
    """
    needed()
    import uvicorn

    with _bound(port) as listener:
        port = listener.getsockname()[1]
        token = token_urlsafe(24)
        address = f"http://{HOST}:{port}/?token={token}"
        config = uvicorn.Config(
            guarded(port, token),
            log_level="warning",
            access_log=False,
            server_header=False,
            lifespan="off",
            ws="none",
            timeout_graceful_shutdown=1,
        )
        say(address)
        if browser:
            webbrowser.open(address)
        uvicorn.Server(config).run(sockets=[listener])


@contextmanager
def _bound(port: int) -> Iterator[socket.socket]:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        try:
            listener.bind((HOST, port))
            listener.listen()  # from here on a browser waits for the server in place of being refused
        except (OSError, OverflowError) as error:
            hint = "take another with --port, or --port 0 for a free one"
            raise RunError(f"port {port} of {HOST} cannot be had: {error}", hint=hint) from None
        yield listener
    finally:
        listener.close()
