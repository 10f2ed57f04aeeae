"""A folder of statements labelled on a real cluster: the bytes of one process, whatever is killed."""

import contextlib
import os
import signal
import subprocess
import sys
import time

import pytest

from harness.errors import InputError
from harness.labelling.parts_job import PartsJob, label_parts
from harness.labelling.run_model import run_model
from tests.conftest import ROOT
from tests.labelling.conftest import finished  # noqa: F401
from tests.labelling.test_job import large
from tests.labelling.test_parts import files

pytest.importorskip("distributed")

PARTS, ROWS = 20, 400


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Twenty parts of 400 statements."""
    top = tmp_path_factory.mktemp("statements") / "in"
    top.mkdir()
    large(top / "all", PARTS * ROWS)
    lines = (top / "all").read_text(encoding="utf-8").splitlines(keepends=True)
    (top / "all").unlink()
    for i in range(PARTS):
        text = "".join(lines[i * ROWS : (i + 1) * ROWS])
        (top / f"part-{i:02}.jsonl").write_text(text, encoding="utf-8")
    return top


@pytest.fixture(scope="module")
def wanted(finished, folder, tmp_path_factory):  # noqa: F811
    """What one process makes of the parts."""
    out = tmp_path_factory.mktemp("labels") / "out"
    label_parts(run_model(finished.folder, "svm"), PartsJob(str(folder), out, batch=100, jobs=1))
    return files(out)


def test_a_cluster_gives_the_bytes_of_one_process_also_if_a_worker_is_killed(
    finished,  # noqa: F811
    folder,
    wanted,
    cluster,
    tmp_path,
):
    (worker,) = cluster.work(1)  # the third
    rows = []

    def told(n, share):
        rows.append(n)
        if worker.poll() is None:
            cluster.kill(worker)

    job = PartsJob(str(folder), tmp_path / "out", batch=100, execution=cluster.execution)
    done = label_parts(run_model(finished.folder, "svm"), job, told=told)
    assert files(tmp_path / "out") == wanted
    assert (done.rows, rows[-1], len(rows)) == (PARTS * ROWS, PARTS * ROWS, PARTS)
    again = label_parts(run_model(finished.folder, "svm"), job)
    assert (again.rows, again.earlier) == (PARTS * ROWS, PARTS * ROWS)


def test_the_command_goes_on_after_it_was_killed(finished, folder, wanted, cluster, tmp_path):  # noqa: F811
    out = tmp_path / "out"
    command = [
        sys.executable,
        "-m",
        "harness",
        "predict",
        finished.folder,
        folder,
        "--model",
        "svm",
        "--out",
        out,
    ]
    command += ["--batch", "100", "--executor", f"dask={cluster.address}"]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(list(map(str, command)), env=env, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None and not list(out.glob("*.jsonl")):
        time.sleep(0.005)
    with contextlib.suppress(ProcessLookupError):
        os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert list(out.glob("*.jsonl"))
    again = subprocess.run(list(map(str, command)), env=env, capture_output=True, text=True, check=True)
    assert "8,000 statements (" in again.stderr
    assert "of them before)" in again.stderr
    assert files(out) == wanted


def test_a_worker_that_does_not_see_the_files_is_an_error_before_anything_is_labelled(
    finished,  # noqa: F811
    folder,
    machines,
    tmp_path,
):
    script = f'mount -t tmpfs tmpfs {folder} && exec "$@"'  # for this process alone
    hidden = ("unshare", "--mount", "sh", "-c", script, "sh")
    if subprocess.run([*hidden, "true"], capture_output=True, check=False).returncode:
        pytest.skip("hiding a folder from a process needs root")
    machines.work(1, before=hidden)
    job = PartsJob(str(folder), tmp_path / "out", execution=machines.execution)
    with pytest.raises(InputError, match="a worker does not see the files here") as caught:
        label_parts(run_model(finished.folder, "svm"), job)
    assert "paths that all machines share" in caught.value.hint
    assert files(tmp_path / "out") == {}
