"""Metrics: hand-worked values, scikit-learn as an oracle, and undefined that is never zero."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as sk

from harness.errors import InputError
from harness.metrics import (
    METRICS,
    accuracy,
    confusion_counts,
    macro_f1,
    metric,
    per_label,
    precision,
    recall,
)

N = 3
PAIRS = st.lists(st.tuples(st.integers(0, N - 1), st.integers(0, N - 1)), min_size=1, max_size=40)
MAJORITY = [[6, 0, 0], [3, 0, 0], [1, 0, 0]]  # 6, 3 and 1 statements, all predicted as the first label


def table(pairs):
    gold, predicted = (np.array(side) for side in zip(*pairs, strict=True))
    return gold, predicted, confusion_counts(gold, predicted, N)


def value(name, *confusions):
    return metric(name).value(confusions)


def test_the_macro_f1_of_a_majority_classifier_by_hand():
    """F1 of the first label is 2·6 / (2·6 + 4) = 0.75, of the others 0: the mean is 0.25, not 0.6."""
    assert value("macro_f1", MAJORITY) == (0.25, None)
    assert value("accuracy", MAJORITY) == (0.6, None)
    assert value("balanced_accuracy", MAJORITY) == (pytest.approx(1 / 3), None)
    assert value("weighted_f1", MAJORITY) == (pytest.approx(0.75 * 0.6), None)


def test_all_right_is_one_and_all_wrong_is_zero_or_less():
    right, wrong = np.diag([2, 3, 4]), np.array([[0, 2, 0], [0, 0, 3], [4, 0, 0]])
    for name, m in METRICS.items():
        assert value(name, right) == (pytest.approx(1), None), name
        found, reason = value(name, wrong)
        assert reason is None
        assert m.low <= found <= 0, name


def test_the_two_macro_f1_of_opitz_and_burst_differ():
    """P = (1/2, 1, 1), R = (1, 1/2, 1/2): F1s are 2/3 each; of the means, 2·(5/6)(2/3)/(3/2) = 20/27."""
    confusion = [[2, 0, 0], [1, 1, 0], [1, 0, 1]]
    assert value("macro_f1", confusion) == (pytest.approx(2 / 3), None)
    assert value("macro_f1_of_means", confusion) == (pytest.approx(20 / 27), None)


ORACLES = {
    "macro_f1": lambda g, p: sk.f1_score(g, p, labels=range(N), average="macro", zero_division=np.nan),
    "weighted_f1": lambda g, p: sk.f1_score(g, p, labels=range(N), average="weighted", zero_division=0),
    "accuracy": sk.accuracy_score,
    "balanced_accuracy": lambda g, p: sk.recall_score(
        g, p, labels=range(N), average="macro", zero_division=0
    ),
    "mcc": sk.matthews_corrcoef,
    "cohen_kappa": lambda g, p: sk.cohen_kappa_score(g, p, labels=list(range(N))),
    "macro_jaccard": lambda g, p: sk.jaccard_score(g, p, labels=range(N), average="macro"),
    "g_mean": lambda g, p: np.prod(sk.recall_score(g, p, labels=range(N), average=None)) ** (1 / N),
    **{
        f"{average}_{part}": lambda g, p, score=score, average=average: score(
            g, p, labels=range(N), average=average, zero_division=0
        )
        for part, score in (("precision", sk.precision_score), ("recall", sk.recall_score))
        for average in ("macro", "weighted", "micro")
    },
    "micro_f1": lambda g, p: sk.f1_score(g, p, labels=range(N), average="micro"),
    "macro_f1_of_means": lambda g, p: f1_of_means(
        sk.precision_score(g, p, labels=range(N), average="macro", zero_division=0),
        sk.recall_score(g, p, labels=range(N), average="macro", zero_division=0),
    ),
}


def f1_of_means(precision, recall):
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def test_every_metric_of_the_table_is_compared_with_an_oracle():
    missing = set(METRICS) - set(ORACLES)
    assert not missing, f"add {sorted(missing)} to ORACLES, and to `undefined` where they can be 0/0"


def undefined(name, gold, predicted):
    """Say, without the harness's arithmetic, where a value is 0/0."""
    used, right, said = {*gold, *predicted}, {*gold}, {*predicted}
    return {
        "macro_f1": len(used) < N,
        "macro_jaccard": len(used) < N,
        "macro_f1_of_means": len(right) < N or len(said) < N,
        "macro_precision": len(said) < N,
        "weighted_precision": not right <= said,
        "macro_recall": len(right) < N,
        "g_mean": len(right) < N,
        "balanced_accuracy": len(right) < N,
        "mcc": len(right) < 2 or len({*predicted}) < 2,
        "cohen_kappa": len(used) < 2,
    }.get(name, False)


