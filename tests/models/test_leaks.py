"""No model learns anything from a statement that it is tested on, or that was purged.

Two spies. One is a model that writes down what the runner hands to it, in every fold, re-run, leakage row,
point of the learning curve and inner fold of tuning. The other works from outside on every model that there
is: what is predicted of one statement must not change by a bit when the texts and labels of all other test
statements and of all purged ones change, and its own label with them. Vocabularies, document frequencies,
scalers, heads, few-shot examples, early stopping and tuning would all show.
"""

import json
from pathlib import Path

import numpy as np
import pytest

from harness import registry
from harness.checks import load_corpus
from harness.config import load_config
from harness.evaluation import evaluate
from harness.inputs import rendered
from harness.models.base import Model
from harness.models.output import FixedSession, Output, knowing
from harness.splits import LeaveOneArticleOut
from harness.testing import leak
from tests.models.chat_server import ChatServer, by_prompt
from tests.models.tiny_models import INFERENCE, write_model

GRID = {"grid": {"C": [0.1, 10.0]}, "folds": 3}
BLOCKS = {
    "blocks": {"source": {"input": "source", "one_hot": True}, "cue": {"input": "cue"}},
    "cross": [{"between": ["input", "source"]}, {"between": ["cue", "source"], "features": ["cosine"]}],
}
"""What each type of model is tried with; a new type needs a line here."""
CASES = {
    "majority": [{}],
    "stratified": [{}],
    "lexicon": [{}],
    "tfidf-logreg": [
        {"words": [1, 2], "class_weight": "balanced"},
        {"tune": GRID},
        {"tune": {**GRID, "on": "dev"}},
        BLOCKS,
    ],
    "tfidf-svm": [{"min_df": 2, "sublinear": True}, {"tune": GRID}],
    "complement-nb": [{"class_weight": "balanced"}, {**BLOCKS, "vocabulary": "shared"}],
    "length": [{}],
    "sklearn": [
        {
            "steps": [
                "sklearn.feature_extraction.text.TfidfVectorizer",
                {"sklearn.preprocessing.StandardScaler": {"with_mean": False}},
                "sklearn.linear_model.LogisticRegression",
            ]
        },
        {
            "steps": [
                {
                    "sklearn.calibration.CalibratedClassifierCV": {
                        "estimator": {"class": "sklearn.svm.LinearSVC"},
                        "cv": 3,
                    }
                }
            ],
            "tune": {"grid": {"LinearSVC.C": {"low": 0.01, "high": 100, "log": True}}, "samples": 3},
        },
    ],
    "embeddings": [{"scale": True}, {"tune": GRID}],
    "transformer": [{"epochs": 2, "early_stopping": {}, "class_weight": "balanced"}, {"pair": "source"}],
    "zero-shot": [{"template": "The stance is {}."}],
    "llm": [{"model": "m"}, {"model": "m", "shots": 6}],
    "predictions": [{}],
}
NEEDED = {
    "embeddings": ("sentence_transformers", "torch"),
    "transformers": ("transformers", "torch"),
    "llm": ("openai",),
}
SPIED: list[tuple[frozenset[str], frozenset[str]]] = []


class Spy(Model):
    """Says the first label, and writes down the groups that it is trained and tested on."""

    type: str = "spy"
    C: float = 1.0

    def start(self, examples, names):
        return _Watching([e.group for e in examples])


class _Watching:
    def __init__(self, groups):
        self.groups = groups

    def fit_predict(self, train, test, seed):
        SPIED.append(tuple(frozenset(self.groups[i] for i in rows) for rows in (train, test)))
        return Output(np.zeros(len(test), dtype=np.intp))


def spied(monkeypatch, folder, project, **evaluation):
    """Run two spies, one of them tuned, and return the pairs of training and test groups they saw."""
    config = {
        "name": "spied",
        "seed": 4,
        "output": str(folder / "runs"),
        "data": {"corpus": str(project)},
        "splits": [{"type": "stratified-group-k-fold", "repeats": 2}, {"type": "leave-one-article-out"}],
        "models": {"plain": {"type": "spy"}, "tuned": {"type": "spy", "tune": GRID}},
        "evaluation": {"resamples": 100, **evaluation},
    }
    monkeypatch.setitem(registry.MODELS, "spy", f"{__name__}:Spy")
    path = folder / "spied.yaml"
    path.write_text(json.dumps(config), encoding="utf-8")
    SPIED.clear()
    evaluate(load_config(path), jobs=1)
    return list(SPIED)


def test_no_fold_rerun_curve_point_or_inner_fold_trains_on_a_group_that_it_tests(
    monkeypatch, tmp_path, project
):
    pairs = spied(monkeypatch, tmp_path, project, retrain=6, leakage=0, learning_curve=[0.5])
    # A tuned fit is 2 values times 3 inner folds and the fit itself; 15 folds are the least of it.
    assert len(pairs) > 15 * (1 + 7)
    assert [train & test for train, test in pairs if train & test] == []


