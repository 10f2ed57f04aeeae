"""The folder for Hugging Face's datasets, opened by that library without a network."""

import json
import os
import subprocess
import sys

import pytest

from harness.export.card import size_category

OPEN = """
import json, sys
from datasets import ClassLabel, load_dataset
out = {}
for name in ("default", "folds"):
    for split, rows in load_dataset(sys.argv[1], name).items():
        kinds = {k: f.names if isinstance(f, ClassLabel) else f.dtype for k, f in rows.features.items()}
        out[f"{name}/{split}"] = {"features": kinds, "rows": list(rows)}
print(json.dumps(out))
"""


@pytest.fixture
def opened(offline):
    """Open a folder by ``datasets.load_dataset`` in a process of its own, from another working directory."""

    def call(folder):
        done = subprocess.run(
            [sys.executable, "-c", OPEN, str(folder)],
            env=offline,
            cwd=os.sep,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return call


def test_load_dataset_gives_every_statement_with_its_label_in_the_order_of_the_scheme(exported, opened):
    data = opened(exported("hf"))
    assert set(data) == {"default/train", "folds/folds"}
    features, rows = data["default/train"]["features"], data["default/train"]["rows"]
    assert features["label"] == ["supportive", "neutral", "hedged"]
    assert features["fold_leave-one-article-out"] == "int64"
    by_id = {row["id"]: row for row in rows}
    assert len(by_id) == 12
    assert by_id["alpha-4"]["label"] == 2, "hedged"
    assert by_id["alpha-4"]["text"] == "stressed: that all sides should talk"
    assert {row["id"] for row in rows if row["fold_leave-one-article-out"] == 0} == {
        "alpha-1",
        "alpha-2",
        "alpha-3",
        "alpha-4",
    }
    # 3 folds of articles and 2 repeats of 3 folds: each statement trains, is tested or is purged in each
    assert len(data["folds/folds"]["rows"]) == 12 * 9


def test_one_given_division_becomes_train_test_and_purged(exported, opened, small_corpus):
    fixed = {"type": "fixed", "test": ["gamma"]}
    data = opened(exported("hf", small_corpus.config("fixed.yaml", splits=[fixed])))
    ids = {
        name.partition("/")[2]: {row["id"] for row in part["rows"]}
        for name, part in data.items()
        if name.startswith("default/")
    }
    # gamma has statements of vale-attack and ruiz-talks, so alpha-2, alpha-4 and beta-3 may not train
    assert ids == {
        "train": {"alpha-1", "alpha-3", "beta-1", "beta-2", "beta-4"},
        "test": {"gamma-1", "gamma-2", "gamma-3", "gamma-4"},
        "purged": {"alpha-2", "alpha-4", "beta-3"},
    }


def test_the_card_states_rights_size_task_and_features(exported):
    import yaml

    text = (exported("hf") / "README.md").read_text(encoding="utf-8")
    _, head, words = text.split("---\n", 2)
    said = yaml.safe_load(head)
    assert (said["language"], said["license"]) == (["en"], "other")
    assert said["task_categories"] == ["text-classification"]
    assert said["size_categories"] == ["n<1K"]
    label = next(f for f in said["dataset_info"][0]["features"] if f["name"] == "label")
    assert label["dtype"]["class_label"]["names"] == {"0": "supportive", "1": "neutral", "2": "hedged"}
    assert "- none: alpha, beta, gamma" in words, "the articles' own words on rights"
    assert "| 0 | supportive | 5 | sides with the offensive |" in words


@pytest.mark.parametrize(
    ("n", "name"),
    [(999, "n<1K"), (1000, "1K<n<10K"), (999_999, "100K<n<1M"), (1_000_000, "1M<n<10M"), (10**7, "n>10M")],
)
def test_sizes_are_named_as_the_hub_names_them(n, name):
    assert size_category(n) == name
