"""Statements of several annotators -> units: what each of them made of the same stretch of text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import combinations

from harness.records import Statement

Unit = Mapping[str, Statement]


def characters(s: Statement) -> frozenset[int]:
    """Return the offsets of a statement's content."""
    return frozenset(i for span in s.content for i in range(span.start, span.end))


def align(a: Sequence[Statement], b: Sequence[Statement]) -> list[tuple[Statement, Statement]]:
    """Pair statements of one article's two annotators, one to one, the greatest overlap first.

    Overlap is the share of common characters (Jaccard index); any overlap above 0 can pair.
    """
    found = align_all({"a": a, "b": b})
    order = {id(x): i for i, x in enumerate(a)}
    pairs = [(unit["a"], unit["b"]) for unit in found if len(unit) == 2]
    return sorted(pairs, key=lambda pair: order[id(pair[0])])


def align_all(files: Mapping[str, Sequence[Statement]]) -> list[Unit]:
    """Gather the statements of any number of annotators into units, each annotator at most once in a unit.

    The two statements with the greatest overlap are joined first, then the next, unless an annotator
    would have two statements in one unit.

    Parameters
    ----------
    files : annotator -> their statements, of any articles

    Returns
    -------
    list of units, by article and offset
        A statement that nobody else has is a unit of its own.
    """
    rows = [(who, s) for who, statements in files.items() for s in statements]
    unit = list(range(len(rows)))
    members = {i: {who: i} for i, (who, _) in enumerate(rows)}
    for _, i, j in sorted(_overlaps(rows)):
        left, right = members[unit[i]], members[unit[j]]
        if unit[i] != unit[j] and left.keys().isdisjoint(right):
            gone = unit[j]
            left.update(right)
            for k in right.values():
                unit[k] = unit[i]
            del members[gone]
    units = [{who: rows[i][1] for who, i in sorted(m.items())} for m in members.values()]
    return sorted(units, key=_position)


def _position(unit: Unit) -> tuple[str, int, int, str]:
    """Where a unit stands: article, first offset, last offset, id."""
    first = min(unit.values(), key=lambda s: s.content[0].start if s.content else -1)
    if not first.content:
        return first.article, -1, -1, first.id
    return first.article, first.content[0].start, first.content[-1].end, first.id


def _overlaps(rows: Sequence[tuple[str, Statement]]) -> list[tuple[float, int, int]]:
    """Return (minus the Jaccard index, i, j) for every two rows of two annotators that share characters."""
    at: dict[tuple[str, int], list[int]] = defaultdict(list)
    sets = [characters(s) for _, s in rows]
    for i, (_, s) in enumerate(rows):
        for offset in sets[i]:
            at[s.article, offset].append(i)
    common: dict[tuple[int, int], int] = defaultdict(int)
    for here in at.values():
        for i, j in combinations(here, 2):
            if rows[i][0] != rows[j][0]:
                common[i, j] += 1
    return [(-n / (len(sets[i]) + len(sets[j]) - n), i, j) for (i, j), n in common.items()]
