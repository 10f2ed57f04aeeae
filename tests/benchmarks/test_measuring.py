"""What is measured of processes, and the ratios that are made of it."""

import sys

import pytest

from benchmarks import growth
from benchmarks.alternating import Alternation, Side, alternate
from benchmarks.usage import Usage, used

BURN = "import time\nwhile time.process_time() < 0.3: pass"
TWO = {
    "ours": [Usage(1.0, 2.0, 10.0), Usage(3.0, 2.0, 10.0), Usage(2.0, 2.0, 10.0)],
    "theirs": [Usage(2.0, 1.0, 20.0), Usage(2.0, 1.0, 20.0), Usage(2.0, 1.0, 40.0)],
}


def python(code):
    return (sys.executable, "-c", code)


def test_the_time_of_children_counts_and_that_of_sleeping_is_no_cpu():
    child = f"import subprocess, sys, time; subprocess.run([sys.executable, '-c', {BURN!r}]); time.sleep(0.2)"
    found = used(python(child))
    assert found.cpu >= 0.3
    assert found.wall >= 0.5


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_memory_of_a_tree_is_that_of_all_its_processes():
    hold = "import time; x = b'1' * 60_000_000; time.sleep(0.5)"
    child = f"import subprocess, sys; x = b'1' * 60_000_000; subprocess.run([sys.executable, '-c', {hold!r}])"
    assert used(python(hold)).memory < 120 <= used(python(child)).memory


def test_a_section_stands_for_the_whole_process_and_is_scaled():
    code = "import time\nfrom benchmarks.usage import section\nwith section(100): time.sleep(0.02)"
    assert used(python(code)).wall >= 2


def test_a_command_that_fails_ends_the_measurement_with_what_it_said():
    with pytest.raises(SystemExit, match="ended with 3: not today"):
        used(python("import sys; print('not today', file=sys.stderr); sys.exit(3)"))


def test_ratios_are_those_of_rounds_and_of_them_the_median():
    found = Alternation("two", TWO)
    assert found.ratio("wall") == (1.0, 0.5, 1.5)
    assert found.ratio("memory") == (0.5, 0.25, 0.5)
    assert found.span("ours", "wall") == (2.0, 1.0, 3.0)


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        ({"goal": 1.0}, 0),
        ({"goal": 0.9}, 1),
        ({"goal": 1.9, "measure": "cpu"}, 1),
        ({"goal": 2.0, "measure": "memory", "least": True}, 0),
        ({"goal": 2.1, "measure": "memory", "least": True}, 1),
    ],
)
def test_a_goal_is_kept_by_the_median_ratio(arguments, wanted, capsys):
    assert Alternation("two", TWO).judged(**arguments) == wanted
    assert capsys.readouterr().out.startswith("FAIL" if wanted else "pass")


def test_sides_take_turns_and_every_other_round_is_the_other_way_round():
    order = []
    sides = [Side(name, python("pass"), before=lambda n=name: order.append(n)) for name in "ab"]
    assert set(alternate("turns", sides, 3).rounds) == {"a", "b"}
    assert "".join(order) == "abbaab"


def test_growth_is_that_of_the_time_beyond_the_start_over_that_of_the_rows(capsys):
    seconds = {10: 3.0, 100: 12.0, 1000: 112.0}
    assert growth.judged("grows", seconds, start=2.0) == 0  # 110 / 1 over 1000 / 10
    assert growth.judged("grows", seconds) == 0  # 112 / 3 over 100
    assert growth.judged("grows", {10: 1.0, 100: 11.6}) == 1
    assert "growth of the time over that of the rows 1.10, at most 1.15" in capsys.readouterr().out


def test_growth_leaves_out_rows_that_take_hardly_longer_than_the_start(capsys):
    """2.1 - 2 is a twentieth of the start; from 100 to 1,000 rows 20 / 2 over 10 is 1."""
    assert growth.judged("grows", {10: 2.1, 100: 4.0, 1_000: 22.0}, start=2.0) == 0
    said = capsys.readouterr().out
    assert "10 rows take hardly longer than the start; left out" in said
    assert "100 to 1,000 rows, growth of the time over that of the rows 1.00" in said
    assert growth.judged("grows", {10: 2.1, 100: 4.0}, start=2.0) == 1
    assert "not enough rows" in capsys.readouterr().out
