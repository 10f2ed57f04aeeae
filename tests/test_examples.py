"""Examples in columns are what a tuple of them would be: as a sequence, in digests, folds and files."""

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.examples import Coded, Examples, Ids, Places, ids_at, taken
from harness.fingerprint import data_digest, example_digests, rows_digest
from harness.given_splits import LeaveOneValueOut, Predefined
from harness.inputs import rendered
from harness.numbering import (
    group_numbers,
    id_numbers,
    label_numbers,
    n_articles,
    n_groups,
    part_values,
    value_numbers,
    vote_numbers,
    voters,
)
from harness.record_text import folds_pieces, predictions_pieces
from harness.records import Example, Pool, RunRecord
from harness.splits import LeaveOneGroupOut, Naive, StratifiedGroupKFold
from tests.columns import LABELS, column, examples, in_columns

some = settings(deadline=None, max_examples=40)


@pytest.mark.parametrize("kept", [0, 100_000])
@some
@given(examples(), st.data())
def test_examples_in_columns_are_a_sequence_like_a_tuple(kept, rows, data):
    made = in_columns(rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("harness.examples.KEPT", kept)
        at = data.draw(st.integers(-len(rows), len(rows) - 1))
        some = slice(*(data.draw(st.none() | st.integers(-9, 9)) for _ in range(2)))
        assert (len(made), tuple(made), made[at]) == (len(rows), rows, rows[at])
        assert (tuple(made[some]), made == rows, made.index(rows[at])) == (rows[some], True, at % len(rows))
        assert tuple(reversed(made)) == rows[::-1]
        with pytest.raises(IndexError):
            made[len(rows)]
    assert tuple(pickle.loads(pickle.dumps(made))) == rows


def test_a_tuple_with_another_label_is_not_equal():
    rows = tuple(Example(i, "favor", "t", i, "", {"text": "t"}) for i in "ab")
    other = (rows[0], Example("b", "against", "t", "b", "", {"text": "t"}))
    assert in_columns(rows) == rows
    assert in_columns(rows) != other
    assert in_columns(rows) != rows[:1]


@some
@given(examples())
def test_digests_are_the_same_with_and_without_columns(rows):
    made = in_columns(rows)
    assert dict(example_digests(made)) == example_digests(rows)
    assert data_digest(made, LABELS) == data_digest(rows, LABELS)
    at = np.arange(len(rows))[::-2]
    chosen = ids_at(made, at), ids_at(rows, at)
    assert tuple(chosen[0]) == chosen[1]
    digests = [rows_digest(example_digests(e), ids) for e, ids in zip((made, rows), chosen, strict=True)]
    assert digests[0] == digests[1]


def test_digests_do_not_depend_on_how_many_rows_are_hashed_at_once(monkeypatch):
    rows = tuple(
        Example(f"i{k}", LABELS[k % 3], f"t{k}", f"g{k % 2}", "", {"text": f"t{k}"}) for k in range(9)
    )
    for size in (1, 4, 9):
        for module in ("examples.text_columns", "examples.columns", "examples.places", "column_digests"):
            monkeypatch.setattr(f"harness.{module}.BLOCK", size)
        assert data_digest(in_columns(rows), LABELS) == data_digest(rows, LABELS)


@some
@given(examples())
def test_numbers_of_labels_groups_parts_and_votes_are_the_same(rows):
    made = in_columns(rows)
    assert label_numbers(made, LABELS).tolist() == label_numbers(rows, LABELS).tolist()
    assert value_numbers(made, "target").tolist() == value_numbers(rows, "target").tolist()
    for number in (group_numbers, id_numbers):
        assert number(made).tolist() == number(rows).tolist()
    for of in (n_groups, n_articles, voters):
        assert of(made) == of(rows)
    for part in ("article", "target", "absent"):
        assert part_values(made, part) == part_values(rows, part)
    for who in voters(rows):
        assert vote_numbers(made, who, LABELS).tolist() == vote_numbers(rows, who, LABELS).tolist()


@some
@given(examples())
def test_templates_show_the_same(rows):
    for template in ("text", "{target}: {{x}} {text}", "{target}"):
        shown = rendered(in_columns(rows), template, "{target}", ["{text}!"])
        assert tuple(shown) == rendered(rows, template, "{target}", ["{text}!"])
    made = in_columns(tuple(Example(e.id, e.label, e.text, e.group, "", e.fields) for e in rows))
    assert rendered(made, "text") is made


@pytest.mark.parametrize(
    "split",
    [
        StratifiedGroupKFold.model_validate({"folds": 2, "repeats": 2}),
        Naive.model_validate({"folds": 2}),
        LeaveOneGroupOut(),
        LeaveOneValueOut(by="target"),
        Predefined(field="target", train=["a"], test=["b"], dev=["c"], fit="train+dev"),
        Predefined(field="target", train=["a"], test=["b"], dev=["c"]),
    ],
)
def test_folds_are_the_same_and_so_is_their_file(split):
    rows = tuple(
        Example(f"i{k}", LABELS[k % 3], "t", f"g{k // 2}", "", {"text": "t", "target": "abc"[k % 3]})
        for k in range(18)
    )
    made = split.folds(in_columns(rows), LABELS, np.random.default_rng(0))
    plain = split.folds(rows, LABELS, np.random.default_rng(0))
    assert made == plain
    assert b"".join(folds_pieces(made, {})) == b"".join(folds_pieces(plain, {}))
    assert isinstance(made[0].train, Ids)


@pytest.mark.parametrize("probabilities", [False, True])
@some
@given(examples())
def test_predictions_are_written_the_same(probabilities, rows):
    n = len(rows)
    said = np.array([[k % 5 - 1 for k in range(n)]]).clip(-1, 3)
    table = np.linspace(0, 1, n * 3).reshape(1, n, 3) if probabilities else None
    pool = Pool("s'\"", "ö", "fixed", said, np.where(said >= 0, 0, -1), table)
    text = [
        b"".join(predictions_pieces(RunRecord({}, LABELS, e, (), (pool,), (), {})))
        for e in (in_columns(rows), rows)
    ]
    assert text[0] == text[1]
    assert text[0].count(b"\n") == (said >= 0).sum()


def test_ids_by_position_are_like_a_tuple():
    ids = Ids(column(["a", "b", "c", "d", "e"]), np.array([4, 0, 2]))
    assert (tuple(ids), ids[0], ids[-1], tuple(ids[1:]), len(ids)) == (
        ("e", "a", "c"),
        "e",
        "c",
        ("a", "c"),
        3,
    )
    assert ids == ("e", "a", "c")
    assert ids != ("e", "a")
    assert {ids: 1}[("e", "a", "c")] == 1


def test_places_of_ids_are_found_by_position_and_by_name():
    rows = tuple(Example(i, "favor", "t", i, "", {"text": "t"}) for i in "xyz")
    made = in_columns(rows)
    for e in (made, rows):
        assert Places(e).of(("z", "x")).tolist() == [2, 0]
        with pytest.raises(KeyError):
            Places(e).of(("w",))
    assert Places(made).of(Ids(made.ids, np.array([1]))).tolist() == [1]


@some
@given(st.lists(st.sampled_from("abcdefg"), min_size=1, max_size=9), st.data())
def test_rows_of_a_column_in_chunks_are_taken_in_any_order(cells, data):
    at = data.draw(st.lists(st.integers(0, len(cells) - 1), max_size=12))
    assert taken(column(cells), np.array(at, dtype=np.intp)).to_pylist() == [cells[i] for i in at]
    coded = Coded.of(column(cells))
    values, codes = np.unique(cells, return_inverse=True)
    assert (coded.values.to_pylist(), coded.codes.tolist()) == (values.tolist(), codes.tolist())


def test_a_row_keeps_its_columns_alive_without_text_of_its_own():
    made = in_columns((Example("a", "favor", "t", "a", "", {"text": "t", "target": "x"}),))
    assert isinstance(made, Examples)
    assert (dict(made[0].fields), "target" in made[0].fields, len(made[0].fields)) == (
        {"text": "t", "target": "x"},
        True,
        2,
    )
