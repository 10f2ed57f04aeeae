"""A finished run of many models, new statements to label with it, and ways to write them down."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from harness.config import load_config
from harness.evaluation import evaluate
from harness.labelling.job import Job, label
from harness.labelling.run_model import run_model
from tests.conftest import SmallCorpus, build_corpus

MODELS = {
    "majority": "majority",
    "random": "stratified",
    "lexicon": "lexicon",
    "length": "length",
    "logreg": {"type": "tfidf-logreg", "words": [1, 2], "class_weight": "balanced"},
    "svm": "tfidf-svm",
    "bayes": "complement-nb",
    "rare": {"type": "tfidf-logreg", "min_df": 12},  # no term is in every statement, so none is left
    "cued": {"type": "tfidf-logreg", "input": "{source} ({cue}): {statement}"},
    "tuned": {"type": "tfidf-logreg", "tune": {"grid": {"C": [0.01, 100], "words": [[1, 1], [1, 2]]}}},
    "pipe": {
        "type": "sklearn",
        "steps": ["sklearn.feature_extraction.text.CountVectorizer", "sklearn.naive_bayes.MultinomialNB"],
    },
    "few": {
        "type": "sklearn",
        "steps": [
            {"sklearn.feature_selection.SelectKBest": {"k": 3}},
            "sklearn.linear_model.LogisticRegression",
        ],
    },
    "forest": {"type": "sklearn", "steps": [{"sklearn.tree.DecisionTreeClassifier": {"max_depth": 2}}]},
}
TEXTS = [
    "The sanctions strike the innocent.",
    "all sides should talk, and trade rose",
    "Ein Angriff auf Freunde 🙂 и торговля",
    "",
    "sanctions sanctions SANCTIONS a friend",
    'a "quoted", odd\nline',
] * 3


@dataclass(frozen=True)
class Run:
    """A finished run with its corpus beside it; a copy of it may be spoilt."""

    root: Path
    folder: Path

    def label(self, model, source, out=None, **how):
        """Label a file; return what was done, and what was said."""
        said = []
        done = label(run_model(self.folder, model), Job(str(source), out, **how), say=said.append)
        return done, said

    @property
    def corpus(self):
        return SmallCorpus(self.root)

    def copy(self, root):
        shutil.copytree(self.root, root, ignore=shutil.ignore_patterns("models"))
        return Run(root, root / self.folder.relative_to(self.root))


@pytest.fixture(scope="session")
def finished(tmp_path_factory):
    """A run that no test may change but for the models that are stored in it."""
    corpus = build_corpus(tmp_path_factory.mktemp("labelling") / "corpus")
    settings = corpus.config(
        models=MODELS, splits=[{"type": "stratified-group-k-fold", "folds": 2, "repeats": 1}]
    )
    return Run(corpus.root, evaluate(load_config(settings)).folder)


@pytest.fixture
def spoilt(finished, tmp_path):
    """A copy of the run that a test may change."""
    return finished.copy(tmp_path / "copy")


def rows_of(texts=TEXTS):
    return [
        {"id": f"n{i}", "statement": text, "cue": "said", "source": f"Speaker {i % 3}"}
        for i, text in enumerate(texts)
    ]


def write_jsonl(path, rows):
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def read_jsonl(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def statements(tmp_path):
    """A file of new statements."""
    return write_jsonl(tmp_path / "new.jsonl", rows_of())
