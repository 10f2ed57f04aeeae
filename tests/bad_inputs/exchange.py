"""Files of other annotation tools: brat, Label Studio, doccano, UIMA CAS, CSV."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.bad_inputs.case import Accepted, Case, Refused
from tests.bad_inputs.family import BYTES, LINES, of_file
from tests.bad_inputs.spoilt import replaced, written
from tests.bad_inputs.values import ABSENT, DEEP, FAR, HUGE, Step, changed, said

FAMILY = "exchange"
FILES = {
    "brat": "out/brat/alpha.ann",
    "label-studio": "out/label-studio/tasks.json",
    "doccano": "out/doccano/dataset.jsonl",
    "cas": "out/cas/alpha.xmi",
    "csv": "out/csv/statements.csv",
}
SOUND = {
    "brat": {"a byte order mark", "empty", "one line feed"},
    "label-studio": {"a byte order mark", "CR and LF", "CR alone"},
    "doccano": {"a byte order mark", "CR and LF", "empty", "one line feed"},
    "cas": {"a byte order mark", "CR and LF", "CR alone"},
    "csv": {"a byte order mark", "CR and LF", "CR alone"},
}
"""Files that say the same in another way, or, as brat's do of an article without statements, nothing."""
ODD: tuple[Any, ...] = (ABSENT, None, 7, -1, True, 1.5, "a", [], {}, DEEP, HUGE, FAR)


def command(form: str) -> tuple[str, ...]:
    """Return the command that imports a format's file as anna's."""
    return (
        "annotate",
        "import",
        "--corpus",
        "corpus",
        "--format",
        form,
        "--annotator",
        "anna",
        "--replace",
        FILES[form],
    )


def cases() -> Iterator[Case]:
    """Yield the cases of exchange files."""
    for form, file in FILES.items():
        lines = LINES if form == "doccano" else BYTES[1:] if form in ("brat", "csv") else ()
        left = {"cut in half"} if form in ("brat", "csv") else set()  # a line may end there
        yield from of_file(
            FAMILY,
            "exchange",
            file,
            command(form),
            lines=lines,
            accepted=SOUND[form],
            left_out=left,
            codes=(2,),
        )
    yield from _brat()
    yield from _label_studio()
    yield from _doccano()
    yield from _cas()
    yield from _csv()
    yield from _names()


def _refused(form: str, name: str, spoil: Callable[[Path], None], line: int = 0, says: str = "") -> Case:
    expect = Refused(FILES[form].rpartition("/")[2], line, says, (2,))
    return Case(FAMILY, f"{form}: {name}", "exchange", spoil, command(form), expect)


