"""A page's application on a port of its own, and a client that sends requests as they are written."""

import http.client
import json
import socket
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass

import uvicorn

TOKEN = "the-token"


@dataclass
class Client:
    """Sends requests as they are written, without tidying paths."""

    port: int
    cookie: str = ""

    def ask(self, method, path, body=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        sent = {"Cookie": self.cookie} if self.cookie else {}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(method, path, body, {k: v for k, v in sent.items() if v is not None})
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read().decode("utf-8")
        finally:
            connection.close()

    def get(self, path):
        status, _, text = self.ask("GET", path)
        return status, text

    def post(self, path, value):
        status, _, text = self.ask("POST", path, json.dumps(value), Content_Type="application/json")
        return status, json.loads(text)

    def act(self, seen, action, article="alpha"):
        return self.post(f"/api/articles/{article}/act", {"seen": seen, "action": action})


@contextmanager
def served(make):
    """Serve what is made of a port and a token; gives a client that has the cookie."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        config = uvicorn.Config(make(port, TOKEN), lifespan="off", ws="none", log_level="warning")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        deadline = time.monotonic() + 20
        while not server.started and time.monotonic() < deadline:
            time.sleep(0.01)
        try:
            _, headers, _ = Client(port).ask("GET", f"/?token={TOKEN}")
            yield Client(port, headers["set-cookie"].partition(";")[0])
        finally:
            server.should_exit = True
            thread.join()
