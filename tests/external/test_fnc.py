"""FNC-1: headlines find their bodies by number, and the score is the challenge's, by hand."""

import csv

import pytest

from harness.config import load_config
from harness.plan import make_plan

LABELS = ["agree", "disagree", "discuss", "unrelated"]


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_headline_has_the_body_of_its_number(shipped, tmp_path):
    plan = make_plan(load_config(shipped("fnc-1", 0.01)))
    data = tmp_path / "data" / "fnc-1"
    bodies = {}
    for name in ("train_bodies", "competition_test_bodies"):
        bodies |= {row["Body ID"]: row["articleBody"] for row in rows_of(data / f"{name}.csv")}
    rows = [*rows_of(data / "train_stances.csv"), *rows_of(data / "competition_test_stances.csv")]
    assert len(rows) == len(plan.examples) == 500 + 254
    found = [(e.text, e.fields["text_pair"], e.group, e.label) for e in plan.examples]
    assert found == [(r["Headline"], bodies[r["Body ID"]], r["Body ID"], r["Stance"]) for r in rows]
    [fold] = plan.folds
    assert fold.purged == (), "the parts have no body in common"


def test_the_score_is_the_challenge_own(run, tmp_path):
    done = run("fnc-1", 0.01)
    gold = [row["Stance"] for row in rows_of(tmp_path / "data" / "fnc-1" / "competition_test_stances.csv")]
    maximum = sum(0.25 if label == "unrelated" else 1 for label in gold)
    models = {p["model"] for p in done.predictions}
    assert "majority" in models
    for model in models:
        said = {p["id"]: p["predicted"] for p in done.of("predefined", model)}
        raw = 0.0
        for i, label in enumerate(gold, 1):
            guess = said[f"test-{i}"]
            raw += 0.25 * (guess == label) + 0.5 * (guess == label != "unrelated")
            raw += 0.25 * (label != "unrelated" and guess != "unrelated")
        assert done.score("predefined", model, "fnc_raw") == pytest.approx(raw)
        assert done.score("predefined", model, "fnc_maximum") == pytest.approx(maximum)
        assert done.score("predefined", model, "fnc") == pytest.approx(100 * raw / maximum)
    null = 0.25 * gold.count("unrelated")
    assert done.score("predefined", "majority", "fnc_raw") == null
