"""Answers that are dear to compute, kept on the disk under the digest of what was asked.

One SQLite file a kind (``embeddings``, ``replies``, ...), so that a killed process loses nothing that was
put and several processes can share it. Deleting a file costs time, or money, and nothing else.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from harness.errors import RunError
from harness.format_version import refuse_other_format

WAIT = 60.0
"""Seconds to wait while another process writes."""
FORMAT = 1
"""Of the files, which say it as SQLite's ``user_version``; the first ones say 0."""
_ASKED_AT_ONCE = 500


def cache_folder() -> Path:
    """Return the folder of all caches: ``$HARNESS_CACHE``, else the user's cache folder."""
    said = os.environ.get("HARNESS_CACHE")
    if said:
        return Path(said)
    base = os.environ.get("XDG_CACHE_HOME")
    try:
        return (Path(base) if base else Path.home() / ".cache") / "stance-harness"
    except RuntimeError:  # there is no home
        return Path(".harness-cache")


class Cache:
    """A table of bytes by key; a context manager.

    Parameters
    ----------
    kind : str
        Names the file.
    folder : Path, optional
        Instead of :func:`cache_folder`.

    Raises
    ------
    RunError
        The file cannot be written, or is no SQLite file; the hint says how to use another.
    """

    def __init__(self, kind: str, folder: Path | None = None) -> None:
        self.path = (folder or cache_folder()) / f"{kind}.sqlite"
        with self._told():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._open = sqlite3.connect(self.path, timeout=WAIT, check_same_thread=False)
            try:
                self._begin()
            except BaseException:
                self._open.close()
                raise

    def _begin(self) -> None:
        """Refuse a file of a later format; make the table where there is none."""
        with self._open as begun:
            said = int(begun.execute("PRAGMA user_version").fetchone()[0])
            refuse_other_format(said or FORMAT, FORMAT, self.path, "move the file away")
            if said != FORMAT:
                begun.execute(f"PRAGMA user_version = {FORMAT}")
            begun.execute("CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, value BLOB NOT NULL)")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._open.close()

    def get(self, keys: Iterable[str]) -> dict[str, bytes]:
        """Return what is kept of the keys; those without an answer are left out."""
        found: dict[str, bytes] = {}
        with self._told():
            for some in _in_parts(list(dict.fromkeys(keys))):
                marks = ",".join("?" * len(some))
                with closing(
                    self._open.execute(f"SELECT key, value FROM answers WHERE key IN ({marks})", some)
                ) as rows:
                    found.update(rows)
        return found

    def put(self, answers: Mapping[str, bytes]) -> None:
        """Keep answers; they are on the disk when this returns. An answer that is there stays."""
        with self._told(), self._open as begun:
            begun.executemany("INSERT OR IGNORE INTO answers VALUES (?, ?)", list(answers.items()))

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (OSError, sqlite3.Error) as error:
            hint = "set HARNESS_CACHE to a folder that can be written, or move the file away"
            raise RunError(f"the cache cannot be used: {error}", place=self.path, hint=hint) from None


def _in_parts(keys: list[str]) -> Iterator[list[str]]:
    """Yield the keys in parts that one statement can name."""
    for start in range(0, len(keys), _ASKED_AT_ONCE):
        yield keys[start : start + _ASKED_AT_ONCE]
