"""A stand-in for a language-model service: answers chat completions by a few words, on this machine alone.

    python chat_service.py ADDRESS_FILE

writes the address that clients need into ADDRESS_FILE and serves until it is ended.
"""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

SUPPORT = ("understand", "condemn", "protect", "necessity", "support")


class Service(BaseHTTPRequestHandler):
    """POST /v1/chat/completions, and nothing else."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Answer a chat completion with one label."""
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        statement = request["messages"][-1]["content"].rpartition("Statement: ")[2].lower()
        label = "supportive" if any(word in statement for word in SUPPORT) else "neutral"
        message = {"role": "assistant", "content": json.dumps({"label": label})}
        usage = {"prompt_tokens": len(str(request)) // 4, "completion_tokens": 7, "total_tokens": 0}
        answer = {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1,
            "model": request["model"],
            "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
            "usage": usage,
        }
        body = json.dumps(answer).encode("utf-8")
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing of each request."""


with ThreadingHTTPServer(("127.0.0.1", 0), Service) as server:
    Path(sys.argv[1]).write_text(f"http://127.0.0.1:{server.server_port}/v1", encoding="utf-8")
    server.serve_forever()
