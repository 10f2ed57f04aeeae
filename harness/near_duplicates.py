"""Pairs of statements that read alike although no group links them: candidates for one group."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations, pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from harness.records import Example
from harness.repeated_shingles import (
    Bits,
    FirstShingles,
    first_shingles,
    in_one_piece,
    shingles_of,
    text_keys,
)
from harness.system_memory import give_back
from harness.word_hashes import Hashes, mixed, words

THRESHOLD = 0.6
MAX_SHARED = 50
STEPS = [range(1, 2), range(2, 6), range(6, 16), range(16, 51)]
"""How far apart those are that are compared of the texts that have a run: the next first, for what these
link need not be compared again."""
MOST_RUNS = 500_000
"""Runs of pairs of texts that are compared at once."""


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
    Copies are put together first. Others are compared only where they have one of their first repeated
    shingles in common (`harness.repeated_shingles`), each with the next 50 that have it, and not if they
    already are in one part. So time and memory grow with the words of the texts and not with the square of
    their number; two texts that are alike may stay apart only if more than 50 with the same one stand between
    them and none of these links them.
    """
    give_back()
    column = _column(texts)
    first, of, again = _copies(column)
    give_back()
    found = first_shingles(column, first, again, threshold)
    del again
    give_back()
    return np.asarray(_parts(column, first, found, threshold)[of])


def _copies(column: Any) -> tuple[Any, Any, Bits]:
    """Return the first text of each set of copies, the set of each text, and which runs come again."""
    keys, again = text_keys(column)
    order = np.argsort(keys, kind="stable").astype(np.int32)
    keys = keys[order]
    new = np.append(True, keys[1:] != keys[:-1])[: len(keys)]
    first = np.sort(order[new])
    of = np.empty(len(keys), dtype=np.int32)
    of[order] = np.searchsorted(first, order[new])[np.cumsum(new) - 1]
    return first, of, again


def _parts(column: Any, texts: Any, found: FirstShingles, threshold: float) -> npt.NDArray[np.int64]:
    """Number the connected parts, comparing each text with the next that has a run, then the next but one."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    n = len(texts)
    part = np.arange(n, dtype=np.int64)
    for steps in STEPS:
        pairs = np.unique(np.concatenate([_pairs(found, step, part, threshold) for step in steps]))
        left, right = pairs // n, pairs % n
        like = _alike(column, texts, found.sizes, left, right, threshold)
        if like.any():
            ends = part[left[like]], part[right[like]]
            graph = coo_matrix((np.ones(len(ends[0]), dtype=np.int8), ends), shape=(n, n))
            part = connected_components(graph, directed=False)[1][part].astype(np.int64)
    return part


def _pairs(found: FirstShingles, step: int, part: Any, threshold: float) -> npt.NDArray[np.int64]:
    """Return the pairs that may be alike of texts so many steps apart with a run, each as one number."""
    same = np.flatnonzero(found.shingle[step:] == found.shingle[:-step])
    left, right = found.text[same], found.text[same + step]
    some = (part[left] != part[right]) & _perhaps(found, left, right, threshold)
    return np.asarray(left[some].astype(np.int64) * len(part) + right[some])


def _perhaps(found: FirstShingles, left: Any, right: Any, threshold: float) -> npt.NDArray[np.bool_]:
    """Say which pairs may be alike by their sizes and sketches: a bound that every such pair keeps."""
    both = found.sizes[left] + found.sizes[right]
    alone = np.bitwise_count(found.sketch[left] ^ found.sketch[right]).sum(axis=1, dtype=np.int32)
    return np.asarray((both - alone) >= threshold * (both + alone) - 1e-6)


def _alike(column: Any, texts: Any, sizes: Any, left: Any, right: Any, threshold: float) -> Any:
    """Say which pairs of texts have a Jaccard index of at least ``threshold``."""
    out = np.zeros(len(left), dtype=bool)
    work = np.cumsum(sizes[left].astype(np.int64) + sizes[right])
    starts = np.flatnonzero(np.diff(work // MOST_RUNS, prepend=-1)).tolist()
    for start, end in pairwise([*starts, len(left)]):
        a, b = left[start:end], right[start:end]
        some = np.unique(np.concatenate([a, b]))
        mask = np.zeros(len(column), dtype=bool)
        mask[texts[some]] = True
        chosen = in_one_piece(column.filter(mask))  # to take them would copy all others first
        shingle, owner = shingles_of(chosen)
        begins = np.searchsorted(owner, np.searchsorted(some, a))
        n = sizes[a]
        at = np.repeat(begins - np.cumsum(n) + n, n) + np.arange(int(n.sum()))
        other = np.repeat(np.searchsorted(some, b), n).astype(np.uint64)
        has = _is_in(mixed(shingle[at] ^ mixed(other)), mixed(shingle ^ mixed(owner.astype(np.uint64))))
        shared = np.bincount(np.repeat(np.arange(len(a)), n), has, len(a))
        out[start:end] = shared / (sizes[a] + sizes[b] - shared) >= threshold
    return out


def _is_in(hashes: Hashes, among: Hashes) -> npt.NDArray[np.bool_]:
    """Say which hashes are among others: what `numpy.isin` says, several times as fast for large arrays."""
    if not len(among):
        return np.zeros(len(hashes), dtype=bool)
    among = np.sort(among)
    return np.asarray(among[np.searchsorted(among, hashes) % len(among)] == hashes)


def _column(texts: Any) -> Any:
    import pyarrow as pa

    if isinstance(texts, pa.Array | pa.ChunkedArray):
        return texts if texts.type == pa.large_string() else texts.cast(pa.large_string())
    return pa.array(texts, pa.large_string())
