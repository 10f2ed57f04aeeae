"""The length shortcut: it sees how long a text is and nothing else."""

import numpy as np
import pytest

from harness.models.length import Length, lengths

NAMES = ("supportive", "neutral", "hedged")


def test_the_features_are_logarithms_of_words_and_characters():
    np.testing.assert_allclose(lengths(["", "two words"]), np.log([[1, 1], [3, 10]]))


def test_two_texts_of_one_length_are_the_same_to_it():
    texts, labels = ["a b", "c d", "a b c d e f", "g h i j k l"], np.array([0, 0, 2, 2])
    output = Length().fit(texts, labels, 3, 0, NAMES).predict(["x y", "war on", "x y z x y z"])
    assert output.predicted.tolist() == [0, 0, 2]
    assert output.probabilities[0, 0] > output.probabilities[1, 0] + 0.01, "6 characters are not 3"
    again = Length().fit(texts, labels, 3, 0, NAMES).predict(["q r"])
    np.testing.assert_allclose(again.probabilities[0], output.probabilities[0], atol=1e-12)
    assert output.probabilities[:, 1].tolist() == [0, 0, 0]


@pytest.mark.parametrize("label", [0, 2])
def test_one_training_label_gives_a_constant(label):
    output = Length().fit(["a", "b c"], np.array([label, label]), 3, 0, NAMES).predict(["d e f"])
    assert output.predicted.tolist() == [label]
    assert output.probabilities[0, label] == 1
