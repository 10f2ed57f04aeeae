"""A shortcut to expose: a classifier that sees nothing but how long a text is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import Field

from harness.models.base import FloatArray, IntArray, Model, Output, WeightField, spread, weights


class Length(Model):
    """Logistic regression on the logarithms of a text's words and characters."""

    summary: ClassVar[str] = "logistic regression on text length alone; a shortcut to expose"
    packages: ClassVar[tuple[str, ...]] = ("numpy", "scipy", "scikit-learn")
    type: Literal["length"] = "length"
    C: Annotated[float, Field(gt=0, description="inverse strength of the penalty")] = 1.0
    class_weight: WeightField = None

    def fit(
        self, texts: Sequence[str], labels: IntArray, n_labels: int, seed: int, names: Sequence[str]
    ) -> _Trained:
        """Train on lengths; one training label alone gives a constant."""
        present = np.unique(labels)
        if len(present) == 1:
            return _Trained(int(present[0]), n_labels)
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler

        weight = weights(self.class_weight, names, present)
        regression = LogisticRegression(C=self.C, class_weight=weight, max_iter=2000, random_state=seed)
        return _Trained(make_pipeline(StandardScaler(), regression).fit(lengths(texts), labels), n_labels)


class _Trained:
    def __init__(self, classifier: Any, n_labels: int) -> None:
        self.classifier, self.n_labels = classifier, n_labels

    def predict(self, texts: Sequence[str]) -> Output:
        n = len(texts)
        if isinstance(self.classifier, int):
            table = spread(np.ones((n, 1)), [self.classifier], self.n_labels)
            return Output(np.full(n, self.classifier, dtype=np.intp), table)
        X = lengths(texts)
        table = spread(
            self.classifier.predict_proba(X), [int(c) for c in self.classifier.classes_], self.n_labels
        )
        return Output(np.asarray(self.classifier.predict(X), dtype=np.intp), table)


def lengths(texts: Sequence[str]) -> FloatArray:
    """Return log(1 + words) and log(1 + characters) of each text, ``(n, 2)``."""
    counts = np.array([[len(t.split()), len(t)] for t in texts], dtype=np.float64).reshape(-1, 2)
    return np.asarray(np.log1p(counts))
