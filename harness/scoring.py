"""RunRecord -> Scores; nothing is ever fitted here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from harness.digest import digest
from harness.metrics import METRICS, per_label
from harness.records import Comparison, Evaluation, Pool, RunRecord, Score, Scores
from harness.signature import signature
from harness.uncertainty import (
    Counts,
    Difference,
    Interval,
    compare_fixed,
    compare_trained,
    effective_n,
    group_counts,
    holm,
    interval,
    trained_interval,
)


class Scorer:
    """Scores every pool of a record; what several scores need is computed once.

    Parameters
    ----------
    record : RunRecord
    """

    def __init__(self, record: RunRecord) -> None:
        self.record = record
        self.settings = record.config["evaluation"]
        number = {label: i for i, label in enumerate(record.labels)}
        self.gold = np.array([number[e.label] for e in record.examples], dtype=np.intp)
        names = sorted({e.group for e in record.examples})
        place = {g: i for i, g in enumerate(names)}
        self.groups = np.array([place[e.group] for e in record.examples], dtype=np.intp)
        self.counts = {(p.split, p.model): self._counts(p) for p in record.pools}

    def _counts(self, pool: Pool) -> Counts:
        """Per-group confusion of one pool, ``(n_groups, n_repeats, n_labels, n_labels)``."""
        tested = pool.predicted[0] >= 0
        return group_counts(
            self.gold[tested], pool.predicted[:, tested], self.groups[tested], len(self.record.labels)
        )

    def scores(self) -> Scores:
        """Return every score, interval and comparison of the record."""
        record = self.record
        evaluations = tuple(self._evaluation(p) for p in record.pools)
        splits = dict.fromkeys(p.split for p in record.pools)
        comparisons = tuple(
            c for s in splits for c in self._comparisons([p for p in record.pools if p.split == s])
        )
        sizes = np.bincount(self.groups).astype(float)
        return Scores(
            signature=signature(record.identity, partial=record.partial),
            n=len(record.examples),
            n_groups=len(sizes),
            n_articles=len({e.article for e in record.examples}),
            n_effective=effective_n(sizes),
            labels=record.labels,
            partial=record.partial,
            primary=self.settings["primary"],
            evaluations=evaluations,
            comparisons=comparisons,
        )

    def rng(self, *words: str) -> np.random.Generator:
        """Return a generator that depends on the seed and on what it is for, not on the order of calls."""
        return np.random.default_rng([self.record.config["seed"], int(digest(list(words))[:8], 16)])

    def _evaluation(self, pool: Pool) -> Evaluation:
        counts = self.counts[pool.split, pool.model]
        tables = counts.sum(axis=0)
        scores = {name: self._score(pool, counts, name) for name in self.settings["metrics"]}
        return Evaluation(
            split=pool.split,
            model=pool.model,
            mode=pool.mode,
            signature=signature(
                self.record.identity, partial=self.record.partial, split=pool.split, model=pool.model
            ),
            scores=scores,
            per_label=per_label(tables, self.record.labels),
            confusion=tuple(tuple(int(v) for v in row) for row in tables.sum(axis=0)),
            repeats=len(tables),
            n=int(tables[0].sum()),
            n_groups=int(counts.any(axis=(1, 2, 3)).sum()),
        )

    def _score(self, pool: Pool, counts: Counts, name: str) -> Score:
        metric = METRICS[name]
        if pool.mode == "trained":
            value, reason = metric.value(counts.sum(axis=0))
            if value is None:
                return Score(None, level=self.settings["level"], reason=reason)
            n_groups = int(counts.any(axis=(1, 2, 3)).sum())
            found = trained_interval(
                value,
                self._replicates(pool, name),
                n_groups,
                low=metric.low,
                high=metric.high,
                level=self.settings["level"],
            )
        else:
            found = interval(
                counts,
                metric,
                method=self.settings["interval"],
                level=self.settings["level"],
                resamples=self.settings["resamples"],
                rng=self.rng("interval", pool.split, pool.model, name),
            )
        return _as_score(found)

    def _replicates(self, pool: Pool, name: str) -> npt.NDArray[np.float64]:
        """The metric of each re-run, NaN where it is undefined or the draw could not be divided."""
        tables = pool.reruns.astype(float)
        values = METRICS[name].of(tables)
        return np.where(tables.sum(axis=(1, 2)) > 0, values, np.nan)

    def _pairs(self, pools: Sequence[Pool]) -> list[tuple[Pool, Pool]]:
        """Every model against the reference, or every pair where there is none."""
        reference = self.settings["reference"]
        if reference is None:
            return list(combinations(pools, 2))
        base = next(p for p in pools if p.model == reference)
        return [(p, base) for p in pools if p.model != reference]

    def _comparisons(self, pools: Sequence[Pool]) -> list[Comparison]:
        name = self.settings["primary"]
        pairs = self._pairs(pools)
        found = [self._difference(a, b, name) for a, b in pairs]
        adjusted = holm([d.p for d in found])
        return [
            Comparison(
                a.split, a.model, b.model, name, d.delta, d.low, d.high, d.p, q, d.mde, d.method, d.reason
            )
            for (a, b), d, q in zip(pairs, found, adjusted, strict=True)
        ]

    def _difference(self, a: Pool, b: Pool, name: str) -> Difference:
        level = self.settings["level"]
        left, right = self.counts[a.split, a.model], self.counts[b.split, b.model]
        if "trained" not in (a.mode, b.mode):
            rng = self.rng("difference", a.split, a.model, b.model, name)
            return compare_fixed(
                left, right, METRICS[name], level=level, resamples=self.settings["resamples"], rng=rng
            )
        values = [METRICS[name].value(c.sum(axis=0))[0] for c in (left, right)]
        delta = None if values[0] is None or values[1] is None else values[0] - values[1]
        deltas = self._replicates(a, name) - self._replicates(b, name)
        n_groups = int(left.any(axis=(1, 2, 3)).sum())
        return compare_trained(delta, deltas, n_groups, level=level)


def _as_score(found: Interval) -> Score:
    return Score(found.value, found.low, found.high, found.method, found.level, found.reason)


def metrics_json(scores: Scores) -> dict[str, Any]:
    """Return the scores as ``metrics.json`` has them."""

    def plain(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {k: plain(v) for k, v in value.items()}
        return [plain(v) for v in value] if isinstance(value, list | tuple) else value

    out: dict[str, Any] = plain({"schema": 1, **asdict(scores)})
    return out
