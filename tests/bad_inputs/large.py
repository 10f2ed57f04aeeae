"""Large and bottomless inputs: each in a process of its own, with little memory."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.bad_inputs.case import Accepted, Case, Refused
from tests.bad_inputs.exchange import command as imported
from tests.bad_inputs.good import packed
from tests.bad_inputs.predictions import command as scored
from tests.bad_inputs.tables import dry

MB = 1 << 20
CHECK = ("check", "corpus")


def cases() -> Iterator[Case]:
    """Yield the large cases."""
    for name, good, spoil, command, expect in _all():
        yield Case("large", name, good, spoil, command, expect, large=True)


def _all() -> Iterator[tuple[str, str, Callable[[Path], object], tuple[str, ...], Refused | Accepted]]:
    for name, file, size in (
        ("a table", "t.csv", 1 << 40),
        ("JSON lines", "t.jsonl", 1 << 40),
        ("Parquet", "t.parquet", 1 << 40),
        ("gzip", "t.csv.gz", 1 << 40),
    ):
        yield (
            f"{name} of a terabyte of holes",
            "tables",
            _holes(file, size),
            dry(file),
            Refused(file, codes=(2,)),
        )
    yield (
        "a configuration of a terabyte of holes",
        "corpus",
        _holes("small.yaml", 1 << 40),
        ("check", "small.yaml"),
        Refused("small.yaml", codes=(2,)),
    )
    yield (
        "an article of a terabyte of holes",
        "corpus",
        _holes("corpus/seeds/alpha.txt", 1 << 40),
        CHECK,
        Refused("articles.yaml", 2, codes=(1,)),
    )
    yield (
        "annotations of a terabyte of holes",
        "corpus",
        _holes("corpus/annotations/gold/alpha.jsonl", 1 << 40),
        CHECK,
        Refused("alpha.jsonl", codes=(1,)),
    )
    yield (
        "predictions of a terabyte of holes",
        "predictions",
        _holes("mine.jsonl", 1 << 40),
        scored("mine.jsonl"),
        Refused("mine.jsonl", codes=(2,)),
    )
    yield (
        "a manifest of a terabyte of holes",
        "run",
        _holes("runs/small/first/manifest.json", 1 << 40),
        ("report", "runs/small/first"),
        Refused("manifest.json", codes=(2,)),
    )
    line = b"x" * (100 * MB)
    yield (
        "a configuration with a line of 100 MB",
        "corpus",
        _added("small.yaml", b"# " + line),
        ("check", "small.yaml"),
        Refused("small.yaml", says="too large", codes=(2,)),
    )
    yield (
        "a table with a line of 100 MB",
        "tables",
        _added("t.csv", b"t99,g,a," + line + b",favor\n"),
        dry("t.csv"),
        Accepted("25 statements"),
    )
    yield (
        "a table with 100 MB in one cell too few",
        "tables",
        _added("t.csv", line + b"\n"),
        dry("t.csv"),
        Refused("t.csv", 26, codes=(2,)),
    )
    yield (
        "a table whose quote stays open for 100 MB",
        "tables",
        _added("t.csv", b'"' + line),
        dry("t.csv"),
        Refused("t.csv", 26, codes=(2,)),
    )
    yield (
        "JSON lines with a line of 100 MB",
        "tables",
        _added("t.jsonl", b'{"text": "' + line),
        dry("t.jsonl"),
        Refused("t.jsonl", 25, codes=(2,)),
    )
    yield (
        "100 MB of brackets",
        "tables",
        _added("t.jsonl", b"[" * (100 * MB)),
        dry("t.jsonl"),
        Refused("t.jsonl", 25, codes=(2,)),
    )
    yield (
        "annotations with a line of 100 MB",
        "corpus",
        _added("corpus/annotations/annotators/anna/alpha.jsonl", b'{"id": "' + line + b'"}\n'),
        CHECK,
        Refused("alpha.jsonl", 5, codes=(1,)),
    )
    yield (
        "predictions with a line of 100 MB",
        "predictions",
        _added("mine.jsonl", b'{"id": "' + line + b'", "predicted": "neutral"}\n'),
        scored("mine.jsonl"),
        Refused("mine.jsonl", 13, codes=(2,)),
    )
    yield (
        "brat with a line of 100 MB",
        "exchange",
        _added("out/brat/alpha.ann", line),
        imported("brat"),
        Refused("alpha.ann", codes=(2,)),
    )
    yield (
        "CAS with 100 MB after its end",
        "exchange",
        _added("out/cas/alpha.xmi", line),
        imported("cas"),
        Refused("alpha.xmi", codes=(2,)),
    )
    yield (
        "new statements with a line of 100 MB",
        "run",
        _added("new.jsonl", line),
        ("predict", "runs/small/first", "new.jsonl", "--model", "logreg"),
        Refused("new.jsonl", 9, codes=(2,)),
    )
    yield (
        "a gzip bomb",
        "tables",
        _bomb("t.csv.gz", _gzip_of_zeros),
        dry("t.csv.gz"),
        Refused("t.csv.gz", says="unpacks to more than", codes=(2,)),
    )
    yield (
        "a gzip bomb of one endless line",
        "tables",
        _bomb("t.csv.gz", lambda: gzip.compress(b"id,text\n" + b"a" * (300 * MB))),
        dry("t.csv.gz"),
        Refused("t.csv.gz", says="unpacks to more than", codes=(2,)),
    )
    yield (
        "a Zstandard bomb",
        "tables",
        _bomb("t.jsonl.zst", lambda: b"".join(packed(bytes(64 * MB), "zstd") for _ in range(1)) * 200),
        dry("t.jsonl.zst"),
        Refused("t.jsonl.zst", says="unpacks to more than", codes=(2,)),
    )
    yield (
        "a Parquet bomb of rows",
        "tables",
        _parquet_of_rows,
        dry("t.parquet"),
        Refused("t.parquet", codes=(2,)),
    )
    yield (
        "a ZIP bomb",
        "predictions",
        _bomb("log.eval", _zip_of_zeros),
        scored("log.eval"),
        Refused("log.eval", says="unpacks to more than", codes=(2,)),
    )
    yield (
        "a million wrong lines",
        "tables",
        _added("t.jsonl", b"x\n" * 1_000_000),
        dry("t.jsonl"),
        Refused("t.jsonl", 25, codes=(2,)),
    )
    yield (
        "a million lines of nothing",
        "tables",
        _added("t.jsonl", b"{}\n" * 1_000_000),
        dry("t.jsonl"),
        Refused("t.jsonl", 25, codes=(2,)),
    )
    yield (
        "a stored model that is a ZIP bomb",
        "run",
        _stored_bomb,
        ("predict", "runs/small/first", "new.jsonl", "--model", "logreg"),
        Accepted("is not used"),
    )


def _holes(file: str, size: int) -> Callable[[Path], None]:
    """Make a file long without writing it: it has a length and no content."""

    def spoil(root: Path) -> None:
        with (root / file).open("r+b") as made:
            made.truncate(size)

    return spoil


def _added(file: str, data: bytes) -> Callable[[Path], None]:
    def spoil(root: Path) -> None:
        with (root / file).open("ab") as made:
            made.write(data)

    return spoil


def _bomb(file: str, make: Callable[[], bytes]) -> Callable[[Path], None]:
    return lambda root: (root / file).write_bytes(make()) and None


def _gzip_of_zeros(size: int = 20 << 30) -> bytes:
    """Return some 100 kB that unpack to ``size`` bytes: one block of zeros, packed once, as many members."""
    member = gzip.compress(bytes(64 * MB), mtime=0)
    return member * (size // (64 * MB))


def _zip_of_zeros() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("samples/1.json", bytes(500 * MB))
    return out.getvalue()


def _parquet_of_rows(root: Path) -> None:
    """Write a hundred million equal rows, which Parquet keeps as one."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    n = 1_000_000
    table = pa.table(
        {
            name: pa.array(["some words"]).take(pa.array([0] * n))
            for name in ("id", "text", "target", "stance", "thread")
        }
    )
    with pq.ParquetWriter(root / "t.parquet", table.schema, compression="zstd") as writer:
        for _ in range(100):
            writer.write_table(table)


def _stored_bomb(root: Path) -> None:
    from harness.digest import sha256

    header = b"{'descr': '|u1', 'fortran_order': False, 'shape': (20000000000,), }\n"
    start = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("coef.npy", "w", force_zip64=True) as entry,
    ):
        entry.write(start)
        for _ in range(300):
            entry.write(bytes(10 * MB))
    data = out.getvalue()
    folder = root / "runs/small/first/models/logreg"
    (folder / "arrays.npz").write_bytes(data)
    manifest = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    manifest["files"]["arrays.npz"] = sha256(data)
    (folder / "model.json").write_text(json.dumps(manifest), encoding="utf-8")
