"""Scores against scikit-learn's own functions, on the files that a run writes."""

import json
from pathlib import Path

import numpy as np
import pytest
from sklearn import metrics as sk

from harness.config import load_config
from harness.divisions import VARIANTS, leakage_rows
from harness.evaluation import evaluate, rescore
from harness.probability_scores import calibration_error, calibration_sums
from harness.records import Example

MODELS = {
    "majority": {"type": "majority"},
    "random": {"type": "stratified"},
    "lexicon": {"type": "lexicon"},
    "bayes": {"type": "complement-nb"},
}


@pytest.fixture(scope="module")
def finished(tmp_path_factory, project):
    """A small run of the real corpus, with re-runs, leakage row and learning curve."""
    folder = tmp_path_factory.mktemp("run")
    config = folder / "config.yaml"
    config.write_text(
        json.dumps(
            {
                "name": "small",
                "seed": 3,
                "output": str(folder / "runs"),
                "data": {"corpus": str(project), "input": "cue+statement"},
                "splits": [
                    {"type": "stratified-group-k-fold", "folds": 3, "repeats": 2},
                    {"type": "leave-one-article-out"},
                ],
                "models": MODELS,
                "evaluation": {
                    "metrics": [
                        "macro_f1",
                        "weighted_f1",
                        "accuracy",
                        "balanced_accuracy",
                        "mcc",
                        "cohen_kappa",
                    ],
                    "reference": "majority",
                    "retrain": 12,
                    "resamples": 200,
                    "leakage": 2,
                    "learning_curve": [0.5],
                },
            }
        ),
        encoding="utf-8",
    )
    return evaluate(load_config(config), jobs=1)


def read(done):
    scores = json.loads((done.folder / "metrics.json").read_text(encoding="utf-8"))
    lines = (done.folder / "predictions.jsonl").read_text(encoding="utf-8").splitlines()
    return scores, [json.loads(line) for line in lines]


def pools(rows, evaluation):
    mine = [r for r in rows if (r["split"], r["model"]) == (evaluation["split"], evaluation["model"])]
    repeats = sorted({r["repeat"] for r in mine})
    assert len(repeats) == evaluation["repeats"]
    return [[r for r in mine if r["repeat"] == k] for k in repeats]


SKLEARN = {
    "macro_f1": lambda g, p, labels: sk.f1_score(g, p, labels=labels, average="macro"),
    "weighted_f1": lambda g, p, labels: sk.f1_score(g, p, labels=labels, average="weighted"),
    "accuracy": lambda g, p, labels: sk.accuracy_score(g, p),
    "balanced_accuracy": lambda g, p, labels: sk.balanced_accuracy_score(g, p),
    "mcc": lambda g, p, labels: sk.matthews_corrcoef(g, p),
    "cohen_kappa": lambda g, p, labels: sk.cohen_kappa_score(g, p),
}


@pytest.mark.parametrize("name", sorted(SKLEARN))
def test_metrics_json_agrees_with_scikit_learn_on_predictions_jsonl(finished, name):
    scores, rows = read(finished)
    compared = 0
    for evaluation in scores["evaluations"]:
        tables = pools(rows, evaluation)
        expected = np.mean(
            [
                SKLEARN[name]([r["gold"] for r in t], [r["predicted"] for r in t], scores["labels"])
                for t in tables
            ]
        )
        found = evaluation["scores"][name]
        if found["value"] is None:  # scikit-learn writes 0 for the 0/0 of constant predictions
            assert name == "mcc"
            assert found["reason"].startswith("undefined")
            assert any(len({r["predicted"] for r in t}) == 1 for t in tables)
        else:
            assert found["value"] == pytest.approx(expected, abs=1e-12)
            compared += 1
    assert compared >= 6


def test_per_label_values_and_confusions_agree_with_scikit_learn(finished):
    scores, rows = read(finished)
    labels = scores["labels"]
    for evaluation in scores["evaluations"]:
        tables = pools(rows, evaluation)
        counts = sum(
            sk.confusion_matrix([r["gold"] for r in t], [r["predicted"] for r in t], labels=labels)
            for t in tables
        )
        assert counts.tolist() == evaluation["confusion"]
        for k, label in enumerate(labels):
            said = evaluation["per_label"][label]
            values = [
                sk.precision_recall_fscore_support(
                    [r["gold"] for r in t], [r["predicted"] for r in t], labels=labels, zero_division=np.nan
                )
                for t in tables
            ]
            for j, key in enumerate(("precision", "recall", "f1")):
                column = [v[j][k] for v in values]
                if said[key] is None:
                    assert np.isnan(column).any()
                else:
                    assert said[key] == pytest.approx(np.mean(column), abs=1e-12)
            assert said["support"] == values[0][3][k]


