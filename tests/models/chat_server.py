"""A chat service on this machine, for tests: counts and keeps what it is sent, and fails as it is told to."""

import hashlib
import json
import socket
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

KEY = "sk-test-3f9c1d7a5b2e8046"
PROMPT_TOKENS, COMPLETION_TOKENS = 120, 7


@dataclass(frozen=True)
class Fault:
    """One answer that is not the usual one.

    ``body`` is sent as it is; ``cut`` bytes of it are held back and the connection is closed; ``wait`` is
    in seconds.
    """

    status: int = 200
    body: bytes = b""
    headers: dict = field(default_factory=dict)
    wait: float = 0.0
    cut: int = 0


def completion(content, *, finish="stop", refusal=None, usage=True):
    """Return the body of a chat completion."""
    message = {"role": "assistant", "content": content, "refusal": refusal}
    counts = {"prompt_tokens": PROMPT_TOKENS, "completion_tokens": COMPLETION_TOKENS}
    value = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "served-model",
        "choices": [{"index": 0, "message": message, "finish_reason": finish}],
        **({"usage": {**counts, "total_tokens": sum(counts.values())}} if usage else {}),
    }
    return json.dumps(value).encode("utf-8")


def labelled(label):
    """Return the body of a reply that is a label, as a schema asks for it."""
    return completion(json.dumps({"label": label}))


def asked(request):
    """Return the statement that a request of the shipped prompt asks about."""
    user = request["messages"][-1]["content"]
    return user.rpartition("Statement: ")[2].removesuffix("\nAnswer:")


def prompt_of(request):
    """Return all that a request tells the model."""
    return "\n".join(m["content"] for m in request["messages"])


def by_prompt(labels):
    """Return a way to answer that changes with every character of a prompt."""

    def answer(request):
        number = int(hashlib.sha256(prompt_of(request).encode("utf-8")).hexdigest(), 16)
        return labelled(labels[number % len(labels)])

    return answer


class ChatServer:
    """Answers POST /v1/chat/completions; a context manager.

    Attributes
    ----------
    answer : function
        From a request's body to bytes or to a `Fault`.
    faults : deque of Fault
        Answers to the next requests, before ``answer`` is used.
    requests : list of dict
        Bodies, in the order in which they came; ``headers`` are theirs.
    peak : int
        The most requests under way at a time.
    delay : float
        Seconds that each takes.
    """

    def __init__(self, answer=None, *, delay=0.0):
        self.answer = answer or (lambda request: labelled("neutral"))
        self.delay = delay
        self.faults, self.requests, self.headers = deque(), [], []
        self.peak = self._under_way = 0
        self._lock = threading.Lock()

    @property
    def url(self):
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    def environment(self):
        """Return the variables that name this service."""
        return {"OPENAI_BASE_URL": self.url, "OPENAI_API_KEY": KEY}

    def __enter__(self):
        service = self

        class Handler(_Handler):
            def do_POST(self):
                service.serve(self)

        self._server = _Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def serve(self, handler):
        """Answer one request."""
        body = json.loads(handler.rfile.read(int(handler.headers["Content-Length"])))
        with self._lock:
            self.requests.append(body)
            self.headers.append({name.lower(): value for name, value in handler.headers.items()})
            self._under_way += 1
            self.peak = max(self.peak, self._under_way)
            fault = self.faults.popleft() if self.faults else None
        try:
            made = fault or (
                self.answer(body) if handler.path == "/v1/chat/completions" else Fault(404, b"no such path")
            )
            found = made if isinstance(made, Fault) else Fault(body=made)
            time.sleep(self.delay + found.wait)
        finally:
            with self._lock:
                self._under_way -= 1
        handler.reply(found)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request, client_address):
        """A client that is killed, or gives up, is part of the tests."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def reply(self, fault):
        self.send_response(fault.status)
        headers = {"Content-Type": "application/json", "Content-Length": str(len(fault.body))}
        for name, value in {**headers, **fault.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(fault.body[: len(fault.body) - fault.cut])
        if fault.cut:
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True

    def log_message(self, *_):
        """Stay silent."""
