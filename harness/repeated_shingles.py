"""Shingles, runs of three words, that stand in more than one of many texts, found in little memory.

Texts are gone through twice, a block at a time, and their words and shingles are known by 64-bit hashes.
Tables of bits tell which shingles come again, so that one of one text alone is never kept; nor is a text of
which too few come again to be like another, and with Zipf's law in words that is most of them.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from harness.word_hashes import Hashes, mixed, word_hashes

CHUNK = 1_024
"""Texts whose words are hashed at once."""
BITS_A_BYTE = 1
"""Bits of a table for each byte of text, at least, so some eight a word."""
MOST_THREADS = 8
SKETCH = 2
"""Words of 64 bits of a sketch."""
Ints = npt.NDArray[np.int32]
Found = TypeVar("Found")
_ODD = np.array([0xD1342543DE82EF95, 0xAF251AF3B0F025B5], dtype=np.uint64)
"""Odd multipliers, so that the order of words counts."""


@dataclass(frozen=True)
class FirstShingles:
    """The first repeated shingles of texts: so many that two texts that are alike have one of them in common.

    Of a text with *s* shingles, *m* of which come again, another that is alike has at least *k*; so of the
    first *m* - *k* + 1 of either, in one and the same order, one is in both (Chaudhuri et al. 2006, a
    primitive operator for similarity joins; here in the order of the hashes).

    Attributes
    ----------
    shingle : (n_entries,) uint64 array
        Hashes, ascending.
    text : (n_entries,) int32 array
        Positions of the texts; ascending for each shingle.
    sizes : (n_texts,) int32 array
        How many different shingles each text has, those of it alone included; 0 if it was not looked at.
    sketch : (n_texts, SKETCH) uint64 array
        Each shingle turns one bit. So two texts have at least as many shingles alone as bits differ.
    """

    shingle: Hashes
    text: Ints
    sizes: Ints
    sketch: Hashes


def needed(sizes: Any, share: float) -> Any:
    """Return how many of each text's shingles another must have for a Jaccard index of ``share`` or more."""
    return np.ceil(share * sizes - 1e-9).astype(np.int32)


def shingles_of(texts: Any) -> tuple[Hashes, Ints]:
    """Return the different shingles of each text.

    Parameters
    ----------
    texts : pyarrow.LargeStringArray, (n,)

    Returns
    -------
    shingle, text : (n_shingles,) arrays
        Hashes, and positions of the texts, ascending. A text of fewer than three words is one shingle.
    """
    shingle, owner = _shingles(*word_hashes(texts))
    kept = ~_repeats(mixed(shingle ^ mixed(owner.astype(np.uint64))))
    return shingle[kept], owner[kept]


def text_keys(column: Any) -> tuple[Hashes, Bits]:
    """Return a hash of each text, the same for copies, and which shingles come more than once.

    Parameters
    ----------
    column : pyarrow array of large strings, (n,), in one piece or several

    Returns
    -------
    (n,) uint64 array, Bits
        Texts of the same shingles, as often, have one hash: those with the same words, but for rare texts
        that are alike in any case. Without words, those with the same characters.
    """
    seen, again = Bits.fitting(column), Bits.fitting(column)
    keys = np.zeros(len(column), dtype=np.uint64)
    wordless: dict[str, int] = {}
    for start, key, shingle, repeats in _each_block(column, _first_look):
        for i in np.flatnonzero(key == 0).tolist():
            key[i] = wordless.setdefault(column[start + i].as_py(), len(wordless))
        keys[start : start + len(key)] = key
        _mark(shingle, repeats, seen, again)
    return keys, again


def _first_look(start: int, block: Any) -> tuple[int, Hashes, Hashes, npt.NDArray[np.bool_]]:
    """Return a key of each text, 0 for those without words, the shingles, and which are repeated here."""
    shingle, owner = _shingles(*word_hashes(block))
    key = np.zeros(len(block), dtype=np.uint64)
    begins = _begins(owner)
    if len(begins):
        key[owner[begins]] = mixed(np.add.reduceat(shingle, begins))
    return start, key, shingle, _repeats(shingle)


def first_shingles(column: Any, texts: npt.NDArray[np.intp], again: Bits, share: float) -> FirstShingles:
    """Return the first repeated shingles of each text that may be alike to another.

    Parameters
    ----------
    column : pyarrow array of large strings, (n,)
    texts : (n_texts,) int array
        Positions of the texts that are looked at, none of which is a copy of another.
    again : Bits
        Of `text_keys`.
    share : float in (0, 1]
        Least Jaccard index of texts that are alike.
    """
    number = np.full(len(column), -1, dtype=np.int32)
    number[texts] = np.arange(len(texts), dtype=np.int32)
    sizes = np.zeros(len(texts), dtype=np.int32)
    sketch = np.zeros((len(texts), SKETCH), dtype=np.uint64)

    def look(start: int, block: Any) -> tuple[Hashes, Ints]:
        own = number[start : start + len(block)]
        own, (shingle, owner) = own[own >= 0], shingles_of(block.filter(own >= 0))
        sizes[own] = np.bincount(owner, minlength=len(own))
        come = again.has(shingle)
        spare = np.bincount(owner[come], minlength=len(own)) - needed(sizes[own], share)
        promising = (spare >= 0)[owner]
        _draw(sketch, own, shingle[promising], owner[promising])
        shingle, owner = shingle[come & promising], owner[come & promising]
        first = _smallest(shingle, owner, spare + 1)
        return shingle[first], own[owner[first]]

    nothing = np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.int32)
    found = [nothing, *_each_block(column, look)]
    shingle, text = (np.concatenate([part[k] for part in found]) for k in range(2))
    found.clear()
    text = text[np.argsort(shingle, kind="stable")]  # so texts stay in order
    shingle.sort()
    return FirstShingles(shingle, text, sizes, sketch)


