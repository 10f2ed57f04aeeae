"""What a command reports, for programs: one JSON object on stdout, and nothing else there.

Every object begins with ``"schema": 1``; a change that takes a key away or gives it another meaning raises
the number. Numbers are in full precision, and what is undefined is null with a ``reason`` beside it. An error
is such an object too, beside its text on stderr; see :func:`error_json`. docs/json.md lists the keys of each
command.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from harness.errors import HarnessError, InputError, Problem, ProblemsError
from harness.textfile import to_json

SCHEMA = 1


def answer(**content: Any) -> None:
    """Print one JSON object of the given keys on stdout, after ``schema``.

    Records become objects, paths and everything else that JSON lacks become text.
    """
    print_json(to_json({"schema": SCHEMA, **plain(content)}, indent=1))


def print_json(text: str) -> None:
    """Print JSON, escaped where the terminal's encoding lacks a letter: it is valid in every locale."""
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        text = json.dumps(json.loads(text), indent=1)
    print(text)


def plain(value: Any) -> Any:
    """Return a value of records, paths, mappings and sequences as JSON has it."""
    if isinstance(value, Problem):
        return problem_json(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, Sequence):
        return [plain(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def problem_json(problem: Problem) -> dict[str, Any]:
    """Return ``path``, ``line`` (null where it is not known), ``code``, ``message`` and ``hint``."""
    where = {"path": problem.place.path, "line": problem.place.line or None}
    return {**where, "code": problem.code, "message": problem.message, "hint": problem.hint}


def error_json(error: HarnessError) -> dict[str, Any]:
    """Return what is printed in place of an answer: ``error``, and ``problems`` where several were found.

    ``error`` has ``message``, ``hint``, ``path``, ``line`` and ``exit_code``, which is also the program's.
    """
    place = error.place
    said = {
        "message": error.message,
        "hint": error.hint,
        "path": place.path if place else None,
        "line": (place.line or None) if place else None,
        "exit_code": error.exit_code,
    }
    problems = error.problems if isinstance(error, ProblemsError) else ()
    return {"error": said, "problems": [problem_json(p) for p in problems]}


def only_one(as_json: bool, form: str | None) -> None:
    """Refuse ``--json`` beside ``--format``.

    Raises
    ------
    InputError
        Both were given.
    """
    if as_json and form is not None:
        raise InputError("--json and --format are two forms of one answer", hint="give one of them")
