"""Agreement between annotators: finding the spans, and labelling what both found.

Nominal coefficients only, since stance labels have no order that all would accept. Undefined values
(one label only, one annotator, nothing in common) are None with a reason, never NaN or 1.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import combinations

from harness.corpus import GOLD, Corpus
from harness.records import Statement

Value = tuple[float | None, str | None]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Two annotators' agreement; every coefficient as ``(value or None, reason or None)``."""

    a: str
    b: str
    n_a: int
    n_b: int
    n_aligned: int
    span_f1_exact: Value
    span_f1_overlap: Value
    observed: Value
    alpha: Value
    kappa: Value


def krippendorff_alpha(units: Sequence[Sequence[Hashable | None]]) -> Value:
    """Nominal alpha over units with any number of values each; None is a missing value.

    Parameters
    ----------
    units : sequence of units, each a sequence of the annotators' labels

    Returns
    -------
    value in [-1, 1] (or None), reason
        Source: Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability".
    """
    totals: Counter[Hashable] = Counter()
    disagreement, n = 0.0, 0
    for unit in units:
        values = [v for v in unit if v is not None]
        if len(values) < 2:
            continue
        counts = Counter(values)
        pairs = len(values) * (len(values) - 1) - sum(c * (c - 1) for c in counts.values())
        disagreement += pairs / (len(values) - 1)
        totals.update(counts)
        n += len(values)
    if n == 0:
        return None, "no unit was labelled by two annotators"
    expected = n * n - sum(c * c for c in totals.values())
    if expected == 0:
        return None, "only one label was used"
    return 1 - (n - 1) * disagreement / expected, None


def cohen_kappa(a: Sequence[Hashable], b: Sequence[Hashable]) -> Value:
    """Cohen's kappa of two annotators on the same units, in [-1, 1], or None with a reason."""
    n = len(a)
    if n == 0:
        return None, "no unit was labelled by both"
    observed = sum(x == y for x, y in zip(a, b, strict=True)) / n
    left, right = Counter(a), Counter(b)
    chance = sum(left[v] * right[v] for v in left) / (n * n)
    if chance == 1:
        return None, "only one label was used"
    return (observed - chance) / (1 - chance), None


def _characters(s: Statement) -> frozenset[int]:
    return frozenset(i for span in s.content for i in range(span.start, span.end))


def align(a: Sequence[Statement], b: Sequence[Statement]) -> list[tuple[Statement, Statement]]:
    """Pair statements of one article's two annotators, one to one, the greatest overlap first.

    Overlap is the share of common characters (Jaccard index); any overlap above 0 can pair.
    """
    scored = []
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            if x.article == y.article:
                left, right = _characters(x), _characters(y)
                common = len(left & right)
                if common:
                    scored.append((-common / len(left | right), i, j))
    pairs, used_a, used_b = [], set(), set()
    for _, i, j in sorted(scored):
        if i not in used_a and j not in used_b:
            used_a.add(i)
            used_b.add(j)
            pairs.append((i, j))
    return [(a[i], b[j]) for i, j in sorted(pairs)]


def _f1(found: int, n_a: int, n_b: int) -> Value:
    return (2 * found / (n_a + n_b), None) if n_a + n_b else (None, "nobody annotated a statement")


def agreement(name_a: str, a: Sequence[Statement], name_b: str, b: Sequence[Statement]) -> Agreement:
    """Compare two annotators' untouched files.

    Exact means that the content spans of a statement are the same to the character; overlapping
    that at least one character is shared. Coefficients are over aligned statements; a statement
    without a stance counts with its exclusion as its label.
    """
    pairs = align(a, b)
    exact = sum(x.content == y.content for x, y in pairs)
    labels = [(x.stance or str(x.exclusion), y.stance or str(y.exclusion)) for x, y in pairs]
    same = sum(x == y for x, y in labels)
    return Agreement(
        a=name_a,
        b=name_b,
        n_a=len(a),
        n_b=len(b),
        n_aligned=len(pairs),
        span_f1_exact=_f1(exact, len(a), len(b)),
        span_f1_overlap=_f1(len(pairs), len(a), len(b)),
        observed=(same / len(pairs), None) if pairs else (None, "no statement was found by both"),
        alpha=krippendorff_alpha(labels),
        kappa=cohen_kappa([x for x, _ in labels], [y for _, y in labels]),
    )


def all_pairs(corpus: Corpus) -> list[Agreement]:
    """Compare every two annotators of a corpus, in the order of their names; gold is none."""
    files = {who: rows for who, rows in corpus.annotators.items() if who != GOLD}
    return [agreement(a, files[a], b, files[b]) for a, b in combinations(sorted(files), 2)]


def agreement_table(corpus: Corpus) -> str:
    """Return the agreement of every two annotators as a Markdown table."""
    head = ("annotators", "statements", "aligned", "span F1 exact", "span F1 overlap", "same label", "α", "κ")
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    reasons = []
    for row in all_pairs(corpus):
        values = [row.span_f1_exact, row.span_f1_overlap, row.observed, row.alpha, row.kappa]
        shown = [reason or "" if value is None else f"{value:.3f}" for value, reason in values]
        cells = [f"{row.a}, {row.b}", f"{row.n_a}, {row.n_b}", str(row.n_aligned), *shown]
        lines.append(f"| {' | '.join(cells)} |")
    if len(lines) == 2:
        reasons.append("agreement is undefined: fewer than two annotators")
    return "\n".join(lines + reasons)
