"""Files of new statements: four formats read alike, and every wrong row named by its line."""

import csv
import io
import json
import sys

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import InputError, ProblemsError
from harness.labelling.json_lines import _together
from harness.labelling.rows import form_of
from harness.labelling.stream import open_stream
from harness.labelling.tape import Tape
from harness.labelling.text_table import TextTable

STATEMENT = ("statement",)
ROWS = [
    {"id": "a", "statement": "first"},
    {"id": "b", "statement": "second, with a comma"},
    {"id": "c", "statement": 'third "quoted"'},
    {"id": "d", "statement": "четвёртый 🙂"},
    {"id": "e", "statement": ""},
]


def write(path, rows=ROWS):
    """Write rows in the format of the file's extension."""
    if path.suffix == ".parquet":
        pq.write_table(pa.Table.from_pylist(rows), path, row_group_size=2)
    elif path.suffix in (".csv", ".tsv"):
        cells = [list(rows[0]), *(list(row.values()) for row in rows)]
        comma = "," if path.suffix == ".csv" else "\t"
        quoted = [comma.join('"' + str(c).replace('"', '""') + '"' for c in line) for line in cells]
        path.write_text("\n".join(quoted) + "\n", encoding="utf-8", newline="")
    else:
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        path.write_text(text, encoding="utf-8", newline="")
    return path


def read(path, parts=STATEMENT, size=2, after=None):
    """Read all rows; return ids, the first column and the mark after each chunk."""
    stream = open_stream(str(path), parts)
    try:
        first = 1
        if after is not None:
            form, mark, first = after
            assert stream.skip(form, mark) is None
        ids, texts, marks = [], [], []
        for chunk in stream.chunks(size, first):
            assert chunk.first == first
            rows = chunk.rows()
            assert len(rows.ids) == chunk.n
            first += chunk.n
            ids += rows.ids
            texts += rows.columns[0]
            marks.append((chunk.form, json.loads(json.dumps(chunk.mark)), first))
        return ids, texts, marks
    finally:
        stream.close()


def problems(path, parts=STATEMENT, size=100):
    """Return line, code and message of every problem."""
    found = []
    try:
        stream = open_stream(str(path), parts)
        for chunk in stream.chunks(size, 1):
            try:
                chunk.rows()
            except ProblemsError as error:
                found += error.problems
        stream.close()
    except ProblemsError as error:
        found += error.problems
    assert all(p.place.path == str(path) for p in found)
    return [(p.place.line, p.code, p.message) for p in found]


@pytest.mark.parametrize("suffix", ["jsonl", "ndjson", "csv", "tsv", "parquet", "JSONL"])
def test_every_format_gives_the_same_rows_in_order(tmp_path, suffix):
    path = write(tmp_path / f"x.{suffix}")
    for size in (1, 2, 5, 100):
        ids, texts, _ = read(path, size=size)
        assert ids == ["a", "b", "c", "d", "e"]
        assert texts == [row["statement"] for row in ROWS]


@pytest.mark.parametrize("suffix", ["jsonl", "csv", "parquet"])
def test_reading_goes_on_after_any_mark(tmp_path, suffix):
    path = write(tmp_path / f"x.{suffix}")
    ids, texts, marks = read(path)
    assert len(marks) == 3
    for mark in marks:
        rest_ids, rest_texts, _ = read(path, after=mark)
        done = mark[2] - 1
        assert (rest_ids, rest_texts) == (ids[done:], texts[done:])


@pytest.mark.parametrize("suffix", ["jsonl", "csv"])
def test_what_comes_after_a_mark_may_change_and_what_comes_before_may_not(tmp_path, suffix):
    path = write(tmp_path / f"x.{suffix}")
    *_, marks = read(path)
    form, mark, _ = marks[0]
    for old, new, why in (
        ("четвёртый", "fourth", None),
        ("first", "erste", "what was labelled of the input changed"),
    ):
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
        stream = open_stream(str(path), STATEMENT)
        assert stream.skip(form, mark) == why
        stream.close()
    path.write_bytes(path.read_bytes()[:30])
    stream = open_stream(str(path), STATEMENT)
    assert stream.skip(form, mark) == "the input is shorter than it was"
    stream.close()


