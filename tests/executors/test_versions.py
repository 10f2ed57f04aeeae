"""What must agree between processes, and how a difference is said."""

from harness import __version__
from harness.executors.versions import disagreements, found_by, needed

HERE = {"python": "3.11", "harness": "0.1.0", "code": "aaaa", "numpy": "2.4.6"}


def said(**changes):
    return list(disagreements(HERE, {"tcp://w:1": {**HERE, **changes}}))


def test_the_same_versions_agree():
    assert said() == []


def test_each_difference_is_said_with_both_versions():
    assert said(python="3.12", numpy="2.0.0") == [
        "python is 3.12, here 3.11 (tcp://w:1)",
        "numpy is 2.0.0, here 2.4.6 (tcp://w:1)",
    ]
    assert said(numpy=None) == ["numpy is not installed (tcp://w:1)"]


def test_other_code_under_the_same_version_is_a_difference_and_another_version_says_enough():
    assert said(code="bbbb") == ["harness 0.1.0 has other code than the one here (tcp://w:1)"]
    assert said(harness="0.0.9", code="bbbb") == ["harness is 0.0.9, here 0.1.0 (tcp://w:1)"]


def test_workers_with_one_difference_are_counted():
    there = {f"tcp://w:{i}": {**HERE, "numpy": "2.0.0"} for i in range(3)}
    assert list(disagreements(HERE, there)) == ["numpy is 2.0.0, here 2.4.6 (tcp://w:0 and 2 more)"]


def test_a_worker_without_the_harness_is_asked_nothing_more():
    there = {"tcp://w:1": {"python": "3.12", "harness": None}}
    assert list(disagreements(HERE, there)) == ["stance-harness is not installed (tcp://w:1)"]


def test_this_process_agrees_with_itself_and_names_what_is_not_installed():
    names = needed(["numpy", "no-such-package"])
    assert names == ("numpy", "scipy", "scikit-learn", "no-such-package")
    found = found_by()(names)
    assert (found["harness"], found["no-such-package"]) == (__version__, None)
    assert list(disagreements(found, {"here": found})) == ["no-such-package is not installed (here)"]
