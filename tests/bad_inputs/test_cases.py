"""Every broken input is refused with a place and a hint, or accepted where it is sound in truth.

The large ones take minutes and gigabytes: ``python -m tests.bad_inputs large: --large`` tries them.
"""

import pytest

from tests.bad_inputs.case import tried
from tests.bad_inputs.families import FAMILIES, all_cases

FAST = [case for case in all_cases() if not case.large]
LARGE = [case for case in all_cases() if case.large]
BATCH = 40
"""Cases of one test: a test for each of two thousand would cost more than the cases."""
BATCHES = [FAST[i : i + BATCH] for i in range(0, len(FAST), BATCH)]


def test_there_are_cases_of_every_family_and_no_two_have_one_name():
    assert len(FAST) > 500
    assert {case.family for case in FAST + LARGE} == {f.__name__.rpartition(".")[2] for f in FAMILIES}
    names = [str(case) for case in FAST + LARGE]
    assert sorted({name for name in names if names.count(name) > 1}) == []


@pytest.mark.parametrize("cases", BATCHES, ids=lambda cases: f"{cases[0].family}-{cases[0].name}"[:60])
def test_each_input_is_answered_as_is_declared(cases):
    wrong = {
        str(case): f"{outcome.kind}: {outcome.why}" for case in cases if not (outcome := tried(case)).well
    }
    assert wrong == {}