def test_a_parquet_file_that_changed_is_not_gone_on_with(tmp_path):
    path = write(tmp_path / "x.parquet")
    *_, [(form, mark, _), *_] = read(path)
    write(path, [*ROWS, {"id": "f", "statement": "new"}])
    stream = open_stream(str(path), STATEMENT)
    assert stream.skip(form, mark) == "the input changed"
    stream.close()


def test_rows_without_ids_get_their_numbers(tmp_path):
    path = tmp_path / "x.jsonl"
    path.write_text('\n{"statement": "a"}\n\n{"statement": "b"}\n{"statement": "c"}', encoding="utf-8")
    assert read(path)[0] == ["1", "2", "3"]
    rows = [{"statement": str(i)} for i in range(5)]
    assert read(write(tmp_path / "x.parquet", rows))[0] == ["1", "2", "3", "4", "5"]
    assert read(write(tmp_path / "x.csv", rows))[0] == ["1", "2", "3", "4", "5"]


@pytest.mark.parametrize("suffix", ["jsonl", "parquet"])
def test_ids_that_are_whole_numbers_are_written_as_text(tmp_path, suffix):
    path = write(tmp_path / f"x.{suffix}", [{"id": 7, "text": "a"}, {"id": 8, "text": "b"}])
    assert read(path)[:2] == (["7", "8"], ["a", "b"])


def test_text_stands_for_the_statement_where_a_model_sees_the_statement_alone(tmp_path):
    assert form_of(("statement",), ["text"]).columns == ("text",)
    assert form_of(("statement",), ["text", "statement"]).columns == ("statement",)
    assert form_of(("cue", "statement"), ["text", "cue"]).columns == ("cue", "statement")
    path = write(tmp_path / "x.csv", [{"cue": "said", "text": "a"}])
    assert read(path)[1] == ["a"]
    assert problems(path, ("cue", "statement")) == [(1, "missing-field", "no column 'statement'")]


def test_byte_order_marks_carriage_returns_and_blank_lines_are_no_part_of_a_row(tmp_path):
    for suffix in ("jsonl", "csv"):
        path = write(tmp_path / f"x.{suffix}")
        data = path.read_bytes().replace(b"\n", b"\r\n\r\n")
        path.write_bytes(b"\xef\xbb\xbf" + data)
        ids, texts, marks = read(path)
        assert ids == ["a", "b", "c", "d", "e"]
        assert texts == [row["statement"] for row in ROWS]
        assert read(path, after=marks[0])[0] == ids[marks[0][2] - 1 :]