def _brat() -> Iterator[Case]:
    for name, old, new, line, says in (
        ("a span before the text", "Statement 44 91", "Statement -1 91", 1, ""),
        ("a span after the text", "Statement 44 91", "Statement 44 99999", 1, "no span"),
        ("a span from its end", "Statement 44 91", "Statement 91 44", 1, "no span"),
        ("a span without a length", "Statement 44 91", "Statement 44 44", 1, ""),
        ("an offset beyond 64 bit", "Statement 44 91", f"Statement 44 {HUGE}", 1, "no text-bound"),
        ("an offset of 5000 digits", "Statement 44 91", f"Statement 44 {'9' * 5000}", 1, ""),
        ("an offset in other digits", "Statement 44 91", "Statement ٤٤ ٩١", 1, ""),
        ("an offset that is a fraction", "Statement 44 91", "Statement 44.0 91", 1, ""),
        ("another text", "The sanctions strike", "The Sanctions strike", 1, "bad-slice"),
        ("no text", "\tThe sanctions strike the innocent and must end.", "", 1, ""),
        ("an unknown type", "T1\tStatement", "T1\tPerson", 1, ""),
        ("an id twice", "T2\tCue", "T1\tCue", 2, ""),
        ("an event without a trigger", "E1\tStatement:T1 Cue:T2", "E1\tCue:T2", 4, ""),
        ("an event of nothing", "E1\tStatement:T1", "E1\tStatement:T99", 4, "T99"),
        ("an event of itself", "E1\tStatement:T1", "E1\tStatement:E1", 4, "E1"),
        ("an event without arguments", "E1\tStatement:T1 Cue:T2 Source:T3", "E1", 4, "no event"),
        ("an attribute of nothing", "A1\tStance E1", "A1\tStance E9", 5, "E9"),
        ("an attribute twice", "A2\tAttribution E1 indirect", "A2\tStance E1 neutral", 6, "twice"),
        ("an unknown attribute", "A1\tStance", "A1\tMood", 5, "Mood"),
        ("an unknown stance", "Stance E1 supportive", "Stance E1 fond", 0, "fond"),
        ("a confidence of 5000 digits", "Confidence E1 3", f"Confidence E1 {'9' * 5000}", 0, "confidence"),
        ("a confidence in other digits", "Confidence E1 3", "Confidence E1 ٣", 0, "confidence"),
        (
            "an id with path parts",
            "StatementId E1\tanna-alpha-1",
            "StatementId E1\tbruno-alpha-1",
            0,
            "bruno-alpha-1",
        ),
        ("a relation", "A1\tStance", "R1\tRel Arg1:T1 Arg2:T2\nA1\tStance", 5, "neither"),
        ("votes that are no JSON", "A1\tStance", "#99\tVotes E1\t{\nA1\tStance", 5, "votes"),
    ):
        yield _refused("brat", name, replaced(FILES["brat"], old, new), line, says)
    for name, text in (
        ("another text", "The summit\n"),
        ("no text", ""),
        ("a text in another normal form", "Cafe\u0301\n"),
    ):
        yield _refused("brat", f"beside it {name}", written("out/brat/alpha.txt", text), 0, "differs")
    beside = Refused("alpha.txt", 0, "", (2,))
    yield Case(
        FAMILY,
        "brat: beside it no UTF-8",
        "exchange",
        written("out/brat/alpha.txt", b"\xff"),
        command("brat"),
        beside,
    )
    away = lambda root: (root / "out/brat/alpha.txt").unlink()  # noqa: E731
    yield Case(FAMILY, "brat: no text beside it", "exchange", away, command("brat"), Accepted("4 statements"))


def _in(form: str, path: tuple[Step, ...], value: Any) -> Callable[[Path], None]:
    """Change the JSON of a file, or of the first line of JSON lines."""

    def spoil(root: Path) -> None:
        file = root / FILES[form]
        text = file.read_text(encoding="utf-8")
        head, feed, rest = text.partition("\n") if form == "doccano" else (text, "", "")
        file.write_text(json.dumps(changed(json.loads(head), path, value)) + feed + rest, encoding="utf-8")

    return spoil


def _label_studio() -> Iterator[Case]:
    result: tuple[Step, ...] = (0, "annotations", 0, "result")
    for path, fine in {
        (0, "data"): (),
        (0, "data", "text"): (),
        (0, "data", "article"): ODD,
        (0, "annotations", 0): (ABSENT,),
        (0, "annotations", 0, "result"): ([],),
        (*result, 0): (),
        (*result, 0, "value"): (),
        (*result, 0, "value", "start"): (),
        (*result, 0, "value", "end"): (),
        (*result, 0, "value", "labels"): (),
        (*result, 0, "id"): (),
        (*result, 2, "from_id"): (),
        (*result, 0, "value", "text"): (ABSENT,),
    }.items():
        for value in ODD:
            name = f"{'.'.join(map(str, path))} is {said(value)}"
            spoil = _in("label-studio", path, value)
            if any(said(value) == said(x) for x in fine):
                yield Case(
                    FAMILY,
                    f"label-studio: {name}",
                    "exchange",
                    spoil,
                    command("label-studio"),
                    Accepted("statements"),
                )
            else:
                yield _refused("label-studio", name, spoil)
    for value in (None, 7, "a", [7], [None], [[]], [{}], {}, {"data": 1}, DEEP):
        yield _refused("label-studio", f"all of it is {said(value)}", _in("label-studio", (), value))


