"""Annotations: the JSON lines of annotators and of gold."""

from __future__ import annotations

import json
from collections.abc import Iterator

from tests.bad_inputs.case import Accepted, Case, Refused
from tests.bad_inputs.family import LINES, of_file
from tests.bad_inputs.spoilt import moved_away, replaced
from tests.bad_inputs.values import in_line, wrong_values

CHECK = ("check", "corpus")
DRY = ("run", "--dry-run", "small.yaml")
AGREE = ("annotate", "agree", "corpus")
GOLD, ANNA = "corpus/annotations/gold/alpha.jsonl", "corpus/annotations/annotators/anna/alpha.jsonl"
KINDS = {
    "id": "text",
    "article": "text",
    "content": "spans",
    "cue": "spans",
    "source": "spans",
    "source_name": "text",
    "speaker": "text",
    "source_kind": "text",
    "via": "list of text",
    "attribution": "text",
    "stance": "text or null",
    "exclusion": "text or null",
    "group": "text",
    "confidence": "whole",
    "note": "text",
    "annotator": "text",
    "codebook_version": "whole",
}
SPAN = {("content", 0, "start"): "whole", ("content", 0, "end"): "whole", ("content", 0, "text"): "text"}
GOLDEN = {
    ("votes",): "mapping",
    ("votes", "anna"): "text or null",
    ("decision",): "text",
    ("reason",): "text",
    ("derived_from",): "list of text",
}
# Values of the right type that cannot be: of which field, and what is said.
VALUES = {
    "an empty id": (("id",), "", "id"),
    "an id of another line": (("id",), "anna-alpha-1", "alpha.jsonl:1"),
    "an article of another file": (("article",), "beta", "wrong-file"),
    "an article with path parts": (("article",), "../../x", "wrong-file"),
    "a start after the end": (("content", 0, "start"), 10**6, "bad-slice"),
    "an end after the text": (("content", 0, "end"), 10**9, "ends after the text"),
    "an end beyond 64 bit": (("content", 0, "end"), 2**63, "ends after the text"),
    "a text in another normal form": (("content", 0, "text"), "cafe\u0301", "bad-slice"),
    "an empty content": (("content",), [], "missing-content"),
    "a span twice": (("content",), [{"start": 0, "end": 3, "text": "The"}] * 2, ""),
    "an unknown stance": (("stance",), "suportive", "did you mean 'supportive'"),
    "a stance with a NUL": (("stance",), "neutral\0", "unknown-label"),
    "a stance with a space": (("stance",), "neutral ", "unknown-label"),
    "an empty stance": (("stance",), "", "unknown-label"),
    "a stance of a megabyte": (("stance",), "x" * 1_000_000, "unknown-label"),
    "stance and exclusion": (("exclusion",), "opposed", "exactly one"),
    "an unknown exclusion": (("exclusion",), "no", "exclusion"),
    "an unknown kind of source": (("source_kind",), "robot", "source_kind"),
    "a confidence of 4": (("confidence",), 4, "confidence"),
    "a confidence of 0": (("confidence",), 0, "confidence"),
    "a codebook of another version": (("codebook_version",), 1, "codebook"),
    "an annotator who is another": (("annotator",), "bruno", "annotator"),
}


def cases() -> Iterator[Case]:
    """Yield the cases of annotations."""
    marked = ("a byte order mark", "CR and LF", "CR alone", *LINES)
    for file in (GOLD, ANNA):
        yield from of_file(
            "annotations",
            "corpus",
            file,
            CHECK,
            lines=marked,
            codes=(1,),
            accepted={"absent"} if file == GOLD else (),
            left_out={"a link to nothing", *(("absent",) if file == ANNA else ())},
        )
    yield from of_file(
        "annotations",
        "corpus",
        ANNA,
        AGREE,
        lines=marked,
        codes=(2,),
        left_out={"a link to nothing", "absent", "empty", "one line feed"},
    )
    kinds = {(name,): kind for name, kind in KINDS.items()}
    for file, more in ((ANNA, {**kinds, **SPAN}), (GOLD, GOLDEN)):
        for name, path, value in wrong_values(more):
            where = "gold" if file == GOLD else "anna"
            spoil = in_line(file, 2, path, value)
            expect = Refused("alpha.jsonl", 2, str(path[0]).partition("_")[0].rstrip("s"), (1,))
            yield Case("annotations", f"{where}: {name}", "corpus", spoil, CHECK, expect)
    for name, (path, value, says) in VALUES.items():
        spoil = in_line(ANNA, 2, path, value)
        expect = Refused("alpha.jsonl", 2, says, (1,))
        yield Case("annotations", name, "corpus", spoil, CHECK, expect)
    yield from _lines()


def _lines() -> Iterator[Case]:
    """Lines that are JSON and no statement, or no JSON at all."""
    for name, line, says in (
        ("a list", "[]", "expected a JSON object"),
        ("null", "null", "expected a JSON object"),
        ("a number of 5000 digits", "9" * 5000, ""),
        ("an empty object", "{}", "missing field"),
        ("NaN", '{"id": NaN}', "NaN"),
        ("an infinity", '{"id": -Infinity}', "Infinity"),
        ("a number without an end", '{"id": 1e999}', "1e999"),
        ("a key twice", '{"id": "a", "id": "b"}', "duplicate key"),
        ("half a character", '{"id": "\\ud800"}', "surrogate"),
        ("half a character in a key", '{"\\udfff": 1}', "surrogate"),
        ("single quotes", "{'id': 'a'}", "not a JSON object"),
        ("a comma too many", '{"id": "a",}', "not a JSON object"),
        ("two objects", "{} {}", "not a JSON object"),
        ("a comment", "// statements", "not a JSON object"),
        ("an unknown key of a megabyte", json.dumps({"x" * 1_000_000: 1}), "unknown"),
        ("ten thousand unknown keys", json.dumps({f"k{i}": i for i in range(10_000)}), "unknown"),
        ("a thousand levels", '{"id": ' + "[" * 900 + "]" * 900 + "}", "id"),
    ):

        def put(root, line=line):
            path = root / ANNA
            lines = path.read_text(encoding="utf-8").split("\n")
            path.write_text("\n".join([lines[0], line, *lines[2:]]), encoding="utf-8")

        yield Case(
            "annotations", f"a line is {name}", "corpus", put, CHECK, Refused("alpha.jsonl", 2, says, (1,))
        )
    away = lambda root: moved_away(root / GOLD)  # noqa: E731
    yield Case(
        "annotations", "gold is a link to a sound file", "corpus", away, CHECK, Accepted("no problems")
    )
    blank = replaced(GOLD, b"\n", b"\n\n  \n")
    yield Case("annotations", "blank lines", "corpus", blank, CHECK, Accepted("no problems"))
    end = lambda root: (root / GOLD).write_bytes((root / GOLD).read_bytes().rstrip(b"\n"))  # noqa: E731
    yield Case("annotations", "no line feed at the end", "corpus", end, DRY, Accepted())
