"""What is known of a new article besides its text: from options, a CSV file or a person's answers."""

from __future__ import annotations

import csv
import datetime
import io
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from harness.errors import InputError, Place, Problem, ProblemsError, did_you_mean
from harness.textfile import read_text

UNKNOWN_LANGUAGE = "und"
"""What BCP 47 calls a language that nobody has determined."""

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]+)*")
_YES, _NO = ("true", "yes", "1"), ("false", "no", "0")


@dataclass(frozen=True, slots=True)
class Details:
    """What a person says of an article; None where nothing was said."""

    id: str | None = None
    title: str | None = None
    outlet: str | None = None
    date: str | None = None
    language: str | None = None
    rights: str | None = None
    provenance: str | None = None
    machine_translated: bool | None = None

    def or_else(self, other: Details) -> Details:
        """Return these details, and the other's where these say nothing."""
        gaps = {f.name: getattr(other, f.name) for f in fields(self) if getattr(self, f.name) is None}
        return replace(self, **gaps)


@dataclass(frozen=True, slots=True)
class Received:
    """A file to be added, what was said of it, and where it was said."""

    path: Path
    details: Details
    place: Place


COLUMNS = ("file", *(f.name for f in fields(Details)))


def received(files: Sequence[Path], table: Path | None, details: Details) -> list[Received]:
    """Return what a command line asks to add: its files, or those of a CSV file, but not both."""
    if bool(files) == (table is not None):
        raise InputError("give either files or --from-csv", hint="see harness annotate add --help")
    if (details.id is not None or details.title is not None) and (table is not None or len(files) > 1):
        raise InputError(
            "an id and a title are those of one article", hint="use --from-csv with the columns id and title"
        )
    if table is not None:
        return read_table(table, details)
    return [Received(path, details, Place(str(path))) for path in files]


def read_table(path: Path, defaults: Details) -> list[Received]:
    """Read a CSV file with one article a line.

    Parameters
    ----------
    path : Path
        Columns ``file`` (relative to the CSV file) and any of ``COLUMNS``; an empty cell says nothing.
    defaults : Details
        What holds where a cell says nothing.

    Raises
    ------
    ProblemsError
        Unknown or missing columns, lines of another length, a word where yes or no is asked for.
    """
    lines = csv.reader(io.StringIO(read_text(path), newline=""), strict=True)
    problems: list[Problem] = []
    found: list[Received] = []
    try:
        head = [name.strip() for name in next(lines, [])]
        _check_head(head, path)
        for row in lines:
            place = Place(str(path), lines.line_num)
            if not any(cell.strip() for cell in row):
                continue
            if len(row) != len(head):
                what = f"{len(row)} cells where the first line has {len(head)}"
                problems.append(Problem(place, "not-csv", what, "quote a cell that has a comma in it"))
                continue
            cells = {name: cell.strip() for name, cell in zip(head, row, strict=True) if cell.strip()}
            found.append(_received(cells, path, place, defaults, problems))
    except csv.Error as error:
        problems.append(Problem(Place(str(path), lines.line_num), "not-csv", f"not CSV: {error}"))
    if not found and not problems:
        problems.append(Problem(Place(str(path)), "not-csv", "lists no article", "one line an article"))
    if problems:
        raise ProblemsError(problems)
    return found


def _check_head(head: Sequence[str], path: Path) -> None:
    place = Place(str(path), 1)
    problems = [
        Problem(place, "unknown-field", f"unknown column '{name}'", did_you_mean(name, COLUMNS))
        for name in head
        if name not in COLUMNS
    ]
    twice = sorted({name for name in head if head.count(name) > 1})
    problems += [Problem(place, "duplicate-key", f"column '{name}' is there twice") for name in twice]
    if "file" not in head:
        problems.append(Problem(place, "missing-field", "no column 'file'", f"columns: {', '.join(COLUMNS)}"))
    if problems:
        raise ProblemsError(problems)


def _received(
    cells: dict[str, str], path: Path, place: Place, defaults: Details, problems: list[Problem]
) -> Received:
    file = cells.pop("file", "")
    if not file:
        problems.append(Problem(place, "missing-field", "no file is named", "column 'file'"))
    word = cells.pop("machine_translated", "").lower()
    if word and word not in _YES + _NO:
        what = f"machine_translated: '{word}' is neither true nor false"
        problems.append(Problem(place, "bad-value", what, "true or false"))
    said = replace(Details(machine_translated=None if not word else word in _YES), **_of(cells))
    return Received(path.parent / file, said.or_else(defaults), place)


def _of(words: Mapping[str, str]) -> dict[str, Any]:
    """Return keyword arguments whose names were checked before."""
    return dict(words)


def detail_problems(details: Details, place: Place) -> list[Problem]:
    """Return what is wrong with an id, a date or a language that somebody gave."""
    found = []
    if details.id is not None and not _ID.fullmatch(details.id):
        hint = "letters, digits, '.', '_' and '-', a letter or digit first"
        found.append(Problem(place, "bad-value", f"'{details.id}' cannot be an id", hint))
    if details.date is not None and not _is_date(details.date):
        hint = "a year, a month or a day, such as 2022, 2022-09 or 2022-09-16"
        found.append(Problem(place, "bad-value", f"'{details.date}' is no date", hint))
    if details.language is not None and not _LANGUAGE.fullmatch(details.language):
        hint = "a code such as en, uk or pt-BR; und where it is not known"
        found.append(Problem(place, "bad-value", f"'{details.language}' is no language", hint))
    for name in ("title", "outlet", "rights", "provenance"):
        value = getattr(details, name)
        if value is not None and any(unicodedata.category(c) in ("Cc", "Cs") for c in value):
            what = f"{name} has line breaks or other characters that do not print"
            found.append(Problem(place, "bad-value", what, "one line of text"))
    return found


def _is_date(text: str) -> bool:
    if not _DATE.fullmatch(text) or not text.isascii():
        return False
    try:
        datetime.date.fromisoformat((text + "-01-01")[:10] if len(text) < 10 else text)
    except ValueError:
        return False
    return True


def id_from(path: Path) -> str:
    """Make an id of a file's name: plain letters and digits, the rest as hyphens; empty if none is left."""
    plain = unicodedata.normalize("NFKD", path.stem).encode("ascii", "ignore").decode("ascii")
    return re.sub(r"[^A-Za-z0-9._-]+", "-", plain).strip("-._")


QUESTIONS = {
    "title": "title (as it stands in the article; empty: none)",
    "outlet": "outlet (empty: not known)",
    "date": "date of publication, such as 2022-09-16 (empty: not known)",
    "language": "language, such as en (empty: und, not known)",
    "provenance": "provenance: how it was received",
    "rights": "rights: who may do what with it",
}


def asked(details: Details, ask: Callable[[str], str]) -> Details:
    """Ask for what nobody has said; an answer that cannot be is asked again.

    Parameters
    ----------
    details : Details
    ask : callable
        Takes a question, returns the answer.
    """
    for name, question in QUESTIONS.items():
        while getattr(details, name) is None:
            answer = ask(question).strip()
            tried = replace(details, **_of({name: answer}))
            if not answer:
                break
            if not detail_problems(tried, Place("")):
                details = tried
    if details.machine_translated is None:
        translated = ask("machine-translated? (y, or empty: no)").strip().lower() in ("y", "yes")
        details = replace(details, machine_translated=translated)
    return details
