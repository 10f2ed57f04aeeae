"""Runs of three words that stand in more than one of many texts, found in little memory.

Texts are gone through three times, a block at a time, and their words and runs are known by 64-bit hashes.
Tables of bits tell which runs come again, so that a run of one text alone is never kept; nor is a text of
which too few runs come again to be like another, and with Zipf's law in words that is most of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from harness.word_hashes import Hashes, mixed, word_hashes

CHUNK = 4_096
"""Texts whose words are hashed at once."""
BITS_A_BYTE = 1
"""Bits of a table for each byte of text, at least, so some eight a word."""
SKETCH = 2
"""Words of 64 bits of a sketch."""
Ints = npt.NDArray[np.int32]


@dataclass(frozen=True)
class FirstRuns:
    """The first repeated runs of texts: so many that two texts that are alike have one of them in common.

    Of a text with *s* runs, *m* of which come again, another that is alike has at least *k*; so of the
    first *m* - *k* + 1 of either, in one and the same order, one is in both (Chaudhuri et al. 2006, a
    primitive operator for similarity joins; here in the order of the hashes).

    Attributes
    ----------
    run : (n_entries,) uint64 array
        Hashes, ascending.
    text : (n_entries,) int32 array
        Positions of the texts; ascending for each run.
    sizes : (n_texts,) int32 array
        How many different runs each text has, those of it alone included; 0 if it was not looked at.
    sketch : (n_texts, SKETCH) uint64 array
        Each run turns one bit. So two texts have at least as many runs alone as bits differ.
    """

    run: Hashes
    text: Ints
    sizes: Ints
    sketch: Hashes


def needed(sizes: Any, share: float) -> Any:
    """Return how many of each text's runs another must have for a Jaccard index of ``share`` or more."""
    return np.ceil(share * sizes - 1e-9).astype(np.int32)


def runs_of(texts: Any) -> tuple[Hashes, Ints]:
    """Return the different runs of each text.

    Parameters
    ----------
    texts : pyarrow.LargeStringArray, (n,)

    Returns
    -------
    run, text : (n_runs,) arrays
        Hashes, and positions of the texts, ascending. A text of fewer than three words is one run.
    """
    run, owner = _runs(*word_hashes(texts))
    kept = ~_repeats(mixed(run ^ mixed(owner.astype(np.uint64))))
    return run[kept], owner[kept]


def text_keys(column: Any) -> tuple[Hashes, Bits]:
    """Return a hash of each text, the same for copies, and which runs of three words come more than once.

    Parameters
    ----------
    column : pyarrow array of large strings, (n,), in one piece or several

    Returns
    -------
    (n,) uint64 array, Bits
        Texts with the same words are copies; without words, those with the same characters.
    """
    seen, again = Bits.fitting(column), Bits.fitting(column)
    keys = np.zeros(len(column), dtype=np.uint64)
    wordless: dict[str, int] = {}
    for start, block in _blocks(column):
        hashes, counts = word_hashes(block)
        keys[start : start + len(block)] = _keys(block, hashes, counts, wordless)
        _mark(_runs(hashes, counts)[0], seen, again)
    return keys, again


def first_runs(column: Any, texts: npt.NDArray[np.intp], again: Bits, share: float) -> FirstRuns:
    """Return the first repeated runs of each text that may be alike to another.

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
    twice = _among_promising(column, texts, number, sizes, again, share)
    sketch = np.zeros((len(texts), SKETCH), dtype=np.uint64)
    runs, owners = [np.zeros(0, np.uint64)], [np.zeros(0, np.int32)]
    for own, run, owner in _looked_at(column, number):
        _draw(sketch, own, run, owner)
        come = twice.has(run)
        spare = np.bincount(owner[come], minlength=len(own)) - needed(sizes[own], share)
        first = _smallest(run[come], owner[come], spare + 1)
        runs.append(run[come][first])
        owners.append(own[owner[come][first]])
    run, text = np.concatenate(runs), np.concatenate(owners)
    order = np.argsort(run, kind="stable")  # so texts stay in order
    return FirstRuns(run[order], text[order], sizes, sketch)


def _among_promising(column: Any, texts: Any, number: Ints, sizes: Ints, again: Bits, share: float) -> Bits:
    """Return which runs come more than once in texts of which enough come again; drop the others' numbers."""
    seen, twice = Bits(again.size), Bits(again.size)
    for own, run, owner in _looked_at(column, number):
        sizes[own] = np.bincount(owner, minlength=len(own))
        have = np.bincount(owner[again.has(run)], minlength=len(own))
        kept = (have > 0) & (have >= needed(sizes[own], share))
        _mark(run[kept[owner]], seen, twice)
        number[texts[own[~kept]]] = -1
    return twice