def _doccano() -> Iterator[Case]:
    for path in (
        ("text",),
        ("entities",),
        ("entities", 0),
        ("entities", 0, "id"),
        ("entities", 0, "label"),
        ("entities", 0, "start_offset"),
        ("entities", 0, "end_offset"),
        ("relations",),
        ("relations", 0),
        ("relations", 0, "from_id"),
        ("relations", 0, "to_id"),
    ):
        for value in ODD:
            if (path[-1], said(value)) in (("start_offset", "7"), ("from_id", "7")):
                continue  # the span and the statement of another, which are possible too
            name = f"{'.'.join(map(str, path))} is {said(value)}"
            yield _refused("doccano", name, _in("doccano", path, value), 1)


def _cas() -> Iterator[Case]:
    laughs = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 12))
    head = "<?xml version='1.0' encoding='UTF-8'?>"
    for name, old, new in (
        ("a billion laughs", head, f'{head}<!DOCTYPE x [<!ENTITY a0 "ha">{laughs}]>'),
        ("a file elsewhere", head, f'{head}<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'),
        ("a document type in UTF-16's words", head, "<?xml version='1.0' encoding='UTF-16'?>"),
        ("an encoding that is none", head, "<?xml version='1.0' encoding='klingon'?>"),
        ("no document element", "<xmi:XMI", "<!-- <xmi:XMI"),
        ("another element", "<xmi:XMI", "<html><xmi:XMI"),
        ("an element that stays open", '<cas:NULL xmi:id="0"/>', "<cas:NULL>"),
        ("an id twice", 'xmi:id="3"', 'xmi:id="2"'),
        ("an id that is a word", 'xmi:id="2"', 'xmi:id="two"'),
        ("an offset that is a word", 'begin="44"', 'begin="many"'),
        ("an offset that is negative", 'begin="44"', 'begin="-44"'),
        ("an offset after the text", 'end="91"', 'end="99999"'),
        ("an offset beyond 64 bit", 'end="91"', f'end="{HUGE}"'),
        ("an offset of 5000 digits", 'end="91"', f'end="{"9" * 5000}"'),
        ("an offset that is a fraction", 'end="91"', 'end="91.5"'),
        ("a reference to nothing", 'statement="2"', 'statement="77"'),
        ("a reference to another type", 'statement="2"', 'statement="3"'),
        ("a reference that is a word", 'statement="2"', 'statement="two"'),
        ("no reference", ' statement="2"', ""),
        ("a confidence that is a word", 'confidence="3"', 'confidence="high"'),
        ("a confidence of 5000 digits", 'confidence="3"', f'confidence="{"9" * 5000}"'),
        ("a list that is none", 'via="[]"', 'via="["'),
        ("a list of numbers", 'via="[]"', 'via="[1]"'),
        ("a number for a list", 'via="[]"', 'via="7"'),
        ("an unknown stance", 'stance="supportive"', 'stance="fond"'),
        ("another text", "The summit ended early", "The summit ended late"),
        ("no text", 'sofaString="', 'other="'),
        ("a character that XML has not", "The summit ended early", "The summit ended &#0; early"),
        ("an unknown namespace", "http:///stance.ecore", "http:///other.ecore"),
        ("an unknown feature", 'note=""', 'mood="x"'),
    ):
        spoil = replaced(FILES["cas"], old, new)
        yield _refused("cas", name, spoil)
    deep = f"{head}\n" + "<a>" * 5000 + "</a>" * 5000
    yield _refused("cas", "five thousand levels", written(FILES["cas"], deep))


