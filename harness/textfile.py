"""Text files in the form the harness keeps them: UTF-8, LF, no BOM; and writes that are all or nothing."""

from __future__ import annotations

import csv
import errno
import json
import math
import os
import stat
import sys
import tempfile
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from itertools import islice
from pathlib import Path
from typing import IO, Any

from harness.errors import HarnessError, InputError, Place, Problem, RunError

_WHO = "check the path and who may read it"
LONGEST_NAME, LONGEST_PATH = 255, 4095
MOST_BESIDE = 10_000
"""Names of a folder that are looked at for a near one."""
PIECE = 1 << 20
"""Bytes that are read or written at a time."""


def read_bytes(path: Path, most: int | None = None) -> bytes:
    """Read a file; an absent or unreadable one, and one of more than ``most`` bytes, is an `InputError`.

    Only plain files are read: a pipe may never end, and a device need not.
    """
    with opened(path) as file:
        size = os.fstat(file.fileno()).st_size
        if most is not None and size > most:
            message = f"too large: {size:,} bytes, and at most {most:,} are read"
            raise InputError(message, place=path, hint="split the file")
        try:
            return file.read()
        except MemoryError:
            raise InputError("too large for the memory", place=path, hint="split the file") from None
        except OSError as error:
            raise _unreadable(path, error) from None


def read_pieces(path: Path) -> Iterator[bytes]:
    """Read a plain file piece by piece; an absent or unreadable one is an `InputError`."""
    with opened(path) as file:
        try:
            while piece := file.read(PIECE):
                yield piece
        except OSError as error:
            raise _unreadable(path, error) from None


def near(path: Path) -> str:
    """Return a hint for a path where nothing is: the name beside it that is most like its own, if one is."""
    try:
        names = [other.name for other in islice(path.parent.iterdir(), MOST_BESIDE)]
    except OSError:
        return "check the path"
    found = get_close_matches(path.name, names, n=1, cutoff=0.8)
    return f"did you mean '{found[0]}'?" if found else "check the path"


def opened(path: Path) -> IO[bytes]:
    """Open a plain file for reading; whatever else stands there, and an absent one, is an `InputError`."""
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise InputError("is a folder, not a file", place=path, hint="name a file in it")
        if not stat.S_ISREG(mode):
            hint = "save what it gives as a file"
            raise InputError("is a pipe or a device, not a file", place=path, hint=hint)
        return path.open("rb")
    except FileNotFoundError:
        raise InputError("no such file", place=path, hint=near(path)) from None
    except OSError as error:
        raise _unreadable(path, error) from None
    except ValueError as error:
        raise InputError(f"cannot be read: {error}", place=path, hint=_WHO) from None


def _unreadable(path: Path, error: OSError) -> HarnessError:
    """Return the error that tells a user why a file cannot be read: its own fault, or the system's."""
    message = f"cannot be read: {error.strerror or error}"
    if error.errno in (errno.EMFILE, errno.ENFILE):
        return RunError(message, place=path, hint=remedy(error, ""))
    return InputError(message, place=path, hint=_WHO)


def located(path: str | Path) -> str:
    """Return an absolute path; links are followed but for the last, whose own name says what a file is."""
    folder, name = os.path.split(path)
    if name in ("", ".", ".."):
        return os.path.realpath(path)
    return os.path.join(os.path.realpath(folder), name)


def path_fault(text: str) -> str | None:
    """Return why no file can have this path, or None."""
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        return "a path must be UTF-8, so that files can name it: rename the folder"
    try:
        size = max(len(os.fsencode(part)) for part in text.split("/"))
    except UnicodeEncodeError as error:
        letter, known = text[error.start], sys.getfilesystemencoding()
        return f"'{letter}' cannot stand in a path while file names are {known}: set PYTHONUTF8=1"
    if "\0" in text:
        return "a path cannot hold the character U+0000"
    if size > LONGEST_NAME or len(text) > LONGEST_PATH:
        return f"a path of {len(text):,} characters, one name of {size:,} bytes, is too long"
    return None


