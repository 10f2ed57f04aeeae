"""What linear models share: TF-IDF of one or several texts, whose terms are counted once for a whole run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from harness.errors import InputError
from harness.models.base import Model
from harness.models.blocks import OWN, Block, Counting, Cross, absent_parts, misplaced
from harness.models.class_weight import WeightField, number_weights
from harness.models.decision import decided
from harness.models.features import (
    Feature,
    Learnt,
    Likeness,
    TermColumns,
    WholeTexts,
    apart,
    beside,
    inputs_of,
)
from harness.models.fitted import classifier_of, classifier_parts
from harness.models.output import Constant, IntArray, Labeller, Output, TextLabeller
from harness.numbering import label_numbers
from harness.records import Example

LATER = ("across_words", "max_df", "max_features", "binary", "vocabulary")
"""Parameters that are no content at their defaults: what they default to is what was done without them."""


class Tfidf(Model, Counting):
    """The features that the linear models share; subclasses add the classifier.

    At a session's start every text is tokenised once. A fold then keeps the columns that its
    training texts contain and weights them by document frequencies of the training texts alone, which
    gives to the last bit what ``fit_transform`` of a ``TfidfVectorizer`` gives of the training texts, and
    ``transform`` of the others. ``probabilistic`` is False
    for a classifier without probabilities, or with such as do not go with its labels.
    """

    packages: ClassVar[tuple[str, ...]] = ("numpy", "scipy", "scikit-learn")
    probabilistic: ClassVar[bool] = True
    blocks: Annotated[
        dict[str, Block],
        Field(description="further texts by name, each with columns of its own: {body: {input: ...}}"),
    ] = {}
    cross: Annotated[
        list[Cross], Field(description="how alike two texts are: [{between: [input, body]}]")
    ] = []
    vocabulary: Annotated[
        Literal["own", "shared"],
        Field(
            description="terms and document frequencies of a text: its own, or of all texts of a statement"
        ),
    ] = "own"
    class_weight: WeightField = None

    @model_validator(mode="after")
    def _sees_something(self) -> Self:
        for message in misplaced(self.blocks, self.cross):
            raise ValueError(message)
        if not self.features():
            raise ValueError("words and characters are both null; the model would see nothing")
        return self

    def classifier(self, class_weight: Any, seed: int) -> Any:
        """Return the untrained scikit-learn classifier."""
        raise NotImplementedError

    @property
    def further_inputs(self) -> tuple[str, ...]:
        """The templates of the blocks' texts."""
        return tuple(block.input for block in self.blocks.values())

    def features(self) -> list[Feature]:
        """Return what makes the columns, in order: own terms, block after block, cross features."""
        place = {name: i for i, name in enumerate((OWN, *self.blocks))}
        out = self._terms(0, self, 1.0)
        for name, block in self.blocks.items():
            out += self._terms(place[name], block, block.weight)
            if block.one_hot:
                out.append(WholeTexts(place[name], block.weight))
        for item in self.cross:
            a, b = (place[name] for name in item.between)
            ngrams = (item.words[0], item.words[1])
            kinds = tuple(item.features)
            out.append(Likeness((a, b), kinds, ngrams, item.sublinear, item.weight))
        return out

    def _terms(self, source: int, how: Counting, weight: float) -> list[Feature]:
        learns_from = (source,) if self.vocabulary == "own" else tuple(range(1 + len(self.blocks)))
        return [
            TermColumns(source, learns_from, analyser, ngrams, how.weighting(), weight)
            for analyser, ngrams in how.analysers()
        ]

    def verify_data(self, examples: Sequence[Example], names: Sequence[str]) -> None:
        """Raise for blocks that name parts that the data do not have, and for weights of unknown labels."""
        absent = list(absent_parts(self.blocks, sorted(examples[0].fields) if examples else []))
        if absent:
            raise InputError("; ".join(message for message, _ in absent), hint=absent[0][1])
        super().verify_data(examples, names)

    def content(self) -> Any:
        """Identify blocks by their order and not by their names; without any, the parameters are all."""
        said = super().content()
        for key in LATER:
            if said[key] == type(self).model_fields[key].default:
                del said[key]
        place = {name: i for i, name in enumerate((OWN, *self.blocks))}
        blocks = [{k: v for k, v in block.items() if k != "input"} for block in said.pop("blocks").values()]
        cross = [{**item, "between": [place[n] for n in item["between"]]} for item in said.pop("cross")]
        return {**said, **({"blocks": blocks} if blocks else {}), **({"cross": cross} if cross else {})}

    def fit(
        self, texts: Sequence[str], labels: IntArray, n_labels: int, seed: int, names: Sequence[str]
    ) -> _Trained:
        """Train on texts; what scikit-learn's own vectorisers learn is what is looked for in new ones."""
        return self._trained([tuple(texts)], labels, seed, names)

    def train(self, examples: Sequence[Example], names: Sequence[str], seed: int) -> Labeller:
        """Train on labelled statements, all their texts."""
        inputs = inputs_of(examples, 1 + len(self.blocks))
        return self._labeller(self._trained(inputs, label_numbers(examples, names), seed, names))

    def _trained(
        self, inputs: Sequence[tuple[str, ...]], labels: IntArray, seed: int, names: Sequence[str]
    ) -> _Trained:
        features = self.features()
        made = [feature.fit(inputs) for feature in features]
        X = beside([columns for _, columns in made], len(inputs[0]))
        classifier = self.trained(X, labels, seed, names)
        return _Trained(features, [learnt for learnt, _ in made], classifier, len(names), self.probabilistic)

    def _labeller(self, trained: _Trained) -> Labeller:
        return StatementLabeller(trained, 1 + len(self.blocks)) if self.blocks else TextLabeller(trained)

    def parts(self, labeller: Labeller) -> Mapping[str, Any] | None:
        """Take a labeller apart: the terms or texts that features know, their weights, the classifier."""
        if not isinstance(labeller, TextLabeller | StatementLabeller):
            return None
        trained = labeller.classifier
        if not isinstance(trained, _Trained):
            return None
        said = [apart(learnt) for learnt in trained.learnt]
        idf = {f"idf{i}": array for i, (_, array) in enumerate(said) if array is not None}
        return {"learnt": [known for known, _ in said], **idf, **classifier_parts(trained.classifier)}

    def restored(self, parts: Mapping[str, Any], names: Sequence[str]) -> Labeller:
        """Put a labeller together without counting anything."""
        features = self.features()
        learnt = [
            feature.restored(said, parts.get(f"idf{i}"))
            for i, (feature, said) in enumerate(zip(features, parts["learnt"], strict=True))
        ]
        untrained = self.classifier(None, 0)
        classifier = classifier_of(parts, untrained, len(names), certain=self.probabilistic)
        return self._labeller(_Trained(features, learnt, classifier, len(names), self.probabilistic))

    def trained(self, X: Any, labels: IntArray, seed: int, names: Sequence[str]) -> Any:
        """Train the classifier on features.

        One training label alone gives a constant. So does a training set without a single term, where
        there is nothing to go by but how frequent the labels are.
        """
        present = np.unique(labels)
        if len(present) == 1 or X.shape[1] == 0:
            frequent = int(np.bincount(labels).argmax())
            return Constant(frequent, len(names), self.probabilistic)
        return self.fitted(X, labels, number_weights(self.class_weight, names, labels), seed)

    def fitted(self, X: Any, labels: IntArray, class_weight: Any, seed: int) -> Any:
        """Return the classifier, trained on features."""
        return self.classifier(class_weight, seed).fit(X, labels)

    def start(self, examples: Sequence[Example], names: Sequence[str]) -> LinearSession:
        """Count the terms of all texts once."""
        return LinearSession(self, examples, names)


