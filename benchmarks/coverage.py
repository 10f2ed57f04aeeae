"""Measure how often the intervals cover the truth: ``python -m benchmarks.coverage [--short]``.

Fixed predictions: 18 regimes at 60, 300 and 1,000 statements; every method that is offered, and the
bootstrap by item, which is not. Trained: a ridge classifier is cross-validated with re-runs; beside
the default stand the intervals that must not be offered for that claim. Exits 1 when a gate fails.
"""

from __future__ import annotations

import argparse
import sys
import time
from functools import partial

import numpy as np

from benchmarks import retraining
from benchmarks.populations import RECALLS, WITHIN, Cell, cells, confusion, draw, groups
from benchmarks.tally import Gates, Table, gather
from harness.metric_types import spec_of
from harness.metrics import METRICS, FloatArray
from harness.uncertainty import (
    Interval,
    compare_trained,
    corrected_resampled_t,
    difference_fixed,
    group_counts,
    interval,
    label_metric,
    mean_interval,
    trained_interval,
)

MACRO_F1, ACCURACY = METRICS["macro_f1"], METRICS["accuracy"]
OTHERS = ("macro_f1_of_means", "weighted_f1", "balanced_accuracy", "mcc", "cohen_kappa")
"""One metric of each kind; the rest of the table are means of the same parts."""
LABELS, N_TARGETS = ("most", "second", "rarest"), 3
_MEAN_F1 = {"type": "mean_f1", "labels": ["second", "rarest"]}
FIELD = {
    "mean F1 of two labels": spec_of(_MEAN_F1).metric(LABELS),
    "FNC score": spec_of({"type": "fnc", "unrelated": "most"}).metric(LABELS),
    "mean F1 over targets": spec_of({**_MEAN_F1, "over": "target"}).metric(LABELS),
    "accuracy over targets": spec_of({"type": "accuracy", "over": "target"}).metric(LABELS),
}
"""Metrics with parameters: SemEval-2016 Task 6, the Fake News Challenge, and means over targets."""
TRAINED_SETS = 600
"""Data sets in a cell at most, where each is cross-validated 61 times."""
WEAKER = 0.15
"""How much lower the second classifier's recalls are."""
SIGNALS = {"weak": 0.4, "medium": 0.6, "strong": 0.9}


def fixed(cell: Cell, args: argparse.Namespace) -> Table:
    """Measure one cell of fixed predictions."""
    table, short, resamples = Table(), args.short, args.resamples
    recalls = np.array(RECALLS[cell.strength])
    pair = confusion(cell.imbalance, recalls), confusion(cell.imbalance, recalls - WEAKER)
    truth, weaker = (float(MACRO_F1.of(t)) for t in pair)
    right, less = (float(ACCURACY.of(t)) for t in pair)
    rng = np.random.default_rng([args.seed, cell.n, *map(ord, cell.name)])
    group = groups(cell.n)
    for _ in range(args.sets):
        drawn = draw(pair, WITHIN[cell.within], group, rng)
        a, b = drawn.counts()
        for method in ("auto",) if short else ("auto", "percentile", "bca_t", "dirichlet", "jackknife"):
            found = interval(a, MACRO_F1, method=method, resamples=resamples, rng=rng)
            table.add(cell.name, f"macro-F1 {method}", found, truth)
        for method in ("auto",) if short else ("auto", "bca_t", "jackknife"):
            found = interval(a, ACCURACY, method=method, resamples=resamples, rng=rng)
            table.add(cell.name, f"accuracy {method}", found, right)
        if not short:
            item = drawn.counts(by_item=True)[0]
            found = interval(item, MACRO_F1, method="percentile", resamples=resamples, rng=rng)
            table.add(cell.name, "macro-F1 item bootstrap", found, truth)
        table.add(cell.name, "difference macro-F1", difference_fixed(a, b, MACRO_F1), truth - weaker)
        table.add(cell.name, "difference accuracy", difference_fixed(a, b, ACCURACY), right - less)
    return table


