"""Errors: what they say, and that they arrive whole from another process."""

import pickle

import pytest

from harness.errors import (
    HarnessError,
    InputError,
    Place,
    Problem,
    ProblemsError,
    RunError,
    did_you_mean,
    said_by,
)

ERRORS = [
    HarnessError("what", hint="mend", place=Place("a.yaml", 3)),
    InputError("what"),
    RunError("what", hint="mend"),
    ProblemsError(
        [Problem(Place("b.yaml", 2), "code", "two", "mend"), Problem(Place("b.yaml", 1), "code", "one")]
    ),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda e: type(e).__name__)
def test_an_error_survives_pickling_with_everything_it_says(error):
    back = pickle.loads(pickle.dumps(error))
    assert type(back) is type(error)
    assert back.render() == error.render() == str(back)
    assert back.exit_code == error.exit_code


def test_problems_are_shown_by_place_with_code_and_hint():
    assert ERRORS[-1].render() == "b.yaml:1: one [code]\nb.yaml:2: two [code]\n  hint: mend"


def test_a_hint_finds_a_name_of_another_case_and_names_no_more_than_two_dozen():
    assert did_you_mean("c", ["C", "words"]) == "did you mean 'C'?"
    assert did_you_mean("zzz", [f"n{i:02}" for i in range(30)]).endswith("n23, and 6 more")


def test_an_error_without_a_place_gets_the_file_that_asked(tmp_path):
    with pytest.raises(InputError) as caught, said_by(tmp_path / "c.yaml"):
        raise InputError("what")
    assert caught.value.render() == f"{tmp_path / 'c.yaml'}: what"
