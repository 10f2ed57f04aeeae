"""A file of rows -> its bytes, unpacked; its text, decoded; and what its extension says."""

from __future__ import annotations

import codecs
from pathlib import Path

from harness import unpacking
from harness.errors import InputError, Place
from harness.textfile import read_bytes

PACKED = {".gz": "gzip", ".zst": "zstd"}
FORMATS = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
}
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def format_of(path: Path, said: str | None) -> str:
    """Return the format of a table: what is said, or what its extension says, packed or not."""
    if said is not None:
        return said
    suffixes = [s.lower() for s in path.suffixes]
    if suffixes and suffixes[-1] in PACKED:
        suffixes.pop()
    if suffixes and suffixes[-1] in FORMATS:
        return FORMATS[suffixes[-1]]
    known = ", ".join([*FORMATS, *PACKED])
    raise InputError(
        "has no extension that says its format", place=path, hint=f"say 'format'; known: {known}"
    )


def is_packed(path: Path) -> bool:
    """Whether a file's name says that it is packed."""
    return path.suffix.lower() in PACKED


def unpacked(path: Path) -> bytes:
    """Return the content of a file, unpacked where it ends in ``.gz`` or ``.zst``."""
    data = read_bytes(path)
    how = PACKED.get(path.suffix.lower())
    return data if how is None else unpacking.unpacked(data, how, path)


def decoded(data: bytes, encoding: str, path: Path) -> str:
    """Return the text of bytes, without a byte order mark.

    Raises
    ------
    InputError
        The bytes are not in this encoding: the line and the first byte that is wrong.
    """
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except UnicodeError as error:
        start = error.start if isinstance(error, UnicodeDecodeError) else 0
        before = data[:start].decode(encoding, errors="replace")
        marked = next((name for mark, name in _MARKS if data.startswith(mark)), None)
        other = f"the file begins with the mark of {marked}: say 'encoding: {marked}'"
        hint = other if marked and codecs.lookup(marked) != codecs.lookup(encoding) else "say its 'encoding'"
        byte = f"byte 0x{data[start]:02x} at offset {start}" if start < len(data) else "it ends too early"
        place = Place(str(path), before.count("\n") + 1)
        raise InputError(f"not {encoding} ({byte})", place=place, hint=hint) from None
