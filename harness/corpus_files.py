"""The files of a corpus folder -> Corpus, with every problem of their form.

The formats are strict: an unknown or missing field, a duplicate key, a byte order mark or a carriage
return is a problem with a file, a line and a stable code. Whether the content is right (slices, labels,
ids, groups) is the business of :mod:`harness.checks`.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, ValidationError

from harness.corpus import GOLD, Corpus
from harness.digest import sha256
from harness.errors import InputError, Place, Problem, ProblemsError, did_you_mean
from harness.format_version import UPGRADE, newer_format
from harness.records import Article, Label, Scheme, Span, Statement
from harness.scale import ScaleSpec, distance_table, scale_problems
from harness.spec import REMEDIES, Spec
from harness.textfile import decode, form_problems, read_bytes, read_jsonl
from harness.within import verify_within
from harness.yamlfile import YamlFile, read_yaml


class _LabelSpec(Spec):
    name: Annotated[str, Field(min_length=1)]
    definition: Annotated[str, Field(min_length=1)]


SCHEMA = 1
"""The format of a corpus, which ``scheme.yaml`` says for its statement files too; where it says none, 1."""


class _SchemeSpec(ScaleSpec):
    schema_version: Annotated[int, Field(alias="schema", ge=1)] = SCHEMA
    target: str
    codebook_version: Annotated[int, Field(ge=1)]
    labels: Annotated[list[_LabelSpec], Field(min_length=2)]
    annotators: dict[str, Literal["person", "language model"]] = {}


class _ArticleSpec(Spec):
    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=200)]
    title: str | None
    outlet: str | None
    date: Annotated[str, Field(pattern=r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$")] | None
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$")]
    machine_translated: bool
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    provenance: str
    rights: str


class _ArticlesSpec(Spec):
    schema_version: Annotated[int, Field(alias="schema", ge=1)] = SCHEMA
    articles: Annotated[list[_ArticleSpec], Field(min_length=1)]


class _SpanSpec(Spec):
    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=0)]
    text: str


class StatementSpec(Spec):
    """One line of an annotator's file."""

    id: Annotated[str, Field(min_length=1)]
    article: str
    content: list[_SpanSpec]
    cue: list[_SpanSpec]
    source: list[_SpanSpec]
    source_name: Annotated[str, Field(min_length=1)]
    speaker: str
    source_kind: Literal["person", "institution", "group", "outlet", "document", "anonymous"]
    via: list[str]
    attribution: Literal["direct", "indirect", "mixed"]
    stance: str | None
    exclusion: Literal["opposed", "undecidable"] | None
    group: Annotated[str, Field(min_length=1)]
    confidence: Annotated[int, Field(ge=1, le=3)]
    note: str
    annotator: str
    codebook_version: int


class GoldSpec(StatementSpec):
    """One line of a gold file."""

    votes: dict[str, str | None]
    decision: Literal["unanimous", "adjudicated"]
    reason: str
    derived_from: list[str]


def read_corpus(root: Path) -> tuple[Corpus | None, list[Problem]]:
    """Read as much of a corpus as can be read; list what could not be.

    Returns
    -------
    corpus, problems
        None if the scheme is unreadable. An article whose text is missing or not UTF-8 has the sha256
        ``""``; there are no articles if their list is unreadable. A folder without statement files is
        no annotator; an empty file is one's who read the article and found nothing.
    """
    if not os.path.isdir(root):
        raise InputError(
            "no such corpus folder",
            place=root,
            hint="a corpus is a folder that holds seeds/ and annotations/",
        )
    problems: list[Problem] = []
    scheme = _scheme(root, problems)
    articles, places = _articles(root, problems)
    if scheme is None:
        return None, problems
    annotators: dict[str, tuple[Statement, ...]] = {}
    lines: dict[tuple[str, int], Place] = {}
    unread: set[str] = set()
    folders = [p for p in sorted((root / "annotations" / "annotators").glob("*")) if any(p.glob("*.jsonl"))]
    for folder in [root / "annotations" / GOLD, *folders]:
        if folder.name in annotators:
            place = Place(str(folder))
            problems.append(
                Problem(place, "annotator", f"no annotator can be called '{GOLD}'", "rename the folder")
            )
            continue
        annotators[folder.name] = _statements(root, folder, lines, problems, unread)
    return Corpus(root, scheme, articles, annotators, lines, places, frozenset(unread)), problems


def _bytes(path: Path, root: Path) -> bytes:
    """Read a file of a corpus, which links must not lead out of."""
    verify_within(path, root, "the corpus")
    return read_bytes(path)


def _yaml(path: Path, root: Path, spec: type[Spec], problems: list[Problem]) -> tuple[Any, YamlFile | None]:
    try:
        problems += form_problems(_bytes(path, root), path)
        file = read_yaml(path)
        newer = newer_format(file.data.get("schema"), SCHEMA) if isinstance(file.data, dict) else None
        if newer is not None:  # before its other keys, which may be unknown here
            problems.append(Problem(file.place(("schema",)), "newer-format", newer, UPGRADE))
            return None, None
        return spec.model_validate(file.data), file
    except ProblemsError as error:
        problems += error.problems
    except InputError as error:
        place = error.place or Place(str(path))
        if not any(p.code == "not-utf8" and p.place.path == str(path) for p in problems):
            problems.append(Problem(place, "unreadable", error.message, error.hint))
    except ValidationError as error:
        for item in error.errors(include_url=False):
            message = f"{'.'.join(map(str, item['loc']))}: {_said(item)}"
            hint = REMEDIES.get(item["type"], "")
            problems.append(Problem(file.place(tuple(item["loc"])), _code(item), message, hint))
    return None, None


