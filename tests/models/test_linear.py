"""TF-IDF models: counting once gives exactly what scikit-learn gives when fitted on each training set."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from scipy.sparse import hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import ComplementNB
from sklearn.svm import LinearSVC

from harness.checks import load_corpus
from harness.errors import InputError
from harness.inputs import rendered
from harness.models.linear import ComplementNb, TfidfLogReg, TfidfSvm
from harness.records import Example

NAMES = ("supportive", "neutral", "hedged")
WORDS = [
    "sanctions",
    "war",
    "talks",
    "peace",
    "friend",
    "attack",
    "trade",
    "rose",
    "all",
    "sides",
    "neutral",
    "grief",
]


def examples(texts, labels):
    return [
        Example(f"s{i}", NAMES[y], t, f"g{i}", "a")
        for i, (t, y) in enumerate(zip(texts, labels, strict=True))
    ]


def reference(model, classifier, train_texts, train_labels, test_texts):
    """Fit scikit-learn's own vectorisers and classifier on the training texts."""
    vectorisers = [
        TfidfVectorizer(analyzer=a, ngram_range=tuple(r), min_df=model.min_df, sublinear_tf=model.sublinear)
        for a, r in (("word", model.words), ("char_wb", model.characters))
        if r is not None
    ]
    X = hstack([v.fit_transform(train_texts) for v in vectorisers]).tocsr()
    Y = hstack([v.transform(test_texts) for v in vectorisers]).tocsr()
    classifier.fit(X, train_labels)
    predicted = classifier.predict(Y)
    probabilities = None
    if hasattr(classifier, "predict_proba"):
        probabilities = np.zeros((len(test_texts), len(NAMES)))
        probabilities[:, classifier.classes_] = classifier.predict_proba(Y)
    return predicted, probabilities


def logreg(weight, seed, C=1.0):
    return LogisticRegression(C=C, class_weight=weight, max_iter=2000, random_state=seed)


def svm(weight, seed, C=1.0):
    return LinearSVC(C=C, class_weight=weight, max_iter=10_000, random_state=seed)


CASES = [
    (TfidfLogReg(), logreg(None, 7)),
    (TfidfLogReg(words=[1, 2], class_weight="balanced", C=3.0), logreg("balanced", 7, 3.0)),
    (TfidfLogReg(words=None, characters=[2, 4]), logreg(None, 7)),
    (TfidfLogReg(min_df=2, sublinear=True), logreg(None, 7)),
    (TfidfLogReg(class_weight={"hedged": 5.0}), logreg({0: 1.0, 1: 1.0, 2: 5.0}, 7)),
    (TfidfSvm(), svm(None, 7)),
    (TfidfSvm(words=[1, 2], characters=[2, 5], class_weight="balanced"), svm("balanced", 7)),
    (ComplementNb(), ComplementNB()),
    (ComplementNb(words=[1, 2], alpha=0.3), ComplementNB(alpha=0.3)),
]


@pytest.mark.parametrize(("model", "classifier"), CASES)
def test_the_counted_session_equals_scikit_learn_on_every_fold_of_the_project(project, model, classifier):
    rows = rendered(load_corpus(project).examples(), "cue+statement")
    session = model.start(rows, NAMES)
    texts, labels = [e.text for e in rows], np.array([NAMES.index(e.label) for e in rows])
    order = np.random.default_rng(1).permutation(len(rows))
    for test in np.array_split(order, 4):
        train = np.setdiff1d(order, test)
        again = np.concatenate([train, train[:9]])  # a resample trains on some statements twice
        for side in (train, again):
            found = session.fit_predict(side, test, 7)
            predicted, probabilities = reference(
                model, classifier, [texts[i] for i in side], labels[side], [texts[i] for i in test]
            )
            np.testing.assert_array_equal(found.predicted, predicted)
            if probabilities is None:
                assert found.probabilities is None
            else:
                np.testing.assert_allclose(found.probabilities, probabilities, atol=1e-12)


@settings(max_examples=20, deadline=None)
@given(st.data())
def test_counting_once_and_fitting_anew_agree_on_any_texts(data):
    texts = data.draw(
        st.lists(st.lists(st.sampled_from(WORDS), min_size=1).map(" ".join), min_size=6, max_size=12)
    )
    labels = [0, 1, *data.draw(st.lists(st.integers(0, 2), min_size=len(texts) - 2, max_size=len(texts) - 2))]
    model = TfidfLogReg(words=[1, 2], characters=[2, 3])
    train, test = np.arange(len(texts) - 2), np.arange(len(texts) - 2, len(texts))
    counted = model.start(examples(texts, labels), NAMES).fit_predict(train, test, 0)
    anew = model.fit([texts[i] for i in train], np.array(labels)[train], 3, 0, NAMES).predict(
        [texts[i] for i in test]
    )
    np.testing.assert_allclose(counted.probabilities, anew.probabilities, atol=1e-12)
    first, second = np.sort(anew.probabilities, axis=1)[:, [-1, -2]].T
    clear = first - second > 1e-9  # of two labels that tie, rounding decides
    np.testing.assert_array_equal(counted.predicted[clear], anew.predicted[clear])


