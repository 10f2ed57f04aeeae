"""Predictions of other systems: JSON lines, CSV, samples of lm_eval, logs of inspect."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

from tests.bad_inputs.case import Accepted, Case, Refused
from tests.bad_inputs.family import LINES, of_file
from tests.bad_inputs.good import zipped
from tests.bad_inputs.spoilt import replaced, written
from tests.bad_inputs.values import ABSENT, DEEP, FAR, HUGE, in_json, in_line, said

FAMILY = "predictions"
PROBABILITIES = {
    "a word": "high",
    "a number": 1,
    "an empty list": [],
    "an empty mapping": {},
    "two numbers": [0.5, 0.5],
    "four numbers": [0.25] * 4,
    "a negative": [-1, 1, 1],
    "above one": [2, 0, 0],
    "a sum of 0.5": [0.5, 0, 0],
    "text": ["0.3", "0.3", "0.4"],
    "truth values": [True, False, False],
    "nulls": [None, None, None],
    "lists": [[1], [0], [0]],
    "other labels": {"a": 1, "b": 0, "c": 0},
    "a label missing": {"neutral": 1},
    "beyond 64 bit": [HUGE, 0, 0],
    "400 digits": [FAR, 0, 0],
    "true": True,
    "deep": DEEP,
}


def command(file: str) -> tuple[str, ...]:
    """Return the command that scores a predictions file."""
    return ("score", "--predictions", file, "--config", "small.yaml", "--set", "evaluation.retrain=0")


def cases() -> Iterator[Case]:
    """Yield the cases of predictions."""
    text = {"a byte order mark", "CR and LF"}
    yield from of_file(
        FAMILY, "predictions", "mine.jsonl", command("mine.jsonl"), lines=LINES, accepted=text, codes=(2,)
    )
    yield from of_file(
        FAMILY,
        "predictions",
        "mine.csv",
        command("mine.csv"),
        lines=LINES,
        codes=(2,),
        accepted={*text, "CR alone"},
    )
    yield from of_file(
        FAMILY,
        "predictions",
        "samples.jsonl",
        command("samples.jsonl"),
        lines=LINES,
        codes=(2,),
        accepted=text,
    )
    yield from of_file(
        FAMILY,
        "predictions",
        "log.json",
        command("log.json"),
        lines=(),
        codes=(2,),
        accepted={"CR and LF", "CR alone"},
    )
    yield from of_file(
        FAMILY,
        "predictions",
        "log.eval",
        command("log.eval"),
        lines=(),
        codes=(2,),
        left_out={
            "UTF-16",
            "UTF-16 without a mark",
            "UTF-32",
            "a byte order mark",
            "CR and LF",
            "CR alone",
            "a NUL",
            "a byte of Latin-1",
            "an overlong form",
            "half a character",
            "a character beyond Unicode",
            "a merge conflict",
            "a hundred thousand brackets",
            "a hundred thousand braces",
            "a megabyte of one letter",
        },
    )
    for value in (
        ABSENT,
        None,
        7,
        1.5,
        True,
        [],
        {},
        DEEP,
        "",
        "nobody",
        "../../x",
        "alpha-1",
        "alpha-2 ",
        "x" * 10**6,
    ):
        for field in ("id", "predicted"):
            if (field, value) == ("predicted", "alpha-1") or (field == "id" and value in ("neutral",)):
                continue
            spoil = in_line("mine.jsonl", 2, (field,), value)
            expect = Refused("mine.jsonl", 2, "", (2,))
            yield Case(
                FAMILY, f"{field} is {said(value)}", "predictions", spoil, command("mine.jsonl"), expect
            )
    for name, value in PROBABILITIES.items():
        spoil = in_line("mine.jsonl", 2, ("probabilities",), value)
        expect = Refused("mine.jsonl", 2, "probabilities", (2,))
        yield Case(FAMILY, f"probabilities are {name}", "predictions", spoil, command("mine.jsonl"), expect)
    for name, old, new, line, says in (
        ("a column twice", "id,predicted", "id,id", 1, "twice"),
        ("no column for ids", "id,predicted", "key,predicted", 2, "no id"),
        ("a cell too many", "alpha-2,", "alpha-2,x,", 3, "expected 3 cells"),
        ("an open quote", "alpha-2,", '"alpha-2,', 0, ""),
        ("a quote in a cell", "alpha-2,", 'al"pha-2,', 3, ""),
        ("text after a quote", "alpha-2,", '"alpha-2"x,', 3, ""),
        ("an id twice", "alpha-2,", "alpha-1,", 3, "twice"),
        ("probabilities in single quotes", '"{""supportive""', "\"{'supportive'", 2, "probabilities"),
        ("semicolons", "id,predicted,probabilities", "id;predicted;probabilities", 0, ""),
    ):
        spoil = replaced("mine.csv", old, new)
        yield Case(
            FAMILY,
            f"CSV: {name}",
            "predictions",
            spoil,
            command("mine.csv"),
            Refused("mine.csv", line, says, (2,)),
        )
    yield from _samples()
    yield from _logs()
    yield from _sound()


def _samples() -> Iterator[Case]:
    for path, values in {
        ("doc",): (None, 1, "a", []),
        ("doc", "id"): (ABSENT, None, 7, [], "nobody"),
        ("filtered_resps",): (
            None,
            1,
            [],
            [[]],
            [[[]]],
            [None],
            {},
            {"a": 1},
            [[["nan", False]]],
            [["x", 1]],
            DEEP,
            [[[FAR, False]]],
        ),
    }.items():
        for value in values:
            spoil = in_line("samples.jsonl", 2, path, value)
            name = f"a sample's {'.'.join(path)} is {said(value)}"
            yield Case(
                FAMILY,
                name,
                "predictions",
                spoil,
                command("samples.jsonl"),
                Refused("samples.jsonl", 2, "", (2,)),
            )


def _logs() -> Iterator[Case]:
    log = "log.json"
    for value in (
        ABSENT,
        None,
        7,
        "a",
        {},
        [],
        [1],
        [None],
        [[]],
        [{}],
        [{"id": 7}],
        [{"id": "nobody"}],
        DEEP,
    ):
        spoil = in_json(log, ("samples",), value)
        yield Case(
            FAMILY,
            f"a log's samples are {said(value)}",
            "predictions",
            spoil,
            command(log),
            Refused(log, 0, "", (2,)),
        )
    for value in ([], [{}], [{"id": "alpha-1", "scores": 7}], [{"id": "alpha-1", "error": "it failed"}], [7]):
        entries = {f"samples/{i}.json": json.dumps(x) for i, x in enumerate(value)} or {"header.json": "{}"}
        spoil = written("log.eval", zipped(entries))
        name = f"an archive's samples are {said(value)}"
        yield Case(FAMILY, name, "predictions", spoil, command("log.eval"), Refused("log.eval", 0, "", (2,)))
    for name, data in {
        "a sample that is no JSON": zipped({"samples/1.json": "{"}),
        "a sample that is no UTF-8": _raw(b"\xff\xfe\xff"),
        "a thousand levels": zipped({"samples/1.json": "[" * 100_000}),
        "a compression nobody knows": _method(14),
        "a forged size": _forged(),
        "a password": _flagged(),
    }.items():
        spoil = written("log.eval", data)
        yield Case(
            FAMILY,
            f"an archive with {name}",
            "predictions",
            spoil,
            command("log.eval"),
            Refused("log.eval", 0, "", (2,)),
        )


def _raw(data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("samples/1.json", data)
    return out.getvalue()


def _method(number: int) -> bytes:
    """Return an archive whose entry claims to be packed by another method."""
    data = bytearray(_raw(b"{}"))
    central = data.index(b"PK\x01\x02")
    data[8:10] = data[central + 10 : central + 12] = number.to_bytes(2, "little")
    return bytes(data)


def _forged() -> bytes:
    """Return an archive whose entry claims to be packed by Zstandard and to hold 4 GB."""
    data = bytearray(_method(93))
    central = data.index(b"PK\x01\x02")
    data[22:26] = data[central + 24 : central + 28] = (2**32 - 2).to_bytes(4, "little")
    return bytes(data)


def _flagged() -> bytes:
    data = bytearray(_raw(b"{}"))
    central = data.index(b"PK\x01\x02")
    data[6] |= 1
    data[central + 8] |= 1
    return bytes(data)


def _sound() -> Iterator[Case]:
    away = lambda root: moved_away_file(root, "mine.jsonl")  # noqa: E731
    for name, spoil, file in (
        ("a link to a sound file", away, "mine.jsonl"),
        ("blank lines", replaced("mine.jsonl", "\n", "\n\n \n"), "mine.jsonl"),
        ("no line feed at the end", lambda root: _stripped(root / "mine.csv"), "mine.csv"),
        ("a column more", replaced("mine.jsonl", '{"id"', '{"note": "x", "id"'), "mine.jsonl"),
        ("no probabilities", lambda root: _bare(root / "mine.jsonl"), "mine.jsonl"),
        ("a probability of 1e-400", replaced("mine.jsonl", "0.1", "0.1e0"), "mine.jsonl"),
        (
            "a name with spaces and Cyrillic",
            lambda root: (root / "mine.jsonl").rename(root / "мой файл.jsonl"),
            "мой файл.jsonl",
        ),
        (
            "a name with a line feed",
            lambda root: (root / "mine.jsonl").rename(root / "a\nb.jsonl"),
            "a\nb.jsonl",
        ),
    ):
        yield Case(FAMILY, name, "predictions", spoil, command(file), Accepted("macro_f1"))


def moved_away_file(root: Path, name: str) -> None:
    (root / "x").mkdir()
    (root / name).rename(root / "x" / name)
    (root / name).symlink_to(f"x/{name}")


def _stripped(path: Path) -> None:
    path.write_bytes(path.read_bytes().rstrip(b"\n"))


def _bare(path: Path) -> None:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    path.write_text(
        "".join(json.dumps({k: r[k] for k in ("id", "predicted")}) + "\n" for r in rows), encoding="utf-8"
    )
