"""SemEval-2016 Task 6A: the shipped configuration predicts, row by row, what a plain script predicts."""

import json
from statistics import mean

import numpy as np
import pytest
from scipy.sparse import hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

from benchmarks.invented import TARGETS
from harness.config import load_config
from harness.models.inner_folds import inner_folds
from harness.numbering import group_numbers
from harness.plan import make_plan

from .conftest import f_avg

LABELS = ["favor", "against", "none"]
GRID = [0.01, 0.1, 1.0, 10.0, 100.0]
FEATURES = {
    "svm-ngrams": [("word", (1, 3)), ("char_wb", (2, 5))],
    "svm-unigrams": [("word", (1, 1))],
}


def rows_of(folder, *names):
    """Read the files without the harness: lines end with CRLF, cells with tabs, bytes are Latin-1."""
    rows = []
    for name in names:
        text = (folder / f"{name}-all-annotations.txt").read_bytes().decode("latin-1")
        head, *lines = text.split("\r\n")[:-1]
        rows += [dict(zip(head.split("\t"), line.split("\t"), strict=True)) for line in lines]
    return [{**row, "Stance": row["Stance"].lower()} for row in rows]


def fitted(train, test, features, c, seed):
    """Fit plain scikit-learn on rows and return what it says of others."""
    vectorisers = [TfidfVectorizer(analyzer=a, ngram_range=n) for a, n in features]
    X = hstack([v.fit_transform([row["Tweet"] for row in train]) for v in vectorisers]).tocsr()
    Y = hstack([v.transform([row["Tweet"] for row in test]) for v in vectorisers]).tocsr()
    classifier = LinearSVC(C=c, max_iter=10_000, random_state=seed)
    classifier.fit(X, [LABELS.index(row["Stance"]) for row in train])
    return [LABELS[k] for k in classifier.predict(Y)]


def tuned(train, features, fold_of, seed):
    """Choose C by F_avg of the pooled predictions of the inner folds; the first of equally good ones."""
    values = []
    for c in GRID:
        pairs = []
        for k in range(5):
            held_out = [row for row, fold in zip(train, fold_of, strict=True) if fold == k]
            rest = [row for row, fold in zip(train, fold_of, strict=True) if fold != k]
            said = fitted(rest, held_out, features, c, seed)
            pairs += zip([row["Stance"] for row in held_out], said, strict=True)
        values.append(f_avg(pairs))
    return GRID[values.index(max(values))]


def assigned(config, model):
    """Return each target's training ids, their inner folds and the seed, from the harness."""
    plan = make_plan(load_config(config))
    names = [e.id for e in plan.examples]
    labels = np.array([plan.labels.index(e.label) for e in plan.examples])
    groups = group_numbers(plan.examples)
    for task in plan.tasks:
        if task.model == model and task.fold.split == "each-target":
            at = np.array([names.index(i) for i in task.fold.train])
            yield (
                task.fold.name,
                task.fold.train,
                inner_folds(labels[at], groups[at], 5, task.seed),
                task.seed,
            )


@pytest.mark.parametrize("model", FEATURES)
def test_a_model_for_each_target_predicts_what_a_plain_script_predicts(run, tmp_path, model):
    done = run("semeval2016-task6a")
    data = tmp_path / "data" / "semeval2016"
    train = {row["ID"]: row for row in rows_of(data, "trialdata", "trainingdata")}
    test = rows_of(data, "testdata-taskA")
    expected, chosen = {}, {}
    for target, ids, fold_of, seed in assigned(done.config, model):
        mine = [row for row in train.values() if row["Target"] == target]
        assert sorted(ids) == sorted(row["ID"] for row in mine), "the target's own tweets, and all of them"
        mine = [train[i] for i in ids]
        chosen[target] = tuned(mine, FEATURES[model], fold_of, seed)
        tested = [row for row in test if row["Target"] == target]
        said = fitted(mine, tested, FEATURES[model], chosen[target], seed)
        expected |= dict(zip([row["ID"] for row in tested], said, strict=True))
    assert len(expected) == len(test) == 125
    assert {p["id"]: p["predicted"] for p in done.of("each-target", model)} == expected
    folds = json.loads((done.folder / "folds.json").read_text(encoding="utf-8"))
    [told] = [c for c in folds["chosen"] if (c["split"], c["model"]) == ("each-target", model)]
    assert [c["C"] for c in told["parameters"]] == [chosen[t] for t in sorted(TARGETS.values())]
    assert GRID[0] not in chosen.values(), "the first of the grid is no default that slipped through"


def test_the_pooled_score_and_the_mean_over_targets_are_two_numbers_and_both_are_right(run, tmp_path):
    done = run("semeval2016-task6a")
    test = {row["ID"]: row for row in rows_of(tmp_path / "data" / "semeval2016", "testdata-taskA")}
    for split in ("each-target", "all-targets"):
        for model in ("majority", *FEATURES):
            said = {p["id"]: p["predicted"] for p in done.of(split, model)}
            of = {
                t: [(r["Stance"], said[i]) for i, r in test.items() if r["Target"] == t]
                for t in TARGETS.values()
            }
            pooled = f_avg([pair for pairs in of.values() for pair in pairs])
            by_target = {target: f_avg(pairs) for target, pairs in of.items()}
            assert done.score(split, model, "f_avg") == pytest.approx(pooled)
            assert done.score(split, model, "f_avg_by_target") == pytest.approx(mean(by_target.values()))
            if split == "each-target":  # the first split is the one that is sliced
                assert done.sliced(split, model, "target", "f_avg") == pytest.approx(by_target)
    assert (
        abs(
            done.score("each-target", "majority", "f_avg")
            - done.score("each-target", "majority", "f_avg_by_target")
        )
        > 0.05
    )
    assert (
        done.score("each-target", "svm-ngrams", "f_avg")
        > done.score("each-target", "majority", "f_avg") + 0.1
    )
    notes = " ".join(done.metrics["notes"])
    assert "f_avg is mean F1 of favor, against, all statements pooled" in notes
    assert "f_avg_by_target is mean over the values of target" in notes


def test_the_majority_of_each_target_is_its_own(run, tmp_path):
    done = run("semeval2016-task6a", 0.2)
    train = rows_of(tmp_path / "data" / "semeval2016", "trialdata", "trainingdata")
    test = {row["ID"]: row["Target"] for row in rows_of(tmp_path / "data" / "semeval2016", "testdata-taskA")}
    for target in TARGETS.values():
        counts = {
            label: sum((r["Target"], r["Stance"]) == (target, label) for r in train) for label in LABELS
        }
        said = {p["predicted"] for p in done.of("each-target", "majority") if test[p["id"]] == target}
        assert said == {max(LABELS, key=lambda label: counts[label])}


def test_tweets_keep_their_quotes_and_their_latin_1_letters_and_no_other_label_is_seen(shipped):
    plan = make_plan(load_config(shipped("semeval2016-task6a", 0.1)))
    texts = {e.id: e.text for e in plan.examples}
    assert texts["101"].startswith('"')
    assert any(text.startswith("café ") for text in texts.values())
    assert len(texts) == 10 + 281 + 125
    assert set(plan.examples[0].fields) == {"text", "target", "ID", "split"}
