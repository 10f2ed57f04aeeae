"""Paired comparisons of fixed predictions."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests

from harness.errors import InputError
from harness.metrics import METRICS, accuracy
from harness.uncertainty import compare_fixed, holm, swap_test
from harness.uncertainty.paired import Difference, with_error
from harness.uncertainty.permutation import smallest_p

from .samples import corpus, counts_of

MACRO_F1, ACCURACY = METRICS["macro_f1"], METRICS["accuracy"]


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def test_five_groups_all_won_by_one_model_give_p_of_2_in_32() -> None:
    """Only no swap and all five swaps reach a difference of 1: 2 / 2**5 = 0.0625."""
    found = compare_fixed(counts_of(*["ss"] * 5), counts_of(*["sn"] * 5), ACCURACY, rng=rng())
    assert (found.delta, found.p) == (1, 0.0625)
    assert found.method.startswith("swap_exact")


def test_groups_in_which_the_models_agree_are_no_swaps() -> None:
    a = counts_of(*["ss"] * 5, *["nn"] * 40)
    b = counts_of(*["sn"] * 5, *["nn"] * 40)
    assert compare_fixed(a, b, ACCURACY, rng=rng()).p == 0.0625


def test_exact_p_is_that_of_scipy_permutation_test() -> None:
    right_a = np.array([1, 1, 1, 1, 0, 1, 0, 1, 1, 0])
    right_b = np.array([1, 0, 0, 1, 1, 0, 0, 0, 0, 0])
    a = counts_of(*("ss" if r else "sn" for r in right_a))
    b = counts_of(*("ss" if r else "sn" for r in right_b))
    other = stats.permutation_test(
        (right_a, right_b), lambda x, y, axis: (x - y).mean(axis=axis), permutation_type="samples",
        vectorized=True, n_resamples=np.inf,
    )  # fmt: skip
    assert compare_fixed(a, b, ACCURACY, rng=rng()).p == pytest.approx(other.pvalue)


def test_random_swaps_agree_with_all_swaps(monkeypatch: pytest.MonkeyPatch) -> None:
    a, b = corpus(3)
    exact, how = swap_test(a, b, MACRO_F1.of, 0, rng())
    assert how == "swap_exact"
    monkeypatch.setattr("harness.uncertainty.permutation.MAX_EXACT", 1)
    sampled, how = swap_test(a, b, MACRO_F1.of, 20_000, rng())
    assert how == "swap_monte_carlo"
    assert sampled == pytest.approx(exact, abs=0.015)


def test_swaps_by_type_are_the_swaps_by_group() -> None:
    """The p of 4,000 swaps drawn group by group, in the plainest way."""
    a, b = corpus(4, n=80)
    generator = rng()
    observed = MACRO_F1.of(a.sum(axis=(0, 1)).astype(float)) - MACRO_F1.of(b.sum(axis=(0, 1)).astype(float))
    hits = 0
    for _ in range(4000):
        swap = generator.random(len(a)) < 0.5
        one, two = (
            np.where(swap[:, None, None, None], *pair).sum(axis=(0, 1)).astype(float)
            for pair in ((b, a), (a, b))
        )
        hits += abs(MACRO_F1.of(one) - MACRO_F1.of(two)) >= abs(observed) - 1e-10
    assert swap_test(a, b, MACRO_F1.of, 10_000, rng())[0] == pytest.approx(hits / 4000, abs=0.03)


def test_groups_whose_differences_run_both_ways_are_types_of_their_own() -> None:
    """Five groups gain a statement, five err in another way and gain none: p is 2 of 2**5 swaps.

    Their differences of tables, (1, -2, 1) and (0, 1, -1), have negative cells, which are no digits.
    """
    a = counts_of(*["sh"] * 5, *["sn sn"] * 5)
    b = counts_of(*["sn"] * 5, *["ss sh"] * 5)
    assert swap_test(a, b, ACCURACY.of, 100, rng()) == (0.0625, "swap_exact")
    assert swap_test(a[::-1], b[::-1], ACCURACY.of, 100, rng()) == (0.0625, "swap_exact")


def test_a_p_value_is_never_0_however_large_the_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    """(c + 1) / (n + 1): 99 random swaps give at least 1 / 100."""
    monkeypatch.setattr("harness.uncertainty.permutation.MAX_EXACT", 1)
    a, b = counts_of(*["ss"] * 300), counts_of(*["sn"] * 300)
    assert compare_fixed(a, b, ACCURACY, resamples=99, rng=rng()).p == 0.01


def test_identical_systems_have_delta_0_and_p_1_and_no_claim_of_equality() -> None:
    a, _ = corpus(5)
    found = compare_fixed(a, a, MACRO_F1, rng=rng())
    assert (found.delta, found.p, found.low, found.mde, found.code) == (0, 1, None, None, "identical")


def test_equal_scores_of_different_systems_have_p_1() -> None:
    """One group won by each: every swap has a difference at least 0. Strictly greater would give 0.5."""
    found = compare_fixed(counts_of("ss", "sn", "nn"), counts_of("sn", "ss", "nn"), ACCURACY, rng=rng())
    assert (found.delta, found.p) == (0, 1)


def test_difference_interval_is_that_of_a_paired_t_test_for_single_statements() -> None:
    """Differences 1, 1, 0 ... of accuracy: the jackknife is the paired t interval with n - 1."""
    right_a, right_b = (
        np.array([1, 1, 1, 0, 1, 0, 1, 1, 0, 1, 1, 0]),
        np.array([1, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0, 0]),
    )
    a = counts_of(*("ss" if r else "sn" for r in right_a))
    b = counts_of(*("ss" if r else "sn" for r in right_b))
    found = compare_fixed(a, b, ACCURACY, rng=rng())
    low, high = stats.ttest_rel(right_a, right_b).confidence_interval()
    assert (found.low, found.high) == pytest.approx((low, high))


def test_mde_is_the_two_quantiles_times_the_error() -> None:
    """(t(0.975) + t(0.8)) * error; error = half width / t(0.975)."""
    a, b = corpus(6, n=600, k=450)
    found = compare_fixed(a, b, MACRO_F1, resamples=99, rng=rng())
    half = (found.high - found.low) / 2  # type: ignore[operator]
    assert found.mde == pytest.approx(half * (1 + stats.norm.ppf(0.8) / 1.96), rel=0.01)


def test_unpaired_counts_are_refused() -> None:
    with pytest.raises(InputError, match="same statements"):
        compare_fixed(counts_of("ss", "nn"), counts_of("ss", "sn"), ACCURACY, rng=rng())
    with pytest.raises(InputError, match="same statements"):
        compare_fixed(counts_of("ss", "nn"), counts_of("ss"), ACCURACY, rng=rng())


def test_one_group_has_a_difference_and_nothing_else() -> None:
    found = compare_fixed(counts_of("ss nn sn"), counts_of("sn nn sn"), ACCURACY, rng=rng())
    assert found.delta == pytest.approx(1 / 3)
    assert (found.p, found.low, found.mde, found.code) == (None, None, None, "few_groups")


def test_an_undefined_score_gives_no_difference() -> None:
    found = compare_fixed(counts_of("ss", "nn"), counts_of("ss", "nn"), MACRO_F1, rng=rng())
    assert (found.delta, found.p, found.code) == (None, None, "undefined")


def test_several_repeats_are_swapped_together() -> None:
    """Three equal repeats are one: the same delta, p and interval."""
    a, b = corpus(7)
    once = compare_fixed(a, b, MACRO_F1, rng=rng())
    thrice = compare_fixed(np.repeat(a, 3, axis=1), np.repeat(b, 3, axis=1), MACRO_F1, rng=rng())
    assert (thrice.p, thrice.low, thrice.high) == pytest.approx((once.p, once.low, once.high))


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), name=st.sampled_from(sorted(METRICS)))
def test_the_order_of_the_models_changes_only_the_sign(seed: int, name: str) -> None:
    a, b = corpus(seed, n=14, k=9)
    one, two = (compare_fixed(x, y, METRICS[name], resamples=200, rng=rng()) for x, y in ((a, b), (b, a)))
    if one.delta is None or two.delta is None:
        assert one.reason is not None
        return
    assert one.delta == pytest.approx(-two.delta)
    assert one.p is not None
    assert 0 < one.p <= 1
    assert one.p == pytest.approx(two.p)
    if one.low is not None and one.high is not None and one.mde is not None:
        assert one.low <= one.delta <= one.high
        assert math.isfinite(one.mde)
        assert one.low == pytest.approx(-two.high)  # type: ignore[operator]
    else:
        assert one.reason is not None


def test_holm_multiplies_the_smallest_by_the_number_of_tests_and_never_goes_down() -> None:
    """Sorted 0.01, 0.03, 0.04: times 3, 2, 1 = 0.03, 0.06, 0.04, and 0.04 is raised to 0.06."""
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])


def test_holm_leaves_out_comparisons_without_a_p() -> None:
    assert holm([None, 0.02, None, 0.6]) == [None, 0.04, None, 0.6]
    assert holm([]) == []


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holm_is_that_of_statsmodels(ps: list[float]) -> None:
    assert holm(ps) == pytest.approx(list(multipletests(ps, method="holm")[1]))


def test_accuracy_is_what_the_swap_test_swaps() -> None:
    a, b = corpus(11)
    assert swap_test(a, b, accuracy, 100, rng())[0] == swap_test(b, a, accuracy, 100, rng())[0]


def test_a_difference_that_one_group_makes_defined_has_a_p_and_no_interval() -> None:
    """Without the last group no statement is hedged, gold or predicted: macro-F1 is then 0/0."""
    found = compare_fixed(
        counts_of("ss", "nn", "sn", "hh"), counts_of("ss", "nn", "ss", "hh"), MACRO_F1, rng=rng()
    )
    assert (found.low, found.mde, found.code) == (None, None, "degenerate")
    assert found.p == 1


@pytest.mark.parametrize(("delta", "low", "high"), [(0.9, -0.32, 1.0), (-0.9, -1.0, 0.32), (0.0, -1.0, 1.0)])
def test_an_interval_of_a_difference_ends_where_the_metric_does(
    delta: float, low: float, high: float
) -> None:
    """t(0.975, 4) = 2.776 errors of 0.44 are 1.22, and two scores in [0, 1] differ by at most 1."""
    found = with_error(Difference(delta), 0.4394, 4, 1.0)
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-3)


def test_cutting_takes_no_true_difference_out_of_an_interval() -> None:
    """Whatever possible difference the uncut interval holds, the cut one holds."""
    for delta in np.linspace(-1, 1, 9):
        cut, uncut = (with_error(Difference(delta), 0.3, 4, span) for span in (1.0, math.inf))
        assert None not in (cut.low, cut.high, uncut.low, uncut.high)
        for truth in np.linspace(-1, 1, 41):
            assert (cut.low <= truth <= cut.high) == (uncut.low <= truth <= uncut.high)


def test_differences_of_a_correlation_may_be_as_large_as_2() -> None:
    a, b = counts_of("ss", "ss", "nn", "nn", "hh", "sn"), counts_of("sn", "sh", "ns", "nh", "hh", "ss")
    found = compare_fixed(a, b, METRICS["mcc"], rng=rng())
    assert found.delta is not None
    assert found.high is not None
    assert 1 < found.high <= 2


def test_models_that_differ_in_five_groups_have_no_detectable_difference_and_say_so() -> None:
    """2 / 2**5 = 0.0625 > 0.05, however many groups there are; six groups can: 2 / 2**6 = 0.03125."""
    assert (smallest_p(5), smallest_p(6)) == (0.0625, 0.03125)
    five, six = (
        compare_fixed(
            counts_of(*["ss"] * 40), counts_of(*["ss"] * (40 - k), *["sn"] * k), ACCURACY, rng=rng()
        )
        for k in (5, 6)
    )
    assert (five.p, five.mde, five.code) == (pytest.approx(0.0625), None, "no_power")
    assert "only 5 groups differ, and swapping them cannot give a p below 0.0625" in str(five.reason)
    assert None not in (five.low, five.high)
    assert (six.p, six.reason) == (pytest.approx(0.03125), None)
    assert six.mde is not None


def test_too_few_random_swaps_find_nothing_either(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.uncertainty.permutation.MAX_EXACT", 1)
    found = compare_fixed(*corpus(3), ACCURACY, resamples=10, rng=rng())
    assert (found.mde, found.code) == (None, "no_power")
    assert "10 random swaps cannot give a p below 0.0909" in str(found.reason)


def test_no_difference_is_called_detectable_that_is_not_possible() -> None:
    """(2.776 + 0.941) * 0.3 = 1.115 is more than two accuracies can differ by."""
    found = with_error(Difference(0.1, p=0.5), 0.3, 4, 1.0)
    assert (found.mde, found.p, found.code) == (None, 0.5, "no_power")
    assert "it would be 1.12, and no two scores of this metric differ by more than 1" in str(found.reason)
