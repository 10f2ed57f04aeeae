"""Scores that are means over training seeds: what of their spread is the seeds' own, and wider intervals."""

import math

import numpy as np
import pytest

from harness.metrics import METRICS
from harness.uncertainty import (
    by_seed,
    compare_fixed,
    group_counts,
    interval,
    mean_interval,
    seed_noise,
    seed_part,
    trained_interval,
    widened_ends,
)
from harness.uncertainty.methods import t_quantile
from harness.uncertainty.seeds import SeedPart, joint_error
from harness.uncertainty.trained import split_free

ACCURACY, MACRO_F1 = METRICS["accuracy"], METRICS["macro_f1"]


def counts_of(*rows, gold=None):
    """Count predictions, one row a seed, of statements that are groups of their own; gold is 0 1 0 1 ..."""
    n = len(rows[0])
    gold = np.arange(n) % 2 if gold is None else gold
    return group_counts(gold, np.array(rows), np.arange(n), 2)


def predictions(rights, n=40, rng=None):
    """Return for each seed predictions with so many right, the wrong ones anywhere."""
    rng = rng or np.random.default_rng(5)
    gold, rows = np.arange(n) % 2, []
    for right in rights:
        wrong = rng.permutation(n)[right:]
        row = gold.copy()
        row[wrong] = 1 - row[wrong]
        rows.append(row)
    return rows


def test_a_seed_scores_the_mean_of_its_repeats():
    """Of two statements the repeats of the first seed get 2 and 1 right, those of the second 0 and 1."""
    counts = counts_of([0, 1], [0, 0], [1, 0], [1, 1])
    assert by_seed(counts, ACCURACY, 2).tolist() == [0.75, 0.25]


def test_a_spread_that_leaving_groups_out_does_not_change_is_the_seeds_own():
    part = seed_part([0.5, 0.6, 0.7], np.array([[0.5, 0.6, 0.7]] * 9))
    assert (part.seen, part.own) == (pytest.approx(0.01 / 3), pytest.approx(0.01 / 3))


def test_what_seeds_owe_to_the_draw_of_groups_is_taken_off():
    """Two seeds with 30 of 40 right, all errors different: s is 0, and nothing is left of the seeds."""
    gold = np.arange(40) % 2
    rows = np.stack([gold, gold])
    rows[0, :10], rows[1, 10:20] = 1 - gold[:10], 1 - gold[10:20]
    counts = counts_of(*rows)
    left_out = np.stack([(rows == gold).sum(axis=1) - (rows[:, i] == gold[i]) for i in range(40)]) / 39
    part = seed_part(by_seed(counts, ACCURACY, 2), left_out)
    assert (part.seen, part.own) == (0, 0)
    # with 34 and 26 right: s**2 = 0.02; both = 2 * jackknife variance of half the difference, over K - 1
    rows = np.stack([gold, gold])
    rows[0, :6], rows[1, 6:20] = 1 - gold[:6], 1 - gold[6:20]
    right = rows == gold
    half = (right[0].astype(float) - right[1]) / 2
    jackknife = half.var(ddof=1) / 40
    left_out = (right.sum(axis=1) - right.T) / 39
    part = seed_part(right.mean(axis=1), left_out)
    assert part.seen == pytest.approx(0.02 / 2)
    assert part.own == pytest.approx((0.02 - 2 * jackknife) / 2)


def test_a_score_that_is_undefined_without_some_group_has_nothing_taken_off():
    left_out = np.array([[0.5, 0.6], [np.nan, 0.6]])
    assert seed_part([0.5, 0.6], left_out).own == pytest.approx(0.005 / 2)


