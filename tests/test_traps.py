"""Traps that well-known evaluation tools fell into, one test each."""

import subprocess
import sys

import numpy as np
import pytest

from harness.config import load_config
from harness.errors import InputError, ProblemsError
from harness.metrics import METRICS, macro_f1
from harness.models.predictions_file import read_predictions
from harness.plan import make_plan
from harness.records import Example
from harness.splits import StratifiedGroupKFold
from harness.uncertainty import METHODS, compare_fixed, group_counts, interval
from harness.yamlfile import read_yaml
from tests.test_runner import config_file, copy_of


def simulated(rng, n_groups=40, size=2, n_labels=3, accuracy=0.6):
    """Per-group counts of ``n_groups`` groups whose members share a gold label."""
    gold = np.repeat(rng.choice(n_labels, size=n_groups, p=[0.2, 0.6, 0.2]), size)
    right = rng.random(len(gold)) < accuracy
    predicted = np.where(right, gold, rng.integers(n_labels, size=len(gold)))
    return group_counts(gold, predicted, np.repeat(np.arange(n_groups), size), n_labels)


def test_identical_systems_get_p_1_and_not_p_near_0():
    """Counting only strictly greater differences would give 1/10001 here."""
    counts = simulated(np.random.default_rng(0))
    found = compare_fixed(counts, counts, METRICS["macro_f1"], rng=np.random.default_rng(1))
    assert (found.delta, found.p) == (0, 1)


def test_the_standard_error_of_macro_f1_has_the_size_that_fresh_samples_show():
    """A mean of resampled standard errors would be thirty times too small."""
    rng = np.random.default_rng(2)
    samples = [simulated(rng) for _ in range(300)]
    spread = np.std([float(macro_f1(s.sum(axis=(0, 1)).astype(float))) for s in samples])
    widths = []
    for counts in samples[:40]:
        found = interval(counts, METRICS["macro_f1"], method="jackknife", rng=rng)
        assert found.low is not None
        assert found.high is not None
        widths.append((found.high - found.low) / 2 / 2.02)
    assert np.mean(widths) == pytest.approx(spread, rel=0.2)


def test_one_group_has_no_standard_error_rather_than_one_of_0():
    counts = simulated(np.random.default_rng(3), n_groups=1, size=6)
    found = interval(counts, METRICS["accuracy"], rng=np.random.default_rng(0))
    assert (found.low, found.high, found.code) == (None, None, "few_groups")


def test_a_majority_classifier_scores_0_27_and_not_0_78():
    """Gold 5, 65, 30, all predicted as the second label: F1 = 130/165 for it, 0 for the others.

    Averaging one-vs-rest micro-F1 would give (0.95 + 0.65 + 0.70) / 3 = 0.77.
    """
    table = np.array([[0, 5, 0], [0, 65, 0], [0, 30, 0]], dtype=float)
    assert METRICS["macro_f1"].value(table[None])[0] == pytest.approx(130 / 165 / 3)


def test_macro_f1_is_pooled_and_not_a_mean_over_folds_that_lack_a_label():
    """Two folds, the second without label c: the pooled score needs no convention for the missing label."""
    first = np.array([[2, 0, 0], [0, 2, 0], [0, 1, 1]], dtype=float)
    second = np.array([[1, 1, 0], [0, 2, 0], [0, 0, 0]], dtype=float)
    assert METRICS["macro_f1"].value(second[None])[0] is None
    pooled, reason = METRICS["macro_f1"].value((first + second)[None])
    assert reason is None
    assert pooled == pytest.approx((2 * 3 / 7 + 2 * 4 / 10 + 2 * 1 / 3) / 3)


def test_as_many_folds_as_groups_leave_no_fold_empty_and_more_are_refused():
    examples = [Example(f"s{i}", "ab"[i % 2], "t", f"g{i // 2}", "x") for i in range(12)]
    split = StratifiedGroupKFold.model_validate({"folds": 6, "repeats": 3})
    folds = split.folds(examples, ["a", "b"], np.random.default_rng(0))
    assert all(f.test and f.train for f in folds)
    with pytest.raises(InputError, match="7 folds of 6 groups would be empty"):
        StratifiedGroupKFold.model_validate({"folds": 7}).folds(
            examples, ["a", "b"], np.random.default_rng(0)
        )


def test_no_seed_comes_from_the_environment(monkeypatch):
    counts = simulated(np.random.default_rng(4))
    found = []
    for seed in ("1", "2"):
        monkeypatch.setenv("PYTHONHASHSEED", seed)
        np.random.seed(int(seed))  # the global generator must not matter
        found.append(interval(counts, METRICS["macro_f1"], method="bca_t", rng=np.random.default_rng(7)))
    assert found[0] == found[1]


def test_an_edited_label_is_never_answered_from_the_store(tmp_path, project):
    corpus = copy_of(project, tmp_path)
    path = config_file(tmp_path, corpus)
    before = {t.fingerprint for t in make_plan(load_config(path)).tasks}
    gold = corpus / "annotations" / "gold" / "004_3dbf35ee1580a863.jsonl"
    text = gold.read_text(encoding="utf-8")
    line = next(x for x in text.splitlines() if '"004-06"' in x)
    edited = line.replace('"stance": "neutral"', '"stance": "hedged"')
    edited = edited.replace(
        '"decision": "unanimous", "reason": ""', '"decision": "adjudicated", "reason": "test"'
    )
    assert edited != line
    gold.write_text(text.replace(line, edited), encoding="utf-8")
    after = [t.fingerprint for t in make_plan(load_config(path)).tasks]
    assert before.isdisjoint(after)  # every fold trains on that statement or tests it


def test_a_byte_order_mark_is_no_part_of_the_first_column(tmp_path):
    path = tmp_path / "p.csv"
    path.write_bytes("\ufeffid,predicted\ns1,nötig\n".encode())
    said, problems = read_predictions(path, {"s1"}, ["nötig"])
    assert problems == []
    assert said["s1"][0] == 0


def test_output_survives_a_locale_without_unicode(project):
    environment = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        [sys.executable, "-m", "harness", "annotate", "agree", str(project)],
        env=environment,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert b"Traceback" not in done.stderr
    assert "annotator-a, annotator-b" in done.stdout.decode("utf-8")


def test_a_duplicate_yaml_key_is_refused(tmp_path):
    path = tmp_path / "c.yaml"
    path.write_text("seed: 1\nname: x\nseed: 2\n", encoding="utf-8")
    with pytest.raises(ProblemsError) as caught:
        read_yaml(path)
    assert "c.yaml:3: duplicate key 'seed' (first on line 1)" in str(caught.value)


def test_no_t_interval_over_folds_can_be_asked_for(tmp_path, project):
    """It covers about 30 % at nominal 95 %."""
    assert set(METHODS) == {"percentile", "bca_t", "dirichlet", "wilson", "jackknife"}
    path = config_file(tmp_path, project, evaluation={"interval": "t_over_folds"})
    with pytest.raises(ProblemsError, match=r"evaluation\.interval"):
        load_config(path)


def test_the_configuration_names_the_methods_that_there_are():
    from typing import get_args

    from harness.run_config import Evaluation

    assert set(get_args(Evaluation.model_fields["interval"].annotation)) == {"auto", *METHODS}
