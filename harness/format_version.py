"""The number of a file's format: what this version reads, and what it says of a file that is newer."""

from __future__ import annotations

from pathlib import Path

from harness import __version__
from harness.errors import InputError, Place

UPGRADE = "pip install --upgrade stance-harness; an older harness never writes over a newer file"


def newer_format(said: object, known: int) -> str | None:
    """Return what is to be said of a file whose format is above the newest that is read, or None."""
    if isinstance(said, int) and not isinstance(said, bool) and said > known:
        return f"is in format {said}, and harness {__version__} reads up to format {known}"
    return None


def refuse_other_format(said: object, known: int, place: Path | Place, hint: str) -> None:
    """Refuse a file in a format that this version does not read.

    Parameters
    ----------
    said : object
        What the file says of its format.
    known : int
        The newest format that is read; all from 1 on are.
    place : Path or Place
    hint : str
        What helps where the file says no format at all.

    Raises
    ------
    InputError
        The file is newer, with the hint to upgrade; or what it says is no number of a format.
    """
    newer = newer_format(said, known)
    if newer is not None:
        raise InputError(newer, place=place, hint=UPGRADE)
    if not isinstance(said, int) or isinstance(said, bool) or said < 1:
        raise InputError(f"says no format: 'schema' is {said!r:.40}, not a number", place=place, hint=hint)
