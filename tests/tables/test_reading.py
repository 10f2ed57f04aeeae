"""One table in every format, packing and encoding gives the same examples."""

import gzip
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from .conftest import COLUMNS, HEADER, ROWS, csv_text


def packed(data, how):
    if how == ".gz":
        return gzip.compress(data)
    if how == ".zst":
        sink = pa.BufferOutputStream()
        with pa.CompressedOutputStream(sink, "zstd") as out:
            out.write(data)
        return sink.getvalue().to_pybytes()
    return data


def content(name):
    if name == "parquet":
        table = pa.table({h: [row[i] for row in ROWS] for i, h in enumerate(HEADER)})
        sink = pa.BufferOutputStream()
        pq.write_table(table, sink)
        return sink.getvalue().to_pybytes()
    if name == "jsonl":
        lines = [json.dumps(dict(zip(HEADER, row, strict=True)), ensure_ascii=False) for row in ROWS]
        return "\n".join(lines).encode("utf-8")
    return csv_text(delimiter="\t" if name == "tsv" else ",").encode("utf-8")


@pytest.mark.parametrize("how", ["", ".gz", ".zst"])
@pytest.mark.parametrize("name", ["csv", "tsv", "jsonl", "parquet"])
def test_every_format_and_packing_gives_the_same_statements(read, tmp_path, name, how):
    (tmp_path / f"a.{name}{how}").write_bytes(packed(content(name), how))
    data = read(file=f"a.{name}{how}")
    assert data.labels == ("AGAINST", "FAVOR", "NONE"), "in alphabetical order where nothing is said"
    assert [(e.id, e.fields["target"], e.text, e.label) for e in data.examples] == list(ROWS)
    assert [e.group for e in data.examples] == ["1", "2", "3", "4"], "each row is a group of its own"
    assert {e.article for e in data.examples} == {""}
    assert dict(data.examples[0].fields) == {"text": ROWS[0][2], "target": "Church", "ID": "1"}
    assert data.notes == ()


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8", "café ‘quoted’"),
        ("utf-8-sig", "café"),
        ("utf-16", "café 🙂"),
        ("utf-16-le", "café"),
        ("gb18030", "支持这个政策 🙂"),
        ("latin-1", "café"),
        ("cp1252", "it’s"),
    ],
)
@pytest.mark.parametrize("name", ["csv", "jsonl"])
def test_every_named_encoding_is_read(read, tmp_path, encoding, text, name):
    rows = [("1", "Church", text, "FAVOR"), *ROWS[1:]]
    lines = [json.dumps(dict(zip(HEADER, row, strict=True)), ensure_ascii=False) + "\n" for row in rows]
    body = csv_text(rows) if name == "csv" else "".join(lines)
    (tmp_path / f"a.{name}").write_bytes(body.encode(encoding))
    assert read(file=f"a.{name}", encoding=encoding).examples[0].text == text


def test_a_byte_order_mark_is_no_part_of_the_first_column(read, tmp_path):
    (tmp_path / "a.csv").write_bytes(b"\xef\xbb\xbf" + csv_text().encode("utf-8"))
    assert read(file="a.csv").examples[0].id == "1"


def test_cells_may_hold_line_feeds_and_more_than_a_hundred_thousand_characters(read, tmp_path):
    long = "word " * 40_000
    (tmp_path / "a.csv").write_text(csv_text([("1", "x", "one\ntwo", "A"), ("2", "x", long, "B")]))
    assert [e.text for e in read(file="a.csv").examples] == ["one\ntwo", long]


def test_quotes_can_be_plain_characters(read, tmp_path, refused):
    (tmp_path / "a.tsv").write_text('ID\tTarget\tTweet\tStance\n1\tx\t"so" they say\tA\n2\tx\t"b\tB\n')
    assert [e.text for e in read(file="a.tsv", quotes=False).examples] == ['"so" they say', '"b']
    assert refused(file="a.tsv")[0][1:3] == (2, "not-csv")


def test_files_by_part_are_numbered_by_part_and_know_their_part(read, tmp_path):
    columns = {k: v for k, v in COLUMNS.items() if k != "id"}
    (tmp_path / "a.csv").write_text(csv_text(ROWS[:2]), encoding="utf-8")
    (tmp_path / "b.csv").write_text(csv_text(ROWS[2:3]), encoding="utf-8")
    (tmp_path / "c.csv").write_text(csv_text(ROWS[3:]), encoding="utf-8")
    data = read(files={"train": ["a.csv", "b.csv"], "test": "c.csv"}, columns=columns)
    assert [e.id for e in data.examples] == ["train-1", "train-2", "train-3", "test-1"]
    assert [e.fields["split"] for e in data.examples] == ["train", "train", "train", "test"]


