"""Measure how often the tests reject a true null hypothesis: ``python -m benchmarks.type_one [--short]``.

Two null hypotheses. *Alike*: both systems have the same expected table (or are trained the same way on
features that tell as much). *Equal score*: they err differently, and only their expected macro-F1 is
the same. Beside the default stand tests that must not be offered for the claim. Exits 1 when a gate
fails.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass, field

import numpy as np
from scipy import stats

from benchmarks import retraining
from benchmarks.populations import RECALLS, WITHIN, Cell, Drawn, cells, confusion, draw, groups
from benchmarks.tally import Gates
from harness.metrics import METRICS, FloatArray
from harness.uncertainty import (
    compare_fixed,
    compare_trained,
    corrected_resampled_t,
    difference_fixed,
    swap_test,
)

MACRO_F1 = METRICS["macro_f1"]
NULLS = ("alike", "equal score")


@dataclass(slots=True)
class Rejections:
    """Rejections at 5 % by cell and test."""

    rows: dict[tuple[str, str], list[bool]] = field(default_factory=dict)

    def add(self, cell: str, test: str, p: float | None) -> None:
        """Count one test; one that gives no p is left out."""
        if p is not None:
            self.rows.setdefault((cell, test), []).append(p <= 0.05)

    def rates(self, test: str) -> list[float]:
        """Rejections in percent, by cell."""
        return [100 * float(np.mean(hits)) for (_, t), hits in self.rows.items() if t == test]

    def show(self, title: str) -> None:
        """Print a row for each cell and a column for each test."""
        tests = list(dict.fromkeys(t for _, t in self.rows))
        print(f"\n{title}\n{'rejections in percent at nominal 5':<42}" + "".join(f"{t:>17}" for t in tests))
        for cell in dict.fromkeys(c for c, _ in self.rows):
            found = [100 * np.mean(self.rows.get((cell, t), [])) for t in tests]
            print(f"{cell:<42}" + "".join(f"{r:17.1f}" for r in found))
        means = [np.mean(self.rates(t)) for t in tests]
        print(f"{'mean':<42}" + "".join(f"{r:17.1f}" for r in means))


def systems(cell: Cell, null: str) -> tuple[FloatArray, FloatArray]:
    """Return expected tables of two systems for which the null hypothesis holds.

    For an equal score the second finds the commonest label more often, by 0.07 or up to 0.97, and
    the others less often, all by the same amount, so that its macro-F1 is that of the first.
    """
    recalls = np.array(RECALLS[cell.strength])
    first = confusion(cell.imbalance, recalls)
    if null == "alike":
        return first, first
    low, high = 0.0, float(recalls[1:].min())
    second = first
    for _ in range(60):
        drop = (low + high) / 2
        second = confusion(cell.imbalance, [min(0.97, recalls[0] + 0.07), *(recalls[1:] - drop)])
        low, high = (drop, high) if MACRO_F1.of(second) > MACRO_F1.of(first) else (low, drop)
    return first, second


def mcnemar(drawn: Drawn) -> float:
    """Exact McNemar p over statements: a test of equal accuracy, not of equal macro-F1."""
    a, b = (p == drawn.gold for p in drawn.predicted)
    only_a, only_b = int((a & ~b).sum()), int((b & ~a).sum())
    if not only_a + only_b:
        return 1.0
    return float(stats.binomtest(only_a, only_a + only_b).pvalue)


def fixed(cell: Cell, null: str, sets: int, seed: int, out: Rejections, *, short: bool) -> None:
    """Add one cell of fixed predictions."""
    pair = systems(cell, null)
    name = f"{cell.name} {null}"
    rng = np.random.default_rng([seed, *map(ord, name)])
    for _ in range(sets):
        drawn = draw(pair, WITHIN[cell.within], groups(cell.n), rng)
        a, b = drawn.counts()
        out.add(name, "swap by group", compare_fixed(a, b, MACRO_F1, resamples=999, rng=rng).p)
        if short:
            continue
        found = difference_fixed(a, b, MACRO_F1)
        if found.low is not None and found.high is not None:
            out.add(name, "jackknife t", 0.0 if found.low > 0 or found.high < 0 else 1.0)
        one, two = drawn.counts(by_item=True)
        out.add(name, "(swap by item)", swap_test(one, two, MACRO_F1.of, 999, rng)[0])
        out.add(name, "(McNemar)", mcnemar(drawn))


def trained(imbalance: str, null: str, sets: int, seed: int, out: Rejections, *, short: bool) -> None:
    """Add one cell of trained classifiers at 60 statements."""
    a = retraining.Trainer(0, 0.6)
    b = retraining.Trainer(1, 0.6)
    name = f"{imbalance:<10} ridge          60 {null}"
    rng = np.random.default_rng([seed, 2, *map(ord, name)])
    if null == "equal score":
        samples = 300 if short else 1500
        target = retraining.expected(a, imbalance, 60, np.random.default_rng(seed), samples=samples)
        plain = retraining.Trainer(1, 0.6, balanced=False)
        b = retraining.matched(plain, target, imbalance, 60, seed=seed, samples=samples)
    for _ in range(sets):
        runs = retraining.run(retraining.draw((a, b), imbalance, 60, rng), (a, b), rng)
        if np.isnan(runs.values).any():
            continue
        one, two = (MACRO_F1.of(c.sum(axis=0).astype(float)) for c in runs.counts)
        delta, gap = runs.values[0] - runs.values[1], runs.replicates[:, 0] - runs.replicates[:, 1]
        out.add(name, "re-runs", compare_trained(delta, gap, runs.n_groups, by_repeat=one - two).p)
        out.add(name, "noise kept", compare_trained(delta, gap, runs.n_groups).p)
        folds = runs.fold_scores[0] - runs.fold_scores[1]
        out.add(name, "Nadeau-Bengio", corrected_resampled_t(folds, 0.25).p)
        if short:
            continue
        out.add(name, "(naive t, folds)", corrected_resampled_t(folds, 0.0).p)
        first, second = runs.counts
        out.add(name, "(swap, pooled)", swap_test(first, second, MACRO_F1.of, 499, rng)[0])


def main(argv: list[str] | None = None) -> int:
    """Run the benchmark; return 1 if a gate fails."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--short", action="store_true", help="fewer cells, data sets and tests, for CI")
    parser.add_argument("--seed", type=int, default=4)
    parser.add_argument("--sets", type=int, default=0, help="data sets in a cell (default 1000, short 300)")
    args = parser.parse_args(argv)
    start, gates = time.perf_counter(), Gates()
    sets = args.sets or (300 if args.short else 1000)
    out = Rejections()
    for n in (60,) if args.short else (60, 300):
        for cell in cells(n):
            for null in NULLS:
                if not args.short or (cell.strength, cell.within) == ("medium", "high"):
                    fixed(cell, null, sets, args.seed, out, short=args.short)
    out.show("Fixed predictions")
    found = out.rates("swap by group")
    gates.check("fixed, mean over cells", [float(np.mean(found))], (0, 6), sets=sets * len(found), rate=5)
    gates.check("fixed, every cell", found, (0, 6), sets=sets, rate=5)
    out = Rejections()
    for imbalance in ("imbalanced",) if args.short else ("mild", "imbalanced", "severe"):
        for null in NULLS:
            trained(imbalance, null, sets, args.seed, out, short=args.short)
    out.show("Trained in 10 x 5 cross-validation, 60 re-runs; (in brackets: not offered)")
    gates.check("trained, every cell", out.rates("re-runs"), (0, 7.5), sets=sets, rate=5)
    print(f"\n{time.perf_counter() - start:.0f} s, seed {args.seed}, {sets} data sets a cell")
    return 1 if gates.failed else 0


if __name__ == "__main__":
    sys.exit(main())
