"""Measure ``annotate link``: ``python -m benchmarks.link [--corpus DIR] [--encoder MODEL]``.

Every gold statement is put in a group of its own; a proposed pair is right where gold has the two in one
group. The thresholds were chosen on these same pairs: on new text expect less. Exits 1 if the n-grams
with their own thresholds fall below recall 0.9 or precision 0.7.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path

from harness.annotate.link.grouping import Pair, propose, source_of
from harness.annotate.link.similarity import NGRAMS, Similarity, normalised, similarity_by
from harness.checks import load_corpus
from harness.corpus import GOLD
from harness.errors import HarnessError
from harness.records import Statement

RECALL, PRECISION = 0.9, 0.7
STEPS = {"n-grams": (0.05, 0.1, 0.15, 0.2, 0.3, 0.6), "vectors": (0.35, 0.4, 0.45, 0.5, 0.55, 0.65)}
"""Thresholds for one source that are tried; that for two sources is the default, or the same if greater."""
Ids = tuple[str, str]


def true_pairs(gold: Sequence[Statement]) -> set[Ids]:
    """Return the ids of all pairs of one group in two articles."""
    return {_ids(a, b) for a, b in combinations(gold, 2) if a.group == b.group and a.article != b.article}


def proposed(gold: Sequence[Statement], similarity: Similarity, **thresholds: float) -> list[Pair]:
    """Return what is proposed when no statement has a group yet."""
    return propose([replace(s, group=s.id) for s in gold], similarity, **thresholds)


def average_precision(gold: Sequence[Statement], similarity: Similarity) -> float:
    """Return the average precision over the pairs of one source, whatever the thresholds.

    The mean, over the pairs of one group, of the share of such pairs among all that are as alike or
    more. A pair with nothing in common ranks last. Without a pair of one group, NaN.
    """
    true = true_pairs(gold)
    found = {
        _ids(p.a, p.b): p.similarity for p in proposed(gold, similarity, same_source=0.0, any_source=2.0)
    }
    ranked = [
        (found.get(_ids(a, b), 0.0), _ids(a, b) in true)
        for a, b in combinations(gold, 2)
        if a.article != b.article and normalised(source_of(a)) == normalised(source_of(b))
    ]
    hits = [value for value, right in ranked if right]
    shares = [sum(h >= value for h in hits) / sum(other >= value for other, _ in ranked) for value in hits]
    return sum(shares) / len(shares) if shares else float("nan")


def _ids(a: Statement, b: Statement) -> Ids:
    return (a.id, b.id) if a.article < b.article else (b.id, a.id)


def rows(gold: Sequence[Statement], name: str, similarity: Similarity) -> list[str]:
    """Return the lines of the table for one similarity."""
    true, out = true_pairs(gold), []
    usual = similarity.thresholds
    for same in STEPS[name]:
        other = max(same, usual.any_source)
        pairs = proposed(gold, similarity, same_source=same, any_source=other)
        found = {_ids(p.a, p.b) for p in pairs}
        hits = len(found & true)
        mark = {usual.same_source: " (default)", usual.sure: " (--yes)"}.get(same, "")
        recall, precision = _share(hits, len(true)), _share(hits, len(found))
        out.append(f"| {name} | {same:g}{mark} | {len(found)} | {hits} | {recall} | {precision} |")
    return out


def table(gold: Sequence[Statement], ways: dict[str, Similarity]) -> str:
    """Return the table of all similarities, and their average precisions."""
    lines = [
        "| similarity | least, one source | proposed | of one group | recall | precision |",
        "|---|---|---|---|---|---|",
    ]
    for name, similarity in ways.items():
        lines += rows(gold, name, similarity)
    lines += ["", "| similarity | average precision, pairs of one source |", "|---|---|"]
    lines += [f"| {name} | {average_precision(gold, way):.3f} |" for name, way in ways.items()]
    return "\n".join(lines)


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.3f}" if whole else "none"


def main(argv: list[str] | None = None) -> int:
    """Print the table; return 1 if a bound is not kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=Path())
    parser.add_argument("--encoder", default=None, help="a sentence encoder to measure as well")
    args = parser.parse_args(argv)
    ways: dict[str, Similarity] = {"n-grams": NGRAMS}
    try:
        if args.encoder is not None:
            ways["vectors"] = similarity_by(args.encoder)
        gold = load_corpus(args.corpus).annotators[GOLD]
        print(table(gold, ways))
    except HarnessError as error:
        print(error.render(), file=sys.stderr)
        return error.exit_code
    true, found = true_pairs(gold), {_ids(p.a, p.b) for p in proposed(gold, NGRAMS)}
    recall = len(found & true) / len(true) if true else 0.0
    precision = len(found & true) / len(found) if found else 0.0
    good = recall >= RECALL and precision >= PRECISION
    wanted = f"wanted at least {RECALL:g} and {PRECISION:g}"
    print(
        f"\n{'pass' if good else 'FAIL'}  n-grams: recall {recall:.3f}, precision {precision:.3f}; {wanted}"
    )
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
