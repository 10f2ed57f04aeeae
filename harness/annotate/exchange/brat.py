"""brat's standoff format (https://brat.nlplab.org/standoff.html): ``<article>.txt`` and ``<article>.ann``.

A statement is an event whose trigger is its content, with the cue and the source as arguments; labels are
attributes, free text stands in ``#`` notes. Spans are text-bound annotations, discontinuous where there
are several. brat reads its files line by line and splits at tabs, so a span is cut at line breaks and
tabs; on reading, fragments with nothing but those between them become one again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

from harness.annotate.exchange.rows import PARTS, Document, Found, Row
from harness.errors import Place
from harness.records import ATTRIBUTIONS, EXCLUSIONS, SOURCE_KINDS, Article
from harness.textfile import parse_json, to_json

WHY: Mapping[str, str] = {
    **dict.fromkeys(PARTS, "a span cannot begin, end or be cut only by line breaks and tabs"),
    **dict.fromkeys(
        ("note", "source_name", "speaker", "group", "reason", "via", "stance", "id"), "a value is one line"
    ),
}
TYPES = {"content": "Statement", "cue": "Cue", "source": "Source"}
ATTRIBUTES = {
    "Stance": "stance",
    "Exclusion": "exclusion",
    "Attribution": "attribution",
    "SourceKind": "source_kind",
    "Confidence": "confidence",
    "CodebookVersion": "codebook_version",
    "Decision": "decision",
}
NOTES = {
    "AnnotatorNotes": "note",
    "StatementId": "id",
    "SourceName": "source_name",
    "Speaker": "speaker",
    "Group": "group",
    "Via": "via",
    "Annotator": "annotator",
    "Votes": "votes",
    "Reason": "reason",
    "DerivedFrom": "derived_from",
}
LISTS, NUMBERS = ("via", "derived_from"), ("confidence", "codebook_version")
_EVENT = "E1<tab>Statement:T1 Cue:T2 Source:T3"
_BREAKS = "\t\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
_PIECE = re.compile(f"[^{_BREAKS}]+")
_BETWEEN = re.compile(f"[{_BREAKS}]+")
_BOUND = re.compile(r"(\S+) ([0-9]{1,12} [0-9]{1,12}(?:;[0-9]{1,12} [0-9]{1,12})*)")


def write(documents: Sequence[Document], labels: Sequence[str]) -> dict[str, str]:
    """Return the text and the annotations of each article, and ``annotation.conf``."""
    files = {"annotation.conf": _config(labels)}
    for document in documents:
        files[f"{document.article.id}.txt"] = document.article.text
        files[f"{document.article.id}.ann"] = "".join(line + "\n" for line in _lines(document))
    return files


def _lines(document: Document) -> Iterator[str]:
    bound = attribute = note = 0
    for number, row in enumerate(document.rows, 1):
        arguments = []
        if not any(_pieces(document.article.text, span) for span in row["content"]):
            continue  # line breaks only: listed as lost
        for part in PARTS:
            pieces = [p for s in row[part] for p in _pieces(document.article.text, s)]
            if pieces:
                bound += 1
                where = ";".join(f"{a} {b}" for a, b in pieces)
                text = " ".join(document.article.text[a:b] for a, b in pieces)
                yield f"T{bound}\t{TYPES[part]} {where}\t{text}"
                arguments.append(f"{TYPES[part]}:T{bound}")
        yield f"E{number}\t{' '.join(arguments)}"
        for name, key in ATTRIBUTES.items():
            if row.get(key) is not None:
                attribute += 1
                yield f"A{attribute}\t{name} E{number} {_line(str(row[key]))}"
        for name, key in NOTES.items():
            value = row.get(key)
            values = (
                value if key in LISTS else [to_json(value) if key == "votes" and value is not None else value]
            )
            for said in values or ():
                if said:
                    note += 1
                    yield f"#{note}\t{name} E{number}\t{_line(str(said))}"


def _pieces(text: str, span: Row) -> list[tuple[int, int]]:
    return [m.span() for m in _PIECE.finditer(text, span["start"], span["end"])]


def _line(value: str) -> str:
    return re.sub(f"[{_BREAKS}]", " ", value)


def _config(labels: Sequence[str]) -> str:
    values: dict[str, Sequence[str]] = {
        "Stance": labels,
        "Exclusion": EXCLUSIONS,
        "Attribution": ATTRIBUTIONS,
        "SourceKind": SOURCE_KINDS,
        "Confidence": ("1", "2", "3"),
        "CodebookVersion": (),
        "Decision": ("unanimous", "adjudicated"),
    }
    lines = ["[entities]", "Cue", "Source", "[relations]", "[events]", "Statement\tCue?:Cue, Source?:Source"]
    lines += ["[attributes]"]
    lines += [f"{n}\tArg:<EVENT>, Value:{'|'.join(map(_line, v))}" for n, v in values.items() if v]
    return "\n".join(lines) + "\n"


@dataclass(slots=True)
class _Event:
    place: Place
    arguments: list[tuple[str, str]]
    row: Row = field(default_factory=dict)


def read(name: str, files: Mapping[str, str], articles: Mapping[str, Article]) -> Found:
    """Read an ``.ann`` file; the ``.txt`` beside it must be the article."""
    found, stem = Found(), PurePath(name).stem
    beside = str(PurePath(name).with_suffix(".txt"))
    known = articles[stem].text if stem in articles else None
    article = found.article(stem, files.get(beside, known), articles, Place(name))
    if article is None:
        return found
    bound: dict[str, tuple[str, list[Row]]] = {}
    events: dict[str, _Event] = {}
    later: list[tuple[Place, str]] = []
    for number, line in enumerate(files[name].split("\n"), 1):
        place = Place(name, number)
        if line.startswith("T"):
            _text_bound(found, place, line, article, bound)
        elif line.startswith("E"):
            id_, _, rest = line.partition("\t")
            pairs = [tuple(a.split(":", 1)) for a in rest.split()]
            if not pairs or any(len(p) != 2 for p in pairs) or id_ in events:
                found.wrong(place, "bad-value", f"'{line[:60]}' is no event", _EVENT)
            else:
                events[id_] = _Event(place, [(a, b) for a, b in pairs])
        elif line.strip():
            later.append((place, line))
    for place, line in later:
        _detail(found, place, line, events)
    used = {t for e in events.values() for _, t in e.arguments}
    for event in events.values():
        _statement(found, event, bound, article)
    for id_, (kind, spans) in bound.items():
        if id_ not in used:
            message = f"{id_} ({kind}, '{spans[0]['text']}') belongs to no event"
            found.wrong(
                Place(name), "dangling-id", message, "make it the trigger or an argument of a Statement event"
            )
    return found


def _text_bound(
    found: Found, place: Place, line: str, article: Article, bound: dict[str, tuple[str, list[Row]]]
) -> None:
    id_, _, rest = line.partition("\t")
    head, tab, said = rest.partition("\t")
    match = _BOUND.fullmatch(head)
    if not match or not tab or match.group(1) not in TYPES.values() or id_ in bound:
        hint = f"T1<tab>Type 0 5;8 12<tab>text, with one of the types {', '.join(TYPES.values())}"
        found.wrong(place, "bad-value", f"'{line[:60]}' is no text-bound annotation", hint)
        return
    pairs = [tuple(map(int, p.split())) for p in match.group(2).split(";")]
    spans = [found.span(a, b, article, place, id_) for a, b in pairs]
    if None in spans:
        return
    text = " ".join(article.text[a:b] for a, b in pairs)
    if text != said:
        found.wrong(
            place,
            "bad-slice",
            f"{id_}: the text is {said!r}, the article has {text!r}",
            "offsets count characters",
        )
        return
    merged: list[tuple[int, int]] = []
    for a, b in pairs:
        if merged and _BETWEEN.fullmatch(article.text, merged[-1][1], a):
            merged[-1] = (merged[-1][0], b)
        else:
            merged.append((a, b))
    bound[id_] = (match.group(1), [{"start": a, "end": b, "text": article.text[a:b]} for a, b in merged])


def _detail(found: Found, place: Place, line: str, events: dict[str, _Event]) -> None:
    id_, _, rest = line.partition("\t")
    if id_[:1] in "AM":
        name, _, tail = rest.partition(" ")
        target, _, value = tail.partition(" ")
        key = ATTRIBUTES.get(name)
    elif id_[:1] == "#":
        head, _, value = rest.partition("\t")
        name, _, target = head.partition(" ")
        key = NOTES.get(name)
    else:
        message = f"'{line[:60]}' is neither text-bound annotation, event, attribute nor note"
        found.wrong(
            place, "unknown-field", message, "relations and normalisations have no place in a statement"
        )
        return
    if key is None:
        hint = f"attributes are {', '.join(ATTRIBUTES)}; notes {', '.join(NOTES)}"
        found.wrong(place, "unknown-field", f"'{name}' is no attribute or note of a statement", hint)
    elif target not in events:
        found.wrong(place, "dangling-id", f"{id_} is of '{target}', which is no event", "take it out")
    else:
        _put(found, place, events[target].row, key, value)


def _put(found: Found, place: Place, row: Row, key: str, value: str) -> None:
    if key in LISTS:
        row.setdefault(key, []).append(value)
    elif key in row:
        found.wrong(place, "duplicate-key", f"{key} is there twice", "keep one of them")
    elif key == "votes":
        try:
            row[key] = parse_json(value)
        except ValueError as error:
            found.wrong(place, "not-json", f"votes: {error}", 'such as {"anna": "neutral"}')
    else:
        row[key] = int(value) if key in NUMBERS and re.fullmatch(r"[0-9]{1,9}", value) else value


def _statement(
    found: Found, event: _Event, bound: dict[str, tuple[str, list[Row]]], article: Article
) -> None:
    row: Row = {"article": article.id, **{part: [] for part in PARTS}, **event.row}
    for position, (role, id_) in enumerate(event.arguments):
        kind = re.sub(r"\d+$", "", role)
        part = next((p for p, t in TYPES.items() if t == kind), None)
        if part is None or (part == "content") != (position == 0):
            message = f"'{role}' has no such place in a Statement event"
            found.wrong(event.place, "bad-value", message, _EVENT)
        elif id_ not in bound:
            message = f"{role} is '{id_}', which is no text-bound annotation"
            found.wrong(event.place, "dangling-id", message, _EVENT)
        else:
            row[part] += bound[id_][1]
    found.rows.append((event.place, row))
