"""TF-IDF of words and characters with a linear classifier; words are counted once for a whole run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Annotated, Any, ClassVar, Literal, Self

import numpy as np
from pydantic import Field, field_validator, model_validator

from harness.models.base import Model
from harness.models.class_weight import WeightField, weights
from harness.models.fitted import classifier_of, classifier_parts
from harness.models.output import Constant, IntArray, Labeller, Output, TextLabeller, spread
from harness.models.terms import Terms, scaled
from harness.numbering import label_numbers
from harness.records import Example

Range = Annotated[list[Annotated[int, Field(ge=1, le=20)]], Field(min_length=2, max_length=2)]


class Tfidf(Model):
    """The features that the linear models share; subclasses add the classifier.

    At a session's start every text is tokenised once. A fold then keeps the columns that its
    training texts contain and weights them by document frequencies of the training texts alone, which
    gives exactly what a ``TfidfVectorizer`` fitted on the training texts gives.
    """

    packages: ClassVar[tuple[str, ...]] = ("numpy", "scipy", "scikit-learn")
    probabilistic: ClassVar[bool] = True
    words: Annotated[Range | None, Field(description="range of word n-grams, or null for none")] = [1, 1]
    characters: Annotated[
        Range | None, Field(description="range of character n-grams inside words, or null")
    ] = None
    min_df: Annotated[int, Field(ge=1, description="training texts that a term must occur in")] = 1
    sublinear: Annotated[bool, Field(description="1 + log(count) in place of the count")] = False
    class_weight: WeightField = None

    @field_validator("words", "characters")
    @classmethod
    def _ascends(cls, value: list[int] | None) -> list[int] | None:
        if value is not None and value[0] > value[1]:
            raise ValueError(f"a range goes from small to large, got {value}")
        return value

    @model_validator(mode="after")
    def _sees_something(self) -> Self:
        if self.words is None and self.characters is None:
            raise ValueError("words and characters are both null; the model would see nothing")
        return self

    def classifier(self, class_weight: Any, seed: int) -> Any:
        """Return the untrained scikit-learn classifier."""
        raise NotImplementedError

    def blocks(self) -> list[tuple[str, tuple[int, int]]]:
        """Return the analyser and n-gram range of each block of features."""
        blocks = [("word", self.words), ("char_wb", self.characters)]
        return [(name, (r[0], r[1])) for name, r in blocks if r is not None]

    def fit(
        self, texts: Sequence[str], labels: IntArray, n_labels: int, seed: int, names: Sequence[str]
    ) -> _Trained:
        """Train on texts; what scikit-learn's own vectorisers learn is what is looked for in new ones."""
        from sklearn.feature_extraction.text import TfidfVectorizer

        known = []
        for analyser, ngrams in self.blocks():
            made = TfidfVectorizer(
                analyzer=analyser, ngram_range=ngrams, min_df=self.min_df, sublinear_tf=self.sublinear
            )
            try:
                known.append(Terms.of(made.fit(texts)))
            except ValueError:  # no term is left
                continue
        return _Trained(known, self.trained(_features(known, texts), labels, seed, names), n_labels)

    def parts(self, labeller: Labeller) -> Mapping[str, Any] | None:
        """Take a labeller apart: the terms of each block, their weights, and the classifier's arrays."""
        if not (isinstance(labeller, TextLabeller) and isinstance(labeller.classifier, _Trained)):
            return None
        known = labeller.classifier.known
        blocks = [[b.analyser, list(b.ngrams), b.sublinear, list(b.terms)] for b in known]
        weights = {f"idf{i}": b.idf for i, b in enumerate(known)}
        return {"blocks": blocks, **weights, **classifier_parts(labeller.classifier.classifier)}

    def restored(self, parts: Mapping[str, Any], names: Sequence[str]) -> Labeller:
        """Put a labeller together without counting anything."""
        known = [
            Terms(analyser, (first, last), sublinear, terms, parts[f"idf{i}"])
            for i, (analyser, (first, last), sublinear, terms) in enumerate(parts["blocks"])
        ]
        untrained = self.classifier(None, 0)
        classifier = classifier_of(parts, untrained, len(names), certain=self.probabilistic)
        return TextLabeller(_Trained(known, classifier, len(names)))

    def trained(self, X: Any, labels: IntArray, seed: int, names: Sequence[str]) -> Any:
        """Train the classifier on features.

        One training label alone gives a constant. So does a training set without a single term, where
        there is nothing to go by but how frequent the labels are.
        """
        present = np.unique(labels)
        if len(present) == 1 or X.shape[1] == 0:
            frequent = int(np.bincount(labels).argmax())
            return Constant(frequent, len(names), self.probabilistic)
        return self.fitted(X, labels, weights(self.class_weight, names, present), seed)

    def fitted(self, X: Any, labels: IntArray, class_weight: Any, seed: int) -> Any:
        """Return the classifier, trained on features."""
        return self.classifier(class_weight, seed).fit(X, labels)

    def start(self, examples: Sequence[Example], names: Sequence[str]) -> _Counted:
        """Count the terms of all texts once."""
        return _Counted(self, examples, names)


