"""A plain predictions file read by columns says what the careful reader says of it, or nothing."""

import csv
import io
import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import ProblemsError
from harness.examples import AnyOf
from harness.models.external import ExternalPredictions
from harness.models.predictions_table import plain_predictions
from harness.records import Example
from tests.columns import in_columns

NAMES = ("against", "favor", "nöne")
IDS = ("a", "b,c", 'd"e', "ö")
ROWS = tuple(Example(i, "favor", "t", i, "", {"text": "t"}) for i in IDS)
COLUMNS = in_columns(ROWS)
PLAIN = """{"id": "ö", "predicted": "nöne"}
{"predicted": "favor", "id": "a", "note": 3}
{"id": "d\\"e", "predicted": "against"}

{"id": "b,c", "predicted": "favor"}
"""


def both(path):
    """Return what the two readers say: output or problems of the careful one, output or None of the quick."""
    quick = plain_predictions(path, COLUMNS, NAMES)
    model = ExternalPredictions(path=str(path))
    try:
        model.verify_tested(ROWS, NAMES, ())
    except ProblemsError as error:
        return error.problems, quick
    return model.start(ROWS, NAMES).output, quick


def agree(careful, quick):
    """Whether the quick reader gave up, or says the same as the careful one."""
    if quick is None:
        return True
    if isinstance(careful, list) or (careful.probabilities is None) != (quick.probabilities is None):
        return False
    same = careful.probabilities is None or np.array_equal(
        careful.probabilities, quick.probabilities, equal_nan=True
    )
    return same and careful.predicted.tolist() == quick.predicted.tolist()


@pytest.fixture
def read(tmp_path):
    def call(text, suffix):
        path = tmp_path / f"p.{suffix}"
        path.write_text(text, encoding="utf-8", newline="")
        return both(path)

    return call


def test_lines_of_json_in_any_order_are_read_by_columns(read):
    careful, quick = read(PLAIN, "jsonl")
    assert quick.predicted.tolist() == [1, 1, 0, 2]
    assert agree(careful, quick)


def test_cells_in_quotes_are_read_by_columns(tmp_path):
    ids = ("a", "b,c", "d", "ö")
    rows = tuple(Example(i, "favor", "t", i, "", {"text": "t"}) for i in ids)
    path = tmp_path / "p.csv"
    text = 'id,predicted,probabilities\n"b,c",favor,"[0, 1.0, 0e0]"\nö,nöne,"[0.25,0.25, 0.5]"\n'
    end = 'd,against,"[1,0,0]"\na,favor,"[0.1, 0.8, 0.1]"\n'
    for said in (text, text.replace("id,predicted", '"id","predicted"')):
        path.write_text(said + end, encoding="utf-8")
        quick = plain_predictions(path, in_columns(rows), NAMES)
        assert quick.predicted.tolist() == [1, 1, 0, 2]
    assert quick.probabilities.tolist() == [[0.1, 0.8, 0.1], [0, 1, 0], [1, 0, 0], [0.25, 0.25, 0.5]]


