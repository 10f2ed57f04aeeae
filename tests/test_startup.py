"""Startup: help is quick, since nothing heavy is imported before a command needs it."""

import os
import subprocess
import sys

import pytest

HEAVY = ("sklearn", "datasets", "matplotlib", "pandas", "torch", "scipy", "numpy", "yaml", "joblib")
CPU_LIMIT = 0.3  # seconds of CPU, user and system; a limit of the project


def harness(*arguments, python=()):
    command = [sys.executable, *python, "-m", "harness", *arguments]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False, timeout=60)


def imported(*arguments):
    """Return the top-level packages that a command imports."""
    done = harness(*arguments, python=("-X", "importtime"))
    assert done.returncode == 0, done.stderr
    lines = [line for line in done.stderr.splitlines() if line.startswith("import time:")]
    return {line.rpartition("|")[2].strip().partition(".")[0] for line in lines}


@pytest.mark.parametrize("arguments", [("--help",), ("run", "--help"), ("check", "--help")])
def test_help_imports_nothing_heavy(arguments):
    packages = imported(*arguments)
    assert "typer" in packages, "the listing is read rightly"
    assert packages.isdisjoint(HEAVY)


@pytest.mark.skipif(not hasattr(os, "wait4"), reason="the system does not tell a child's CPU time")
def test_help_takes_less_than_three_tenths_of_a_second_of_cpu():
    seconds = []
    for _ in range(3):
        child = subprocess.Popen([sys.executable, "-m", "harness", "--help"], stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        assert child.returncode == 0
        seconds.append(usage.ru_utime + usage.ru_stime)
    assert min(seconds) < CPU_LIMIT, f"best of {seconds}"