def test_other_statements_change_no_bit_of_a_prediction():
    """The vocabulary of a run depends on all its texts, what is predicted on the fold's alone."""
    texts, labels = ["war trade", "talks war", "trade talks peace", "peace war trade"], [0, 1, 2, 0]
    train, test = np.array([0, 1, 2]), np.array([3])
    alone = TfidfLogReg(words=[1, 2]).start(examples(texts, labels), NAMES).fit_predict(train, test, 0)
    more = examples(["zebra peace", *texts, "apple war grief"], [1, *labels, 2])
    among = TfidfLogReg(words=[1, 2]).start(more, NAMES).fit_predict(train + 1, test + 1, 0)
    assert alone.probabilities.tobytes() == among.probabilities.tobytes()


def test_a_word_of_the_test_text_alone_changes_nothing():
    """ "grief" stands in no training text, so the two test texts are the same to the model."""
    rows = examples(["war", "talks", "war talks", "war grief"], [0, 1, 0, 0])
    with_grief = TfidfLogReg().start(rows, NAMES).fit_predict(np.array([0, 1]), np.array([3]), 0)
    rows = examples(["war", "talks", "war talks", "war"], [0, 1, 0, 0])
    without = TfidfLogReg().start(rows, NAMES).fit_predict(np.array([0, 1]), np.array([3]), 0)
    np.testing.assert_array_equal(with_grief.probabilities, without.probabilities)


@pytest.mark.parametrize("model", [TfidfLogReg, TfidfSvm])
def test_class_weights_move_a_text_that_speaks_for_neither_label(model):
    """One word, three times supportive and once hedged: unweighted supportive, weighted 20 hedged."""
    rows = examples(["war", "war", "war", "war", "war"], [0, 0, 0, 2, 0])
    train, test = np.arange(4), np.array([4])
    weight = {"hedged": 20.0}
    plain = model().start(rows, NAMES).fit_predict(train, test, 0)
    weighted = model(class_weight=weight).start(rows, NAMES).fit_predict(train, test, 0)
    assert (plain.predicted[0], weighted.predicted[0]) == (0, 2)


def test_class_weights_are_weights_of_statements_in_naive_bayes():
    """A weight of 2 on hedged is the same as having its one statement twice."""
    texts, labels = (
        ["war trade", "war talks", "talks trade", "talks trade", "war talks trade"],
        [0, 1, 2, 2, 0],
    )
    tfidf = TfidfVectorizer().fit(texts[:3])
    doubled = ComplementNB().fit(tfidf.transform(texts[:4]), labels[:4])
    weighted = ComplementNb(class_weight={"hedged": 2.0}).fit(texts[:3], np.array(labels[:3]), 3, 0, NAMES)
    found = weighted.predict([texts[4]]).probabilities
    np.testing.assert_allclose(found, doubled.predict_proba(tfidf.transform(texts[4:])), atol=1e-12)
    plain = ComplementNb().fit(texts[:3], np.array(labels[:3]), 3, 0, NAMES).predict([texts[4]])
    assert not np.allclose(found, plain.probabilities)


@pytest.mark.parametrize("model", [TfidfLogReg(), TfidfSvm(), ComplementNb()])
def test_one_training_label_gives_a_constant(model):
    rows = examples(["war", "talks", "grief"], [2, 2, 0])
    counted = model.start(rows, NAMES).fit_predict(np.array([0, 1]), np.array([2, 0]), 0)
    anew = model.fit(["war", "talks"], np.array([2, 2]), 3, 0, NAMES).predict(["grief", "war"])
    for output in (counted, anew):
        assert output.predicted.tolist() == [2, 2]
        if isinstance(model, TfidfSvm):
            assert output.probabilities is None, "as on its other folds"
        else:
            assert output.probabilities.tolist() == [[0, 0, 1], [0, 0, 1]]


@pytest.mark.parametrize("model", [TfidfLogReg(min_df=3), TfidfSvm(min_df=3, characters=None)])
def test_without_a_single_term_the_most_frequent_label_is_all_there_is(model):
    rows = examples(["war", "talks", "grief", "war"], [1, 0, 1, 0])
    counted = model.start(rows, NAMES).fit_predict(np.arange(3), np.array([3]), 0)
    anew = model.fit(["war", "talks", "grief"], np.array([1, 0, 1]), 3, 0, NAMES).predict(["war"])
    assert counted.predicted.tolist() == anew.predicted.tolist() == [1]


def test_texts_without_a_letter_are_no_error():
    rows = examples(["?", "!", "–"], [0, 1, 1])
    assert (
        TfidfLogReg().start(rows, NAMES).fit_predict(np.array([0, 1, 2]), np.array([0]), 0).predicted[0] == 1
    )


def test_a_weight_for_an_unknown_label_is_refused():
    rows = examples(["war", "talks"], [0, 1])
    session = TfidfLogReg(class_weight={"suportive": 2.0}).start(rows, NAMES)
    with pytest.raises(InputError, match="class_weight names the label 'suportive'") as error:
        session.fit_predict(np.array([0, 1]), np.array([0]), 0)
    assert error.value.hint == "did you mean 'supportive'?"


@pytest.mark.parametrize(
    "parameters",
    [
        {"words": [2, 1]},
        {"words": [0, 1]},
        {"words": [1]},
        {"words": None},
        {"min_df": 0},
        {"C": 0},
        {"C": "1"},
        {"class_weight": "balance"},
        {"class_weight": {"hedged": 0}},
        {"c": 1},
    ],
)
def test_parameters_out_of_range_are_refused(parameters):
    with pytest.raises(ValidationError):
        TfidfLogReg.model_validate(parameters)
