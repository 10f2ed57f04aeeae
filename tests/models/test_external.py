"""Predictions made elsewhere: two formats read alike, and every fault of a file named by line at once."""

import numpy as np
import pytest

from harness.errors import InputError, ProblemsError
from harness.models.external import ExternalPredictions
from harness.records import Example

NAMES = ("supportive", "neutral", "hedged")
ROWS = [Example(i, "neutral", "text", i, "x") for i in ("a-1", "a-2", "b-1")]


@pytest.fixture
def start(tmp_path):
    def call(text, suffix="jsonl"):
        path = tmp_path / f"p.{suffix}"
        path.write_text(text, encoding="utf-8", newline="")
        model = ExternalPredictions(path=str(path))
        model.verify_data(ROWS, NAMES)
        return model.start(ROWS, NAMES)

    return call


@pytest.fixture
def refused(start):
    def call(text, suffix="jsonl"):
        with pytest.raises(ProblemsError) as error:
            start(text, suffix)
        return [(p.place.line, p.code, p.message) for p in error.value.problems]

    return call


JSONL = """{"id": "b-1", "predicted": "hedged", "probabilities": [0.1, 0.2, 0.7]}
{"id": "a-1", "predicted": "neutral", "probabilities": {"hedged": 0, "neutral": 1, "supportive": 0}, "x": 1}

{"id": "a-2", "predicted": "supportive", "probabilities": [1, 0, 0]}
"""
CSV = """id,predicted,probabilities,more
b-1,hedged,"[0.1, 0.2, 0.7]",x
a-1,neutral,"{""hedged"": 0, ""neutral"": 1, ""supportive"": 0}",y

a-2,supportive,"[1, 0, 0]",z
"""


@pytest.mark.parametrize(
    ("text", "suffix"), [(JSONL, "jsonl"), (CSV, "csv"), (CSV.replace("\n", "\r\n"), "CSV")]
)
def test_both_formats_give_the_same_whatever_the_order_of_rows(start, text, suffix):
    output = start(text, suffix).fit_predict(np.array([0]), np.array([2, 0, 1]), 0)
    assert output.predicted.tolist() == [2, 1, 0]
    assert output.probabilities.tolist() == [[0.1, 0.2, 0.7], [0, 1, 0], [1, 0, 0]]


@pytest.mark.parametrize("first", ["\ufeffid", "id"])
def test_a_byte_order_mark_is_no_part_of_the_first_column(start, first):
    output = start(f"{first},predicted\na-1,hedged\na-2,hedged\nb-1,neutral\n", "csv").output
    assert output.predicted.tolist() == [2, 2, 1]
    assert output.probabilities is None


def test_every_fault_of_a_jsonl_file_comes_at_once(refused):
    text = """{"id": "a-1", "predicted": "neutrl"}
{"id": "a-1", "predicted": "neutral"}
{"id": "a-9", "predicted": "neutral"}
{"id": 7, "predicted": "neutral"}
{"id": ["a-2"], "predicted": ["neutral"]}
{"predicted": "neutral"}
{"id": "a-2", "predicted": null}
{}
not json
[1]
"""
    assert refused(text) == [
        (0, "missing-id", "no prediction for 'b-1'"),
        (1, "unknown-label", "unknown label 'neutrl'"),
        (2, "duplicate-id", "'a-1' is there twice (first on line 1)"),
        (3, "unknown-id", "no statement 'a-9' in the data"),
        (4, "unknown-id", "no statement 7 in the data"),
        (5, "unknown-id", "no statement ['a-2'] in the data"),
        (6, "missing-field", "no id"),
        (7, "missing-field", "no predicted"),
        (8, "missing-field", "no id and no predicted"),
        (9, "not-json", "not a JSON object: Expecting value: line 1 column 1 (char 0)"),
        (10, "not-json", "expected a JSON object, got list"),
    ]


