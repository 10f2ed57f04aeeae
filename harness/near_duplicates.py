"""Pairs of statements that read alike although no group links them: candidates for one group."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from harness.records import Example

THRESHOLD = 0.6
MAX_SHARED = 50
MOST_PAIRS = 20_000_000
"""Pairs that are held at once before they are counted."""
CHUNK = 50_000
"""Texts whose runs are hashed at once."""
_WORD = re.compile(r"\w+")


def shingles(text: str, size: int = 3) -> frozenset[str]:
    """Return the runs of ``size`` words of a text in lower case; a shorter text is one run."""
    words = _WORD.findall(text.lower())
    if len(words) <= size:
        return frozenset([" ".join(words)]) if words else frozenset()
    return frozenset(" ".join(words[i : i + size]) for i in range(len(words) - size + 1))


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


def alike(texts: Sequence[str], threshold: float = THRESHOLD) -> npt.NDArray[np.int64]:
    """Number texts so that copies, and texts that share many three-word runs, have one number.

    Parameters
    ----------
    texts : sequence of str, length n
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
    time and memory grow with the words of the texts and not with the square of their number. Runs are
    compared by 64-bit hashes.
    """
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    numbers: dict[tuple[int, ...] | str, int] = {}
    vocabulary: dict[str, int] = {}
    of = np.empty(len(texts), dtype=np.int64)
    for i, text in enumerate(texts):
        words = tuple([vocabulary.setdefault(w, len(vocabulary) + 1) for w in _WORD.findall(text.lower())])
        of[i] = numbers.setdefault(words or text, len(numbers))
    distinct = [key if isinstance(key, tuple) else () for key in numbers]
    runs, owner = _hashed_runs(distinct)
    sizes = np.bincount(owner, minlength=len(distinct))
    left, right, shared = _shared(runs, owner, len(distinct))
    linked = shared / (sizes[left] + sizes[right] - shared) >= threshold
    left, right = left[linked], right[linked]
    graph = coo_matrix((np.ones(len(left), dtype=np.int8), (left, right)), shape=(len(distinct),) * 2)
    _, part = connected_components(graph, directed=False)
    return np.asarray(part, dtype=np.int64)[of]


def _hashed_runs(texts: Sequence[tuple[int, ...]]) -> tuple[Any, Any]:
    """Return the hash of each run of three words of each text, once, and whose it is; sorted by hash."""
    parts = [_runs_of(texts[i : i + CHUNK], i) for i in range(0, max(1, len(texts)), CHUNK)]
    value, owner = (np.concatenate(found) for found in zip(*parts, strict=True))
    del parts
    order = np.argsort(value, kind="stable")  # so owners stay in order
    value, owner = value[order], owner[order]
    new = np.ones(len(value), dtype=bool)
    new[1:] = (value[1:] != value[:-1]) | (owner[1:] != owner[:-1])
    return value[new], owner[new]


def _runs_of(texts: Sequence[tuple[int, ...]], first: int) -> tuple[Any, Any]:
    """Return the hash of each run of three words and the number of its text, counted from ``first``."""
    lengths = np.array([len(words) for words in texts], dtype=np.int64)
    padded = np.where(lengths > 0, np.maximum(lengths, 3), 0)
    starts = np.cumsum(padded) - padded
    flat = np.zeros(int(padded.sum()), dtype=np.uint64)
    owner = np.repeat(np.arange(len(texts), dtype=np.int32), lengths)
    offset = np.arange(len(owner)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    flat[starts[owner] + offset] = np.fromiter(
        (word for words in texts for word in words), dtype=np.uint64, count=int(lengths.sum())
    )
    n_runs = np.maximum(padded - 2, 0)
    owner = np.repeat(np.arange(len(texts), dtype=np.int32), n_runs)
    at = starts[owner] + np.arange(len(owner)) - np.repeat(np.cumsum(n_runs) - n_runs, n_runs)
    value = np.zeros(len(at), dtype=np.uint64)
    for k in range(3):
        value = _mixed(value ^ flat[at + k])
    return value, owner + np.int32(first)


def _mixed(value: Any) -> Any:
    """Spread the bits of 64-bit numbers. Source: the finaliser of splitmix64 (Steele et al. 2014)."""
    value = value + np.uint64(0x9E3779B97F4A7C15)
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))


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
        value = _mixed(value ^ members[:, k].astype(np.uint64))
    _, index, times = np.unique(value, return_index=True, return_counts=True)
    return members[index], times


def _counted(keys: Any, counts: Any, more: list[tuple[Any, Any]]) -> tuple[Any, Any]:
    """Add the occurrences of keys to what was counted."""
    added = np.concatenate([keys, *(found for found, _ in more)])
    weight = np.concatenate([counts, *(times for _, times in more)])
    found, where = np.unique(added, return_inverse=True)
    return found, np.bincount(where, weights=weight, minlength=len(found)).astype(np.int64)
