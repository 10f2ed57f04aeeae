"""Agreement beyond chance in other ways than alpha's: Cohen, Fleiss, Gwet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence

from harness.alpha import NO_UNIT, ONE_LABEL, Units, Value


def cohen_kappa(a: Sequence[Hashable], b: Sequence[Hashable]) -> Value:
    """Cohen's kappa of two annotators on the same units, in [-1, 1], or None with a reason."""
    n = len(a)
    if n == 0:
        return None, "no unit was labelled by both"
    observed = sum(x == y for x, y in zip(a, b, strict=True)) / n
    left, right = Counter(a), Counter(b)
    chance = sum(left[v] * right[v] for v in left) / (n * n)
    if chance == 1:
        return None, ONE_LABEL
    return (observed - chance) / (1 - chance), None


def fleiss_kappa(units: Units) -> Value:
    """Fleiss' kappa of two or more annotators; every unit needs the same number of labels.

    Returns
    -------
    value in [-1, 1] (or None), reason
        For two annotators it is Scott's pi. Source: Fleiss (1971), "Measuring nominal scale agreement
        among many raters".
    """
    counts = [Counter(unit) for unit in units]
    sizes = {c.total() for c in counts}
    if not counts or max(sizes) < 2:
        return None, NO_UNIT
    if len(sizes) > 1 or any(None in c for c in counts):
        return None, "some units were not labelled by every annotator"
    m, total = max(sizes), Counter[Hashable | None]()
    for c in counts:
        total.update(c)
    if len(total) == 1:
        return None, ONE_LABEL
    observed = sum(_same(c) for c in counts) / len(counts)
    chance = sum((v / (len(counts) * m)) ** 2 for v in total.values())
    return (observed - chance) / (1 - chance), None


def gwet_ac1(units: Units, labels: Sequence[Hashable] | None = None) -> Value:
    """Gwet's AC1 of two or more annotators; None is a missing value.

    Parameters
    ----------
    units : sequence of units, each a sequence of the annotators' labels
    labels : sequence, optional
        Every label that could have been chosen; only their number matters. Without it, those in use.

    Returns
    -------
    value in [-1, 1] (or None), reason
        Chance is over the units that anybody labelled, agreement over those that two labelled.
        Source: Gwet (2008), "Computing inter-rater reliability and its variance in the presence of high
        agreement".
    """
    counts = [c for c in (Counter(v for v in unit if v is not None) for unit in units) if c]
    pairable = [c for c in counts if c.total() > 1]
    if not pairable:
        return None, NO_UNIT
    used = {v for c in counts for v in c}
    if len(used) == 1:
        return None, ONE_LABEL
    observed = sum(_same(c) for c in pairable) / len(pairable)
    q = len(used | set(labels or ()))
    shares = [sum(c[v] / c.total() for c in counts) / len(counts) for v in used]
    chance = sum(p * (1 - p) for p in shares) / (q - 1)
    return (observed - chance) / (1 - chance), None


def _same(counts: Counter[Hashable | None] | Counter[Hashable]) -> float:
    """Return the share of pairs of a unit's labels that are the same."""
    n = counts.total()
    return sum(c * (c - 1) for c in counts.values()) / (n * (n - 1))
