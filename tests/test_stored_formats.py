"""What version 0.1 stored stays readable; a file of a later version is refused before anything is made of it.

``tests/data/run-0.1`` is a run as 0.1 wrote it. It is never written again: a change that makes it
unreadable, or makes another number of it, breaks a promise of docs/formats.md.
"""

import json
import shutil
import sqlite3
from pathlib import Path

import pytest

from harness.cache import Cache
from harness.errors import HarnessError, InputError
from harness.evaluation import rescore
from harness.scoring import metrics_json
from harness.store import FILES

CHANGED = [".comparisons.0.ci_low: -1.2988200214755479 -> -1.0"]
"""Numbers that the changelog says are others now: differences end where the metric's range lets them."""
STORED = Path("stored/study/08411dbcfb3c187a")


@pytest.fixture
def old(project, tmp_path):
    """A copy of the stored run, beside its data."""
    shutil.copytree(project / "tests" / "data" / "run-0.1", tmp_path / "study")
    return tmp_path / "study" / STORED


def same(was, now, at=""):
    """Yield where a value that was stored differs from what it is now; what is new beside it may be."""
    if isinstance(was, dict):
        for key, value in was.items():
            if key not in now:
                yield f"{at}.{key} is gone"
            elif key != "signature":  # it names the version
                yield from same(value, now[key], f"{at}.{key}")
    elif isinstance(was, list):
        if len(was) != len(now):
            yield f"{at}: {len(was)} -> {len(now)}"
        for i, pair in enumerate(zip(was, now, strict=False)):
            yield from same(*pair, f"{at}.{i}")
    elif was != (
        pytest.approx(now, rel=1e-9, abs=1e-12) if isinstance(was, float) and now is not None else now
    ):
        yield f"{at}: {was} -> {now}"


def test_a_run_of_version_0_1_is_scored_to_the_same_numbers(old):
    was = json.loads((old / "metrics.json").read_text("utf-8"))
    assert was["evaluations"][1]["scores"]["macro_f1"]["value"] is not None, "there is something to compare"
    assert list(same(was, metrics_json(rescore(old).scores))) == CHANGED
    other = json.loads(json.dumps(was).replace('"n": 32', '"n": 33'))
    assert list(same(other, metrics_json(rescore(old).scores))) != CHANGED, "a difference would be seen"


def test_a_run_of_version_0_1_is_scored_reported_compared_and_ranked_by_command(old, run_cli, tmp_path):
    assert run_cli("score", old).code == 0
    for form in ("md", "latex", "csv", "json", "html"):
        ended = run_cli("report", old, "--format", form)
        assert ended.code == 0, ended.err
        assert "logreg" in ended.out
    assert run_cli("leaderboard", old.parent.parent).code == 0
    assert "logreg" in run_cli("leaderboard", old.parent.parent).out
    assert run_cli("report", old, "--format", "parquet", "--out", tmp_path / "x.parquet").code == 0


def test_a_run_of_version_0_1_is_verified_and_what_differs_is_said(old, run_cli):
    """Other versions of the code or of packages may give other last digits; then they are the reasons."""
    ended = run_cli("verify", old)
    assert ended.code in (0, 1)
    if ended.code:
        first, *reasons = ended.out.splitlines()
        assert first.startswith("differs: ")
        assert reasons, ended.out
    else:
        assert ended.out == "identical\n"


def test_a_run_of_version_0_1_labels_new_statements(old, run_cli, tmp_path):
    (tmp_path / "new.jsonl").write_text('{"id": "a", "text": "Mayor Ilse rejected the toll"}\n', "utf-8")
    ended = run_cli("predict", old, tmp_path / "new.jsonl", "--model", "logreg")
    assert ended.code == 0, ended.err
    assert json.loads(ended.out)["id"] == "a"


def test_every_json_file_of_a_run_says_its_format(old):
    for name in FILES:
        if name.endswith(".json"):
            assert json.loads((old / name).read_text("utf-8"))["schema"] == 1
    assert "\nschema: 1\n" in (old / "config.yaml").read_text("utf-8")


