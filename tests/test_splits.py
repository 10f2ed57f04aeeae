"""Splits: what is tested, what is purged and why, and that no group is ever on both sides."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from harness.checks import load_corpus
from harness.errors import InputError
from harness.records import Example, Purged
from harness.registry import SPLITS, load
from harness.splits import (
    Fixed,
    LeaveOneArticleOut,
    LeaveOneGroupOut,
    LeaveOneSourceOut,
    Naive,
    Split,
    StratifiedGroupKFold,
    deal,
)

LABELS = ("supportive", "neutral", "hedged")


def example(id_, group, article="x", label="neutral", speaker="s"):
    return Example(id_, label, "text", group, article, {"speaker": speaker})


def folds(split, examples, seed=0, labels=LABELS):
    return split.folds(examples, labels, np.random.default_rng(seed))


def kfold(n_folds, repeats=1, **more):
    return StratifiedGroupKFold.model_validate({"folds": n_folds, "repeats": repeats, **more})


def test_purge_drops_training_statements_of_the_test_group():
    """a1 and b1 are one utterance; testing article a leaves b2 alone to train on, and says why."""
    rows = [example("a1", "sanctions", "a"), example("b1", "sanctions", "b"), example("b2", "talks", "b")]
    first, second = folds(LeaveOneArticleOut(), [*rows, example("a2", "trade", "a")])
    assert (first.name, first.test, first.train) == ("a", ("a1", "a2"), ("b2",))
    assert first.purged == (Purged("b1", "shares group 'sanctions' with a1"),)
    assert (second.name, second.test, second.train) == ("b", ("b1", "b2"), ("a2",))
    assert second.purged == (Purged("a1", "shares group 'sanctions' with b1"),)


def test_a_fold_that_purging_leaves_nothing_to_train_on_is_an_error():
    rows = [example("a1", "sanctions", "a"), example("b1", "sanctions", "b")]
    with pytest.raises(
        InputError, match="fold 'a' of split 'leave-one-article-out' has no training"
    ) as error:
        folds(LeaveOneArticleOut(), rows)
    assert "purges less" in error.value.hint


def test_naive_keeps_the_copies_on_purpose():
    rows = [example("a1", "g"), example("a2", "g"), example("a3", "g"), example("a4", "h")]
    for fold in folds(Naive.model_validate({"folds": 2}), rows):
        assert fold.purged == ()
        assert len(fold.train) + len(fold.test) == 4


def test_labels_that_a_side_lacks_are_listed_in_the_order_of_the_scheme():
    rows = [
        example("a1", "g1", "a", "hedged"),
        example("a2", "g2", "a", "neutral"),
        example("b1", "g3", "b", "neutral"),
    ]
    first, second = folds(LeaveOneArticleOut(), rows)
    assert (first.absent_train, first.absent_test) == (("supportive", "hedged"), ("supportive",))
    assert (second.absent_train, second.absent_test) == (("supportive",), ("supportive", "hedged"))


def test_leave_one_source_out_never_trains_on_the_speaker_nor_on_the_group():
    rows = [
        example("1", "g1", speaker="Orlo"),
        example("2", "g2", speaker="Orlo"),
        example("3", "g2", speaker="Vale"),
        example("4", "g3", speaker="Vale"),
        example("5", "g4", speaker="Ruiz"),
    ]
    orlo, _, vale = folds(LeaveOneSourceOut(), rows)
    assert (orlo.name, orlo.test, orlo.train) == ("Orlo", ("1", "2"), ("4", "5"))
    assert orlo.purged == (Purged("3", "shares group 'g2' with 2"),)
    assert (vale.name, vale.test, vale.train) == ("Vale", ("3", "4"), ("1", "5"))


def test_leave_one_source_out_over_another_part():
    rows = [example("1", "g1", speaker="Orlo"), example("2", "g2", speaker="Vale")]
    with pytest.raises(InputError, match="the data have no 'speeker'") as error:
        folds(LeaveOneSourceOut.model_validate({"field": "speeker"}), rows)
    assert error.value.hint == "did you mean 'speaker'?"


def test_a_fixed_split_tests_the_named_articles_and_purges_the_rest():
    rows = [
        example("a1", "g", "a"),
        example("b1", "h", "b"),
        example("c1", "g", "c"),
        example("c2", "i", "c"),
    ]
    [fold] = folds(Fixed.model_validate({"test": ["a", "b"]}), rows)
    assert (fold.test, fold.train) == (("a1", "b1"), ("c2",))
    assert fold.purged == (Purged("c1", "shares group 'g' with a1"),)
    with pytest.raises(InputError, match="no article 'd'"):
        folds(Fixed.model_validate({"test": ["d"]}), rows)
    with pytest.raises(InputError, match="no training statements"):
        folds(Fixed.model_validate({"test": ["a", "b", "c"]}), rows)


@pytest.mark.parametrize(
    ("split", "rows", "message"),
    [
        (LeaveOneArticleOut(), [example("1", "g"), example("2", "h")], "needs two articles, got 1"),
        (LeaveOneGroupOut(), [example("1", "g", "a"), example("2", "g", "b")], "needs two groups, got 1"),
        (LeaveOneSourceOut(), [example("1", "g"), example("2", "h")], "needs two sources, got 1"),
        (
            kfold(3),
            [example("1", "g"), example("2", "h"), example("3", "h")],
            "3 folds of 2 groups would be empty",
        ),
        (Naive.model_validate({"folds": 3}), [example("1", "g"), example("2", "h")], "3 folds of 2"),
    ],
)
def test_data_too_small_for_a_split_are_refused(split, rows, message):
    with pytest.raises(InputError, match=message):
        folds(split, rows)


def dealt_slowly(table, n_folds, rng):
    """Deal groups as the definition says it, with everything counted anew for each group."""
    fold_of = np.full(len(table), -1)
    wanted = np.tile(table.sum(axis=0) / n_folds, (n_folds, 1))
    order = rng.permutation(len(table))
    while (fold_of < 0).any():
        undealt = order[fold_of[order] < 0]
        left = (table[undealt] > 0).sum(axis=0)
        rarest = min((k for k in range(table.shape[1]) if left[k]), key=lambda k: left[k])
        for group in sorted((g for g in undealt if table[g, rarest]), key=lambda g: -int(table[g].sum())):
            sizes = np.bincount(fold_of[fold_of >= 0], minlength=n_folds)
            empty = np.flatnonzero(sizes == 0)
            tie = rng.permutation(n_folds)
            ranks = {
                int(k): (wanted[k, rarest], wanted[k].sum(), tie[k])
                for k in (empty if (fold_of < 0).sum() <= len(empty) else range(n_folds))
            }
            fold_of[group] = max(ranks, key=lambda k: ranks[k])
            wanted[fold_of[group]] -= table[group]
    return fold_of


@pytest.mark.parametrize("seed", range(60))
def test_groups_are_dealt_as_the_definition_says_whatever_was_counted_before(seed):
    rng = np.random.default_rng(seed)
    n_folds = int(rng.integers(2, 8))
    table = rng.integers(0, 4, (int(rng.integers(n_folds, 50)), int(rng.integers(1, 12))))
    table[table.sum(axis=1) == 0, 0] = 1
    one, other = np.random.default_rng(seed), np.random.default_rng(seed)
    assert deal(table, n_folds, one).tolist() == dealt_slowly(table, n_folds, other).tolist()
    assert one.random() == other.random(), "and no other random numbers are drawn"


def test_as_many_folds_as_groups_gives_no_empty_fold():
    """scikit-learn's StratifiedGroupKFold leaves folds empty here: 6 groups, 6 folds, sizes 1 to 6."""
    rows = [example(f"{g}{i}", f"g{g}", label=LABELS[g % 3]) for g in range(6) for i in range(g + 1)]
    for seed in range(20):
        assert sorted(len(f.test) for f in folds(kfold(6), rows, seed)) == [1, 2, 3, 4, 5, 6]


