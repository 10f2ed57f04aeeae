"""Sentence embeddings and a linear head: what a plain script predicts, encoded once, refused in words."""

import json
import os
import subprocess
import sys
from importlib.metadata import version

import numpy as np
import pytest
from pydantic import ValidationError
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler, normalize
from sklearn.svm import LinearSVC

from harness.checks import load_corpus
from harness.config import load_config
from harness.errors import InputError, ProblemsError
from harness.evaluation import evaluate
from harness.fingerprint import model_digest
from harness.inputs import rendered
from harness.models.embeddings import Embeddings
from harness.plan import make_plan
from harness.records import Example
from harness.sentence_model import loaded
from tests.tiny_encoder import PACKAGED, needs_extra, needs_packaged, tiny_encoder

pytestmark = needs_extra

NAMES = ("supportive", "neutral", "hedged")
CASES = [
    ({}, LogisticRegression(max_iter=2000)),
    ({"class_weight": "balanced", "C": 3.0}, LogisticRegression(C=3, class_weight="balanced", max_iter=2000)),
    (
        {"class_weight": {"hedged": 5.0}},
        LogisticRegression(class_weight={0: 1, 1: 1, 2: 5}, max_iter=2000),
    ),
    ({"scale": True}, make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000))),
    ({"head": "svm"}, LinearSVC(max_iter=10_000, random_state=7)),
    (
        {"head": "svm", "C": 9.0, "scale": True},
        make_pipeline(StandardScaler(), LinearSVC(C=9, max_iter=10_000, random_state=7)),
    ),
]


