"""A grid of runs: names, every mistake at once, shared fits, and records like those of single runs."""

import pytest

from harness.config import load_config
from harness.errors import InputError, ProblemsError
from harness.evaluation import evaluate
from harness.sweep import load_sweep
from harness.sweep_run import plan_sweep, run_sweep

MODELS = {"svm": {"type": "tfidf-svm"}, "majority": "majority"}
STABLE = ("config.yaml", "folds.json", "reruns.json", "predictions.jsonl", "metrics.json")


def names(corpus, sweep, *settings):
    return [run.name for run in load_sweep(corpus.config(models=MODELS, sweep=sweep), settings).runs]


def test_each_combination_is_a_run_and_the_last_key_changes_first(small_corpus):
    sweep = load_sweep(
        small_corpus.config(models=MODELS, sweep={"models.svm.C": [0.1, 1], "seed": [1, 2, 3]})
    )
    said = [(run.models["svm"].C, run.seed) for run in sweep.runs]
    assert said == [(0.1, 1), (0.1, 2), (0.1, 3), (1, 1), (1, 2), (1, 3)]
    assert [run.name for run in sweep.runs][:2] == ["small-C_0.1-seed_1", "small-C_0.1-seed_2"]
    assert all(run.models["majority"] == sweep.runs[0].models["majority"] for run in sweep.runs)


def test_a_configuration_without_a_sweep_has_none(small_corpus):
    assert load_sweep(small_corpus.config()) is None
    assert load_sweep(small_corpus.config(sweep=None)) is None
    assert load_sweep(small_corpus.config(sweep={"seed": [1, 2]}), ["sweep=null"]) is None


def test_a_key_is_named_by_as_much_of_its_end_as_tells_it_from_others(small_corpus):
    models = {"a": {"type": "tfidf-svm"}, "b": {"type": "tfidf-svm"}}
    sweep = {"models.a.C": [1], "models.b.C": [2], "models.b.words": [[1, 1], [1, 2]]}
    runs = load_sweep(small_corpus.config(models=models, sweep=sweep)).runs
    assert [run.name for run in runs] == ["small-a.C_1-b.C_2-words_no1", "small-a.C_1-b.C_2-words_no2"]


def test_values_without_a_short_name_of_their_own_are_numbered(small_corpus):
    assert names(small_corpus, {"data.input": ["statement", "{source}: {statement}"]}) == [
        "small-input_statement",
        "small-input_no2",
    ]
    assert names(small_corpus, {"models.svm.class_weight": [None, "balanced"]}) == [
        "small-class_weight_null",
        "small-class_weight_balanced",
    ]


def test_names_that_would_grow_too_long_are_numbers(small_corpus):
    assert names(small_corpus, {"seed": [1, 2]}, f"name={'n' * 95}") == ["n" * 95 + "-1", "n" * 95 + "-2"]


def test_every_mistake_of_every_combination_is_said_with_the_line_of_its_value(small_corpus):
    path = small_corpus.root / "sweep.yaml"
    small_corpus.config("base.yaml", models=MODELS)
    path.write_text(
        "extends: base.yaml\nsweep:\n  models.svm.C:\n    - 0.1\n    - -1\n    - x\n  seed: [1, -2]\n"
        "  evaluation.levl: [0.9]\n",
        encoding="utf-8",
    )
    with pytest.raises(ProblemsError) as caught:
        load_sweep(path)
    said = [(p.place.line, p.message) for p in caught.value.problems]
    assert said == [
        (5, "models.svm.C: input should be greater than 0, got -1"),
        (6, "models.svm.C: input should be a valid number, got 'x'"),
        (7, "seed: input should be greater than or equal to 0, got -2"),
        (8, "unknown key 'evaluation.levl'"),
    ]
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("sweep", "message"),
    [
        ([1, 2], "sweep: expected keys and lists of values"),
        ({"seed": 3}, "sweep.seed: expected a list of values"),
        ({"seed": []}, "sweep.seed: expected a list of values"),
        ({"seed": [1, 2, 1]}, "sweep.seed: a value is there twice"),
        ({"models..C": [1]}, "sweep: 'models..C' is no dotted key"),
        ({"name": ["a", "b"]}, "sweep: 'name' is the same for all runs"),
        ({"executor.address": ["tcp://a:1"]}, "sweep: 'executor' is the same for all runs"),
        ({"seed.x": [1]}, "sweep.seed.x[0]: 'seed' has no parts to set"),
    ],
)
def test_what_is_no_sweep_is_refused(small_corpus, sweep, message):
    with pytest.raises(ProblemsError) as caught:
        load_sweep(small_corpus.config(sweep=sweep))
    assert [p.message for p in caught.value.problems] == [message]


