"""TweetEval stance: two line files a part, the target from the folder, and the benchmark's own score."""

import pytest

from benchmarks.invented import TARGETS
from harness.config import load_config
from harness.plan import make_plan

from .conftest import f_avg

NAMES = {"0": "none", "1": "against", "2": "favor"}


def lines(folder, name):
    return (folder / name).read_text(encoding="utf-8").split("\n")[:-1]


def test_every_line_is_a_row_with_the_label_of_the_same_line(shipped, tmp_path):
    plan = make_plan(load_config(shipped("tweeteval-stance", 0.1)))
    expected = []
    for part, file in (("train", "train"), ("dev", "val"), ("test", "test")):
        for target in TARGETS:
            folder = tmp_path / "data" / "tweeteval" / "stance" / target
            texts, labels = lines(folder, f"{file}_text.txt"), lines(folder, f"{file}_labels.txt")
            expected += [(part, target, t, NAMES[k]) for t, k in zip(texts, labels, strict=True)]
    found = [(e.fields["split"], e.fields["target"], e.text, e.label) for e in plan.examples]
    assert found == expected
    assert len(found) == 5 * (52 + 6 + 25)
    assert sum("\u2028" in text for _, _, text, _ in found) == 15, "no end of a line"


def test_scores_are_those_of_the_benchmark_own_script(run, tmp_path):
    done = run("tweeteval-stance")
    gold, of = [], {}
    for target in TARGETS:
        labels = lines(tmp_path / "data" / "tweeteval" / "stance" / target, "test_labels.txt")
        of[target] = range(len(gold), len(gold) + len(labels))
        gold += [NAMES[k] for k in labels]
    assert len(gold) == 125
    for split in ("each-target", "all-targets"):
        for model in ("majority", "svm", "svm-words"):
            said = {p["id"]: p["predicted"] for p in done.of(split, model)}
            pairs = [(label, said[f"test-{i}"]) for i, label in enumerate(gold, 1)]
            assert done.score(split, model, "f_avg") == pytest.approx(f_avg(pairs))
            by_target = {target: f_avg([pairs[i] for i in rows]) for target, rows in of.items()}
            if split == "each-target":  # the first split is the one that is sliced
                assert done.sliced(split, model, "target", "f_avg") == pytest.approx(by_target)
            assert abs(done.score(split, model, "f_avg_by_target") - sum(by_target.values()) / 5) < 1e-12
    assert done.score("each-target", "svm", "f_avg") > done.score("each-target", "majority", "f_avg")