@pytest.mark.parametrize("form", ["list", "struct", "text", "none"])
def test_a_parquet_file_gives_what_the_same_lines_of_json_give(form, tmp_path):
    table = [[0.1, 0.8, 0.1], [0.5, 0.5, 0.0], [0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]
    of = {
        "list": lambda row: row,
        "struct": lambda row: dict(zip(NAMES, row, strict=True)),
        "text": json.dumps,
        "none": lambda row: None,
    }[form]
    said = [
        {"id": i, "predicted": "favor", "probabilities": of(row)} for i, row in zip(IDS, table, strict=True)
    ]
    path = tmp_path / "p.parquet"
    pq.write_table(pa.Table.from_pylist(said[::-1]), path)
    careful, quick = both(path)
    assert quick is not None
    assert agree(careful, quick)
    assert form == "none" or quick.probabilities.tolist() == table


ODD = [
    PLAIN.replace('"favor", "id"', '"fvor", "id"'),
    PLAIN + '{"id": "a", "predicted": "favor"}\n',
    PLAIN + '{"id": "z", "predicted": "favor"}\n',
    PLAIN.replace('"note": 3', '"id": "a"'),
    PLAIN.replace('"note": 3', '"note": NaN'),
    PLAIN.replace('"note": 3', '"note": {"x": 1, "x": 2}'),
    PLAIN.replace('"note": 3}\n', '"note": 3}'),
    PLAIN.replace('{"predicted"', '{\n"predicted"'),
    PLAIN.replace('"nöne"', "null"),
    PLAIN.replace('"nöne"', 'null, "reply": "?"'),
    PLAIN.replace('"nöne"', '"nöne", "probabilities": [0, 0, 1]'),
    PLAIN.replace('"note": 3', '"probabilities": [0.5, 0.5, 0.5]'),
    PLAIN.replace('"ö"', '"\\ud800"'),
    PLAIN.replace('"a"', "7"),
    "",
    "[]",
]


@pytest.mark.parametrize("text", ODD)
def test_whatever_is_odd_is_left_to_the_careful_reader(read, text):
    assert read(text, "jsonl")[1] is None


@pytest.mark.parametrize(
    "text",
    [
        'id,predicted\na"b,favor\n',
        'id,predicted\n"a""b",favor\n',
        "id,predicted\na,favor,x\n",
        'id,predicted\n"a\nb",favor\n',
        "id,predicted,id\na,favor,a\n",
        "id\na\n",
        "",
    ],
)
def test_an_odd_table_is_left_to_the_careful_reader(tmp_path, text):
    path = tmp_path / "p.csv"
    path.write_text(text, encoding="utf-8", newline="")
    rows = tuple(Example(i, "favor", "t", i, "", {"text": "t"}) for i in ("a",))
    assert plain_predictions(path, in_columns(rows), NAMES) is None


def test_what_is_not_tested_may_be_left_out(tmp_path):
    path = tmp_path / "p.jsonl"
    path.write_text('{"id": "ö", "predicted": "nöne", "probabilities": [0, 0, 1]}\n', encoding="utf-8")
    model = ExternalPredictions(path=str(path))
    for rows in (ROWS, COLUMNS):
        model.verify_tested(rows, NAMES, AnyOf([("ö",)]))
        output = model.start(rows, NAMES).output
        assert output.predicted.tolist() == [-1, -1, -1, 2]
        assert np.isnan(output.probabilities).any(axis=1).tolist() == [True, True, True, False]
        with pytest.raises(ProblemsError, match="no prediction for 'a'"):
            model.verify_tested(rows, NAMES, AnyOf([("ö",), ("a",)]))


cell = st.sampled_from(["a", "b,c", "ö", "favor", "nöne", "", " a", 'd"e', "x\ny"])
number = st.sampled_from([0, 1, 0.5, 0.25, 1e-4, -1, 2, True, None, "0.5"])
probabilities = st.none() | st.lists(number, min_size=2, max_size=4) | st.just([0.25, 0.5, 0.25])
row = st.fixed_dictionaries(
    {"id": st.sampled_from(IDS) | cell, "predicted": st.sampled_from(NAMES) | cell},
    optional={"probabilities": probabilities | st.just(dict.fromkeys(NAMES, 0)), "x": st.integers() | cell},
)
right = st.tuples(st.permutations(IDS), st.lists(st.sampled_from(NAMES), min_size=4, max_size=4)).map(
    lambda pair: [{"id": i, "predicted": said} for i, said in zip(*pair, strict=True)]
)


@settings(deadline=None, max_examples=150)
@given(st.lists(row, max_size=5) | right, st.booleans(), st.randoms(use_true_random=False))
def test_the_quick_reader_never_says_what_the_careful_one_does_not(tmp_path_factory, rows, as_csv, rng):
    folder = tmp_path_factory.mktemp("said")
    if as_csv:
        out = io.StringIO(newline="")
        names = list(dict.fromkeys(name for r in rows for name in r)) or ["id"]
        writer = csv.DictWriter(out, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows({k: json.dumps(v) if isinstance(v, list) else v for k, v in r.items()} for r in rows)
        path, text = folder / "p.csv", out.getvalue()
    else:
        path, text = folder / "p.jsonl", "".join(json.dumps(r) + "\n" * rng.randint(1, 2) for r in rows)
    if rng.random() < 0.2 and text:
        at = rng.randrange(len(text))
        text = text[:at] + rng.choice(["", '"', "\r", ",", " ", "\n", "{", "\0"]) + text[at + 1 :]
    path.write_text(text, encoding="utf-8", newline="")
    assert agree(*both(path)), text