def test_the_seed_alone_decides_how_groups_are_dealt(project):
    examples = load_corpus(project).examples()
    assert folds(kfold(5, 3), examples, 1) == folds(kfold(5, 3), examples, 1)
    assert folds(kfold(5, 3), examples, 1) != folds(kfold(5, 3), examples, 2)


def test_repeats_differ_from_each_other(project):
    examples = load_corpus(project).examples()
    made = folds(kfold(5, 2), examples)
    first, second = ({f.test for f in made if f.repeat == r} for r in (0, 1))
    assert first != second


def test_keys_are_unique_and_names_can_be_given(project):
    examples = load_corpus(project).examples()
    made = folds(kfold(4, 3, name="mine"), examples)
    assert [f.key for f in made] == [f"mine/{r}/{k}" for r in range(3) for k in range(4)]
    assert made[5].name == "repeat 2, fold 2"


@st.composite
def data(draw, one_label_a_group=False):
    """Draw 4 to 30 statements of 3 to 12 groups, labels and articles at random."""
    n_groups = draw(st.integers(3, 12))
    sizes = draw(st.lists(st.integers(1, 4), min_size=n_groups, max_size=n_groups))
    rows = []
    for g, size in enumerate(sizes):
        label = draw(st.sampled_from(LABELS))
        for i in range(size):
            own = label if one_label_a_group else draw(st.sampled_from(LABELS))
            where = draw(st.sampled_from("abc"))
            rows.append(example(f"{g}-{i}", f"g{g}", where, own, draw(st.sampled_from("xyz"))))
    return rows


