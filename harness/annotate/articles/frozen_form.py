"""Bytes as received -> the form in which an article is frozen: UTF-8, NFC, LF, no byte order mark."""

from __future__ import annotations

import codecs
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from harness.digest import sha256
from harness.errors import InputError, Place

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class Frozen:
    """A text in its frozen form, and in words what was changed to get there."""

    text: str
    changes: tuple[str, ...]

    @property
    def sha256(self) -> str:
        """SHA-256 of the stored bytes."""
        return sha256(self.text.encode("utf-8"))


def freeze(text: str, path: Path, changes: tuple[str, ...] = ()) -> Frozen:
    """Bring a decoded text into the frozen form.

    Parameters
    ----------
    text : str
    path : Path
        For messages.
    changes : tuple of str
        What was changed before.

    Raises
    ------
    InputError
        No text, NUL characters (another encoding, or no text file at all), or half characters.
    """
    said = list(changes)
    if text.startswith("\ufeff"):
        text = text[1:]
        said.append("took out the byte order mark")
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise InputError(
            "has NUL characters",
            place=Place(str(path), line),
            hint="if this is UTF-16 text, say --encoding utf-16; otherwise it is no text file",
        )
    if not text.strip():
        raise InputError("has no text", place=path)
    text, count = _line_ends(text)
    if count:
        said.append(f"{count} line end{'s' * (count > 1)} became LF")
    composed = unicodedata.normalize("NFC", text)
    if composed != text:
        said.append(_composition(text, composed))
    _refuse_halves(composed, path)
    return Frozen(composed, tuple(said))


def decode_as(data: bytes, path: Path, encoding: str | None) -> tuple[str, tuple[str, ...]]:
    """Decode bytes that must be UTF-8 unless an encoding is named.

    Returns
    -------
    text, changes

    Raises
    ------
    InputError
        Other bytes than the encoding allows, with the line; or no such encoding.
    """
    if encoding is None:
        marked = next((name for mark, name in _MARKS if data.startswith(mark)), "utf-8-sig")
        if marked != "utf-8-sig":
            raise InputError(f"is {marked.upper()}, not UTF-8", place=path, hint=f"say --encoding {marked}")
        encoding = "utf-8"
    try:
        name = codecs.lookup(encoding).name
        text = data.decode(encoding)
    except LookupError:
        raise InputError(
            f"'{encoding}' is no encoding",
            hint="known are utf-8, utf-16, windows-1252, windows-1251, iso-8859-1 and more",
        ) from None
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise InputError(
            f"not {encoding.upper()} (byte 0x{data[error.start]:02x})"
            if error.start < len(data)
            else "cut off",
            place=Place(str(path), line),
            hint="say --encoding with the one it is in, such as windows-1252; nothing is guessed",
        ) from None
    except UnicodeError as error:
        raise InputError(f"not {encoding.upper()}: {error}", place=path) from None
    return text, () if name.startswith("utf-8") else (f"{name} became UTF-8",)


def doubts(text: str) -> list[str]:
    """Return what looks as if the text had been spoilt before it came here; nothing of it is changed."""
    found = []
    if n := text.count("\ufffd"):
        found.append(f"{n} replacement character{'s' * (n > 1)} (U+FFFD): it was once decoded wrongly")
    if n := sum(text.count(x) for x in ("â€", "Ã©", "Ã¨", "Ð°", "Ñ\x80")):
        found.append(f"{n} place{'s' * (n > 1)} that look like UTF-8 read as something else (such as 'â€')")
    control = sum(unicodedata.category(c) == "Cc" and c not in "\n\t" for c in text)
    if control:
        found.append(f"{control} control character{'s' * (control > 1)}")
    return found


def _line_ends(text: str) -> tuple[str, int]:
    count = text.count("\r")  # CRLF and a lone CR have one each
    return text.replace("\r\n", "\n").replace("\r", "\n"), count


def _composition(text: str, composed: str) -> str:
    """Say how many lines NFC changed, and which is the first."""
    before, after = text.split("\n"), composed.split("\n")
    lines = [i for i, (x, y) in enumerate(zip(before, after, strict=True), 1) if x != y]
    where = f"line {lines[0]}" if len(lines) == 1 else f"{len(lines)} lines, the first is {lines[0]}"
    return f"characters composed (NFC) on {where}"


def _refuse_halves(text: str, path: Path) -> None:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        line = text[: error.start].count("\n") + 1
        raise InputError("half a character (a lone surrogate)", place=Place(str(path), line)) from None