@pytest.fixture(autouse=True, scope="module")
def cache(tmp_path_factory):
    """Keep the vectors of this module together, apart from the user's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HARNESS_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return tiny_encoder(tmp_path_factory.mktemp("encoders") / "tiny")


def examples(texts, labels):
    return [
        Example(f"s{i}", NAMES[y], t, f"g{i}", "a")
        for i, (t, y) in enumerate(zip(texts, labels, strict=True))
    ]


@pytest.fixture(scope="module")
def rows(project):
    return rendered(load_corpus(project).examples(), "cue+statement")


@pytest.fixture(scope="module")
def script(rows):
    """Return what the first line of a plain script computes: all texts in batches, as the package does it."""
    from sentence_transformers import SentenceTransformer

    from harness.pretrained import located

    encoder = SentenceTransformer(str(located(PACKAGED).folder), device="cpu")
    return encoder.encode([e.text for e in rows], show_progress_bar=False)


@needs_packaged
@pytest.mark.parametrize(("parameters", "classifier"), CASES)
def test_predictions_are_those_of_a_plain_script_row_by_row(rows, script, parameters, classifier):
    session = Embeddings(encoder=PACKAGED, device="cpu", **parameters).start(rows, NAMES)
    labels = np.array([NAMES.index(e.label) for e in rows])
    order = np.random.default_rng(1).permutation(len(rows))
    for test in np.array_split(order, 4):
        train = np.setdiff1d(order, test)
        found = session.fit_predict(train, test, 7)
        classifier.fit(script[train], labels[train])
        np.testing.assert_array_equal(found.predicted, classifier.predict(script[test]))
        if hasattr(classifier, "predict_proba"):
            expected = classifier.predict_proba(script[test])
            # the script trains in single precision, and the optimiser stops at another place
            np.testing.assert_allclose(found.probabilities, expected, atol=1e-3)
        else:
            assert found.probabilities is None


@needs_packaged
def test_the_shipped_configuration_runs_and_its_pooled_predictions_are_the_scripts(
    project, rows, script, tmp_path
):
    settings = ["evaluation.retrain=0", "evaluation.leakage=0", "evaluation.resamples=100"]
    settings += [f"output={tmp_path / 'runs'}", "splits=[leave-one-article-out]"]
    done = evaluate(load_config(project / "configs" / "embeddings.yaml", settings), jobs=1)
    lines = (done.folder / "predictions.jsonl").read_text(encoding="utf-8").splitlines()
    found = {r["id"]: r["predicted"] for r in map(json.loads, lines) if r["model"] == "embeddings"}
    labels = np.array([e.label for e in rows])
    for article in {e.article for e in rows}:
        test = np.array([e.article == article for e in rows])
        there = {e.group for e, held in zip(rows, test, strict=True) if held}
        train = np.array([e.group not in there for e in rows])
        head = LogisticRegression(class_weight="balanced", max_iter=2000).fit(script[train], labels[train])
        ids = [e.id for e, held in zip(rows, test, strict=True) if held]
        assert [found[i] for i in ids] == head.predict(script[test]).tolist()


@needs_packaged
def test_a_run_with_another_head_encodes_nothing_and_does_not_even_import_torch(project, tmp_path):
    settings = ["evaluation.retrain=0", "evaluation.leakage=0", "evaluation.resamples=100"]
    settings += [f"output={tmp_path / 'runs'}", "splits=[leave-one-article-out]"]

    def run(C):
        command = [sys.executable, "-X", "importtime", "-m", "harness", "run", "configs/embeddings.yaml"]
        for setting in [*settings, f"models.embeddings.C={C}"]:
            command += ["--set", setting]
        environment = {**os.environ, "HARNESS_CACHE": str(tmp_path / "cache")}
        done = subprocess.run(
            command, cwd=project, env=environment, capture_output=True, text=True, check=True
        )
        return [line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if "|" in line]

    assert "torch" in run(1.0)
    second = run(2.0)
    assert "sklearn" in second, "it did train"
    assert "torch" not in second
    assert "sentence_transformers" not in second


def test_no_text_or_label_outside_the_training_set_changes_a_bit(tiny):
    texts = ["war on peace", "talks of trade", "the friend", "attack on the friend", "trade talks", "peace"]
    train, test = np.array([0, 1, 2, 3]), np.array([4])
    for parameters in ({}, {"scale": True}, {"head": "svm"}):
        model = Embeddings(encoder=str(tiny), **parameters)
        one = model.start(examples(texts, [0, 1, 2, 0, 1, 2]), NAMES).fit_predict(train, test, 0)
        changed = examples([*texts[:5], "zebra " * 30, "more war"], [0, 1, 2, 0, 2, 0, 1])
        other = model.start(changed, NAMES).fit_predict(train, test, 0)
        assert one.predicted.tolist() == other.predicted.tolist()
        if one.probabilities is not None:
            assert one.probabilities.tobytes() == other.probabilities.tobytes()


def test_a_trained_model_labels_new_texts_as_the_session_does(tiny):
    texts, labels = ["war", "talks", "the friend", "attack", "peace"], [0, 1, 2, 0, 1]
    model = Embeddings(encoder=str(tiny), class_weight="balanced")
    rows = examples(texts, labels)
    session = model.start(rows, NAMES).fit_predict(np.arange(3), np.array([3, 4]), 0)
    trained = model.train(rows[:3], NAMES, 0).label(rows[3:])
    np.testing.assert_array_equal(trained.predicted, session.predicted)
    np.testing.assert_allclose(trained.probabilities, session.probabilities, atol=1e-12)


@pytest.mark.parametrize("parameters", [{}, {"head": "svm"}, {"scale": True}])
@pytest.mark.parametrize("labels", [[0, 1, 2, 0, 1], [2, 2, 2, 2, 2]])
def test_a_labeller_that_was_taken_apart_labels_as_before(tiny, parameters, labels):
    model = Embeddings(encoder=str(tiny), **parameters)
    rows = examples(["war", "talks", "the friend", "attack", "peace"], labels)
    trained = model.train(rows, NAMES, 0)
    again = model.restored(model.parts(trained), NAMES)
    first, second = trained.label(rows), again.label(rows)
    assert first.predicted.tolist() == second.predicted.tolist()
    if parameters.get("head") == "svm":
        assert (first.probabilities, second.probabilities) == (None, None)
    else:
        assert first.probabilities.tobytes() == second.probabilities.tobytes()


def test_normalised_vectors_have_length_1(tiny):
    texts = ["war on peace", "talks"]
    plain = Embeddings(encoder=str(tiny)).vectors(texts)
    found = Embeddings(encoder=str(tiny), normalize=True).vectors(texts)
    np.testing.assert_allclose(found, normalize(plain), atol=1e-6)
    assert not np.allclose(found, plain)


@pytest.mark.parametrize("head", ["logreg", "svm"])
def test_one_training_label_gives_a_constant(tiny, head):
    session = Embeddings(encoder=str(tiny), head=head).start(
        examples(["war", "talks", "the"], [2, 2, 0]), NAMES
    )
    found = session.fit_predict(np.array([0, 1]), np.array([2, 0]), 0)
    assert found.predicted.tolist() == [2, 2]
    expected = None if head == "svm" else [[0, 0, 1], [0, 0, 1]]
    assert (found.probabilities if head == "svm" else found.probabilities.tolist()) == expected


def test_tuning_chooses_the_head_inside_the_training_set_and_encodes_no_text_twice(tiny):
    texts = [f"{a} {b}" for a in ("war", "talks", "peace") for b in ("on trade", "of the friend", "attack")]
    model = Embeddings.model_validate(
        {"encoder": str(tiny), "tune": {"grid": {"C": [0.1, 10.0], "head": ["logreg", "svm"]}, "folds": 3}}
    )
    before = loaded.cache_info().hits + loaded.cache_info().misses
    session = model.session(examples(texts, [0, 1, 2] * 3), NAMES)
    assert loaded.cache_info().hits + loaded.cache_info().misses == before + 1
    assert set(session.fit_predict(np.arange(6), np.array([7]), 0).chosen) == {"C", "head"}


def test_the_fingerprint_knows_the_encoder_by_content_and_the_versions_it_computes_with(tiny, tmp_path):
    same, other = tiny_encoder(tmp_path / "same"), tiny_encoder(tmp_path / "other", seed=1)
    first = Embeddings(encoder=str(tiny))
    assert model_digest(first, NAMES) == model_digest(Embeddings(encoder=str(same)), NAMES)
    assert model_digest(first, NAMES) != model_digest(Embeddings(encoder=str(other)), NAMES)
    assert model_digest(first, NAMES) != model_digest(Embeddings(encoder=str(tiny), prompt="query "), NAMES)
    assert str(tiny) not in json.dumps(first.content())
    assert {"torch", "transformers", "sentence-transformers", "tokenizers"} <= set(first.used_packages())
    assert all(version(name) for name in first.used_packages())


@pytest.fixture
def config(small_corpus):
    """Return a function that writes a configuration with one model; the model stands on its own line."""

    def write(**model):
        path = small_corpus.config(models={"majority": "majority", "mine": {"type": "embeddings", **model}})
        text = path.read_text(encoding="utf-8")
        return path, 1 + text[: text.index('"encoder"')].count("\n")

    return write


def problem(path):
    with pytest.raises(ProblemsError) as caught:
        load_config(path)
    [found] = caught.value.problems
    return found


@pytest.mark.parametrize(
    ("model", "message", "hint"),
    [
        ({"encoder": "./nowhere"}, "nowhere is no folder", "a model is a folder, a Hugging Face id, or"),
        (
            {"encoder": "org/none"},
            "'org/none' is not in the local Hugging Face cache",
            "hf download org/none",
        ),
        (
            {"encoder": "mini-none"},
            "'sentence-transformers/mini-none' is not in the",
            "hf download sentence-tr",
        ),
        ({"encoder": "package:json"}, "the Python package 'json' carries no model", ""),
        ({"encoder": ".", "revision": "v1"}, "a revision is of a Hugging Face id", "leave it out"),
        ({"encoder": "."}, "is no model: it has neither modules.json nor config.json", "a model is a folder"),
    ],
)
def test_an_encoder_that_is_not_there_is_an_error_at_its_line(config, model, message, hint):
    path, line = config(**model)
    found = problem(path)
    assert (found.place.path, found.place.line, found.code) == (str(path), line, "config-model")
    assert message in found.message
    assert found.message.startswith("models.mine: ")
    assert found.hint.startswith(hint)


def test_a_missing_extra_is_named_before_anything_is_fitted(config, tiny, monkeypatch):
    path, _ = config(encoder=str(tiny))
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    monkeypatch.setitem(sys.modules, "torch", None)
    loaded = load_config(path)  # reading a finished run needs no extra
    with pytest.raises(InputError, match=r"models\.mine: .*'embeddings' needs sentence_transf") as caught:
        make_plan(loaded)
    assert "torch, which are not installed" in caught.value.message
    assert caught.value.hint == "pip install 'stance-harness[embeddings]'"


def test_a_folder_is_relative_to_the_configuration(config, small_corpus):
    tiny_encoder(small_corpus.root / "models" / "tiny")
    path, _ = config(encoder="models/tiny")
    loaded_model = load_config(path).models["mine"]
    assert loaded_model.encoder == str(small_corpus.root / "models" / "tiny")
    assert load_config(config(**loaded_model.plain())[0]).models["mine"] == loaded_model


def test_an_encoder_that_cannot_be_loaded_ends_a_run_with_one_error(config, small_corpus, run_cli):
    folder = tiny_encoder(small_corpus.root / "broken")
    (folder / "model.safetensors").write_bytes(b"version https://git-lfs.github.com/spec/v1")
    path, _ = config(encoder="broken")
    ended = run_cli("run", path, "--jobs", "1")
    assert ended.code == 2
    assert "broken cannot be loaded on 'auto'" in ended.err
    assert "Traceback" not in ended.err


def test_a_weight_for_an_unknown_label_is_refused(tiny):
    session = Embeddings(encoder=str(tiny), class_weight={"suportive": 2.0}).start(
        examples(["war", "talks"], [0, 1]), NAMES
    )
    with pytest.raises(InputError, match="class_weight names the label 'suportive'"):
        session.fit_predict(np.array([0, 1]), np.array([0]), 0)


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"encoder": ""},
        {"encoder": "x", "head": "forest"},
        {"encoder": "x", "C": 0},
        {"encoder": "x", "max_length": 2},
        {"encoder": "x", "device": "tpu"},
        {"encoder": "x", "pooling": "mean"},
        {"encoder": "x", "tune": {"grid": {"encoder": ["x", "y"]}}},
    ],
)
def test_parameters_out_of_range_are_refused(parameters):
    with pytest.raises(ValidationError):
        Embeddings.model_validate(parameters)
