"""The model learns from its training statements alone."""

from nearest_statement import NearestStatement

from harness.testing import assert_no_leak


def test_what_is_not_in_the_training_set_does_not_show() -> None:
    """Neither as it is nor tuned."""
    assert_no_leak(NearestStatement())
    assert_no_leak(NearestStatement(tune={"grid": {"least": [0.0, 0.5]}, "folds": 2}))
