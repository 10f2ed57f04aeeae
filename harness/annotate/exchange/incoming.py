"""Files of another tool -> an annotator's statement files; all of it, or nothing with every problem."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from harness.annotate.exchange.formats import Format, format_named
from harness.annotate.exchange.missing import filled
from harness.annotate.exchange.rows import GOLD_FIELDS, Found, Row
from harness.annotate.statement_files import write_statements
from harness.checks import content_problems, load_corpus
from harness.corpus import GOLD, Corpus
from harness.corpus_files import GoldSpec, StatementSpec, field_problem, statement_of
from harness.errors import InputError, Place, Problem, ProblemsError
from harness.records import Statement
from harness.textfile import read_text

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True, slots=True)
class Imported:
    """The files that were written, how many statements, and how many lacked each field that was filled in."""

    paths: tuple[Path, ...]
    n: int
    filled: Mapping[str, int]


def import_files(
    root: Path, format_name: str, who: str, paths: Sequence[Path], *, overwrite: bool = False
) -> Imported:
    """Read files of another tool and write them as an annotator's, one statement file an article.

    Parameters
    ----------
    overwrite : bool
        Replace what the annotator already has for these articles; else that is a problem.

    Raises
    ------
    ProblemsError
        Everything that is wrong, by file and line (or task and result); nothing was written.
    """
    shape = format_named(format_name)
    if not _NAME.fullmatch(who) or len(who) > 100:
        raise InputError(
            f"'{who}' is no name for an annotator", hint="letters, digits, dot, dash, underscore"
        )
    corpus = load_corpus(root)
    found = _read(shape, paths, corpus)
    statements, problems, missing = _parsed(found, who, corpus)
    problems += _occupied(root, who, found, [] if overwrite else found.articles)
    if not problems:
        problems = _content(corpus, who, found, statements)
    if problems:
        raise ProblemsError(set(problems))
    written = [
        write_statements(root, who, article, (s for s in statements if s.article == article))
        for article in found.articles
    ]
    return Imported(tuple(written), len(statements), missing)


def _read(shape: Format, paths: Sequence[Path], corpus: Corpus) -> Found:
    all_found = Found()
    for path in paths:
        files = {str(path): read_text(path)}
        beside = path.with_suffix(shape.beside) if shape.beside else path
        if beside != path and beside.exists():
            files[str(beside)] = read_text(beside)
        found = shape.read(str(path), files, corpus.articles)
        for article in found.articles:
            if article in all_found.articles:
                all_found.wrong(
                    Place(str(path)),
                    "duplicate-id",
                    f"article '{article}' is in another file too",
                    "name one",
                )
        all_found.articles += [a for a in found.articles if a not in all_found.articles]
        all_found.rows += found.rows
        all_found.problems += found.problems
    return all_found


def _parsed(found: Found, who: str, corpus: Corpus) -> tuple[list[Statement], list[Problem], Counter[str]]:
    adapter = TypeAdapter[object](GoldSpec if who == GOLD else StatementSpec)
    statements: list[Statement] = []
    problems, missing = list(found.problems), Counter[str]()
    numbers = Counter[str]()
    for place, row in found.rows:
        numbers[row["article"]] += 1
        wrong = _other_kind(row, who)
        if wrong:
            problems.append(Problem(place, *wrong))
            continue
        value, names = filled(row, who, corpus.scheme, numbers[row["article"]])
        missing.update(names)
        try:
            statements.append(statement_of(adapter.validate_python(value)))
        except ValidationError as error:
            problems += [field_problem(place, item, adapter) for item in error.errors(include_url=False)]
    return statements, problems, missing


def _other_kind(row: Row, who: str) -> tuple[str, str, str] | None:
    """Say what is wrong (code, message, hint) with gold for an annotator, or with statements for gold."""
    lacking = [name for name in ("votes", "decision") if name not in row]
    if who == GOLD and lacking:
        hint = "import it as an annotator's, then decide with harness annotate adjudicate"
        return "missing-field", f"gold needs {' and '.join(lacking)}, which are not in the file", hint
    decided = [name for name in GOLD_FIELDS if name in row]
    if who != GOLD and decided:
        hint = "import it with --annotator gold, or export the annotator's own statements"
        return "unknown-field", f"the statement is gold's: it has {', '.join(decided)}", hint
    return None


def _occupied(root: Path, who: str, found: Found, articles: Sequence[str]) -> list[Problem]:
    folder = root / "annotations" / (GOLD if who == GOLD else f"annotators/{who}")
    hint = "--replace overwrites it"
    return [
        Problem(Place(str(path)), "duplicate-id", f"{who} has statements of '{article}' already", hint)
        for article in articles
        if (path := folder / f"{article}.jsonl").exists() and path.stat().st_size
    ]


def _content(corpus: Corpus, who: str, found: Found, statements: Sequence[Statement]) -> list[Problem]:
    """Check the corpus as it would be; places of what is imported are in the imported files."""
    kept = [(i, s) for i, s in enumerate(corpus.annotators.get(who, ())) if s.article not in found.articles]
    rows = [s for _, s in kept] + list(statements)
    places = {k: v for k, v in corpus.places.items() if k[0] != who}
    places |= {(who, n): corpus.places[who, i] for n, (i, _) in enumerate(kept)}
    places |= {(who, len(kept) + n): place for n, (place, _) in enumerate(found.rows)}
    annotators = {w: r for w, r in corpus.annotators.items() if w != who} | {who: tuple(rows)}
    return list(content_problems(replace(corpus, annotators=annotators, places=places)))
