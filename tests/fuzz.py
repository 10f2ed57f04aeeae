"""Fuzz every parser: ``python -m tests.fuzz [PARSER] [--seconds N] [--corpus FOLDER] [--random]``.

A parser may return or raise an error of ours, nothing else. With atheris (the extra ``fuzz``) inputs that
reach new lines of the harness are kept and changed further; without it, or with ``--random``, seeds are
changed at random. Prints for each parser how many inputs it was given and, with atheris, how many edges
they reached beyond those of the seeds, and how many inputs were worth keeping.
"""

from __future__ import annotations

import contextlib
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
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
    b"name: x\nseed: 1\ndata: {corpus: .}\nsplits: [leave-one-article-out]\nmodels: {m: majority}\n",
    b'{"id": "a-1", "article": "alpha", "content": [{"start": 0, "end": 5, "text": "Hello"}], "note": ""}\n',
)


SCHEME = "target: x\ncodebook_version: 1\nlabels: [{name: a, definition: a}, {name: b, definition: b}]\n"


def parsers() -> dict[str, Callable[[bytes], object]]:
    """Return every parser of bytes."""
    from harness.annotate.exchange.formats import FORMATS
    from harness.config import load_config
    from harness.corpus_files import read_corpus
    from harness.models.predictions_file import read_predictions
    from harness.records import Article
    from harness.tables.readers import read_rows
    from harness.textfile import decode, read_jsonl
    from harness.unpacking import unpacked
    from harness.yamlfile import read_yaml

    memory = "/dev/shm" if os.path.isdir("/dev/shm") else None
    folder = Path(tempfile.mkdtemp(prefix="fuzz-", dir=memory))
    articles = {"alpha": Article("alpha", "Hello world\n", "", None, "en")}

    def file(name: str, data: bytes) -> Path:
        path = folder / name
        path.write_bytes(data)
        return path

    def exchange(form: str) -> Callable[[bytes], object]:
        name = f"alpha{FORMATS[form].suffix}"
        return lambda data: FORMATS[form].read(name, {name: decode(data, Path(name))}, articles)

    def annotations(data: bytes) -> object:
        root = folder / "corpus"
        path = root / "annotations" / "annotators" / "anna" / "alpha.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        (root / "annotations" / "scheme.yaml").write_text(SCHEME, encoding="utf-8")
        return read_corpus(root)

    return {
        "config": lambda data: load_config(file("c.yaml", data)),
        "annotations": annotations,
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


@dataclass(frozen=True)
class Fuzzed:
    """What became of one parser: inputs that it was given, and what was found."""

    inputs: int
    crash: str = ""
    edges: int | None = None
    kept: int | None = None

    def __str__(self) -> str:
        more = "" if self.edges is None else f", {self.edges} new edges, {self.kept} inputs kept"
        return f"{self.inputs} inputs{more}" + (f"; CRASH {self.crash}" if self.crash else "")


def at_random(name: str, seconds: float) -> Fuzzed:
    """Change seeds at random; stops at the first crash."""
    parse, rng = parsers()[name], random.Random(0)
    end, n = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        data = mutated(rng.choice(SEEDS), rng)
        n += 1
        try:
            once(parse, data)
        except Exception as error:
            return Fuzzed(n, f"{error!r} on {data!r}")
    return Fuzzed(n)


def by_coverage(name: str, seconds: float, corpus: Path) -> Fuzzed:
    """Let atheris look for inputs that reach more of the harness, in a process of its own."""
    kept = corpus / name
    kept.mkdir(parents=True, exist_ok=True)
    for i, seed in enumerate(SEEDS):
        (kept / f"seed-{i}").write_bytes(seed)
    options = [
        f"-max_total_time={max(1, round(seconds))}",
        "-max_len=4096",
        "-rss_limit_mb=4096",
        "-timeout=25",
    ]
    options += ["-print_final_stats=1", f"-artifact_prefix={kept.parent / f'crash-{name}-'}"]
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz", "--child", name, *options, str(kept)],
        capture_output=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        check=False,
    )
    said = done.stderr.decode("utf-8", "replace") + done.stdout.decode("utf-8", "replace")
    edges = [int(n) for n in re.findall(r"\bcov: (\d+)", said)]
    units = re.findall(r"number_of_executed_units: (\d+)", said) or re.findall(
        r"^#(\d+)\t", said, re.MULTILINE
    )
    crash = "" if done.returncode == 0 else f"(exit {done.returncode}) {said[-3000:]}"
    grown = edges[-1] - edges[0] if edges else 0
    return Fuzzed(int(units[-1]) if units else 0, crash, grown, len(list(kept.iterdir())))


def child(name: str, options: list[str]) -> None:
    """Fuzz one parser with atheris in this process, which that ends."""
    import atheris

    with atheris.instrument_imports(include=["harness"]):
        parse = parsers()[name]
    atheris.Setup(["fuzz", *options], lambda data: once(parse, data))
    atheris.Fuzz()


def main(arguments: list[str]) -> int:
    """Fuzz each parser for its share of the time; return 0 if none crashed."""
    if arguments[:1] == ["--child"]:
        child(arguments[1], arguments[2:])
    seconds, corpus = 60.0, tempfile.mkdtemp(prefix="fuzz-corpus-")
    guided = find_spec("atheris") is not None
    names = []
    rest = iter(arguments)
    for word in rest:
        if word == "--seconds":
            seconds = float(next(rest))
        elif word == "--corpus":
            corpus = next(rest)
        elif word == "--random":
            guided = False
        else:
            names.append(word)
    names = names or list(parsers())
    print(f"{'atheris, by coverage' if guided else 'random changes'}, {seconds:g} s", flush=True)
    done = []
    for name in names:
        share = seconds / len(names)
        done.append(by_coverage(name, share, Path(corpus)) if guided else at_random(name, share))
        print(f"{name}: {done[-1]}", flush=True)
    crashes = sum(bool(one.crash) for one in done)
    more = f", {sum(one.edges or 0 for one in done)} new edges" if guided else ""
    print(f"{sum(one.inputs for one in done)} inputs{more}, {crashes} crashes")
    return 1 if crashes else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
