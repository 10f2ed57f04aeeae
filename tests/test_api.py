"""The Python interface gives what the commands write."""

import json
import subprocess
import sys
from dataclasses import replace
from math import isnan

import pytest
from sklearn.metrics import f1_score

import harness
from harness.errors import HarnessError, InputError

MODELS = {"majority": "majority", "bayes": "complement-nb"}


@pytest.fixture
def result(small_corpus):
    return harness.evaluate(small_corpus.config(models=MODELS))


def test_scores_are_those_of_metrics_json(result):
    stored = json.loads((result.folder / "metrics.json").read_text(encoding="utf-8"))
    found = result.scores.set_index(["split", "model", "metric"])["value"]
    for e in stored["evaluations"]:
        for metric, score in e["scores"].items():
            value = found[e["split"], e["model"], metric]
            assert value == score["value"] or (score["value"] is None and isnan(value))


def test_macro_f1_of_the_predictions_frame_is_the_score(result):
    said = result.predictions.query("model == 'bayes'")
    expected = f1_score(said["gold"], said["predicted"], average="macro", labels=list(result.labels))
    row = result.scores.query("model == 'bayes' and metric == 'macro_f1'").iloc[0]
    assert row["value"] == pytest.approx(expected, abs=1e-12)
    assert said[["p_supportive", "p_neutral", "p_hedged"]].sum(axis=1).to_list() == pytest.approx([1.0] * 12)


def test_confusion_adds_up_to_the_tested_statements_and_its_rows_to_the_support(result):
    table = result.confusion("bayes")
    assert table.to_numpy().sum() == 12
    assert table.sum(axis=1).to_dict() == {"supportive": 5, "neutral": 4, "hedged": 3}
    support = result.per_label.query("model == 'bayes'").set_index("label")["support"]
    assert support.to_dict() == table.sum(axis=1).to_dict()


def test_settings_change_what_the_file_says(small_corpus):
    path = small_corpus.config()
    assert harness.load(path).seed == 1
    assert harness.load(path, {"seed": 7, "evaluation.level": 0.9}).seed == 7
    with pytest.raises(HarnessError, match="sead"):
        harness.load(path, {"sead": 7})


def test_settings_beside_a_loaded_configuration_are_refused(small_corpus):
    loaded = harness.load(small_corpus.config())
    with pytest.raises(InputError, match="loaded already"):
        harness.evaluate(loaded, {"seed": 7})


def test_a_run_is_loaded_without_fitting_and_equals_what_was_evaluated(result):
    again = harness.load_run(result.folder)
    assert again.scores.equals(result.scores)
    assert again.comparisons.equals(result.comparisons)
    assert again.summary == result.summary


def test_a_run_compared_with_itself_differs_by_0(result):
    table = result.compare(harness.load_run(result.folder))
    assert table["delta"].to_list() == [0.0, 0.0]
    assert table["reason"].str.len().gt(0).all(), "without re-runs a trained model has no p, and it is said"


def test_an_unknown_model_names_the_nearest(result):
    with pytest.raises(InputError) as caught:
        result.confusion("bajes")
    assert caught.value.hint == "did you mean 'bayes'?"


def test_predictions_made_elsewhere_are_scored(small_corpus, tmp_path):
    path = small_corpus.config()
    rows = [
        {"id": row["id"], "predicted": row["stance"]}
        for article in ("alpha", "beta", "gamma")
        for row in small_corpus.rows(small_corpus.gold(article))
    ]
    mine = tmp_path / "mine.jsonl"
    small_corpus.write(mine, rows)
    scores = harness.score_predictions(mine, path, name="oracle").scores
    assert scores.query("metric == 'accuracy'")[["model", "value"]].to_numpy().tolist() == [["oracle", 1.0]]


def test_new_statements_are_labelled(result, tmp_path):
    new = tmp_path / "new.jsonl"
    new.write_text('{"id": "n", "text": "talks need all sides", "statement": "talks need all sides"}\n')
    table = harness.predict(result, new, "majority")
    assert table[["id", "predicted"]].to_numpy().tolist() == [["n", "supportive"]]


def test_the_leaderboard_has_every_model_once(result):
    table = harness.leaderboard(result.folder.parents[1])
    assert sorted(table["model"]) == ["bayes", "majority"]
    assert table["tie_group"].iloc[0] == 1


