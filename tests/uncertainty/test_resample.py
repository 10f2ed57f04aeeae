"""The group bootstrap by types is the group bootstrap."""

from __future__ import annotations

import sys
from itertools import product

import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import confusion_matrix

from harness.errors import InputError
from harness.metrics import METRICS, accuracy, macro_f1
from harness.uncertainty import (
    as_counts,
    effective_n,
    gold_groups,
    group_counts,
    group_sizes,
    group_types,
    leave_one_out,
    resample,
)
from harness.uncertainty.resample import degrees_of_freedom, jackknife_error, resampled_tables

from .samples import corpus, counts_of, singles


def test_group_counts_add_up_to_the_confusion_matrix_of_scikit_learn() -> None:
    gold, predicted = np.array([0, 0, 1, 2, 2]), np.array([0, 1, 1, 2, 0])
    counts = group_counts(gold, predicted, np.array([0, 0, 1, 2, 2]), 3)
    assert counts.shape == (3, 1, 3, 3)
    assert (counts.sum(axis=0)[0] == confusion_matrix(gold, predicted)).all()
    assert counts[0, 0, 0].tolist() == [1, 1, 0]


def test_three_dimensions_mean_one_repeat() -> None:
    assert as_counts(np.zeros((4, 3, 3))).shape == (4, 1, 3, 3)


@pytest.mark.parametrize(
    "bad", [np.zeros((4, 3)), np.full((4, 3, 3), -1), np.full((4, 3, 3), 0.5), np.zeros((4, 3, 2))]
)
def test_what_is_not_per_group_counts_is_refused(bad: np.ndarray) -> None:
    with pytest.raises(InputError, match="per-group counts"):
        as_counts(bad)


def test_groups_with_the_same_table_are_one_type_commonest_first() -> None:
    types = group_types(counts_of("nn", "ss sn", "ss sn", "hh", "ss sn"))
    assert types.multiplicity.tolist() == [3, 1, 1]
    assert types.total[0].tolist() == [[3, 3, 0], [0, 1, 0], [0, 0, 1]]


@pytest.mark.parametrize(
    ("least", "most", "cells"),
    [(0, 1, 9), (0, 4, 9), (0, 4, 90), (0, 10**6, 9), (0, 0, 9), (-1, 1, 9), (-2, 1, 90), (-5, -4, 9)],
)
def test_types_are_the_distinct_tables_in_the_order_of_rows(least: int, most: int, cells: int) -> None:
    counts = np.random.default_rng(abs(most)).integers(least, most, (200, cells), endpoint=True)
    counts[100:] = counts[:100]
    rows, multiplicity = np.unique(counts, axis=0, return_counts=True)
    order = np.argsort(-multiplicity, kind="stable")
    types = group_types(counts.astype(np.int64))
    assert types.multiplicity.tolist() == multiplicity[order].tolist()
    assert types.tables.tolist() == rows[order].tolist()


def test_effective_n_of_groups_of_2_1_1_is_16_over_6() -> None:
    sizes = group_sizes(counts_of("ss ss", "nn", "hh"))
    assert sizes.tolist() == [2, 1, 1]
    assert effective_n(sizes) == pytest.approx(16 / 6)


def test_gold_groups_count_groups_and_not_statements() -> None:
    assert gold_groups(counts_of("ss ss", "sn", "nn hh")).tolist() == [2, 1, 1]


def test_bootstrap_of_three_groups_has_the_frequencies_of_all_27_draws() -> None:
    counts = counts_of("ss sn", "nn", "hs hh hh")
    draws = [counts[list(rows)].sum(axis=0) for rows in product(range(3), repeat=3)]
    exact = np.sort([float(accuracy(d.astype(float))[0]) for d in draws])
    drawn = resample(group_types(counts), accuracy, 40_000, np.random.default_rng(0))
    for value in np.unique(exact):
        assert np.mean(np.isclose(drawn, value)) == pytest.approx(np.mean(np.isclose(exact, value)), abs=0.01)


def test_bootstrap_by_types_has_the_distribution_of_a_loop_over_groups() -> None:
    counts, _ = corpus(1)
    rng = np.random.default_rng(2)
    loop = [macro_f1(counts[rng.integers(45, size=45)].sum(axis=0).astype(float))[0] for _ in range(3000)]
    fast = resample(group_types(counts), macro_f1, 3000, rng)
    assert stats.ks_2samp(loop, fast).pvalue > 0.01


