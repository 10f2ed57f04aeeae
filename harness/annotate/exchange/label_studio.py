"""Label Studio's JSON task format (https://labelstud.io/guide/task_format), as tasks with one annotation.

A statement is the region of its first content span: choices, rating, number and text areas are per region
and share its id; relations lead from it to its further content, cue and source regions. Offsets are code
points, as Label Studio stores them since version 1.4 (its issue 1008; older versions count UTF-16 units).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import quoteattr

from harness.annotate.exchange.rows import PARTS, Document, Found, Row, spans_of
from harness.errors import Place
from harness.records import ATTRIBUTIONS, EXCLUSIONS, SOURCE_KINDS, Article
from harness.textfile import parse_json, to_json

WHY: Mapping[str, str] = {}
CHOICES = ("stance", "exclusion", "attribution", "source_kind", "decision")
LISTS = ("via", "derived_from")
AREAS = ("id", "source_name", "speaker", "group", "note", "annotator", "reason", *LISTS)
AGAIN = "export the project as JSON, labelled with the configuration of harness annotate export"
TASKS, CONFIG = "tasks.json", "labeling-config.xml"


def write(documents: Sequence[Document], labels: Sequence[str]) -> dict[str, str]:
    """Return ``tasks.json`` and the labelling configuration that it is imported under."""
    tasks = [_task(number, d) for number, d in enumerate(documents, 1)]
    return {TASKS: to_json(tasks, indent=1) + "\n", CONFIG: _config(labels)}


def _task(number: int, document: Document) -> Row:
    article = document.article
    result = [item for row in document.rows for item in _items(row)]
    return {
        "id": number,
        "data": {"text": article.text, "article": article.id, "sha256": article.sha256},
        "annotations": [{"id": number, "result": result, "was_cancelled": False, "ground_truth": False}],
    }


def _items(row: Row) -> Iterator[Row]:
    ids = {(part, n): f"{row['id']}/{part}/{n}" for part, n, _ in spans_of(row)}
    head, first = ids["content", 0], row["content"][0]
    at = {"start": first["start"], "end": first["end"]}
    for part, n, span in spans_of(row):
        yield _item(ids[part, n], "part", "labels", {**span, "labels": [part]})
        if ids[part, n] != head:
            yield {
                "type": "relation",
                "from_id": head,
                "to_id": ids[part, n],
                "direction": "right",
                "labels": [part],
            }
    for name in CHOICES:
        if row.get(name) is not None:
            yield _item(head, name, "choices", {**at, "choices": [row[name]]})
    yield _item(head, "confidence", "rating", {**at, "rating": row["confidence"]})
    yield _item(head, "codebook_version", "number", {**at, "number": row["codebook_version"]})
    for name in AREAS:
        if row.get(name):
            yield _item(head, name, "textarea", {**at, "text": row[name] if name in LISTS else [row[name]]})
    if "votes" in row:
        yield _item(head, "votes", "textarea", {**at, "text": [to_json(row["votes"])]})


def _item(region: str, name: str, kind: str, value: Row) -> Row:
    return {
        "id": region,
        "from_name": name,
        "to_name": "text",
        "type": kind,
        "origin": "manual",
        "value": value,
    }


def _config(labels: Sequence[str]) -> str:
    values = {
        "stance": labels,
        "exclusion": EXCLUSIONS,
        "attribution": ATTRIBUTIONS,
        "source_kind": SOURCE_KINDS,
        "decision": ("unanimous", "adjudicated"),
    }
    lines = ["<View>", '  <Text name="text" value="$text"/>', '  <Labels name="part" toName="text">']
    lines += [f"    <Label value={quoteattr(part)}/>" for part in PARTS]
    lines += [
        "  </Labels>",
        "  <Relations>",
        *(f"    <Relation value={quoteattr(p)}/>" for p in PARTS),
        "  </Relations>",
    ]
    for name in CHOICES:
        when = 'perRegion="true" whenTagName="part" whenLabelValue="content"'
        lines.append(f'  <Choices name="{name}" toName="text" {when}>')
        lines += [f"    <Choice value={quoteattr(v)}/>" for v in values[name]] + ["  </Choices>"]
    lines.append('  <Rating name="confidence" toName="text" perRegion="true" maxRating="3"/>')
    lines.append('  <Number name="codebook_version" toName="text" perRegion="true"/>')
    lines += [f'  <TextArea name="{name}" toName="text" perRegion="true"/>' for name in (*AREAS, "votes")]
    return "\n".join([*lines, "</View>"]) + "\n"


def read(name: str, files: Mapping[str, str], articles: Mapping[str, Article]) -> Found:
    """Read tasks; a task without a finished annotation is not annotated, one with several is a problem."""
    found, file = Found(), Place(name)
    try:
        tasks = parse_json(files[name])
    except ValueError as error:
        found.wrong(file, "not-json", f"not JSON: {error}", "export the project as JSON, not as JSON-MIN")
        return found
    for number, task in enumerate(tasks if isinstance(tasks, list) else [tasks], 1):
        if not isinstance(task, dict) or not isinstance(task.get("data"), dict):
            found.wrong(
                file, "bad-value", f"task {number}: no object with 'data'", "export the project as JSON"
            )
            continue
        given = task.get("annotations", task.get("completions", []))
        given = given if isinstance(given, list) else [given]
        done = [a for a in given if not (isinstance(a, dict) and a.get("was_cancelled"))]
        if len(done) > 1:
            message = f"task {number}: {len(done)} annotations"
            found.wrong(file, "bad-value", message, "keep one annotator's annotation a task")
        elif done:
            article = found.article(task["data"].get("article"), task["data"].get("text"), articles, file)
            if article:
                _annotation(found, file, f"task {number}", done[0], article)
    return found


def _annotation(found: Found, file: Place, where: str, annotation: Any, article: Article) -> None:
    items = annotation.get("result") if isinstance(annotation, dict) else None
    if not isinstance(items, list):
        message = f"{where}: the annotation has no list 'result'"
        found.wrong(file, "bad-value", message, AGAIN)
        return
    regions: dict[str, tuple[str, Row]] = {}
    links: list[tuple[int, Row]] = []
    values: dict[str, Row] = {}
    for number, item in enumerate(items, 1):
        at = f"{where}, result {number}"
        if isinstance(item, dict) and item.get("type") == "relation":
            links.append((number, item))
        elif not isinstance(item, dict) or not isinstance(item.get("value"), dict):
            found.wrong(file, "bad-value", f"{at}: no object with a 'value'", AGAIN)
        elif item.get("type") == "labels":
            _region(found, file, at, item, article, regions)
        else:
            _value(found, file, at, item, values)
    _statements(found, file, where, article, regions, links, values)


def _region(
    found: Found, file: Place, at: str, item: Row, article: Article, regions: dict[str, tuple[str, Row]]
) -> None:
    value = item["value"]
    labels = value.get("labels")
    if not isinstance(labels, list) or len(labels) != 1 or labels[0] not in PARTS:
        message = f"{at}: labels are {str(labels)[:100]}, not one of {', '.join(PARTS)}"
        found.wrong(file, "bad-value", message, AGAIN)
        return
    span = found.span(value.get("start"), value.get("end"), article, file, at)
    if span is None:
        return
    said = value.get("text", span["text"])
    if said != span["text"]:
        hint = "Label Studio before 1.4 counted UTF-16 units: export again from a newer one"
        found.wrong(file, "bad-slice", f"{at}: text is {said!r}, the article has {span['text']!r}", hint)
    elif str(item.get("id")) in regions:
        found.wrong(file, "duplicate-id", f"{at}: region '{item.get('id')}' is there twice", AGAIN)
    else:
        regions[str(item.get("id"))] = (labels[0], span)


def _value(found: Found, file: Place, at: str, item: Row, values: dict[str, Row]) -> None:
    name, value = item.get("from_name"), item["value"]
    row = values.setdefault(str(item.get("id")), {})
    if name in CHOICES and _words(value.get("choices")) and len(value["choices"]) == 1:
        row[name] = value["choices"][0]
    elif name == "confidence" and "rating" in value:
        row[name] = value["rating"]
    elif name == "codebook_version" and "number" in value:
        row[name] = value["number"]
    elif name in LISTS and _words(value.get("text")):
        row[name] = value["text"]
    elif name in (*AREAS, "votes") and _words(value.get("text")):
        row[name] = "\n".join(value["text"])
        if name == "votes":
            try:
                row[name] = parse_json(row[name])
            except ValueError as error:
                found.wrong(file, "not-json", f"{at}: votes: {error}", 'such as {"anna": "neutral"}')
    else:
        message = f"{at}: '{str(name)[:100]}' has no value that a statement can hold"
        found.wrong(file, "unknown-field", message, AGAIN)


def _words(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(x, str) for x in value)


def _statements(
    found: Found,
    file: Place,
    where: str,
    article: Article,
    regions: dict[str, tuple[str, Row]],
    links: list[tuple[int, Row]],
    values: dict[str, Row],
) -> None:
    targets: dict[str, list[str]] = {}
    for number, link in links:
        ends = str(link.get("from_id")), str(link.get("to_id"))
        if not all(e in regions for e in ends):
            message = f"{where}, result {number}: a relation to a region that is not there"
            found.wrong(file, "dangling-id", message, AGAIN)
            continue
        if regions[ends[0]][0] != "content":
            ends = ends[1], ends[0]  # drawn the other way round
        targets.setdefault(ends[0], []).append(ends[1])
    linked = {t for ts in targets.values() for t in ts}
    for region, (part, span) in regions.items():
        if region in linked:
            continue
        if part != "content":
            message = f"{where}: the {part} '{span['text']}' is linked to no statement"
            found.wrong(file, "dangling-id", message, "draw a relation from the content to it")
            continue
        row: Row = {"article": article.id, "content": [span], "cue": [], "source": []}
        for target in targets.get(region, []):
            row[regions[target][0]].append(regions[target][1])
        row |= values.pop(region, {})
        row.setdefault("id", region)
        found.rows.append((file, row))
    for region in values:
        if region not in linked or region not in regions:
            message = f"{where}: values of '{region}', which is no statement's first content"
            found.wrong(file, "dangling-id", message, AGAIN)
