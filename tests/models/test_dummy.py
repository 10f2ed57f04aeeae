"""Baselines that look at no text."""

import numpy as np

from harness.models.dummy import Majority, Stratified

NAMES = ("supportive", "neutral", "hedged")


def test_majority_says_the_most_frequent_training_label_with_the_shares_as_probabilities():
    output = Majority().fit(["a"] * 4, np.array([1, 1, 2, 0]), 3, 0, NAMES).predict(["x", "y"])
    assert output.predicted.tolist() == [1, 1]
    assert output.probabilities.tolist() == [[0.25, 0.5, 0.25]] * 2


def test_of_equally_frequent_labels_majority_says_the_first_in_the_scheme():
    assert Majority().fit(["a"] * 4, np.array([2, 1, 1, 2]), 3, 0, NAMES).predict(["x"]).predicted[0] == 1


def test_stratified_draws_with_the_training_shares():
    """One quarter, one half, one quarter of 4000: each share within 4 standard errors, 0.03."""
    model = Stratified().fit(["a"] * 4, np.array([1, 1, 2, 0]), 3, 5, NAMES)
    output = model.predict(["x"] * 4000)
    np.testing.assert_allclose(np.bincount(output.predicted) / 4000, [0.25, 0.5, 0.25], atol=0.032)
    assert output.probabilities[0].tolist() == [0.25, 0.5, 0.25]


def test_stratified_never_says_a_label_that_training_lacks():
    output = Stratified().fit(["a"] * 2, np.array([0, 2]), 3, 5, NAMES).predict(["x"] * 200)
    assert set(output.predicted.tolist()) == {0, 2}


def test_the_seed_alone_decides_what_is_drawn():
    def drawn(seed):
        return (
            Stratified().fit(["a"] * 4, np.array([1, 1, 2, 0]), 3, seed, NAMES).predict(["x"] * 50).predicted
        )

    assert drawn(1).tolist() == drawn(1).tolist()
    assert drawn(1).tolist() != drawn(2).tolist()
