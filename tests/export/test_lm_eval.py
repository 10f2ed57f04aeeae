"""The folder for lm_eval: run by the real program with its dummy model, and its log scored here.

The dummy model draws log-likelihoods at random and replies "lol", which is no label.
"""

import json
import os
import shutil
import subprocess

import pytest

from harness.distribution_scores import AGAINST_DISTRIBUTIONS

LABELS = ["supportive", "neutral", "hedged"]


@pytest.fixture
def run_lm_eval(program, offline, exported, tmp_path):
    """Run tasks of the exported folder, moved elsewhere, and return the results and the samples by task."""

    def call(*tasks, options=()):
        folder = tmp_path / "moved" / "tasks"
        folder.parent.mkdir()
        shutil.move(exported("lm-eval"), folder)
        out = tmp_path / "results"
        command = [
            program("lm_eval"),
            "--include_path",
            folder,
            "--tasks",
            ",".join(tasks),
            "--model",
            "dummy",
        ]
        command += ["--log_samples", "--output_path", out, *options]
        done = subprocess.run(
            list(map(str, command)),
            env=offline,
            cwd=os.sep,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr
        (results,) = out.rglob("results_*.json")
        said = json.loads(results.read_text(encoding="utf-8"))
        return said["results"], {p.name: p for p in out.rglob("samples_*.jsonl")}

    return call


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def assert_same(here, by_hand):
    """Compare all scores with their intervals; likelihoods give those of probabilities besides."""
    assert here.keys() == by_hand.keys()
    for split, said in by_hand.items():
        assert here[split]["confusion"] == said["confusion"]
        labelled = {k: v for k, v in said["scores"].items() if k not in AGAINST_DISTRIBUTIONS}
        assert labelled
        assert {k: here[split]["scores"][k] for k in labelled} == labelled
        assert {"log_loss", "brier"} <= here[split]["scores"].keys() - said["scores"].keys()
        for k in AGAINST_DISTRIBUTIONS:
            assert said["scores"][k]["reason"].startswith("no_probabilities")


@pytest.mark.slow
def test_lm_eval_and_the_harness_score_the_same_samples_alike(run_lm_eval, scored, by_hand):
    results, samples = run_lm_eval("stance_small")
    (path,) = samples.values()
    rows = lines(path)
    assert len(rows) == 12
    assert [[a["arg_1"] for a in r["arguments"].values()] for r in rows] == [[f" {x}" for x in LABELS]] * 12
    predicted = {r["doc"]["id"]: r["macro_f1"][1] for r in rows}
    here = scored(path, "lm-eval")
    assert_same(here, by_hand(predicted))
    accuracy = here["leave-one-article-out"]["scores"]["accuracy"]["value"]
    assert results["stance_small"]["acc,none"] == pytest.approx(accuracy, abs=1e-12)
    right = sum(r["doc"]["label"] == predicted[r["doc"]["id"]] for r in rows)
    assert accuracy == pytest.approx(right / 12)


@pytest.mark.slow
def test_held_out_folds_show_examples_of_their_own_training_set_and_pool_to_one_score(
    run_lm_eval, scored, by_hand, exported, tmp_path
):
    group = "stance_small_leave-one-article-out"
    results, samples = run_lm_eval(group, "stance_small_generate", options=["--num_fewshot", "2"])
    folds = {k: p for name, p in samples.items() for k in range(3) if f"{group}_fold{k}_" in name}
    assert sorted(folds) == [0, 1, 2]
    design = json.loads((tmp_path / "moved" / "tasks" / "folds.json").read_text(encoding="utf-8"))
    statements = {s["id"]: s for s in lines(tmp_path / "moved" / "tasks" / "statements.jsonl")}
    for k, path in folds.items():
        sides = design["splits"]["leave-one-article-out"][k]
        assert [r["doc"]["id"] for r in lines(path)] == sides["test"]
        trained = {
            f"Statement: {statements[i]['text']}\nStance: {statements[i]['label']}" for i in sides["train"]
        }
        for row in lines(path):
            prompt = row["arguments"]["gen_args_0"]["arg_0"].split("\n\n")
            assert len(prompt) == 4, "the question, two examples, the statement"
            assert set(prompt[1:3]) <= trained
    pooled = tmp_path / "folds.jsonl"
    pooled.write_bytes(b"".join(p.read_bytes() for p in folds.values()))
    here = scored(pooled, "folds")
    assert_same(here, by_hand({r["doc"]["id"]: r["macro_f1"][1] for r in lines(pooled)}))
    accuracy = here["leave-one-article-out"]["scores"]["accuracy"]["value"]
    assert results[group]["acc,none"] == pytest.approx(accuracy, abs=1e-12)
    # "lol" is no label: every prediction is none, and wrong
    (generated,) = (p for name, p in samples.items() if "_generate_" in name)
    none = scored(generated, "generated")["leave-one-article-out"]
    assert none["scores"]["accuracy"]["value"] == 0 == results["stance_small_generate"]["acc,none"]
    assert [row[-1] for row in none["confusion"]] == [5, 4, 3], "supportive, neutral and hedged gold"


def test_a_definition_with_braces_is_no_template(exported, small_corpus):
    import yaml

    small_corpus.replace(small_corpus.scheme, "takes no position", "takes no {{position}}")
    text = (exported("lm-eval") / "stance_template_yaml").read_text(encoding="utf-8")
    said = yaml.safe_load(text.replace("!function ", ""))
    assert said["description"].startswith(
        "{% raw %}Which stance does the statement take toward the offensive?"
    )
    assert said["description"].endswith("{% endraw %}")
    assert "takes no {{position}}" in said["description"]


def test_macro_f1_is_over_all_labels_and_undefined_where_one_is_absent(exported, monkeypatch):
    import importlib.util

    path = exported("lm-eval") / "stance.py"
    spec = importlib.util.spec_from_file_location("exported_stance", path)
    stance = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(stance)
    pairs = [("supportive", "supportive"), ("neutral", "supportive"), ("hedged", None)]
    # supportive: 2 x 1 / (1 + 2) = 2/3; neutral and hedged: 0
    assert stance.macro_f1(pairs) == pytest.approx(2 / 9)
    assert stance.macro_f1(pairs[:2]) != stance.macro_f1(pairs[:2]), "NaN: nothing is hedged"
    assert stance.by_reply({"label": "neutral"}, [" neutral\n"])["acc"] == 1
    assert stance.by_reply({"label": "neutral"}, ["Neutral."]) == {"acc": 0, "macro_f1": ("neutral", None)}
    tie = stance.by_likelihood({"label": "neutral"}, [(-2.0, False), (-1.0, True), (-1.0, False)])
    assert tie == {"acc": 1, "macro_f1": ("neutral", "neutral")}
