"""Tables: CSV, TSV, JSON lines, Parquet, packed ones, and what a configuration says of them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.bad_inputs.case import Accepted, Case, Refused
from tests.bad_inputs.family import LINES, of_file
from tests.bad_inputs.good import ROWS, packed
from tests.bad_inputs.spoilt import replaced, written

FAMILY = "tables"
PACKED = (
    "a NUL",
    "a byte of Latin-1",
    "an overlong form",
    "half a character",
    "a character beyond Unicode",
    "a merge conflict",
    "a hundred thousand brackets",
    "a hundred thousand braces",
    "a megabyte of one letter",
    "UTF-16",
    "UTF-16 without a mark",
    "UTF-32",
    "a byte order mark",
    "CR and LF",
    "CR alone",
)
"""Spoils of text that make no sense of binary files."""


def dry(file: str) -> tuple[str, ...]:
    """Return the command that reads a table and divides it."""
    return ("run", "--dry-run", f"{file}.yaml")


def cases() -> Iterator[Case]:
    """Yield the cases of tables."""
    # UTF-16 without a mark is NUL and letters; a NUL alone is a character that a text may hold, if oddly.
    sound = {"a byte order mark", "CR and LF"}
    rows = {*sound, "CR alone", "a NUL", "cut in half"}  # it is cut inside a label, which no reader can know
    table_lines = (*LINES, "a megabyte of one letter")
    yield from of_file(FAMILY, "tables", "t.csv", dry("t.csv"), lines=table_lines, accepted=rows, codes=(2,))
    yield from of_file(FAMILY, "tables", "t.tsv", dry("t.tsv"), lines=table_lines, accepted=rows, codes=(2,))
    yield from of_file(
        FAMILY, "tables", "t.jsonl", dry("t.jsonl"), lines=table_lines, accepted=sound, codes=(2,)
    )
    yield from of_file(FAMILY, "tables", "t.parquet", dry("t.parquet"), lines=(), codes=(2,), left_out=PACKED)
    yield from of_file(FAMILY, "tables", "t.csv.gz", dry("t.csv.gz"), lines=(), codes=(2,), left_out=PACKED)
    yield from of_file(
        FAMILY, "tables", "t.jsonl.zst", dry("t.jsonl.zst"), lines=(), codes=(2,), left_out=PACKED
    )
    yield from _delimited()
    yield from _objects()
    yield from _columns()
    yield from _compressed()
    yield from _settings()


def _delimited() -> Iterator[Case]:
    for name, old, new, line, says in (
        ("a column twice", "id,thread", "id,id", 1, "twice"),
        ("a column of another name", "stance", "Stance", 1, "no column 'stance'"),
        ("a header with spaces", "id,thread", "id, thread", 1, "no column 'thread'"),
        (
            "semicolons in the header",
            "id,thread,target,text,stance",
            "id;thread;target;text;stance",
            2,
            "expected 1 cells",
        ),
        ("a cell too many", "t3,g1,", "t3,g1,x,", 4, "expected 5 cells, got 6"),
        ("a cell too few", "t3,g1,", "t3 g1,", 4, "expected 5 cells, got 4"),
        ("an open quote", "t3,", '"t3,', 4, ""),
        ("text after a quote", "t3,", '"t3"x,', 4, "cannot be read"),
        ("an id twice", "t3,", "t2,", 4, "also at"),
        ("an empty id", "t3,", ",", 4, "no id"),
        ("an empty text", "speaker 3 says that the treaty is new", "", 4, "no text"),
        ("a text of spaces", "speaker 3 says that the treaty is new", "  \u00a0 ", 4, "no text"),
        ("an empty label", "is new,none", "is new,", 4, "no label"),
        ("an empty group", "t3,g1", "t3,", 4, "no group"),
    ):
        spoil = replaced("t.csv", old, new)
        yield Case(FAMILY, f"CSV: {name}", "tables", spoil, dry("t.csv"), Refused("t.csv", line, says, (2,)))
    for name, text, says in (
        ("only a header", "id,thread,target,text,stance\n", "no rows"),
        ("only commas", ",,,,\n" * 9, ""),
        (
            "one label",
            "id,thread,target,text,stance\n" + "".join(f"{i},{i},a,b {i},favor\n" for i in range(9)),
            "every row",
        ),
        ("a thousand short rows", "id,thread,target,text,stance\n" + "x\n" * 1000, "more rows"),
        (
            "ten thousand columns",
            ",".join(f"c{i}" for i in range(10_000)) + "\n" + "," * 9999 + "\n",
            "no column",
        ),
    ):
        yield Case(
            FAMILY,
            f"CSV: {name}",
            "tables",
            written("t.csv", text),
            dry("t.csv"),
            Refused("t.csv", 0, says, (2,)),
        )
    for name, old, new in (
        ("an odd label", "is new,none", "is new,1e999"),
        ("a label of 5000 digits", "is new,none", f"is new,{'9' * 5000}"),
        ("a label in other digits", "is new,none", "is new,٣"),
        ("an id that is a path", "t3,", "../../x,"),
        ("an id that looks like a formula", "t3,", "=1+1,"),
        ("a text in another normal form", "speaker 3", "cafe\u0301 3"),
        ("a text from right to left", "speaker 3", "\u202eשלום 3"),
        ("a text with an unassigned character", "speaker 3", "\U0010ffff\ufffe"),
        ("a line separator in a text", "speaker 3", "speaker\u20283"),
        (
            "a quoted line feed",
            "speaker 3 says that the treaty is new",
            '"speaker\n3, says"',
        ),
    ):
        yield Case(
            FAMILY,
            f"CSV: {name}",
            "tables",
            replaced("t.csv", old, new),
            dry("t.csv"),
            Accepted("24 statements"),
        )


def _objects() -> Iterator[Case]:
    for name, line, says in (
        ("a list", "[]", "expected a JSON object"),
        ("NaN", '{"id": NaN}', "NaN"),
        ("a key twice", '{"id": "a", "id": "b"}', "duplicate key"),
        ("half a character", '{"text": "\\ud800"}', "surrogate"),
        ("a number without an end", '{"id": 1e999}', "1e999"),
        ("an integer of 5000 digits", '{"id": ' + "9" * 5000 + "}", ""),
        ("nothing", "{}", "no text"),
        ("a null text", json.dumps({**ROWS[0], "id": "x", "text": None}), "no text"),
        ("a null label", json.dumps({**ROWS[0], "id": "x", "stance": None}), "no label"),
        ("a null id", json.dumps({**ROWS[0], "id": None}), "no id"),
    ):
        spoil = replaced("t.jsonl", b"\n", b"\n" + line.encode() + b"\n")
        yield Case(
            FAMILY, f"JSON lines: {name}", "tables", spoil, dry("t.jsonl"), Refused("t.jsonl", 2, says, (2,))
        )
    for name, row in (
        ("numbers", {**ROWS[0], "id": 7, "text": 8, "thread": 1.5}),
        ("lists", {**ROWS[0], "id": "x", "text": ["a", {"b": None}]}),
        ("a truth value", {**ROWS[0], "id": True, "text": False}),
        ("more keys", {**ROWS[0], "id": "x", **{f"k{i}": i for i in range(500)}}),
        ("an integer beyond 64 bit", {**ROWS[0], "id": 2**70}),
        ("two hundred levels", {**ROWS[0], "id": "x", "more": json.loads("[" * 200 + "]" * 200)}),
    ):
        spoil = replaced("t.jsonl", b"\n", b"\n" + json.dumps(row).encode() + b"\n")
        yield Case(
            FAMILY, f"JSON lines: a row of {name}", "tables", spoil, dry("t.jsonl"), Accepted("25 statements")
        )
    wide = "".join(json.dumps({f"k{i}": i}) + "\n" for i in range(5000))
    yield Case(
        FAMILY,
        "JSON lines: every line has a key of its own",
        "tables",
        written("t.jsonl", wide),
        dry("t.jsonl"),
        Refused("t.jsonl", 0, "different keys", (2,)),
    )


def _parquet(make: Callable[[Any, dict[str, Any]], Any]) -> Callable[[Path], None]:
    def spoil(root: Path) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        columns = {name: pa.array([row[name] for row in ROWS]) for name in ROWS[0]}
        pq.write_table(make(pa, columns), root / "t.parquet")

    return spoil


def _columns() -> Iterator[Case]:
    n = len(ROWS)
    good: dict[str, tuple[Callable[[Any, dict[str, Any]], Any], str]] = {
        "whole numbers as ids": (lambda pa, c: pa.table({**c, "id": pa.array(range(n))}), "24"),
        "floats as ids": (lambda pa, c: pa.table({**c, "id": pa.array([float(i) for i in range(n)])}), "24"),
        "dates as groups": (lambda pa, c: pa.table({**c, "thread": pa.array(range(n), pa.date32())}), "24"),
        "times as groups": (
            lambda pa, c: pa.table({**c, "thread": pa.array(range(n), pa.timestamp("ns", "UTC"))}),
            "24",
        ),
        "decimals as groups": (
            lambda pa, c: pa.table({**c, "thread": pa.array(range(n)).cast(pa.decimal128(30, 2))}),
            "24",
        ),
        "a dictionary": (lambda pa, c: pa.table({**c, "stance": c["stance"].dictionary_encode()}), "24"),
        "views of text": (lambda pa, c: pa.table({**c, "text": c["text"].cast(pa.string_view())}), "24"),
        "bytes that are text": (lambda pa, c: pa.table({**c, "text": c["text"].cast(pa.binary())}), "24"),
        "lists": (lambda pa, c: pa.table({**c, "more": pa.array([[1, None]] * n)}), "24"),
        "structs": (lambda pa, c: pa.table({**c, "more": pa.array([{"a": 1.5}] * n)}), "24"),
        "a column of nulls": (lambda pa, c: pa.table({**c, "more": pa.nulls(n)}), "24"),
        "half floats": (lambda pa, c: pa.table({**c, "more": pa.array([1.5] * n).cast(pa.float16())}), "24"),
        "durations": (lambda pa, c: pa.table({**c, "more": pa.array(range(n), pa.duration("s"))}), "24"),
        "infinite numbers in a list": (
            lambda pa, c: pa.table({**c, "more": pa.array([[float("inf")]] * n)}),
            "24",
        ),
        "bytes that are no text in another column": (
            lambda pa, c: pa.table({**c, "more": pa.array([b"\xff"] * n)}),
            "24",
        ),
        "dates in a list": (
            lambda pa, c: pa.table({**c, "more": pa.array([[1]] * n, pa.list_(pa.date32()))}),
            "24",
        ),
        "a map": (
            lambda pa, c: pa.table(
                {**c, "more": pa.array([[("a", 1)]] * n, pa.map_(pa.string(), pa.int64()))}
            ),
            "24",
        ),
    }
    for name, (make, says) in good.items():
        yield Case(
            FAMILY,
            f"Parquet: {name}",
            "tables",
            _parquet(make),
            dry("t.parquet"),
            Accepted(f"{says} statements"),
        )
    bad: dict[str, tuple[Callable[[Any, dict[str, Any]], Any], int, str]] = {
        "no rows": (lambda pa, c: pa.table(c).slice(0, 0), 0, "no rows"),
        "no columns": (lambda pa, c: pa.table({}), 0, ""),
        "a column missing": (lambda pa, c: pa.table({k: c[k] for k in ("id", "text")}), 1, "no column"),
        "a column twice": (lambda pa, c: pa.table([*c.values(), c["id"]], [*c, "id"]), 0, "twice"),
        "null texts": (lambda pa, c: pa.table({**c, "text": pa.nulls(n, pa.string())}), 1, "no text"),
        "bytes that are no text": (lambda pa, c: pa.table({**c, "text": pa.array([b"\xff\xfe"] * n)}), 0, ""),
        "text that is no UTF-8": (
            lambda pa, c: pa.table({**c, "text": pa.array([b"\xff\xfe"] * n).view(pa.string())}),
            0,
            "",
        ),
        "labels that are all null": (lambda pa, c: pa.table({**c, "stance": pa.nulls(n)}), 1, "no label"),
        "labels that are nan": (
            lambda pa, c: pa.table({**c, "stance": pa.array([float("nan")] * n)}),
            1,
            "no label",
        ),
    }
    for name, (make, line, says) in bad.items():
        yield Case(
            FAMILY,
            f"Parquet: {name}",
            "tables",
            _parquet(make),
            dry("t.parquet"),
            Refused("t.parquet", line, says, (2,)),
        )
    for at in (4, 40, 200, 600):
        yield Case(
            FAMILY,
            f"Parquet: byte {at} is another",
            "tables",
            _flipped(at),
            dry("t.parquet"),
            Refused("t.parquet", 0, "", (2,)),
        )
    yield Case(
        FAMILY,
        "Parquet: a footer of 2 GB",
        "tables",
        _footer(2**31 - 1),
        dry("t.parquet"),
        Refused("t.parquet", 0, "Parquet", (2,)),
    )
    yield Case(
        FAMILY,
        "Parquet: a footer of 0",
        "tables",
        _footer(0),
        dry("t.parquet"),
        Refused("t.parquet", 0, "Parquet", (2,)),
    )


def _flipped(at: int) -> Callable[[Path], None]:
    """Spoil the footer, ``at`` bytes before its end: its figures are no checksum's business."""

    def spoil(root: Path) -> None:
        data = bytearray((root / "t.parquet").read_bytes())
        size = int.from_bytes(data[-8:-4], "little")
        start = len(data) - 8 - size
        data[start : start + at] = b"\xff" * at
        (root / "t.parquet").write_bytes(data)

    return spoil


