"""Zero-shot labels by entailment: what transformers' own pipeline says, each score computed once."""

import json
import sqlite3
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from pydantic import ValidationError

from harness.checks import load_corpus
from harness.config import load_config
from harness.errors import InputError, ProblemsError
from harness.inputs import rendered
from harness.models.hf.computing import reproducible
from harness.models.zero_shot import ZeroShot, entailment
from tests.models.tiny_models import INFERENCE, edit_config, into_cache, write_model

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

NAMES = ("supportive", "neutral", "hedged")
TEMPLATE = "The stance on the war is {}."
HYPOTHESES = {
    "supportive": "The speaker supports the war.",
    "neutral": "The speaker takes no position.",
    "hedged": "The speaker keeps it open.",
}
SHIPPED = "MoritzLaurer/deberta-v3-base-zeroshot-v2.0"


@pytest.fixture(scope="module")
def rows(project):
    return rendered(load_corpus(project).examples(), "cue+statement")


@pytest.fixture(scope="module")
def folder(tmp_path_factory, rows):
    """A tiny model of inference; entailment is its second output."""
    texts = [e.text for e in rows] + [TEMPLATE.format(", ".join(NAMES)), *HYPOTHESES.values()]
    return write_model(tmp_path_factory.mktemp("models") / "nli", texts, outputs=INFERENCE)


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    """Keep scores apart from the user's."""
    monkeypatch.setenv("HARNESS_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def model(folder):
    def make(**keys):
        asked = keys if "hypotheses" in keys else {"template": TEMPLATE, **keys}
        return ZeroShot.model_validate({"model": str(folder), "device": "cpu", **asked})

    return make


def labelled(model, rows, names=NAMES):
    test = np.arange(len(rows))
    return model.session(rows, names).fit_predict(np.array([], dtype=int), test, 0)


def kept(own_cache):
    """Return how many scores are kept."""
    with sqlite3.connect(own_cache / "entailment.sqlite") as table:
        return table.execute("SELECT COUNT(*) FROM answers").fetchone()[0]


@pytest.mark.parametrize(
    ("order", "template"), [(NAMES, TEMPLATE), (NAMES[::-1], TEMPLATE), (NAMES, TEMPLATE + " War!" * 20)]
)
def test_labels_and_probabilities_are_those_of_the_pipeline_of_transformers(
    model, folder, rows, order, template
):
    """55 statements, and one that is cut to what a short or long sentence leaves of the model's 64 tokens."""
    rows = [*rows, replace(rows[0], id="long", text="peace " * 40 + "war " * 40)]
    output = labelled(model(template=template), rows, order)
    with reproducible("cpu", 1):
        pipeline = transformers.pipeline("zero-shot-classification", model=str(folder), device="cpu")
        texts = [e.text for e in rows]
        said = [pipeline(text, list(NAMES), hypothesis_template=template) for text in texts]
    assert len(said) == 56
    for k, found in enumerate(said):
        wanted = dict(zip(found["labels"], found["scores"], strict=True))
        assert output.probabilities[k] == pytest.approx([wanted[name] for name in order], abs=1e-6)
        assert order[output.predicted[k]] == found["labels"][0]


def test_a_sentence_for_each_label_or_a_template_that_says_the_same_give_the_same(model, rows, own_cache):
    written = {name: TEMPLATE.replace("{}", name) for name in NAMES}
    first = labelled(model(), rows[:5])
    assert kept(own_cache) == 5 * 3
    again = labelled(model(hypotheses=written), rows[:5])
    assert first.probabilities.tobytes() == again.probabilities.tobytes()
    assert kept(own_cache) == 5 * 3
    other = labelled(model(hypotheses=HYPOTHESES), rows[:5])
    assert other.probabilities.tobytes() != first.probabilities.tobytes()
    assert kept(own_cache) == 5 * 3 + 5 * 3


def test_what_is_kept_is_not_computed_again(model, rows, own_cache, monkeypatch):
    """Of 12 statements 2 say the same and 3 are known: 11 texts, then none."""
    examples = [*rows[:11], replace(rows[3], id="twin")]
    labelled(model(), rows[:3])
    first = labelled(model(), examples)
    assert kept(own_cache) == 11 * 3
    monkeypatch.setattr(ZeroShot, "loaded", lambda *_: pytest.fail("the model was loaded"))
    again = labelled(model(), examples)
    assert first.probabilities.tobytes() == again.probabilities.tobytes()
    assert first.probabilities[3].tobytes() == first.probabilities[11].tobytes()


def test_a_score_does_not_hang_on_what_is_scored_beside_it(model, rows, monkeypatch, tmp_path):
    together = labelled(model(), rows[:8]).probabilities
    monkeypatch.setenv("HARNESS_CACHE", str(tmp_path / "another"))
    alone = np.concatenate([labelled(model(), rows[i : i + 1]).probabilities for i in range(7, -1, -1)])
    assert alone[::-1].tobytes() == together.tobytes()


def test_scores_are_of_these_weights(model, folder, rows, tmp_path, own_cache):
    labelled(model(), rows[:2])
    texts = [e.text for e in rows]
    other = write_model(tmp_path / "other", texts, outputs=INFERENCE, seed=1)
    found = labelled(model(model=str(other)), rows[:2])
    assert kept(own_cache) == 2 * 2 * 3
    assert found.probabilities.tobytes() != labelled(model(), rows[:2]).probabilities.tobytes()


def test_nothing_is_trained_and_every_fold_says_the_same(model, rows):
    session = model().session(rows, NAMES)
    first = session.fit_predict(np.arange(10), np.array([20, 21]), 1)
    second = session.fit_predict(np.arange(30, 50), np.array([21, 20]), 2)
    assert first.probabilities.tobytes() == second.probabilities[::-1].tobytes()
    assert model().asked == "fixed"
    assert not ZeroShot.learns
    new = model().train([], NAMES, 0).label(rows[20:22])
    assert new.probabilities.tobytes() == first.probabilities.tobytes()
    assert len(model().train([], NAMES, 0).label([]).predicted) == 0


def test_a_long_statement_is_cut_and_the_sentence_never(model, rows):
    network = model().loaded("cpu")
    sentence = TEMPLATE.replace("{}", "hedged")
    found = network.encoded("war " * 200, sentence, cut="only_first")
    assert len(found["input_ids"]) == 64
    second = [i for i, k in zip(found["input_ids"], found["token_type_ids"], strict=True) if k == 1]
    assert network.tokenizer.decode(second, skip_special_tokens=True) == "the stance on the war is hedged ."


def test_a_sentence_that_leaves_no_room_is_refused(model, rows):
    long = {**HYPOTHESES, "hedged": "war " * 61}
    with pytest.raises(InputError, match="has 64 tokens, of 64 for itself and a text before it"):
        labelled(model(hypotheses=long), rows[:1])


# Which output is entailment


@pytest.mark.parametrize(
    ("outputs", "found"),
    [
        (("ENTAILMENT", "NEUTRAL", "CONTRADICTION"), 0),
        (("contradiction", "neutral", "entailment"), 2),
        (("entailment", "not_entailment"), 0),
        (("not_entailment", "entail"), 1),
    ],
)
def test_entailment_is_found_by_its_name(tmp_path, outputs, found):
    (tmp_path / "config.json").write_text(json.dumps({"id2label": dict(enumerate(outputs))}))
    assert entailment(tmp_path) == found


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"id2label": {"0": "LABEL_0", "1": "LABEL_1"}}, "its outputs: LABEL_0, LABEL_1"),
        ({"id2label": {"0": "entailment", "1": "entailed"}}, "its outputs: entailment, entailed"),
        ({"id2label": {"first": "entailment"}}, "its outputs: entailment"),
        ({"id2label": ["entailment"]}, "its outputs: none named"),
        ({}, "its outputs: none named"),
        ([], "its outputs: none named"),
    ],
)
def test_a_model_that_does_not_name_one_entailment_is_refused(tmp_path, config, message):
    (tmp_path / "config.json").write_text(json.dumps(config))
    with pytest.raises(InputError, match=message) as error:
        entailment(tmp_path)
    assert str(error.value.place) == str(tmp_path / "config.json")