def test_log_loss_and_brier_agree_with_scikit_learn(finished):
    scores, rows = read(finished)
    evaluation = next(e for e in scores["evaluations"] if e["model"] == "bayes" and e["repeats"] == 2)
    labels = scores["labels"]
    losses, briers = [], []
    for table in pools(rows, evaluation):
        p = np.array([r["probabilities"] for r in table])
        gold = np.array([labels.index(r["gold"]) for r in table])
        losses.append(sk.log_loss(gold, p, labels=range(len(labels))))
        briers.append(np.mean(((p - np.eye(len(labels))[gold]) ** 2).sum(axis=1)))
    assert evaluation["scores"]["log_loss"]["value"] == pytest.approx(np.mean(losses), abs=1e-12)
    assert evaluation["scores"]["brier"]["value"] == pytest.approx(np.mean(briers), abs=1e-12)
    assert "log_loss" not in next(e for e in scores["evaluations"] if e["model"] == "lexicon")["scores"]


def test_every_interval_says_which_question_it_answers(finished):
    scores, _ = read(finished)
    for evaluation in scores["evaluations"]:
        method = evaluation["scores"]["macro_f1"]["ci_method"]
        if evaluation["mode"] == "trained":
            assert method == "rerun_logit_t"
        else:
            assert evaluation["model"] == "lexicon"
            assert method in {"dirichlet", "bca_t"}


def test_every_value_lies_in_its_interval(finished):
    scores, _ = read(finished)
    checked = 0
    for evaluation in scores["evaluations"]:
        for score in evaluation["scores"].values():
            if score["ci_low"] is not None:
                assert score["ci_low"] <= score["value"] <= score["ci_high"]
                checked += 1
    assert checked > 20


def test_comparisons_are_with_the_reference_and_adjusted_upwards(finished):
    scores, _ = read(finished)
    assert {(c["a"], c["b"]) for c in scores["comparisons"]} == {
        (m, "majority") for m in MODELS if m != "majority"
    }
    for c in scores["comparisons"]:
        if c["p"] is not None:
            assert 0 < c["p"] <= c["p_adjusted"] <= 1


def test_leakage_is_size_matched_minus_purged_on_the_same_folds(finished):
    scores, _ = read(finished)
    rows = {row["model"]: row for row in scores["leakage"]}
    assert set(rows) == {"majority", "random", "bayes"}  # a rule that is not trained cannot leak
    for row in rows.values():
        assert row["leakage"] == pytest.approx(row["size_matched"] - row["purged"], abs=1e-12)
        assert row["purged_per_fold"] > 0
    assert rows["majority"]["leakage"] == 0
    assert rows["bayes"]["leakage"] > 0.1  # copies of an utterance in training are worth a lot here


@pytest.mark.parametrize("sizes", [[1] * 20, [5] * 8, [50, *[1] * 5], [20, 20, 2, 2]])
def test_size_matched_trains_on_as_many_as_purged(sizes):
    """Also where most of a training set are copies: others alone would not be enough to leave out."""
    groups = [g for g, n in enumerate(sizes) for _ in range(n)]
    examples = [Example(f"s{i}", "ab"[i % 2], "text", f"g{g}", "") for i, g in enumerate(groups)]
    found = {v: leakage_rows(1, examples, ("a", "b"), 0, v) for v in VARIANTS}
    assert found["purged"]
    for naive, matched, purged in zip(*(found[v] for v in VARIANTS), strict=True):
        assert len(matched.train) == len(purged.train)
        assert set(matched.train) <= set(naive.train)
        assert matched.test.tolist() == purged.test.tolist() == naive.test.tolist()


def test_of_very_many_values_the_most_frequent_are_sliced_by_and_a_note_says_so(finished, monkeypatch):
    monkeypatch.setattr("harness.breakdowns.MOST_SLICES", 2)
    before, _ = read(finished)
    scores = rescore(finished.folder).scores
    sizes = {s["value"]: s["n"] for s in before["slices"] if s["by"] == "article" and s["model"] == "bayes"}
    shown = [s for s in scores.slices if s.by == "article" and s.model == "bayes"]
    assert len(sizes) == 5
    assert sorted(s.n for s in shown) == sorted(sizes.values())[-2:]
    assert [s.value for s in shown] == sorted(s.value for s in shown)
    assert "slices: of 5 values of 'article' the 2 with most statements are shown" in scores.notes