def test_every_fault_of_a_csv_file_comes_at_once(refused):
    text = """id,predicted,probabilities
a-1,neutrl,
a-2,neutral,[0.5, 0.3, 0.2]
a-1,neutral,
,neutral,
b-1,hedged,"[1]"
"""
    assert refused(text, "csv") == [
        (0, "missing-id", "no prediction for 'a-2'"),
        (2, "unknown-label", "unknown label 'neutrl'"),
        (3, "not-csv", "expected 3 cells, got 5"),
        (4, "duplicate-id", "'a-1' is there twice (first on line 2)"),
        (5, "missing-field", "no id"),
        (6, "probabilities", "expected 3 probabilities"),
    ]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("id,predicted,id\na-1,neutral,a-1\n", 1, "the column 'id' is there twice"),
        ('id,predicted\n"a-1,neutral\n', 2, "unexpected end of data"),
    ],
)
def test_a_malformed_csv_is_named_with_its_line(refused, text, line, message):
    assert (line, "not-csv", message) in refused(text, "csv")


@pytest.mark.parametrize("suffix", ["csv", "jsonl"])
def test_an_empty_file_lacks_every_statement(refused, suffix):
    assert [code for _, code, _ in refused("", suffix)] == ["missing-id"] * 3


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("[0.5, 0.5]", "expected 3 probabilities"),
        ("[0.5, 0.5, 0.5]", "probabilities sum to 1.5"),
        ("[0, 0, 0]", "probabilities sum to 0"),
        ("[1.5, -0.5, 0]", "must be numbers from 0 to 1"),
        ("[true, 0, 0]", "must be numbers from 0 to 1"),
        ('["1", 0, 0]', "must be numbers from 0 to 1"),
        ('{"neutral": 1}', "probabilities are for ['neutral'], the labels are"),
        ('{"neutral": 1, "hedged": 0, "pro": 0}', "probabilities are for ['hedged', 'neutral', 'pro']"),
        ("0.9", "expected 3 probabilities"),
        ('"x"', "probabilities are no JSON list"),
    ],
)
def test_probabilities_that_make_no_sense_are_refused(refused, value, message):
    rows = [f'{{"id": "{e.id}", "predicted": "neutral", "probabilities": {value}}}\n' for e in ROWS]
    found = refused("".join(rows))
    assert [(line, code) for line, code, _ in found] == [(i, "probabilities") for i in (1, 2, 3)]
    assert all(message in text for _, _, text in found)


def test_probabilities_in_some_rows_alone_are_refused(refused):
    text = JSONL.replace(', "probabilities": [1, 0, 0]', "")
    assert refused(text) == [(0, "probabilities", "2 rows have probabilities and 1 have none")]


def test_content_is_the_bytes_of_the_file_and_not_its_path(tmp_path):
    for name, text in (("a", JSONL), ("b", JSONL), ("c", JSONL + "\n")):
        (tmp_path / name).write_text(text, encoding="utf-8")
    a, b, c = (ExternalPredictions(path=str(tmp_path / name)).content() for name in "abc")
    assert a == b
    assert a != c


def test_an_absent_file_is_an_error_of_ours(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        ExternalPredictions(path=str(tmp_path / "absent")).start(ROWS, NAMES)


def test_a_part_of_the_data_is_scored_by_a_file_of_all_of_it(tmp_path):
    path = tmp_path / "p.jsonl"
    path.write_text("".join(f'{{"id": "{e.id}", "predicted": "neutral"}}\n' for e in ROWS), encoding="utf-8")
    session = ExternalPredictions(path=str(path)).start(ROWS[:1], NAMES)
    out = session.fit_predict(np.array([], dtype=np.intp), np.array([0]), 0)
    assert [NAMES[i] for i in out.predicted] == ["neutral"]


def test_a_column_of_another_name_is_one_problem_that_shows_the_names(start):
    text = "id,prediction\n" + "".join(f"{i},neutral\n" for i in range(9))
    with pytest.raises(ProblemsError) as error:
        start(text, "csv")
    (found,) = error.value.problems
    assert (found.place.line, found.message) == (2, "no predicted, nor has any other row")
    assert found.hint == "each row needs id and predicted; this one has id, prediction"
