"""UIMA CAS as XMI, one file an article, with its type system: what INCEpTION and DKPro read and write.

Offsets in XMI are UTF-16 units; DKPro cassis converts them. A statement is an annotation
``stance.Statement`` that reaches from its first to its last content character; its spans are
``stance.Content``, ``stance.Cue`` and ``stance.Source`` annotations that refer to it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import PurePath
from typing import Any

from harness.annotate.exchange.rows import FIELDS, PARTS, Document, Found, Row, spans_of
from harness.errors import Place, RunError
from harness.records import Article
from harness.textfile import parse_json, to_json

_NO_XML = "XML has no such character"
WHY: Mapping[str, str] = dict.fromkeys(
    ("note", "source_name", "speaker", "group", "reason", "via", "id"), _NO_XML
)
TYPES = {"content": "stance.Content", "cue": "stance.Cue", "source": "stance.Source"}
STATEMENT, TYPE_SYSTEM = "stance.Statement", "TypeSystem.xml"
NUMBERS = ("confidence", "codebook_version")
JSON = ("via", "votes", "derived_from")
TEXT = tuple(f for f in FIELDS if f not in (*PARTS, *NUMBERS, "article"))
_BAD = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def refusal(article: Article) -> str | None:
    """Say why an article cannot stand in XML, or None where it can."""
    match = _BAD.search(article.text)
    return f"U+{ord(match.group()):04X} at offset {match.start()}: {_NO_XML}" if match else None


def _cassis() -> Any:
    try:
        cassis: Any = import_module("cassis")
    except ImportError:
        raise RunError(
            "the format 'cas' needs dkpro-cassis", hint="pip install 'stance-harness[annotate]'"
        ) from None
    return cassis


def _type_system(cassis: Any) -> Any:
    system = cassis.TypeSystem()
    statement = system.create_type(name=STATEMENT, supertypeName="uima.tcas.Annotation")
    for name in TEXT:
        system.create_feature(domainType=statement, name=_feature(name), rangeType="uima.cas.String")
    for name in NUMBERS:
        system.create_feature(domainType=statement, name=name, rangeType="uima.cas.Integer")
    for kind in TYPES.values():
        part = system.create_type(name=kind, supertypeName="uima.tcas.Annotation")
        system.create_feature(domainType=part, name="statement", rangeType=STATEMENT)
        system.create_feature(domainType=part, name="position", rangeType="uima.cas.Integer")
    return system


def _feature(name: str) -> str:
    return "statementId" if name == "id" else name  # `xmi:id` is taken


def write(documents: Sequence[Document], labels: Sequence[str]) -> dict[str, str]:
    """Return ``<article>.xmi`` for each article and ``TypeSystem.xml``."""
    del labels
    cassis = _cassis()
    system = _type_system(cassis)
    files = {TYPE_SYSTEM: system.to_xml()}
    for document in documents:
        files[f"{document.article.id}.xmi"] = _xmi(cassis, system, document)
    return files


def _xmi(cassis: Any, system: Any, document: Document) -> str:
    cas = cassis.Cas(typesystem=system)
    cas.sofa_string, cas.sofa_mime = document.article.text, "text/plain"
    for row in document.rows:
        ends = [s["start"] for s in row["content"]] + [s["end"] for s in row["content"]]
        values = {_feature(f): _value(f, row[f]) for f in TEXT if row.get(f) is not None}
        values |= {f: row[f] for f in NUMBERS}
        statement = system.get_type(STATEMENT)(begin=min(ends), end=max(ends), **values)
        cas.add(statement)
        for part, number, span in spans_of(row):
            kind = system.get_type(TYPES[part])
            cas.add(kind(begin=span["start"], end=span["end"], statement=statement, position=number))
    return str(cas.to_xmi())


def _value(name: str, value: Any) -> str:
    return _BAD.sub("\ufffd", to_json(value) if name in JSON else str(value))


def read(name: str, files: Mapping[str, str], articles: Mapping[str, Article]) -> Found:
    """Read one XMI file; types that are not the harness's are passed over only if they are no annotation."""
    found, place, text = Found(), Place(name), files[name]
    if match := _BAD.search(text):  # among them the NUL of UTF-16, which would hide what is looked for below
        message = f"U+{ord(match.group()):04X} at character {match.start()}: {_NO_XML}"
        found.wrong(place, "unreadable", message, "export it again, as XMI in UTF-8")
        return found
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        found.wrong(place, "bad-value", "a document type or entities, which XMI does not have", "remove them")
        return found
    cassis = _cassis()
    try:
        cas = cassis.load_cas_from_xmi(text, typesystem=_type_system(cassis), lenient=True)
        sofa = cas.sofa_string
    except Exception as error:  # a parser of foreign files fails in many ways
        found.wrong(
            place,
            "unreadable",
            f"not a UIMA CAS in XMI: {str(error).splitlines()[0] if str(error) else error!r}",
            "export it again, as XMI in UTF-8 with the types that harness annotate export writes",
        )
        return found
    article = found.article(PurePath(name).stem, sofa, articles, place)
    if article is not None:
        _statements(found, place, cas, article)
    return found


def _statements(found: Found, place: Place, cas: Any, article: Article) -> None:
    rows: dict[int, Row] = {}
    for number, item in enumerate(sorted(cas.select(STATEMENT), key=lambda s: s.xmiID), 1):
        row: Row = {"article": article.id, **{part: [] for part in PARTS}}
        for field in (*TEXT, *NUMBERS):
            value = getattr(item, _feature(field))
            if value is not None:
                row[field] = (
                    _parsed(found, place, f"statement {number}: {field}", value) if field in JSON else value
                )
        rows[item.xmiID] = row
    for part, kind in TYPES.items():
        for item in sorted(cas.select(kind), key=lambda s: (s.position or 0, s.begin)):
            span = found.span(item.begin, item.end, article, place, f"{part} {item.xmiID}")
            owner = getattr(item.statement, "xmiID", None)
            if owner not in rows:
                message = f"{part} {item.begin}-{item.end} refers to no statement"
                found.wrong(place, "dangling-id", message, "set its feature 'statement'")
            elif span:
                rows[owner][part].append(span)
    found.rows += [(place, row) for row in rows.values()]


def _parsed(found: Found, place: Place, what: str, value: str) -> Any:
    try:
        return parse_json(value)
    except ValueError as error:
        found.wrong(place, "not-json", f"{what}: {error}", "a list or a mapping, as JSON")
        return None
