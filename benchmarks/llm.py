"""Requests a second of the ``llm`` model, against what the service allows.

    python -m benchmarks.llm [--rounds N] [--quick]

A service of this machine, in a process of its own, answers each request after a fixed time. With so
many under way at a time, it answers at most ``at once / latency`` a second. Measured is all that the model
does for new statements: prompts, digests, requests, reading the answers and keeping them on the disk.
Beside it stand the ``openai`` client alone, in as many threads, and requests with nothing but Python's own
``http.client``, which shows what this machine can do at all. Starting and importing are not counted.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import local
from typing import Any

from benchmarks.alternating import Side, alternate, options
from benchmarks.chat_service import running
from benchmarks.machine import describe
from benchmarks.usage import section

AT_ONCE = 16
LATENCY = 0.05
GOAL = 0.9
"""Share of the most that the service allows."""
LABELS = ("favor", "against", "none")


def harness(rows: int) -> None:
    """Label statements with the model, nothing of which is kept yet."""
    from benchmarks.generated import columns
    from harness.models.llm import Llm
    from harness.models.llm.session import Asker
    from harness.records import Example

    asker = Asker(Llm(model="measured", concurrency=AT_ONCE), LABELS)
    texts = columns(rows)["text"]
    examples = [Example(f"s{i}", "a", text, f"g{i}", "none") for i, text in enumerate(texts)]
    with tempfile.TemporaryDirectory() as folder:
        os.environ["HARNESS_CACHE"] = folder
        asker.labels([Example("s", "a", "to start with", "g", "none")], ())
        with section():
            found = asker.labels(examples, ())
    assert set(found.predicted.tolist()) == {LABELS.index("none")}


def openai(rows: int) -> None:
    """Ask with the client alone."""
    from openai import OpenAI

    client = OpenAI()
    _threads(rows, lambda body: client.chat.completions.create(**body))


def bare(rows: int) -> None:
    """Ask with nothing but the standard library, a connection for each thread."""
    from http.client import HTTPConnection
    from urllib.parse import urlsplit

    url, mine = urlsplit(os.environ["OPENAI_BASE_URL"]), local()

    def ask(body: Mapping[str, Any]) -> Any:
        if not hasattr(mine, "connection"):
            mine.connection = HTTPConnection(str(url.hostname), url.port)
        data = json.dumps(body).encode("utf-8")
        headers = {"Content-Type": "application/json"}
        mine.connection.request("POST", f"{url.path}/chat/completions", data, headers)
        return json.loads(mine.connection.getresponse().read())

    _threads(rows, ask)


def _threads(rows: int, ask: Callable[[dict[str, Any]], object]) -> None:
    from benchmarks.generated import columns

    bodies = [
        {"model": "measured", "messages": [{"role": "user", "content": t}]} for t in columns(rows)["text"]
    ]
    ask(bodies[0])
    with ThreadPoolExecutor(AT_ONCE) as pool, section():
        list(pool.map(ask, bodies))


SIDES = {"harness": harness, "openai": openai, "http.client": bare}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark; return 1 if the goal is missed."""
    parser = options(__doc__)
    parser.add_argument("--rows", type=int, default=1600, help="statements (default %(default)s)")
    parser.add_argument("--side", choices=SIDES, help="(a side of the measurement)")
    args = parser.parse_args(argv)
    if args.side:
        SIDES[args.side](args.rows)
        return 0
    print(describe(["openai"]))
    rows, rounds = (60, 1) if args.quick else (args.rows, args.rounds)
    with running(LATENCY) as environment:
        command = (sys.executable, "-m", "benchmarks.llm", f"--rows={rows}", "--side")
        sides = [Side(name, (*command, name), environment) for name in SIDES]
        found = alternate(f"{rows:,} requests, {AT_ONCE} at once, {1000 * LATENCY:g} ms each", sides, rounds)
    found.show()
    least = rows * LATENCY / AT_ONCE
    for name in SIDES:
        middle, low, high = (least / seconds for seconds in found.span(name, "wall"))
        spent = 1000 * found.span(name, "cpu")[0] / rows
        print(f"      {name}: {middle:.0%} of the most ({high:.0%}-{low:.0%}), ", end="")
        print(f"{rows / found.span(name, 'wall')[0]:.0f} a second, {spent:.2f} ms of CPU each")
    share = least / found.span("harness", "wall")[0]
    print(f"{'pass' if share >= GOAL else 'FAIL'}  share of the most {share:.2f}, at least {GOAL:g}")
    return 0 if share >= GOAL or args.quick else 1


if __name__ == "__main__":
    sys.exit(main())