def _footer(size: int) -> Callable[[Path], None]:
    def spoil(root: Path) -> None:
        data = (root / "t.parquet").read_bytes()
        (root / "t.parquet").write_bytes(data[:-8] + size.to_bytes(4, "little") + data[-4:])

    return spoil


def _compressed() -> Iterator[Case]:
    lines = "".join(json.dumps(row) + "\n" for row in ROWS).encode()
    table = (",".join(ROWS[0]) + "\n" + "".join(",".join(row.values()) + "\n" for row in ROWS)).encode()
    whole = gzip.compress(table, mtime=0)
    for name, data in {
        "two members": gzip.compress(table[:100], mtime=0) + gzip.compress(table[100:], mtime=0),
        "an empty member after it": whole + gzip.compress(b"", mtime=0),
    }.items():
        yield Case(
            FAMILY,
            f"gzip: {name}",
            "tables",
            written("t.csv.gz", data),
            dry("t.csv.gz"),
            Accepted("24 statements"),
        )
    for name, data in {
        "a wrong checksum": whole[:-8] + b"\0" * 8,
        "a missing end": whole[:-8],
        "rubbish after it": whole + b"rubbish" * 9,
        "Zstandard under its name": packed(table, "zstd"),
        "an unpacked table under its name": table,
        "a picture inside": gzip.compress(b"\x89PNG\r\n\x1a\n\0\0", mtime=0),
    }.items():
        yield Case(
            FAMILY,
            f"gzip: {name}",
            "tables",
            written("t.csv.gz", data),
            dry("t.csv.gz"),
            Refused("t.csv.gz", 0, "", (2,)),
        )
    small = packed(lines, "zstd")
    for name, data in {
        "a missing end": small[:-3],
        "rubbish after it": small + b"rubbish" * 9,
        "gzip under its name": gzip.compress(lines, mtime=0),
        "half a character inside": packed(b'{"text": "\\ud800"}\n', "zstd"),
    }.items():
        yield Case(
            FAMILY,
            f"zstd: {name}",
            "tables",
            written("t.jsonl.zst", data),
            dry("t.jsonl.zst"),
            Refused("t.jsonl.zst", 0, "", (2,)),
        )


