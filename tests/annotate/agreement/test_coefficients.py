"""Ordered labels, Fleiss, Gwet and intervals: published values, libraries as oracles, undefined cases.

V1 to V7 were computed with krippendorff 0.9, nltk 3.10, statsmodels 0.15 and scikit-learn 1.9; the values are
copied here.
"""

import krippendorff
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.inter_rater import fleiss_kappa as statsmodels_fleiss

from harness.alpha import alpha_interval, coincidences, distances, krippendorff_alpha
from harness.annotate.agreement.kappa import fleiss_kappa, gwet_ac1


def units(*annotators, turn=str):
    """Turn strings, one an annotator, into units; * is a missing value."""
    return [[None if v == "*" else turn(v) for v in unit] for unit in zip(*annotators, strict=True)]


V1 = units("*****34121133*3", "1*213343*******", "**21344*21133*4", turn=int)
V2 = units("123321412***", "1233224125*3", "*3332342251*", "12332441251*", turn=int)
V3 = units("aabbdcccedda", "babbbccceddd")
V4 = units("0100000010", "1110010000")
V5 = """0 0 0 0 14; 0 2 6 4 2; 0 0 3 5 6; 0 3 9 2 0; 2 2 8 1 1; 7 7 0 0 0; 3 2 6 3 0; 2 5 3 2 2; 6 5 2 1 0;
0 2 2 3 7"""
V7 = [["n", "n"]] * 118 + [["n", "s"]] * 5 + [["s", "n"]] * 2
LEVELS = ("nominal", "ordinal", "interval", "ratio")


def from_table(rows):
    """Turn counts, one row a unit, into units of labels."""
    return [[label for label, n in enumerate(row) for _ in range(n)] for row in rows]


@pytest.mark.parametrize(
    ("data", "values"),
    [
        (V1, (0.691358, 0.806721, 0.810845, 0.808944)),
        (V2, (0.743421, 0.815388, 0.849107, 0.797403)),
    ],
    ids=["V1", "V2"],
)
def test_alpha_has_the_published_values_at_every_level(data, values):
    found = [krippendorff_alpha(data, level) for level in LEVELS]
    assert found == [(pytest.approx(value, abs=5e-7), None) for value in values]


def test_a_declared_order_measures_words_as_their_numbers_would():
    """hedged < neutral < supportive as 1 < 2 < 3 (and an unused fourth) is V1 with other names."""
    names = {1: "one", 2: "two", 3: "three", 4: "four"}
    words = [[names.get(v) for v in unit] for unit in V1]
    found = krippendorff_alpha(words, "ordinal", order=["one", "two", "three", "four", "unused"])
    assert found == (pytest.approx(0.806721, abs=5e-7), None)
    backwards = krippendorff_alpha(words, "ordinal", order=["four", "three", "two", "one"])
    assert backwards == (pytest.approx(0.806721, abs=5e-7), None), "an order can be read from either end"


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from(LEVELS),
    st.lists(st.lists(st.sampled_from([None, 1, 2, 5]), min_size=3, max_size=3), min_size=2, max_size=12),
)
def test_alpha_equals_the_krippendorff_library_at_every_level(level, rows):
    found, reason = krippendorff_alpha(rows, level)
    pairable = {v for row in rows if sum(x is not None for x in row) > 1 for v in row if v is not None}
    if len(pairable) < 2:
        assert found is None
        assert reason
        return
    data = np.array([[np.nan if v is None else v for v in row] for row in rows]).T
    expected = krippendorff.alpha(data, level_of_measurement=level, value_domain=[1, 2, 5])
    assert found == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    ("level", "order", "rows", "message"),
    [
        ("ordinal", None, [["a", "b"]], "needs numbers, or an order"),
        ("interval", None, [["a", "b"]], "needs numbers"),
        ("interval", None, [[1, float("nan")]], "needs numbers"),
        ("ratio", None, [[1, -1]], "0 or more"),
        ("ordinal", ["a"], [["a", "b"]], "lacks 'b'"),
        ("ordinal", ["a", "b", "a"], [["a", "b"]], "twice"),
    ],
)
def test_labels_that_a_level_cannot_place_are_refused(level, order, rows, message):
    with pytest.raises(ValueError, match=message):
        krippendorff_alpha(rows, level, order)