@pytest.mark.parametrize("name", ORACLES)
@settings(max_examples=80, deadline=None)
@given(pairs=PAIRS)
def test_a_metric_equals_scikit_learn_wherever_it_is_defined(name, pairs):
    gold, predicted, confusion = table(pairs)
    found, reason = value(name, confusion)
    if undefined(name, gold.tolist(), predicted.tolist()):
        assert found is None
        assert reason == f"undefined: {METRICS[name].undefined_when}"
    else:
        assert reason is None
        assert found == pytest.approx(ORACLES[name](gold, predicted), abs=1e-12)
        assert METRICS[name].low <= found <= METRICS[name].high


@settings(max_examples=60, deadline=None)
@given(pairs=PAIRS)
def test_values_by_label_equal_scikit_learn_and_are_null_where_undefined(pairs):
    gold, predicted, confusion = table(pairs)
    p, r, f, support = sk.precision_recall_fscore_support(
        gold, predicted, labels=range(N), zero_division=np.nan
    )
    found = per_label([confusion], ["a", "b", "c"])
    for k, row in enumerate(found.values()):
        assert row["support"] == support[k]
        assert (row["precision"] is None) == (k not in predicted)
        assert (row["recall"] is None) == (k not in gold)
        assert (row["f1"] is None) == (k not in gold and k not in predicted)
        for name, expected in (("precision", p[k]), ("recall", r[k]), ("f1", f[k])):
            if row[name] is not None:
                assert row[name] == pytest.approx(expected, abs=1e-12)


@given(pairs=PAIRS)
def test_the_confusion_has_gold_in_rows_as_scikit_learn_has(pairs):
    gold, predicted, confusion = table(pairs)
    np.testing.assert_array_equal(confusion, sk.confusion_matrix(gold, predicted, labels=range(N)))


@settings(max_examples=60)
@given(tables=st.lists(PAIRS, min_size=2, max_size=5))
def test_many_tables_at_once_give_what_each_gives_alone(tables):
    stack = np.array([table(pairs)[2] for pairs in tables], dtype=float)
    for m in METRICS.values():
        np.testing.assert_array_equal(m.of(stack), [m.of(one) for one in stack])
        np.testing.assert_array_equal(m.of(stack[None, :]), [m.of(stack)])


def test_a_score_is_the_mean_over_repeats_of_pooled_tables_and_undefined_if_one_is():
    first, second = [[2, 0], [0, 2]], [[1, 1], [1, 1]]
    assert value("accuracy", first, second) == (0.75, None)
    assert value("mcc", first, [[2, 0], [2, 0]])[0] is None


@pytest.mark.parametrize("name", METRICS)
def test_a_metric_names_its_source_and_says_where_it_is_undefined(name):
    text = METRICS[name].of.__doc__
    assert re.search(r"scikit-learn|\b(19|20)\d\d\b", text)
    assert "NaN" in text


@pytest.mark.parametrize("name", METRICS)
def test_nothing_predicted_is_undefined_with_a_reason(name):
    assert value(name, np.zeros((N, N))) == (None, f"undefined: {METRICS[name].undefined_when}")
    assert metric(name).value(np.zeros((0, N, N)))[0] is None


def test_a_label_that_was_never_predicted_has_no_precision_and_recall_zero():
    row = per_label([MAJORITY], ["a", "b", "c"])["b"]
    assert row == {"precision": None, "recall": 0.0, "f1": 0.0, "support": 3}