def _settings() -> Iterator[Case]:
    for name, old, new, line, says in (
        ("a file that is a number", "file: t.csv", "file: 7", 4, "string"),
        ("a file that is true", "file: t.csv", "file: true", 4, "string"),
        ("a file with a NUL", "file: t.csv", 'file: "a\\0.csv"', 4, ""),
        ("a file with a very long name", "file: t.csv", f"file: {'x' * 5000}.csv", 4, ""),
        ("a file without an extension", "file: t.csv", "file: t", 0, ""),
        ("an unknown extension", "file: t.csv", "file: t.xlsx", 0, "t.xlsx"),
        ("a device", "file: t.csv", "file: /dev/zero\n  format: csv", 0, "/dev/zero"),
        ("a folder", "file: t.csv", "file: .\n  format: csv", 0, "folder"),
        ("a file elsewhere that is no table", "file: t.csv", "file: /etc/passwd\n  format: csv", 0, ""),
        ("an encoding that is none", "file: t.csv", "file: t.csv\n  encoding: klingon", 5, "encoding"),
        ("an encoding with a NUL", "file: t.csv", 'file: t.csv\n  encoding: "a\\0b"', 5, ""),
        ("an encoding that is not of text", "file: t.csv", "file: t.csv\n  encoding: hex", 5, ""),
        ("an encoding that unpacks", "file: t.csv", "file: t.csv\n  encoding: zlib", 5, ""),
        ("an encoding of half characters", "file: t.csv", "file: t.csv\n  encoding: utf-16", 0, ""),
        ("an encoding with numbers", "file: t.csv", "file: t.csv\n  encoding: 8", 5, "string"),
        ("an undefined encoding", "file: t.csv", "file: t.csv\n  encoding: undefined", 0, "undefined"),
        ("quotes that are no", "file: t.csv", "file: t.csv\n  quotes: no", 5, "boolean"),
        ("a format that is none", "file: t.csv", "file: t.csv\n  format: xlsx", 5, ""),
        ("a table and a corpus", "file: t.csv", "file: t.csv\n  corpus: x", 0, ""),
        ("a table and a data set", "file: t.csv", "file: t.csv\n  dataset: {path: x}", 0, "one of"),
        ("no columns", "columns:\n", "columns: {}\n  rest:\n", 0, ""),
        ("a column that is a number", "id: id", "id: 7", 6, "string"),
        ("a column that is not there", "text: text", "text: txt", 0, "did you mean"),
        ("labels twice", "columns:", "labels: [a, a]\n  columns:", 0, "twice"),
        ("labels that are true", "columns:", "labels: [true, false]\n  columns:", 5, ""),
        ("labels that are one", "columns:", "labels: [favor]\n  columns:", 5, ""),
        ("labels that the rows have not", "columns:", "labels: [a, b]\n  columns:", 0, "none of the labels"),
        ("a map to a list", "columns:", "label_map: {favor: [a]}\n  columns:", 5, ""),
        (
            "where with a column that is not there",
            "columns:",
            "where: {x: y}\n  columns:",
            0,
            "no column 'x'",
        ),
        (
            "where with a value that no row has",
            "columns:",
            "where: {stance: y}\n  columns:",
            0,
            "no row has 'y'",
        ),
        ("where with a date", "columns:", "where: {stance: 2022-09-16}\n  columns:", 0, "no row has"),
        ("a join with itself", "columns:", "join: {file: t.csv, on: id}\n  columns:", 0, "both tables"),
        ("a join with nothing", "columns:", "join: {file: n.csv, on: id}\n  columns:", 0, "no such file"),
        ("a join on three columns", "columns:", "join: {file: t.csv, on: [a, b, c]}\n  columns:", 5, ""),
        (
            "a data set that is not here",
            "file: t.csv",
            "dataset: {path: nobody/nothing}",
            0,
            "cannot be opened",
        ),
        ("a data set with path parts", "file: t.csv", "dataset: {path: ../../../etc}", 0, "cannot be opened"),
        ("a data set with a NUL", "file: t.csv", 'dataset: {path: "a\\0b"}', 0, ""),
        ("a template with an unknown part", "[SEP]", "{nothing}", 0, "nothing"),
        ("a template with an attribute", "[SEP]", "{text.__class__}", 0, "text.__class__"),
        ("a template with a position", "[SEP]", "{0}", 0, ""),
        ("files that are empty", "file: t.csv", "files: {}", 0, ""),
        ("files without a file", "file: t.csv", "files: {train: []}", 0, ""),
        ("files that differ", "file: t.csv", "files: {train: t.csv, test: t.tsv}", 0, ""),
    ):
        spoil = replaced("t.csv.yaml", old, new)
        place = "t.csv.yaml" if line else ""
        yield Case(
            FAMILY, f"settings: {name}", "tables", spoil, dry("t.csv"), Refused(place, line, says, (2,))
        )
