"""Whether a path stays in its folder once its links are followed; in a stranger's folder it may not."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from harness.errors import InputError

HINT = "put a copy in the place of the link"


def outside(path: Path, folder: Path) -> Path | None:
    """Return where a path leads if that is not in the folder, else None; neither need exist.

    The folder itself may be a link: whoever names it means what it leads to.
    """
    there = Path(os.path.realpath(path))
    return None if there.is_relative_to(os.path.realpath(folder)) else there


def holder(folder: Path) -> Path:
    """Return the folder that holds what a folder's links may lead to: itself.

    The snapshots of a Hugging Face cache consist of links to the files of their repository, which is returned
    for a snapshot and for folders in it.
    """
    there = folder.resolve()
    for near in (there, *there.parents):
        repository = near.parent.parent
        if near.parent.name == "snapshots" and (repository / "blobs").is_dir():
            return repository
    return folder


def verify_within(path: Path, folder: Path, what: str) -> None:
    """Refuse a path that leads out of a folder.

    Parameters
    ----------
    path, folder : Path
    what : str
        What the folder is called in the message, such as ``the corpus``.

    Raises
    ------
    InputError
        At the path.
    """
    there = outside(path, folder)
    if there is not None:
        raise InputError(f"leads out of {what}, to {there}", place=path, hint=HINT)


def verify_links(folder: Path, what: str) -> None:
    """Refuse a folder below which a link leads out of it; links to folders are not gone into.

    Raises
    ------
    InputError
        At the first such link.
    """
    for link in _links(folder):
        verify_within(link, folder, what)


def _links(folder: Path) -> Iterator[Path]:
    for base, folders, files in os.walk(folder):
        for name in sorted([*folders, *files]):
            path = Path(base, name)
            if path.is_symlink():
                yield path
