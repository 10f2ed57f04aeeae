"""A corpus -> the list of everything wrong with its content, each with file, line and a stable code."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import accumulate
from pathlib import Path

from harness.corpus import GOLD, Corpus
from harness.corpus_files import read_corpus
from harness.errors import InputError, Place, Problem, ProblemsError, did_you_mean
from harness.records import Span, Statement
from harness.textfile import decode, form_problems, read_bytes, read_pieces

CODES = {
    "annotator": "a statement names another annotator than its folder",
    "bad-slice": "a span's text is not what the article has at its offsets",
    "bad-value": "a field has a value of the wrong type or out of range",
    "bom": "a file starts with a byte order mark",
    "carriage-return": "a file has CR line ends",
    "codebook-version": "versions of codebook, scheme and statements differ",
    "config-input": "what a model is to see is neither a preset nor a template",
    "config-key": "a YAML key is not a plain word",
    "config-metric": "a metric is unknown, or the primary one is not among those asked for",
    "config-missing": "a configuration lacks a key",
    "config-model": "a model cannot work as specified",
    "config-reference": "the reference is not one of the models",
    "config-refused": "one of several configurations cannot be run as it stands",
    "config-split": "two splits have one name",
    "config-trust": "a configuration names a class of a package that it does not trust",
    "config-type": "a model or split has no type, or one that does not exist",
    "config-unknown": "a configuration has a key that does not exist",
    "config-value": "a configuration's value has the wrong type or is out of range",
    "dangling-id": "an id refers to nothing",
    "decision": "votes, decision and stance of a gold statement contradict each other",
    "duplicate-id": "an id is there twice",
    "duplicate-key": "a YAML key is there twice",
    "duplicate-label": "a label is there twice",
    "gold-missing": "a gold file is empty although annotators found statements",
    "group-source": "members of a statement group have different speakers",
    "missing-article": "a listed article has no text",
    "missing-content": "a statement has no content span",
    "missing-field": "a field is missing",
    "missing-id": "a statement has no prediction",
    "missing-label": "the order of the labels lacks one, or two have no distance",
    "newer-format": "a file is in a format of a later version of harness",
    "not-csv": "a line of a CSV file cannot be read",
    "not-json": "a line is not a JSON object",
    "not-utf8": "a file is not UTF-8",
    "overlap": "content spans overlap in one annotator's file",
    "probabilities": "probabilities are malformed, or do not sum to 1",
    "sha256": "an article is not the one that was frozen",
    "stance-exclusion": "a statement needs either a stance or an exclusion",
    "tie": "no label of a row has what the rule for gold asks for, such as most votes",
    "unknown-field": "a field that the format does not have",
    "unknown-id": "a prediction for a statement that the data do not have",
    "unknown-label": "a label that the scheme does not have",
    "unlisted-article": "a text that articles.yaml does not list",
    "unreadable": "a file cannot be read",
    "wrong-file": "a statement stands in another article's file",
}

AGAIN = "decide the case again: harness annotate adjudicate"
_Placed = tuple[int, int, str, Place]
_VERSION = re.compile(r"^\ufeff?Version (\d+)\b", re.MULTILINE)


def check_corpus(root: Path) -> list[Problem]:
    """Return every problem of a corpus folder, sorted by file and line; an empty list means it is fine."""
    corpus, problems = read_corpus(root)
    return sorted({*problems, *(content_problems(corpus) if corpus else ())})


def load_corpus(root: Path) -> Corpus:
    """Read a corpus folder that must be free of problems.

    Raises
    ------
    ProblemsError
        Every problem of form and content.
    """
    corpus, problems = read_corpus(root)
    if corpus is not None:
        problems = [*problems, *content_problems(corpus)]
    if problems or corpus is None:
        raise ProblemsError(set(problems))
    return corpus


def content_problems(corpus: Corpus) -> Iterator[Problem]:
    """Yield what is wrong with the content of a corpus that could be read."""
    yield from _codebook(corpus)
    yield from _ids(corpus)
    yield from _without_gold(corpus)
    made = {s.id: (who, s) for who, rows in corpus.annotators.items() if who != GOLD for s in rows}
    for who, rows in corpus.annotators.items():
        for number, statement in enumerate(rows):
            place = corpus.places[who, number]
            yield from _spans(corpus, statement, place)
            yield from _labels(corpus, statement, place)
            if who == GOLD:
                yield from _decision(corpus, made, statement, place)
            elif statement.annotator != who:
                message = f"'{statement.id}' names annotator '{statement.annotator}' in the folder of '{who}'"
                yield Problem(place, "annotator", message, "mend the name, or move the file")
        yield from _overlaps(corpus, who)
        yield from _groups(corpus, who)


def _codebook(corpus: Corpus) -> Iterator[Problem]:
    path = corpus.root / "annotations" / "codebook.md"
    try:
        data = read_bytes(path)
    except InputError as error:
        yield Problem(Place(str(path)), "unreadable", error.message, "every corpus keeps its own codebook")
        return
    form = form_problems(data, path)
    yield from form
    if any(p.code == "not-utf8" for p in form):
        return
    text = decode(data, path)
    found = _VERSION.search(text)
    says = int(found.group(1)) if found else None
    if says != corpus.scheme.codebook_version:
        line = text[: found.start()].count("\n") + 1 if found else 1
        said = f"says version {says}" if found else "has no line 'Version N…'"
        message = f"the codebook {said}, scheme.yaml says {corpus.scheme.codebook_version}"
        hint = "a codebook has one line such as 'Version 2', and scheme.yaml the same number"
        yield Problem(Place(str(path), line), "codebook-version", message, hint)


def _ids(corpus: Corpus) -> Iterator[Problem]:
    first: dict[str, Place] = {}
    for who, rows in corpus.annotators.items():
        for number, statement in enumerate(rows):
            place = corpus.places[who, number]
            if statement.id in first:
                message = f"id '{statement.id}' is also at {first[statement.id]}"
                yield Problem(place, "duplicate-id", message, "ids are unique over all annotation files")
            first.setdefault(statement.id, place)
            if corpus.articles and statement.article not in corpus.articles:
                message = f"'{statement.id}' names the article '{statement.article}', not in articles.yaml"
                yield Problem(place, "dangling-id", message, did_you_mean(statement.article, corpus.articles))


def _without_gold(corpus: Corpus) -> Iterator[Problem]:
    """An emptied gold file would take its article out of the benchmark unseen.

    An article without a gold file waits for adjudication, and one whose statements were all dropped has
    them in ``annotations/dropped/``; both are fine.
    """
    folder = corpus.root / "annotations"
    for article in corpus.articles:
        path = folder / GOLD / f"{article}.jsonl"
        dropped = folder / "dropped" / f"{article}.jsonl"
        if path.is_file() and _is_blank(path) and not dropped.is_file():
            found = [s for who, rows in corpus.annotators.items() if who != GOLD for s in rows]
            if any(s.article == article for s in found):
                message = f"has no statement, but annotators found some in '{article}'"
                yield Problem(Place(str(path)), "gold-missing", message, "restore it, or remove the file")


def _is_blank(path: Path) -> bool:
    """Whether a file holds nothing but white space; one that cannot be read is told elsewhere."""
    try:
        return not any(piece.strip() for piece in read_pieces(path))
    except InputError:
        return False


def _spans(corpus: Corpus, s: Statement, place: Place) -> Iterator[Problem]:
    if not s.content:
        yield Problem(
            place, "missing-content", f"'{s.id}' has no content span", "a statement attributes something"
        )
    if s.article not in corpus.articles or not corpus.articles[s.article].sha256:
        return  # said once, of the article itself
    text = corpus.articles[s.article].text
    for name in ("content", "cue", "source"):
        for span in getattr(s, name):
            message = _slice_problem(text, span)
            if message:
                hint = "offsets count Unicode code points of the stored file, end exclusive"
                yield Problem(
                    place, "bad-slice", f"'{s.id}': {name} span {span.start}-{span.end} {message}", hint
                )


def _slice_problem(text: str, span: Span) -> str | None:
    if span.end <= span.start:
        return "is empty"
    if span.end > len(text):
        return f"ends after the text (length {len(text)})"
    found = text[span.start : span.end]
    return None if found == span.text else f"is {_short(found)} in the article, not {_short(span.text)}"


def _short(text: str) -> str:
    return repr(text if len(text) <= 40 else f"{text[:19]}…{text[-19:]}")


def _labels(corpus: Corpus, s: Statement, place: Place) -> Iterator[Problem]:
    names = corpus.scheme.names
    for where, label in [("stance", s.stance), *((f"vote of {who}", v) for who, v in s.votes.items())]:
        if label is not None and label not in names:
            yield Problem(
                place,
                "unknown-label",
                f"'{s.id}': {where} '{label}' is not in scheme.yaml",
                did_you_mean(label, names),
            )
    if (s.stance is None) == (s.exclusion is None):
        said = "neither a stance nor" if s.stance is None else "both a stance and"
        yield Problem(
            place, "stance-exclusion", f"'{s.id}' has {said} an exclusion", "exactly one of the two is null"
        )
    if s.codebook_version != corpus.scheme.codebook_version:
        says = corpus.scheme.codebook_version
        message = f"'{s.id}' was made with codebook {s.codebook_version}, scheme.yaml says {says}"
        hint = "a label is only comparable under its own codebook: read it again"
        yield Problem(place, "codebook-version", message, hint)


def _decision(
    corpus: Corpus, made: Mapping[str, tuple[str, Statement]], s: Statement, place: Place
) -> Iterator[Problem]:
    """Compare a gold statement with those that it is derived from; ``made`` has the annotators' by id."""
    for id_ in s.derived_from:
        if id_ not in made and id_ not in corpus.unread:
            message = f"'{s.id}' is derived from '{id_}', which no annotator has"
            yield Problem(place, "dangling-id", message, AGAIN)
    if not corpus.unread.isdisjoint(s.derived_from):
        return  # what the annotators say cannot be compared before it can be read
    expected = {who: row.stance for who, row in (made[i] for i in s.derived_from if i in made)}
    for who, vote in s.votes.items():
        if who not in corpus.annotators:
            yield Problem(place, "dangling-id", f"'{s.id}' has a vote of '{who}', who has no file", AGAIN)
        elif vote != expected.get(who):
            message = f"'{s.id}': the vote of {who} is {vote!r}, the file says {expected.get(who)!r}"
            yield Problem(place, "decision", message, AGAIN)
    for who in set(expected) - set(s.votes):
        message = f"'{s.id}' is derived from {who}'s statement but has no vote of {who}"
        yield Problem(place, "decision", message, AGAIN)
    if s.decision == "unanimous" and set(s.votes.values()) != {s.stance}:
        message = f"'{s.id}' is called unanimous, but the votes are {dict(s.votes)}"
        yield Problem(place, "decision", message, AGAIN)
    if s.decision == "adjudicated" and not s.reason.strip():
        yield Problem(
            place, "decision", f"'{s.id}' is adjudicated without a reason", "say which rule decided"
        )