class _Trained:
    def __init__(self, known: list[Terms], classifier: Any, n_labels: int) -> None:
        self.known, self.classifier, self.n_labels = known, classifier, n_labels

    def predict(self, texts: Sequence[str]) -> Output:
        return _predict(self.classifier, _features(self.known, texts), self.n_labels)


def _features(known: Sequence[Terms], texts: Sequence[str]) -> Any:
    from scipy.sparse import csr_matrix, hstack

    if not known:
        return csr_matrix((len(texts), 0))
    blocks = [terms.weighted(texts) for terms in known]
    return blocks[0] if len(blocks) == 1 else hstack(blocks).tocsr()


def _predict(classifier: Any, X: Any, n_labels: int) -> Output:
    if isinstance(classifier, Constant):
        return classifier.of(X.shape[0])
    predicted = np.asarray(classifier.predict(X), dtype=np.intp)
    if not hasattr(classifier, "predict_proba"):
        return Output(predicted)
    return Output(
        predicted, spread(classifier.predict_proba(X), [int(c) for c in classifier.classes_], n_labels)
    )


@lru_cache(maxsize=16)
def _counts(texts: tuple[str, ...], analyser: str, ngrams: tuple[int, int]) -> Any:
    """Count terms: (n_texts, n_terms) sparse float matrix, terms in alphabetical order.

    Sorted within each row, so that sums over a row round alike whatever other texts there are.
    """
    from sklearn.feature_extraction.text import CountVectorizer

    try:
        vectoriser = CountVectorizer(analyzer=analyser, ngram_range=ngrams, dtype=np.float64)
        counts = vectoriser.fit_transform(texts)
        counts.sort_indices()
        return counts
    except ValueError:  # no text has a single term
        from scipy.sparse import csr_matrix

        return csr_matrix((len(texts), 0))


class _Counted:
    def __init__(self, model: Tfidf, examples: Sequence[Example], names: Sequence[str]) -> None:
        self.model, self.names = model, names
        texts = tuple(e.text for e in examples)
        self.blocks = [_counts(texts, analyser, ngrams) for analyser, ngrams in model.blocks()]
        self.labels = label_numbers(examples, names)

    def fit_predict(self, train: IntArray, test: IntArray, seed: int) -> Output:
        features = [self._weighted(block, train, test) for block in self.blocks]
        if len(features) == 1:
            X, Y = features[0]
        else:
            from scipy.sparse import hstack

            X, Y = (hstack([pair[side] for pair in features]).tocsr() for side in (0, 1))
        from sklearn import config_context

        with config_context(assume_finite=True, skip_parameter_validation=True):
            classifier = self.model.trained(X, self.labels[train], seed, self.names)
            return _predict(classifier, Y, len(self.names))

    def _weighted(self, counts: Any, train: IntArray, test: IntArray) -> tuple[Any, Any]:
        """Weight counts as scikit-learn's ``TfidfTransformer`` does, sum for sum, without its checks."""
        X = counts[train]
        df = np.bincount(X.indices, minlength=X.shape[1])
        keep = np.flatnonzero(df >= self.model.min_df)
        idf = np.log((len(train) + 1) / (df[keep] + 1.0)) + 1.0
        train_rows, test_rows = X[:, keep], counts[test][:, keep]
        sublinear = self.model.sublinear
        return scaled(train_rows, idf, sublinear), scaled(test_rows, idf, sublinear)


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
        Range | None, Field(description="range of character n-grams inside words, or null")
    ] = [2, 5]
    C: Annotated[float, Field(gt=0, description="inverse strength of the penalty")] = 1.0

    def classifier(self, class_weight: Any, seed: int) -> Any:
        """Return scikit-learn's ``LinearSVC``."""
        from sklearn.svm import LinearSVC

        return LinearSVC(C=self.C, class_weight=class_weight, max_iter=10_000, random_state=seed)


class ComplementNb(Tfidf):
    """TF-IDF of words and complement naive Bayes (Rennie et al. 2003); class weights weight statements."""

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
