"""What adjudication decided to be no statement: ids and the reason, in annotations/dropped/<article>.jsonl.

Gold has no place for what is not in it, and a decision without a trace would be asked for again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from harness.errors import InputError, Place, Problem, ProblemsError
from harness.textfile import read_jsonl, to_json, write_text


@dataclass(frozen=True, slots=True)
class Dropped:
    """Annotators' statements that do not go into gold, and why."""

    derived_from: tuple[str, ...]
    reason: str


def dropped_file(root: Path, article: str) -> Path:
    """Return where an article's dropped statements are listed."""
    return root / "annotations" / "dropped" / f"{article}.jsonl"


def read_dropped(root: Path, article: str) -> list[Dropped]:
    """Read what was dropped from an article; nothing if there is no file."""
    path = dropped_file(root, article)
    if not path.exists():
        return []
    found = []
    for number, value in read_jsonl(path):
        place = Place(str(path), number)
        if isinstance(value, Problem):
            raise ProblemsError([value])
        ids, reason = value.get("derived_from"), value.get("reason")
        if (
            set(value) != {"derived_from", "reason"}
            or not isinstance(reason, str)
            or not isinstance(ids, list)
            or not all(isinstance(i, str) for i in ids)
        ):
            raise InputError("not a dropped statement", place=place, hint="derived_from: [ids], reason: text")
        found.append(Dropped(tuple(ids), reason))
    return found


def write_dropped(root: Path, article: str, rows: Sequence[Dropped]) -> None:
    """Write what was dropped from an article; no file where there is nothing to say."""
    path = dropped_file(root, article)
    if rows:
        write_text(path, "".join(to_json(asdict(row)) + "\n" for row in rows))
    else:
        path.unlink(missing_ok=True)
