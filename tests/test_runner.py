"""Runs: reproducible to the byte, resumable, and recomputing exactly what changed."""

import json
import shutil

import pytest

from harness.config import load_config
from harness.errors import RunError
from harness.evaluation import evaluate
from harness.executors import Local
from harness.plan import FoldTask, make_plan
from harness.runner import execute
from harness.store import FoldStore, read_record

STABLE = ("folds.json", "predictions.jsonl", "metrics.json", "reruns.json")


def config_file(folder, corpus, **changes):
    """Write a quick configuration of two models."""
    settings = {
        "name": "quick",
        "seed": 1,
        "output": str(folder / "runs"),
        "data": {"corpus": str(corpus), "input": "cue+statement"},
        "splits": ["leave-one-article-out"],
        "models": {"random": {"type": "stratified"}, "logreg": {"type": "tfidf-logreg"}},
        "evaluation": {"retrain": 10, "resamples": 100, "leakage": 1},
    }
    path = folder / "quick.yaml"
    path.write_text(json.dumps({**settings, **changes}), encoding="utf-8")
    return path


def copy_of(project, folder):
    """Copy the corpus, so that a test can edit it."""
    for part in ("seeds", "annotations"):
        shutil.copytree(project / part, folder / part)
    return folder


def fits(plan, store):
    """Run a plan; return the models and folds that were not stored."""
    done = []
    record = execute(plan, store, progress=lambda task, stored: None if stored else done.append(task))
    return done, record


def test_two_runs_write_the_same_bytes(tmp_path, project):
    first, second = tmp_path / "a", tmp_path / "b"
    folders = []
    for folder in (first, second):
        folder.mkdir()
        folders.append(evaluate(load_config(config_file(folder, project))).folder)
    for name in STABLE:
        assert (folders[0] / name).read_bytes() == (folders[1] / name).read_bytes(), name


def test_two_processes_give_what_one_gives(tmp_path, project):
    plan = make_plan(load_config(config_file(tmp_path, project)))
    one = execute(plan, FoldStore(tmp_path / "one"), executor=Local(1))
    two = execute(plan, FoldStore(tmp_path / "two"), executor=Local(2))
    for a, b in zip(one.pools, two.pools, strict=True):
        assert (a.predicted == b.predicted).all()
    for a, b in zip(one.tables, two.tables, strict=True):
        assert (a.confusions == b.confusions).all()


def test_a_second_run_fits_nothing(tmp_path, project):
    plan = make_plan(load_config(config_file(tmp_path, project)))
    store = FoldStore(tmp_path / "runs")
    first, _ = fits(plan, store)
    again, _ = fits(plan, store)
    assert len(first) == len(plan.tasks)
    assert again == []


def test_a_changed_parameter_fits_that_model_alone(tmp_path, project):
    store = FoldStore(tmp_path / "runs")
    path = config_file(tmp_path, project)
    fits(make_plan(load_config(path)), store)
    again, _ = fits(make_plan(load_config(path, ["models.logreg.C=2"])), store)
    assert {t.model for t in again} == {"logreg"}


def test_a_new_metric_fits_nothing(tmp_path, project):
    store = FoldStore(tmp_path / "runs")
    path = config_file(tmp_path, project)
    fits(make_plan(load_config(path)), store)
    again, _ = fits(make_plan(load_config(path, ["evaluation.metrics=[macro_f1, cohen_kappa]"])), store)
    assert again == []


def test_an_edited_label_fits_every_fold_that_trains_on_it(tmp_path, project):
    corpus = copy_of(project, tmp_path)
    store = FoldStore(tmp_path / "runs")
    path = config_file(tmp_path, corpus, models={"logreg": {"type": "tfidf-logreg"}})
    fits(make_plan(load_config(path)), store)
    gold = corpus / "annotations" / "gold" / "004_3dbf35ee1580a863.jsonl"
    rows = [json.loads(line) for line in gold.read_text(encoding="utf-8").splitlines()]
    edited = next(r for r in rows if r["id"] == "004-06")
    edited.update(stance="hedged", decision="adjudicated", reason="edited by a test")
    gold.write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
    plan = make_plan(load_config(path))
    again, _ = fits(plan, store)
    trained_on_it = {t.fold.key for t in plan.tasks if isinstance(t, FoldTask) and "004-06" in t.fold.train}
    tested = {t.fold.key for t in plan.tasks if isinstance(t, FoldTask) and "004-06" in t.fold.test}
    refitted = {t.fold.key for t in again if isinstance(t, FoldTask)}
    assert trained_on_it <= refitted
    assert refitted <= trained_on_it | tested
    assert trained_on_it


