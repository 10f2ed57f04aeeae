"""The field's metrics on tables worked by hand, and against the official scorers' rules row by row."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import InputError
from harness.metric_types import TYPES, spec_of
from harness.metrics import METRICS, confusion_counts
from harness.uncertainty import compare_fixed, group_counts, interval, power

STANCE = ("favor", "against", "none")
NEWS = ("agree", "disagree", "discuss", "unrelated")


def metric_of(scheme=STANCE, /, **entry):
    return spec_of(entry).metric(scheme)


def f_avg(**more):
    return metric_of(type="mean_f1", labels=["favor", "against"], **more)


def fnc(kind="relative"):
    return metric_of(NEWS, type="fnc", unrelated="unrelated", **{"as": kind})


def value(metric, *tables):
    return metric.value(np.array(tables, dtype=float))


# SemEval-2016 Task 6 ---------------------------------------------------------------------------------

TABLE = [[4, 1, 1], [2, 6, 0], [1, 1, 2]]  # gold in rows: favor 6, against 8, none 4


def test_the_semeval_score_is_the_mean_f1_of_favor_and_against_with_none_in_the_table():
    """F(favor) = 2·4 / (6 + 7) = 8/13, F(against) = 2·6 / (8 + 8) = 3/4.

    The statement of *none* that was called *favor* is among the 7; left out, they would be 6.
    """
    assert value(f_avg(), TABLE) == (pytest.approx((8 / 13 + 3 / 4) / 2), None)
    macro, _ = METRICS["macro_f1"].value([TABLE])  # F(none) = 2·2 / (4 + 3) = 4/7
    assert macro == pytest.approx((8 / 13 + 3 / 4 + 4 / 7) / 3)


def test_a_label_with_no_gold_and_no_prediction_counts_zero_as_officially():
    """No favor at all: F(against) = 2·3 / (3 + 4) = 6/7, and (0 + 6/7) / 2 = 3/7."""
    table = [[0, 0, 0], [0, 3, 0], [0, 1, 2]]
    assert value(f_avg(), table) == (pytest.approx(3 / 7), None)
    assert value(f_avg(empty="undefined"), table) == (
        None,
        "undefined: a label is neither gold nor predicted",
    )


def test_nothing_scored_is_undefined_also_where_empty_labels_count_zero():
    assert value(f_avg(), np.zeros((3, 3))) == (None, "undefined: there are no statements")


def test_one_named_label_gives_its_own_score_and_none_named_the_mean_over_all():
    assert value(metric_of(type="mean_precision", labels=["favor"]), TABLE)[0] == pytest.approx(4 / 7)
    assert value(metric_of(type="mean_recall", labels=["against"]), TABLE)[0] == pytest.approx(6 / 8)
    assert value(metric_of(type="mean_f1"), TABLE)[0] == METRICS["macro_f1"].value([TABLE])[0]


def official_semeval(rows):
    """Score as the task's eval.pl says: P, R and F start at 0, each computed where its denominator is not."""
    scores = []
    for label in ("favor", "against"):
        right = sum(g == p == label for g, p in rows)
        said, gold = sum(p == label for _, p in rows), sum(g == label for g, _ in rows)
        precision = right / said if said else 0
        recall = right / gold if gold else 0
        scores.append(2 * precision * recall / (precision + recall) if precision + recall else 0)
    return sum(scores) / 2


def table_of(rows, labels):
    gold = np.array([labels.index(g) for g, _ in rows])
    said = np.array([(*labels, None).index(p) for _, p in rows])
    return confusion_counts(gold, said, len(labels))


def rows_of(labels):
    return st.lists(
        st.tuples(st.sampled_from(labels), st.sampled_from((*labels, None))), min_size=1, max_size=30
    )


@settings(max_examples=200, deadline=None)
@given(rows=rows_of(STANCE))
def test_mean_f1_equals_the_official_semeval_scorer_on_any_rows(rows):
    assert value(f_avg(), table_of(rows, STANCE)) == (pytest.approx(official_semeval(rows)), None)


# Fake News Challenge ---------------------------------------------------------------------------------

PAIRS = [
    [3, 1, 0, 2],
    [0, 0, 2, 0],
    [1, 0, 4, 1],
    [0, 0, 2, 14],
]  # 6 agree, 2 disagree, 6 discuss, 16 unrelated