def _code(item: Any) -> str:
    return {"extra_forbidden": "unknown-field", "missing": "missing-field"}.get(item["type"], "bad-value")


def _said(item: Any) -> str:
    if item["type"] == "extra_forbidden":
        return "unknown field"
    return "missing field" if item["type"] == "missing" else str(item["msg"])


def _scheme(root: Path, problems: list[Problem]) -> Scheme | None:
    spec, file = _yaml(root / "annotations" / "scheme.yaml", root, _SchemeSpec, problems)
    if spec is None or file is None:
        return None
    names = [label.name for label in spec.labels]
    for i, name in enumerate(names):
        if name in names[:i]:
            problems.append(
                Problem(file.place(("labels", i)), "duplicate-label", f"label '{name}' is there twice")
            )
    labels = tuple(Label(x.name, x.definition) for x in spec.labels)
    scheme = Scheme(spec.target, labels, spec.codebook_version, annotators=spec.annotators)
    wrong = scale_problems(spec, file, names)
    if wrong:
        problems += wrong
        return scheme
    distances = distance_table(spec.distances, names) if spec.distances else ()
    return replace(scheme, order=tuple(spec.order), distances=distances)


def _articles(root: Path, problems: list[Problem]) -> tuple[dict[str, Article], dict[str, Place]]:
    seeds = root / "seeds"
    spec, file = _yaml(seeds / "articles.yaml", root, _ArticlesSpec, problems)
    articles: dict[str, Article] = {}
    places: dict[str, Place] = {}
    for i, item in enumerate(spec.articles if spec else ()):
        assert file is not None
        place = file.place(("articles", i))
        if item.id in articles:
            problems.append(Problem(place, "duplicate-id", f"article '{item.id}' is listed twice"))
            continue
        path = seeds / f"{item.id}.txt"
        places[item.id] = place
        try:
            data = _bytes(path, root)
        except InputError as error:
            problems.append(
                Problem(
                    place,
                    "missing-article",
                    f"{path}: {error.message}",
                    "every listed article needs its text",
                )
            )
            articles[item.id] = Article(**item.model_dump(exclude={"sha256"}), text="", sha256="")
            continue
        found = form_problems(data, path)
        problems += found
        if sha256(data) != item.sha256:
            where = file.place(("articles", i, "sha256"))
            message = f"sha256 of {path.name} is {sha256(data)[:12]}…, the list says {item.sha256[:12]}…"
            problems.append(
                Problem(
                    where,
                    "sha256",
                    message,
                    "articles are frozen: restore the file, or add it as a new article",
                )
            )
        readable = not found  # else offsets are off, and the article says so once
        articles[item.id] = Article(
            **item.model_dump(exclude={"sha256"}),
            text=decode(data, path) if readable else "",
            sha256=sha256(data) if readable else "",
        )
    listed = set(articles)
    for path in sorted(seeds.glob("*.txt")):
        if spec and path.stem not in listed:
            problems.append(
                Problem(
                    Place(str(path)), "unlisted-article", "is not in articles.yaml", "list it, or remove it"
                )
            )
    return articles, places


def _statements(
    root: Path,
    folder: Path,
    places: dict[tuple[str, int], Place],
    problems: list[Problem],
    unread: set[str],
) -> tuple[Statement, ...]:
    adapter: TypeAdapter[Any] = TypeAdapter(GoldSpec if folder.name == GOLD else StatementSpec)
    rows: list[Statement] = []
    for path in sorted(folder.glob("*.jsonl")):
        try:
            data = _bytes(path, root)
        except InputError as error:
            problems.append(Problem(Place(str(path)), "unreadable", error.message, error.hint))
            continue
        found = form_problems(data, path)
        problems += found
        if any(p.code == "not-utf8" for p in found):
            continue
        for number, value in read_jsonl(path, decode(data, path).removeprefix("\ufeff")):
            place = Place(str(path), number)
            if isinstance(value, Problem):
                problems.append(value)
                continue
            try:
                spec = adapter.validate_python(value)
            except ValidationError as error:
                problems += [field_problem(place, item, adapter) for item in error.errors(include_url=False)]
                unread.add(str(value.get("id")))
                continue
            places[folder.name, len(rows)] = place
            rows.append(statement_of(spec))
            if spec.article != path.stem:
                message = f"'{spec.id}' says article '{spec.article}' in the file of '{path.stem}'"
                problems.append(
                    Problem(place, "wrong-file", message, "a file holds the statements of its own article")
                )
    return tuple(rows)


def field_problem(place: Place, item: Any, adapter: TypeAdapter[Any]) -> Problem:
    """Turn one of pydantic's errors about a statement into a problem at a place."""
    name = ".".join(map(str, item["loc"]))
    known = GoldSpec.model_fields if adapter._type is GoldSpec else StatementSpec.model_fields
    hint = REMEDIES.get(item["type"], "")
    if item["type"] == "extra_forbidden":
        hint = did_you_mean(str(item["loc"][-1])[:100], known)
    return Problem(place, _code(item), f"{name}: {_said(item)}", hint)


def statement_of(spec: Any) -> Statement:
    """Turn a validated line into the record that passes between the parts."""
    values = {name: getattr(spec, name) for name in type(spec).model_fields}
    for name in ("content", "cue", "source"):
        values[name] = tuple(Span(s.start, s.end, s.text) for s in values[name])
    for name in ("via", "derived_from"):
        if name in values:
            values[name] = tuple(values[name])
    return Statement(**values)
