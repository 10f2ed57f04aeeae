"""The shipped configurations of public data sets, run as they are on invented files of their shape."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from benchmarks.invented import SHAPES


@dataclass(frozen=True)
class Run:
    """A finished run: the copied configuration, its folder, and what it predicted and scored."""

    config: Path
    folder: Path
    predictions: list
    metrics: dict

    def of(self, split, model):
        return [p for p in self.predictions if (p["split"], p["model"]) == (split, model)]

    def score(self, split, model, metric):
        [found] = [
            e["scores"][metric]["value"]
            for e in self.metrics["evaluations"]
            if (e["split"], e["model"]) == (split, model)
        ]
        return found

    def sliced(self, split, model, by, metric):
        return {
            s["value"]: s["score"]["value"]
            for s in self.metrics["slices"]
            if (s["split"], s["model"], s["by"], s["metric"]) == (split, model, by, metric)
        }


@pytest.fixture
def shipped(project, tmp_path):
    """Copy a shipped configuration and write invented files beside it, in a share of the real size."""

    def call(name, share):
        path = tmp_path / f"{name}.yaml"
        shutil.copy(project / "configs" / "external" / path.name, path)
        SHAPES[name](tmp_path / "data", share)
        return path

    return call


@pytest.fixture
def run(shipped, run_cli, tmp_path, monkeypatch):
    """Run a shipped configuration through the command line."""

    def call(name, share=0.1, *settings):
        path = shipped(name, share)
        monkeypatch.chdir(tmp_path)
        checked = run_cli("check", path)
        assert checked.code == 0, checked.err
        sets = [part for said in ("evaluation.resamples=100", *settings) for part in ("--set", said)]
        ended = run_cli("run", path, "--jobs", "1", *sets)
        assert ended.code == 0, ended.err
        [folder] = (tmp_path / "runs" / name).iterdir()
        lines = (folder / "predictions.jsonl").read_text(encoding="utf-8").splitlines()
        metrics = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
        return Run(path, folder, [json.loads(line) for line in lines], metrics)

    return call


def f1(pairs, label):
    """Return the F1 of a label from (gold, predicted) pairs, 0 where it is 0/0."""
    right = sum(gold == said == label for gold, said in pairs)
    wrong = sum((gold == label) != (said == label) for gold, said in pairs)
    return 2 * right / (2 * right + wrong) if right else 0.0


def f_avg(pairs):
    """Return the score of SemEval-2016 Task 6, by hand."""
    return (f1(pairs, "favor") + f1(pairs, "against")) / 2