def test_a_cell_with_line_feeds_is_one_row_and_later_lines_are_counted_right(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text('id,statement\na,"one\ntwo"\nb,fine\nc\n', encoding="utf-8")
    assert problems(path) == [(5, "not-csv", "expected 2 cells, got 1")]
    path.write_text('id,statement\na,"one\ntwo"\nb,fine\n', encoding="utf-8")
    ids, texts, marks = read(path, size=1)
    assert (ids, texts) == (["a", "b"], ["one\ntwo", "fine"])
    assert read(path, after=marks[0])[:2] == (["b"], ["fine"])


BAD_LINES = {
    '{"id": "a"}': ("missing-field", "no 'statement'"),
    '{"id": "a", "statement": 5}': ("bad-value", "'statement' must be text, got 5"),
    '{"id": "a", "statement": null}': ("bad-value", "'statement' must be text, got null"),
    '{"id": "a", "statement": ["x"]}': ("bad-value", "'statement' must be text, got ['x']"),
    '{"statement": "x"}': ("missing-field", "no id, but the first row has one"),
    '{"id": "", "statement": "x"}': ("bad-value", "an id is text or a whole number, got an empty one"),
    '{"id": null, "statement": "x"}': ("bad-value", "an id is text or a whole number, got null"),
    '{"id": true, "statement": "x"}': ("bad-value", "an id is text or a whole number, got True"),
    '{"id": 1.5, "statement": "x"}': ("bad-value", "an id is text or a whole number, got 1.5"),
    '{"id": "a", "statement": "x", "id": "b"}': ("not-json", "not a JSON object: duplicate key 'id'"),
    '{"id": "a", "statement": "\\ud83d"}': (
        "not-json",
        "not a JSON object: half a character (a lone surrogate)",
    ),
    '{"id": "a", "statement": NaN}': ("not-json", "not a JSON object: NaN is not a JSON number"),
    "x": ("not-json", "not a JSON object: Expecting value: line 1 column 1 (char 0)"),
    '["a", "x"]': ("not-json", "expected a JSON object, got list"),
    '"x"': ("not-json", "expected a JSON object, got str"),
    '{"id": "a", "statement": "x"}, {"id": "b", "statement": "y"}': (
        "not-json",
        "not a JSON object: Extra data: line 1 column 30 (char 29)",
    ),
}


def test_every_wrong_line_is_named_with_what_is_wrong_and_the_others_are_not(tmp_path):
    good = '{"id": "g", "statement": "fine \\ud83d\\ude42"}'
    lines = [good, *(line for bad in BAD_LINES for line in (bad, good, "")), good]
    path = tmp_path / "x.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    wanted = [(2 + 3 * i, *said) for i, said in enumerate(BAD_LINES.values())]
    assert problems(path) == wanted
    assert sorted(problems(path, size=4)) == wanted


def test_an_id_where_the_first_row_has_none_is_wrong(tmp_path):
    path = tmp_path / "x.jsonl"
    path.write_text('{"statement": "a"}\n{"statement": "b", "id": "x"}\n', encoding="utf-8")
    assert problems(path) == [(2, "unknown-field", "an id, but the first row has none")]


def test_a_line_that_is_not_utf8_is_named(tmp_path):
    for suffix, first in (("jsonl", '{"statement": "a"}\n{"statement": "%s"}\n'), ("csv", "statement\n%s\n")):
        path = tmp_path / f"x.{suffix}"
        path.write_bytes((first % "\xff").encode("latin-1"))
        assert problems(path) == [(2, "not-utf8", "not UTF-8 (byte 0xff)")]


pieces = st.sampled_from(
    ['{"a": "x"}', "{", "}", '{"a": ', '"x"', ",", "[", "]", '"', "1", "0", " ", "null", "{}"]
)


@settings(max_examples=300, deadline=None)
@given(lines=st.lists(st.lists(pieces, min_size=1, max_size=5).map("".join), min_size=1, max_size=5))
def test_lines_that_are_parsed_together_are_what_they_are_one_by_one(lines):
    wanted = []
    for line in lines:
        try:
            wanted.append(json.loads(line))
        except ValueError:
            assert _together(lines) is None
            return
    assert _together(lines) == wanted


bits = st.sampled_from(['"', '""', '"x"', "a", ",", "\n", "\r\n", "\r", "\x0b", "\u2028", "é", "b\nc"])


@settings(max_examples=300, deadline=None)
@given(text=st.lists(bits, max_size=14).map("".join), size=st.integers(1, 4))
def test_rows_of_a_table_that_are_read_together_are_what_they_are_one_by_one(text, size):
    data = f"statement,other\n{text}\n".encode()
    with pytest.MonkeyPatch.context() as patch:
        found = table_rows(data, size)
        patch.setattr(TextTable, "_together", lambda table, block: None)
        assert found == table_rows(data, size)
    try:
        wanted = [row for row in csv.reader(io.StringIO(data.decode(), newline="\n"), strict=True) if row]
    except csv.Error:
        return
    assert [row for rows, _, _ in found for row in rows] == wanted[1:]


def table_rows(data, size):
    """Return cells, lines and what is wrong with each chunk of a table."""
    table = TextTable(Tape(io.BytesIO(data), "x.csv"), STATEMENT, ",")
    return [(list(c.cells), list(c.lines), c.broken) for c in table.chunks(size, 1)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", (1, "no header line")),
        ("\n\n", (1, "no header line")),
    ],
)
def test_a_table_without_a_header_is_refused(tmp_path, text, wanted):
    path = tmp_path / "x.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as error:
        open_stream(str(path), STATEMENT)
    assert (error.value.place.line, error.value.message) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("id,statment\n", [(1, "missing-field", "no column 'statement'")]),
        ("id,statement,id\n", [(1, "duplicate-key", "the column 'id' is there twice")]),
        (
            "a,a\n",
            [
                (1, "duplicate-key", "the column 'a' is there twice"),
                (1, "missing-field", "no column 'statement'"),
            ],
        ),
        ('id,statement\na,"x\n', [(2, "not-csv", "unexpected end of data")]),
        ('id,statement\na,b\nb,"x"y\n', [(3, "not-csv", "',' expected after '\"'")]),
        ("id,statement\na,x\n,y\n", [(3, "bad-value", "an id is text or a whole number, got an empty one")]),
        (
            "id,statement\na,x,y\nb\n",
            [(2, "not-csv", "expected 2 cells, got 3"), (3, "not-csv", "expected 2 cells, got 1")],
        ),
    ],
)
def test_every_fault_of_a_table_is_named(tmp_path, text, wanted):
    path = tmp_path / "x.csv"
    path.write_text(text, encoding="utf-8")
    assert problems(path) == wanted


