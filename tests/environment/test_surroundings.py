"""Locale, home, time zone, width, clock and umask are no part of a result."""

import datetime
import json
import os
import shutil
import stat
import subprocess

import pytest

from harness.environment import git_state
from tests.conftest import build_corpus
from tests.environment.conftest import harness, stable_bytes

ODD = {
    "a C locale without UTF-8": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "a dumb terminal of 20 columns far away, and no home": {
        "HOME": "/dev/null",
        "TZ": "Pacific/Kiritimati",
        "COLUMNS": "20",
        "TERM": "dumb",
        "NO_COLOR": "1",
    },
}


@pytest.mark.parametrize("name", ODD)
def test_odd_surroundings_change_no_byte(study, tmp_path, name):
    ended = harness("run", study.config, "--set", f"output={tmp_path}", **ODD[name])
    assert ended.code == 0, ended.err
    assert study.same(tmp_path)
    assert "atplotlib" not in ended.err, "what a library says of its cache is of no use here"
    assert "\x1b" not in ended.out + ended.err


def test_no_variables_at_all_and_a_strict_umask_change_no_byte(study, tmp_path):
    before = datetime.datetime.now(datetime.UTC)
    ended = harness(
        "run", study.config, "--set", f"output={tmp_path}", bare=True, PATH="/nowhere", first="umask 077"
    )
    assert ended.code == 0, ended.err
    assert study.same(tmp_path)
    files = [p for p in tmp_path.rglob("*") if p.is_file()]
    assert files
    assert {stat.S_IMODE(p.stat().st_mode) for p in files} == {0o600}, "what the umask leaves of 666"
    manifest = json.loads((tmp_path / "small" / study.folder.name / "manifest.json").read_text("utf-8"))
    started = datetime.datetime.fromisoformat(manifest["started"])
    assert abs(started - before) < datetime.timedelta(minutes=2), "times are in UTC"
    assert manifest["environment"]["git"] is None, "without a PATH no git is found"


def test_files_from_the_future_and_a_clock_that_was_set_back_change_nothing(study, tmp_path):
    """Fits are found by content: every one of 6 is taken from the store, whatever its date."""
    shutil.copytree(study.root, tmp_path / "study")
    later = datetime.datetime(2999, 1, 1, tzinfo=datetime.UTC).timestamp()
    folder = tmp_path / "study" / "runs" / "small" / study.folder.name
    said = json.loads((folder / "manifest.json").read_text("utf-8"))
    (folder / "manifest.json").write_text(json.dumps({**said, "finished": "2999-01-01T00:00:00Z"}), "utf-8")
    for path in [p for p in (tmp_path / "study").rglob("*") if p.is_file()]:
        os.utime(path, (later, later))
    ended = harness("run", "small.yaml", "--set", "output=runs", cwd=tmp_path / "study")
    assert ended.code == 0
    assert "100 % of 6 tasks, 6 were stored" in ended.err
    assert stable_bytes(folder) == stable_bytes(study.folder)
    assert json.loads((folder / "manifest.json").read_text("utf-8"))["finished"] < "2999"


def test_a_letter_that_file_names_cannot_hold_is_named_with_what_helps(tmp_path):
    config = build_corpus(tmp_path / "données").config()
    ended = harness("run", config.name, cwd=config.parent, **ODD["a C locale without UTF-8"])
    assert ended.code == 2
    assert "set PYTHONUTF8=1" in ended.err
    assert harness("check", config.name, cwd=config.parent, LC_ALL="C").code == 0, "Python's own remedy"


def test_a_folder_whose_name_is_not_utf8_is_refused_with_its_place(tmp_path):
    latin = os.fsdecode(os.fsencode(tmp_path) + b"/donn\xe9es")
    config = build_corpus(tmp_path / "plain").config(output="runs")
    try:
        os.rename(config.parent, latin)
    except OSError:
        pytest.skip("this file system holds UTF-8 names alone")
    ended = harness("run", "small.yaml", cwd=latin)
    assert ended.code == 2
    assert ended.err.startswith("small.yaml:5: data.corpus: a path must be UTF-8")


def test_a_file_that_git_names_in_another_encoding_is_a_change_like_any_other(tmp_path):
    def git(*arguments):
        subprocess.run(["git", "-C", str(tmp_path), *arguments], check=True, capture_output=True)

    git("init", "-q")
    git("config", "core.quotePath", "false")
    git("-c", "user.email=a@example.org", "-c", "user.name=a", "commit", "-q", "--allow-empty", "-m", "first")
    try:
        (tmp_path / os.fsdecode(b"caf\xe9")).touch()
    except OSError:
        pytest.skip("this file system holds UTF-8 names alone")
    state = git_state(tmp_path)
    assert state is not None
    assert state["dirty"]


def test_a_working_folder_that_is_gone_does_no_harm_where_it_is_not_needed(study, tmp_path):
    gone = f"mkdir {tmp_path}/gone; cd {tmp_path}/gone; rmdir {tmp_path}/gone"
    assert harness("report", study.folder, first=gone).code == 0
    ended = harness("run", study.config, "--set", "output=runs", first=gone)
    assert ended.code == 1
    assert "cannot write: No such file" in ended.err
