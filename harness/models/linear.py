"""Linear classifiers over TF-IDF features: logistic regression, a support vector machine, naive Bayes."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from harness.models.blocks import NGrams
from harness.models.output import IntArray
from harness.models.tfidf import Tfidf


class TfidfLogReg(Tfidf):
    """TF-IDF and multinomial logistic regression with an L2 penalty."""

    summary: ClassVar[str] = "TF-IDF of words and logistic regression"
    random: ClassVar[bool] = False
    type: Literal["tfidf-logreg"] = "tfidf-logreg"
    C: Annotated[float, Field(gt=0, description="inverse strength of the penalty")] = 1.0

    def classifier(self, class_weight: Any, seed: int) -> Any:
        """Return scikit-learn's ``LogisticRegression``."""
        from sklearn.linear_model import LogisticRegression

        return LogisticRegression(C=self.C, class_weight=class_weight, max_iter=2000, random_state=seed)


class TfidfSvm(Tfidf):
    """TF-IDF of words and character n-grams, and a linear support vector machine."""

    summary: ClassVar[str] = "TF-IDF of words and character n-grams, and a linear SVM"
    probabilistic: ClassVar[bool] = False
    type: Literal["tfidf-svm"] = "tfidf-svm"
    characters: Annotated[
        NGrams | None, Field(description="range of character n-grams inside words, or null")
    ] = [2, 5]
    C: Annotated[float, Field(gt=0, description="inverse strength of the penalty")] = 1.0

    def classifier(self, class_weight: Any, seed: int) -> Any:
        """Return scikit-learn's ``LinearSVC``."""
        from sklearn.svm import LinearSVC

        return LinearSVC(C=self.C, class_weight=class_weight, max_iter=10_000, random_state=seed)


class ComplementNb(Tfidf):
    """TF-IDF of words and complement naive Bayes (Rennie et al. 2003); class weights weight statements.

    It takes features for counts, so none may be negative; cosines, overlaps and ones are not.
    """

    summary: ClassVar[str] = "TF-IDF of words and complement naive Bayes"
    random: ClassVar[bool] = False
    type: Literal["complement-nb"] = "complement-nb"
    alpha: Annotated[float, Field(gt=0, description="additive smoothing")] = 1.0

    def classifier(self, class_weight: Any, seed: int) -> Any:
        """Return scikit-learn's ``ComplementNB``, which takes neither class weights nor a seed."""
        from sklearn.naive_bayes import ComplementNB

        return ComplementNB(alpha=self.alpha)

    def fitted(self, X: Any, labels: IntArray, class_weight: Any, seed: int) -> Any:
        """Train with class weights as weights of statements."""
        from sklearn.utils.class_weight import compute_sample_weight

        weight = compute_sample_weight(class_weight, labels)
        return self.classifier(class_weight, seed).fit(X, labels, sample_weight=weight)
