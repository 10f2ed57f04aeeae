"""One process at a time: a lock file that the system lets go when the process ends, however it ends."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import IO

from harness.errors import RunError
from harness.textfile import write_error
from harness.within import verify_within


def lock_path(root: Path, who: str) -> Path:
    """Return the lock of whoever writes an annotator's files, or the gold files (``gold``)."""
    path = root / "annotations" / ".journal" / who / ".lock"
    verify_within(path, root, "the corpus")
    return path


def locked(path: Path, taken: str, hint: str) -> IO[bytes]:
    """Hold a lock until the file that is returned is closed.

    Parameters
    ----------
    path : Path
        The lock file; its folder is made if need be.
    taken, hint : str
        What to say if another process holds it.

    Raises
    ------
    RunError
        Another process holds it, or the file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("ab")
    except OSError as error:
        raise write_error(path, error) from None
    if sys.platform != "win32":
        import fcntl

        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            raise RunError(taken, place=path, hint=hint) from None
    return file