def test_a_model_without_a_trained_head_is_refused(tmp_path, rows):
    """An encoder's folder whose configuration promises outputs that its weights do not have."""
    bare = write_model(tmp_path / "bare", [e.text for e in rows])
    edit_config(bare, id2label={"0": "entailment", "1": "other"}, label2id={"entailment": 0, "other": 1})
    with pytest.raises(InputError, match=r"2 parts are missing or of another size, such as classifier\.bias"):
        labelled(ZeroShot(model=str(bare), template=TEMPLATE, device="cpu"), rows[:1])


# Configurations


@pytest.mark.parametrize(
    "keys",
    [
        {},
        {"template": TEMPLATE, "hypotheses": HYPOTHESES},
        {"template": "The stance is."},
        {"template": "{} or {}"},
        {"hypotheses": {**HYPOTHESES, "hedged": HYPOTHESES["neutral"]}},
        {"hypotheses": {**HYPOTHESES, "hedged": ""}},
        {"template": TEMPLATE, "tune": {"grid": {"device": ["cpu"]}}},
    ],
)
def test_anything_but_one_way_to_ask_is_refused(folder, keys):
    with pytest.raises(ValidationError):
        ZeroShot.model_validate({"model": str(folder), **keys})


def test_hypotheses_are_for_exactly_the_labels(model, rows):
    asked = {"suportive": "x", "neutral": "y"}
    with pytest.raises(InputError) as error:
        model(hypotheses=asked).verify_data(rows, NAMES)
    wrong = "hypotheses: 'suportive' is no label, 'supportive' has no sentence, 'hedged' has no sentence"
    assert error.value.message == wrong
    assert error.value.hint == "did you mean 'supportive'?"


