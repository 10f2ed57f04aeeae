"""Closed, full and broken streams: no run is lost for a message, and no output goes into a file."""

import os
import pty
import re
import struct
import subprocess
import sys
import termios
from fcntl import ioctl

import pytest

from tests.environment.conftest import harness, surroundings


def test_without_standard_input_nothing_is_amiss(study):
    assert harness("check", study.config, first="exec <&-").code == 0


def test_a_run_without_standard_error_is_a_run(study, tmp_path):
    ended = harness("run", study.config, "--set", f"output={tmp_path}", first="exec 2>&-")
    assert ended.code == 0
    assert study.same(tmp_path), "and no message went into a file of the run"


def test_a_run_without_standard_output_is_finished_and_says_what_was_not_shown(study, tmp_path):
    ended = harness("run", study.config, "--set", f"output={tmp_path}", first="exec <&- >&-")
    assert ended.code == 1
    assert "standard output: cannot write: " in ended.err
    assert study.same(tmp_path)
    assert list(tmp_path.rglob("manifest.json"))


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full")
def test_a_full_output_is_one_message_and_exit_1(study):
    ended = harness("report", study.folder, first="exec >/dev/full")
    assert ended.code == 1
    assert ended.err.startswith("standard output: cannot write: No space left on device\n  hint: ")
    assert harness("check", study.root, first="exec 2>/dev/full").code == 0, "messages are no result"


def test_a_reader_that_goes_away_ends_the_command_without_a_word(study):
    """141 is what a shell says of a program that a broken pipe ended."""
    for arguments in (("schema",), ("report", study.folder)):
        reading, writing = os.pipe()
        os.close(reading)
        done = subprocess.run(
            [sys.executable, "-m", "harness", *map(str, arguments)],
            stdout=writing,
            stderr=subprocess.PIPE,
            env=surroundings(),
            timeout=60,
            check=False,
        )
        os.close(writing)
        assert (done.returncode, done.stderr) == (141, b"")


def test_a_reader_of_messages_that_goes_away_does_not_end_a_run(study, tmp_path):
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "harness", "run", str(study.config), "--set", f"output={tmp_path}"],
        stdout=subprocess.DEVNULL,
        stderr=writing,
        env=surroundings(),
        timeout=60,
        check=False,
    )
    os.close(writing)
    assert done.returncode == 0
    assert study.same(tmp_path)


@pytest.mark.parametrize(("columns", "term", "escapes"), [(20, "dumb", False), (40, "xterm", True)])
def test_a_narrow_terminal_shows_a_run(study, columns, term, escapes):
    """A dumb terminal gets no escapes; one with NO_COLOR moves its cursor and has no colours."""
    master, slave = pty.openpty()
    ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-m", "harness", "run", str(study.config)],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env=surroundings(TERM=term, NO_COLOR="1", COLUMNS=None, LINES=None),
    )
    os.close(slave)
    shown = b""
    try:
        while block := os.read(master, 65536):
            shown += block
    except OSError:  # how a terminal says that its last user is gone
        pass
    os.close(master)
    assert process.wait(timeout=60) == 0
    assert b"Traceback" not in shown
    assert (b"\x1b" in shown) == escapes
    assert not re.search(rb"\x1b\[(\d+;)*([34]\d|9[0-7]|10[0-7])[;m]", shown), "no colours"
    assert b"SCORES" in shown