def test_no_slice_of_fewer_than_five_statements_has_a_score(finished):
    scores, _ = read(finished)
    small = [s for s in scores["slices"] if s["n"] < 5]
    large = [s for s in scores["slices"] if s["n"] >= 5]
    assert small
    assert large
    assert all(
        s["score"]["value"] is None and s["score"]["reason"].startswith("few_statements") for s in small
    )
    assert all(s["score"]["value"] is not None for s in large)
    by_article = [s["n"] for s in scores["slices"] if s["by"] == "article" and s["model"] == "bayes"]
    assert sum(by_article) == scores["n"]


def test_the_ceiling_is_what_one_annotator_scores_on_the_other(finished):
    scores, _ = read(finished)
    (ceiling,) = scores["ceiling"]
    assert (ceiling["a"], ceiling["b"], ceiling["n"]) == ("annotator-a", "annotator-b", 55)
    assert ceiling["score"]["value"] == 1


def test_the_learning_curve_grows_in_groups_and_ends_at_the_full_score(finished):
    scores, _ = read(finished)
    points = [p for p in scores["learning_curve"] if p["model"] == "bayes"]
    assert [p["share"] for p in points] == [0.5, 1.0]
    assert points[0]["n_groups"] < points[1]["n_groups"]
    full = next(e for e in scores["evaluations"] if e["model"] == "bayes" and e["repeats"] == 2)
    assert points[1]["score"] == full["scores"]["macro_f1"]


def test_scoring_a_finished_run_again_gives_the_same_bytes_and_fits_nothing(finished, monkeypatch):
    from harness.models.base import Model

    def refuse(*args, **kwargs):
        raise AssertionError("a model was started")

    monkeypatch.setattr(Model, "session", refuse)
    before = (finished.folder / "metrics.json").read_bytes()
    again = rescore(finished.folder, write=True)
    assert again.folder == finished.folder
    assert (finished.folder / "metrics.json").read_bytes() == before


def test_a_majority_classifier_scores_a_third_of_its_labels_f1(finished):
    """36 of 55 are neutral: F1 = 2*36/(2*36+19) = 72/91 for one label, 0 for the two others."""
    scores, _ = read(finished)
    majority = next(e for e in scores["evaluations"] if e["model"] == "majority")
    assert majority["scores"]["macro_f1"]["value"] == pytest.approx(72 / 91 / 3, abs=1e-12)


def test_the_jackknife_over_articles_is_wider_than_nothing_and_says_its_method(finished):
    scores, _ = read(finished)
    bayes = next(e for e in scores["evaluations"] if e["model"] == "bayes")
    assert bayes["over_articles"]["ci_method"] == "jackknife"
    assert (
        bayes["over_articles"]["ci_low"] < bayes["over_articles"]["value"] < bayes["over_articles"]["ci_high"]
    )


def test_notes_name_the_group_that_holds_two_labels(finished):
    scores, _ = read(finished)
    assert any(n.startswith("mixed_groups:") and "xi-kazakhstan-sovereignty" in n for n in scores["notes"])


def test_the_run_folder_holds_what_it_promises(finished):
    names = {p.relative_to(finished.folder).as_posix() for p in finished.folder.rglob("*") if p.is_file()}
    promised = {"config.yaml", "manifest.json", "folds.json", "predictions.jsonl", "metrics.json"}
    assert promised | {"report.md", "report.html", "reruns.json"} <= names
    assert any(n.startswith("figures/") and n.endswith(".svg") for n in names)
    assert str(Path.home()) not in (finished.folder / "metrics.json").read_text(encoding="utf-8")


def test_reliability_bins_hold_mean_probability_and_share_right():
    # Most probable label and its probability: .62 right, .68 wrong, 1.0 right; bins .6-.7 and .9-1.
    probabilities = np.array([[0.62, 0.38], [0.32, 0.68], [0.0, 1.0]])
    size, confidence, right = calibration_sums(probabilities, np.array([0, 0, 1]))
    assert size.tolist() == [0, 0, 0, 0, 0, 0, 2, 0, 0, 1]
    assert confidence[6] / size[6] == pytest.approx((0.62 + 0.68) / 2)
    assert (right[6], right[9]) == (1, 1)
    error = (abs(1 - 1.30) + abs(1 - 1.0)) / 3  # each bin's |right - confidence|, over all statements
    assert calibration_error(probabilities, np.array([0, 0, 1])) == pytest.approx(error)


def test_a_run_has_reliability_bins_for_models_with_probabilities_alone(finished):
    scores, _ = read(finished)
    by_model = {e["model"]: e["reliability"] for e in scores["evaluations"]}
    assert by_model["lexicon"] == []
    for name, bins in by_model.items():
        if bins:
            n = next(e["n"] for e in scores["evaluations"] if e["model"] == name)
            assert sum(b["n"] for b in bins) == pytest.approx(n)
