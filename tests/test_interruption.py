"""Runs that are killed, crowded, starved of space or shut out: nothing is lost or half-written."""

import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time

import pytest

from harness.config import load_config
from harness.evaluation import evaluate
from tests.test_runner import STABLE, config_file

KILLS = 50


def command(path, *options):
    return [sys.executable, "-m", "harness", "run", str(path), "--jobs", "1", *options]


def start(path, *options):
    """Start a run in a process group of its own."""
    return subprocess.Popen(
        command(path, *options), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )


def stable_bytes(folder):
    return {name: (folder / name).read_bytes() for name in STABLE}


@pytest.fixture
def quick(tmp_path, project):
    """A run of a few seconds, and the bytes that it gives when nothing interrupts it."""
    (tmp_path / "whole").mkdir()
    models = {"svm": {"type": "tfidf-svm"}, "logreg": {"type": "tfidf-logreg"}}
    evaluation = {"retrain": 20, "resamples": 100, "leakage": 2}
    reference = evaluate(
        load_config(config_file(tmp_path / "whole", project, models=models, evaluation=evaluation))
    )
    path = config_file(tmp_path, project, models=models, evaluation=evaluation)
    return path, reference


@pytest.mark.slow
def test_fifty_kills_at_random_moments_lose_nothing_but_the_fold_in_hand(quick, tmp_path):
    path, reference = quick
    wanted = stable_bytes(reference.folder)
    folder = tmp_path / "runs" / "quick" / reference.folder.name
    rng = random.Random(20220915)
    started = time.monotonic()
    subprocess.run(command(path), check=True, capture_output=True, timeout=120)
    whole = time.monotonic() - started
    kills = 0
    stored_before = 0
    store = tmp_path / "runs" / ".folds"
    while kills < KILLS:
        if (folder / "manifest.json").exists():  # a finished run: check it, then begin again from nothing
            assert stable_bytes(folder) == wanted
            shutil.rmtree(tmp_path / "runs")
            stored_before = 0
        process = start(path)
        time.sleep(rng.uniform(0.2, 1.0) * whole)
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            kills += 1
        process.wait()
        stored = sum(1 for _ in store.rglob("*.json"))
        assert stored >= stored_before
        stored_before = stored
        for name in STABLE:  # what exists is whole
            if (folder / name).exists():
                assert (folder / name).read_bytes() == wanted[name]
    subprocess.run(command(path), check=True, capture_output=True, timeout=120)
    assert stable_bytes(folder) == wanted


def test_two_runs_of_one_configuration_at_once_do_not_disturb_each_other(quick, tmp_path):
    path, reference = quick
    processes = [start(path), start(path)]
    assert [p.wait(timeout=120) for p in processes] == [0, 0]
    assert stable_bytes(tmp_path / "runs" / "quick" / reference.folder.name) == stable_bytes(reference.folder)


def test_an_interrupt_exits_130_says_that_finished_folds_are_kept_and_keeps_them(quick, tmp_path):
    path, _ = quick
    process = subprocess.Popen(command(path), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    store = tmp_path / "runs" / ".folds"
    deadline = time.monotonic() + 60
    while not any(store.rglob("*.json")) and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "what is finished is kept" in err
    assert "Traceback" not in err
    assert any(store.rglob("*.json"))


def test_a_folder_that_cannot_be_written_is_one_message_and_exit_1(quick, tmp_path):
    path, _ = quick
    (tmp_path / "runs").write_text("a file where the folder should be", encoding="utf-8")
    done = subprocess.run(command(path), capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 1
    assert "cannot write" in done.stderr
    assert "hint:" in done.stderr
    assert "Traceback" not in done.stderr


@contextlib.contextmanager
def small_disk(folder, size):
    """Mount a disk of a fixed size, where the tests may."""
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("mounting a small disk needs root")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_is_one_message_exit_1_and_the_finished_folds_are_kept(quick, tmp_path):
    path, reference = quick
    with small_disk(tmp_path / "disk", "64k") as disk:
        done = subprocess.run(
            command(path, "--set", f"output={disk}"), capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 1
        assert "No space left" in done.stderr
        assert "what was finished is kept" in done.stderr
        assert "Traceback" not in done.stderr
        kept = list((disk / ".folds").rglob("*.json"))
        assert kept
        assert not list(disk.rglob("manifest.json"))
        subprocess.run(["mount", "-o", "remount,size=64m", str(disk)], check=True)
        subprocess.run(command(path, "--set", f"output={disk}"), check=True, capture_output=True, timeout=120)
        folder = next(disk.rglob("manifest.json")).parent
        for name in ("folds.json", "predictions.jsonl"):
            assert (folder / name).read_bytes() == (reference.folder / name).read_bytes()


def test_a_folder_without_permission_is_one_message_and_exit_1(quick, tmp_path):
    path, _ = quick
    if os.geteuid() == 0:
        with small_disk(tmp_path / "disk", "1m") as disk:
            subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
            done = subprocess.run(
                command(path, "--set", f"output={disk}"),
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )
    else:
        (tmp_path / "locked").mkdir(mode=0o500)
        option = f"output={tmp_path / 'locked'}"
        done = subprocess.run(
            command(path, "--set", option), capture_output=True, text=True, timeout=120, check=False
        )
    assert done.returncode == 1
    assert "cannot write" in done.stderr
    assert "Traceback" not in done.stderr