def decode(data: bytes, path: Path) -> str:
    """Decode UTF-8; anything else is an `InputError` that names the line."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise InputError(
            f"not UTF-8 (byte 0x{data[error.start]:02x})",
            place=Place(str(path), line),
            hint="save the file as UTF-8",
        ) from None


def read_text(path: Path, most: int | None = None) -> str:
    """Read UTF-8 text, without the byte order mark that some editors put first."""
    return decode(read_bytes(path, most), path).removeprefix("\ufeff")


def form_problems(data: bytes, path: Path) -> list[Problem]:
    """List the ways in which a file departs from the frozen form: not UTF-8, BOM, CR."""
    problems = []
    name = str(path)
    if data.startswith(b"\xef\xbb\xbf"):
        problems.append(
            Problem(Place(name, 1), "bom", "starts with a byte order mark", "save as UTF-8 without BOM")
        )
    if b"\r" in data:
        line = data[: data.index(b"\r")].count(b"\n") + 1
        problems.append(
            Problem(
                Place(name, line), "carriage-return", "has a carriage return (CR)", "save with LF line ends"
            )
        )
    try:
        decode(data, path)
    except InputError as error:
        place = error.place or Place(name)
        problems.append(Problem(place, "not-utf8", error.message, error.hint))
    return problems


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    out = dict(pairs)
    if len(out) < len(pairs):
        twice = next(k for i, (k, _) in enumerate(pairs) if k in {p for p, _ in pairs[:i]})
        raise ValueError(f"duplicate key '{twice}'")
    return out


def _no_constant(text: str) -> float:
    raise ValueError(f"{text} is not a JSON number")


def _finite(text: str) -> float:
    value = float(text)
    return value if math.isfinite(value) else _no_constant(text)


def parse_json(text: str) -> Any:
    """Parse JSON strictly: no duplicate keys, no NaN or infinity, whole characters; raises ValueError."""
    try:
        value = json.loads(text, object_pairs_hook=_pairs, parse_constant=_no_constant, parse_float=_finite)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if "\\ud" in text.lower():
        try:
            to_json(value).encode("utf-8")
        except UnicodeEncodeError:
            raise ValueError("half a character (a lone surrogate)") from None
    return value


def read_jsonl(path: Path, text: str | None = None) -> Iterator[tuple[int, dict[str, Any] | Problem]]:
    """Yield ``(line number, object)``, or a `Problem` in place of an object that cannot be read."""
    body = read_text(path) if text is None else text
    for number, line in enumerate(body.split("\n"), 1):
        if not line.strip():
            continue
        place = Place(str(path), number)
        try:
            value = parse_json(line)
        except ValueError as error:
            yield number, Problem(place, "not-json", f"not a JSON object: {error}", "one JSON object a line")
            continue
        if isinstance(value, dict):
            yield number, value
        else:
            what = f"expected a JSON object, got {type(value).__name__}"
            yield number, Problem(place, "not-json", what, "one JSON object a line")


def to_json(value: Any, *, indent: int | None = None) -> str:
    """Serialise in one canonical way: order kept, non-ASCII kept, no NaN; ends without a newline."""
    return json.dumps(value, ensure_ascii=False, indent=indent, allow_nan=False)


class _Lines:
    """What a CSV writer writes to: it ends each row with CR and LF, so that it quotes cells with either."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def write(self, row: str) -> None:
        self.lines.append(row.removesuffix("\r\n") + "\n")


def csv_text(rows: Iterable[Iterable[Any]]) -> str:
    """Return rows of cells as CSV with LF at the end of each; None is an empty cell, as an empty text is."""
    out = _Lines()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return "".join(out.lines)


def write_text(path: Path, text: str, *, sync: bool = True) -> None:
    """Write UTF-8 text so that a reader sees the old file or the new one, never a part."""
    write_bytes(path, text.encode("utf-8"), sync=sync)


def write_bytes(path: Path, data: bytes, *, sync: bool = True) -> None:
    """Write bytes so that a reader sees the old file or the new one, never a part."""
    write_pieces(path, [data], sync=sync)


def write_pieces(path: Path, pieces: Iterable[bytes], *, sync: bool = True) -> None:
    """Write pieces of bytes to a temporary file beside ``path``, sync them, then rename.

    Raises
    ------
    RunError
        No space, no permission, not a folder; nothing is left behind.
    """
    temporary = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "wb") as file:
            for piece in pieces:
                file.write(piece)
            file.flush()
            if sync:
                os.fsync(file.fileno())
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(temporary, 0o666 & ~umask)
        os.replace(temporary, path)
    except OSError as error:
        raise write_error(path, error) from None
    finally:
        if temporary and os.path.exists(temporary):
            os.unlink(temporary)


def write_error(path: Path, error: OSError) -> HarnessError:
    """Return the error that tells a user why a file cannot be written."""
    return RunError(
        f"cannot write: {error.strerror or error}", place=path, hint=remedy(error, "check the folder")
    )


def remedy(error: OSError, otherwise: str) -> str:
    """Say what helps where the system refuses a file."""
    elsewhere = "choose another folder: --out, or --set output=FOLDER"
    full = "free some space; what was finished is kept"
    known = {
        errno.ENOSPC: full,
        errno.EDQUOT: full,
        errno.EFBIG: "the system limits the size of a file: 'ulimit -f' tells and changes it",
        errno.EMFILE: "the system limits how many files are open: 'ulimit -n' tells and changes it",
        errno.ENFILE: "the machine has no file handles left: end other programs",
        errno.EACCES: elsewhere,
        errno.EROFS: elsewhere,
    }
    return known.get(error.errno or 0, otherwise)