class _Trained:
    def __init__(
        self,
        features: Sequence[Feature],
        learnt: Sequence[Learnt],
        classifier: Any,
        n_labels: int,
        probabilistic: bool,
    ) -> None:
        self.features, self.learnt, self.probabilistic = features, learnt, probabilistic
        self.classifier, self.n_labels = classifier, n_labels

    def predict(self, texts: Sequence[str]) -> Output:
        return self.say([texts])

    def say(self, inputs: Sequence[Sequence[str]]) -> Output:
        X = _columns(self.features, self.learnt, inputs)
        return decided(self.classifier, X, self.n_labels, self.probabilistic)


class StatementLabeller:
    """A trained classifier of statements of which it sees ``n`` texts."""

    def __init__(self, classifier: _Trained, n: int) -> None:
        self.classifier, self.n = classifier, n

    def label(self, examples: Sequence[Example]) -> Output:
        """Predict the label of each statement from all its texts."""
        return self.classifier.say(inputs_of(examples, self.n))


def _columns(features: Sequence[Feature], learnt: Sequence[Learnt], inputs: Sequence[Sequence[str]]) -> Any:
    pairs = zip(features, learnt, strict=True)
    return beside([feature.of(known, inputs) for feature, known in pairs], len(inputs[0]))


class LinearSession:
    """A linear model at work on the statements of a run, whose terms have been counted."""

    def __init__(self, model: Tfidf, examples: Sequence[Example], names: Sequence[str]) -> None:
        self.model, self.names = model, names
        inputs = inputs_of(examples, 1 + len(model.blocks))
        self.features = [feature.start(inputs) for feature in model.features()]
        self.labels = label_numbers(examples, names)

    def columns(self, train: IntArray, test: IntArray) -> tuple[Any, Any]:
        """Return the features of training and test rows, as learnt from the training rows."""
        made = [columns(train, test) for columns in self.features]
        return beside([X for X, _ in made], len(train)), beside([Y for _, Y in made], len(test))

    def fit_predict(self, train: IntArray, test: IntArray, seed: int) -> Output:
        """Train on some rows and predict others."""
        from sklearn import config_context

        X, Y = self.columns(train, test)
        with config_context(assume_finite=True, skip_parameter_validation=True):
            classifier = self.model.trained(X, self.labels[train], seed, self.names)
            return decided(classifier, Y, len(self.names), self.model.probabilistic)
