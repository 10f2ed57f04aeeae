"""A chat service on this machine that answers every request after a fixed time: for measuring clients.

``python -m benchmarks.chat_service LATENCY`` prints its port and serves until its standard input ends.
It does as little as it can: raw HTTP/1.1 on one event loop, connections kept open, one answer for all.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

LENGTH = b"content-length:"


def answer() -> bytes:
    """Return the bytes of a chat completion that says the label ``none``."""
    message = {"role": "assistant", "content": json.dumps({"label": "none"}), "refusal": None}
    value = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "served",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 300, "completion_tokens": 7, "total_tokens": 307},
    }
    body = json.dumps(value).encode("utf-8")
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode("ascii") + body


class Connection(asyncio.Protocol):
    """One client: requests come one after the other, each answered after ``latency`` seconds."""

    def __init__(self, latency: float, reply: bytes) -> None:
        self.latency, self.reply, self.read = latency, reply, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the connection."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer once a request is complete."""
        self.read += data
        while True:
            end = self.read.find(b"\r\n\r\n")
            if end < 0:
                return
            head = self.read[:end].lower()
            place = head.find(LENGTH) + len(LENGTH)
            size = end + 4 + int(head[place : (head + b"\r").index(b"\r", place)])
            if len(self.read) < size:
                return
            self.read = self.read[size:]
            asyncio.get_running_loop().call_later(self.latency, self._send)

    def _send(self) -> None:
        if not self.transport.is_closing():
            self.transport.write(self.reply)


async def serve(latency: float) -> None:
    """Listen on a free port of this machine, and say which."""
    reply = answer()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(latency, reply), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


@contextmanager
def running(latency: float) -> Iterator[dict[str, str]]:
    """Start a service as a process; give the environment variables that name it."""
    command = [sys.executable, "-m", "benchmarks.chat_service", str(latency)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as service:
        assert service.stdin is not None
        assert service.stdout is not None
        port = int(service.stdout.readline())
        try:
            yield {"OPENAI_BASE_URL": f"http://127.0.0.1:{port}/v1", "OPENAI_API_KEY": "none"}
        finally:
            service.stdin.close()


if __name__ == "__main__":
    asyncio.run(serve(float(sys.argv[1])))
