"""Memory, file handles and the size of a file, limited: a message, exit code 1, and nothing half-written."""

import os
import sys

import pytest

from harness.limits import memory_needed
from tests.environment.conftest import harness, stable_bytes
from tests.test_interruption import small_disk

linux = pytest.mark.skipif(sys.platform != "linux", reason="other systems limit memory in other ways")


@linux
@pytest.mark.parametrize("mebibytes", [256, 600])
def test_too_little_memory_is_said_before_a_library_hangs_on_it(study, tmp_path, mebibytes):
    """Without the look at the limit OpenBLAS never came back at 256 and at 600 MiB."""
    ended = harness(
        "run", study.config, "--set", f"output={tmp_path / 'runs'}", first=f"ulimit -v {mebibytes << 10}"
    )
    assert ended.code == 1
    needed = f"{memory_needed() >> 20:,} MiB"
    assert ended.err == (
        f"too little memory: the limit is {mebibytes} MiB, and {needed} are needed\n"
        "  hint: 'ulimit -v' tells and changes it, before the command: ulimit -v unlimited\n"
    )
    assert not (tmp_path / "runs").exists()


@linux
def test_help_needs_little_memory():
    assert harness("run", "--help", first="ulimit -v 262144").code == 0


@linux
def test_as_much_memory_as_is_asked_for_is_enough(study, tmp_path):
    ended = harness(
        "run", study.config, "--set", f"output={tmp_path}", first=f"ulimit -v {memory_needed() >> 10}"
    )
    assert ended.code == 0, ended.err
    assert study.same(tmp_path)


@pytest.mark.parametrize(
    ("limit", "said"), [("ulimit -n 7", "Too many open files"), ("ulimit -f 8", "File too large")]
)
def test_a_limit_on_files_is_named_and_the_run_goes_on_without_it(study, tmp_path, limit, said):
    command = ("run", study.config, "--set", f"output={tmp_path}")
    ended = harness(*command, first=limit)
    assert ended.code == 1
    assert f": {said}\n  hint: the system limits" in ended.err
    assert limit.rpartition(" ")[0] in ended.err
    assert not list(tmp_path.rglob("manifest.json")), "no run that looks finished"
    assert not [p for p in tmp_path.rglob(".*") if p.is_file()], "no temporary file"
    ended = harness(*command)
    assert ended.code == 0
    assert "6 tasks, 6 were stored" in ended.err
    assert study.same(tmp_path)


def test_a_read_only_study_can_be_run_elsewhere_and_its_runs_read(study, tmp_path):
    if os.geteuid():
        pytest.skip("a read-only disk needs root")
    with small_disk(tmp_path / "disk", "8m") as disk:
        os.system(f"cp -a {study.root}/. {disk}/ && mount -o remount,ro {disk}")
        folder = disk / study.folder.relative_to(study.root)
        assert harness("check", disk, cwd=disk).code == 0
        ended = harness("run", "small.yaml", "--set", f"output={tmp_path / 'out'}", cwd=disk)
        assert ended.code == 0, ended.err
        assert stable_bytes(tmp_path / "out" / "small" / study.folder.name) == stable_bytes(study.folder)
        for command in (("report", folder), ("compare", folder, folder), ("leaderboard", disk / "runs")):
            assert harness(*command, cwd=disk).code in (0, 2)
        for command in (("run", "small.yaml", "--set", "output=new"), ("score", folder)):
            ended = harness(*command, cwd=disk)
            assert ended.code == 1
            assert "cannot write: Read-only file system\n  hint: choose another folder" in ended.err
