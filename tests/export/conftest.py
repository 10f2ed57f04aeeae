"""What the tests of exports share: a configuration of the small corpus, and other programs."""

import json
import os
import shutil
from pathlib import Path

import pytest

SPLITS = ["leave-one-article-out", {"type": "stratified-group-k-fold", "folds": 3, "repeats": 2}]


@pytest.fixture
def config(small_corpus):
    """A configuration of the small corpus with a split of articles and one of groups, repeated."""
    return small_corpus.config(data={"corpus": ".", "input": "cue+statement"}, splits=SPLITS)


@pytest.fixture
def exported(run_cli, config, tmp_path):
    """Export the configuration and return the folder."""

    def call(form, path=config):
        folder = tmp_path / f"exported-{form}"
        done = run_cli("export", path, "--to", form, folder)
        assert done.code == 0, done.err
        return folder

    return call


@pytest.fixture
def program():
    """Return the path of another program: of $HARNESS_TEST_PROGRAMS, a folder, or on the PATH."""

    def call(name):
        places = os.pathsep.join([os.environ.get("HARNESS_TEST_PROGRAMS", ""), os.environ.get("PATH", "")])
        found = shutil.which(name, path=places)
        if found is None:
            pytest.skip(f"{name} is not installed: put its folder in HARNESS_TEST_PROGRAMS")
        return Path(found)

    return call


@pytest.fixture
def offline(tmp_path):
    """The environment of a program that finds nothing of this package and no network."""
    kept = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "HF_HOME")}
    return kept | {"HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1", "HF_HOME": str(tmp_path / "hf-home")}


@pytest.fixture
def scored(run_cli, config, tmp_path):
    """Score a file by ``harness score --predictions`` and return what it says of each split."""

    def call(path, name):
        runs = tmp_path / f"runs-{name}"
        done = run_cli("score", "--predictions", path, "--config", config, "--set", f"output={runs}")
        assert done.code == 0, done.err
        (found,) = runs.rglob("metrics.json")
        evaluations = json.loads(found.read_text(encoding="utf-8"))["evaluations"]
        return {e["split"]: {"scores": e["scores"], "confusion": e["confusion"]} for e in evaluations}

    return call


@pytest.fixture
def by_hand(scored, tmp_path):
    """Score ``id -> label or None`` written as a plain predictions file."""

    def call(predicted):
        rows = [
            {"id": i, "predicted": label} | ({"reply": "no label"} if label is None else {})
            for i, label in predicted.items()
        ]
        path = tmp_path / "by-hand.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        return scored(path, "by-hand")

    return call
