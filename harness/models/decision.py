"""What a trained linear classifier says of features: labels and probabilities of one decision function."""

from __future__ import annotations

from typing import Any

import numpy as np

from harness.models.output import Constant, Output, spread


def decided(classifier: Any, X: Any, n_labels: int, probabilistic: bool = True) -> Output:
    """Return labels and, of a classifier that has them, probabilities.

    Parameters
    ----------
    classifier : Constant, or a fitted scikit-learn classifier
        One with ``coef_`` is linear: of it ``predict`` and ``predict_proba`` would each check the features
        and compute the decision function; here that is done once, with the same sums.
    X : (n, n_features) array or sparse rows
    n_labels : int
    probabilistic : bool
        Whether the model offers probabilities; those of some classifiers come from another decision than
        their labels do.
    """
    if isinstance(classifier, Constant):
        return classifier.of(X.shape[0])
    probable = probabilistic and hasattr(classifier, "predict_proba")
    classes = [int(c) for c in classifier.classes_]
    if not hasattr(classifier, "coef_"):
        predicted = np.asarray(classifier.predict(X), dtype=np.intp)
        return Output(predicted, spread(classifier.predict_proba(X), classes, n_labels) if probable else None)
    from scipy.special import expit
    from sklearn.utils.extmath import softmax

    scores = np.asarray(X @ classifier.coef_.T + classifier.intercept_)
    if len(classes) == 2:
        first = scores.ravel()
        place = (first > 0).astype(np.intp)
        second = expit(first)
        table = np.stack([1 - second, second], axis=1)
    else:
        place = scores.argmax(axis=1)
        table = softmax(scores, copy=False)
    predicted = np.asarray(classes, dtype=np.intp)[place]
    return Output(predicted, spread(table, classes, n_labels) if probable else None)
