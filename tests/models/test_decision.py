"""One decision function: the labels and probabilities of scikit-learn's two methods, to the last bit."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import ComplementNB
from sklearn.svm import LinearSVC
from sklearn.utils.class_weight import compute_class_weight

from harness.errors import InputError
from harness.models.class_weight import number_weights
from harness.models.decision import decided
from harness.models.output import Constant

RNG = np.random.default_rng(5)
X = RNG.random((60, 7)) * (RNG.random((60, 7)) < 0.5)


@pytest.mark.parametrize("form", [np.asarray, csr_matrix])
@pytest.mark.parametrize("classes", [[0, 2], [0, 1, 3], [3, 1]])
@pytest.mark.parametrize("classifier", [LogisticRegression(), LinearSVC(random_state=0), ComplementNB()])
def test_labels_and_probabilities_are_scikit_learns(form, classes, classifier):
    y = np.array(classes)[(X[:, 0] + RNG.random(60) * 0.5).argsort().argsort() * len(classes) // 60]
    fitted = classifier.fit(form(X[:40]), y[:40])
    out = decided(fitted, form(X[40:]), 4)
    np.testing.assert_array_equal(out.predicted, fitted.predict(form(X[40:])))
    if isinstance(classifier, LinearSVC):
        assert out.probabilities is None
    else:
        wanted = np.zeros((20, 4))
        wanted[:, fitted.classes_] = fitted.predict_proba(form(X[40:]))
        np.testing.assert_array_equal(out.probabilities, wanted)


def test_a_constant_says_its_label():
    assert decided(Constant(1, 3, certain=True), X[:2], 3).probabilities.tolist() == [[0, 1, 0], [0, 1, 0]]


def test_balanced_weights_are_scikit_learns():
    """Of five labels three are 0 and two are 2: 5/(2*3) and 5/(2*2)."""
    labels = np.array([0, 2, 0, 2, 0])
    found = number_weights("balanced", ("a", "b", "c"), labels)
    assert found == {0: 5 / 6, 2: 5 / 4}
    assert (
        list(found.values()) == compute_class_weight("balanced", classes=np.array([0, 2]), y=labels).tolist()
    )


def test_other_weights_stay_as_they_are():
    labels = np.array([0, 2])
    assert number_weights(None, ("a", "b", "c"), labels) is None
    assert number_weights({"c": 3.0}, ("a", "b", "c"), labels) == {0: 1.0, 2: 3.0}
    with pytest.raises(InputError, match="names the label 'd'"):
        number_weights({"d": 3.0}, ("a", "b", "c"), labels)


def test_probabilities_of_another_decision_than_the_labels_are_not_taken():
    fitted = LogisticRegression().fit(X[:40], np.arange(40) % 3)
    assert decided(fitted, X[40:], 3, probabilistic=False).probabilities is None
    assert decided(fitted, X[40:], 3).probabilities is not None
