"""A model of a run labels new statements as scikit-learn does; what it learnt is stored and read back."""

import json

import numpy as np
import pytest
from scipy.sparse import hstack
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import ComplementNB, MultinomialNB
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from harness import __version__
from harness.checks import load_corpus
from harness.errors import InputError
from harness.labelling.run_model import ready, run_model
from tests.labelling.conftest import MODELS, TEXTS, read_jsonl, rows_of, write_jsonl

NAMES = ("supportive", "neutral", "hedged")
STORED = [name for name in MODELS if name not in ("lexicon", "forest")]


def labels_of(run, model, tmp_path, **how):
    """Label the new statements; return the rows, and what was said."""
    out = tmp_path / "out.jsonl"
    _, said = run.label(model, write_jsonl(tmp_path / "in.jsonl", rows_of()), out, **how)
    return read_jsonl(out), said


def features(train, new):
    """TF-IDF of words and of characters, side by side."""
    blocks = [TfidfVectorizer(), TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5))]
    return (
        hstack([v.fit_transform(train) for v in blocks]).tocsr(),
        hstack([v.transform(new) for v in blocks]).tocsr(),
    )


@pytest.mark.parametrize("name", ["logreg", "cued", "svm", "bayes", "pipe"])
def test_every_row_gets_what_plain_scikit_learn_says(finished, tmp_path, name):
    gold = load_corpus(finished.root).examples("gold")
    shown = "{source} ({cue}): {statement}" if name == "cued" else "{statement}"
    train, labels = [shown.format_map(e.fields) for e in gold], [NAMES.index(e.label) for e in gold]
    new = [shown.format_map(row) for row in rows_of()]
    probabilities = None
    if name == "svm":
        X, Y = features(train, new)
        predicted = LinearSVC(max_iter=10_000, random_state=0).fit(X, labels).predict(Y)
    else:
        pipeline = {
            "logreg": make_pipeline(
                TfidfVectorizer(ngram_range=(1, 2)),
                LogisticRegression(class_weight="balanced", max_iter=2000),
            ),
            "cued": make_pipeline(TfidfVectorizer(), LogisticRegression(max_iter=2000)),
            "bayes": make_pipeline(TfidfVectorizer(), ComplementNB()),
            "pipe": make_pipeline(CountVectorizer(), MultinomialNB()),
        }[name].fit(train, labels)
        predicted = pipeline.predict(new)
        probabilities = [dict(zip(NAMES, p, strict=True)) for p in pipeline.predict_proba(new).tolist()]
    rows, _ = labels_of(finished, name, tmp_path)
    assert [row["id"] for row in rows] == [f"n{i}" for i in range(len(TEXTS))]
    assert [row["predicted"] for row in rows] == [NAMES[i] for i in predicted]
    for row, wanted in zip(rows, probabilities or [None] * len(TEXTS), strict=True):
        # a pipeline that is fitted sums a training text's weights in another order, so last digits differ
        assert row["probabilities"] == (wanted and pytest.approx(wanted, abs=1e-12))


@pytest.mark.parametrize("name", STORED)
def test_a_stored_model_labels_to_the_last_bit_as_the_one_that_was_trained(spoilt, tmp_path, name):
    first, said = labels_of(spoilt, name, tmp_path)
    assert said == [f"training '{name}' on 12 statements", f"stored in {spoilt.folder / 'models' / name}"]
    again, said = labels_of(spoilt, name, tmp_path)
    assert said == []
    assert again == first
    assert {row["predicted"] for row in first} <= set(NAMES)


def test_a_rule_is_read_and_not_trained_or_stored(spoilt, tmp_path):
    rows, said = labels_of(spoilt, "lexicon", tmp_path)
    assert said == []
    assert len(rows) == len(TEXTS)
    assert not (spoilt.folder / "models").exists()


def test_a_tree_could_be_forged_so_it_is_trained_each_time_and_that_is_said(spoilt, tmp_path):
    first, said = labels_of(spoilt, "forest", tmp_path)
    assert said[1] == "'forest' is not stored: it holds sklearn.tree._tree.Tree"
    again, more = labels_of(spoilt, "forest", tmp_path)
    assert (again, more) == (first, said)


def test_tuning_chooses_inside_and_the_stored_model_keeps_what_was_chosen(spoilt, tmp_path):
    labels_of(spoilt, "tuned", tmp_path)
    stored = json.loads((spoilt.folder / "models" / "tuned" / "model.json").read_text(encoding="utf-8"))
    assert stored["chosen"]["C"] in (0.01, 100)
    assert stored["chosen"]["words"] in ([1, 1], [1, 2])