@pytest.mark.parametrize("name", ["manifest.json", "folds.json", "reruns.json"])
def test_a_run_of_a_later_format_is_refused_with_both_numbers(old, run_cli, name):
    path = old / name
    path.write_text(path.read_text("utf-8").replace('"schema": 1', '"schema": 2', 1), "utf-8")
    for command in ("report", "score"):
        ended = run_cli(command, old)
        assert ended.code == 2
        assert ended.err.startswith(f"{path}: is in format 2, and harness ")
        assert " reads up to format 1\n  hint: pip install --upgrade stance-harness" in ended.err


@pytest.mark.parametrize("said", ["0", "true", '"1"', "null", "1.0"])
def test_a_manifest_that_says_no_format_is_damaged(old, run_cli, said):
    path = old / "manifest.json"
    path.write_text(path.read_text("utf-8").replace('"schema": 1', f'"schema": {said}', 1), "utf-8")
    ended = run_cli("report", old)
    assert ended.code == 2
    assert "says no format" in ended.err


def test_a_configuration_of_a_later_format_is_refused_before_its_unknown_keys(tmp_path, run_cli):
    (tmp_path / "c.yaml").write_text("name: a\nschema: 2\nfuture: 1\n", encoding="utf-8")
    ended = run_cli("check", tmp_path / "c.yaml")
    assert ended.code == 2
    assert ended.err.startswith(f"{tmp_path}/c.yaml:2: is in format 2, and harness ")
    assert "future" not in ended.err


def test_a_corpus_says_its_format_or_is_in_the_first_and_a_later_one_is_a_problem(small_corpus, run_cli):
    assert run_cli("check", small_corpus.root).code == 0
    small_corpus.scheme.write_text("schema: 1\n" + small_corpus.scheme.read_text("utf-8"), "utf-8")
    assert run_cli("check", small_corpus.root).code == 0
    small_corpus.replace(small_corpus.scheme, "schema: 1", "schema: 3\nfuture: 1")
    small_corpus.articles.write_text("schema: 2\n" + small_corpus.articles.read_text("utf-8"), "utf-8")
    ended = run_cli("check", small_corpus.root)
    assert ended.code == 1
    assert f"{small_corpus.scheme}:1: newer-format: is in format 3, and harness " in ended.out
    assert f"{small_corpus.articles}:1: newer-format: is in format 2, and harness " in ended.out


def test_a_cache_of_a_later_format_is_left_as_it_is(tmp_path):
    with Cache("replies", tmp_path) as cache:
        cache.put({"a": b"1"})
    path = tmp_path / "replies.sqlite"
    with sqlite3.connect(path) as opened:
        assert opened.execute("PRAGMA user_version").fetchone() == (1,)
        opened.execute("PRAGMA user_version = 2")
    opened.close()
    before = path.read_bytes()
    with pytest.raises(InputError, match="is in format 2") as caught:
        Cache("replies", tmp_path)
    assert "upgrade" in caught.value.hint
    assert path.read_bytes() == before


def test_a_cache_that_says_no_format_is_in_the_first(tmp_path):
    with sqlite3.connect(tmp_path / "replies.sqlite") as opened:
        opened.execute("CREATE TABLE answers (key TEXT PRIMARY KEY, value BLOB NOT NULL)")
        opened.execute("INSERT INTO answers VALUES ('a', x'01')")
    opened.close()
    with Cache("replies", tmp_path) as cache:
        assert cache.get(["a"]) == {"a": b"\x01"}


def test_an_export_of_a_later_format_is_not_replaced(old, run_cli, tmp_path):
    config = old.parents[2] / "config.yaml"
    assert run_cli("export", config, "--to", "jsonl", tmp_path / "out").code == 0
    path = tmp_path / "out" / "export.json"
    path.write_text(path.read_text("utf-8").replace('"schema": 1', '"schema": 2', 1), "utf-8")
    ended = run_cli("export", config, "--to", "jsonl", tmp_path / "out", "--replace")
    assert ended.code == 2
    assert ended.err.startswith(f"{path}: is in format 2, and harness ")


def test_a_journal_of_a_later_format_is_refused(tmp_path):
    from harness.annotate.serve.journal import Entry, Journal

    path = tmp_path / "a.jsonl"
    Journal(path).append(Entry("open", "d0", article="alpha", sha256="ab"))
    assert Journal(path).entries[0].schema == 1
    path.write_text(path.read_text("utf-8").replace('"schema": 1', '"schema": 2', 1), "utf-8")
    with pytest.raises(HarnessError, match=":1: is in format 2, and harness"):
        Journal(path)
