"""A small study and its ordinary run, and the command line in whatever surroundings a test wants."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import ROOT, Ended, build_corpus

STABLE = ("folds.json", "reruns.json", "predictions.jsonl", "metrics.json")


def surroundings(**changes):
    """Return the environment with some variables changed; None takes one out."""
    variables = {**os.environ, "PYTHONPATH": str(ROOT), **changes}
    return {name: value for name, value in variables.items() if value is not None}


def harness(*arguments, first=":", cwd=None, bare=False, **changes):
    """Run ``python -m harness`` after a line of shell: limits, closed streams, another folder."""
    env = {"PYTHONPATH": str(ROOT), **changes} if bare else surroundings(**changes)
    command = ["/bin/bash", "-c", f'{first}; exec "$@"', "bash", sys.executable, "-m", "harness"]
    done = subprocess.run(
        [*command, *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        cwd=cwd,
        env=env,
        timeout=60,
        check=False,
    )
    out, err = (stream.decode("utf-8", "replace") for stream in (done.stdout, done.stderr))
    assert "Traceback" not in out + err, err
    return Ended(done.returncode, out, err)


def stable_bytes(folder):
    """Return the files that two runs of one configuration have alike."""
    return {name: (folder / name).read_bytes() for name in STABLE}


@dataclass(frozen=True)
class Study:
    """A corpus with a configuration, and the folder of its ordinary run."""

    root: Path
    config: Path
    folder: Path

    def same(self, runs):
        """Whether a run below ``runs`` has the bytes of the ordinary one."""
        return stable_bytes(runs / "small" / self.folder.name) == stable_bytes(self.folder)


@pytest.fixture(scope="session")
def study(tmp_path_factory):
    """A study that was run once, where nothing is odd. No test changes it."""
    corpus = build_corpus(tmp_path_factory.mktemp("study"))
    config = corpus.config()
    ended = harness("run", config)
    assert ended.code == 0, ended.err
    return Study(corpus.root, config, next(corpus.root.glob("runs/small/*")))