def test_fresh_fits_everything_again(tmp_path, project):
    plan = make_plan(load_config(config_file(tmp_path, project)))
    store = FoldStore(tmp_path / "runs")
    fits(plan, store)
    done = []
    execute(plan, store, fresh=True, progress=lambda task, stored: done.append(stored))
    assert done == [False] * len(plan.tasks)


def test_an_interrupted_run_keeps_what_is_finished(tmp_path, project):
    plan = make_plan(load_config(config_file(tmp_path, project)))
    store = FoldStore(tmp_path / "runs")
    seen = []

    def stop_after_three(task, stored):
        seen.append(task)
        if len(seen) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        execute(plan, store, progress=stop_after_three)
    again, _ = fits(plan, store)
    assert len(again) == len(plan.tasks) - 3


def test_a_damaged_stored_fold_is_computed_again(tmp_path, project):
    plan = make_plan(load_config(config_file(tmp_path, project)))
    store = FoldStore(tmp_path / "runs")
    _, before = fits(plan, store)
    victim = next((tmp_path / "runs" / ".folds").rglob("*.json"))
    victim.write_text('{"predicted": [0', encoding="utf-8")
    again, after = fits(plan, store)
    assert len(again) == 1
    assert (before.pools[0].predicted == after.pools[0].predicted).all()


def test_the_stored_configuration_runs_again_and_lands_in_the_same_folder(tmp_path, project):
    done = evaluate(load_config(config_file(tmp_path, project)))
    stored = load_config(done.folder / "config.yaml")
    assert make_plan(stored).fingerprint == done.manifest["fingerprint"]


def test_limit_marks_the_run_partial_and_uses_that_many_statements(tmp_path, project):
    done = evaluate(load_config(config_file(tmp_path, project)), limit=30)
    scores = json.loads((done.folder / "metrics.json").read_text(encoding="utf-8"))
    assert scores["partial"] is True
    assert scores["n"] == 30
    assert "n:30(partial)" in scores["signature"]


def test_a_record_read_back_is_the_record_that_was_written(tmp_path, project):
    done = evaluate(load_config(config_file(tmp_path, project)))
    back = read_record(done.folder, done.record.examples)
    assert back.folds == done.record.folds
    for a, b in zip(back.pools, done.record.pools, strict=True):
        assert (a.predicted == b.predicted).all()
        assert (a.fold == b.fold).all()


def test_no_rerun_trains_on_a_copy_of_a_test_statement(project, tmp_path):
    from harness.divisions import rerun_rows

    plan = make_plan(load_config(config_file(tmp_path, project, splits=["stratified-group-k-fold"])))
    group = [e.group for e in plan.examples]
    for index in range(20):
        rows = rerun_rows(1, plan.config.splits[0], plan.examples, plan.labels, index)
        assert len(rows) == 5
        for train, test, _ in rows:
            assert not {group[i] for i in train} & {group[i] for i in test}


def test_tuning_chooses_inside_the_training_set_and_records_the_choice(tmp_path, project):
    tuned = {"type": "tfidf-logreg", "tune": {"grid": {"C": [0.1, 10]}, "folds": 2}}
    done = evaluate(load_config(config_file(tmp_path, project, models={"tuned": tuned})))
    folds = json.loads((done.folder / "folds.json").read_text(encoding="utf-8"))
    (chosen,) = folds["chosen"]
    assert len(chosen["parameters"]) == 5
    assert all(p["C"] in (0.1, 10) for p in chosen["parameters"])


def test_whatever_a_model_raises_is_one_error_that_names_the_model_and_the_line(
    tmp_path, project, monkeypatch
):
    def refuse(*_):
        raise RuntimeError("no such luck")

    monkeypatch.setattr("harness.models.tfidf.Tfidf.fitted", refuse)
    with pytest.raises(RunError, match="model 'logreg' failed: RuntimeError: no such luck") as found:
        evaluate(load_config(config_file(tmp_path, project)), jobs=1)
    assert found.value.exit_code == 1
    assert f"raised in refuse, {__file__}:" in found.value.hint