def test_an_unknown_metric_is_refused_with_the_nearest():
    with pytest.raises(InputError, match="unknown metric 'macrof1'") as error:
        metric("macrof1")
    assert error.value.hint == "did you mean 'macro_f1'?"


def test_a_prediction_that_is_no_label_is_wrong_and_in_no_labels_precision():
    # Gold a a b b; said a, nothing, b, a. a: tp 1, fp 1, fn 1; b: tp 1, fp 0, fn 1.
    gold, said = np.array([0, 0, 1, 1]), np.array([0, 2, 1, 0])
    table = confusion_counts(gold, said, 2)
    assert table.tolist() == [[1, 0, 1], [1, 1, 0]]
    counts = table.astype(float)
    assert accuracy(counts) == 2 / 4
    assert recall(counts).tolist() == [1 / 2, 1 / 2]
    assert precision(counts).tolist() == [1 / 2, 1 / 1]
    assert macro_f1(counts) == pytest.approx((2 / 4 + 2 / 3) / 2)


UNLABELLED = st.lists(st.tuples(st.integers(0, N - 1), st.integers(0, N)), min_size=1, max_size=40).map(
    lambda pairs: [(0, 0), (1, 1), (2, 2), *pairs]
)
"""Pairs in which every label is found once, so that all metrics are defined; N stands for no label."""


def labelled_scores(gold, said):
    """Score by scikit-learn, to which a prediction that is no label is a label without gold."""
    scores = {
        f"{average}_{part}": score(gold, said, labels=range(N), average=average)
        for part, score in (
            ("precision", sk.precision_score),
            ("recall", sk.recall_score),
            ("f1", sk.f1_score),
        )
        for average in ("macro", "weighted", "micro")
    }
    p, r = scores["macro_precision"], scores["macro_recall"]
    return {
        **scores,
        "macro_f1_of_means": 2 * p * r / (p + r),
        "macro_jaccard": sk.jaccard_score(gold, said, labels=range(N), average="macro"),
        "accuracy": sk.accuracy_score(gold, said),
        "balanced_accuracy": r,
        "g_mean": np.prod(sk.recall_score(gold, said, labels=range(N), average=None)) ** (1 / N),
        "mcc": sk.matthews_corrcoef(gold, said),
        "cohen_kappa": sk.cohen_kappa_score(gold, said),
    }


@settings(max_examples=60, deadline=None)
@given(pairs=UNLABELLED)
def test_predictions_that_are_no_label_score_as_scikit_learn_scores_a_label_without_gold(pairs):
    gold, said = (np.array(side) for side in zip(*pairs, strict=True))
    expected = labelled_scores(gold, said)
    assert set(expected) == set(METRICS), f"labelled_scores lacks {sorted(set(METRICS) - set(expected))}"
    for name, m in METRICS.items():
        found, reason = m.value(confusion_counts(gold, said, N)[None])
        assert reason is None, name
        assert found == pytest.approx(expected[name], abs=1e-12), name


def test_the_micro_scores_part_where_a_prediction_is_no_label():
    """Gold a a b b, said a, nothing, b, a: 2 right of 3 labels said and of 4 statements; F1 is 4 / 7."""
    counts = np.array([[1, 0, 1], [1, 1, 0]], dtype=float)
    found = {name: METRICS[name].of(counts) for name in ("micro_precision", "micro_recall", "micro_f1")}
    assert found == {"micro_precision": 2 / 3, "micro_recall": 2 / 4, "micro_f1": 2 * 2 / (4 + 3)}


def test_the_g_mean_of_recalls_of_a_half_and_an_eighth_is_a_quarter():
    assert value("g_mean", [[1, 1], [7, 1]]) == (pytest.approx(1 / 4), None)


def test_tables_of_small_whole_numbers_score_as_tables_of_floats_do():
    """Twice 100 is more than an int8 holds, and groups' counts are kept as small as they allow."""
    small = np.array([[100, 20], [10, 90]], dtype=np.int8)
    for row in METRICS.values():
        assert row.of(small) == pytest.approx(row.of(small.astype(float)))
    assert per_label(small[None], "ab") == per_label(small[None].astype(float), "ab")
