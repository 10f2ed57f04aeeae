"""Pairs of statements that read alike although no group links them: candidates for one group."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from harness.records import Example
from harness.system_memory import give_back
from harness.word_hashes import Hashes, mixed, word_hashes, words

THRESHOLD = 0.6
MAX_SHARED = 50
MOST_PAIRS = 2_000_000
"""Pairs that are held at once before they are counted."""
CHUNK = 4_096
"""Texts whose words are hashed at once."""
Pieces = list[tuple[Hashes, npt.NDArray[np.int32]]]
BITS_A_BYTE = 1
"""Bits of a table for each byte of text, at least, so some eight a word."""


def shingles(text: str, size: int = 3) -> frozenset[str]:
    """Return the runs of ``size`` words of a text in lower case; a shorter text is one run."""
    found = words(text)
    if len(found) <= size:
        return frozenset([" ".join(found)]) if found else frozenset()
    return frozenset(" ".join(found[i : i + size]) for i in range(len(found) - size + 1))


def unlinked_pairs(examples: Sequence[Example], threshold: float = THRESHOLD) -> list[tuple[str, str, float]]:
    """Find pairs in different groups that share many three-word runs.

    Parameters
    ----------
    examples : sequence of Example
    threshold : float in (0, 1]
        Least Jaccard index of their runs of three words.

    Returns
    -------
    list of (id, id, index), the most alike first
        Runs that stand in more than 50 statements link nothing, so that the work grows with the
        data and not with their square.
    """
    runs = [shingles(e.text) for e in examples]
    where: dict[str, list[int]] = defaultdict(list)
    for i, own in enumerate(runs):
        for run in own:
            where[run].append(i)
    common: dict[tuple[int, int], int] = defaultdict(int)
    for members in where.values():
        if len(members) <= MAX_SHARED:
            for i, j in combinations(members, 2):
                if examples[i].group != examples[j].group:
                    common[i, j] += 1
    found = []
    for (i, j), shared in common.items():
        index = shared / (len(runs[i]) + len(runs[j]) - shared)
        if index >= threshold:
            found.append((-index, examples[i].id, examples[j].id))
    return [(a, b, -index) for index, a, b in sorted(found)]


def alike(texts: Any, threshold: float = THRESHOLD) -> npt.NDArray[np.int64]:
    """Number texts so that copies, and texts that share many three-word runs, have one number.

    Parameters
    ----------
    texts : sequence of str, or a column of text (pyarrow.Array or ChunkedArray), length n
    threshold : float in (0, 1]
        Least Jaccard index of the runs of three words of two texts that read alike.

    Returns
    -------
    (n,) int array
        Numbers of the connected parts: what is alike to one text of a part is in it. Texts with the same
        words are copies, whatever their case and punctuation; without words, the same characters.

    Notes
    -----
    Copies are put together first; then runs that stand in more than 50 different texts link nothing. So
    time and memory grow with the words of the texts and not with the square of their number. Words and
    runs are compared by 64-bit hashes. Of a run that stands in one text alone nothing is kept: the texts
    are gone through twice, the first time to mark in two tables of bits which runs come again.
    """
    give_back()
    column = _column(texts)
    first, of, again = _copies(column)
    give_back()
    pieces, sizes = _repeated(column, first, again)
    del again
    runs, owner = _sorted(pieces)
    left, right, shared = _shared(runs, owner, len(first))
    linked = shared / (sizes[left] + sizes[right] - shared) >= threshold
    return np.asarray(_parts(left[linked], right[linked], len(first))[of])


def _copies(column: Any) -> tuple[Any, Any, _Bits]:
    """Return the first text of each set of copies, the set of each text, and what comes again."""
    keys, again = _first_look(column)
    order = np.argsort(keys, kind="stable").astype(np.int32)
    keys = keys[order]
    new = np.append(True, keys[1:] != keys[:-1])[: len(keys)]
    of = np.empty(len(keys), dtype=np.int32)
    of[order] = np.cumsum(new, dtype=np.int32) - 1
    return order[new], of, again


def _parts(left: Any, right: Any, n: int) -> npt.NDArray[np.int64]:
    """Number the connected parts of ``n`` texts, of which some pairs are linked."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    nodes, ends = np.unique(np.concatenate([left, right]), return_inverse=True)
    pairs = (ends[: len(left)], ends[len(left) :])
    graph = coo_matrix((np.ones(len(left), dtype=np.int8), pairs), shape=(len(nodes),) * 2)
    _, part = connected_components(graph, directed=False)
    out = np.arange(n, dtype=np.int64)
    out[nodes] = n + part
    return np.unique(out, return_inverse=True)[1] if len(nodes) else out


