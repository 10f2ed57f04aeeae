"""Divisions that the data name: what a fold is called, whose model it is, what is refused and the hint."""

import numpy as np
import pytest

from harness.errors import InputError
from harness.given_splits import LeaveOneValueOut, Predefined
from harness.records import Example

LABELS = ("against", "favor")


def row(number, part, target="treaty", group=None):
    return Example(
        f"r{number}", LABELS[number % 2], "text", group or f"g{number}", "", {"split": part, "target": target}
    )


def folds(split, rows):
    return split.folds(rows, LABELS, np.random.default_rng(0))


def predefined(**asked):
    return Predefined.model_validate(asked)


THREE = (row(0, "train"), row(1, "dev"), row(2, "test"), row(3, "train"), row(4, "test"))


def test_the_parts_are_one_fold_called_test():
    [fold] = folds(predefined(), THREE)
    assert (fold.key, fold.name) == ("predefined/0/0", "test")
    assert (fold.train, fold.dev, fold.test) == (("r0", "r3"), ("r1",), ("r2", "r4"))
    [fold] = folds(predefined(fit="train+dev"), THREE)
    assert (fold.train, fold.dev, fold.test) == (("r0", "r1", "r3"), ("r1",), ("r2", "r4"))


def test_each_value_that_is_tested_has_a_fold_of_its_own_rows():
    """'war' is trained on and not tested, so it has no fold; the others stand in alphabetical order."""
    parts = (("treaty", "train"), ("treaty", "test"), ("ban", "train"), ("ban", "test"), ("war", "train"))
    rows = [row(k, part, target) for k, (target, part) in enumerate(parts)]
    made = folds(predefined(each="target"), rows)
    assert [(f.key, f.name) for f in made] == [("predefined/0/0", "ban"), ("predefined/0/1", "treaty")]
    assert [(f.train, f.test) for f in made] == [(("r2",), ("r3",)), (("r0",), ("r1",))]


def test_the_dev_part_is_told_by_position_whatever_it_shares_with_others():
    rows = (row(0, "train"), row(1, "validation", group="g"), row(2, "test", group="g"), row(3, "dev"))
    assert list(predefined().dev_part(rows)) == ["r1", "r3"]


def test_each_value_left_out_is_a_fold_of_the_first_repeat():
    rows = [row(k, "train", target) for k, target in enumerate("ba")]
    made = folds(LeaveOneValueOut.model_validate({"by": "target"}), rows)
    assert [(f.key, f.name, f.test) for f in made] == [
        ("leave-one-value-out/0/0", "a", ("r1",)),
        ("leave-one-value-out/0/1", "b", ("r0",)),
    ]


@pytest.mark.parametrize(
    ("split", "rows", "message", "hint"),
    [
        (
            predefined(field="splt"),
            THREE,
            "split 'predefined': the data have no 'splt'",
            "did you mean 'split'?",
        ),
        (
            predefined(),
            (*THREE, row(5, "trial")),
            "split 'predefined': split is 'trial' in some rows",
            "name it in train, dev or test of the split: known are train, dev, validation, test",
        ),
        (
            predefined(test=["tset"], dev=["dev", "test"]),
            THREE,
            "split 'predefined': no row has split 'tset', so nothing is the test",
            "did you mean 'test'?",
        ),
        (
            predefined(train=["tain"], dev=["dev", "train"]),
            THREE,
            "split 'predefined': no row has split 'tain', so nothing is the train",
            "did you mean 'train'?",
        ),
        (
            LeaveOneValueOut.model_validate({"by": "target"}),
            THREE,
            "split 'leave-one-value-out' needs two values of 'target', got 1",
            "",
        ),
    ],
)
def test_data_that_a_division_does_not_fit_are_refused_with_a_hint(split, rows, message, hint):
    with pytest.raises(InputError) as error:
        folds(split, rows)
    assert (error.value.message, error.value.hint) == (message, hint)


def test_a_value_that_stands_in_two_parts_is_refused():
    with pytest.raises(ValueError, match="dev stands in two of train, dev and test"):
        predefined(train=["train", "dev"])