def of_type(name, rows):
    parameters = {"fixed": {"test": [rows[0].article]}, "naive": {"folds": 3}}
    parameters["stratified-group-k-fold"] = {"folds": 3, "repeats": 2}
    parts = {"train": ["x"], "dev": ["y"], "test": ["z"], "fit": "train+dev"}
    parameters["predefined"] = {"field": "speaker", **parts}
    parameters["leave-one-value-out"] = {"by": "speaker"}
    return load("split", name).model_validate(parameters.get(name, {}))


@pytest.mark.parametrize("name", [name for name in SPLITS if name != "naive"])
@settings(max_examples=60, deadline=None)
@given(rows=data(), seed=st.integers(0, 99))
def test_no_fold_trains_on_a_statement_whose_group_is_tested(name, rows, seed):
    group = {e.id: e.group for e in rows}
    try:
        made = folds(of_type(name, rows), rows, seed)
    except InputError:
        reject()  # and not return: then a split that refuses everything would pass
    for fold in made:
        tested = {group[i] for i in fold.test}
        assert not tested & {group[i] for i in fold.train}
        sides = [*fold.train, *fold.test, *(p.id for p in fold.purged)]
        assert sorted(sides) == sorted(group), "each statement is trained on, tested or purged, once"
        assert all(group[p.id] in tested for p in fold.purged), "nothing is purged without need"


@settings(max_examples=60, deadline=None)
@given(rows=data(), fit=st.sampled_from(["train", "train+dev"]), each=st.sampled_from([None, "speaker"]))
def test_a_dev_part_holds_every_dev_statement_that_shares_no_group_with_a_tested_one(rows, fit, each):
    """The articles a, b and c are the parts; with 'each', those of one speaker alone are a fold."""
    parts = {"field": "article", "train": ["a"], "dev": ["b"], "test": ["c"], "fit": fit, "each": each}
    split = load("split", "predefined").model_validate(parts)
    rows = [replace(e, fields={**e.fields, "article": e.article}) for e in rows]
    try:
        made = folds(split, rows)
    except InputError:
        reject()  # and not return: then a split that refuses everything would pass
    for fold in made:
        mine = [e for e in rows if each is None or e.fields["speaker"] == fold.name]
        tested = {e.group for e in mine if e.article == "c"}
        dev = tuple(e.id for e in mine if e.article == "b" and e.group not in tested)
        assert fold.dev == dev
        assert (set(dev) <= set(fold.train)) == (fit == "train+dev" or not dev)
        purged = [p.id for p in fold.purged if p.part == "dev"]
        assert purged == [e.id for e in mine if e.article == "b" and e.group in tested]


