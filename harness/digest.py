"""Content digests: what is equal has the same digest on every machine."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any


def sha256(data: bytes) -> str:
    """Return the SHA-256 of bytes, 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def sha256_of(pieces: Iterable[bytes]) -> str:
    """Return the SHA-256 of pieces, one after the other."""
    made = hashlib.sha256()
    for piece in pieces:
        made.update(piece)
    return made.hexdigest()


def digest(value: Any) -> str:
    """Return the SHA-256 of a JSON-like value, independent of the order of mapping keys.

    Tuples count as lists. NaN is refused (ValueError), since it equals nothing.
    """
    return sha256(canonical(value).encode("ascii"))


def canonical(value: Any) -> str:
    """Return the one ASCII text of a JSON-like value that :func:`digest` goes by."""
    return json.dumps(value, sort_keys=True, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