def test_a_model_of_something_else_is_refused_before_anything_is_computed(small_corpus, tmp_path, rows):
    other = write_model(tmp_path / "other", [e.text for e in rows], outputs=("good", "bad"))
    models = {"m": {"type": "zero-shot", "model": str(other), "template": TEMPLATE}}
    with pytest.raises(ProblemsError) as error:
        load_config(small_corpus.config(models=models))
    (problem,) = error.value.problems
    assert problem.place.path == str(other / "config.json")
    assert "its outputs: good, bad" in problem.message


def test_without_the_extra_the_command_that_installs_it_is_named(model, rows, monkeypatch):
    monkeypatch.setattr("harness.extras.find_spec", lambda name: None)
    with pytest.raises(InputError, match="the model type 'zero-shot' needs torch and transformers") as error:
        labelled(model(), rows)
    assert error.value.hint == "pip install 'stance-harness[transformers]'"


# The command line


def test_the_shipped_configuration_runs_from_a_folder_or_the_hugging_face_cache_with_the_same_predictions(
    project, tmp_path, folder, run_cli, monkeypatch
):
    from huggingface_hub import constants

    runs = f"output={tmp_path / 'runs'}"
    options = ["--limit", "30", "--set", runs, "--set", "evaluation.retrain=0", "--set", "splits.0.repeats=1"]
    options += ["--set", "evaluation.resamples=100"]
    command = ["run", "configs/zero-shot.yaml", *options]
    for name in ("zero-shot", "zero-shot-names"):
        options = [*options, "--set", f"models.{name}.model={folder}"]
    by_folder = subprocess.run(
        [sys.executable, "-m", "harness", "run", "configs/zero-shot.yaml", *options],
        cwd=project,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert by_folder.returncode == 0, by_folder.stderr
    assert "Warning" not in by_folder.stderr

    monkeypatch.chdir(project)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    absent = run_cli(*command)
    assert absent.code == 2
    assert f"the model '{SHIPPED}' is not in the local Hugging Face cache" in absent.err
    assert f"hf download {SHIPPED}" in absent.err
    into_cache(folder, tmp_path / "hub", SHIPPED)
    assert run_cli(*command).code == 0
    first, second = (path.read_bytes() for path in (tmp_path / "runs").glob("zero-shot/*/predictions.jsonl"))
    assert first == second
    assert b'"model": "zero-shot-names"' in first
