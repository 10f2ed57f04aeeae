"""Statements for measurements: the same whatever their number and format, and groups that say the same."""

import csv
import json

import pyarrow.parquet as pq
import pytest

from benchmarks import generated
from benchmarks.generated import BLOCK, COLUMNS, columns, main, vocabulary


def test_fewer_rows_are_the_first_of_more_also_beyond_a_block():
    few, more = columns(60), columns(BLOCK + 60)
    assert {name: len(values) for name, values in more.items()} == dict.fromkeys(COLUMNS, BLOCK + 60)
    assert few == {name: values[:60] for name, values in more.items()}
    assert columns(BLOCK + 10)["text"] == more["text"][: BLOCK + 10]
    assert columns(60, seed=1)["text"] != few["text"]
    assert columns(0) == {name: [] for name in COLUMNS}


def test_a_group_has_one_label_and_one_split_and_its_texts_are_alike():
    found = columns(2000)
    groups = {}
    for group, *said in zip(*(found[n] for n in ("group", "label", "split", "text")), strict=True):
        groups.setdefault(group, []).append(said)
    several = [rows for rows in groups.values() if len(rows) > 1]
    assert 300 < len(several) < 600
    assert all(len({(label, split) for label, split, _ in rows}) == 1 for rows in groups.values())
    for rows in several:
        words = [set(text.lower().split()) for _, _, text in rows]
        assert all(len(w & words[0]) >= 0.6 * len(words[0]) for w in words)


def test_statements_have_10_to_60_words_of_which_the_commonest_is_drawn_by_its_rank():
    texts = columns(2000)["text"]
    sizes = [len(text.split()) for text in texts]
    assert (min(sizes), max(sizes)) == (10, 60)
    words, cumulative, _ = vocabulary()
    assert len(set(words)) == len(words) == generated.VOCABULARY
    drawn = [word.strip(",.?").lower() for text in texts for word in text.split()]
    assert drawn.count(words[0]) / len(drawn) == pytest.approx(cumulative[0], rel=0.2)


@pytest.mark.parametrize("suffix", ["csv", "tsv", "jsonl", "parquet"])
def test_every_format_says_the_same_rows(tmp_path, suffix):
    path = tmp_path / f"x.{suffix}"
    assert main([str(path), "--rows=70", "--columns", "id", "text", "label"]) == 0
    wanted = [dict(zip(("id", "text", "label"), row, strict=True)) for row in zip(*_three(70), strict=True)]
    if suffix == "parquet":
        assert pq.read_table(path).to_pylist() == wanted
    elif suffix == "jsonl":
        assert [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] == wanted
    else:
        with path.open(encoding="utf-8", newline="") as file:
            assert list(csv.DictReader(file, delimiter="," if suffix == "csv" else "\t")) == wanted


def _three(rows):
    found = columns(rows)
    return found["id"], found["text"], found["label"]
