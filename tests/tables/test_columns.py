"""A large table goes from its file to its scores in columns: no object is made for a row."""

import json

import pytest

from harness import records
from harness.config import load_config
from harness.evaluation import external_config
from harness.plan import make_plan
from harness.runner import execute
from harness.scoring import score_record
from harness.store import FoldStore, write_record

N = 60
LABELS = ("against", "favor", "none")


@pytest.fixture
def scored(tmp_path):
    """Write a table with its own parts and predictions for it; return what scores them."""
    rows = [
        {
            "id": f"t{i}",
            "text": f"statement {i % 50} of a speaker who has said {i} things",
            "label": LABELS[i % 3],
            "split": "test" if i % 4 else "train",
            "user": f"u{i // 2}",
        }
        for i in range(N)
    ]
    said = [{"id": r["id"], "predicted": LABELS[k % 3 - (k % 5 == 0)]} for k, r in enumerate(rows)]
    for name, lines in (("data", rows), ("said", said[::-1])):
        text = "".join(json.dumps(line) + "\n" for line in lines)
        (tmp_path / f"{name}.jsonl").write_text(text, encoding="utf-8")
    columns = {name: name for name in ("id", "text", "label", "split")}
    settings = {
        "name": "t",
        "seed": 1,
        "data": {"file": "data.jsonl", "columns": columns},
        "splits": ["predefined"],
        "models": {"majority": "majority"},
        "evaluation": {"retrain": 0, "leakage": 0, "slices": ["user"], "resamples": 100},
    }
    path = tmp_path / "t.yaml"
    path.write_text(json.dumps(settings), encoding="utf-8")

    def call():
        config = external_config(load_config(path), tmp_path / "said.jsonl", "other")
        record = execute(make_plan(config), FoldStore(tmp_path / "runs"))
        write_record(tmp_path / "run", record, "")
        return record, score_record(record)

    return call


def test_no_example_is_made_from_the_file_to_the_scores_of_given_predictions(scored, monkeypatch):
    made = []
    begin = records.Example.__init__

    def counted(self, *args, **kwargs):
        made.append(args)
        begin(self, *args, **kwargs)

    monkeypatch.setattr(records.Example, "__init__", counted)
    record, scores = scored()
    assert made == []
    assert scores.evaluations[0].n == 45  # 60 rows, of which every fourth trains
    assert len(list(record.examples)) == len(made) == N, "and the count does see them"


def test_its_scores_are_those_of_a_count_by_hand(scored):
    _, scores = scored()
    tested = [k for k in range(N) if k % 4]
    right = sum(LABELS[k % 3 - (k % 5 == 0)] == LABELS[k % 3] for k in tested)
    assert right == 45 - 9  # each fifth of them is wrong
    assert scores.evaluations[0].scores["accuracy"].value == pytest.approx(right / 45)
