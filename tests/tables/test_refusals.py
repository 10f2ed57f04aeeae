"""What is wrong in a table is told by line, all of it at once; nothing is skipped in silence."""

import json

import pytest

from harness.config import load_config
from harness.errors import ProblemsError
from harness.tables.found import MOST_LISTED

from .conftest import COLUMNS, ROWS, csv_text


def write(path, rows=ROWS, **changes):
    path.write_text(csv_text(rows, **changes), encoding="utf-8")


def test_all_wrong_rows_are_told_at_once(refused, tmp_path):
    rows = [
        ("1", "Church", "a\nb", "FAVOR"),  # lines 2 and 3
        ("2", "Church", " ", "FAVOR"),
        ("1", "", "c", "AGAINST"),
        ("", "x", "d", "favour"),
        ("5", "x", "e", ""),
    ]
    write(tmp_path / "a.csv", rows)
    assert refused(file="a.csv", labels=["FAVOR", "AGAINST"]) == [
        ("a.csv", 4, "missing-field", "no text (the column 'Tweet' is empty)"),
        ("a.csv", 5, "duplicate-id", "the id '1' is also at a.csv:2"),
        ("a.csv", 5, "missing-field", "no target (the column 'Target' is empty)"),
        ("a.csv", 6, "missing-field", "no id (the column 'ID' is empty)"),
        ("a.csv", 6, "unknown-label", "the label 'favour' is none of the labels"),
        ("a.csv", 7, "missing-field", "no label in 'Stance'"),
    ]


def test_many_wrong_rows_are_listed_in_part_and_counted(refused, tmp_path):
    write(tmp_path / "a.csv", [(str(i), "x", "t", "") for i in range(MOST_LISTED + 1_234)])
    found = refused(file="a.csv", labels=["A", "B"])
    assert len(found) == MOST_LISTED + 1
    assert found[0] == ("a.csv", 0, "missing-field", "and 1,234 more rows without a label")
    assert [line for _, line, _, _ in found[1:]] == list(range(2, MOST_LISTED + 2))


def test_rows_with_another_number_of_cells_are_told_by_line(refused, tmp_path):
    (tmp_path / "a.csv").write_text('ID,Target,Tweet,Stance\n1,x,"a\nb",A\n2,x,B\n\n3,x,a,b,B\n')
    assert refused(file="a.csv") == [
        ("a.csv", 4, "not-csv", "expected 4 cells, got 3"),
        ("a.csv", 6, "not-csv", "expected 4 cells, got 5"),
    ]


def test_lines_that_are_no_json_object_are_told_by_line(refused, tmp_path):
    (tmp_path / "a.jsonl").write_text('{"ID": "1"}\n[1]\n{"a": 1, "a": 2}\n{"b"\n')
    assert [(line, code) for _, line, code, _ in refused(file="a.jsonl")] == [
        (2, "not-json"),
        (3, "not-json"),
        (4, "not-json"),
    ]


@pytest.mark.parametrize(
    ("data", "encoding", "message"),
    [
        ("ID\n1\ncafé\n".encode("latin-1"), "utf-8", "a.csv:3: not utf-8 (byte 0xe9 at offset 8)"),
        ("ID\n1\n".encode("utf-16"), "utf-8", "say 'encoding: utf-16'"),
        ("ID\n支持\n".encode("gb18030"), "utf-8", "a.csv:2: not utf-8 (byte 0xb3 at offset 5)"),
        ("ID\n1\n".encode("utf-16-le")[:-1], "utf-16-le", "a.csv:2: not utf-16-le"),
    ],
)
def test_what_is_not_in_the_encoding_is_told_by_line_and_byte(refused, tmp_path, data, encoding, message):
    (tmp_path / "a.csv").write_bytes(data)
    assert message in refused(file="a.csv", encoding=encoding)


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.csv", b"", "a.csv: has no rows"),
        ("a.csv", b"ID,Target,Tweet,Stance\n", "a.csv: has no rows"),
        ("a.jsonl", b"\n\n", "a.jsonl: has no rows"),
        ("a.parquet", b"PAR1", "a.parquet: not Parquet"),
        ("a.csv.gz", b"no gzip", "a.csv.gz: cannot be unpacked"),
        ("a.txt", b"x", "a.txt: has no extension that says its format"),
    ],
)
def test_files_without_rows_or_of_another_format_are_refused(refused, tmp_path, name, data, message):
    (tmp_path / name).write_bytes(data)
    assert refused(file=name).startswith(message)


def test_a_missing_file_is_told(refused):
    assert refused(file="no.csv") == [("no.csv", 0, "missing-file", "no such file")]