def _overlaps(corpus: Corpus, who: str) -> Iterator[Problem]:
    by_article: dict[str, list[_Placed]] = defaultdict(list)
    for number, s in enumerate(corpus.annotators[who]):
        for span in s.content:
            by_article[s.article].append((span.start, span.end, s.id, corpus.places[who, number]))
    for spans in by_article.values():
        spans.sort()
        for (_, end, before, _), (start, _, after, place) in zip(_farthest(spans), spans[1:], strict=False):
            if start < end:
                message = f"content of '{after}' overlaps that of '{before}' at offset {start}"
                yield Problem(place, "overlap", message, "let one of the spans end before the other begins")


def _farthest(spans: list[_Placed]) -> Iterator[_Placed]:
    """Yield, for each span, the one up to there that ends last."""
    return accumulate(spans, lambda a, b: b if b[1] > a[1] else a)


def _groups(corpus: Corpus, who: str) -> Iterator[Problem]:
    """Groups go by the speaker where one is known, else by the source (codebook, section 3)."""
    first: dict[str, Statement] = {}
    for number, s in enumerate(corpus.annotators[who]):
        other = first.setdefault(s.group, s)
        if (other.speaker or other.source_name) != (s.speaker or s.source_name):
            ours, theirs = s.speaker or s.source_name, other.speaker or other.source_name
            message = f"group '{s.group}': '{s.id}' is by '{ours}', '{other.id}' by '{theirs}'"
            yield Problem(corpus.places[who, number], "group-source", message, "a group is one source's")
