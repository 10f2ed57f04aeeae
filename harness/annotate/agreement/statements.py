"""Agreement between annotators: finding the spans, and labelling what both found.

The coefficients here are nominal; where the scheme puts its labels on a scale, alpha by that scale is in
:mod:`harness.annotate.agreement.scale`. Undefined values (one label only, one annotator, nothing in common)
are None with a reason, never NaN or 1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from harness.alpha import Value, krippendorff_alpha
from harness.annotate.agreement.alignment import align
from harness.annotate.agreement.kappa import cohen_kappa
from harness.corpus import GOLD, Corpus
from harness.records import Statement

__all__ = [
    "Agreement",
    "agreement",
    "agreement_table",
    "align",
    "all_pairs",
    "annotated_articles",
    "cohen_kappa",
    "files_of",
    "krippendorff_alpha",
    "label_of",
    "shared_articles",
    "shared_files",
]


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


def _f1(found: int, n_a: int, n_b: int) -> Value:
    return (2 * found / (n_a + n_b), None) if n_a + n_b else (None, "nobody annotated a statement")


def label_of(s: Statement) -> str:
    """Return what agreement compares: the stance, or the exclusion of a statement without one."""
    return s.stance or str(s.exclusion)


def files_of(corpus: Corpus) -> dict[str, tuple[Statement, ...]]:
    """Return the statements of every annotator, in the order of their names; gold is none."""
    return {who: corpus.annotators[who] for who in sorted(corpus.annotators) if who != GOLD}


def annotated_articles(corpus: Corpus, who: str) -> frozenset[str]:
    """Return the articles that an annotator has a file for; an empty file says that nothing was found."""
    folder = corpus.root / "annotations" / "annotators" / who
    named = {article for article in corpus.articles if (folder / f"{article}.jsonl").is_file()}
    return frozenset(named | {s.article for s in corpus.annotators[who]})


def shared_articles(corpus: Corpus, names: Sequence[str]) -> tuple[str, ...]:
    """Return the articles that all of some annotators have a file for, sorted."""
    return tuple(sorted(frozenset.intersection(*(annotated_articles(corpus, who) for who in names))))


def shared_files(corpus: Corpus, names: Sequence[str]) -> Mapping[str, list[Statement]]:
    """Return the statements of some annotators, of the articles alone that all of them annotated."""
    common = shared_articles(corpus, names)
    return {who: [s for s in corpus.annotators[who] if s.article in common] for who in names}


def agreement(name_a: str, a: Sequence[Statement], name_b: str, b: Sequence[Statement]) -> Agreement:
    """Compare two annotators' untouched files.

    Exact means that the content spans of a statement are the same to the character; overlapping
    that at least one character is shared. Coefficients are over aligned statements; a statement
    without a stance counts with its exclusion as its label.
    """
    pairs = align(a, b)
    exact = sum(x.content == y.content for x, y in pairs)
    labels = [(label_of(x), label_of(y)) for x, y in pairs]
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
    """Compare every two annotators of a corpus, in the order of their names; gold is none.

    Only articles that both annotated count: an article that one has not come to yet is no disagreement.
    """
    found = []
    for a, b in combinations(files_of(corpus), 2):
        files = shared_files(corpus, (a, b))
        found.append(agreement(a, files[a], b, files[b]))
    return found


def agreement_table(corpus: Corpus) -> str:
    """Return the agreement of every two annotators as a Markdown table."""
    head = ("annotators", "statements", "aligned", "span F1 exact", "span F1 overlap", "same label", "α", "κ")
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    reasons = []
    for row in all_pairs(corpus):
        values = [row.span_f1_exact, row.span_f1_overlap, row.observed, row.alpha, row.kappa]
        shown = [reason or "" if value is None else f"{value:.3f}" for value, reason in values]
        if not shared_articles(corpus, (row.a, row.b)):
            shown = ["no article in common", *[""] * (len(values) - 1)]
        cells = [f"{row.a}, {row.b}", f"{row.n_a}, {row.n_b}", str(row.n_aligned), *shown]
        lines.append(f"| {' | '.join(cells)} |")
    if len(lines) == 2:
        reasons.append("agreement is undefined: fewer than two annotators")
    return "\n".join(lines + reasons)
