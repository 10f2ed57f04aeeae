"""Sentence embeddings with a linear classifier; texts are encoded once, only the classifier is trained."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, ClassVar, Literal, Self

import numpy as np
from pydantic import Field, field_validator

from harness.models.base import Model
from harness.models.class_weight import WeightField, weights
from harness.models.fitted import classifier_of, classifier_parts
from harness.models.output import Constant, FloatArray, IntArray, Labeller, Output, TextLabeller, spread
from harness.models.search import Tuning
from harness.numbering import label_numbers
from harness.pretrained import anchored
from harness.records import Example
from harness.sentence_encoder import MODULES, PACKAGES, SentenceEncoder, unit


class Embeddings(Model):
    """A frozen sentence-transformers encoder, and a linear classifier trained on its vectors.

    ``encoder`` is the path of a model folder, ``package:NAME`` for a model that an installed Python
    package carries, or a Hugging Face id whose files are in the local cache; nothing is downloaded. A
    plain transformer without a pooling layer of its own gets the mean of its tokens. Every text is
    encoded once, by itself, and its vector kept on the disk (in $HARNESS_CACHE or the user's cache folder).
    The encoder sees no label and no other text, so nothing of a test statement reaches the classifier.
    """

    summary: ClassVar[str] = "sentence embeddings (sentence-transformers) and a linear classifier"
    packages: ClassVar[tuple[str, ...]] = ("numpy", "scipy", "scikit-learn", *PACKAGES)
    extra: ClassVar[str | None] = "embeddings"
    modules: ClassVar[tuple[str, ...]] = MODULES
    told_by: ClassVar[str] = "encoder"
    own_workers: ClassVar[bool] = True
    type: Literal["embeddings"] = "embeddings"
    encoder: Annotated[
        str,
        Field(min_length=1, description="a model folder, a Hugging Face id, or package:NAME"),
    ]
    revision: Annotated[
        str | None, Field(description="branch, tag or commit of a Hugging Face id; null: what the cache has")
    ] = None
    prompt: Annotated[
        str | None,
        Field(description="put before every text, such as 'query: '; null: the encoder's own default"),
    ] = None
    normalize: Annotated[bool, Field(description="divide vectors by their Euclidean length")] = False
    max_length: Annotated[
        int | None,
        Field(ge=3, description="tokens of a text that are read; null: the encoder's limit; the rest is cut"),
    ] = None
    device: Annotated[
        Literal["auto", "cpu", "cuda", "mps"],
        Field(description="where the encoder runs; auto: on a GPU where there is one"),
    ] = "auto"
    head: Annotated[
        Literal["logreg", "svm"],
        Field(description="the classifier: logistic regression, or a linear SVM without probabilities"),
    ] = "logreg"
    C: Annotated[float, Field(gt=0, description="inverse strength of the penalty")] = 1.0
    class_weight: WeightField = None
    scale: Annotated[
        bool, Field(description="give each dimension mean 0 and deviation 1 over the training texts")
    ] = False

    @field_validator("tune")
    @classmethod
    def _tunes_one_encoder(cls, value: Tuning | None) -> Tuning | None:
        if value is not None and {"encoder", "revision"} & set(value.grid):
            raise ValueError("the encoder cannot be tuned; give each encoder a model of its own")
        return value

    @property
    def seeded(self) -> bool:
        """Whether training draws from its seed: the SVM does, the regression does not."""
        return self.head == "svm"

    @property
    def reader(self) -> SentenceEncoder:
        """What turns texts into vectors."""
        return SentenceEncoder(self.encoder, self.revision, self.prompt, self.max_length, self.device)

    def fit(
        self, texts: Sequence[str], labels: IntArray, n_labels: int, seed: int, names: Sequence[str]
    ) -> _Trained:
        """Encode the texts and train the classifier on their vectors."""
        return _Trained(self, self.fitted(self.vectors(texts), labels, seed, names), n_labels)

    def start(self, examples: Sequence[Example], names: Sequence[str]) -> _Encoded:
        """Encode all texts once."""
        return _Encoded(self, examples, names)

    def vectors(self, texts: Sequence[str]) -> FloatArray:
        """Return the vectors of texts, ``(n, d)``, in double precision for the classifier."""
        found = self.reader.vectors(texts)
        return (unit(found) if self.normalize else found).astype(np.float64)

    def fitted(self, X: FloatArray, labels: IntArray, seed: int, names: Sequence[str]) -> Any:
        """Train the classifier on vectors; one training label alone gives a constant."""
        present = np.unique(labels)
        if len(present) == 1:
            return Constant(int(present[0]), len(names), self.head == "logreg")
        return self.classifier(weights(self.class_weight, names, present), seed).fit(X, labels)

    def classifier(self, class_weight: Any, seed: int) -> Any:
        """Return the untrained scikit-learn classifier, after a scaler where one is asked for."""
        if self.head == "svm":
            from sklearn.svm import LinearSVC

            head = LinearSVC(C=self.C, class_weight=class_weight, max_iter=10_000, random_state=seed)
        else:
            from sklearn.linear_model import LogisticRegression

            head = LogisticRegression(C=self.C, class_weight=class_weight, max_iter=2000, random_state=seed)
        if not self.scale:
            return head
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler

        return make_pipeline(StandardScaler(), head)

    def parts(self, labeller: Labeller) -> Mapping[str, Any] | None:
        """Take a labeller apart: the arrays of its classifier; the encoder stays where it is."""
        if not (isinstance(labeller, TextLabeller) and isinstance(labeller.classifier, _Trained)):
            return None
        return classifier_parts(labeller.classifier.classifier)

    def restored(self, parts: Mapping[str, Any], names: Sequence[str]) -> Labeller:
        """Put a labeller together."""
        untrained = self.classifier(None, 0)
        classifier = classifier_of(parts, untrained, len(names), certain=self.head == "logreg")
        return TextLabeller(_Trained(self, classifier, len(names)))

    def knows(self) -> str:
        """Say that nobody here knows what it read in pretraining."""
        return "encodes by a model pretrained on texts that are not listed here and may hold these statements"

    def verify(self) -> None:
        """Find out whether the encoder is there, without loading it."""
        self.reader.verify_files()

    def resolved(self, path: Callable[[str, str], str]) -> Self:
        """Make the path of a model folder absolute."""
        return self.model_copy(update={"encoder": anchored(self.encoder, lambda p: path("encoder", p))})

    def content(self) -> Any:
        """Identify the encoder by its content, or by the commit of a Hugging Face id."""
        plain = {k: v for k, v in super().content().items() if k != "revision"}
        return {**plain, **self.reader.content()}


class _Trained:
    def __init__(self, model: Embeddings, classifier: Any, n_labels: int) -> None:
        self.model, self.classifier, self.n_labels = model, classifier, n_labels

    def predict(self, texts: Sequence[str]) -> Output:
        return _predict(self.classifier, self.model.vectors(texts), self.n_labels)


class _Encoded:
    def __init__(self, model: Embeddings, examples: Sequence[Example], names: Sequence[str]) -> None:
        self.model, self.names = model, names
        self.vectors = model.vectors([e.text for e in examples])
        self.labels = label_numbers(examples, names)

    def fit_predict(self, train: IntArray, test: IntArray, seed: int) -> Output:
        from sklearn import config_context

        with config_context(assume_finite=True, skip_parameter_validation=True):
            classifier = self.model.fitted(self.vectors[train], self.labels[train], seed, self.names)
            return _predict(classifier, self.vectors[test], len(self.names))


def _predict(classifier: Any, X: FloatArray, n_labels: int) -> Output:
    if isinstance(classifier, Constant):
        return classifier.of(len(X))
    predicted = np.asarray(classifier.predict(X), dtype=np.intp)
    if not hasattr(classifier, "predict_proba"):
        return Output(predicted)
    table = spread(classifier.predict_proba(X), [int(c) for c in classifier.classes_], n_labels)
    return Output(predicted, table)