def test_the_joint_error_adds_variances_and_has_satterthwaites_degrees_of_freedom():
    """0.01 of 40 and 0.02 of 2 degrees: 0.03 with 0.0009 / (0.0001 / 40 + 0.0004 / 2) = 4.44."""
    error, df = joint_error(0.01, 40, [SeedPart(0.02, 0.02, 3)])
    assert error == pytest.approx(math.sqrt(0.03))
    assert df == pytest.approx(0.0009 / 0.0002025)
    assert joint_error(0.01, 40, [SeedPart(0.0, 0.02, 3)]) == (0.1, pytest.approx(40))


def test_both_arms_grow_by_one_factor():
    part = SeedPart(0.03, 0.03, 5)
    low, high = widened_ends((0.4, 0.7), 0.5, part, 0.01, 41, 0.95)
    error, df = joint_error(0.01, 40, [part])
    factor = error / 0.1 * t_quantile(0.95, df) / t_quantile(0.95, 40)
    assert factor > 2
    assert low == pytest.approx(0.5 - 0.1 * factor)
    assert high == pytest.approx(0.5 + 0.2 * factor)
    assert widened_ends((0.4, 0.7), 0.5, SeedPart(0.0, 0.03, 5), 0.01, 41, 0.95) == (0.4, 0.7)


def test_without_a_variance_over_groups_the_half_width_stands_for_it():
    """A half width of 0.1 at t(40) = 2.021 is an error of 0.0495."""
    part = SeedPart(0.03, 0.03, 5)
    expected = widened_ends((0.4, 0.6), 0.5, part, (0.1 / t_quantile(0.95, 40)) ** 2, 41, 0.95)
    assert widened_ends((0.4, 0.6), 0.5, part, float("nan"), 41, 0.95) == pytest.approx(expected)
    alone = widened_ends((0.5, 0.5), 0.5, part, 0.0, 41, 0.95)
    assert alone == pytest.approx((0.5 - 2.776 * math.sqrt(0.03), 0.5 + 2.776 * math.sqrt(0.03)), abs=1e-3)


@pytest.mark.parametrize("metric", [ACCURACY, MACRO_F1])
def test_seeds_that_agree_leave_the_interval_as_it_is(metric):
    [row] = predictions([30])
    counts = counts_of(row, row, row)
    found = interval(counts, metric, n_seeds=3, rng=np.random.default_rng(1))
    assert found == interval(counts, metric, rng=np.random.default_rng(1))
    assert not found.method.endswith("+seeds")


@pytest.mark.parametrize("metric", [ACCURACY, MACRO_F1])
def test_seeds_that_differ_more_than_their_errors_explain_widen_it(metric):
    counts = counts_of(*predictions([36, 20, 28]))
    wide = interval(counts, metric, n_seeds=3, rng=np.random.default_rng(1))
    narrow = interval(counts, metric, rng=np.random.default_rng(1))
    assert wide.value == narrow.value
    assert wide.low < narrow.low - 0.1
    assert wide.high > narrow.high + 0.05
    assert wide.method == f"{narrow.method}+seeds"


def test_the_mean_of_a_loss_is_widened_alike():
    rng = np.random.default_rng(2)
    sums, sizes = np.stack([rng.exponential(size=30) + shift for shift in (0, 1, 2)]), np.ones(30)
    wide = mean_interval(sums, sizes, rng=np.random.default_rng(1))
    narrow = mean_interval(sums.mean(axis=0), sizes, rng=np.random.default_rng(1))
    assert wide.value == pytest.approx(narrow.value)
    assert wide.high - wide.low > 2 * (narrow.high - narrow.low)
    assert (narrow.method, wide.method) == ("bca_t", "bca_t+seeds")
    same = mean_interval(np.stack([sums[0]] * 3), sizes, rng=np.random.default_rng(1))
    assert same == mean_interval(sums[0], sizes, rng=np.random.default_rng(1))


