"""An exported folder on the disk: there whole or not at all; replaced without touching what else is in it."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from harness.errors import InputError
from harness.format_version import refuse_other_format
from harness.textfile import parse_json, read_text, write_bytes, write_error
from harness.within import verify_within

NAME = "export.json"
"""The file that says what a folder was exported from, and which files belong to the export."""

SCHEMA = 1
"""The format of that file and of the folder."""


def verify_folder(folder: Path, *, replace: bool) -> None:
    """Raise `InputError` where an export cannot go into a folder, before anything is computed."""
    if not folder.exists():
        return
    if not folder.is_dir():
        raise InputError("is a file, not a folder", place=folder, hint="name a folder for the export")
    try:
        empty = not any(folder.iterdir())
    except OSError as error:
        raise write_error(folder, error) from None
    if empty:
        return
    if not replace:
        raise InputError(
            "is not empty", place=folder, hint="name a new folder, or give --replace for an earlier export"
        )
    listed(folder)


def listed(folder: Path) -> list[str]:
    """Return the files that an earlier export wrote.

    Raises
    ------
    InputError
        The folder is no export, or what it lists lies outside of it.
    """
    hint = "--replace only replaces what harness export wrote; name another folder"
    if not (folder / NAME).is_file():
        raise InputError(
            f"is not empty and has no {NAME}, so it is no earlier export", place=folder, hint=hint
        )
    try:
        said = parse_json(read_text(folder / NAME))
        refuse_other_format(said["schema"], SCHEMA, folder / NAME, hint)
        names = list(said["files"])
    except (ValueError, KeyError, TypeError):
        raise InputError("does not list the files of an export", place=folder / NAME, hint=hint) from None
    for name in names:
        if not isinstance(name, str) or Path(name).is_absolute() or ".." in Path(name).parts:
            raise InputError(
                f"lists {name!r}, which is no file of the folder", place=folder / NAME, hint=hint
            )
    return names


def _take_away(folder: Path, name: str) -> None:
    """Delete a file of an earlier export, and the folder below that it leaves empty."""
    path = folder / name
    verify_within(path.parent, folder, "the export")
    path.unlink(missing_ok=True)
    if path.parent != folder and path.parent.is_dir() and not any(path.parent.iterdir()):
        path.parent.rmdir()


def write_folder(folder: Path, files: Mapping[str, bytes], *, replace: bool = False) -> list[Path]:
    """Write files into a folder that is new or empty or, with ``replace``, an earlier export.

    A new folder appears with all its files or not at all. In an earlier export each file is replaced whole,
    ``export.json`` last, and what only the earlier one had is taken away; other files stay.
    """
    verify_folder(folder, replace=replace)
    old = listed(folder) if (folder / NAME).exists() else []
    if old:
        for name in sorted(files, key=lambda n: n == NAME):
            write_bytes(folder / name, files[name])
        for name in set(old) - set(files):
            _take_away(folder, name)
        return [folder / name for name in files]
    temporary, place = "", folder.resolve()
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        temporary = tempfile.mkdtemp(dir=place.parent, prefix=f".{place.name}.")
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(temporary, 0o777 & ~umask)
        for name, data in files.items():
            write_bytes(Path(temporary) / name, data)
        os.replace(temporary, place)  # an empty folder gives way
    except OSError as error:
        raise write_error(folder, error) from None
    finally:
        if temporary:
            shutil.rmtree(temporary, ignore_errors=True)
    return [folder / name for name in files]