def _each_block(column: Any, look: Callable[[int, Any], Found]) -> Iterator[Found]:
    """Look at blocks of texts, each given with the position of its first, in a thread for each processor.

    What is found comes in order; no more than a block for each thread is looked at ahead.
    """
    starts = range(0, len(column), CHUNK)
    n_threads = max(1, min(MOST_THREADS, os.cpu_count() or 1, len(starts)))
    with ThreadPoolExecutor(n_threads) as pool:
        waiting: deque[Future[Found]] = deque()
        for start in starts:
            waiting.append(pool.submit(look, start, in_one_piece(column.slice(start, CHUNK))))
            if len(waiting) > n_threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _smallest(shingle: Hashes, owner: Ints, most: Any) -> npt.NDArray[np.intp]:
    """Return the places of the smallest shingles of each owner, at most ``most[owner]``."""
    order = np.lexsort((shingle, owner))
    n = np.bincount(owner, minlength=len(most))
    rank = np.arange(len(order)) - np.repeat(np.cumsum(n) - n, n)
    return np.asarray(order[rank < most[owner[order]]])


def _draw(sketch: Hashes, own: Ints, shingle: Hashes, owner: Ints) -> None:
    """Turn one bit for each shingle."""
    begins = _begins(owner)
    bit = np.uint64(1) << (shingle & np.uint64(63))
    word = (shingle >> np.uint64(6)) % np.uint64(SKETCH)
    for k in range(SKETCH):
        sketch[own[owner[begins]], k] = np.bitwise_xor.reduceat(
            np.where(word == k, bit, np.uint64(0)), begins
        )


class Bits:
    """A table of ``2**size`` bits: which hashes were put into it, and now and then one that was not."""

    def __init__(self, size: int) -> None:
        self.table = np.zeros(1 << (size - 3), dtype=np.uint8)
        self.size = size

    @classmethod
    def fitting(cls, column: Any) -> Bits:
        """Return a table for the shingles of a column of texts."""
        return cls(max(16, int(column.nbytes * BITS_A_BYTE).bit_length()))

    def _at(self, hashes: Hashes) -> tuple[Any, Any]:
        slot = hashes >> np.uint64(64 - self.size)
        return (slot >> np.uint64(3)).astype(np.intp), np.uint8(1) << (slot & np.uint64(7)).astype(np.uint8)

    def has(self, hashes: Hashes) -> npt.NDArray[np.bool_]:
        """Say which hashes were put, and of a few others that they were."""
        byte, bit = self._at(hashes)
        return np.asarray(self.table[byte] & bit != 0)

    def put(self, hashes: Hashes) -> None:
        """Put hashes in any order."""
        byte, bit = self._at(hashes)
        while len(byte):
            self.table[byte] |= bit  # of two bits of one byte, the last alone
            missing = self.table[byte] & bit == 0
            byte, bit = byte[missing], bit[missing]


def _mark(shingles: Hashes, repeats: npt.NDArray[np.bool_], seen: Bits, again: Bits) -> None:
    """Put shingles into the table of those seen, and those that were there already into the other."""
    again.put(shingles[repeats | seen.has(shingles)])
    seen.put(shingles)


def _repeats(hashes: Hashes) -> npt.NDArray[np.bool_]:
    """Mark all but one of each set of equal hashes: by a table of slots, by order where two share one."""
    size = max(8, (4 * len(hashes)).bit_length())
    slot = (hashes >> np.uint64(64 - size)).astype(np.intp)
    place = np.arange(len(hashes), dtype=np.int32)
    table = np.empty(1 << size, dtype=np.int32)
    table[slot] = place
    stays = table[slot]
    out = (stays != place) & (hashes[stays] == hashes)
    left = np.flatnonzero((stays != place) & ~out)
    left = left[np.argsort(hashes[left])]
    out[left[1:][hashes[left[1:]] == hashes[left[:-1]]]] = True
    return np.asarray(out)


def in_one_piece(texts: Any) -> Any:
    """Return an array of texts as one that is not chunked."""
    return texts.combine_chunks() if hasattr(texts, "chunks") else texts


def _begins(owner: Ints) -> npt.NDArray[np.intp]:
    """Return where each owner's entries begin."""
    return np.flatnonzero(np.append(True, owner[1:] != owner[:-1])[: len(owner)])


def _shingles(hashes: Hashes, counts: Any) -> tuple[Hashes, Any]:
    """Return the hash of each run of three words and the place of its text; a shorter text is one."""
    padded = np.append(hashes, np.zeros(2, dtype=np.uint64))
    second, third = padded[1:-1] * _ODD[0], padded[2:] * _ODD[1]
    ends = np.cumsum(counts)
    one, two = ends[counts == 1] - 1, ends[counts == 2] - 2
    third[one] = third[two] = second[one] = 0
    kept = np.ones(len(hashes), dtype=bool)
    kept[ends[counts > 1] - 1] = False
    kept[ends[counts > 2] - 2] = False
    owner = np.repeat(np.arange(len(counts), dtype=np.int32), np.where(counts > 2, counts - 2, counts > 0))
    return mixed((hashes + second + third)[kept]), owner