def stored_manifest(run, name):
    return run.folder / "models" / name / "model.json"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"harness": "0.0.9"}, f"harness version changed: 0.0.9 -> {__version__}"),
        ({"seed": 7}, "seed changed: 7 -> 1"),
        ({"n": 11}, "number of statements changed: 11 -> 12"),
        ({"input": "{cue}"}, "input changed: {cue} -> {statement}"),
        ({"data": "0" * 16}, "data digest changed: 0000000000000000 -> "),
        ({"packages": {}}, "package version of numpy is new"),
        ({"models": {"bayes": {"content": "x"}}}, "model bayes changed"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_stored_model_that_is_no_longer_the_one_is_trained_again_and_why_is_said(
    spoilt, tmp_path, change, reason
):
    first, _ = labels_of(spoilt, "bayes", tmp_path)
    manifest = json.loads(stored_manifest(spoilt, "bayes").read_text(encoding="utf-8"))
    manifest["identity"] |= change
    stored_manifest(spoilt, "bayes").write_text(json.dumps(manifest), encoding="utf-8")
    again, said = labels_of(spoilt, "bayes", tmp_path)
    assert said[0].startswith(f"the stored 'bayes' is not used: {reason}")
    assert said[1] == "training 'bayes' on 12 statements"
    assert again == first
    assert labels_of(spoilt, "bayes", tmp_path) == (first, [])


def test_fresh_trains_whatever_is_stored(spoilt, tmp_path):
    labels_of(spoilt, "bayes", tmp_path)
    _, said = labels_of(spoilt, "bayes", tmp_path, fresh=True)
    assert said[0] == "training 'bayes' on 12 statements"


def test_a_stored_model_needs_no_data_and_training_does(spoilt, tmp_path):
    first, _ = labels_of(spoilt, "bayes", tmp_path)
    for path in (spoilt.root / "annotations" / "gold").iterdir():
        path.unlink()
    assert labels_of(spoilt, "bayes", tmp_path) == (first, [])
    with pytest.raises(InputError, match="the data of the run cannot be read") as error:
        labels_of(spoilt, "logreg", tmp_path)
    assert "restore them" in error.value.hint


def test_changed_data_are_not_trained_on(spoilt, tmp_path):
    spoilt.corpus.edit(spoilt.corpus.gold(), 1, group="another-group")
    with pytest.raises(InputError, match="the data of the run changed: corpus digest changed: "):
        labels_of(spoilt, "logreg", tmp_path)


def test_an_edited_configuration_is_told_from_the_model_that_was_scored(spoilt, tmp_path):
    path = spoilt.folder / "config.yaml"
    text = path.read_text(encoding="utf-8")
    assert text.count("alpha: 1.0") == 1
    path.write_text(text.replace("alpha: 1.0", "alpha: 2.0"), encoding="utf-8")
    _, said = labels_of(spoilt, "bayes", tmp_path)
    assert said[0].startswith("'bayes' is not quite the model that the run scored: its parameters")


def test_a_folder_that_cannot_be_written_stores_nothing_and_labels_all_the_same(spoilt, tmp_path):
    (spoilt.folder / "models").write_text("a file where the folder should be", encoding="utf-8")
    rows, said = labels_of(spoilt, "bayes", tmp_path)
    assert len(rows) == len(TEXTS)
    assert said[1].startswith("'bayes' is not stored: cannot write")


def test_predictions_made_elsewhere_cannot_label_new_statements(spoilt, tmp_path):
    made = tmp_path / "made.jsonl"
    gold = load_corpus(spoilt.root).examples("gold")
    write_jsonl(made, [{"id": e.id, "predicted": "neutral"} for e in gold])
    path = spoilt.folder / "config.yaml"
    text = path.read_text(encoding="utf-8")
    entry = f"models:\n  majority:\n    type: predictions\n    path: {made}\n  random:"
    path.write_text(text.partition("models:")[0] + entry + text.partition("  random:")[2], encoding="utf-8")
    with pytest.raises(InputError, match=r"models.majority: predictions that were made elsewhere") as error:
        labels_of(spoilt, "majority", tmp_path)
    assert error.value.hint == "label them with the system that made them"


@pytest.mark.parametrize(
    ("name", "message", "hint"),
    [
        ("logrge", "the run has no model 'logrge'", "did you mean 'logreg'?"),
        (None, f"the run has {len(MODELS)} models", "--model majority or random or"),
    ],
)
def test_a_wrong_model_is_an_error_with_the_nearest_name(finished, name, message, hint):
    with pytest.raises(InputError, match=message) as error:
        run_model(finished.folder, name)
    assert hint in error.value.hint


def test_a_wrong_run_is_an_error_with_the_nearest_name(finished, tmp_path):
    wrong = finished.folder.with_name(finished.folder.name[:-1] + "x")
    with pytest.raises(InputError, match="no such run") as error:
        run_model(wrong, "svm")
    assert error.value.hint == f"did you mean '{finished.folder.name}'?"
    with pytest.raises(InputError, match="is a folder of runs, not a run") as error:
        run_model(finished.folder.parent, "svm")
    assert str(finished.folder) in error.value.hint
    with pytest.raises(InputError, match="is not a finished run"):
        run_model(tmp_path, "svm")


def test_the_only_model_need_not_be_named(spoilt):
    path = spoilt.folder / "config.yaml"
    head, _, tail = path.read_text(encoding="utf-8").partition("models:")
    rest = tail.partition("evaluation:")
    path.write_text(f"{head}models: {{bayes: complement-nb}}\nevaluation:{rest[2]}", encoding="utf-8")
    assert run_model(spoilt.folder).name == "bayes"


def test_a_random_model_draws_on_from_batch_to_batch(finished):
    labeller = ready(run_model(finished.folder, "random")).labeller
    whole = labeller.classifier.predict(["x"] * 50).predicted
    parts = [labeller.at(row).classifier.predict(["x"] * 10).predicted for row in range(0, 50, 10)]
    assert np.array_equal(np.concatenate(parts), whole)
    assert len(set(whole.tolist())) > 1