def _column(texts: Any) -> Any:
    import pyarrow as pa

    if isinstance(texts, pa.Array | pa.ChunkedArray):
        return texts if texts.type == pa.large_string() else texts.cast(pa.large_string())
    return pa.array(texts, pa.large_string())


def _blocks(column: Any) -> Iterator[tuple[int, Any]]:
    """Yield blocks of texts, each in one piece, and the position of its first."""
    for start in range(0, len(column), CHUNK):
        block = column.slice(start, CHUNK)
        yield start, block.combine_chunks() if hasattr(block, "chunks") else block


class _Bits:
    """A table of ``2**size`` bits: which hashes were put into it, and now and then one that was not."""

    def __init__(self, size: int) -> None:
        self.table = np.zeros(1 << (size - 3), dtype=np.uint8)
        self.shift = np.uint64(64 - size)

    def _at(self, hashes: Hashes) -> tuple[Any, Any]:
        slot = hashes >> self.shift
        return (slot >> np.uint64(3)).astype(np.intp), np.uint8(1) << (slot & np.uint64(7)).astype(np.uint8)

    def has(self, hashes: Hashes) -> npt.NDArray[np.bool_]:
        byte, bit = self._at(hashes)
        return np.asarray(self.table[byte] & bit != 0)

    def put(self, hashes: Hashes) -> None:
        """Put hashes in ascending order."""
        if len(hashes):
            byte, bit = self._at(hashes)
            begins = np.flatnonzero(np.append(True, byte[1:] != byte[:-1]))
            self.table[byte[begins]] |= np.bitwise_or.reduceat(bit, begins)


def _first_look(column: Any) -> tuple[Hashes, _Bits]:
    """Return a hash of each text, the same for copies, and which runs of three words come more than once."""
    size = max(16, int(column.nbytes * BITS_A_BYTE).bit_length())
    seen, again = _Bits(size), _Bits(size)
    keys = np.zeros(len(column), dtype=np.uint64)
    wordless: dict[str, int] = {}
    for start, block in _blocks(column):
        hashes, counts = word_hashes(block)
        place = np.arange(len(hashes)) - np.repeat(np.cumsum(counts) - counts, counts)
        sums = np.append(np.uint64(0), np.cumsum(mixed(hashes ^ mixed(place.astype(np.uint64)))))
        ends = np.cumsum(counts)
        key = mixed(sums[ends] - sums[ends - counts])
        for i in np.flatnonzero(counts == 0).tolist():
            key[i] = wordless.setdefault(block[i].as_py(), len(wordless))
        keys[start : start + len(block)] = key
        runs = np.sort(_runs(hashes, counts)[0])
        again.put(runs[1:][runs[1:] == runs[:-1]])
        again.put(runs[seen.has(runs)])
        seen.put(runs)
    return keys, again


def _repeated(column: Any, texts: npt.NDArray[np.intp], again: _Bits) -> tuple[Pieces, Any]:
    """Return the runs of three words of some texts that come again, and how many each text has in all.

    Returns
    -------
    pieces, sizes
        Hashes, once for each text that has the run, with the places of the texts in ``texts``; and
        the number of different runs of each text, ``(n_texts,)``.
    """
    number = np.full(len(column), -1, dtype=np.int32)
    number[texts] = np.arange(len(texts), dtype=np.int32)
    sizes = np.zeros(len(texts), dtype=np.int32)
    pieces: Pieces = [(np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.int32))]
    for start, block in _blocks(column):
        own = number[start : start + len(block)]
        some = own[own >= 0]
        run, owner = _once(*_runs(*word_hashes(block.filter(own >= 0))))
        sizes[some] = np.bincount(owner, minlength=len(some))
        kept = again.has(run)
        pieces.append((run[kept], some[owner[kept]]))
    return pieces, sizes


