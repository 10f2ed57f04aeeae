"""Measure the speed of the group bootstrap: ``python -m benchmarks.resampling [--short]``.

10,000 resamples of macro-F1 by types of groups, against a loop over scikit-learn's ``f1_score`` that
draws groups and gathers their statements (timed over few resamples and scaled). Both are run in turn
and their medians compared. Exits 1 when a gate fails.
"""

from __future__ import annotations

import argparse
import sys
import time
from itertools import pairwise
from statistics import median

import numpy as np
from sklearn.metrics import f1_score

from benchmarks.populations import RECALLS, WITHIN, Drawn, confusion, draw, groups
from harness.metrics import METRICS, FloatArray
from harness.uncertainty import group_types, resample

MACRO_F1 = METRICS["macro_f1"]
RESAMPLES = 10_000
LIMITS = {60: 0.050, 50_000: 1.0}
"""Seconds allowed for 10,000 resamples, from per-group counts to values."""
RATIO = 300


def looped(drawn: Drawn, resamples: int, rng: np.random.Generator) -> FloatArray:
    """Group bootstrap of macro-F1, one ``f1_score`` at a time."""
    starts = np.flatnonzero(np.r_[True, np.diff(drawn.group) > 0, True])
    members = [np.arange(a, b) for a, b in pairwise(starts)]
    predicted = drawn.predicted[0]
    values = np.empty(resamples)
    for i in range(resamples):
        rows = np.concatenate([members[g] for g in rng.integers(len(members), size=len(members))])
        values[i] = f1_score(
            drawn.gold[rows], predicted[rows], labels=[0, 1, 2], average="macro", zero_division=0.0
        )
    return values


def measure(n: int, rounds: int, loops: int, seed: int) -> tuple[float, float]:
    """Median seconds for 10,000 resamples, by types and by the loop."""
    rng = np.random.default_rng([seed, n])
    drawn = draw((confusion("imbalanced", RECALLS["medium"]),), WITHIN["high"], groups(n), rng)
    counts = drawn.counts()[0]
    fast, slow = [], []
    for _ in range(rounds):
        start = time.perf_counter()
        resample(group_types(counts), MACRO_F1.of, RESAMPLES, rng)
        fast.append(time.perf_counter() - start)
        start = time.perf_counter()
        looped(drawn, loops, rng)
        slow.append((time.perf_counter() - start) * RESAMPLES / loops)
    print(
        f"{n:>10} {len(group_types(counts).multiplicity):>6} {median(fast):>12.4f} {median(slow):>12.1f}",
        end="",
    )
    print(f" {median(slow) / median(fast):>9.0f}")
    return median(fast), median(slow)


def main(argv: list[str] | None = None) -> int:
    """Run the benchmark; return 1 if a gate fails."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--short", action="store_true", help="fewer rounds, for CI")
    parser.add_argument("--seed", type=int, default=5)
    args = parser.parse_args(argv)
    rounds = 3 if args.short else 9
    print("statements  types  by types, s  by loop, s     ratio")
    failed = 0
    for n, limit in LIMITS.items():
        fast, slow = measure(n, rounds, 100 if n < 1000 else 10, args.seed)
        good = fast <= limit and slow / fast >= RATIO
        failed += not good
        print(f"{'pass' if good else 'FAIL'}  {n} statements: at most {limit} s, {RATIO} times the loop")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
