"""A run record as arrays: what every score is computed from."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from harness.digest import digest
from harness.metrics import METRICS
from harness.records import Pool, RunRecord, Score
from harness.uncertainty import Counts, Interval, group_counts, interval

IntArray = npt.NDArray[np.intp]
FloatArray = npt.NDArray[np.float64]


class Tested:
    """The examples and tables of one record; what several scores need is computed once.

    Parameters
    ----------
    record : RunRecord
    """

    def __init__(self, record: RunRecord) -> None:
        self.record = record
        self.settings: Mapping[str, Any] = record.config["evaluation"]
        self.level = float(self.settings["level"])
        self.primary = str(self.settings["primary"])
        self.number = {label: i for i, label in enumerate(record.labels)}
        self.gold: IntArray = np.array([self.number[e.label] for e in record.examples], dtype=np.intp)
        self.groups: IntArray = np.unique([e.group for e in record.examples], return_inverse=True)[1]
        self.reruns = {(t.split, t.model): t for t in record.tables if t.kind == "rerun" and t.share == 1}

    @cached_property
    def counts(self) -> dict[tuple[str, str], Counts]:
        """Per-group confusion of each pool, by split and model; see :meth:`counts_of`."""
        return {(p.split, p.model): self.counts_of(p) for p in self.record.pools}

    def counts_of(
        self,
        pool: Pool,
        mask: npt.NDArray[np.bool_] | None = None,
        gold: IntArray | None = None,
        by: IntArray | None = None,
    ) -> Counts:
        """Count a pool's confusions by group.

        Parameters
        ----------
        pool : Pool
        mask : (n_examples,) bool array, optional
            Count these statements only.
        gold : (n_examples,) int array, optional
            Other labels in place of gold.
        by : (n_examples,) int array, optional
            Other clusters in place of the statement groups.
        """
        tested = pool.predicted[0] >= 0
        if mask is not None:
            tested &= mask
        truth = self.gold if gold is None else gold
        clusters = self.groups if by is None else by
        return group_counts(
            truth[tested], pool.predicted[:, tested], clusters[tested], len(self.record.labels)
        )

    def fixed_score(self, counts: Counts, name: str, *words: str, method: str | None = None) -> Score:
        """Score counts and give the interval that takes the predictions as fixed."""
        found = interval(
            counts,
            METRICS[name],
            method=method or self.settings["interval"],
            level=self.level,
            resamples=self.settings["resamples"],
            labels=self.record.labels,
            rng=self.rng("interval", name, *words),
        )
        return as_score(found)

    def replicates(self, tables: npt.NDArray[np.int64], name: str) -> FloatArray:
        """Score each table, NaN where the score is undefined or the draw could not be divided."""
        counts = tables.astype(float)
        return np.where(counts.sum(axis=(1, 2)) > 0, METRICS[name].of(counts), np.nan)

    def rng(self, *words: str) -> np.random.Generator:
        """Return a generator that depends on the seed and on what it is for, not on the order of calls."""
        return np.random.default_rng([self.record.config["seed"], int(digest(list(words))[:8], 16)])

    def values_of(self, part: str) -> list[str] | None:
        """Return a part of every statement, or None where the data do not have it."""
        examples = self.record.examples
        if part == "article":
            articles = [e.article for e in examples]
            return articles if any(articles) else None
        return [e.fields[part] for e in examples] if all(part in e.fields for e in examples) else None


def as_score(found: Interval) -> Score:
    """Turn an interval into the record that reports show."""
    return Score(found.value, found.low, found.high, found.method, found.level, found.reason)
