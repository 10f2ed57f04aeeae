"""Files side by side, columns that a file adds, several second tables, and the columns that count."""

import pytest

from harness.config import load_config
from harness.config_schema import json_schema

from .conftest import COLUMNS, ROWS, csv_text

PLAIN = {"text": "text", "label": "label", "target": "target"}


@pytest.fixture
def files(tmp_path):
    def write(**contents):
        for name, text in contents.items():
            (tmp_path / f"{name}.txt").write_bytes(text.encode("utf-8"))

    return write


def side_by_side(target, name):
    return {"lines": {"text": f"{name}_text.txt", "label": f"{name}_labels.txt"}, "add": {"target": target}}


def test_line_n_of_each_file_is_row_n_and_a_file_says_its_target(read, files):
    files(a_text="one\ntwo, “so”\t\n", a_labels="0\n1\n", b_text="three\r\nfour", b_labels="1\r\n0\r\n")
    data = read(
        files={"train": [side_by_side("Church", "a")], "test": side_by_side(7, "b")},
        columns=PLAIN,
        label_map={"0": "none", "1": "favor"},
    )
    assert [(e.id, e.fields["target"], e.text, e.label) for e in data.examples] == [
        ("train-1", "Church", "one", "none"),
        ("train-2", "Church", "two, “so”\t", "favor"),
        ("test-1", "7", "three", "favor"),
        ("test-2", "7", "four", "none"),
    ]


@pytest.mark.parametrize("inside", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\r"])
def test_nothing_but_a_line_feed_ends_a_line(read, files, inside):
    files(a_text=f"one{inside}more\ntwo\n", a_labels="A\nB\n")
    data = read(
        file={"lines": {"text": "a_text.txt", "label": "a_labels.txt"}},
        columns={"text": "text", "label": "label"},
    )
    assert [e.text for e in data.examples] == [f"one{inside}more", "two"]


def test_a_byte_order_mark_and_a_packed_file_do_no_harm(read, tmp_path):
    import gzip

    (tmp_path / "a.txt.gz").write_bytes(gzip.compress("caf\xe9\nthe\n".encode("utf-16")))
    (tmp_path / "b.txt").write_bytes("A\nB\n".encode("utf-16"))
    data = read(
        file={"lines": {"text": "a.txt.gz", "label": "b.txt"}},
        columns={"text": "text", "label": "label"},
        encoding="utf-16",
    )
    assert [(e.text, e.label) for e in data.examples] == [("café", "A"), ("the", "B")]


def test_files_of_different_lengths_are_told_at_the_first_line_too_many(refused, files):
    files(a_text="one\ntwo\nthree\n", a_labels="A\nB\n")
    entry = {"lines": {"text": "a_text.txt", "label": "a_labels.txt"}}
    columns = {"text": "text", "label": "label"}
    told = [("a_text.txt", 3, "line-count", "has 3 lines, but a_labels.txt has 2")]
    assert refused(file=entry, columns=columns) == told
    files(a_labels="A\nB\nA\nB\n")
    assert refused(file=entry, columns=columns) == [
        ("a_labels.txt", 4, "line-count", "has 4 lines, but a_text.txt has 3")
    ]
    files(a_labels="")
    assert refused(file=entry, columns=columns).startswith("a_labels.txt: has no lines")


def test_a_wrong_line_is_told_in_its_own_file(refused, files):
    files(a_text="one\n\nthree\nfour\n", a_labels="A\nB\nC\n\n")
    entry = {"lines": {"text": "a_text.txt", "label": "a_labels.txt"}}
    columns = {"text": "text", "label": "label"}
    assert refused(file=entry, columns=columns, labels=["A", "B"]) == [
        ("a_labels.txt", 3, "unknown-label", "the label 'C' is none of the labels"),
        ("a_labels.txt", 4, "missing-field", "no label in 'label'"),
        ("a_text.txt", 2, "missing-field", "no text (the column 'text' is empty)"),
    ]


def test_tables_can_add_columns_as_well(read, tmp_path, refused):
    for name, rows in (("a", ROWS[:2]), ("b", ROWS[2:])):
        (tmp_path / f"{name}.csv").write_text(csv_text(rows), encoding="utf-8")
    entries = [{"file": "a.csv", "add": {"year": 2016}}, {"file": "b.csv", "add": {"year": 2017}}]
    assert [e.fields["year"] for e in read(files={"train": entries}).examples] == ["2016"] * 2 + ["2017"] * 2
    entry = {"file": "a.csv", "add": {"Target": "x"}}
    told = [("a.csv", 1, "not-csv", "has a column 'Target' already, which 'add' gives")]
    assert refused(file=entry) == told
    assert refused(files={"train": [entries[0], "b.csv"]})[0][2] == "missing-field", "not in both"


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"add": {"x": "y"}}, "give either 'file' or 'lines'"),
        ({"file": "a", "lines": {"text": "a"}}, "give either 'file' or 'lines'"),
        ({"lines": {"text": "a"}, "add": {"text": "x"}}, "text stands in lines and in add"),
        ({"lines": {}}, "at least 1 item"),
        ({"fille": "a"}, "unknown key 'data.files.train.fille'"),
    ],
)
def test_entries_that_make_no_sense_are_refused(refused, entry, message):
    assert message in refused(files={"train": entry})[0][3]