def test_fleiss_has_the_published_value():
    rows = [[int(n) for n in row.split()] for row in V5.split(";")]
    assert fleiss_kappa(from_table(rows)) == (pytest.approx(0.209931, abs=5e-7), None)


def test_fleiss_of_two_annotators_is_scotts_pi():
    assert fleiss_kappa(V3) == (pytest.approx(0.678571, abs=5e-7), None)


@given(st.lists(st.lists(st.sampled_from("abc"), min_size=4, max_size=4), min_size=2, max_size=10))
def test_fleiss_equals_statsmodels(rows):
    table = np.array([[row.count(v) for v in "abc"] for row in rows])
    found, reason = fleiss_kappa(rows)
    if (table.sum(axis=0) > 0).sum() == 1:
        assert (found, reason) == (None, "only one label was used")
    else:
        assert found == pytest.approx(statsmodels_fleiss(table), abs=1e-12)


def test_ac1_has_the_published_values():
    assert gwet_ac1(V2) == (pytest.approx(0.77544, abs=5e-6), None)
    assert gwet_ac1(V7) == (pytest.approx(0.9408, abs=5e-5), None)


def test_ac1_counts_labels_that_nobody_used():
    """One of two agree; shares 3/4, 1/4: chance is 2 x 3/16 over 2 - 1, or over 3 - 1 with a third label."""
    rows = [["a", "a"], ["a", "b"]]
    assert gwet_ac1(rows) == (pytest.approx((1 / 2 - 3 / 8) / (1 - 3 / 8)), None)
    assert gwet_ac1(rows, labels="abc") == (pytest.approx((1 / 2 - 3 / 16) / (1 - 3 / 16)), None)


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([], "no unit was labelled by two annotators"),
        ([["a", None], [None, "b"]], "no unit was labelled by two annotators"),
        ([["a", "a"], ["a", "a"]], "only one label was used"),
    ],
)
def test_what_is_undefined_says_why(rows, reason):
    assert gwet_ac1(rows, labels="abc") == (None, reason)
    assert krippendorff_alpha(rows, "ordinal", order="abc") == (None, reason)


def test_fleiss_needs_the_same_number_of_labels_everywhere():
    assert fleiss_kappa([["a"], ["b"]]) == (None, "no unit was labelled by two annotators")
    assert fleiss_kappa([]) == (None, "no unit was labelled by two annotators")
    assert fleiss_kappa([["a", "b"], ["a", None]])[1] == "some units were not labelled by every annotator"
    assert fleiss_kappa([["a", "b"], ["a", "a", "a"]])[1] == "some units were not labelled by every annotator"
    assert fleiss_kappa([["a", "a"]]) == (None, "only one label was used")


def interval(*articles, seed=0, labels="ab"):
    tables = [coincidences(rows, labels) for rows in articles]
    return alpha_interval(tables, distances("nominal", labels), np.random.default_rng(seed), resamples=400)


MIXED = [["a", "a"], ["b", "b"], ["a", "b"]]
SAME = [["a", "a"], ["b", "b"]]


def test_the_interval_holds_alpha_and_is_drawn_from_the_generator_alone():
    articles = [[*MIXED * i, *SAME * (7 - i), *[["b", "a"]] * (i % 3)] for i in range(7)]
    value, _ = krippendorff_alpha([row for rows in articles for row in rows])
    found = interval(*articles)
    assert found.low < value < found.high
    assert found == interval(*articles)
    assert found != interval(*articles, seed=1)


def test_one_article_gives_no_interval():
    found = interval(MIXED)
    assert (found.low, found.high, found.n_articles) == (None, None, 1)
    assert "fewer than two articles" in found.reason


def test_an_article_without_pairs_is_not_drawn():
    assert interval(MIXED, [["a", None]]).n_articles == 1


def test_annotators_who_never_differ_have_no_interval_of_width_zero():
    found = interval(SAME, SAME)
    assert (found.low, found.reason) == (None, "alpha does not vary between the resamples")


def test_resamples_with_one_label_alone_are_counted_and_said():
    """Of two articles, a quarter of the resamples draw the one without b twice."""
    found = interval([["a", "a"]] * 3, MIXED)
    assert found.low is None
    assert "undefined in" in found.reason
