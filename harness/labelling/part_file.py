"""Output that grows batch by batch beside its final place, and that a later call can go on with."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from harness.labelling.formats import Format
from harness.labelling.rows import Form
from harness.lock import locked
from harness.textfile import parse_json, read_text, to_json, write_error, write_text

SCHEMA = 1
_BLOCK = 1 << 20
_CHANGED = {"model": "the model changed", "out": "the format changed", "batch": "--batch changed"}


@dataclass(frozen=True, slots=True)
class Done:
    """How far a file of labels has come: its rows, how the input is read, and what of it was."""

    rows: int
    unlabelled: int
    form: Form
    mark: Mapping[str, Any]


class PartFile:
    """``OUT.part`` with whole batches, and ``OUT.part.json`` that says how far they go; a context manager.

    A batch is appended first and counted after it; what a killed process appended and did not count is
    cut off. One process at a time has the file.

    Parameters
    ----------
    out : Path
    form : Format
    key : mapping
        What finished rows depend on besides the input: ``model``, ``out`` and ``batch``.

    Raises
    ------
    RunError
        The files cannot be written, or another process is writing them.
    """

    def __init__(self, out: Path, form: Format, key: Mapping[str, Any]) -> None:
        self.out, self.form, self.key = out, form, dict(key)
        self.path = out.with_name(f"{out.name}.part")
        self._state = out.with_name(f"{out.name}.part.json")
        self._file = _mine(self.path)
        self._sha = sha256()
        self._size = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        if not self._state.exists():  # no batch was counted, or all is finished
            self.path.unlink(missing_ok=True)
        self._file.close()

    def earlier(self) -> Done | str | None:
        """Return how far an earlier call came; why that is of no use; or None if there was none."""
        if not self._state.is_file():
            return None
        try:
            state = parse_json(read_text(self._state))
            said, done = state["output"], state["done"]
            if state["schema"] != SCHEMA:
                return "its format changed"
            for name, value in self.key.items():
                if state["key"].get(name) != value:
                    return _CHANGED[name]
            form = Form(bool(done["ids"]), tuple(done["columns"]))
            found = Done(int(done["rows"]), int(done["unlabelled"]), form, done["mark"])
            return found if self._cut(said["bytes"], said["sha256"]) else f"{self.path.name} was changed"
        except (ValueError, KeyError, TypeError, AttributeError):
            return f"{self._state.name} is damaged"

    def _cut(self, size: int, digest: str) -> bool:
        """Cut the file to the batches that were counted; return whether they are what was written."""
        sha = sha256()
        with self.path.open("rb") as file:
            left = size
            while left and (block := file.read(min(left, _BLOCK))):
                sha.update(block)
                left -= len(block)
        if left or sha.hexdigest() != digest:
            return False
        self._truncate(size)
        self._sha = sha
        return True

    def begin(self) -> None:
        """Begin anew, whatever is there."""
        self._state.unlink(missing_ok=True)
        self._truncate(0)
        self._sha = sha256()
        self._write(self.form.head)

    def append(self, data: bytes, done: Done) -> None:
        """Append a batch, and count it."""
        self._write(data)
        state = {
            "schema": SCHEMA,
            "key": self.key,
            "done": {
                "rows": done.rows,
                "unlabelled": done.unlabelled,
                "ids": done.form.ids,
                "columns": list(done.form.columns),
                "mark": dict(done.mark),
            },
            "output": {"bytes": self._size, "sha256": self._sha.hexdigest()},
        }
        write_text(self._state, to_json(state) + "\n", sync=False)

    def finish(self) -> None:
        """Put the file in its place."""
        try:
            os.fsync(self._file.fileno())
            self.form.finish(self.path, self.out)
            self._state.unlink(missing_ok=True)
        except OSError as error:
            raise write_error(self.out, error) from None

    def _write(self, data: bytes) -> None:
        try:
            self._file.write(data)
            self._file.flush()
        except OSError as error:
            raise write_error(self.path, error) from None
        self._sha.update(data)
        self._size += len(data)

    def _truncate(self, size: int) -> None:
        try:
            self._file.truncate(size)
        except OSError as error:
            raise write_error(self.path, error) from None
        self._size = size


def _mine(path: Path) -> IO[bytes]:
    """Open a file that no other process has; not one that was just finished and renamed by another."""
    hint = "wait until it has finished, or choose another --out"
    while True:
        file = locked(path, "another harness predict is writing this file", hint)
        if path.exists() and os.path.samestat(os.fstat(file.fileno()), path.stat()):
            return file
        file.close()
