"""A real scheduler and real worker processes on the loopback interface, and configurations for them."""

import contextlib
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from harness.config import load_config
from harness.execution import DaskExecution, LocalExecution
from harness.executors import executor_of
from harness.plan import Plan, make_plan
from harness.record_text import predictions_pieces
from harness.runner import execute
from harness.store import FoldStore
from tests.conftest import ROOT, build_corpus

START = 60
"""Seconds that a busy machine may take to start a process."""


@dataclass
class Machines:
    """A scheduler and its workers; each is a process of its own, and none has a nanny."""

    folder: Path
    address: str = ""
    scheduler: subprocess.Popen | None = None
    workers: list[subprocess.Popen] = field(default_factory=list)

    def start(self):
        file = self.folder / "scheduler.json"
        file.unlink(missing_ok=True)
        self.scheduler = self._run("scheduler", "--port", "0", "--scheduler-file", str(file))
        self.address = self._address(file)
        return self

    def _address(self, file):
        deadline = time.monotonic() + START
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError, ValueError):
                return json.loads(file.read_text(encoding="utf-8"))["address"]
            time.sleep(0.1)
        raise TimeoutError("the scheduler has not started")

    def _run(self, kind, *options, path=ROOT, before=()):
        command = [sys.executable, "-m", f"distributed.cli.dask_{kind}", *options, "--host", "127.0.0.1"]
        with (self.folder / f"{kind}.log").open("ab") as log:
            return subprocess.Popen(
                [*before, *command, "--no-dashboard"],
                env={**os.environ, "PYTHONPATH": str(path)},
                stdout=log,
                stderr=log,
                cwd=self.folder,
            )

    def work(self, n=1, **how):
        """Start workers, and wait until the scheduler has that many more."""
        options = (self.address, "--nthreads", "1", "--no-nanny", "--local-directory", str(self.folder))
        new = [self._run("worker", *options, **how) for _ in range(n)]
        self.workers += new
        self.wait(sum(w.poll() is None for w in self.workers))
        return new

    def wait(self, n):
        from distributed import Client

        with Client(self.address, timeout=START, set_as_default=False) as client:
            client.wait_for_workers(n, timeout=START)

    def kill(self, worker):
        worker.kill()
        worker.wait()

    def stop(self):
        for process in (*self.workers, self.scheduler):
            if process is not None and process.poll() is None:
                process.kill()
                process.wait()

    @property
    def execution(self):
        return DaskExecution(address=self.address, timeout=START)


@pytest.fixture(scope="session")
def cluster(tmp_path_factory):
    """A scheduler with two workers that no test may stop."""
    pytest.importorskip("distributed")
    machines = Machines(tmp_path_factory.mktemp("cluster")).start()
    try:
        machines.work(2)
        yield machines
    finally:
        machines.stop()


@pytest.fixture(scope="session")
def _bare(tmp_path_factory):
    pytest.importorskip("distributed")
    machines = Machines(tmp_path_factory.mktemp("machines"))
    try:
        yield machines
    finally:
        machines.stop()


@pytest.fixture
def machines(_bare):
    """A scheduler without workers that a test may do anything with."""
    if _bare.scheduler is None or _bare.scheduler.poll() is not None:
        _bare.start()
    yield _bare
    for worker in _bare.workers:
        _bare.kill(worker)
    _bare.workers.clear()


@dataclass(frozen=True)
class Planned:
    """A plan of two quick models, and ways to compute it."""

    plan: Plan

    def computed(self, root, execution=LocalExecution(), progress=None, processes=1):  # noqa: B008
        """Compute the plan into a store of its own; return every byte that comes of it."""
        with executor_of(execution, processes) as executor:
            record = execute(self.plan, FoldStore(root), executor=executor, progress=progress)
        return {"predictions": b"".join(predictions_pieces(record)).decode().encode("utf-8"), **stored(root)}


def stored(root):
    """Return what a store holds, by the names of its files."""
    return {path.name: path.read_bytes() for path in (root / ".folds").rglob("*.json")}


@pytest.fixture(scope="session")
def planned(tmp_path_factory):
    """Two models of 10 tasks each."""
    corpus = build_corpus(tmp_path_factory.mktemp("executors") / "corpus")
    evaluation = {"retrain": 40, "resamples": 100, "leakage": 2}
    return Planned(make_plan(load_config(corpus.config(evaluation=evaluation))))


@pytest.fixture(scope="session")
def alone(planned, tmp_path_factory):
    """What the plan gives in one process."""
    return planned.computed(tmp_path_factory.mktemp("alone"))
