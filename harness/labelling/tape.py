"""A file that is read once from its start, line by line, and knows the digest of what it has given."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import IO, Any

from harness.errors import InputError

BOM = b"\xef\xbb\xbf"
_BLOCK = 1 << 20


class Tape:
    """Lines of bytes, each with its line feed; a byte order mark at the start is no part of the first.

    Attributes
    ----------
    path : str
        For messages.
    line : int
        How many lines have been read.
    """

    def __init__(self, file: IO[bytes], path: str) -> None:
        self.path, self.line = path, 0
        self._file, self._size, self._sha, self._unhashed = file, 0, sha256(), list[bytes]()

    def lines(self, n: int) -> list[bytes]:
        """Read ``n`` lines, or as many as there still are."""
        with self._told():
            found = list(islice(self._file, n))
        self._unhashed += found
        if found and self.line == 0:
            found[0] = found[0].removeprefix(BOM)
        self.line += len(found)
        return found

    def __iter__(self) -> Iterator[bytes]:
        with self._told():
            for line in self._file:
                self._unhashed.append(line)
                self.line += 1
                yield line if self.line > 1 else line.removeprefix(BOM)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise InputError(f"cannot be read: {error.strerror or error}", place=Path(self.path)) from None

    @property
    def mark(self) -> dict[str, Any]:
        """What has been read: bytes, lines and the digest of the bytes."""
        self._hash()
        return {"bytes": self._size, "lines": self.line, "sha256": self._sha.hexdigest()}

    def skip(self, mark: Mapping[str, Any]) -> str | None:
        """Read on to a mark; return why what comes up to there is not what it was, or None."""
        self._hash()
        while self._size < mark["bytes"]:
            block = self._file.read(min(mark["bytes"] - self._size, _BLOCK))
            if not block:
                return "the input is shorter than it was"
            self._unhashed.append(block)
            self._hash()
        self.line = mark["lines"]
        return None if self._sha.hexdigest() == mark["sha256"] else "what was labelled of the input changed"

    def close(self) -> None:
        """Close the file, but not standard input."""
        if self._file is not sys.stdin.buffer:
            self._file.close()

    def share(self, mark: Mapping[str, Any]) -> float | None:
        """Return the share of the file that lies before a mark; None if it is a pipe."""
        try:
            size = os.fstat(self._file.fileno()).st_size
        except OSError:
            return None
        return mark["bytes"] / size if size else None

    def _hash(self) -> None:
        new = b"".join(self._unhashed)
        self._unhashed.clear()
        self._sha.update(new)
        self._size += len(new)
