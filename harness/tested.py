"""A run record as arrays: what every score is computed from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from harness.digest import digest
from harness.errors import InputError, did_you_mean
from harness.metric_types import metric_of
from harness.metrics import METRICS, Metric
from harness.numbering import (
    distributions,
    group_numbers,
    has_part,
    label_numbers,
    part_values,
    value_numbers,
)
from harness.records import Pool, RunRecord, Score, Tables
from harness.uncertainty import Counts, Interval, group_counts, interval, mean_interval, sums_interval

IntArray = npt.NDArray[np.intp]
FloatArray = npt.NDArray[np.float64]
FIXED_QUESTION = "fixed_question: this interval takes the predictions as fixed, also for a trained model"


class Tested:
    """The examples and tables of one record; what several scores need is computed once.

    Parameters
    ----------
    record : RunRecord

    Attributes
    ----------
    metrics : dict of str to Metric
        The configured metrics by name, without those that need a part of the statements which is not
        known any more (the data of a stored run changed); ``left_out`` says which and why.

    Raises
    ------
    InputError
        The primary metric is one of those.
    """

    def __init__(self, record: RunRecord) -> None:
        self.record = record
        self.settings: Mapping[str, Any] = record.config["evaluation"]
        self.level = float(self.settings["level"])
        self.primary = str(self.settings["primary"])
        self.number = {label: i for i, label in enumerate(record.labels)}
        self.gold: IntArray = label_numbers(record.examples, record.labels)
        self.groups: IntArray = group_numbers(record.examples)
        self.reruns = {(t.split, t.model): t for t in record.tables if t.kind == "rerun" and t.share == 1}
        entries, trust = self.settings["metrics"], record.config.get("trust", ())
        found = [metric_of(entry, record.labels, trust) for entry in entries]
        self.left_out = {
            m.name: str(m.over) for m in found if m.over and not has_part(record.examples, m.over)
        }
        self.metrics = {m.name: m for m in found if m.name not in self.left_out}
        if self.primary in self.left_out:
            part = self.left_out[self.primary]
            raise InputError(
                f"the metric '{self.primary}' needs '{part}' of every statement, which is not known",
                hint="the data that the run was made with changed or are gone; restore them",
            )

    def metric(self, name: str) -> Metric:
        """Return a configured metric, or a row of the table of metrics; refuse any other name."""
        if name in self.metrics:
            return self.metrics[name]
        if name in METRICS:
            return METRICS[name]
        raise InputError(f"unknown metric '{name}'", hint=did_you_mean(name, [*self.metrics, *METRICS]))

    @cached_property
    def counts(self) -> dict[tuple[str, str], Counts]:
        """Per-group confusion of each pool, by split and model; see :meth:`counts_of`."""
        return {(p.split, p.model): self.counts_of(p) for p in self.record.pools}

    @cached_property
    def distributions(self) -> FloatArray | None:
        """The annotators' shares by label; see :func:`harness.numbering.distributions`."""
        return distributions(self.record.examples, self.record.labels)

    def counts_for(self, pool: Pool, metric: Metric) -> Counts:
        """Return a pool's counts by group as a metric takes them."""
        return self.counts[pool.split, pool.model] if metric.over is None else self.counts_of(pool, metric)

    def counts_of(
        self,
        pool: Pool,
        metric: Metric | None = None,
        *,
        mask: npt.NDArray[np.bool_] | None = None,
        gold: IntArray | None = None,
        by: IntArray | None = None,
    ) -> Counts:
        """Count a pool's confusions by group.

        Parameters
        ----------
        pool : Pool
        metric : Metric, optional
            If it is a mean over the values of a part, those that the counted statements have are
            counted apart.
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
        rows, n_values = self.rows_of(metric, tested, truth)
        return group_counts(
            rows, pool.predicted[:, tested], clusters[tested], len(self.record.labels), n_values
        )

    def rows_of(
        self, metric: Metric | None, tested: npt.NDArray[np.bool_], truth: IntArray
    ) -> tuple[IntArray, int]:
        """Return the row of a confusion table that each tested statement is counted in, and its values."""
        if metric is None or metric.over is None or not tested.any():
            return truth[tested], 1
        values = value_numbers(self.record.examples, metric.over)[tested]
        found, value_of = np.unique(values, return_inverse=True)
        return value_of * len(self.record.labels) + truth[tested], len(found)

    def fixed_score(
        self, counts: Counts, metric: Metric, *words: str, method: str | None = None, n_seeds: int = 1
    ) -> Score:
        """Score counts and give the interval that takes the predictions as fixed, or as one draw of seeds."""
        found = interval(
            counts,
            metric,
            method=method or self.settings["interval"],
            level=self.level,
            resamples=self.settings["resamples"],
            labels=self.record.labels,
            n_seeds=n_seeds,
            rng=self.rng("interval", metric.name, *words),
        )
        return as_score(found)

    def mean_interval(
        self, values: FloatArray, at: IntArray, *words: str, low: float, high: float
    ) -> Interval:
        """Return the mean of values of some statements with its interval over their groups.

        Parameters
        ----------
        values : (n_at,) or (n_seeds, n_at) float array
            With several training seeds, the interval holds over them too.
        at : (n_at,) int array
            The places of the statements that have the values.
        words : str
            What the interval is for.
        low, high : float
            The range of the values.
        """
        groups = self.groups[at]
        sums = [np.bincount(groups, weights=row) for row in np.atleast_2d(values)]
        n = np.bincount(groups)
        rng, resamples = self.rng(*words), self.settings["resamples"]
        return mean_interval(sums, n, low=low, high=high, level=self.level, resamples=resamples, rng=rng)

    def sums_interval(
        self,
        values: FloatArray,
        at: IntArray,
        of: Callable[[FloatArray], FloatArray],
        *words: str,
        low: float,
        high: float,
        undefined: str,
    ) -> Interval:
        """Return a statistic of sums of ``(n_at, n_repeats, ...)`` values with its interval over groups.

        ``of``, ``low``, ``high`` and ``undefined`` are those of :func:`harness.uncertainty.sums_interval`.
        """
        present, number = np.unique(self.groups[at], return_inverse=True)
        tables = np.zeros((len(present), *values.shape[1:]))
        np.add.at(tables, number, values)
        return sums_interval(
            tables,
            of,
            low=low,
            high=high,
            level=self.level,
            resamples=self.settings["resamples"],
            undefined=undefined,
            rng=self.rng(*words),
        )

    def replicates(self, tables: Tables, metric: Metric) -> FloatArray:
        """Score each table, NaN where the score is undefined or the draw could not be divided.

        Empty for a mean over the values of a part by which the tables were not counted.
        """
        counts = tables.confusions.astype(float)
        if metric.over is not None:
            if metric.over not in tables.over:
                return np.zeros(0)
            counts = self._tested_values(tables, metric.over).astype(float)
        return np.where(counts.sum(axis=(1, 2)) > 0, metric.of(counts), np.nan)

    def _tested_values(self, tables: Tables, part: str) -> npt.NDArray[np.int64]:
        """Keep the values that the split of the tables tests; a fixed split may leave some out."""
        found, n_labels = tables.over[part], len(self.record.labels)
        pool = next(
            (p for p in self.record.pools if (p.split, p.model) == (tables.split, tables.model)), None
        )
        if pool is None:
            return found
        kept = np.unique(value_numbers(self.record.examples, part)[pool.predicted[0] >= 0])
        n, rows, width = found.shape
        return found.reshape(n, rows // n_labels, n_labels, width)[:, kept].reshape(
            n, len(kept) * n_labels, width
        )

    def rng(self, *words: str) -> np.random.Generator:
        """Return a generator that depends on the seed and on what it is for, not on the order of calls."""
        return np.random.default_rng([self.record.config["seed"], int(digest(list(words))[:8], 16)])

    def values_of(self, part: str) -> list[str] | None:
        """Return a part of every statement, or None where the data do not have it."""
        return part_values(self.record.examples, part)


def of_fixed(found: Interval, pool: Pool) -> Score:
    """Turn an interval that takes predictions as fixed into a record; of a trained model it says so."""
    score = as_score(found)
    return score if pool.mode == "fixed" or score.reason else replace(score, reason=FIXED_QUESTION)


def as_score(found: Interval) -> Score:
    """Turn an interval into the record that reports show."""
    return Score(found.value, found.low, found.high, found.method, found.level, found.reason)
