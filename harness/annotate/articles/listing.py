"""New entries for seeds/articles.yaml, written after what is there without touching a byte of it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from harness.errors import InputError, Place
from harness.textfile import read_text
from harness.yamlfile import read_value

FIELDS = (
    "id",
    "title",
    "outlet",
    "date",
    "language",
    "machine_translated",
    "sha256",
    "provenance",
    "rights",
)
_EMPTY = re.compile(r"^articles:[ \t]*(?:\[[ \t]*\]|null\b|~)", re.MULTILINE)
_ITEM = re.compile(r"^([ \t]*)-[ \t]", re.MULTILINE)
_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def listed(path: Path) -> list[dict[str, Any]]:
    """Return the entries of a list of articles; an absent file or an empty list has none."""
    if not path.exists():
        return []
    return _entries(read_text(path), path)


def extended(path: Path, entries: Sequence[dict[str, Any]]) -> str:
    """Return the file's text with entries added after the last.

    Parameters
    ----------
    path : Path
        seeds/articles.yaml, which need not exist.
    entries : sequence of dict with the keys ``FIELDS``

    Returns
    -------
    str
        The old text, comments and all, and then the new entries. Only ``articles: []`` loses its brackets.

    Raises
    ------
    InputError
        Text cannot be put after the list (it is written in brackets, or something follows it).
    """
    # Not read_text: a byte order mark must stay where it is, so that nothing of the old text changes
    old = path.read_bytes().decode("utf-8") if path.exists() else "articles:\n"
    before = _entries(old.removeprefix("\ufeff"), path)
    text = old if before else _EMPTY.sub("articles:", old, count=1)
    if text and not text.endswith("\n"):
        text += "\n"
    item = _ITEM.search(text) if before else None
    indent = item.group(1) if item else "  "
    text += "".join(_entry(entry, indent) for entry in entries)
    expected = [*before, *({name: entry[name] for name in FIELDS} for entry in entries)]
    try:
        found = _entries(text.removeprefix("\ufeff"), path)
    except InputError:
        found = []
    if found != expected:
        raise InputError(
            "cannot be added to",
            place=path,
            hint="write the list in block style ('- id: ...'), with nothing after it",
        )
    return text


def _entries(text: str, path: Path) -> list[dict[str, Any]]:
    try:
        data = read_value(text)
    except InputError as error:
        raise InputError(
            error.message, place=Place(str(path), error.place.line if error.place else 0), hint=error.hint
        ) from None
    entries = data.get("articles") if isinstance(data, dict) else data
    if entries is None:
        return []
    if not isinstance(entries, list) or not isinstance(data, dict):
        raise InputError("expected a list under 'articles'", place=path)
    return entries


def _entry(entry: dict[str, Any], indent: str) -> str:
    lines = [f"{name}: {_scalar(name, entry[name])}" for name in FIELDS]
    return f"{indent}- " + f"\n{indent}  ".join(lines) + "\n"


def _scalar(name: str, value: str | bool | None) -> str:
    """Write a value; what a person wrote is quoted, so that ``no`` or ``2022`` stays a text."""
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if name in ("language", "sha256"):
        return value
    return _ESCAPED.sub(lambda m: f"\\u{ord(m.group()):04x}", json.dumps(value, ensure_ascii=False))