def test_a_thousand_runs_are_the_most(small_corpus):
    grid = {
        "seed": list(range(10)),
        "evaluation.leakage": list(range(10)),
        "evaluation.retrain": list(range(10)),
    }
    assert len(names(small_corpus, grid)) == 1000
    grid["models.svm.C"] = [1, 2]
    with pytest.raises(InputError, match=r"the sweep has 2,000 runs, more than 1,000"):
        names(small_corpus, grid)


def test_what_does_not_fit_the_data_is_said_for_all_runs_before_anything_is_fitted(small_corpus):
    models = {"svm": {"type": "tfidf-svm"}}
    weights = [None, {"nowhere": 2}, {"neither": 3}]
    path = small_corpus.config(models=models, sweep={"models.svm.class_weight": weights})
    with pytest.raises(ProblemsError) as caught:
        plan_sweep(load_sweep(path))
    assert len(caught.value.problems) == 2
    assert all("models.svm" in p.message for p in caught.value.problems)


def test_runs_have_the_bytes_of_single_runs_and_share_what_is_the_same(small_corpus, tmp_path):
    root = str(tmp_path / "swept")
    grid = {"models.svm.C": [0.5, 1]}
    path = small_corpus.config(models=MODELS, sweep=grid, output=root)
    plan, told = plan_sweep(load_sweep(path)), []
    done = run_sweep(plan, progress=lambda task, was: told.append((task.model, was)))
    assert told == [("svm", False)] * 3 + [("majority", False)] * 3 + [("svm", False)] * 3
    again = []
    run_sweep(plan, progress=lambda task, was: again.append(was))
    assert again == [True] * 9
    for value, run in zip((0.5, 1), done, strict=True):
        settings = [f"models.svm.C={value}", "sweep=null", f"name={run.folder.parent.name}"]
        swept = {name: (run.folder / name).read_bytes() for name in STABLE}
        alone = evaluate(load_config(path, settings), fresh=True)
        assert alone.folder == run.folder
        assert alone.manifest["config"] == run.manifest["config"]
        assert {name: (alone.folder / name).read_bytes() for name in STABLE} == swept


def test_the_command_says_that_the_best_of_a_sweep_is_optimistic(small_corpus, run_cli, tmp_path):
    root = tmp_path / "runs"
    path = small_corpus.config(models={"majority": "majority"}, sweep={"seed": [1, 2]}, output=str(root))
    planned = run_cli("run", path, "--dry-run")
    assert "small: a sweep of 2 runs" in planned.out
    assert not root.exists()
    ended = run_cli("run", path)
    assert ended.code == 0
    assert "The best of 2 runs was chosen on the statements that it is scored on" in " ".join(
        ended.out.split()
    )
    assert "tie" in ended.out
    assert f"harness leaderboard {root}" in ended.out
    assert len(list(root.rglob("manifest.json"))) == 2
    checked = run_cli("check", path)
    assert (checked.code, checked.out) == (0, f"{path}: no problems in 2 runs\n")


def test_a_command_of_one_run_does_not_take_a_sweep_for_one(small_corpus, run_cli):
    path = small_corpus.config(sweep={"seed": [1, 2]})
    ended = run_cli("power", path)
    assert ended.code == 2
    assert "describes a sweep, not one run" in ended.err
    assert "--set sweep=null" in ended.err
