"""Fuzz every parser: ``python -m tests.fuzz [--seconds N]``.

A parser may return or raise an error of ours, nothing else. Prints how many inputs it was given.
"""

from __future__ import annotations

import contextlib
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from harness.errors import HarnessError

SEEDS = (
    b"a: [1, {b: &x c}]\nd: *x\n",
    b'{"id": "a", "predicted": "b", "probabilities": [0.5, 0.5]}\n',
    b'id,text\n1,"a, b"\n',
    b"T1\tStatement 0 5\tHello\nE1\tStatement:T1\nA1\tStance E1 x\n",
    b'[{"data": {"text": "Hello"}, "annotations": [{"result": []}]}]',
    b'{"text": "Hello", "entities": [{"id": 1, "label": "cue", "start_offset": 0, "end_offset": 5}]}\n',
    b'id,article,content\na,alpha,"[{""start"": 0}]"\n',
)


def parsers() -> dict[str, Callable[[bytes], object]]:
    """Return every parser of bytes."""
    from harness.annotate.exchange.formats import FORMATS
    from harness.models.external import read_predictions
    from harness.records import Article
    from harness.tables.readers import read_rows
    from harness.textfile import decode, read_jsonl
    from harness.unpacking import unpacked
    from harness.yamlfile import read_yaml

    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
    articles = {"alpha": Article("alpha", "Hello world\n", "", None, "en")}

    def file(name: str, data: bytes) -> Path:
        path = folder / name
        path.write_bytes(data)
        return path

    def exchange(form: str) -> Callable[[bytes], object]:
        name = f"alpha{FORMATS[form].suffix}"
        return lambda data: FORMATS[form].read(name, {name: decode(data, Path(name))}, articles)

    return {
        "yaml": lambda data: read_yaml(file("x.yaml", data)),
        "jsonl": lambda data: list(read_jsonl(file("x.jsonl", data))),
        "csv": lambda data: read_rows(file("x.csv", data), "csv", "utf-8", True),
        "rows": lambda data: read_rows(file("x.ndjson", data), "jsonl", "utf-8", True),
        "predictions": lambda data: read_predictions(file("p.jsonl", data), ["a"], ["b", "c"]),
        "predictions-csv": lambda data: read_predictions(file("p.csv", data), ["a"], ["b", "c"]),
        "gzip": lambda data: unpacked(data, "gzip", Path("x.gz")),
        **{f"exchange-{form}": exchange(form) for form in ("brat", "label-studio", "doccano", "csv", "cas")},
    }


def once(parse: Callable[[bytes], object], data: bytes) -> None:
    """Parse; errors of ours are answers."""
    with contextlib.suppress(HarnessError):
        parse(data)


def mutated(data: bytes, rng: random.Random) -> bytes:
    """Change a few bytes: other ones, doubled pieces, pieces of other seeds."""
    out = bytearray(data)
    for _ in range(rng.randint(1, 6)):
        at = rng.randrange(len(out) + 1)
        kind = rng.randrange(4)
        if kind == 0:
            out[at : at + rng.randint(0, 4)] = rng.randbytes(rng.randint(0, 3))
        elif kind == 1:
            out[at:at] = out[at : at + rng.randint(1, 20)] * rng.randint(1, 3)
        elif kind == 2:
            other = rng.choice(SEEDS)
            start = rng.randrange(len(other))
            out[at:at] = other[start : start + rng.randint(1, 30)]
        else:
            out[at : at + rng.randint(1, 10)] = rng.choice(
                (b"", b"9" * 30, b"\xff", b"\0", b"[" * 50, b'"', b"\r\n")
            )
    return bytes(out)


def main(arguments: list[str]) -> int:
    """Fuzz each parser for its share of the time; return 0 if none crashed."""
    seconds = float(arguments[arguments.index("--seconds") + 1]) if "--seconds" in arguments else 60.0
    found, total, rng = 0, 0, random.Random(0)
    everything = parsers()
    for name, parse in everything.items():
        end, n = time.monotonic() + seconds / len(everything), 0
        while time.monotonic() < end:
            data = mutated(rng.choice(SEEDS), rng)
            n += 1
            try:
                once(parse, data)
            except Exception as error:
                found += 1
                print(f"{name}: {error!r} on {data!r}")
                break
        total += n
        print(f"{name}: {n} inputs")
    print(f"{total} inputs, {found} crashes")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
