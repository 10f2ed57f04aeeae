"""The service that clients are measured with."""

import time
from http.client import HTTPConnection
from urllib.parse import urlsplit

from benchmarks.chat_service import running
from harness.models.llm.reply import read_reply


def test_requests_on_one_connection_are_answered_one_by_one_after_the_latency():
    with running(0.1) as environment:
        connection = HTTPConnection(urlsplit(environment["OPENAI_BASE_URL"]).netloc)
        for size in (10, 200_000):
            start = time.perf_counter()
            connection.request("POST", "/v1/chat/completions", b"x" * size)
            reply = read_reply(connection.getresponse().read().decode("utf-8"))
            assert time.perf_counter() - start >= 0.1
            assert reply.text == '{"label": "none"}'
            assert reply.prompt_tokens == 300
        connection.close()