def test_rows_before_a_line_that_ends_the_reading_are_still_read(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text('statement\na\nb\nc\n"d"d\n', encoding="utf-8")
    stream = open_stream(str(path), STATEMENT)
    chunks = list(stream.chunks(2, 1))
    assert chunks[0].rows().columns[0] == ["a", "b"]
    with pytest.raises(ProblemsError):
        chunks[1].rows()
    stream.close()


def table(path, **columns):
    pq.write_table(pa.table(columns), path)
    return path


def test_every_fault_of_a_parquet_table_is_named(tmp_path):
    path = tmp_path / "x.parquet"
    assert problems(table(path, statement=["a", None, "c"])) == [
        (2, "bad-value", "'statement' must be text, got null")
    ]
    assert problems(table(path, id=["x", "", None], statement=["a", "b", "c"])) == [
        (2, "bad-value", "an id is text or a whole number, got an empty one"),
        (3, "bad-value", "an id is text or a whole number, got null"),
    ]
    assert problems(table(path, id=[1.5], statement=[1])) == [
        (0, "bad-value", "the column 'id' must be text, got double"),
        (0, "bad-value", "the column 'statement' must be text, got int64"),
    ]
    assert problems(table(path, cue=["a"])) == [(0, "missing-field", "no column 'statement'")]


def test_text_of_every_arrow_type_is_read(tmp_path):
    kinds = [pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int32(), pa.string())]
    for kind in kinds:
        path = table(tmp_path / "x.parquet", statement=pa.array(["a", "b", "a"]).cast(kind), n=np.arange(3))
        assert read(path)[1] == ["a", "b", "a"]


def test_a_file_that_is_no_parquet_is_an_error_of_ours(tmp_path):
    path = tmp_path / "x.parquet"
    path.write_bytes(b"PAR1 and no more")
    with pytest.raises(InputError, match="is no Parquet file"):
        open_stream(str(path), STATEMENT)


def test_text_in_a_parquet_file_that_is_not_utf8_is_an_error_of_ours(tmp_path):
    bad = pa.array([b"a", b"\xff"], pa.binary()).view(pa.string())
    path = table(tmp_path / "x.parquet", statement=bad)
    stream = open_stream(str(path), STATEMENT)
    with pytest.raises(InputError, match="text between rows 1 and 2 is not UTF-8"):
        list(stream.chunks(10, 1))
    stream.close()


@pytest.mark.parametrize("suffix", ["jsonl", "csv", "parquet"])
def test_a_file_without_rows_has_no_chunks(tmp_path, suffix):
    path = write(tmp_path / f"x.{suffix}")
    if suffix == "parquet":
        pq.write_table(pa.table({"statement": pa.array([], pa.string())}), path)
    else:
        path.write_text("id,statement\n" if suffix == "csv" else "", encoding="utf-8")
    assert read(path) == ([], [], [])


@pytest.mark.parametrize(
    ("name", "message", "hint"),
    [
        ("absent.jsonl", "no such file", "check the path"),
        ("x.txt", "has no extension that is read", ".jsonl, .ndjson, .csv, .tsv, .parquet; or -"),
        (".", "has no extension that is read", "known"),
    ],
)
def test_what_is_no_input_is_an_error_with_a_hint(tmp_path, name, message, hint):
    with pytest.raises(InputError, match=message) as error:
        open_stream(str(tmp_path / name), STATEMENT)
    assert hint in error.value.hint


def test_a_folder_with_a_known_extension_cannot_be_read(tmp_path):
    (tmp_path / "x.jsonl").mkdir()
    with pytest.raises(InputError, match="is a folder, not a file"):
        open_stream(str(tmp_path / "x.jsonl"), STATEMENT)


def test_json_lines_come_from_standard_input(monkeypatch, tmp_path):
    data = write(tmp_path / "x.jsonl").read_bytes()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    assert read("-")[0] == ["a", "b", "c", "d", "e"]
