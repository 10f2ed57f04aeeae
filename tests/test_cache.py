"""Answers kept under a digest: found again, never overwritten, shared by processes, refused in words."""

import subprocess
import sys

import pytest

from harness.cache import Cache, cache_folder
from harness.errors import RunError


def test_what_was_put_is_found_by_another_reader_and_the_rest_is_left_out(tmp_path):
    with Cache("replies", tmp_path) as cache:
        cache.put({"a": b"1", "b": b"\x00\xff"})
    with Cache("replies", tmp_path) as cache:
        assert cache.get(["b", "c", "a", "a"]) == {"a": b"1", "b": b"\x00\xff"}
        assert cache.get([]) == {}


def test_an_answer_that_is_there_stays(tmp_path):
    with Cache("replies", tmp_path) as cache:
        cache.put({"a": b"first"})
        cache.put({"a": b"second"})
        assert cache.get(["a"]) == {"a": b"first"}


def test_more_keys_than_one_statement_can_name_are_all_found(tmp_path):
    answers = {f"{i:05d}": str(i).encode() for i in range(2_345)}
    with Cache("embeddings", tmp_path) as cache:
        cache.put(answers)
        assert cache.get(answers) == answers


def test_a_process_that_is_killed_after_put_has_lost_nothing(tmp_path):
    code = (
        "import os, pathlib, signal, sys\nfrom harness.cache import Cache\n"
        "cache = Cache('replies', pathlib.Path(sys.argv[1]))\n"
        "for i in range(20): cache.put({str(i): b'x'})\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    assert done.returncode == -9
    with Cache("replies", tmp_path) as cache:
        assert len(cache.get(map(str, range(20)))) == 20


def test_a_file_that_is_no_cache_is_refused_with_a_way_out(tmp_path):
    (tmp_path / "replies.sqlite").write_bytes(b"not a database at all, and longer than a header of one " * 20)
    with pytest.raises(RunError, match="the cache cannot be used") as caught:
        Cache("replies", tmp_path)
    assert "HARNESS_CACHE" in caught.value.hint


def test_the_folder_is_the_one_that_the_user_names(monkeypatch, tmp_path):
    monkeypatch.setenv("HARNESS_CACHE", str(tmp_path / "here"))
    assert cache_folder() == tmp_path / "here"
    monkeypatch.delenv("HARNESS_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "stance-harness"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache_folder() == tmp_path / ".cache" / "stance-harness"
