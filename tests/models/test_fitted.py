"""What training adds to an estimator goes into arrays and comes back to the last bit."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.naive_bayes import ComplementNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

from harness.models.fitted import classifier_of, classifier_parts
from harness.models.output import Constant

X = np.random.default_rng(0).random((30, 4))
Y = np.arange(30) % 3


@pytest.mark.parametrize(
    "make",
    [
        lambda: LogisticRegression(C=2),
        lambda: LinearSVC(random_state=0),
        ComplementNB,
        lambda: SGDClassifier(random_state=0),
        lambda: make_pipeline(StandardScaler(), LogisticRegression()),
    ],
    ids=["logreg", "svm", "bayes", "sgd", "scaled"],
)
def test_a_classifier_is_what_it_was(make):
    trained = make().fit(X, Y)
    parts = classifier_parts(trained)
    assert all(isinstance(value, np.ndarray) and not value.dtype.hasobject for value in parts.values())
    back = classifier_of({**parts, "other": 1}, make(), 3, certain=True)
    assert np.array_equal(back.predict(X), trained.predict(X))
    if hasattr(trained, "predict_proba"):
        assert np.array_equal(back.predict_proba(X), trained.predict_proba(X))


def test_a_constant_is_its_label():
    parts = classifier_parts(Constant(2, 3, certain=True))
    assert parts == {"constant": 2}
    assert classifier_of(parts, None, 3, certain=True).of(1).probabilities.tolist() == [[0, 0, 1]]
    assert classifier_of(parts, None, 3, certain=False).of(1).probabilities is None


def test_labels_that_are_not_there_are_refused():
    with pytest.raises(ValueError, match="the label 3 is none of 3"):
        classifier_of({"constant": 3}, None, 3, certain=True)
    parts = classifier_parts(LogisticRegression().fit(X, Y))
    with pytest.raises(ValueError, match="none of 2"):
        classifier_of(parts, LogisticRegression(), 2, certain=True)


def test_parts_of_another_classifier_are_refused():
    parts = classifier_parts(LogisticRegression().fit(X, Y))
    with pytest.raises(ValueError, match="nothing is said of StandardScaler"):
        classifier_of(parts, make_pipeline(StandardScaler(), LogisticRegression()), 3, certain=True)


def test_what_is_no_array_of_numbers_is_refused():
    made = KNeighborsClassifier().fit(X, Y)
    with pytest.raises(TypeError, match="is no array of numbers"):
        classifier_parts(made)