def test_the_leakage_row_alone_trains_on_copies_and_its_purged_variant_does_not(
    monkeypatch, tmp_path, project
):
    clean = spied(monkeypatch, tmp_path, project, retrain=0, leakage=0)
    assert not any(train & test for train, test in clean)
    (tmp_path / "leaky").mkdir()
    pairs = spied(monkeypatch, tmp_path / "leaky", project, retrain=0, leakage=1)
    leaky = sum(bool(train & test) for train, test in pairs)
    # Five folds in each of 'naive', 'size_matched' and 'purged', for two models; the last never leaks.
    assert 0 < leaky <= 2 * 2 * 5


@pytest.fixture(scope="module")
def divided(project):
    """Return the project's statements, its labels, and one fold with purged statements."""
    corpus = load_corpus(project)
    examples = rendered(corpus.examples("gold"), "cue+statement", "source")
    names = corpus.scheme.names
    folds = LeaveOneArticleOut().folds(examples, names, np.random.default_rng(0))
    fold = next(f for f in folds if f.purged)
    return examples, names, fold


def parameters(kind, given, tmp_path: Path, examples, names):
    if kind in ("embeddings", "transformer", "zero-shot"):
        key = "encoder" if kind == "embeddings" else "model"
        outputs = INFERENCE if kind == "zero-shot" else None
        return {
            key: str(write_model(tmp_path / "tiny", [e.text for e in examples], outputs=outputs)),
            **given,
        }
    if kind == "predictions":
        rows = [{"id": e.id, "predicted": names[i % len(names)]} for i, e in enumerate(examples)]
        path = tmp_path / "predictions.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        return {"path": str(path)}
    return given


@pytest.fixture
def service(monkeypatch, tmp_path):
    """A language model whose label changes with every character of the prompt."""
    monkeypatch.setenv("HARNESS_CACHE", str(tmp_path))
    with ChatServer(by_prompt(("supportive", "neutral", "hedged"))) as server:
        for name, value in server.environment().items():
            monkeypatch.setenv(name, value)
        yield server


@pytest.mark.parametrize(
    ("kind", "given"), [(kind, given) for kind, all_given in CASES.items() for given in all_given]
)
def test_test_and_purged_statements_change_nothing_that_is_predicted_of_another(
    kind, given, divided, tmp_path, service
):
    for package in NEEDED.get(registry.load("model", kind).extra, ()):
        pytest.importorskip(package)
    examples, names, fold = divided
    place = {e.id: i for i, e in enumerate(examples)}
    train = np.array([place[i] for i in fold.train], dtype=np.intp)
    model = registry.load("model", kind).model_validate(
        {"type": kind, **parameters(kind, given, tmp_path, examples, names)}
    )

    for kept in [place[i] for i in fold.test[:2]]:
        assert shown_leak(model, divided, train, kept) is None


DRAWN = {"stratified", "tfidf-svm", "sklearn", "transformer", "llm", "embeddings", "tfidf-logreg"}
"""Types with a case above whose training draws: by itself, for its inner folds or for what a prompt shows."""


@pytest.mark.parametrize(
    ("kind", "given"), [(kind, given) for kind, all_given in CASES.items() for given in all_given]
)
def test_a_model_that_says_that_it_draws_nothing_says_the_same_with_every_training_seed(
    kind, given, divided, tmp_path, service
):
    """Such a model is trained once where a run has several training seeds."""
    for package in NEEDED.get(registry.load("model", kind).extra, ()):
        pytest.importorskip(package)
    examples, names, fold = divided
    place = {e.id: i for i, e in enumerate(examples)}
    train, test = (np.array([place[i] for i in ids], dtype=np.intp) for ids in (fold.train, fold.test))
    model = registry.load("model", kind).model_validate(
        {"type": kind, **parameters(kind, given, tmp_path, examples, names)}
    )
    if model.draws:
        assert kind in DRAWN
        return
    shown = rendered(examples, "cue+statement", "source", model.further_inputs)
    session = knowing(model.session(shown, names), train[:3])
    first, *others = (session.fit_predict(train, test, seed) for seed in (1, 2, 3))
    for other in others:
        assert other.predicted.tolist() == first.predicted.tolist()
        assert first.probabilities is None or (other.probabilities == first.probabilities).all()


def shown_leak(model, divided, train, kept):
    """Return what shows of statements that must not be seen, as the project's statements are shown."""
    examples, names, _ = divided
    return leak(
        model, rendered(examples, "cue+statement", "source", model.further_inputs), names, train, kept
    )


class Leaky(Model):
    """Gives each label the share that it has among all statements of the session."""

    type: str = "leaky"

    def start(self, examples, names):
        shares = np.array([[sum(e.label == name for e in examples) for name in names]]) / len(examples)
        return FixedSession(Output(np.zeros(len(examples), dtype=np.intp), shares.repeat(len(examples), 0)))


def test_the_spy_from_outside_sees_a_model_that_counts_labels_of_the_whole_session(divided):
    examples, _, fold = divided
    place = {e.id: i for i, e in enumerate(examples)}
    train = np.array([place[i] for i in fold.train], dtype=np.intp)
    said = shown_leak(Leaky(), divided, train, place[fold.test[0]])
    assert said.startswith(f"the prediction for '{fold.test[0]}' changes with texts or labels")


def test_every_type_of_model_is_tried():
    missing = set(registry.MODELS) - set(CASES)
    assert not missing, f"add lines to CASES for {sorted(missing)}"
    assert set(CASES) <= set(registry.MODELS)
