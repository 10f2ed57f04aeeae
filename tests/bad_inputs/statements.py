"""New statements for ``harness predict``, and new articles, lists of them and cue lists for ``annotate``."""

from __future__ import annotations

import json
from collections.abc import Iterator

from tests.bad_inputs.case import Accepted, Case, Refused
from tests.bad_inputs.family import BYTES, LINES, of_file
from tests.bad_inputs.spoilt import replaced, written
from tests.bad_inputs.tables import PACKED
from tests.bad_inputs.values import DEEP, said

FAMILY = "statements"
LIST = "file,title,language\nnew.txt,A new one,en\n"
ADD = ("annotate", "add", "new.txt", "--corpus", "corpus", "--language", "en", "--title", "x", "--original")
TABLE = ("annotate", "add", "--from-csv", "list.csv", "--corpus", "corpus")


def labels(file: str) -> tuple[str, ...]:
    """Return the command that labels a file of new statements."""
    return ("predict", "runs/small/first", file, "--model", "logreg", "--out", "labels.jsonl")


def cases() -> Iterator[Case]:
    """Yield the cases of new statements and articles."""
    none = {"empty", "one line feed"}
    for file, lines, sound in (
        ("new.jsonl", LINES, {"a byte order mark", "CR and LF", *none}),
        ("new.csv", BYTES[1:], {"a byte order mark", "CR and LF", "cut in half"}),  # cut inside a cell
        ("new.tsv", BYTES[1:], {"a byte order mark", "CR and LF", "cut in half"}),
    ):
        left = {"a NUL", "CR alone", "a folder"}  # a folder may hold statements in parts
        yield from of_file(
            FAMILY, "run", file, labels(file), lines=lines, accepted=sound, codes=(1, 2), left_out=left
        )
    yield from of_file(
        FAMILY,
        "run",
        "new.parquet",
        labels("new.parquet"),
        lines=(),
        codes=(1, 2),
        left_out=(*PACKED, "a folder"),
    )
    for value in (None, 7, True, 1.5, [], {}, DEEP):
        spoil = replaced("new.jsonl", '"new statement 2"', json.dumps(value))
        yield Case(
            FAMILY,
            f"a statement is {said(value)}",
            "run",
            spoil,
            labels("new.jsonl"),
            Refused("new.jsonl", 2, "statement", (2,)),
        )
    for value in (None, True, 1.5, [], {}, "", DEEP):
        spoil = replaced("new.jsonl", '"n2"', json.dumps(value))
        yield Case(
            FAMILY,
            f"an id is {said(value)}",
            "run",
            spoil,
            labels("new.jsonl"),
            Refused("new.jsonl", 2, "id", (2,)),
        )
    for name, old, new in (
        ("an id of a path", '"n2"', '"../../x"'),
        ("an id beyond 64 bit", '"n2"', str(2**70)),
        ("a statement of nothing", '"new statement 2"', '""'),
        ("a statement with a NUL", '"new statement 2"', '"a\\u0000b"'),
        ("a statement in another normal form", '"new statement 2"', '"cafe\\u0301"'),
        ("a statement of a megabyte", '"new statement 2"', '"' + "word " * 200_000 + '"'),
    ):
        yield Case(
            FAMILY,
            name,
            "run",
            replaced("new.jsonl", old, new),
            labels("new.jsonl"),
            Accepted("8 statements"),
        )
    yield from _articles()
    yield from _lists()
    yield from _cues()


