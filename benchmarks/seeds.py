"""Measure how often intervals over groups and training seeds cover: ``python -m benchmarks.seeds [--short]``.

A way of training, tried with several seeds: the recalls of one trained model lie about those of the way of
training, and what it gets wrong is mostly what the others get wrong. The truth is the expected score over
seeds and statements. Beside the default stand the interval that takes the trained models as given, and the
t interval over seeds that takes the statements as given. Exits 1 when a gate fails.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass
from functools import partial
from itertools import product

import numpy as np
from scipy import special, stats

from benchmarks.populations import PRIORS, RECALLS, SAME_GOLD, WITHIN, IntArray, confusion, groups
from benchmarks.tally import Gates, Table, gather
from harness.metrics import METRICS, FloatArray, Metric
from harness.uncertainty import Counts, Interval, by_seed, compare_fixed, group_counts, interval

SPREADS = {"none": 0.0, "small": 0.02, "large": 0.06}
"""Standard deviation of a trained model's recalls about those of its way of training."""
N_SEEDS = (3, 5, 10)
SHARED = 0.7
"""Probability that a trained model sees the same draw as the others on a statement group."""
NODES = 401
"""Points at which the expectation over seeds is taken."""
SYSTEMS = 2


@dataclass(frozen=True, slots=True)
class Cell:
    """One regime: imbalance of the labels, spread between seeds, number of seeds and of statements."""

    imbalance: str
    spread: str
    n_seeds: int
    n: int

    @property
    def name(self) -> str:
        """A name for the table."""
        return f"{self.imbalance:<10} {self.spread:<5} {self.n_seeds:>2} {self.n:>5}"


def table_of(cell: Cell, shift: float) -> FloatArray:
    """Return the expected table of one trained model."""
    return confusion(cell.imbalance, np.clip(np.array(RECALLS["medium"]) + shift, 0.02, 0.98))


def expected(cell: Cell, metric: Metric) -> float:
    """Return the metric's expectation over seeds, on endless statements."""
    shifts = SPREADS[cell.spread] * special.ndtri((np.arange(NODES) + 0.5) / NODES)
    return float(np.mean([metric.of(table_of(cell, shift)) for shift in shifts]))


def drawn(cell: Cell, group: IntArray, rng: np.random.Generator) -> list[Counts]:
    """Draw one data set and what every seed of two alike ways of training says of it, as counts."""
    n, k = len(group), int(group[-1]) + 1
    prior = np.array(PRIORS[cell.imbalance])
    gold = rng.choice(3, size=k, p=prior)[group]
    gold = np.where(rng.random(n) < SAME_GOLD, gold, rng.choice(3, size=n, p=prior))
    copied = rng.random(n) < np.sqrt(WITHIN["high"])

    def difficulty() -> FloatArray:
        return np.where(copied, rng.random(k)[group], rng.random(n))

    common = difficulty()
    out = []
    for _ in range(SYSTEMS):
        rows = []
        for shift in SPREADS[cell.spread] * rng.standard_normal(cell.n_seeds):
            u = np.where(rng.random(k)[group] < SHARED, common, difficulty())
            steps = (table_of(cell, shift) / prior[:, None]).cumsum(axis=1)[gold]
            rows.append((u[:, None] > steps[:, :2]).sum(axis=1))
        out.append(group_counts(gold, np.stack(rows), group, 3))
    return out


def over_seeds_alone(counts: Counts, metric: Metric, n_seeds: int) -> Interval:
    """Return the t interval over seeds, as if there were no other statements."""
    values = by_seed(counts, metric, n_seeds)
    half = stats.t.ppf(0.975, n_seeds - 1) * values.std(ddof=1) / np.sqrt(n_seeds)
    return Interval(float(values.mean()), float(values.mean() - half), float(values.mean() + half))


def measured(cell: Cell, args: argparse.Namespace) -> Table:
    """Measure one cell: coverage of intervals, and of the difference of two ways that are alike."""
    table = Table()
    rng = np.random.default_rng([args.seed, *map(ord, cell.name)])
    group = groups(cell.n)
    metrics = {"macro-F1": METRICS["macro_f1"], "accuracy": METRICS["accuracy"]}
    truths = {name: expected(cell, metric) for name, metric in metrics.items()}
    for _ in range(args.sets):
        a, b = drawn(cell, group, rng)
        for name, metric in metrics.items():
            for how, k in (("groups and seeds", cell.n_seeds), ("(groups alone)", 1)):
                found = interval(a, metric, resamples=args.resamples, n_seeds=k, rng=rng)
                table.add(cell.name, f"{name} {how}", found, truths[name])
            alone = over_seeds_alone(a, metric, cell.n_seeds)
            table.add(cell.name, f"{name} (seeds alone)", alone, truths[name])
        for how, k in (("groups and seeds", cell.n_seeds), ("(groups alone)", 1)):
            pair = compare_fixed(a, b, metrics["macro-F1"], resamples=args.resamples, n_seeds=(k, k), rng=rng)
            # a test at 5 % that does not reject stands for an interval that covers no difference
            kept = Interval(pair.delta, *((-1.0, 1.0) if pair.p is None or pair.p >= 0.05 else (2.0, 2.0)))
            table.add(cell.name, f"test {how}", kept, 0.0)
    return table


def main(argv: list[str] | None = None) -> int:
    """Run the benchmark; return 1 if a gate fails."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--short", action="store_true", help="fewer cells and data sets, for CI")
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--sets", type=int, default=0, help="data sets in a cell (default 200, short 100)")
    parser.add_argument("--resamples", type=int, default=300, help="resamples of each interval")
    parser.add_argument("--jobs", type=int, default=1, help="processes; the figures do not depend on it")
    args = parser.parse_args(argv)
    args.sets = args.sets or (100 if args.short else 200)
    start, gates = time.perf_counter(), Gates()
    regimes = [Cell(*c, 300) for c in product(("mild", "imbalanced"), SPREADS, N_SEEDS)]
    regimes += [Cell(*c, 5, 60) for c in product(("mild", "imbalanced"), SPREADS)]
    if args.short:
        regimes = [c for c in regimes if (c.imbalance, c.n_seeds, c.n) == ("mild", 5, 300)]
    for spread, sd in SPREADS.items():
        chosen = [c for c in regimes if c.spread == spread]
        table = gather(partial(measured, args=args), chosen, args.jobs)
        table.show(f"Spread of recalls between seeds: {sd:g}", each=not args.short)
        for name in ("macro-F1", "accuracy"):
            found = table.coverages(f"{name} groups and seeds", "300")
            gates.check(f"{name}, 300, spread {spread}", found, (92, 99), sets=args.sets, rate=95)
    print(f"\n{time.perf_counter() - start:.0f} s, seed {args.seed}, {args.sets} data sets a cell")
    return 1 if gates.failed else 0


if __name__ == "__main__":
    sys.exit(main())
