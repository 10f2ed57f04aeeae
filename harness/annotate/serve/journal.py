"""What an annotator did to one article, one JSON line an action, synced to the disk before it counts.

The file is only ever added to. Its first line says what lay on the desk at the beginning; each other line
is a change, an undo or a redo, with the digest of the statements that the annotator's file holds after it.
A last line that a crash cut off was never acknowledged, so it is left out.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pydantic import ConfigDict, TypeAdapter, ValidationError

from harness.annotate.serve.desk import Change, Desk
from harness.annotate.serve.drafts import Draft, draft_row
from harness.errors import InputError, Place
from harness.format_version import refuse_other_format
from harness.textfile import decode, parse_json, read_bytes, to_json, write_error

SCHEMA = 1
"""The format of a journal, which its first line says; 1 where it says none."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: ``open`` (once, first), the name of a change, ``undo`` or ``redo``."""

    do: str
    file: str
    put: tuple[Draft, ...] = ()
    drop: tuple[str, ...] = ()
    article: str = ""
    sha256: str = ""
    schema: int = 1

    __pydantic_config__ = ConfigDict(extra="forbid")


class Journal:
    """The journal of one article.

    Parameters
    ----------
    path : Path
        The file; it need not exist.

    Attributes
    ----------
    entries : list of Entry
        Everything that was acknowledged.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.entries: list[Entry] = []
        self._length = 0
        if path.exists():
            self._read()

    def _read(self) -> None:
        data = read_bytes(self.path)
        whole = data[: data.rfind(b"\n") + 1]
        adapter = TypeAdapter(Entry)
        for number, line in enumerate(decode(whole, self.path).split("\n")[:-1], 1):
            place = Place(str(self.path), number)
            try:
                value = parse_json(line)
                if number == 1 and isinstance(value, dict):
                    refuse_other_format(value.get("schema", 1), SCHEMA, place, _AWAY)
                self.entries.append(adapter.validate_python(value))
            except ValidationError as error:
                first = error.errors(include_url=False)[0]
                said = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
                raise InputError(f"the journal cannot be read: {said}", place=place, hint=_AWAY) from None
            except ValueError as error:
                raise InputError(f"the journal cannot be read: {error}", place=place, hint=_AWAY) from None
            if (self.entries[-1].do == "open") != (number == 1):
                raise InputError("only the first line of a journal opens it", place=place, hint=_AWAY)
        self._length = len(whole)

    def append(self, entry: Entry) -> None:
        """Add one line and sync it; what an earlier crash left behind the last whole line goes.

        Raises
        ------
        RunError
            It cannot be written. The line does not count then.
        """
        row: dict[str, object] = {"do": entry.do, "file": entry.file}
        row |= (
            {"schema": SCHEMA, "article": entry.article, "sha256": entry.sha256} if entry.do == "open" else {}
        )
        change = {"put": [draft_row(d) for d in entry.put], "drop": list(entry.drop)}
        line = (to_json(row | {k: v for k, v in change.items() if v}) + "\n").encode("utf-8")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o666)
            with os.fdopen(handle, "r+b") as file:
                file.truncate(self._length)
                file.seek(self._length)
                file.write(line)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise write_error(self.path, error) from None
        self._length += len(line)
        self.entries.append(entry)


_AWAY = "move the journal away to begin again from the statement file, which is whole"


def desk_of(entries: Iterable[Entry]) -> Desk:
    """Return the desk that a journal's lines leave; an empty one without any."""
    desk = Desk()
    for entry in entries:
        if entry.do == "open":
            desk = Desk(entry.put)
        else:
            do_entry(desk, entry)
    return desk


def do_entry(desk: Desk, entry: Entry) -> None:
    """Do to a desk what one line says."""
    if entry.do == "undo":
        desk.undo()
    elif entry.do == "redo":
        desk.redo()
    else:
        desk.apply(Change(entry.do, entry.put, entry.drop))