def others(cell: Cell, args: argparse.Namespace) -> Table:
    """Measure the default interval of every other metric, and of the rarest label, in one cell."""
    table = Table()
    population = confusion(cell.imbalance, RECALLS[cell.strength])
    rarest = [label_metric(kind, 2) for kind in ("f1", "precision", "recall")]
    metrics = [METRICS[name] for name in OTHERS] + rarest
    rng = np.random.default_rng([args.seed, 1, cell.n, *map(ord, cell.name)])
    for _ in range(args.sets // 4):
        counts = draw((population,), WITHIN[cell.within], groups(cell.n), rng).counts()[0]
        for metric in metrics:
            found = interval(counts, metric, resamples=args.resamples, rng=rng)
            table.add(cell.name, metric.name, found, float(metric.of(population)))
        loss, sizes = skewed_loss(cell, rng)
        found = mean_interval(loss, sizes, resamples=args.resamples, rng=rng)
        table.add(cell.name, "mean of a skewed loss", found, 1.0)
    return table


def field(cell: Cell, args: argparse.Namespace) -> Table:
    """Measure the default interval of the field's metrics, and of a mean over three targets, in one cell.

    A group is of one target, and the classifier is as good on each. ``unmarked`` are the intervals
    that do not come with `not_estimable`.
    """
    table = Table()
    population = confusion(cell.imbalance, RECALLS[cell.strength])
    rng = np.random.default_rng([args.seed, 3, cell.n, *map(ord, cell.name)])
    group = groups(cell.n)
    target = group % N_TARGETS
    for _ in range(args.sets // 4):
        drawn = draw((population,), WITHIN[cell.within], group, rng)
        for name, metric in FIELD.items():
            value = target if metric.over else np.zeros_like(group)
            n_values = N_TARGETS if metric.over else 1
            rows = value * len(LABELS) + drawn.gold
            counts = group_counts(rows, drawn.predicted[0], group, len(LABELS), n_values)
            truth = float(metric.of(np.tile(population, (n_values, 1))))
            found = interval(counts, metric, resamples=args.resamples, rng=rng)
            table.add(cell.name, name, found, truth)
            if found.reason is None:
                table.add(cell.name, f"{name}, unmarked", found, truth)
    return table


def skewed_loss(cell: Cell, rng: np.random.Generator) -> tuple[FloatArray, FloatArray]:
    """Sums and counts by group of losses that are exponential with mean 1, as log losses nearly are."""
    group = groups(cell.n)
    sizes: FloatArray = np.bincount(group).astype(float)
    copied = rng.random(cell.n) < np.sqrt(WITHIN[cell.within])
    losses = np.where(copied, rng.exponential(size=len(sizes))[group], rng.exponential(size=cell.n))
    sums: FloatArray = np.bincount(group, weights=losses).astype(float)
    return sums, sizes


def trained(regime: tuple[str, str], args: argparse.Namespace) -> Table:
    """Measure one cell of trained classifiers; the second trainer is a weaker one."""
    table, (imbalance, strength) = Table(), regime
    a = retraining.Trainer(0, SIGNALS[strength])
    b = retraining.Trainer(1, 0.8 * SIGNALS[strength], balanced=False)
    cell = f"{imbalance:<10} {strength:<6}         60"
    rng = np.random.default_rng([args.seed, 2, *map(ord, cell)])
    truth, other = (retraining.expected(t, imbalance, 60, rng) for t in (a, b))
    for _ in range(min(args.sets, TRAINED_SETS)):
        runs = retraining.run(retraining.draw((a, b), imbalance, 60, rng), (a, b), rng)
        value, again = runs.values[0], runs.replicates
        if np.isnan(runs.values).any():
            continue
        one, two = (MACRO_F1.of(c.sum(axis=0).astype(float)) for c in runs.counts)
        found = trained_interval(value, again[:, 0], runs.n_groups, by_repeat=one)
        table.add(cell, "re-runs (default)", found, truth)
        table.add(
            cell, "re-runs, fold noise kept", trained_interval(value, again[:, 0], runs.n_groups), truth
        )
        gap = again[:, 0] - again[:, 1]
        delta = compare_trained(value - runs.values[1], gap, runs.n_groups, by_repeat=one - two)
        table.add(cell, "difference by re-runs", delta, truth - other)
        if args.short:
            continue
        for method in ("auto", "percentile", "jackknife"):
            found = interval(runs.counts[0], MACRO_F1, method=method, resamples=500, rng=rng)
            table.add(cell, f"(pooled, {method})", found, truth)
        folds = runs.fold_scores[0]
        for name, share in (("(Nadeau-Bengio on folds)", 0.25), ("(naive t over 50 folds)", 0.0)):
            t = corrected_resampled_t(folds, share)
            table.add(cell, name, Interval(t.delta, t.low, t.high), truth)
    return table


def main(argv: list[str] | None = None) -> int:
    """Run the benchmark; return 1 if a gate fails."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--short", action="store_true", help="fewer cells, data sets and methods, for CI")
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--sets", type=int, default=0, help="data sets in a cell (default 2000, short 300)")
    parser.add_argument("--resamples", type=int, default=1000, help="resamples of each interval")
    parser.add_argument("--jobs", type=int, default=1, help="processes; the figures do not depend on it")
    parser.add_argument("--only", choices=["60", "300", "1000", "others", "field", "trained"])
    args = parser.parse_args(argv)
    args.sets = args.sets or (300 if args.short else 2000)
    start, gates, short = time.perf_counter(), Gates(), args.short

    def wanted(part: str) -> bool:
        return args.only in (None, part) and not (short and part in ("1000", "others"))

    for n in (60, 300, 1000):
        if wanted(str(n)):
            chosen = [c for c in cells(n) if not short or c.strength == "medium"]
            table = gather(partial(fixed, args=args), chosen, args.jobs)
            table.show(f"Fixed predictions, {n} statements in {groups(n)[-1] + 1} groups", each=not short)
            fixed_gates(n, table, gates, args.sets)
    if wanted("others"):
        table = gather(partial(others, args=args), cells(60), args.jobs)
        table.show("Default intervals of the other scores, and of the rarest label, at 60", each=False)
    if wanted("field"):
        for n in (60,) if short else (60, 300, 1000):
            chosen = [
                c for c in cells(n) if c.strength == "medium" and not (short and c.imbalance == "severe")
            ]
            table = gather(partial(field, args=args), chosen, args.jobs)
            table.show(f"Default intervals of the field's metrics, {n} statements", each=not short)
            field_gates(n, table, gates, args.sets // 4)
    if wanted("trained"):
        regimes = [(i, s) for i in ("mild", "imbalanced", "severe") for s in SIGNALS]
        chosen_regimes = [("imbalanced", "medium")] if short else regimes
        table = gather(partial(trained, args=args), chosen_regimes, args.jobs)
        table.show("Trained in 10 x 5 cross-validation, 60 re-runs; (in brackets: not offered)")
        found = table.coverages("re-runs (default)", "imbalanced")
        sets = min(args.sets, TRAINED_SETS)
        gates.check("trained, imbalanced, macro-F1", found, (93, 100), sets=sets, rate=95)
    print(f"\n{time.perf_counter() - start:.0f} s, seed {args.seed}, {args.sets} data sets a cell")
    return 1 if gates.failed else 0


def fixed_gates(n: int, table: Table, gates: Gates, sets: int) -> None:
    """Check the bounds for fixed predictions."""
    default = table.coverages("macro-F1 auto")
    if n == 60:
        regime = table.coverages("macro-F1 auto", "imbalanced")
        kept = table.coverages("macro-F1 auto", "mild") + regime
        mean = [float(np.mean(regime))]
        gates.check("60, imbalanced, macro-F1, mean", mean, (93, 97), sets=sets * len(regime), rate=95)
        gates.check("60, mild and imbalanced, macro-F1", kept, (91, 100), sets=sets, rate=95)
    else:
        gates.check(f"{n}, every cell, macro-F1", default, (94, 97), sets=sets, rate=95)
    gates.check(
        f"{n}, every cell, accuracy", table.coverages("accuracy auto"), (93.5, 98), sets=sets, rate=95
    )
    for kind in ("macro-F1", "accuracy"):
        found = table.coverages(f"difference {kind}")
        gates.check(f"{n}, every cell, difference in {kind}", found, (93.5, 97), sets=sets, rate=95)


def field_gates(n: int, table: Table, gates: Gates, sets: int) -> None:
    """Check the bounds for the field's metrics.

    At 60 statements a target has 20, and F1 of a rare label is not estimable there; the interval says so.
    """
    for name in FIELD:
        if n > 60 or name != "mean F1 over targets":
            low = 90 if n == 60 else 92.5
            gates.check(f"{n}, {name}", table.coverages(name), (low, 100), sets=sets, rate=95)


if __name__ == "__main__":
    sys.exit(main())
