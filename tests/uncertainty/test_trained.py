"""Intervals and comparisons from re-run cross-validations."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats

import harness.uncertainty as public
from harness.uncertainty import compare_trained, corrected_resampled_t, draw_groups, trained_interval
from harness.uncertainty.trained import split_free


def test_interval_is_the_logit_plus_minus_t_errors() -> None:
    """Logits -1, 1 in turn, ten times: error sqrt(10 / 9) = 1.054; t(9) = 2.262; half 2.385."""
    replicates = special.expit(np.array([-1.0, 1.0] * 5))
    found = trained_interval(0.5, replicates, 45)
    half = stats.t.ppf(0.975, 9) * math.sqrt(10 / 9)
    assert (found.low, found.high) == pytest.approx((special.expit(-half), special.expit(half)))
    assert (found.method, found.reason) == ("rerun_logit_t", None)


def test_degrees_of_freedom_are_those_of_the_groups_where_replicates_are_many() -> None:
    replicates = special.expit(np.array([-1.0, 1.0] * 50))
    found = trained_interval(0.5, replicates, 6)
    assert found.low == pytest.approx(special.expit(-stats.t.ppf(0.975, 5) * math.sqrt(100 / 99)))


def test_the_mean_of_the_replicates_does_not_matter() -> None:
    """Re-runs learn from fewer different groups and score lower; only their spread is used."""
    logits = np.random.default_rng(0).normal(size=60)
    one, two = (trained_interval(0.6, special.expit(0.3 * logits + shift), 45) for shift in (0.0, -0.4))
    assert (one.low, one.high) == pytest.approx((two.low, two.high))


def test_fold_noise_of_the_re_runs_is_taken_off() -> None:
    """Re-runs 0.04, repeats 0.02, ten of them, one a re-run: 0.04 - 0.02 * (1 - 1 / 10) = 0.022."""
    values = np.array([-1, 1] * 30) * math.sqrt(0.04 * 59 / 60)
    repeats = np.array([-1, 1] * 5) * math.sqrt(0.02 * 9 / 10)
    assert split_free(values, repeats, 1) == pytest.approx(math.sqrt(0.022))
    assert split_free(values, repeats, 10) == pytest.approx(0.2)
    assert split_free(values, np.array([]), 1) == pytest.approx(0.2)
    assert split_free(values, 10 * repeats, 1) == pytest.approx(0.1)


def test_by_repeat_narrows_the_interval() -> None:
    rng = np.random.default_rng(1)
    replicates = 0.6 + 0.08 * rng.normal(size=60)
    kept = trained_interval(0.6, replicates, 45)
    less = trained_interval(0.6, replicates, 45, by_repeat=0.6 + 0.04 * rng.normal(size=10))
    assert kept.low < less.low < 0.6 < less.high < kept.high  # type: ignore[operator]


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_a_score_of_0_or_1_has_an_interval_with_one_open_end(value: float) -> None:
    found = trained_interval(value, np.linspace(0.3, 0.9, 60), 45)
    assert found.low is not None
    assert found.high is not None
    assert found.low <= value <= found.high
    assert 0 < found.high - found.low < 1


def test_a_metric_in_minus_1_to_1_is_scaled_before_the_logit() -> None:
    replicates = special.expit(np.array([-0.5, 0.5] * 30))
    share = trained_interval(0.6, replicates, 45)
    scaled = trained_interval(0.2, 2 * replicates - 1, 45, low=-1, high=1)
    assert scaled.low == pytest.approx(2 * share.low - 1)  # type: ignore[operator]
    assert scaled.high == pytest.approx(2 * share.high - 1)  # type: ignore[operator]


@pytest.mark.parametrize(
    ("value", "replicates", "groups", "code"),
    [
        (None, np.linspace(0.4, 0.6, 60), 45, "undefined"),
        (0.5, np.linspace(0.4, 0.6, 60), 1, "few_groups"),
        (0.5, np.linspace(0.4, 0.6, 9), 45, "few_replicates"),
        (0.5, np.array([np.nan] * 51 + [0.4] * 9), 45, "few_replicates"),
        (0.5, np.full(60, 0.5), 45, "degenerate"),
        (1.0, np.linspace(0.995, 1, 60), 45, "degenerate"),  # all within half a group of the end
    ],
)
def test_no_interval_without_evidence(
    value: float | None, replicates: np.ndarray, groups: int, code: str
) -> None:
    found = trained_interval(value, replicates, groups)
    assert (found.value, found.low, found.high, found.code) == (value, None, None, code)


def test_undefined_replicates_are_left_out() -> None:
    replicates = np.linspace(0.4, 0.7, 60)
    assert trained_interval(0.5, np.r_[replicates, np.nan], 45) == trained_interval(0.5, replicates, 45)


def test_comparison_is_a_t_test_with_the_spread_of_the_re_runs() -> None:
    """Delta 0.1, error 0.05 * sqrt(60 / 59): t = 1.983 on 44 degrees of freedom."""
    found = compare_trained(0.1, np.array([-0.05, 0.05] * 30), 45)
    error = 0.05 * math.sqrt(60 / 59)
    assert found.p == pytest.approx(2 * stats.t.sf(0.1 / error, 44))
    assert found.high == pytest.approx(0.1 + stats.t.ppf(0.975, 44) * error)
    assert found.mde == pytest.approx((stats.t.ppf(0.975, 44) + stats.t.ppf(0.8, 44)) * error)


def test_identical_ways_of_training_have_delta_0_and_p_1() -> None:
    found = compare_trained(0.0, np.zeros(60), 45)
    assert (found.delta, found.p, found.low, found.mde, found.code) == (0, 1, None, None, "identical")


@pytest.mark.parametrize(
    ("delta", "deltas", "groups", "code"),
    [
        (None, np.ones(60), 45, "undefined"),
        (0.1, np.ones(60), 1, "few_groups"),
        (0.1, np.ones(3), 45, "few_replicates"),
        (0.1, np.full(60, 0.1), 45, "no_spread"),
    ],
)
def test_no_test_without_evidence(delta: float | None, deltas: np.ndarray, groups: int, code: str) -> None:
    found = compare_trained(delta, deltas, groups)
    assert (found.delta, found.p, found.low, found.code) == (delta, None, None, code)


def test_nadeau_bengio_by_hand() -> None:
    """Folds 0.1, 0.2, 0.3, test share 0.5: sqrt((1/3 + 0.5) * 0.01) = 0.0913; t = 2.191; p(2) = 0.160."""
    found = corrected_resampled_t([0.1, 0.2, 0.3], 0.5)
    assert found.delta == pytest.approx(0.2)
    assert found.p == pytest.approx(2 * stats.t.sf(0.2 / math.sqrt(0.01 * (1 / 3 + 0.5)), 2))
    assert found.p == pytest.approx(0.160, abs=0.001)


def test_nadeau_bengio_over_50_folds_is_nearly_four_times_as_wide_as_the_naive_t() -> None:
    """sqrt((1/50 + 1/4) / (1/50)) = sqrt(13.5) = 3.67; the naive t covers 30 % and is not offered."""
    folds = np.random.default_rng(0).normal(size=(10, 5))
    found = corrected_resampled_t(folds, 0.25)
    low, high = stats.ttest_1samp(folds.ravel(), 0).confidence_interval()
    assert (found.high - found.low) / (high - low) == pytest.approx(math.sqrt(13.5))  # type: ignore[operator]
    assert not [name for name in public.__all__ if "naive" in name]


def test_nadeau_bengio_of_identical_models_and_of_one_fold() -> None:
    assert corrected_resampled_t(np.zeros(50), 0.25).p == 1
    assert corrected_resampled_t([0.1], 0.25).code == "few_replicates"
    assert corrected_resampled_t([0.1, 0.1], 0.25).code == "no_spread"


def test_a_draw_has_as_many_groups_as_there_are_and_names_copies() -> None:
    groups = [f"g{i}" for i in range(45)]
    drawn = draw_groups(groups, np.random.default_rng(0))
    assert sum(drawn.values()) == 45
    assert min(drawn.values()) == 1
    assert max(drawn.values()) > 1
    assert list(drawn) == [g for g in groups if g in drawn]
    assert drawn == draw_groups(groups, np.random.default_rng(0))


def test_about_63_percent_of_the_groups_are_drawn() -> None:
    """1 - (1 - 1/1000)**1000 = 0.632."""
    assert len(draw_groups(range(1000), np.random.default_rng(0))) / 1000 == pytest.approx(0.632, abs=0.03)


@settings(max_examples=60, deadline=None)
@given(
    value=st.floats(0, 1),
    replicates=st.lists(st.floats(0, 1), min_size=10, max_size=80),
    groups=st.integers(2, 60),
)
def test_ends_enclose_the_value(value: float, replicates: list[float], groups: int) -> None:
    found = trained_interval(value, replicates, groups)
    if found.low is None or found.high is None:
        assert found.code == "degenerate"
    else:
        assert 0 <= found.low <= value <= found.high <= 1


def test_a_score_of_1_counts_as_half_a_group_from_the_end() -> None:
    """Of 10 groups: logit(0.95) = 2.944, less t(9) = 2.262 errors of 1.054, is 0.560; expit 0.636."""
    replicates = special.expit(np.array([-1.0, 1.0] * 5))
    found = trained_interval(1.0, replicates, 10, level=0.95)
    half = stats.t.ppf(0.975, 9) * math.sqrt(10 / 9)
    assert (found.low, found.high) == (pytest.approx(special.expit(special.logit(0.95) - half)), 1.0)
    wider = trained_interval(1.0, replicates, 10, level=0.99)
    assert (wider.level, found.level) == (0.99, 0.95)
    assert wider.low is not None
    assert found.low is not None
    assert wider.low < found.low