def test_the_score_of_the_fake_news_challenge_by_hand():
    """14 right unrelated: 14·0.25 = 3.5. Exact and related: 3 + 0 + 4 = 7, 1 each. Related and mistaken
    for each other: 1 + 2 + 1 = 4, 0.25 each = 1. Raw 11.5 of 16·0.25 + 14 = 18: 63.889.
    """
    assert value(fnc("raw"), PAIRS) == (3.5 + 7 + 1, None)
    assert value(fnc("maximum"), PAIRS) == (16 * 0.25 + 14, None)
    assert value(fnc(), PAIRS) == (pytest.approx(100 * 11.5 / 18), None)


def test_all_unrelated_earns_a_quarter_of_each_unrelated_pair():
    """The challenge's null score: 16·0.25 = 4 of 18."""
    said = np.zeros((4, 4))
    said[:, 3] = [6, 2, 6, 16]
    assert value(fnc(), said) == (pytest.approx(100 * 4 / 18), None)
    assert value(fnc(), np.diag([6, 2, 6, 16])) == (100, None)


def official_fnc(rows):
    """Add up as the challenge's scorer.py does: 0.25 if equal, 0.5 more if related, 0.25 if both are."""
    score = 0.0
    for gold, said in rows:
        if gold == said:
            score += 0.25 + 0.5 * (gold != "unrelated")
        if gold in NEWS[:3] and said in NEWS[:3]:
            score += 0.25
    return score


@settings(max_examples=200, deadline=None)
@given(rows=rows_of(NEWS))
def test_fnc_equals_the_official_scorer_on_any_rows(rows):
    raw, best = official_fnc(rows), official_fnc([(g, g) for g, _ in rows])
    table = table_of(rows, NEWS)
    assert value(fnc("raw"), table) == (pytest.approx(raw), None)
    assert value(fnc("maximum"), table) == (pytest.approx(best), None)
    assert value(fnc(), table) == (pytest.approx(100 * raw / best), None)


def test_the_unrelated_label_may_stand_anywhere_in_the_scheme():
    order = [3, 0, 1, 2]
    moved = np.array(PAIRS)[np.ix_(order, order)]
    metric = metric_of([NEWS[i] for i in order], type="fnc", unrelated="unrelated")
    assert value(metric, moved) == value(fnc(), PAIRS)


def test_the_sums_have_a_reason_in_place_of_an_interval():
    counts = np.array([PAIRS, PAIRS, np.diag([1, 1, 1, 1])])
    found = interval(counts, fnc("raw"), rng=np.random.default_rng(0))
    assert (found.value, found.low, found.code) == (11.5 * 2 + 3.25, None, "sum")


# pooled, and the mean over targets ---------------------------------------------------------------------

EASY, HARD = [[18, 2, 0], [2, 18, 0], [0, 0, 10]], [[1, 4, 0], [0, 5, 0], [0, 0, 10]]


def test_the_mean_over_targets_is_not_the_score_of_the_pooled_statements():
    """Easy target: both F1s are 36/40 = 0.9. Hard: F(favor) = 2/6, F(against) = 10/14, mean 11/21.

    The mean over targets is (0.9 + 11/21) / 2 = 0.712. Pooled: F(favor) = 38/46, F(against) = 46/54,
    mean 0.839: 12.7 points more.
    """
    by_target = f_avg(over="target")
    assert value(by_target, [*EASY, *HARD]) == (pytest.approx((0.9 + 11 / 21) / 2), None)
    pooled = np.add(EASY, HARD)
    assert value(f_avg(), pooled) == (pytest.approx((38 / 46 + 46 / 54) / 2), None)
    assert "mean over the values of target" in by_target.title
    assert f_avg().title.endswith("all statements pooled")


def test_a_target_without_statements_makes_the_mean_undefined():
    found, reason = value(f_avg(over="target"), [*EASY, *np.zeros((3, 3)).tolist()])
    assert found is None
    assert reason.endswith("within one target")


def test_any_metric_of_the_table_has_a_mean_over_targets():
    metric = metric_of(type="accuracy", name="by_target", over="target")
    assert value(metric, [*EASY, *HARD]) == (pytest.approx((46 / 50 + 16 / 20) / 2), None)
    assert metric.name == "by_target"


