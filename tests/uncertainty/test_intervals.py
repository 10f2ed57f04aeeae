"""Intervals of fixed predictions: agreement with other packages, the default rule, degenerate samples."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from harness.distribution_scores import correlation, moments
from harness.errors import InputError
from harness.metrics import METRICS, FloatArray, macro_f1
from harness.uncertainty import METHODS, GroupTypes, interval, label_metric, mean_interval, sums_interval
from harness.uncertainty.methods import bca_ends

from .samples import corpus, counts_of, singles

MACRO_F1, ACCURACY = METRICS["macro_f1"], METRICS["accuracy"]


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def test_accuracy_of_single_statements_is_wilson_of_statsmodels_with_n_minus_1_and_t() -> None:
    """14 of 20 right, singletons: design effect 20 / 19, so effective n 19; t(19) = 2.093 for 1.960."""
    found = interval(singles(14, 6), ACCURACY, rng=rng())
    alpha = 2 * stats.norm.sf(stats.t.ppf(0.975, 19))
    low, high = proportion_confint(0.7 * 19, 19, alpha=alpha, method="wilson")
    assert (found.low, found.high) == pytest.approx((low, high))
    assert (found.value, found.method, found.reason) == (0.7, "wilson", None)


def test_accuracy_of_pairs_that_agree_counts_each_pair_once() -> None:
    """14 right pairs and 6 wrong ones, 40 statements, tell as much as 20 statements."""
    pairs = interval(2 * singles(14, 6), ACCURACY, rng=rng())
    ones = interval(singles(14, 6), ACCURACY, rng=rng())
    assert (pairs.low, pairs.high) == pytest.approx((ones.low, ones.high))


def test_percentile_agrees_with_scipy_bootstrap_of_the_groups() -> None:
    counts, _ = corpus(1, n=200, k=150)
    found = interval(counts, MACRO_F1, method="percentile", rng=rng())
    other = _scipy(counts, "percentile", 0.95)
    assert (found.low, found.high) == pytest.approx(other, abs=0.01)


def test_bca_t_is_scipy_bca_at_the_level_whose_z_is_the_widened_t() -> None:
    """With K groups, z = t(K - 1) * sqrt(K / (K - 1)) belongs to the level 2 * Phi(z) - 1."""
    counts, _ = corpus(2, n=200, k=150)
    z = stats.t.ppf(0.975, 149) * math.sqrt(150 / 149)
    found = interval(counts, MACRO_F1, method="bca_t", rng=rng())
    assert (found.low, found.high) == pytest.approx(
        _scipy(counts, "BCa", 2 * stats.norm.cdf(z) - 1), abs=0.01
    )


def _scipy(counts: np.ndarray, method: str, level: float) -> tuple[float, float]:
    def statistic(rows: np.ndarray) -> float:
        return float(macro_f1(counts[rows, 0].sum(axis=0).astype(float)))

    found = stats.bootstrap(
        (np.arange(len(counts)),), statistic, vectorized=False, n_resamples=4000, method=method,
        confidence_level=level, rng=np.random.default_rng(3),
    )  # fmt: skip
    return found.confidence_interval.low, found.confidence_interval.high


def test_dirichlet_of_a_two_by_two_table_of_accuracy_is_the_beta_distribution() -> None:
    """14 of 20 right, 0.1 in each of 4 cells: Beta(14.2, 6.2); its median is 0.702, so the low end moves."""
    found = interval(singles(14, 6), ACCURACY, method="dirichlet", resamples=200_000, rng=rng())
    low, middle, high = stats.beta.ppf([0.025, 0.5, 0.975], 14.2, 6.2)
    assert middle > 0.7
    assert found.low == pytest.approx(low + 0.7 - middle, abs=0.002)
    assert found.high == pytest.approx(high, abs=0.002)


def test_dirichlet_takes_doubled_statements_for_what_they_are() -> None:
    """Sizes 2: n = 40, sum of squares 80, effective n 20."""
    ones = interval(singles(14, 6), ACCURACY, method="dirichlet", rng=rng())
    twos = interval(2 * singles(14, 6), ACCURACY, method="dirichlet", rng=rng())
    assert (twos.low, twos.high) == pytest.approx((ones.low, ones.high))


def test_jackknife_interval_of_accuracy_is_p_plus_minus_t_errors() -> None:
    found = interval(singles(45, 15), ACCURACY, method="jackknife", rng=rng())
    half = stats.t.ppf(0.975, 59) * math.sqrt(0.75 * 0.25 / 59)
    assert (found.low, found.high) == pytest.approx((0.75 - half, 0.75 + half))


@pytest.mark.parametrize(
    ("metric", "groups", "method"),
    [
        (ACCURACY, 45, "wilson"),
        (MACRO_F1, 45, "dirichlet"),
        (MACRO_F1, 450, "bca_t"),
        (METRICS["mcc"], 45, "dirichlet"),
        (label_metric("recall", 0), 45, "bca_t"),
        (label_metric("recall", 2), 45, "dirichlet"),
    ],
)
def test_an_interval_is_by_the_method_that_its_rarest_label_allows(
    metric: object, groups: int, method: str
) -> None:
    """15 % of 45 groups are about 7 groups, fewer than 15; 60 % are 27, and 15 % of 450 are 68."""
    found = interval(corpus(4, n=groups + 15, k=groups)[0], metric, resamples=500, rng=rng())  # type: ignore[arg-type]
    assert found.method == method


def test_a_sample_with_thousands_of_different_groups_takes_the_jackknife(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("harness.uncertainty.intervals.MAX_TYPES", 5)
    assert interval(corpus(4, n=400, k=300)[0], MACRO_F1, rng=rng()).method == "jackknife"


def test_macro_f1_is_printed_but_not_estimable_below_five_gold_groups_of_a_label() -> None:
    rest = ["ss"] * 20 + ["nn"] * 10
    four = interval(counts_of(*rest, *["hh"] * 3, "hs"), MACRO_F1, rng=rng())
    five = interval(counts_of(*rest, *["hh"] * 4, "hs"), MACRO_F1, rng=rng())
    assert four.reason == "not_estimable: label number 2 has 4 gold groups, fewer than 5"
    assert four.low is not None
    assert five.reason is None
    assert interval(counts_of(*rest, "hh"), ACCURACY, rng=rng()).reason is None
    assert interval(counts_of(*rest, "hh"), label_metric("f1", 2), rng=rng()).code == "not_estimable"
    assert interval(counts_of(*rest, "hh"), label_metric("f1", 0), rng=rng()).code is None


def test_a_majority_classifier_has_a_macro_f1_of_027_and_not_078() -> None:
    """Gold 41, 12 and 7, all called the first: F1 2 * 41 / (41 + 60) = 0.812, 0 and 0; a third is 0.271."""
    found = interval(counts_of(*["ss"] * 41, *["ns"] * 12, *["hs"] * 7), MACRO_F1, rng=rng())
    assert found.value == pytest.approx(0.2706, abs=1e-4)
    assert found.low is not None
    assert found.low <= 0.2706


def test_one_group_has_a_value_and_no_interval() -> None:
    found = interval(counts_of("ss nn hh sn"), MACRO_F1, rng=rng())
    assert (found.low, found.high, found.code) == (None, None, "few_groups")
    assert found.value == pytest.approx((2 / 3 + 2 / 3 + 1) / 3)


def test_groups_without_statements_are_no_evidence() -> None:
    padded = np.concatenate([counts_of("ss nn hh"), np.zeros((5, 1, 3, 3), dtype=np.int64)])
    assert interval(padded, MACRO_F1, rng=rng()).code == "few_groups"


@pytest.mark.parametrize("counts", [counts_of("ss", "nn"), np.zeros((0, 1, 3, 3)), np.zeros((3, 1, 3, 3))])
def test_an_undefined_score_is_none_with_a_reason(counts: np.ndarray) -> None:
    found = interval(counts, MACRO_F1, rng=rng())
    assert (found.value, found.low, found.high, found.code) == (None, None, None, "undefined")


def test_perfect_predictions_reach_1_and_do_not_claim_certainty() -> None:
    perfect = counts_of(*["ss"] * 20, *["nn"] * 10, *["hh"] * 6)
    for metric in METRICS.values():
        found = interval(perfect, metric, rng=rng())
        assert found.high == found.value == 1
        assert found.low is not None
        assert found.low < 0.99


def test_a_bootstrap_that_does_not_vary_is_degenerate_when_it_was_asked_for() -> None:
    perfect = counts_of(*["ss"] * 20, *["nn"] * 10, *["hh"] * 20)
    for method in ("percentile", "bca_t", "jackknife"):
        assert interval(perfect, MACRO_F1, method=method, rng=rng()).code == "degenerate"
    assert interval(perfect, MACRO_F1, rng=rng()).method == "dirichlet"


def test_wilson_is_for_accuracy_only() -> None:
    assert interval(corpus(1)[0], MACRO_F1, method="wilson", rng=rng()).code == "not_applicable"


def test_an_unknown_method_is_refused_with_the_nearest() -> None:
    with pytest.raises(InputError, match="did you mean 'dirichlet'"):
        interval(corpus(1)[0], MACRO_F1, method="dirichlett", rng=rng())


def test_no_method_takes_folds_for_independent() -> None:
    assert set(METHODS) == {"percentile", "bca_t", "dirichlet", "wilson", "jackknife"}


def test_any_function_of_tables_is_a_metric() -> None:
    def hedged_as_neutral(tables: FloatArray) -> FloatArray:
        return np.asarray(tables[..., 2, 1] / tables[..., 2, :].sum(axis=-1))

    found = interval(corpus(1)[0], hedged_as_neutral, rng=rng())
    assert found.value is not None
    assert found.low is not None
    assert 0 <= found.low <= found.value


def test_a_higher_level_is_wider() -> None:
    counts = corpus(8)[0]
    for metric in (MACRO_F1, ACCURACY):
        narrow, wide = (interval(counts, metric, level=level, rng=rng()) for level in (0.8, 0.99))
        assert wide.low < narrow.low < narrow.high < wide.high  # type: ignore[operator]


def test_the_same_seed_gives_the_same_interval() -> None:
    counts = corpus(9)[0]
    assert interval(counts, MACRO_F1, rng=rng()) == interval(counts, MACRO_F1, rng=rng())


@settings(max_examples=60, deadline=None)
@given(
    counts=arrays(
        np.int64,
        st.tuples(st.integers(1, 8), st.integers(1, 2), st.just(3), st.just(3)),
        elements=st.integers(0, 3),
    ),
    name=st.sampled_from(sorted(METRICS)),
    method=st.sampled_from(["auto", *METHODS]),
)
def test_ends_enclose_the_value_within_the_range_or_are_none_with_a_reason(
    counts: np.ndarray, name: str, method: str
) -> None:
    metric = METRICS[name]
    found = interval(counts, metric, method=method, resamples=200, rng=rng())
    assert (found.low is None) == (found.high is None)
    if found.low is None or found.high is None:
        assert found.reason is not None
    else:
        assert found.value is not None
        assert metric.low <= found.low <= found.value <= found.high <= metric.high
    assert all(v is None or math.isfinite(v) for v in (found.value, found.low, found.high))


def test_mean_over_statements_is_the_mean_and_its_interval_that_of_scipy_bca() -> None:
    losses = np.random.default_rng(1).exponential(size=150)
    found = mean_interval(losses, np.ones(150), rng=rng())
    z = stats.t.ppf(0.975, 149) * math.sqrt(150 / 149)
    other = stats.bootstrap(
        (losses,), np.mean, confidence_level=2 * stats.norm.cdf(z) - 1, method="BCa", rng=rng()
    ).confidence_interval
    assert found.value == pytest.approx(losses.mean())
    assert (found.low, found.high) == pytest.approx((other.low, other.high), abs=0.01)


def test_mean_over_statements_weighs_statements_and_not_groups() -> None:
    """Sums 3 and 1 over 6 and 1 statements: 4 / 7, not (0.5 + 1) / 2."""
    assert mean_interval([3, 1, 0], [6, 1, 0], rng=rng()).value == pytest.approx(4 / 7)


def test_a_statistic_of_sums_has_the_interval_of_scipy_bca() -> None:
    """A correlation of 150 pairs, from what adds up; one of the pairs alone has none."""
    x = np.random.default_rng(2).normal(size=150)
    y = x + np.random.default_rng(3).normal(size=150)
    sums = moments(x, y)[:, None]
    found = sums_interval(sums, correlation, low=-1, high=1, rng=rng())
    z = stats.t.ppf(0.975, 149) * math.sqrt(150 / 149)
    other = stats.bootstrap(
        (x, y),
        lambda a, b: stats.pearsonr(a, b).statistic,
        paired=True,
        vectorized=False,
        n_resamples=4000,
        confidence_level=2 * stats.norm.cdf(z) - 1,
        method="BCa",
        rng=rng(),
    ).confidence_interval
    assert found.method == "bca_t"
    assert found.value == pytest.approx(stats.pearsonr(x, y).statistic)
    assert (found.low, found.high) == pytest.approx((other.low, other.high), abs=0.01)
    alone = sums_interval(sums[:1], correlation, low=-1, high=1, undefined="constant", rng=rng())
    assert (alone.value, alone.reason) == (None, "undefined: constant")


@pytest.mark.parametrize(
    ("sums", "counts", "code"),
    [
        ([], [], "undefined"),
        ([1.0], [2], "few_groups"),
        ([1.0, 1.0], [2, 2], "degenerate"),
        ([np.nan, 1], [1, 1], "undefined"),
    ],
)
def test_a_mean_without_evidence_has_no_interval(sums: list[float], counts: list[int], code: str) -> None:
    found = mean_interval(sums, counts, rng=rng())
    assert (found.low, found.high, found.code) == (None, None, code)


def test_bca_ends_of_types_are_those_of_the_groups_one_by_one() -> None:
    """Nine groups without whom the score is 0.5 and one without whom it is 0.2: skewed by the one."""
    values = np.linspace(0.1, 0.9, 1001)
    tables = np.zeros((2, 1))
    by_type = GroupTypes(tables, np.array([9, 1]))
    one_by_one = GroupTypes(np.zeros((10, 1)), np.ones(10, dtype=np.int64))
    left_out = np.array([0.5, 0.2])
    found = bca_ends(values, 0.47, left_out, by_type, 0.95)
    assert found == pytest.approx(bca_ends(values, 0.47, left_out[[0] * 9 + [1]], one_by_one, 0.95))


def test_half_of_the_resamples_that_tie_with_the_value_lie_below_it() -> None:
    """Values symmetric about 0.5, half of them 0.5 itself: no bias, no skew, so symmetric ends."""
    values = np.concatenate([np.full(1000, 0.5), np.linspace(0, 1, 1001)])
    types = GroupTypes(np.zeros((2, 1)), np.array([5, 5]))
    low, high = bca_ends(values, 0.5, np.array([0.4, 0.6]), types, 0.95) or (0.0, 0.0)
    assert low + high == pytest.approx(1)
    assert 0 < low < 0.5


def test_an_interval_carries_its_level_and_a_label_its_range() -> None:
    assert label_metric("f1", 0).low == 0
    assert label_metric("f1", 0).high == 1
    means = mean_interval([0.1, 0.9, 0.4], [1, 1, 1], level=0.9, rng=np.random.default_rng(0))
    assert means.low is not None
    assert means.level == 0.9
    assert interval(singles(8, 4), METRICS["accuracy"], level=0.9, rng=np.random.default_rng(0)).level == 0.9
