"""What a model says of statements, and everything that says it: sessions, classifiers, labellers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from harness.records import Example

IntArray = npt.NDArray[np.intp]
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Output:
    """What a model says of the test statements of one fold.

    Attributes
    ----------
    predicted : (n_test,) int array
        Numbers of labels; ``n_labels`` where what the model said is no label.
    probabilities : (n_test, n_labels) float array or None
        Rows sum to 1; None for a model without probabilities.
    chosen : mapping or None
        The parameters that tuning chose inside the training set.
    replies : mapping
        By place in ``predicted``: what the model said where it is no label.
    calls : mapping
        By digest of the request: tokens and cost of every request that these predictions rest on,
        answered from a cache or not.
    """

    predicted: IntArray
    probabilities: FloatArray | None = None
    chosen: Mapping[str, Any] | None = None
    replies: Mapping[int, str] = field(default_factory=dict)
    calls: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


class Session(Protocol):
    """A model at work on a fixed list of statements."""

    def fit_predict(self, train: IntArray, test: IntArray, seed: int) -> Output:
        """Train on the statements at ``train`` (positions; a position may repeat), predict ``test``."""
        ...


@runtime_checkable
class UsesDev(Protocol):
    """A session that makes something of the data's own dev part, where a division has one."""

    def given(self, dev: IntArray) -> Session:
        """Return the session with the statements at ``dev``, none in a group with a test statement."""
        ...


def knowing(session: Session, dev: IntArray) -> Session:
    """Return the session with a division's dev part, if there is one and it makes something of it."""
    return session.given(dev) if len(dev) and isinstance(session, UsesDev) else session


class Classifier(Protocol):
    """A trained model that labels new texts.

    What it says of a text does not depend on the others that it is asked with. One that draws at random
    has a method ``at(row)``, which returns it as it stands after ``row`` texts.
    """

    def predict(self, texts: Sequence[str]) -> Output:
        """Predict the label of each text."""
        ...


class Labeller(Protocol):
    """A trained model that labels new statements, of which it sees ``text`` (and ``pair``) alone."""

    def label(self, examples: Sequence[Example]) -> Output:
        """Predict the label of each statement."""
        ...


@dataclass(frozen=True)
class TextLabeller:
    """A classifier of texts, as a labeller of statements."""

    classifier: Classifier

    def label(self, examples: Sequence[Example]) -> Output:
        """Predict the label of each statement's text."""
        return self.classifier.predict([e.text for e in examples])

    def at(self, row: int) -> TextLabeller:
        """Return the labeller as it stands after ``row`` statements, of a longer series in parts."""
        found = getattr(self.classifier, "at", None)
        return self if found is None else TextLabeller(found(row))


class Constant:
    """A classifier that has seen one label only, or no text, and always says the same.

    ``certain`` says whether it gives that label probability 1, or no probabilities, as the model does
    whose place it takes.
    """

    def __init__(self, label: int, n_labels: int, certain: bool) -> None:
        self.label, self.n_labels, self.certain = label, n_labels, certain

    def predict(self, texts: Sequence[str]) -> Output:
        """Say the label of every text."""
        return self.of(len(texts))

    def of(self, n: int) -> Output:
        """Say the label ``n`` times."""
        probabilities = spread(np.ones((n, 1)), [self.label], self.n_labels) if self.certain else None
        return Output(np.full(n, self.label, dtype=np.intp), probabilities)


class FixedSession:
    """A session of a model that does not train: what it says of every statement is known beforehand."""

    def __init__(self, output: Output) -> None:
        self.output = output

    def fit_predict(self, train: IntArray, test: IntArray, seed: int) -> Output:
        """Look the predictions up."""
        out = self.output
        return Output(
            out.predicted[test],
            None if out.probabilities is None else out.probabilities[test],
            replies={k: out.replies[int(i)] for k, i in enumerate(test) if int(i) in out.replies},
            calls=out.calls,
        )


def spread(values: FloatArray, classes: Sequence[int], n_labels: int) -> FloatArray:
    """Put the columns of the trained classes into a table over all labels; the others get 0."""
    out = np.zeros((len(values), n_labels))
    out[:, list(classes)] = values
    return out
