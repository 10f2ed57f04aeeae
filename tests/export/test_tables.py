"""Flat tables: the same rows in three formats, with the folds that a run would use."""

import csv
import json

import pytest

from harness.config import load_config
from harness.plan import make_plan
from tests.export.conftest import SPLITS


def rows_of(folder, form, name):
    path = folder / f"{name}.{form}"
    if form == "csv":
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))
    if form == "jsonl":
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    import pyarrow.parquet as pq

    return pq.read_table(path).to_pylist()


def test_a_statement_has_its_text_as_rendered_its_parts_its_votes_and_its_test_folds(exported):
    rows = {row["id"]: row for row in rows_of(exported("jsonl"), "jsonl", "statements")}
    assert len(rows) == 12
    row = rows["gamma-3"]
    assert row["text"] == "said: that talks need all sides"  # cue+statement
    assert (row["label"], row["group"], row["article"]) == ("hedged", "ruiz-talks", "gamma")
    assert (row["cue"], row["source"], row["speaker"]) == ("said", "Ruiz", "Ruiz")
    assert (row["vote_anna"], row["vote_bruno"]) == ("hedged", "neutral")
    assert row["fold_leave-one-article-out"] == 2, "gamma is the third article"
    assert list(row)[:3] == ["id", "text", "label"]


@pytest.mark.parametrize("name", ["statements", "folds"])
def test_all_three_formats_hold_the_same(exported, name):
    csv_rows, json_rows, parquet = (rows_of(exported(f), f, name) for f in ("csv", "jsonl", "parquet"))
    assert parquet == json_rows
    as_text = [{k: "" if v is None else str(v) for k, v in row.items()} for row in json_rows]
    assert csv_rows == as_text


def test_the_folds_are_those_of_a_run_with_what_was_purged(exported, config):
    rows = rows_of(exported("jsonl"), "jsonl", "folds")
    folds = make_plan(load_config(config)).folds
    assert len(folds) == 3 + 2 * 3
    for fold in folds:
        mine = [
            r for r in rows if (r["split"], r["repeat"], r["fold"]) == (fold.split, fold.repeat, fold.index)
        ]
        sides = {s: {r["id"] for r in mine if r["side"] == s} for s in ("train", "test", "purged")}
        assert sides == {
            "train": set(fold.train),
            "test": set(fold.test),
            "purged": {p.id for p in fold.purged},
        }


def test_a_part_called_like_a_column_keeps_its_values_under_another_name():
    from harness.export.material import Material, Origin
    from harness.export.rows import columns, statement_rows
    from harness.records import Example

    fields = {"text": "raw", "label": "x", "article": "other"}
    example = Example("a", "yes", "shown", "g", "doc", fields)
    material = Material("m", 0, "{text}", ("yes", "no"), (example,), (), {}, "", Origin())
    row = next(statement_rows(material))
    assert row == {
        "id": "a",
        "text": "shown",
        "label": "yes",
        "part_text": "raw",
        "part_label": "x",
        "part_article": "other",
        "article": "doc",
        "group": "g",
    }
    assert list(row) == list(columns(material))


def test_two_exports_are_the_same_bytes(run_cli, config, tmp_path):
    for name in ("one", "two"):
        assert run_cli("export", config, "--to", "parquet", tmp_path / name).code == 0
    files = [{p.name: p.read_bytes() for p in (tmp_path / n).iterdir()} for n in ("one", "two")]
    assert files[0] == files[1]


def test_splits_of_the_conftest_are_what_the_columns_name(exported):
    header = (exported("csv") / "statements.csv").read_text(encoding="utf-8").splitlines()[0]
    assert header.endswith(f"fold_{SPLITS[0]},fold_{SPLITS[1]['type']}")