def test_whole_numbers_are_labels_by_their_digits_in_the_order_of_their_size(read, tmp_path):
    table = pa.table({"text": ["a", "b", "c", "d"], "label": [10, 2, None, -1], "x": [1.0, None, 2.0, 3.5]})
    pq.write_table(table, tmp_path / "a.parquet")
    data = read(file="a.parquet", columns={"text": "text", "label": "label"}, drop_labels=[""])
    assert data.labels == ("-1", "2", "10")
    assert [e.label for e in data.examples] == ["10", "2", "-1"]
    assert data.notes == ("dropped_labels: 1 of 4 rows are labelled (none) 1; left out",)
    named = {"10": "favor", "2": "against", "-1": "none"}
    data = read(
        file="a.parquet",
        columns={"text": "text", "label": "label"},
        labels=["favor", "against", "none"],
        label_map=named,
        drop_labels=[""],
    )
    assert data.labels == ("favor", "against", "none")
    assert [e.label for e in data.examples] == ["favor", "against", "none"]


def test_other_columns_are_parts_under_names_that_templates_can_hold(read, tmp_path):
    header = ("Body ID", "text", "a.b", "a b", "y")
    (tmp_path / "a.csv").write_text(csv_text([("7", "t", "u", "v", "A"), ("8", "t", "u", "v", "B")], header))
    [first, _] = read(file="a.csv", columns={"text": "a.b", "label": "y"}).examples
    assert dict(first.fields) == {"text": "u", "Body_ID": "7", "text_2": "t", "a_b": "v"}, (
        "no label among them"
    )


@pytest.mark.parametrize("saved", [True, False])
def test_a_hugging_face_folder_gives_names_of_labels_and_splits(read, tmp_path, saved, monkeypatch):
    from datasets import ClassLabel, Dataset, DatasetDict, Features, Value

    features = Features({"text": Value("string"), "label": ClassLabel(names=["none", "against", "favor"])})
    parts = {
        "train": Dataset.from_dict({"text": ["a", "b", "c"], "label": [2, 0, -1]}, features=features),
        "test": Dataset.from_dict({"text": ["d"], "label": [1]}, features=features),
    }
    columns = {"text": "text", "label": "label"}
    if saved:
        DatasetDict(parts).save_to_disk(tmp_path / "set")
        expected = [
            ("train-1", "favor", "train"),
            ("train-2", "none", "train"),
            ("test-1", "against", "test"),
        ]
        labels = ("none", "against", "favor")
    else:
        (tmp_path / "set").mkdir()
        for name, part in parts.items():
            part.remove_columns("label").add_column("label", list("xyz")[: len(part)]).to_parquet(
                tmp_path / "set" / f"{name}.parquet"
            )
        monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", tmp_path / "cache")
        expected = [("train-1", "x", "train"), ("train-2", "y", "train"), ("test-1", "x", "test")]
        labels = ("x", "y")
    drop = {"drop_labels": ["" if saved else "z"]}
    data = read(dataset={"path": "set"}, columns=columns, **drop)
    assert [(e.id, e.label, e.fields["split"]) for e in data.examples] == expected
    assert data.labels == labels
    part = read(dataset={"path": "set", "split": "train"}, columns=columns, **drop)
    assert [e.id for e in part.examples] == ["train-1", "train-2"]


def test_a_data_set_that_is_not_here_is_refused_without_a_network(refused):
    said = refused(dataset={"path": "nobody/nothing"}, columns={"text": "text", "label": "label"})
    assert said.startswith("the data set 'nobody/nothing' cannot be opened: ")
    assert "local cache" in said


def test_rows_are_filtered_joined_and_counted(read, tmp_path):
    (tmp_path / "heads.csv").write_text("Headline,Body ID,Stance\nh1,7,agree\nh2,8,discuss\nh3,7,unrelated\n")
    (tmp_path / "bodies.csv").write_text("Body ID,articleBody,extra\n8,b8,x\n7,b7,y\n")
    data = read(
        file="heads.csv",
        columns={"text": "Headline", "text_pair": "articleBody", "label": "Stance", "cluster": "Body ID"},
        join={"file": "bodies.csv", "on": "Body ID", "columns": ["articleBody"]},
    )
    assert [(e.text, e.fields["text_pair"], e.article) for e in data.examples] == [
        ("h1", "b7", "7"),
        ("h2", "b8", "8"),
        ("h3", "b7", "7"),
    ]
    data = read(
        file="heads.csv",
        columns={"text": "Headline", "label": "Stance"},
        where={"Body ID": [7]},
        label_map={"agree": "related"},
    )
    assert [(e.id, e.label) for e in data.examples] == [("1", "related"), ("3", "unrelated")]
    assert data.notes == ("filtered: 1 of 3 rows are not Body ID '7'; left out",)


def test_the_digest_goes_by_content_and_mapping_and_not_by_names_of_files(read, tmp_path):
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text(csv_text(), encoding="utf-8")
    same = {read(file="a.csv").digest, read(file="b.csv").digest, read(file="b.csv", input="{target}").digest}
    assert len(same) == 1
    other = read(file="a.csv", label_map={"FAVOR": "pro"}).digest
    (tmp_path / "a.csv").write_text(csv_text().replace("sermons", "songs"), encoding="utf-8")
    assert len(same | {other, read(file="a.csv").digest}) == 3