def stacked(seed, *recalls, n=120, groups=60):
    """Models on statements of 2 targets; half of the groups have statements of both."""
    rng = np.random.default_rng(seed)
    group = rng.permutation(np.arange(n) % groups)
    target = np.where(group < groups // 2, rng.integers(0, 2, n), group % 2)
    gold = rng.integers(0, 3, groups)[group]

    def said(recall):
        return np.where(rng.random(n) < recall, gold, rng.integers(0, 4, n))[None]

    return [group_counts(target * 3 + gold, said(recall), group, 3, 2) for recall in recalls or (0.7,)]


@pytest.mark.parametrize("method", ["auto", "bca_t", "percentile", "dirichlet", "jackknife"])
def test_the_interval_of_a_mean_over_targets_holds_the_value_and_stays_in_the_range(method):
    (counts,) = stacked(1)
    assert counts.shape == (60, 1, 6, 4), "two targets of three labels, and a column of what is no label"
    found = interval(counts, f_avg(over="target"), method=method, resamples=500, rng=np.random.default_rng(2))
    assert 0 <= found.low < found.value < found.high <= 1


def test_the_swap_test_of_a_mean_over_targets_is_one_for_identical_and_small_for_different_models():
    a, b = stacked(3, 0.9, 0.2)
    metric, rng = f_avg(over="target"), np.random.default_rng(0)
    same = compare_fixed(a, a, metric, resamples=500, rng=rng)
    assert (same.delta, same.p, same.code) == (0, 1, "identical")
    different = compare_fixed(a, b, metric, resamples=500, rng=rng)
    assert (different.p, different.method) == (1 / 501, "swap_monte_carlo+jackknife_t")
    assert power(a, b, metric, 0.5, rng=rng, simulations=50).needed < 60
    with pytest.raises(InputError, match="not of the same statements"):
        compare_fixed(a, stacked(4)[0], metric, rng=rng)


def news(seed, recall=0.6, groups=80):
    rng = np.random.default_rng(seed)
    gold = rng.choice(4, size=groups, p=[0.2, 0.15, 0.25, 0.4])
    said = [np.where(rng.random(groups) < recall, gold, rng.integers(0, 4, groups))[None] for _ in range(2)]
    return [group_counts(gold, s, np.arange(groups), 4) for s in said]


def test_the_relative_score_has_an_interval_in_0_to_100_and_identical_models_p_1():
    a, b = news(1)
    found = interval(a, fnc(), resamples=500, rng=np.random.default_rng(0))
    assert 0 <= found.low < found.value < found.high <= 100
    assert found.high - found.low > 5
    assert compare_fixed(a, a, fnc(), rng=np.random.default_rng(0)).p == 1
    assert 0 < compare_fixed(a, b, fnc(), resamples=500, rng=np.random.default_rng(0)).p <= 1


def test_only_the_named_labels_must_have_groups_enough():
    """Favor and against in 20 groups each, none in 1: no caution for their mean, one for the mean of all."""
    letters = [(0, 0), (0, 1), (1, 1), (1, 0)] * 10 + [(2, 2)]
    counts = np.zeros((len(letters), 1, 3, 3), dtype=np.int64)
    for i, (gold, said) in enumerate(letters):
        counts[i, 0, gold, said] = 1
    assert interval(counts, f_avg(), resamples=200, rng=np.random.default_rng(0)).reason is None
    whole = interval(counts, metric_of(type="mean_f1"), labels=STANCE, rng=np.random.default_rng(0))
    assert whole.reason.startswith("not_estimable: label none has 1 gold groups")


# a function of one's own ------------------------------------------------------------------------------

OWN = """
import math


def right(gold, predicted):
    return sum(g == p for g, p in zip(gold, predicted)) / len(gold)


def unread(gold, predicted):
    return predicted.count(None) / len(gold)


def table(counts, labels):
    assert counts.shape == (len(labels), len(labels) + 1)
    return counts.trace() / counts.sum()


def nothing(gold, predicted):
    return None


def nan(gold, predicted):
    return math.nan


def broken(gold, predicted):
    return 1 / 0


def words(gold, predicted):
    return "good"


def five(gold, predicted):
    return 5


number = 3
"""


@pytest.fixture
def own(tmp_path, monkeypatch):
    (tmp_path / "my_scores.py").write_text(OWN, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)

    def made(name, **more):
        return metric_of(type="function", function=f"my_scores.{name}", **more)

    return made


def test_a_function_of_labels_and_one_of_the_table_score_as_the_built_in_does(own):
    (counts,) = stacked(5, n=240, groups=120)
    counts = counts.reshape(120, 1, 2, 3, 4).sum(axis=2)
    expected = interval(counts, METRICS["accuracy"], rng=np.random.default_rng(0))
    for name, takes, method in (("right", "labels", "jackknife"), ("table", "table", "bca_t")):
        found = interval(counts, own(name, takes=takes), resamples=200, rng=np.random.default_rng(0))
        assert found.value == pytest.approx(expected.value)
        assert found.method == method
        assert found.low < found.value < found.high


def test_a_prediction_that_is_no_label_is_none_for_a_function(own):
    assert value(own("unread"), [[1, 0, 0, 1], [0, 1, 0, 0], [0, 0, 1, 0]]) == (1 / 4, None)


@pytest.mark.parametrize("name", ["nothing", "nan"])
def test_none_and_nan_of_a_function_are_undefined_with_a_reason(own, name):
    assert value(own(name), TABLE) == (None, f"undefined: my_scores.{name} gave no number")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("broken", "my_scores.broken failed: ZeroDivisionError"),
        ("words", "my_scores.words failed: ValueError: could not convert"),
        ("five", "my_scores.five gave 5, outside 0 to 1"),
        ("absent", "cannot import 'my_scores.absent'"),
        ("number", "'my_scores.number' is not a function"),
    ],
)
def test_what_goes_wrong_in_a_function_is_one_clear_error(own, name, message):
    with pytest.raises(InputError, match=message):
        value(own(name), TABLE)


