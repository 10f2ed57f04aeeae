"""Finished runs -> paired differences of their models, and which statements changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from harness.differences import trained_difference
from harness.errors import InputError
from harness.evaluation import Finished
from harness.metrics import Metric
from harness.records import NO_LABEL, Comparison, Flip, PairedRuns, Pool
from harness.tested import Tested
from harness.uncertainty import Difference, compare_fixed, holm


def compare_runs(runs: Sequence[Finished], metric: str | None = None) -> list[PairedRuns]:
    """Compare every later run with the first, model by model and split by split.

    Models of the same name are compared; where two runs have no model name in common, every model of one with
    every model of the other. Holm's adjustment is over all comparisons made.

    Parameters
    ----------
    runs : sequence of Finished, at least two
    metric : str, optional
        Instead of the first run's primary metric: one of its configured metrics, or of the table of
        metrics. What the first run's configuration defines under that name is what all are scored by.

    Raises
    ------
    InputError
        Runs of different data or labels, partial runs, or no split in common; it says which.
    """
    if len(runs) < 2:
        raise InputError("compare needs two runs", hint="harness compare RUN RUN")
    for run in runs:
        refuse(runs[0], run)
    first = Tested(runs[0].record)
    chosen = first.metric(metric or first.primary)
    rows = [(a, p, b, q) for b in runs[1:] for a in runs[:1] for p, q in pairs(a, b)]
    if not rows:
        raise InputError("the runs have no split in common, so nothing is paired")
    found = [difference(a, p, b, q, chosen, first.level) for a, p, b, q in rows]
    adjusted = holm([d.p for d in found])
    out = []
    for (a, p, b, q), d, p_adjusted in zip(rows, found, adjusted, strict=True):
        labels = (_label(b, q, a, p), _label(a, p, b, q))
        comparison = replace(as_comparison(q.split, *labels, chosen.name, d), p_adjusted=p_adjusted)
        runs_named = (_run_name(b.folder), _run_name(a.folder))
        out.append(
            PairedRuns(comparison, tuple(_flips(b, q, a, p)), (q.model, p.model), runs_named, first.level)
        )
    return out


def as_comparison(split: str, a: str, b: str, metric: str, d: Difference) -> Comparison:
    """Turn a difference into the record that reports show; p is not adjusted yet."""
    return Comparison(split, a, b, metric, d.delta, d.low, d.high, d.p, None, d.mde, d.method, d.reason)


def refuse(first: Finished, other: Finished) -> None:
    """Raise `InputError` if two runs cannot be paired."""
    for run in (first, other):
        if run.record.partial:
            raise InputError(
                "is a partial run (--limit)", place=run.folder, hint="run the configuration without --limit"
            )
    for key, what in (("labels", "labels"), ("data", "data")):
        old, new = first.record.identity[key], other.record.identity[key]
        if old != new:
            said = f"{new} and {old}" if key == "labels" else f"digest {new[:12]} and {old[:12]}"
            raise InputError(
                f"has other {what} than {first.folder}: {said}",
                place=other.folder,
                hint="compare runs of one data set",
            )


def pairs(a: Finished, b: Finished) -> Iterator[tuple[Pool, Pool]]:
    """Yield the pools of two runs that are compared: same split, same model where names are shared."""
    common = {p.model for p in a.record.pools} & {q.model for q in b.record.pools}
    for p in a.record.pools:
        for q in b.record.pools:
            named = p.split == q.split and (p.model == q.model or not common)
            if named and same_division(a, p, b, q):
                yield p, q


def same_division(a: Finished, p: Pool, b: Finished, q: Pool) -> bool:
    """Whether two pools come from one kind of split and tested the same statements as often."""
    kinds = [run.record.identity["splits"][pool.split] for run, pool in ((a, p), (b, q))]
    return bool(kinds[0] == kinds[1] and _tests(a, p) == _tests(b, q))


def _tests(run: Finished, pool: Pool) -> tuple[int, frozenset[str]]:
    """Repeats with one training seed, and the ids of what was tested."""
    tested = {run.record.examples[int(i)].id for i in np.flatnonzero(pool.predicted[0] >= 0)}
    return len(pool.predicted) // len(pool.seeds), frozenset(tested)


def difference(a: Finished, p: Pool, b: Finished, q: Pool, metric: Metric, level: float) -> Difference:
    """Return ``b's pool minus a's pool``: fixed or trained, as the two models' intervals are.

    ``level`` in (0, 1) is that of the interval, whatever the runs' own are.
    """
    left, right = Tested(b.record), Tested(a.record)
    for run, tested in ((b, left), (a, right)):
        if metric.over is not None and tested.values_of(metric.over) is None:
            raise InputError(
                f"the metric '{metric.name}' needs '{metric.over}' of every statement, which is not known",
                place=run.folder,
                hint="the data that the run was made with changed or are gone; restore them",
            )
    q_counts = left.counts_for(q, metric)
    p_counts = right.counts_for(p, metric)
    seeds = len(q.seeds), len(p.seeds)
    if "trained" not in (p.mode, q.mode):
        resamples = int(left.settings["resamples"])
        rng = left.rng("compare", q.split, q.model, p.model, metric.name)
        return compare_fixed(
            q_counts, p_counts, metric, level=level, resamples=resamples, n_seeds=seeds, rng=rng
        )
    deltas = _rerun_deltas(left, q, right, p, metric)
    kept = q.mode == "fixed", p.mode == "fixed"
    return trained_difference(q_counts, p_counts, deltas, metric, level, seeds, kept)


def _rerun_deltas(left: Tested, q: Pool, right: Tested, p: Pool, metric: Metric) -> Any:
    """Differences of re-runs; where the runs drew other groups, the error is larger than need be."""
    if not left.reruns or not right.reruns:
        return []
    found = (
        left.replicates(left.reruns[q.split, q.model], metric),
        right.replicates(right.reruns[p.split, p.model], metric),
    )
    n = min(map(len, found))
    return found[0][:n] - found[1][:n]


def _label(run: Finished, pool: Pool, other: Finished, against: Pool) -> str:
    """Name a model, with its run where the name alone does not tell the two apart."""
    same = pool.model == against.model
    return f"{pool.model}@{_run_name(run.folder)}" if same else pool.model


def _run_name(folder: Path) -> str:
    return f"{folder.resolve().parent.name}/{folder.resolve().name[:8]}"


def _flips(a: Finished, p: Pool, b: Finished, q: Pool) -> Iterator[Flip]:
    """Yield statements that one model gets right in more than half of the repeats and the other does not."""
    said_labels = (*a.record.labels, NO_LABEL)
    gold = Tested(a.record).gold
    place = {e.id: i for i, e in enumerate(b.record.examples)}
    order = [place[e.id] for e in a.record.examples]
    predicted = p.predicted, q.predicted[:, order]
    right_p, right_q = ((said == gold).mean(axis=0) > 0.5 for said in predicted)
    tested = p.predicted[0] >= 0
    for i in np.flatnonzero((right_p != right_q) & tested):
        e = a.record.examples[int(i)]
        said = [said_labels[int(np.bincount(rows[:, i]).argmax())] for rows in predicted]
        better = "a" if right_p[i] else "b"
        yield Flip(e.id, e.label, said[0], said[1], better, e.text)