def test_the_content_of_added_columns_counts_and_names_of_files_do_not(read, files):
    files(a_text="one\ntwo\n", a_labels="A\nB\n", b_text="one\ntwo\n", b_labels="A\nB\n")
    entries = [side_by_side("x", "a"), side_by_side("x", "b"), side_by_side("y", "a")]
    digests = [read(file=entry, columns=PLAIN).digest for entry in entries]
    assert digests[0] == digests[1]
    assert digests[0] != digests[2]
    files(b_labels="B\nA\n")
    assert read(file=entries[1], columns=PLAIN).digest != digests[0]


def test_a_resolved_configuration_says_the_same_again(files, tmp_path):
    import json

    files(a_text="one\ntwo\n", a_labels="A\nB\n")
    settings = {
        "name": "t",
        "seed": 1,
        "data": {
            "files": {"train": [side_by_side("x", "a")]},
            "columns": PLAIN,
            "homepage": "https://a.example",
        },
        "splits": ["leave-one-group-out"],
        "models": {"majority": "majority"},
    }
    (tmp_path / "t.yaml").write_text(json.dumps(settings), encoding="utf-8")
    plain = load_config(tmp_path / "t.yaml").plain()
    assert plain["data"]["files"]["train"][0]["lines"]["text"] == str(tmp_path / "a_text.txt")
    (tmp_path / "again.yaml").write_text(json.dumps(plain), encoding="utf-8")
    assert load_config(tmp_path / "again.yaml").plain() == plain

    from jsonschema import Draft202012Validator

    validator = Draft202012Validator(json_schema())
    assert list(validator.iter_errors(settings)) == []
    assert list(validator.iter_errors(plain)) == []


def test_bodies_may_lie_in_several_tables(read, refused, tmp_path):
    (tmp_path / "a.csv").write_text("h,key,y\na,1,A\nb,3,B\n")
    (tmp_path / "x.csv").write_text("key,body\n1,x1\n2,x2\n")
    (tmp_path / "y.csv").write_text("key,body\n3,y3\n")
    given = {"file": "a.csv", "columns": {"text": "h", "text_pair": "body", "label": "y"}}
    join = {"file": ["x.csv", "y.csv"], "on": "key"}
    assert [e.fields["text_pair"] for e in read(**given, join=join).examples] == ["x1", "y3"]
    (tmp_path / "y.csv").write_text("key,body\n4,y4\n2,y2\n")
    assert refused(**given, join=join) == [
        ("a.csv", 3, "dangling-id", "the key '3' is not in x.csv or y.csv"),
        ("y.csv", 3, "duplicate-id", "the key '2' is also at x.csv:3"),
    ]


def test_only_columns_that_count_need_be_in_every_table(read, refused, tmp_path):
    (tmp_path / "a.csv").write_text(csv_text(ROWS[:2]), encoding="utf-8")
    wide = [(*row, "x", "y") for row in ROWS[2:]]
    (tmp_path / "b.csv").write_text(
        csv_text(wide, ("ID", "Target", "Tweet", "Stance", "mine", "more")), encoding="utf-8"
    )
    files = {"train": "a.csv", "test": "b.csv"}
    assert [problem[3] for problem in refused(files=files)] == [
        "the column 'mine' is not in a.csv",
        "the column 'more' is not in a.csv",
    ]
    data = read(files=files, keep=[])
    assert set(data.examples[0].fields) == {"text", "target", "ID", "split"}
    assert [e.id for e in data.examples] == ["1", "2", "3", "4"]
    assert refused(files=files, keep=["mine"]) == [
        ("b.csv", 1, "unknown-field", "the column 'mine' is not in a.csv")
    ]
    assert refused(file="a.csv", keep=["mime"]) == [
        ("a.csv", 1, "missing-field", "no column 'mime', which data.keep names")
    ]
    columns = {k: v for k, v in COLUMNS.items() if k != "target"}
    kept = read(file="b.csv", columns=columns, keep=["mine"], where={"Target": "Climate"}).examples
    assert dict(kept[0].fields) == {"text": ROWS[2][2], "ID": "3", "Target": "Climate", "mine": "x"}


def test_all_missing_files_are_told_and_where_the_data_can_be_had(refused, read, tmp_path):
    (tmp_path / "b.txt").write_text("A\nB\n")
    given = {
        "files": {"train": {"lines": {"text": "a.txt", "label": "b.txt"}}, "test": "c.csv"},
        "columns": {"text": "text", "label": "label"},
    }
    told = [("a.txt", 0, "missing-file", "no such file"), ("c.csv", 0, "missing-file", "no such file")]
    assert refused(**given) == told
    with pytest.raises(Exception, match="no such file") as error:
        read(**given, homepage="https://a.example/data")
    assert str(error.value).endswith("hint: get the data from https://a.example/data")
    assert str(error.value).count("hint") == 1