def _articles() -> Iterator[Case]:
    for name, data in {
        "empty": b"",
        "white space": b" \n\n\t",
        "NUL": b"\0" * 100,
        "no UTF-8": b"caf\xe9\n",
        "UTF-16": "text\n".encode("utf-16"),
        "a half character": b"a\xed\xa0\x80b\n",
        "a picture": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    }.items():
        yield Case(
            FAMILY, f"a new article is {name}", "corpus", written("new.txt", data), ADD, Refused("new.txt")
        )
    for name, file in {"a folder": "new.txt/x", "absent": "other.txt"}.items():
        yield Case(
            FAMILY, f"a new article is {name}", "corpus", written(file, "text\n"), ADD, Refused("new.txt")
        )
    for id_ in ("../../x", "..", "/etc/x", "", "a b", "альфа", "alpha", "x" * 300, "a\nb"):
        command = (*ADD, "--id", id_)
        yield Case(
            FAMILY,
            f"a new article's id is {id_[:20]!r}",
            "corpus",
            written("new.txt", "A new text.\n"),
            command,
            Refused(""),
        )
    for option, value in (
        ("--date", "2022-99"),
        ("--date", "٢٠٢٢"),
        ("--date", "9" * 5000),
        ("--language", "English"),
        ("--encoding", "klingon"),
        ("--encoding", "hex"),
        ("--encoding", "a\u0301"),
        ("--title", "a\nb"),
    ):
        command = (*ADD, option, value)
        yield Case(
            FAMILY,
            f"{option} is {value[:20]!r}",
            "corpus",
            written("new.txt", "A new text.\n"),
            command,
            Refused(""),
        )
    page = "<html><head><title>T</title></head><body>" + "<div>" * 20_000 + "words " * 50 + "</body></html>"
    command = ("annotate", "add", "new.html", *ADD[3:])
    yield Case(
        FAMILY,
        "a page of twenty thousand levels",
        "corpus",
        written("new.html", page),
        command,
        Refused("new.html"),
    )
    for name, text in {
        "no text": "<html></html>",
        "a script alone": "<html><script>" + "x" * 9999 + "</script></html>",
    }.items():
        yield Case(
            FAMILY, f"a page of {name}", "corpus", written("new.html", text), command, Refused("new.html")
        )


def _lists() -> Iterator[Case]:
    def both(text: str):
        def spoil(root):
            written("new.txt", "A new text of some words.\n")(root)
            written("list.csv", text)(root)

        return spoil

    yield Case(FAMILY, "a sound list of articles", "corpus", both(LIST), TABLE, Accepted("new"))
    for name, text, line, says in (
        ("empty", "", 0, ""),
        ("a header alone", "file\n", 0, ""),
        ("an unknown column", "file,titel\nnew.txt,x\n", 1, "did you mean"),
        ("a column twice", "file,file\nnew.txt,new.txt\n", 1, "twice"),
        ("no file", "title\nx\n", 1, "file"),
        ("a cell too many", "file\nnew.txt,x\n", 2, "cells"),
        ("an open quote", 'file\n"new.txt\n', 0, ""),
        ("a file that is not there", "file\nother.txt\n", 0, "no such file"),
        ("a file that is a folder", "file\ncorpus\n", 0, "folder"),
        ("a file that is a device", "file\n/dev/zero\n", 0, "device"),
        ("a file with a NUL", "file\na\0b\n", 0, ""),
        ("the same file twice", "file\nnew.txt\nnew.txt\n", 0, ""),
        ("an id with path parts", "file,id\nnew.txt,../../x\n", 2, "id"),
        ("a truth value that is maybe", "file,machine_translated\nnew.txt,maybe\n", 2, "maybe"),
        ("a date that is none", "file,date\nnew.txt,soon\n", 2, "soon"),
        ("a very long name", f"file\n{'x' * 1000}\n", 0, ""),
    ):
        place = "list.csv" if line else ""
        yield Case(
            FAMILY, f"a list of articles is {name}", "corpus", both(text), TABLE, Refused(place, line, says)
        )


def _cues() -> Iterator[Case]:
    command = ("annotate", "suggest", "alpha", "--corpus", "corpus", "--cues", "cues.yaml")
    for name, text in {
        "a list": "[a]\n",
        "unknown keys": "a: b\n",
        "a tag": "verbs: !!python/name:os.system x\n",
        "no UTF-8": b"\xff",
        "deep": "verbs: " + "[" * 5000,
        "verbs that are numbers": "verbs: [1, 2]\n",
        "verbs that are a word": "verbs: said\n",
        "an expression without an end": "verbs: ['(a+)+$(']\n",
    }.items():
        yield Case(
            FAMILY,
            f"a cue list is {name}",
            "corpus",
            written("cues.yaml", text),
            command,
            Refused("cues.yaml"),
        )
    for id_ in ("../../x", "nobody", "", "alpha\n"):
        what = ("annotate", "suggest", id_, "--corpus", "corpus")
        yield Case(
            FAMILY, f"candidates of the article {id_!r}", "corpus", lambda root: None, what, Refused("")
        )