def test_check_lists_problems_and_verify_differences(small_corpus, result):
    assert harness.check(small_corpus.root) == []
    assert harness.verify(result.folder) == []
    small_corpus.replace(small_corpus.text(), "innocent", "innocemt")
    assert {p.path.rpartition("/")[2] for p in (q.place for q in harness.check(small_corpus.root))} >= {
        "alpha.jsonl"
    }


def test_the_page_of_a_notebook_escapes_what_it_shows(result):
    done = result.finished
    first = replace(done.scores.evaluations[0], model="<b>x</b>")
    scores = replace(done.scores, evaluations=(first, *done.scores.evaluations[1:]))
    page = harness.Result(replace(done, scores=scores))._repr_html_()
    assert "<b>x</b>" not in page
    assert "&lt;b&gt;x&lt;/b&gt;" in page
    assert "macro-F1" in page


def test_data_are_exported(small_corpus, tmp_path):
    paths = harness.export_data(small_corpus.config(), "csv", tmp_path / "out")
    assert paths
    assert all(path.is_file() for path in paths)


def test_power_says_what_a_difference_would_need(small_corpus):
    table = harness.power(small_corpus.config(models=MODELS), 0.5, jobs=1)
    assert table[["a", "b", "difference"]].to_numpy().tolist() == [["majority", "bayes", 0.5]]


def test_power_counts_the_groups_that_are_tested_and_not_those_that_only_train(small_corpus):
    """Gamma is tested alone: 4 of 12 statements, in 4 of the 7 groups."""
    config = small_corpus.config(models=MODELS, splits=[{"type": "fixed", "test": ["gamma"]}])
    table = harness.power(config, 0.5, jobs=1)
    assert table["tested_groups"].tolist() == [4]
    groups, statements = table[["groups", "statements"]].to_numpy()[0].tolist()
    assert statements == groups  # as many statements a group as are tested, not 12 / 7


def test_a_new_benchmark_is_made_planned_and_run(tmp_path):
    """60 fits: 4 models on 3 folds, 5 times; 19 statements of which one label is taken from the user."""
    config = harness.init(tmp_path / "new", ["for", "no", "unclear"])
    plan = harness.dry_run(config)
    assert (plan["statements"], plan["fits"], plan["labels"]) == (19, 60, ["for", "no", "unclear"])
    assert not (tmp_path / "runs").exists()
    run = harness.evaluate(config, {"output": str(tmp_path), "evaluation.retrain": 0}, only=["lexicon"])
    assert run.labels == ("for", "no", "unclear")


def test_a_sweep_gives_a_result_for_each_run_and_what_is_no_sweep_is_refused(small_corpus):
    sweep = small_corpus.config("sweep.yaml", models=MODELS, sweep={"models.bayes.alpha": [0.5, 2]})
    found = harness.evaluate_sweep(sweep)
    assert [run.finished.record.config["models"]["bayes"]["alpha"] for run in found] == [0.5, 2]
    with pytest.raises(InputError, match="has no sweep"):
        harness.evaluate_sweep(small_corpus.config())


def test_what_can_be_named_is_a_frame_and_each_name_is_described():
    table = harness.available("splits")
    assert list(table.columns) == ["name", "summary"]
    assert all(harness.describe(name).startswith(f"{name} (split)") for name in table["name"])


def test_the_schema_is_the_one_that_editors_read(project):
    assert harness.schema() == json.loads((project / "configs" / "schema.json").read_text(encoding="utf-8"))


def test_an_examined_installation_lists_the_package_itself_and_nothing_that_is_needed_is_wrong():
    table = harness.examine()
    assert list(table.columns) == ["topic", "name", "verdict", "text", "remedy"]
    assert table.set_index("name").loc["harness", "verdict"] == "ok"
    assert set(table["verdict"]) <= {"ok", "absent"}


def test_importing_the_package_imports_none_of_its_parts():
    code = "import harness, sys; print(sum(name.startswith('harness.') for name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "0"


def test_every_name_of_the_interface_can_be_had_and_no_other():
    assert [name for name in harness.__all__ if not callable(getattr(harness, name))] == []
    assert set(harness.__all__) <= set(dir(harness))
    with pytest.raises(AttributeError, match="no attribute 'evalute'"):
        harness.evalute  # noqa: B018


def test_no_name_of_the_interface_is_a_module_as_well(project):
    """A submodule that is imported would take the place of the function."""
    modules = {path.stem for path in (project / "harness").iterdir()}
    assert modules.isdisjoint(harness.__all__)
