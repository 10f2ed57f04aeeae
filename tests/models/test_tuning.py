"""Tuning inside a training set: the test side is never seen, copies stay together, bad grids are refused."""

import numpy as np
import pytest

from harness.errors import InputError
from harness.models.linear import TfidfLogReg
from harness.models.search import Tuning
from harness.models.tuning import combinations
from harness.records import Example

NAMES = ("supportive", "neutral")


def test_combinations_vary_the_last_key_fastest():
    assert combinations(Tuning(grid={"C": [1, 2], "words": [[1, 1], [1, 2]]})) == [
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


ON_DEV = TfidfLogReg.model_validate(
    {"tune": {"grid": {"min_df": [50, 1]}, "on": "dev", "metric": "accuracy"}, "class_weight": None}
)


def with_dev(label=0, groups=("d0", "d1", "d2")):
    """Return the 12 statements and three dev statements of talks, all of one label."""
    return [
        *statements(),
        *(Example(f"d{i}", NAMES[label], f"talks n{i}", g, "a") for i, g in enumerate(groups)),
    ]


@pytest.mark.parametrize(("label", "best"), [(0, 50), (1, 1)])
def test_on_dev_the_value_that_is_right_about_the_dev_statements_is_chosen(label, best):
    """Of s0 to s8 five are supportive: without a term left (min_df 50) everything is called supportive."""
    train, test, dev = np.arange(9), np.array([10, 11]), np.array([12, 13, 14])
    output = ON_DEV.session(with_dev(label), NAMES).given(dev).fit_predict(train, test, 0)
    assert output.chosen == {"min_df": best}


def test_a_session_without_a_dev_part_tunes_on_folds():
    session = ON_DEV.session(with_dev(), NAMES)
    session.given(np.array([12, 13, 14]))
    assert session.fit_predict(np.arange(9), np.array([10]), 0).chosen == {"min_df": 1}


class Noting(TfidfLogReg):
    """Writes down what it is trained on and what it then labels."""

    def start(self, examples, names):
        inner = super().start(examples, names)

        class Session:
            def fit_predict(self, train, test, seed):
                NOTED.append((train.tolist(), test.tolist()))
                return inner.fit_predict(train, test, seed)

        return Session()


NOTED = []


def test_training_statements_in_a_group_with_a_dev_statement_are_left_out_while_choosing_and_no_longer():
    """d0 reports what s0 and s2 report; with 'fit: train+dev' d1 trains in the end, but not before."""
    rows = [*statements()[:4], *with_dev(groups=("g0", "g2", "d2"))[12:]]
    tuned = Noting.model_validate({"tune": {"grid": {"C": [1.0, 2.0]}, "on": "dev"}})
    NOTED.clear()
    train, test, dev = np.array([0, 1, 2, 5]), np.array([3]), np.array([4, 5, 6])
    tuned.session(rows, NAMES).given(dev).fit_predict(train, test, 0)
    assert NOTED == [([1], [4, 5, 6]), ([1], [4, 5, 6]), ([0, 1, 2, 5], [3])]


def test_the_final_model_is_chosen_on_dev_too():
    for label, best in ((0, 50), (1, 1)):
        chosen = ON_DEV.tuned([*statements()[:9], *with_dev(label)[12:]], NAMES, 0, ["d0", "d1", "d2"])
        assert (chosen.min_df, chosen.tune) == (best, None)


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


def test_random_search_draws_the_same_readable_values_for_every_fold():
    drawn = combinations(
        Tuning(grid={"C": {"low": 1e-3, "high": 1e3, "log": True}, "min_df": [1, 2]}, samples=50, seed=3)
    )
    assert len(drawn) == 50
    values = np.array([d["C"] for d in drawn])
    assert ((values >= 1e-3) & (values <= 1e3)).all()
    assert 10 < (values < 1).sum() < 40  # half of the logarithmic range lies below 1
    assert all(len(f"{v:.10g}".replace(".", "").lstrip("0")) <= 8 for v in values)
    again = Tuning(grid={"C": {"low": 1e-3, "high": 1e3, "log": True}, "min_df": [1, 2]}, samples=50, seed=3)
    assert combinations(again) == drawn


def test_whole_numbers_are_drawn_from_the_whole_range():
    drawn = combinations(Tuning(grid={"min_df": {"low": 1, "high": 4, "whole": True}}, samples=4))
    assert sorted(d["min_df"] for d in drawn) == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("grid", "samples", "there_are"),
    [({"min_df": {"low": 1, "high": 3, "whole": True}}, 10, 3), ({"C": [1.0, 1.0, 1.0]}, 2, 1)],
)
def test_more_draws_than_there_are_combinations_are_refused_and_not_waited_for(grid, samples, there_are):
    with pytest.raises(InputError, match=f"asks for more combinations than there are, {there_are}"):
        combinations(Tuning(grid=grid, samples=samples))


def test_a_list_with_fewer_combinations_than_samples_is_tried_whole():
    assert combinations(Tuning(grid={"C": [1.0, 2.0]}, samples=9)) == [{"C": 1.0}, {"C": 2.0}]


@pytest.mark.parametrize(
    ("tune", "message"),
    [
        ({"grid": {"C": {"low": 1, "high": 2}}}, "say how many 'samples'"),
        ({"grid": {"C": {"low": 2, "high": 1}}, "samples": 3}, "low must be below high"),
        ({"grid": {"C": {"low": 0, "high": 1, "log": True}}, "samples": 3}, "starts above 0"),
    ],
)
def test_a_range_that_cannot_be_drawn_from_is_refused(tune, message):
    with pytest.raises(ValueError, match=message):
        TfidfLogReg.model_validate({"tune": tune})
