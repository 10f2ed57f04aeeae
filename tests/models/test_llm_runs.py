"""Whole runs of language models from the command line: scored, reported, resumed, and silent about the key.

Twelve statements of the small corpus: 5 supportive, 4 neutral, 3 hedged. The service says the gold label of
all but three, of which it says what is no label: a word (alpha-1, supportive), a refusal (beta-2, neutral)
and nothing (gamma-3, hedged). So 9 of 12 are right, precision is 1 for every label, recall 4/5, 3/4 and
2/3, F1 8/9, 6/7 and 4/5.
"""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from harness.checks import load_corpus
from tests.conftest import build_corpus
from tests.models.chat_server import KEY, ChatServer, asked, completion, labelled

pytest.importorskip("openai")

MODEL = {"type": "llm", "model": "m", "price": {"input": 1.0, "output": 5.0}}
UNLABELLED = {
    "alpha-1": completion("for the sanctions"),
    "beta-2": completion(None, refusal="I would rather not."),
    "gamma-3": completion(""),
}
KEPT = {"alpha-1": "for the sanctions", "beta-2": "(refused) I would rather not.", "gamma-3": "(empty)"}
MACRO_F1 = (8 / 9 + 6 / 7 + 4 / 5) / 3


def teacher(root):
    """Return a service's way to answer: gold, but for `UNLABELLED`."""
    by_text = {e.text: e for e in load_corpus(root).examples()}

    def answer(request):
        e = by_text[asked(request)]
        return UNLABELLED.get(e.id) or labelled(e.label)

    return answer


def command(*words):
    return [sys.executable, "-m", "harness", *map(str, words)]


@dataclass
class Workplace:
    """A corpus, a service, and the command line with or without the variables that name the service."""

    folder: Path
    server: ChatServer
    corpus: object

    def environment(self, service=True):
        known = {k: v for k, v in os.environ.items() if not k.startswith("OPENAI")}
        named = self.server.environment() if service else {}
        return {**known, "HARNESS_CACHE": str(self.folder / "cache"), "COLUMNS": "100", **named}

    def harness(self, *words, service=True, code=0):
        done = subprocess.run(
            command(*words),
            capture_output=True,
            text=True,
            env=self.environment(service),
            cwd=self.folder,
            timeout=120,
            check=False,
        )
        assert done.returncode == code, done.stderr
        with (self.folder / "said.txt").open("a", encoding="utf-8") as file:
            file.write(done.stdout + done.stderr)
        return done.stdout + done.stderr

    def run_folder(self, name):
        (manifest,) = (self.folder / "runs" / name).glob("*/manifest.json")
        return manifest.parent

    def kept(self):
        """Return how many replies are kept."""
        path = self.folder / "cache" / "replies.sqlite"
        if not path.exists():
            return 0
        opened = sqlite3.connect(path)
        (count,) = opened.execute("SELECT count(*) FROM answers").fetchone()
        opened.close()
        return count


@pytest.fixture
def place(tmp_path):
    corpus = build_corpus(tmp_path / "corpus")
    with ChatServer(teacher(corpus.root)) as server:
        yield Workplace(tmp_path, server, corpus)


