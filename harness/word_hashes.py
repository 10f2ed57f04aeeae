"""Texts -> 64-bit hashes of their words, a block of texts at a time and without an object for each word."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import numpy.typing as npt

Hashes = npt.NDArray[np.uint64]
IntArray = npt.NDArray[np.intp]
WORD = re.compile(r"\w+")
_IS_WORD = np.array([b >= 128 or bool(WORD.match(chr(b))) for b in range(256)])
_LOWER = np.array([ord(chr(b).lower()) if b < 128 else b for b in range(256)], dtype=np.uint8)
_FIRST_BYTES = np.array([(1 << 8 * k) - 1 for k in range(9)], dtype=np.uint64)


def words(text: str) -> list[str]:
    """Return the words of a text in lower case: runs of letters, digits and underscores."""
    return WORD.findall(text.lower())


def word_hashes(texts: Any) -> tuple[Hashes, IntArray]:
    """Hash each word of some texts.

    Parameters
    ----------
    texts : pyarrow.LargeStringArray, ``(n,)`` without nulls

    Returns
    -------
    hashes, counts
        ``(n_words,)``, text after text, and how many words each text has, ``(n,)``. Equal words have one
        hash; two different ones among a billion have one with a probability of 0.03.

    Notes
    -----
    Words of ASCII are found and hashed eight bytes at a time in the buffer itself. A text with other
    characters is first brought to its words in lower case, with one space between them, whose other bytes
    are then all of words.
    """
    buffer, offsets = _bytes_of(texts)
    if (buffer > 127).any():
        import pyarrow as pa

        said = (t if t.isascii() else " ".join(words(t)) for t in texts.to_pylist())
        buffer, offsets = _bytes_of(pa.array(said, pa.large_string()))
    starts, ends = _spans(_IS_WORD.take(buffer, mode="clip"), offsets)  # clip: no test of each index first
    padded = np.append(_LOWER.take(buffer, mode="clip"), np.zeros(8, dtype=np.uint8))
    eight = np.ndarray((len(buffer) + 1,), "<u8", padded.data, strides=(1,))  # from every byte on
    left = ends - starts
    hashes = mixed(eight[starts] & _FIRST_BYTES[np.minimum(left, 8)])
    longer = np.flatnonzero(left > 8)
    for k in range(8, int(left.max(initial=0)), 8):
        longer = longer[left[longer] > k]
        more = eight[starts[longer] + k] & _FIRST_BYTES[np.minimum(left[longer] - k, 8)]
        hashes[longer] = mixed(hashes[longer] ^ more)
    return hashes, np.diff(np.searchsorted(starts, offsets))


def mixed(value: Hashes) -> Hashes:
    """Spread the bits of 64-bit numbers. Source: the finaliser of splitmix64 (Steele et al. 2014)."""
    value = value + np.uint64(0x9E3779B97F4A7C15)
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))


def _bytes_of(texts: Any) -> tuple[npt.NDArray[np.uint8], IntArray]:
    """Return the bytes of texts, one after the other, and where each begins and the last ends."""
    n = len(texts)
    _, where, data = texts.buffers()
    offsets = (
        np.frombuffer(where, np.int64)[texts.offset : texts.offset + n + 1] if n else np.zeros(1, np.int64)
    )
    first, last = int(offsets[0]), int(offsets[-1])
    buffer = np.frombuffer(data, np.uint8)[first:last] if last > first else np.zeros(0, np.uint8)
    return buffer, (offsets - first).astype(np.intp)


def _spans(is_word: npt.NDArray[np.bool_], offsets: IntArray) -> tuple[IntArray, IntArray]:
    """Return where words begin and end; no word goes on from one text into the next."""
    n = len(is_word)
    edge = np.zeros(n + 1, dtype=bool)
    edge[1:-1] = is_word[1:] != is_word[:-1]
    edge[[0, -1]] = is_word[[0, -1]] if n else False
    at = np.flatnonzero(edge)
    inner = offsets[(offsets > 0) & (offsets < n)]
    joints = np.unique(inner[is_word[inner] & is_word[inner - 1]])
    if len(joints):
        at = np.sort(np.concatenate([at, joints, joints]))
    return at[::2], at[1::2]
