"""Every split on data that can hardly be divided: folds that keep the rules, or one refusal that says why."""

import numpy as np
import pytest

from harness.errors import InputError
from harness.examples import field_names
from harness.records import Example
from harness.registry import SPLITS, load
from tests.degenerate.tables import TABLES

ASKED = {
    "fixed": {"test": ["s0"]},
    "leave-one-value-out": {"by": "target"},
    "leave-one-source-out": {"field": "speaker"},
    "predefined": {"field": "part"},
    "stratified-group-k-fold": {"folds": 2, "repeats": 2},
    "naive": {"folds": 2},
}
BY_ONE = {"leave-one-article-out", "leave-one-group-out", "leave-one-source-out", "leave-one-value-out"}


def examples_of(rows):
    """Return the rows of a table as examples."""
    return tuple(
        Example(
            row["id"],
            row["stance"],
            row["text"],
            row["thread"],
            row["story"],
            {"part": row["part"], "target": row["target"], "speaker": row["speaker"]},
        )
        for row in rows
    )


def test_every_registered_split_is_in_the_campaign():
    assert set(SPLITS) == {*ASKED, *BY_ONE}
    assert {"part", "target", "speaker"} <= set(field_names(examples_of(TABLES["one label"])))


@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize("table", TABLES)
def test_a_split_keeps_its_rules_or_is_refused_with_the_reason(table, split):
    examples = examples_of(TABLES[table])
    labels = sorted({e.label for e in examples})
    asked = load("split", split).model_validate(ASKED.get(split, {}))
    if not dividable(examples, split):
        with pytest.raises(InputError, match=f"'{split}'"):
            asked.folds(examples, labels, np.random.default_rng(0))
        return
    folds = asked.folds(examples, labels, np.random.default_rng(0))
    by_id = {e.id: e for e in examples}
    for fold in folds:
        assert fold.train
        assert fold.test
        assert not {*fold.train} & {*fold.test}
        groups = [{by_id[id_].group for id_ in ids} for ids in (fold.train, fold.test)]
        assert split == "naive" or not groups[0] & groups[1]
        assert {*fold.train, *fold.test, *(p.id for p in fold.purged), *fold.dev} == {*by_id}
        for ids, absent in ((fold.train, fold.absent_train), (fold.test, fold.absent_test)):
            assert list(absent) == [name for name in labels if name not in {by_id[i].label for i in ids}]
    times = {id_: sum(id_ in fold.test for fold in folds) for id_ in by_id}
    if split not in ("fixed", "predefined"):
        assert set(times.values()) == {ASKED.get(split, {}).get("repeats", 1)}


def dividable(examples, split):
    """Whether a fold of this split would have something to test and, purged of its groups, to train on."""
    parts = {
        "leave-one-article-out": lambda e: e.article,
        "leave-one-group-out": lambda e: e.group,
        "leave-one-source-out": lambda e: e.fields["speaker"],
        "leave-one-value-out": lambda e: e.fields["target"],
        "fixed": lambda e: e.article == "s0",
        "predefined": lambda e: e.fields["part"] == "test",
    }
    if split in ("stratified-group-k-fold", "naive"):
        return len({e.id if split == "naive" else e.group for e in examples}) >= 2
    of = parts[split]
    tested = {of(e) for e in examples} if split in BY_ONE else {True}
    if len({of(e) for e in examples}) < 2:
        return False
    for value in tested:
        groups = {e.group for e in examples if of(e) == value}
        if not any(of(e) != value and e.group not in groups for e in examples):
            return False
    return True
