"""What stands before every request: host, token, origin and size; and the headers of every answer."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

LARGEST_BODY = 64 * 1024
HEADERS = (
    (
        "Content-Security-Policy",
        (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
            "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        ),
    ),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Cache-Control", "no-store"),
)


class Guard:
    """An ASGI application before another one.

    Parameters
    ----------
    app : the application that it guards
    port : int
        The only port whose host names are answered: other names that lead here (DNS rebinding) are not.
    token : str
        What the address must carry once; the cookie that it is exchanged for holds another secret.
    """

    def __init__(self, app: App, port: int, token: str) -> None:
        self.app, self.token = app, token
        self.hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
        self.cookie_name = f"harness-{port}"
        self.secret = secrets.token_urlsafe(32)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a refused request, or hand it on with a body that is read and small enough."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        headers = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope["headers"]}
        refused = _doubled(scope) or self._refused(scope, headers)
        if refused:
            await _answer(send, 403, refused)
            return
        if self._first(scope):
            await _answer(send, 303, "", [("Location", "/"), ("Set-Cookie", self._cookie())])
            return
        body = await _body(headers, receive)
        if body is None:
            await _answer(
                send, 413, f"the body is larger than {LARGEST_BODY} bytes", [("Connection", "close")]
            )
            return

        async def replay() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *_encoded(HEADERS)]
            await send(message)

        await self.app(scope, replay, with_headers)

    def _refused(self, scope: Scope, headers: dict[str, str]) -> str | None:
        """Return why a request is refused."""
        host = headers.get("host", "")
        if host not in self.hosts:
            return "this host name is not answered"
        if headers.get("origin", f"http://{host}") != f"http://{host}":
            return "a request from another page"
        if self._first(scope):
            return None
        try:
            cookie = SimpleCookie(headers.get("cookie", "")).get(self.cookie_name)
        except CookieError:
            cookie = None
        if cookie is None or not secrets.compare_digest(cookie.value.encode(), self.secret.encode()):
            return "open the address that the command printed: it carries the token"
        if scope["method"] not in ("GET", "HEAD") and headers.get("content-type") != "application/json":
            return "actions are application/json"
        return None

    def _first(self, scope: Scope) -> bool:
        """Tell whether this is the address with the token."""
        if scope["path"] != "/" or scope["method"] != "GET":
            return False
        given = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
        return secrets.compare_digest(given.encode("utf-8", "replace"), self.token.encode())

    def _cookie(self) -> str:
        return f"{self.cookie_name}={self.secret}; HttpOnly; SameSite=Strict; Path=/"


def _doubled(scope: Scope) -> str | None:
    """Return why a request is refused that says twice what is decided by: another reader takes the other."""
    names = [name.lower() for name, _ in scope["headers"]]
    twice = [n for n in (b"host", b"origin", b"cookie", b"content-type") if names.count(n) > 1]
    return f"says {twice[0].decode()} twice" if twice else None


async def _body(headers: dict[str, str], receive: Receive) -> bytes | None:
    """Read a body; None if it is, or says that it is, too large."""
    said = headers.get("content-length", "0")
    if not said.isdecimal() or int(said) > LARGEST_BODY:
        return None
    body: bytes = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return body
        body += bytes(message.get("body", b""))
        if len(body) > LARGEST_BODY:
            return None
        if not message.get("more_body"):
            return body


def _encoded(headers: Any) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]


async def _answer(send: Send, status: int, text: str, extra: Any = ()) -> None:
    body = text.encode("utf-8")
    plain = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))]
    headers = _encoded([*plain, *HEADERS, *extra])
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
