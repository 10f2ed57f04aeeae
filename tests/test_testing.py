"""The leak test that authors of models run: it passes what learns from training, and names what does not."""

import numpy as np
import pytest

from harness import registry
from harness.models.base import Model
from harness.models.output import FixedSession, Output
from harness.testing import assert_no_leak


class _Session:
    """Trains on what ``learns`` makes of the rows, and says the label that is commonest there."""

    def __init__(self, model, examples, names):
        self.model, self.examples, self.names = model, examples, names

    def fit_predict(self, train, test, seed):
        rows = self.model.learns(train, test, len(self.examples))
        counts = [sum(self.examples[i].label == name for i in rows) for name in self.names]
        shares = np.array([counts]) / len(rows)
        return Output(np.full(len(test), int(np.argmax(counts))), shares.repeat(len(test), 0))


class Honest(Model):
    type: str = "honest"

    def learns(self, train, test, n):
        return train

    def start(self, examples, names):
        return _Session(self, examples, names)


class PeeksAtTest(Honest):
    type: str = "peeks"

    def learns(self, train, test, n):
        return [*train, *test]


class TakesPurged(Honest):
    type: str = "purged"

    def learns(self, train, test, n):
        return sorted(set(range(n)) - set(test.tolist()))


class CountsWords(Model):
    """Takes its scale from all texts of the session, as a vectoriser that is fitted too early does."""

    type: str = "counts"

    def start(self, examples, names):
        lengths = np.array([len(set(e.text.split())) for e in examples], dtype=float)
        shares = np.column_stack([lengths, lengths, lengths]) / lengths.max()
        return FixedSession(Output(np.zeros(len(examples), dtype=np.intp), shares))


class Unseeded(Honest):
    type: str = "unseeded"
    drawn: list[int] = []

    def learns(self, train, test, n):
        self.drawn.append(0)
        return train[len(self.drawn) :]


def test_a_model_that_learns_from_its_training_statements_passes():
    assert_no_leak(Honest())


@pytest.mark.parametrize("cls", [PeeksAtTest, TakesPurged, CountsWords])
def test_a_model_that_sees_more_fails_with_its_name_and_what_to_do(cls):
    with pytest.raises(AssertionError, match=f"{cls.__name__}: .* learn from the training statements alone"):
        assert_no_leak(cls())


def test_a_model_whose_trainings_differ_is_told_to_take_the_seed():
    with pytest.raises(AssertionError, match="Unseeded: two trainings with one seed predict different"):
        assert_no_leak(Unseeded())


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("majority", {}),
        ("stratified", {}),
        ("tfidf-svm", {"words": [1, 2]}),
        ("tfidf-logreg", {"input": "{source} {text}", "tune": {"grid": {"C": [0.1, 1]}, "folds": 2}}),
        ("complement-nb", {"blocks": {"cue": {"input": "cue"}}}),
    ],
)
def test_models_of_the_harness_pass_on_the_invented_statements(kind, given):
    assert_no_leak(registry.load("model", kind).model_validate({"type": kind, **given}))