def _csv() -> Iterator[Case]:
    for name, old, new, line, says in (
        ("a column twice", "id,article", "id,id", 1, ""),
        ("an unknown column", "id,article", "id,articel", 1, "did you mean 'article'"),
        ("no column of articles", ",article,", ",note,", 1, ""),
        ("an article that is a path", "anna-alpha-1,alpha", "anna-alpha-1,../../x", 2, "no article"),
        ("a cell too many", "anna-alpha-1,alpha", "anna-alpha-1,x,alpha", 2, "cells"),
        ("a span that is no JSON", '"[{""start"": 44', '"[{start: 44', 2, "content"),
        (
            "a span that is a number",
            '"[{""start"": 44, ""end"": 91, ""text"": ""The sanctions strike the innocent and must end.""}]"',
            "7",
            2,
            "content",
        ),
        ("a span that is a list", '""start"": 44', '""begin"": 44', 2, ""),
        ("an offset that is true", '""start"": 44', '""start"": true', 2, "start"),
        ("an offset that is a fraction", '""start"": 44', '""start"": 44.5', 2, "start"),
        ("an offset beyond 64 bit", '""end"": 91', f'""end"": {HUGE}', 2, ""),
        ("an offset of 5000 digits", '""end"": 91', f'""end"": {"9" * 5000}', 2, ""),
        ("an offset that is NaN", '""end"": 91', '""end"": NaN', 2, "NaN"),
        ("a confidence of 5000 digits", ",3,,anna", f",{'9' * 5000},,anna", 2, "confidence"),
        ("a confidence in other digits", ",3,,anna", ",٣,,anna", 2, "confidence"),
        ("an open quote", "anna-alpha-1,alpha", '"anna-alpha-1,alpha', 2, ""),
        ("an id twice", "anna-alpha-2,", "anna-alpha-1,", 3, "duplicate-id"),
        ("another annotator", ",anna,2", ",bruno,2", 2, "annotator"),
        ("an empty article", "anna-alpha-1,alpha", "anna-alpha-1,", 2, "no article"),
        ("deep spans", '"[{""start"": 44', '"' + "[" * 100_000 + '{""start"": 44', 2, ""),
    ):
        yield _refused("csv", name, replaced(FILES["csv"], old, new), line, says)


def _names() -> Iterator[Case]:
    """Names of annotators, formats and files."""
    base = ("annotate", "import", "--corpus", "corpus", "--replace")
    for name, more, says in (
        (
            "an annotator with path parts",
            ("--format", "brat", "--annotator", "../../x", FILES["brat"]),
            "no name",
        ),
        ("an annotator of two dots", ("--format", "brat", "--annotator", "..", FILES["brat"]), "no name"),
        (
            "an annotator with a line feed",
            ("--format", "brat", "--annotator", "anna\n", FILES["brat"]),
            "no name",
        ),
        ("an annotator without a name", ("--format", "brat", "--annotator", "", FILES["brat"]), "no name"),
        (
            "an annotator of 300 letters",
            ("--format", "brat", "--annotator", "x" * 300, FILES["brat"]),
            "no name",
        ),
        ("an unknown format", ("--format", "brta", "--annotator", "anna", FILES["brat"]), "did you mean"),
        (
            "the same file twice",
            ("--format", "brat", "--annotator", "anna", FILES["brat"], FILES["brat"]),
            "another file",
        ),
        ("no such file", ("--format", "brat", "--annotator", "anna", "out/none.ann"), "no such file"),
        ("a file in the wrong format", ("--format", "csv", "--annotator", "anna", FILES["doccano"]), ""),
    ):
        yield Case(
            FAMILY,
            f"import: {name}",
            "exchange",
            lambda root: None,
            (*base, *more),
            Refused("", 0, says, (2,)),
        )

    def out_of_tree(root: Path) -> None:
        (root / "outside").mkdir()
        folder = root / "corpus/annotations/annotators/anna"
        for path in folder.iterdir():
            path.rename(root / "outside" / path.name)
        folder.rmdir()
        folder.symlink_to("../../../outside")

    yield Case(
        FAMILY,
        "import: the annotator's folder is a link out of the corpus",
        "exchange",
        out_of_tree,
        command("brat"),
        Refused("anna", 0, "outside", (1, 2)),
    )