def _looked_at(column: Any, number: Ints) -> Iterator[tuple[Ints, Hashes, Ints]]:
    """Yield the numbers of a block's texts, of those that have one, and their runs and whose they are."""
    for start, block in _blocks(column):
        own = number[start : start + len(block)]
        if (own >= 0).any():
            yield own[own >= 0], *runs_of(block.filter(own >= 0))


def _smallest(run: Hashes, owner: Ints, most: Any) -> npt.NDArray[np.intp]:
    """Return the places of the smallest runs of each owner, at most ``most[owner]``."""
    order = np.lexsort((run, owner))
    n = np.bincount(owner, minlength=len(most))
    rank = np.arange(len(order)) - np.repeat(np.cumsum(n) - n, n)
    return np.asarray(order[rank < most[owner[order]]])


def _draw(sketch: Hashes, own: Ints, run: Hashes, owner: Ints) -> None:
    """Turn one bit for each run."""
    begins = np.flatnonzero(np.append(True, owner[1:] != owner[:-1])[: len(owner)])
    bit = np.uint64(1) << (run & np.uint64(63))
    word = (run >> np.uint64(6)) % np.uint64(SKETCH)
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
        """Return a table for the runs of a column of texts."""
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


def _mark(runs: Hashes, seen: Bits, again: Bits) -> None:
    """Put runs into the table of those seen, and those that were there already into the other."""
    again.put(runs[_repeats(runs) | seen.has(runs)])
    seen.put(runs)


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


def _blocks(column: Any) -> Iterator[tuple[int, Any]]:
    """Yield blocks of texts, each in one piece, and the position of its first."""
    for start in range(0, len(column), CHUNK):
        yield start, in_one_piece(column.slice(start, CHUNK))


def in_one_piece(texts: Any) -> Any:
    """Return an array of texts as one that is not chunked."""
    return texts.combine_chunks() if hasattr(texts, "chunks") else texts


def _keys(block: Any, hashes: Hashes, counts: Any, wordless: dict[str, int]) -> Hashes:
    """Return a hash of the words of each text in their order, and a number for each text without words."""
    place = np.arange(len(hashes)) - np.repeat(np.cumsum(counts) - counts, counts)
    sums = np.append(np.uint64(0), np.cumsum(mixed(hashes ^ mixed(place.astype(np.uint64)))))
    ends = np.cumsum(counts)
    keys = mixed(sums[ends] - sums[ends - counts])
    for i in np.flatnonzero(counts == 0).tolist():
        keys[i] = wordless.setdefault(block[i].as_py(), len(wordless))
    return keys


def _runs(hashes: Hashes, counts: Any) -> tuple[Hashes, Any]:
    """Return the hash of each run of three words and the place of its text; a shorter text is one run."""
    n_runs = np.where(counts > 0, np.maximum(counts, 3) - 2, 0)
    owner = np.repeat(np.arange(len(counts), dtype=np.int32), n_runs)
    place = np.arange(len(owner)) - np.repeat(np.cumsum(n_runs) - n_runs, n_runs)
    at = (np.cumsum(counts) - counts)[owner] + place
    left = counts[owner] - place
    value = np.zeros(len(at), dtype=np.uint64)
    padded = np.append(hashes, np.zeros(3, dtype=np.uint64))
    for k in range(3):
        value = mixed(value ^ np.where(left > k, padded[at + k], np.uint64(0)))
    return value, owner
