"""JSON of a run folder, refused with its place where it is damaged or of another format."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from harness.errors import InputError, Place, Problem, ProblemsError
from harness.format_version import refuse_other_format
from harness.textfile import parse_json, read_text

T = TypeVar("T", bound=BaseModel)
SCHEMA = 1
"""The format of a run folder; each of its JSON files says it, and the manifest speaks for the others."""
HINT = "run the configuration again; its finished folds are kept"


def read_json(path: Path) -> Any:
    """Read one of a run's JSON files; a damaged one is an `InputError`."""
    try:
        return parse_json(read_text(path))
    except ValueError as error:
        raise InputError(f"damaged: {error}", place=path, hint=HINT) from None


def of_this_format(path: Path) -> Any:
    """Read a file that stands beside a manifest; only a format that it says can be a wrong one."""
    value = read_json(path)
    if isinstance(value, dict) and "schema" in value:
        refuse_other_format(value["schema"], SCHEMA, path, HINT)
    return value


def checked(path: Path, value: Any, kind: type[T]) -> T:
    """Return a value as one of the parts of a run's files; raise `ProblemsError` for all that is wrong."""
    try:
        return kind.model_validate(value)
    except ValidationError as error:
        place = Place(str(path))
        found = [Problem(place, "bad-value", fault(item), HINT) for item in error.errors(include_url=False)]
        raise ProblemsError(set(found)) from None


def fault(item: Any) -> str:
    """Say where in a file, and what, is wrong."""
    said = "is missing" if item["type"] == "missing" else item["msg"][:1].lower() + item["msg"][1:]
    return f"{'.'.join(map(str, item['loc'])) or 'all of it'}: {said}"