def _sorted(pieces: Pieces) -> tuple[Hashes, Any]:
    """Return the hashes that stand there twice or more, in ascending order, and the owner of each.

    An eighth of all hashes at a time, by their first bits, so that what stands there once is gone before the
    next eighth is looked at. The list is emptied.
    """
    found: Pieces = []
    for eighth in range(8):
        mine = [(run >> np.uint64(61) == eighth) for run, _ in pieces]
        value = np.concatenate([run[at] for (run, _), at in zip(pieces, mine, strict=True)])
        owner = np.concatenate([own[at] for (_, own), at in zip(pieces, mine, strict=True)])
        order = np.argsort(value, kind="stable")  # so owners stay in order
        value = value[order]
        same = value[1:] == value[:-1]
        kept = (np.append(same, False) | np.append(False, same))[: len(value)]
        found.append((value[kept], owner[order[kept]]))
    pieces.clear()
    return np.concatenate([run for run, _ in found]), np.concatenate([own for _, own in found])


def _once(run: Hashes, owner: Any) -> tuple[Hashes, Any]:
    """Leave out what a text has more than once."""
    pair = mixed(run ^ mixed(owner.astype(np.uint64)))
    ordered = np.sort(pair)
    if not (ordered[1:] == ordered[:-1]).any():
        return run, owner
    first = np.sort(np.unique(pair, return_index=True)[1])
    return run[first], owner[first]


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


def _shared(runs: Any, owner: Any, n: int) -> tuple[Any, Any, Any]:
    """Return the pairs of texts that share a run, each once, and how many they share."""
    begins = np.flatnonzero(np.concatenate([[True], runs[1:] != runs[:-1]])) if len(runs) else np.array([])
    sizes = np.diff(np.append(begins, len(runs)))
    keys, counts = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    waiting: list[tuple[Any, Any]] = []
    for size in range(2, MAX_SHARED + 1):
        a, b = np.triu_indices(size, 1)
        members, times = _same_texts(owner, begins[sizes == size].astype(np.int64), size)
        step = max(1, MOST_PAIRS // len(a))
        for start in range(0, len(members), step):
            some = members[start : start + step].astype(np.int64)
            weight = np.repeat(times[start : start + step], len(a))
            waiting.append(((some[:, a] * n + some[:, b]).ravel(), weight))
            if sum(len(found) for found, _ in waiting) >= MOST_PAIRS:
                keys, counts = _counted(keys, counts, waiting)
                waiting = []
    keys, counts = _counted(keys, counts, waiting)
    return keys // n if n else keys, keys % n if n else keys, counts


def _same_texts(owner: Any, first: Any, size: int) -> tuple[Any, Any]:
    """Put runs that stand in the very same texts together: those texts, and how many runs they share.

    Pairs of texts are then made once for all runs of a body that stands beside thirty headlines, and
    not once for each run.
    """
    members = owner[first[:, None] + np.arange(size)]
    value = np.zeros(len(members), dtype=np.uint64)
    for k in range(size):
        value = mixed(value ^ members[:, k].astype(np.uint64))
    _, index, times = np.unique(value, return_index=True, return_counts=True)
    return members[index], times


def _counted(keys: Any, counts: Any, more: list[tuple[Any, Any]]) -> tuple[Any, Any]:
    """Add the occurrences of keys to what was counted."""
    added = np.concatenate([keys, *(found for found, _ in more)])
    weight = np.concatenate([counts, *(times for _, times in more)])
    found, where = np.unique(added, return_inverse=True)
    return found, np.bincount(where, weights=weight, minlength=len(found)).astype(np.int64)
