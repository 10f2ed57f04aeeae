"""doccano's JSONL of sequence labelling with relations: one document a line, entities and relations.

An entity has ``id, label, start_offset, end_offset``, a relation ``id, from_id, to_id, type``; offsets are
code points (a project with *grapheme mode* counts otherwise). An entity has one label and nothing else, so
only spans, how they belong together, and stance or exclusion can be held. The project needs *allow
overlapping spans* and *use relation labelling*.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from harness.annotate.exchange.rows import Document, Found, Row, spans_of
from harness.errors import Place, Problem
from harness.records import EXCLUSIONS, Article
from harness.textfile import parse_json, to_json

_NO_PLACE = "an entity has a label and nothing else"
WHY: Mapping[str, str] = dict.fromkeys(
    (
        *("id", "source_name", "speaker", "source_kind", "via", "attribution", "group", "confidence", "note"),
        *("annotator", "codebook_version", "votes", "decision", "reason", "derived_from"),
    ),
    _NO_PLACE,
)
STATEMENT, BARE = "statement: ", "statement"
OTHERS = {"content": "continued", "cue": "cue", "source": "source"}
_PART = {label: part for part, label in OTHERS.items()}
AGAIN = "export the project as JSONL(relation)"
DATASET = "dataset.jsonl"


def write(documents: Sequence[Document], labels: Sequence[str]) -> dict[str, str]:
    """Return ``dataset.jsonl``; labels are made by doccano when it reads it."""
    del labels
    lines, entity, relation = [], 0, 0
    for number, document in enumerate(documents, 1):
        entities: list[Row] = []
        relations: list[Row] = []
        for row in document.rows:
            head = entity + 1
            for part, n, span in spans_of(row):
                entity += 1
                first = part == "content" and n == 0
                label = _label(row) if first else OTHERS[part]
                at = {"start_offset": span["start"], "end_offset": span["end"]}
                entities.append({"id": entity, "label": label, **at})
                if not first:
                    relation += 1
                    relations.append({"id": relation, "from_id": head, "to_id": entity, "type": OTHERS[part]})
        article = document.article
        rest = {"entities": entities, "relations": relations, "Comments": []}
        lines.append(to_json({"id": number, "text": article.text, "article": article.id, **rest}) + "\n")
    return {DATASET: "".join(lines)}


def _label(row: Row) -> str:
    value = row.get("stance") or row.get("exclusion")
    return f"{STATEMENT}{value}" if value else BARE


def read(name: str, files: Mapping[str, str], articles: Mapping[str, Article]) -> Found:
    """Read the export "JSONL (relation)" line by line; a plain list of labels has no relations."""
    found = Found()
    for number, line in enumerate(files[name].split("\n"), 1):
        if not line.strip():
            continue
        place = Place(name, number)
        try:
            value = parse_json(line)
        except ValueError as error:
            found.problems.append(
                Problem(place, "not-json", f"not a JSON object: {error}", "one JSON object a line")
            )
            continue
        if not isinstance(value, dict) or not isinstance(value.get("entities"), list):
            hint = "export the project as JSONL(relation), not as a list of labels"
            found.wrong(place, "missing-field", "no object with a list 'entities'", hint)
            continue
        article = found.article(value.get("article"), value.get("text"), articles, place)
        if article:
            _document(found, place, value, article)
    return found


def _document(found: Found, place: Place, value: Row, article: Article) -> None:
    entities: dict[object, tuple[str, Row]] = {}
    for n, item in enumerate(value["entities"], 1):
        if not isinstance(item, dict) or type(item.get("id")) is not int or item["id"] in entities:
            found.wrong(place, "bad-value", f"entity {n}: no object with an id of its own", AGAIN)
            continue
        label = item.get("label")
        span = found.span(item.get("start_offset"), item.get("end_offset"), article, place, f"entity {n}")
        if not isinstance(label, str) or not (label in _PART or label == BARE or label.startswith(STATEMENT)):
            hint = f"labels are '{STATEMENT}<stance>', {', '.join(_PART)}"
            found.wrong(
                place, "unknown-label", f"entity {n}: the label '{label}' is no part of a statement", hint
            )
        elif span:
            entities[item["id"]] = (label, span)
    rows = {i: _row(label, span, article) for i, (label, span) in entities.items() if label not in _PART}
    linked = set()
    relations = value.get("relations", [])
    for n, item in enumerate(relations if isinstance(relations, list) else [relations], 1):
        ends = (item.get("from_id"), item.get("to_id")) if isinstance(item, dict) else (None, None)
        if (
            any(type(e) is not int or e not in entities for e in ends)
            or ends[0] not in rows
            or ends[1] in rows
        ):
            found.wrong(
                place, "dangling-id", f"relation {n} does not lead from a statement to a part of it", AGAIN
            )
            continue
        label, span = entities[ends[1]]
        rows[ends[0]][_PART[label]].append(span)
        linked.add(ends[1])
    for i, (label, span) in entities.items():
        if label in _PART and i not in linked:
            message = f"entity {i} ({label}, '{span['text']}') belongs to no statement"
            found.wrong(place, "dangling-id", message, "draw a relation from the statement to it")
    found.rows += [(place, row) for row in rows.values()]


def _row(label: str, span: Row, article: Article) -> Row:
    value = label.removeprefix(STATEMENT) if label.startswith(STATEMENT) else None
    excluded = value in EXCLUSIONS
    labelled = {"stance": None if excluded else value, "exclusion": value if excluded else None}
    return {"article": article.id, "content": [span], "cue": [], "source": [], **labelled}