@pytest.mark.parametrize("name", [name for name in SPLITS if name not in ("fixed", "predefined")])
@settings(max_examples=30, deadline=None)
@given(rows=data(), seed=st.integers(0, 99))
def test_every_statement_is_tested_once_a_repeat(name, rows, seed):
    try:
        made = folds(of_type(name, rows), rows, seed)
    except InputError:
        reject()  # and not return: then a split that refuses everything would pass
    times = Counter((f.repeat, i) for f in made for i in f.test)
    n_repeats = len({f.repeat for f in made})
    assert set(times.values()) == {1}
    assert len(times) == n_repeats * len(rows)


@settings(max_examples=150, deadline=None)
@given(rows=data(one_label_a_group=True), n_folds=st.integers(2, 6), seed=st.integers(0, 99))
def test_with_one_label_a_group_a_fold_lacks_a_label_only_if_it_has_fewer_groups_than_folds(
    rows, n_folds, seed
):
    groups = {label: {e.group for e in rows if e.label == label} for label in LABELS}
    try:
        made = folds(kfold(n_folds), rows, seed)
    except InputError:
        reject()  # and not return: then a split that refuses everything would pass
    for fold in made:
        for label in fold.absent_test:
            assert len(groups[label]) < n_folds


def test_with_mixed_groups_a_fold_lacks_a_label_with_enough_groups_in_less_than_one_of_a_hundred():
    """4 statements a group with labels at random is as mixed as it gets; over 20 000 tables: 0.4 %."""
    rng = np.random.default_rng(0)
    lacking = seen = 0
    for _ in range(1000):
        n_groups = int(rng.integers(4, 13))
        n_folds = int(rng.integers(2, min(n_groups, 6) + 1))
        table = rng.multinomial(rng.integers(1, 5, n_groups), [1 / 3] * 3)
        fold_of = deal(table, n_folds, rng)
        for label in range(3):
            if (table[:, label] > 0).sum() >= n_folds:
                seen += n_folds
                lacking += sum(not table[fold_of == k, label].any() for k in range(n_folds))
    assert seen > 5000
    assert lacking / seen < 0.01


def test_on_the_project_no_fold_lacks_a_label_that_has_enough_groups(project):
    examples = load_corpus(project).examples()
    groups = {label: {e.group for e in examples if e.label == label} for label in LABELS}
    assert min(map(len, groups.values())) >= 5
    made = [f for seed in range(10) for f in folds(kfold(5, 10), examples, seed)]
    assert [f.absent_test for f in made if f.absent_test] == []


def test_labels_are_spread_as_evenly_as_whole_groups_allow():
    """30 groups of one statement, 15, 9 and 6 a label, 3 folds: each fold gets 5, 3 and 2."""
    table = np.zeros((30, 3), dtype=int)
    table[np.arange(30), np.repeat([0, 1, 2], [15, 9, 6])] = 1
    for seed in range(10):
        fold_of = deal(table, 3, np.random.default_rng(seed))
        counts = [table[fold_of == k].sum(axis=0).tolist() for k in range(3)]
        assert counts == [[5, 3, 2]] * 3


def test_a_split_without_statements_is_refused():
    with pytest.raises(InputError):
        folds(LeaveOneGroupOut(), [])


class Odd(Split):
    """Tests nothing at all, or has no fold."""

    type: str = "odd"
    folds_: int = 1

    def divisions(self, examples, rng):
        for k in range(self.folds_):
            yield 0, f"fold {k}", np.zeros(len(examples), dtype=bool)


def test_a_division_that_tests_nothing_is_refused_and_so_is_one_without_a_fold():
    rows = [example("1", "a"), example("2", "b")]
    with pytest.raises(InputError, match="fold 'fold 0' of split 'odd' has no test statements") as error:
        folds(Odd(), rows)
    assert error.value.hint == "use fewer folds or another split"
    with pytest.raises(InputError, match="split 'odd' makes no fold of 2 statements"):
        folds(Odd(folds_=0), rows)


@settings(max_examples=60, deadline=None)
@given(rows=data(), seed=st.integers(0, 99))
def test_as_many_folds_as_groups_test_one_group_each(rows, seed):
    """The fold that has nothing lacks most of every label, so each group finds an empty fold."""
    groups = {e.id: e.group for e in rows}
    made = folds(kfold(len(set(groups.values()))), rows, seed)
    assert all(len({groups[i] for i in f.test}) == 1 for f in made)
