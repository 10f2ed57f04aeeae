"""Text files in the form the harness keeps them: UTF-8, LF, no BOM; and writes that are all or nothing."""

from __future__ import annotations

import json
import math
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from harness.errors import HarnessError, InputError, Place, Problem, RunError

PIECE = 1 << 20
"""Bytes that are read or written at a time."""


def read_bytes(path: Path) -> bytes:
    """Read a file; an absent or unreadable one is an `InputError`."""
    with _readable(path):
        return path.read_bytes()


def read_pieces(path: Path) -> Iterator[bytes]:
    """Read a file piece by piece; an absent or unreadable one is an `InputError`."""
    with _readable(path), path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise InputError("no such file", place=path, hint="check the path") from None
    except IsADirectoryError:
        raise InputError("is a folder, not a file", place=path) from None
    except (OSError, ValueError) as error:
        raise InputError(f"cannot be read: {getattr(error, 'strerror', None) or error}", place=path) from None


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


def read_text(path: Path) -> str:
    """Read UTF-8 text, without the byte order mark that some editors put first."""
    return decode(read_bytes(path), path).removeprefix("\ufeff")


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
    hint = {28: "free some space; what was finished is kept", 13: "choose another folder with --out"}
    return RunError(
        f"cannot write: {error.strerror or error}",
        place=path,
        hint=hint.get(error.errno or 0, "check the folder"),
    )