def test_unknown_columns_are_told_with_the_nearest_one(read, tmp_path):
    write(tmp_path / "a.csv")
    with pytest.raises(ProblemsError) as error:
        read(file="a.csv", columns={"text": "Twet", "label": "Stance"}, where={"Traget": "x"})
    assert [(p.message, p.hint) for p in error.value.problems] == [
        ("no column 'Traget', which data.where names", "did you mean 'Target'?"),
        ("no column 'Twet', which data.columns.text names", "did you mean 'Tweet'?"),
    ]


def test_a_filter_that_no_row_passes_is_a_mistake(refused, tmp_path):
    write(tmp_path / "a.csv")
    said = refused(file="a.csv", where={"Target": ["Church", "Climat"]})
    assert "no row has 'Climat' in the column 'Target'" in said
    assert "did you mean 'Climate'?" in said


def test_one_label_alone_is_refused(refused, tmp_path):
    write(tmp_path / "a.csv", ROWS[:1])
    assert "every row has the label 'FAVOR'" in refused(file="a.csv")


def test_rows_without_text_can_be_left_out_and_are_counted(read, tmp_path):
    write(tmp_path / "a.csv", [*ROWS, ("9", "x", "", "NONE")])
    assert read(file="a.csv", drop_empty=True).notes == ("dropped_empty: 1 of 5 rows have no text; left out",)


def test_tables_of_one_data_set_have_the_same_columns(refused, tmp_path):
    write(tmp_path / "a.csv")
    write(tmp_path / "b.csv", header=("ID", "Target", "Tweet", "stance"))
    found = refused(files={"train": "a.csv", "test": "b.csv"})
    assert [m for _, _, _, m in found] == [
        "the column 'stance' is not in a.csv",
        "no column 'Stance', which a.csv has",
    ] or sorted(m for _, _, _, m in found) == [
        "no column 'Stance', which a.csv has",
        "the column 'stance' is not in a.csv",
    ]


def test_keys_that_a_joined_table_lacks_or_has_twice_are_told_by_line(refused, tmp_path):
    (tmp_path / "a.csv").write_text("h,key,y\na,1,A\nb,3,B\nc,4,B\n")
    (tmp_path / "b.csv").write_text("key,body\n1,x\n2,y\n1,z\n")
    columns = {"text": "h", "label": "y"}
    join = {"file": "b.csv", "on": "key"}
    assert refused(file="a.csv", columns=columns, join=join) == [
        ("a.csv", 3, "dangling-id", "the key '3' is not in b.csv"),
        ("a.csv", 4, "dangling-id", "the key '4' is not in b.csv"),
        ("b.csv", 4, "duplicate-id", "the key '1' is also at b.csv:2"),
    ]
    (tmp_path / "b.csv").write_text("id,h\n1,x\n")
    assert refused(file="a.csv", columns=columns, join={"file": "b.csv", "on": ["key", "id"]}) == [
        ("b.csv", 1, "not-csv", "both tables have a column 'h'")
    ]


@pytest.mark.parametrize(
    ("data", "message", "hint"),
    [
        ({"corpus": ".", "file": "a.csv"}, "data: names both a corpus and 'file'", ""),
        ({"columns": COLUMNS}, "data: give one of file, files, dataset, got none", ""),
        ({"file": "a", "dataset": {"path": "b"}, "columns": COLUMNS}, "got file and dataset", ""),
        ({"file": "a", "columns": {"text": "t"}}, "data: nothing says the labels", ""),
        ({"file": "a", "column": COLUMNS}, "unknown key 'data.column'", "did you mean 'columns'?"),
        (
            {"file": "a", "columns": {"text": "t", "lable": "y"}},
            "'data.columns.lable'",
            "did you mean 'label'?",
        ),
        ({"file": "a", "columns": COLUMNS, "encoding": "utf8x"}, "no text encoding is called 'utf8x'", ""),
        ({"file": "a", "columns": COLUMNS, "encoding": "base64"}, "no text encoding is called 'base64'", ""),
        ({"file": "a", "columns": COLUMNS, "labels": ["x", "x"]}, "labels has x twice", ""),
        ({"file": "a", "columns": COLUMNS, "labels": ["x", 1], "drop_labels": [1]}, "1 stands in labels", ""),
        (
            {"file": "a", "columns": {**COLUMNS, "group": "g"}, "group": "auto"},
            "'group: auto' or columns",
            "",
        ),
        ({"files": {"a": []}, "columns": COLUMNS}, "'files' names parts without a file", ""),
        ({"file": "a", "columns": COLUMNS, "annotations": {}}, "either 'columns' or 'column'", ""),
    ],
)
def test_a_data_section_that_makes_no_sense_is_refused(tmp_path, data, message, hint):
    settings = {"name": "t", "seed": 1, "data": data, "splits": ["predefined"], "models": {"m": "majority"}}
    path = tmp_path / "t.yaml"
    path.write_text(json.dumps(settings, indent=1), encoding="utf-8")
    with pytest.raises(ProblemsError) as error:
        load_config(path)
    assert any(message in p.message and hint in p.hint for p in error.value.problems), error.value.render()
