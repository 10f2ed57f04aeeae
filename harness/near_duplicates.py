"""Pairs of statements that read alike although no group links them: candidates for one group."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations

from harness.records import Example

THRESHOLD = 0.6
MAX_SHARED = 50
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