def config(place, name, **changes):
    """Write a configuration beside the corpus: the majority and a language model, left one article out."""
    settings = {
        "name": name,
        "seed": 1,
        "data": {"corpus": "."},
        "splits": ["leave-one-article-out"],
        "models": {"majority": "majority", "asked": MODEL},
        "evaluation": {"retrain": 3, "resamples": 100, "leakage": 1},
        "output": str(place.folder / "runs"),
    }
    path = place.corpus.root / f"{name}.yaml"
    path.write_text(json.dumps({**settings, **changes}, indent=1), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """One finished run, with a second of the same configuration behind it."""
    folder = tmp_path_factory.mktemp("llm")
    corpus = build_corpus(folder / "corpus")
    with ChatServer(teacher(corpus.root)) as server:
        place = Workplace(folder, server, corpus)
        place.path = config(place, "once")
        place.first = place.harness("run", place.path)
        assert len(server.requests) == 12
        place.second = place.harness("run", place.path)
        place.run = place.run_folder("once")
        yield place


def test_a_second_run_asks_nothing(done):
    assert len(done.server.requests) == 12


def test_what_is_no_label_is_null_with_the_reply_and_counts_as_wrong(done):
    rows = [json.loads(x) for x in (done.run / "predictions.jsonl").read_text(encoding="utf-8").splitlines()]
    mine = {r["id"]: r for r in rows if r["model"] == "asked"}
    assert {i: r["reply"] for i, r in mine.items() if "reply" in r} == KEPT
    assert {i for i, r in mine.items() if r["predicted"] is None} == set(KEPT)
    assert all(r["predicted"] == r["gold"] for i, r in mine.items() if i not in KEPT)
    assert not any("reply" in r for r in rows if r["model"] == "majority")
    scores = json.loads((done.run / "metrics.json").read_text(encoding="utf-8"))
    found = next(e for e in scores["evaluations"] if e["model"] == "asked")
    assert found["scores"]["accuracy"]["value"] == 9 / 12
    assert found["scores"]["macro_f1"]["value"] == pytest.approx(MACRO_F1)
    assert found["confusion"] == [[4, 0, 0, 1], [0, 3, 0, 1], [0, 0, 2, 1]]
    assert found["mode"] == "fixed"


def test_usage_adds_up_the_requests_and_their_cost(done):
    """12 requests of 120 and 7 tokens: 1440 and 84; at 1 and 5 USD a million, (1440 + 420) / 10**6."""
    scores = json.loads((done.run / "metrics.json").read_text(encoding="utf-8"))
    used = {e["model"]: e["usage"] for e in scores["evaluations"]}
    counts = {"requests": 12, "prompt_tokens": 1440, "completion_tokens": 84}
    assert used == {"majority": None, "asked": {**counts, "cost": pytest.approx(0.00186)}}
    for text in (done.first, done.second):
        assert "USAGE" in text
        assert all(x in text for x in ("1,440", "84", "0.0019", "counts once, whether it was answered"))
        assert "3 of 12 replies of asked (leave-one-article-out) are no label" in text
    report = (done.run / "report.md").read_text(encoding="utf-8")
    usage = report.partition("## Usage")[2].partition("\n## ")[0]
    assert "| asked | " in usage
    assert "majority" not in usage
    page = (done.run / "report.html").read_text(encoding="utf-8")
    assert 'id="usage"' in page
    assert "<b>(no label)</b> wrong" in page
    assert "as (no label)" in page


def test_scoring_reporting_comparing_ranking_and_verifying_ask_nothing_and_need_no_key(done):
    before = (done.run / "metrics.json").read_bytes()
    done.harness("score", done.run, service=False)
    assert (done.run / "metrics.json").read_bytes() == before
    assert "identical" in done.harness("verify", done.run, service=False)
    assert "no problems" in done.harness("check", done.path, service=False)
    assert "## Usage" in done.harness("report", done.run, service=False)
    assert "asked" in done.harness("leaderboard", done.folder / "runs", service=False)
    other = config(done, "other", models={"asked": {**MODEL, "sample": 1}})
    done.harness("run", other, "--dry-run", service=False)
    assert "OPENAI_API_KEY is not set" in done.harness("run", other, service=False, code=2)
    assert len(done.server.requests) == 12
    done.harness("run", other)
    assert len(done.server.requests) == 24  # another sample asks anew
    said = done.harness("compare", done.run, done.run_folder("other"), service=False)
    assert "both systems give the same predictions" in said


def test_predictions_of_the_run_score_alike_as_another_systems(done):
    rows = (done.run / "predictions.jsonl").read_text(encoding="utf-8").splitlines()
    mine = done.folder / "mine.jsonl"
    mine.write_text("".join(f"{r}\n" for r in rows if '"model": "asked"' in r), encoding="utf-8")
    done.harness("score", "--predictions", mine, "--config", done.path, "--name", "asked", service=False)
    found = []
    for folder in (done.run, done.run_folder("once-asked")):
        scores = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
        e = next(e for e in scores["evaluations"] if e["model"] == "asked")
        found.append([e["scores"], e["per_label"], e["confusion"], e["over_articles"]])
    assert found[0] == found[1]


def test_key_and_address_are_in_no_file_and_in_no_output(done):
    """Runs, reports, manifests, the cache, and all that the commands of this module printed until here."""
    done.harness("run", done.path, "--fresh")
    files = [p for p in done.folder.rglob("*") if p.is_file()]
    assert {"said.txt", "replies.sqlite", "manifest.json", "report.html"} <= {p.name for p in files}
    for path in files:
        data = path.read_bytes()
        assert KEY.encode() not in data, path
        assert done.server.url.split("/")[2].encode() not in data, path
    assert any(h["authorization"] == f"Bearer {KEY}" for h in done.server.headers)


def test_a_service_that_says_the_key_back_does_not_bring_it_into_a_run(place):
    place.server.answer = lambda request: completion(f"Bearer {KEY} neutral")
    place.harness("run", config(place, "echo"))
    assert "Bearer *** neutral" in (place.run_folder("echo") / "predictions.jsonl").read_text(
        encoding="utf-8"
    )
    assert not [p for p in place.folder.rglob("*") if p.is_file() and KEY.encode() in p.read_bytes()]


def test_a_killed_run_asks_only_for_what_is_missing(place):
    path = config(place, "killed", models={"asked": {**MODEL, "concurrency": 2}})
    place.server.delay = 0.3
    process = subprocess.Popen(
        command("run", path),
        env=place.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 60
    while len(place.server.requests) < 7 and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    time.sleep(0.5)  # let the service end what was under way
    kept, asked_before = place.kept(), len(place.server.requests)
    # The seventh request began when at least five had been answered; two may not have reached the disk.
    assert 3 <= kept < 12
    assert asked_before - kept <= 4
    assert not list((place.folder / "runs").rglob("manifest.json"))
    place.server.delay = 0.0
    place.harness("run", path)
    assert len(place.server.requests) - asked_before == 12 - kept
    rows = (place.run_folder("killed") / "predictions.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(rows) == 12


def test_a_run_that_fails_exits_1_with_one_message_and_goes_on_from_there(place):
    path = config(place, "failing", models={"asked": {**MODEL, "concurrency": 1, "retries": 0}})
    good = place.server.answer

    def answer(request):
        return good(request) if len(place.server.requests) <= 6 else b"<html>busy</html>"

    place.server.answer = answer
    said = place.harness("run", path, code=1)
    assert "the service at $OPENAI_BASE_URL failed: its answer is no chat completion" in said
    assert "hint: check the address" in said
    assert "Traceback" not in said
    assert (len(place.server.requests), place.kept()) == (7, 6)
    place.server.answer = good
    place.harness("run", path)
    assert (len(place.server.requests), place.kept()) == (7 + 6, 12)


def test_an_interrupt_ends_a_run_at_once_though_the_service_is_slow(place):
    place.server.delay = 30.0
    process = subprocess.Popen(
        command("run", config(place, "slow")),
        env=place.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 60
    while not place.server.requests and time.monotonic() < deadline:
        time.sleep(0.01)
    started = time.monotonic()
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert time.monotonic() - started < 10
    assert process.returncode == 130
    assert "what is finished is kept" in err
    assert "Traceback" not in err


def test_intervals_of_training_ask_for_the_prompts_of_every_rerun(place):
    """Few-shot prompts differ between re-runs, so ``mode: trained`` asks for more than the folds' 12."""
    model = {**MODEL, "shots": 3, "mode": "trained"}
    place.harness(
        "run",
        config(
            place,
            "trained",
            models={"asked": model},
            evaluation={"retrain": 2, "resamples": 100, "leakage": 0},
        ),
    )
    assert len(place.server.requests) > 12
    scores = json.loads((place.run_folder("trained") / "metrics.json").read_text(encoding="utf-8"))
    assert scores["evaluations"][0]["usage"]["requests"] == 12
    report = (place.run_folder("trained") / "report.md").read_text(encoding="utf-8")
    assert "re-runs behind the intervals of trained models are not counted" in report


@pytest.mark.slow
def test_the_shipped_configuration_runs_against_whatever_the_environment_names(tmp_path, project):
    for part in ("configs", "seeds", "annotations"):
        shutil.copytree(project / part, tmp_path / part)
    with ChatServer() as server:
        place = Workplace(tmp_path, server, None)
        place.harness("run", "configs/llm.yaml")
        # 55 statements zero-shot, with and without the codebook; few-shot in 3 repeats and by articles.
        assert len(server.requests) <= 55 + 55 + 4 * 55
        assert len(server.requests) > 55 + 55 + 3 * 55
        assert server.peak <= 8
        place.harness("verify", place.run_folder("llm"), service=False)