def test_a_function_of_labels_is_not_asked_about_fractions_of_a_statement(own):
    counts, _ = news(2)
    counts = counts[:, :, :3, :3]
    found = interval(counts, own("right"), method="dirichlet", rng=np.random.default_rng(0))
    assert (found.low, found.code) == (None, "not_applicable")


# entries ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"labels": ["favor"]}, "needs a 'type'"),
        ({"type": "mean_f2"}, "unknown metric type 'mean_f2'"),
        ({"type": "mean_f1", "labels": []}, "at least 1 item"),
        ({"type": "mean_f1", "labels": ["favor", "favor"]}, "a label is there twice"),
        ({"type": "mean_f1", "empty": 1}, "empty"),
        ({"type": "fnc"}, "unrelated: Field required"),
        ({"type": "function", "function": "f"}, "function"),
        ({"type": "function", "function": "a.f", "low": 1}, "low must be below high"),
    ],
)
def test_an_entry_that_cannot_be_is_refused(entry, message):
    with pytest.raises(InputError, match=message):
        spec_of(entry)


def test_a_label_that_the_data_do_not_have_is_refused_with_the_nearest():
    with pytest.raises(InputError, match="'favour' is none of the labels") as error:
        metric_of(type="mean_f1", labels=["favour"])
    assert error.value.hint == "did you mean 'favor'?"


def test_every_type_says_its_source_and_its_edge_cases():
    for cls in TYPES.values():
        assert "Edge cases:" in cls.__doc__
        assert "Source" in cls.__doc__ or "et al." in cls.__doc__


def test_each_form_of_the_challenges_score_says_its_range_and_what_it_is():
    made = {kind: fnc(kind) for kind in ("relative", "raw", "maximum")}
    assert {kind: (m.low, m.high, m.total) for kind, m in made.items()} == {
        "relative": (0, 100, False),
        "raw": (0, float("inf"), True),
        "maximum": (0, float("inf"), True),
    }
    assert {kind: m.title for kind, m in made.items()} == {
        "relative": "FNC score, 100 x raw / maximum, all statements pooled",
        "raw": "FNC score, raw sum, all statements pooled",
        "maximum": "highest FNC score that the gold labels allow, all statements pooled",
    }
    for m in made.values():
        assert value(m, np.zeros((4, 4))) == (None, "undefined: there are no statements")


@pytest.mark.parametrize("kind", ["relative", "raw", "maximum"])
def test_many_tables_of_the_challenge_at_once_give_what_each_gives_alone(kind):
    of = fnc(kind).of
    tables = np.random.default_rng(0).integers(0, 9, (5, 2, 4, 4)).astype(float)
    alone = [[float(of(table)) for table in row] for row in tables]
    assert of(tables) == pytest.approx(np.array(alone))