def test_a_difference_is_tested_over_seeds_where_they_differ():
    """The first model wins by 4 of 40 on the average of its seeds, which lie 16 apart."""
    rows = predictions([36, 20, 28]), predictions([24])
    a, b = counts_of(*rows[0]), counts_of(*rows[1])
    over = compare_fixed(a, b, ACCURACY, n_seeds=(3, 1), rng=np.random.default_rng(1))
    given = compare_fixed(a, counts_of(*rows[1] * 3), ACCURACY, rng=np.random.default_rng(1))
    assert over.delta == given.delta == pytest.approx(0.1)
    assert over.method == "seeds_t"
    assert over.p > 0.4
    assert over.high - over.low > 1.5 * (given.high - given.low)
    assert over.mde > given.mde
    assert over.low <= 0 <= over.high, "the interval and the test agree"


def test_a_difference_of_models_whose_seeds_agree_is_swapped_as_ever():
    one, two = predictions([30, 24])
    a, b = counts_of(one, one), counts_of(two, two)
    over = compare_fixed(a, b, ACCURACY, n_seeds=(2, 2), rng=np.random.default_rng(1))
    assert over == compare_fixed(a, b, ACCURACY, rng=np.random.default_rng(1))
    assert over.method.startswith("swap")


def test_repeats_of_the_model_with_fewer_seeds_count_several_times():
    rows = predictions([36, 20]), predictions([24, 26])
    a, b = counts_of(*rows[0]), counts_of(*rows[1])
    swapped = compare_fixed(b, a, ACCURACY, n_seeds=(2, 2), rng=np.random.default_rng(1))
    over = compare_fixed(a, b, ACCURACY, n_seeds=(2, 2), rng=np.random.default_rng(1))
    assert (over.delta, over.p) == (pytest.approx(-swapped.delta), pytest.approx(swapped.p))
    three = counts_of(*predictions([36, 20, 28]))
    both = compare_fixed(three, b, ACCURACY, n_seeds=(3, 2), rng=np.random.default_rng(1))
    assert both.delta == pytest.approx(0.7 - 25 / 40)


def test_the_noise_of_one_seed_beside_a_mean_of_several():
    """Variances 0.02 and 0 within the two repeats, mean 0.01; a mean over two seeds has half of it."""
    table = np.array([[0.5, 0.7], [0.6, 0.6]])
    assert seed_noise(table) == pytest.approx(0.01 * 0.5)
    assert seed_noise(table[:, :1]) == 0


def test_reruns_that_take_turns_with_the_seeds_leave_the_variance_of_their_mean():
    """0.4, 0.5 and 0.6 in turn vary by 0.02/3; less the noise 0.01/3 is left, as for a mean of three."""
    table = np.array([[0.4, 0.5, 0.6]])
    assert table.var() - seed_noise(table, kept=True) == pytest.approx(0.01 / 3)
    assert 0.01 - seed_noise(table) == pytest.approx(0.01 / 3), "as with new seeds, which vary by 0.01"


def test_reruns_lose_the_noise_of_their_single_seed():
    """A variance of 0.04 less 0.01 for the seed; folds of one repeat say nothing."""
    values = 0.5 + 0.2 * np.array([-1, 1]) / math.sqrt(2)
    assert split_free(values, np.array([0.5]), 1, 0.01) == pytest.approx(math.sqrt(0.03))
    assert split_free(values, np.array([0.5]), 1, 0.09) == pytest.approx(0.1), "three quarters at most"
    wide = trained_interval(0.5, np.linspace(0.4, 0.6, 21), 45)
    less = trained_interval(0.5, np.linspace(0.4, 0.6, 21), 45, by_repeat=[[0.45, 0.5, 0.55]])
    assert less.high - less.low < wide.high - wide.low


def test_identical_predictions_do_not_differ_whatever_seeds_they_come_from():
    """One model's three seeds against the same three: nothing differs, so there is no interval."""
    a = counts_of(*predictions([36, 20, 28]))
    found = compare_fixed(a, a, ACCURACY, n_seeds=(3, 3), rng=np.random.default_rng(1))
    assert (found.delta, found.p, found.low, found.high, found.code) == (0, 1, None, None, "identical")