def test_a_resample_in_which_a_label_has_neither_gold_nor_predictions_is_nan() -> None:
    """Labels of share 1/2, 1/4, 1/4, four draws: 1/16 + 2 * 81/256 - 2 / 256 - 1/16 = 0.625."""
    values = resample(
        group_types(counts_of("ss", "ss", "nn", "hh")), macro_f1, 4000, np.random.default_rng(0)
    )
    missing = (1 / 2) ** 4 + 2 * (3 / 4) ** 4 - 2 * (1 / 4) ** 4 - (1 / 2) ** 4
    assert np.isnan(values).mean() == pytest.approx(missing, abs=0.03)
    assert set(values[~np.isnan(values)]) == {1.0}


def test_the_blocks_do_not_change_the_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    types = group_types(corpus(3)[0])
    one = resample(types, macro_f1, 500, np.random.default_rng(4))
    monkeypatch.setattr(sys.modules["harness.uncertainty.resample"], "BLOCK", 100)
    assert len(list(resampled_tables(types, 500, np.random.default_rng(4)))) > 10
    assert np.array_equal(one, resample(types, macro_f1, 500, np.random.default_rng(4)))


def test_no_global_seed_is_read_or_set() -> None:
    types = group_types(corpus(3)[0])
    np.random.seed(1)
    before = np.random.get_state()[1].copy()  # type: ignore[index,union-attr]
    one = resample(types, macro_f1, 50, np.random.default_rng(4))
    assert np.array_equal(before, np.random.get_state()[1])  # type: ignore[index]
    np.random.seed(2)
    assert np.array_equal(one, resample(types, macro_f1, 50, np.random.default_rng(4)))


def test_leave_one_out_is_the_score_of_the_other_groups() -> None:
    counts = corpus(5)[0]
    types = group_types(counts)
    fast = np.repeat(leave_one_out(types, macro_f1), types.multiplicity)
    slow = [macro_f1(np.delete(counts, i, axis=0).sum(axis=0).astype(float))[0] for i in range(45)]
    assert np.sort(fast) == pytest.approx(np.sort(slow))


def test_jackknife_error_of_45_right_of_60_is_the_textbook_one() -> None:
    """sqrt(p (1 - p) / (n - 1)) = sqrt(0.75 * 0.25 / 59) = 0.05637."""
    types = group_types(singles(45, 15))
    error, df = jackknife_error(leave_one_out(types, accuracy), types.multiplicity)
    assert error == pytest.approx(np.sqrt(0.75 * 0.25 / 59))
    assert df == 59


def test_the_error_is_the_spread_of_resamples_and_not_the_mean_of_their_errors() -> None:
    """The mean of resampled standard errors, divided by sqrt(n) again, would be far too small."""
    types = group_types(corpus(6, n=600, k=450)[0])
    spread = resample(types, macro_f1, 4000, np.random.default_rng(0)).std()
    error, _ = jackknife_error(leave_one_out(types, macro_f1), types.multiplicity)
    assert error == pytest.approx(spread, rel=0.08)


def test_one_group_has_an_undefined_error_and_not_0() -> None:
    types = group_types(counts_of("ss sn nn"))
    assert np.isnan(jackknife_error(leave_one_out(types, accuracy), types.multiplicity)[0])


def test_degrees_of_freedom_fall_when_one_group_carries_the_variance() -> None:
    """Residuals 3, -1, -1, -1: kurtosis 4 * (81 + 3) / 12**2 = 2.333, so 2 * 4 / 1.333 = 6, capped at 3."""
    assert degrees_of_freedom(np.array([3.0, -1, -1, -1])) == 3
    lone = np.array([10.0] + [-0.1] * 100)
    assert degrees_of_freedom(lone) == pytest.approx(2 * 101 / (101 * (1e4 + 0.01) / 101**2 - 1))
    assert degrees_of_freedom(lone) < 2.1
    assert degrees_of_freedom(np.zeros(5)) == 4


@pytest.mark.parametrize("name", METRICS)
def test_several_repeats_are_scored_apart_and_averaged(name: str) -> None:
    counts = corpus(7, repeats=3)[0]
    metric = METRICS[name]
    tables = group_types(counts).total
    assert metric.value(tables)[0] == pytest.approx(float(np.mean([metric.of(t) for t in tables])))


def test_counts_are_kept_in_numbers_that_hold_two_tables_together() -> None:
    """A group of 64 in a cell: twice that is 128, one more than an int8 holds."""
    for size, bits in ((63, 8), (64, 16)):
        same = np.zeros(size, dtype=np.intp)
        counts = group_counts(same, same, same, 2)
        assert counts.dtype.itemsize * 8 == bits
        assert (counts + counts)[0, 0, 0, 0] == 2 * size
