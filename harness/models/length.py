"""A shortcut to expose: a classifier that sees nothing but how long a text is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import Field

from harness.models.base import Model
from harness.models.class_weight import WeightField, number_weights
from harness.models.decision import decided
from harness.models.fitted import classifier_of, classifier_parts
from harness.models.output import Constant, FloatArray, IntArray, Labeller, Output, TextLabeller


class Length(Model):
    """Logistic regression on the logarithms of a text's words and characters."""

    summary: ClassVar[str] = "logistic regression on text length alone; a shortcut to expose"
    packages: ClassVar[tuple[str, ...]] = ("numpy", "scipy", "scikit-learn")
    random: ClassVar[bool] = False
    type: Literal["length"] = "length"
    C: Annotated[float, Field(gt=0, description="inverse strength of the penalty")] = 1.0
    class_weight: WeightField = None

    def fit(
        self, texts: Sequence[str], labels: IntArray, n_labels: int, seed: int, names: Sequence[str]
    ) -> _Trained:
        """Train on lengths; one training label alone gives a constant."""
        present = np.unique(labels)
        if len(present) == 1:
            return _Trained(Constant(int(present[0]), n_labels, certain=True), n_labels)
        from sklearn import config_context

        untrained = self.classifier(number_weights(self.class_weight, names, labels), seed)
        with config_context(assume_finite=True, skip_parameter_validation=True):
            return _Trained(untrained.fit(lengths(texts), labels), n_labels)

    def classifier(self, class_weight: Any, seed: int) -> Any:
        """Return the untrained scikit-learn pipeline."""
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler

        regression = LogisticRegression(C=self.C, class_weight=class_weight, max_iter=2000, random_state=seed)
        return make_pipeline(StandardScaler(), regression)

    def parts(self, labeller: Labeller) -> Mapping[str, Any] | None:
        """Take a labeller apart: the arrays of the scaling and of the regression."""
        if not (isinstance(labeller, TextLabeller) and isinstance(labeller.classifier, _Trained)):
            return None
        return classifier_parts(labeller.classifier.classifier)

    def restored(self, parts: Mapping[str, Any], names: Sequence[str]) -> Labeller:
        """Put a labeller together."""
        classifier = classifier_of(parts, self.classifier(None, 0), len(names), certain=True)
        return TextLabeller(_Trained(classifier, len(names)))


class _Trained:
    def __init__(self, classifier: Any, n_labels: int) -> None:
        self.classifier, self.n_labels = classifier, n_labels

    def predict(self, texts: Sequence[str]) -> Output:
        if isinstance(self.classifier, Constant):
            return self.classifier.predict(texts)
        scaler, regression = (step for _, step in self.classifier.steps)
        return decided(regression, scaler.transform(lengths(texts)), self.n_labels)


def lengths(texts: Sequence[str]) -> FloatArray:
    """Return log(1 + words) and log(1 + characters) of each text, ``(n, 2)``."""
    counts = np.array([[len(t.split()), len(t)] for t in texts], dtype=np.float64).reshape(-1, 2)
    return np.asarray(np.log1p(counts))
