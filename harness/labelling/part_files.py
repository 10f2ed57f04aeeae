"""A folder or pattern -> the files of statements below it, and none that lie elsewhere."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from fnmatch import fnmatch
from glob import has_magic
from pathlib import Path

from harness.labelling.stream import SUFFIXES
from harness.within import holder, verify_within

DEEP = "**"
"""A piece of a pattern that stands for any number of folders."""


def top_of(source: str) -> Path:
    """Return the folder that names are relative to: the part of a pattern before its first star."""
    path = Path(source)
    return path if path.is_dir() else Path(*path.parts[: _plain(path)])


def files_of(source: str) -> list[Path]:
    """Find the files of statements that a folder holds, at any depth, or that a pattern stands for.

    Links to files are followed, links to folders where the pattern has a piece for them: a folder given as
    it is, or ``**``, does not go into them, so that a link to a folder above it is no endless tree.

    Returns
    -------
    list of Path
        Sorted; names that begin with ``.`` or ``_`` are left out.

    Raises
    ------
    InputError
        At a link that leads out of the folder, or out of the part of the pattern before its first star.
    """
    path, top = Path(source), top_of(source)
    pieces = (DEEP,) if path == top else path.parts[_plain(path) :]
    return sorted(set(_below(top, pieces, holder(top))))


def _plain(path: Path) -> int:
    """Return how many folders a pattern names before its first star."""
    folders = path.parts[:-1]
    return next((i for i, name in enumerate(folders) if has_magic(name)), len(folders))


def _below(folder: Path, pieces: Sequence[str], whole: Path) -> Iterator[Path]:
    first, rest = pieces[0], pieces[1:]
    deep = first == DEEP
    if deep and rest:
        yield from _below(folder, rest, whole)
    for entry in _entries(folder):
        if not deep and not fnmatch(entry.name, first):
            continue
        path = folder / entry.name
        onward = pieces if deep else rest
        is_folder = os.path.isdir(path)
        asked = bool(onward) if is_folder else not rest and path.suffix.lower() in SUFFIXES
        if asked and entry.is_symlink():
            verify_within(path, whole, "the folder of statements")
        if asked and is_folder and not (deep and entry.is_symlink()):
            yield from _below(path, onward, whole)
        elif asked and os.path.isfile(path):
            yield path


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            return [entry for entry in found if entry.name[0] not in "._"]
    except OSError:  # a pattern's folder that is not there, or is none
        return []
