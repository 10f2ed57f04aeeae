"""Tuning inside a training set: the test side is never seen, copies stay together, bad grids are refused."""

import numpy as np
import pytest

from harness.errors import InputError
from harness.models.linear import TfidfLogReg
from harness.models.tuning import combinations
from harness.records import Example

NAMES = ("supportive", "neutral")


def test_combinations_vary_the_last_key_fastest():
    assert combinations({"C": [1, 2], "words": [[1, 1], [1, 2]]}) == [
        {"C": 1, "words": [1, 1]},
        {"C": 1, "words": [1, 2]},
        {"C": 2, "words": [1, 1]},
        {"C": 2, "words": [1, 2]},
    ]


def statements(flipped=()):
    """Return 12 statements of 12 groups, "war n" supportive and "talks n" neutral; those flipped not."""
    rows = []
    for i in range(12):
        label = (i + (i in flipped)) % 2
        rows.append(Example(f"s{i}", NAMES[label], f"{('war', 'talks')[i % 2]} n{i}", f"g{i}", "a"))
    return rows


TUNED = TfidfLogReg.model_validate({"tune": {"grid": {"min_df": [50, 1]}, "folds": 3}})


def test_the_better_value_is_chosen_and_used():
    """With min_df 50 no term is left, so only min_df 1 can tell the labels apart."""
    output = TUNED.session(statements(), NAMES).fit_predict(np.arange(10), np.array([10, 11]), 0)
    assert output.chosen == {"min_df": 1}
    assert output.predicted.tolist() == [0, 1]


def test_the_labels_of_the_test_side_change_nothing():
    train, test = np.arange(10), np.array([10, 11])
    plain = TUNED.session(statements(), NAMES).fit_predict(train, test, 0)
    flipped = TUNED.session(statements(flipped=(10, 11)), NAMES).fit_predict(train, test, 0)
    assert plain.chosen == flipped.chosen
    assert plain.probabilities.tolist() == flipped.probabilities.tolist()


def test_of_equally_good_values_the_first_wins():
    model = TfidfLogReg.model_validate({"tune": {"grid": {"C": [5.0, 5.5, 6.0]}}})
    output = model.session(statements(), NAMES).fit_predict(np.arange(10), np.array([10]), 0)
    assert output.chosen == {"C": 5.0}


@pytest.mark.parametrize(
    ("grid", "message"), [({"c": [1.0]}, "tune.grid: c"), ({"C": [1.0, -1.0]}, "tune.grid: C")]
)
def test_a_grid_of_something_else_is_refused(grid, message):
    model = TfidfLogReg.model_validate({"tune": {"grid": grid}})
    with pytest.raises(InputError, match=message):
        model.session(statements(), NAMES)
