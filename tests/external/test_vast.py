"""VAST: parts with other columns are read, and zero-shot and few-shot topics have a macro-F1 of their own."""

import csv

import pytest

from .conftest import f1

LABELS = ["con", "pro", "neutral"]


def test_zero_shot_and_few_shot_topics_are_scored_apart(run, tmp_path):
    done = run("vast", 0.05)
    with (tmp_path / "data" / "vast" / "vast_test.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 150
    assert {row["seen?"] for row in rows} == {"0", "1"}
    for model in sorted({p["model"] for p in done.predictions}):
        said = [p["predicted"] for p in sorted(done.of("predefined", model), key=lambda p: int(p["id"][5:]))]
        pairs = [(LABELS[int(row["label"])], s) for row, s in zip(rows, said, strict=True)]
        if model != "majority":  # which never says two of the labels
            assert done.score("predefined", model, "macro_f1") == pytest.approx(macro_f1(pairs))
            for value, found in done.sliced("predefined", model, "seen", "macro_f1").items():
                of = [pair for pair, row in zip(pairs, rows, strict=True) if row["seen?"] == value]
                assert found == pytest.approx(macro_f1(of))
    assert set(done.sliced("predefined", "words", "seen", "macro_f1")) == {"0", "1"}
    assert done.score("predefined", "words", "macro_f1") > 0.6


def macro_f1(pairs):
    return sum(f1(pairs, label) for label in LABELS) / 3
