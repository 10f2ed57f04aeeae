"""Measure the suggestions against gold: ``python -m benchmarks.suggest [--corpus DIR] [--misses]``.

A candidate and a gold statement match one to one where their contents share at least half of their
characters (Jaccard index). The rules were developed while looking at these articles: on new text expect
less. Exits 1 if recall is below 0.95 or precision below 0.6.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from harness.annotate.suggest.candidates import Candidate, candidates, overlap
from harness.annotate.suggest.cue_list import CueList, read_cues
from harness.checks import load_corpus
from harness.corpus import GOLD, Corpus
from harness.records import ATTRIBUTIONS, Statement

OVERLAP, RECALL, PRECISION = 0.5, 0.95, 0.6
Pairs = list[tuple[int, int]]


def matched(gold: Sequence[Statement], found: Sequence[Candidate]) -> Pairs:
    """Pair gold statements and candidates one to one, the greatest overlap first."""
    scored = [
        (-share, i, j)
        for i, statement in enumerate(gold)
        for j, candidate in enumerate(found)
        if (share := overlap(statement.content, candidate.content)) >= OVERLAP
    ]
    pairs: Pairs = []
    for _, i, j in sorted(scored):
        if all(i != a and j != b for a, b in pairs):
            pairs.append((i, j))
    return pairs


def _row(name: str, gold: int, found: int, hits: int) -> str:
    recall = f"{hits / gold:.3f}" if gold else "none"
    precision = f"{hits / found:.3f}" if found else "none"
    return f"| {name} | {gold} | {found} | {hits} | {recall} | {precision} |"


def table(corpus: Corpus, cues: CueList, *, misses: bool = False) -> tuple[str, float, float]:
    """Return the table, recall and precision over all articles of a corpus."""
    head = "statements | candidates | matched | recall | precision |"
    lines = [f"| article | {head}", "|---|---|---|---|---|---|"]
    gold_by, found_by, hits_by = Counter[str](), Counter[str](), Counter[str]()
    notes: list[str] = []
    n_gold = n_found = n_hits = 0
    for article in corpus.articles.values():
        gold = [s for s in corpus.annotators[GOLD] if s.article == article.id]
        found = candidates(article.text, cues)
        pairs = matched(gold, found)
        n_gold, n_found, n_hits = n_gold + len(gold), n_found + len(found), n_hits + len(pairs)
        lines.append(_row(article.id, len(gold), len(found), len(pairs)))
        gold_by.update(s.attribution for s in gold)
        found_by.update(c.attribution for c in found)
        hits_by.update(gold[i].attribution for i, _ in pairs)
        missed = set(range(len(gold))) - {i for i, _ in pairs}
        wrong = set(range(len(found))) - {j for _, j in pairs}
        notes += [f"missed: {gold[i].id} {gold[i].text}" for i in sorted(missed)]
        notes += [
            f"extra: {article.id} <{' '.join(s.text for s in found[j].cue)}> {found[j].content[0].text}"
            for j in sorted(wrong)
        ]
    lines += [
        _row("all", n_gold, n_found, n_hits),
        "",
        "| attribution in gold | statements | matched | recall |",
    ]
    lines.append("|---|---|---|---|")
    lines += [
        f"| {a} | {gold_by[a]} | {hits_by[a]} | {_share(hits_by[a], gold_by[a])} |" for a in ATTRIBUTIONS
    ]
    recall = n_hits / n_gold if n_gold else 0.0
    precision = n_hits / n_found if n_found else 0.0
    return "\n".join(lines + (["", *notes] if misses else [])), recall, precision


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.3f}" if whole else "none"


def main(argv: list[str] | None = None) -> int:
    """Print the table; return 1 if a bound is not kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=Path())
    parser.add_argument("--cues", type=Path, default=None, help="a cue list of your own")
    parser.add_argument("--misses", action="store_true", help="list what was missed and what was not gold")
    args = parser.parse_args(argv)
    text, recall, precision = table(load_corpus(args.corpus), read_cues(args.cues), misses=args.misses)
    print(text)
    good = recall >= RECALL and precision >= PRECISION
    wanted = f"wanted at least {RECALL:g} and {PRECISION:g}"
    print(f"\n{'pass' if good else 'FAIL'}  recall {recall:.3f}, precision {precision:.3f}; {wanted}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
