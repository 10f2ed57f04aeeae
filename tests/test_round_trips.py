"""What is written is read back as it was: cells of tables in every format, folds and predictions of runs.

What other annotation tools hold is in tests/annotate/exchange/test_round_trip.py.
"""

import csv
import io

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.export.tables import to_csv, to_jsonl, to_parquet
from harness.records import Example, Fold, Pool, Purged, RunRecord
from harness.run_config import Evaluation
from harness.store import read_record, write_manifest, write_record
from harness.tables.readers import read_rows

QUICK = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
ODD = "a b,;\t\r\n\"'\\\x00\x1b=+-@\u2028\x85\ufeffé\u0301🙂ש\u202e漢"
WIDE = st.characters(exclude_categories=("Cs",))
CELL = st.text(st.one_of(st.sampled_from(ODD), WIDE), max_size=8)
NAMES = ("id", "text", "label")
ROWS = st.lists(st.fixed_dictionaries(dict.fromkeys(NAMES, CELL)), min_size=1, max_size=6)
KINDS = dict.fromkeys(NAMES, "text")


def to_tsv(names, rows):
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter="\t", quoting=csv.QUOTE_ALL)
    writer.writerows([list(names), *([row[name] for name in names] for row in rows)])
    return out.getvalue().encode("utf-8")


@QUICK
@given(rows=ROWS)
@pytest.mark.parametrize(
    ("form", "write"), [("csv", to_csv), ("tsv", to_tsv), ("jsonl", to_jsonl), ("parquet", to_parquet)]
)
def test_cells_are_read_as_they_were_written_in_every_format(form, write, rows, tmp_path):
    path = tmp_path / f"t.{form}"
    path.write_bytes(write(KINDS, rows))
    read = read_rows(path, None, "utf-8", True)
    assert {name: [str(c) for c in read.columns[name].to_pylist()] for name in NAMES} == {
        name: [row[name] for row in rows] for name in NAMES
    }


LABELS, SPLIT, MODEL = ("a", "b"), "split", "model"
IDS = st.lists(st.text(WIDE, min_size=1, max_size=6), min_size=2, max_size=8, unique=True)


@st.composite
def records(draw):
    """A run of one model under one split of two folds, with ids, groups and replies of any characters."""
    ids = draw(IDS)
    examples = tuple(Example(i, draw(st.sampled_from(LABELS)), "", draw(CELL), draw(CELL)) for i in ids)
    n, repeats, seeds = len(ids), draw(st.integers(1, 2)), draw(st.sampled_from([(0,), (0, 7)]))
    shape = (repeats * len(seeds), n)
    fold = np.tile(np.arange(n) % 2, (shape[0], 1))
    said = st.integers(0, len(LABELS))
    predicted = np.array(draw(st.lists(said, min_size=shape[0] * n, max_size=shape[0] * n))).reshape(shape)
    lost = np.argwhere(predicted == len(LABELS)).tolist()
    replies = {(run, i): draw(CELL) for run, i in lost}
    share = draw(st.floats(0, 1))
    shares = np.tile([share, 1 - share], (*shape, 1)) if draw(st.booleans()) else None
    folds = tuple(
        Fold(
            SPLIT,
            repeat,
            k,
            draw(CELL),
            tuple(ids[1 - k :: 2]),
            tuple(ids[k::2]),
            purged=tuple(Purged(i, draw(CELL)) for i in ids[:1]),
            absent_test=draw(st.sampled_from([(), LABELS[:1]])),
            dev=tuple(draw(st.sampled_from([[], ids[:1]]))),
        )
        for repeat in range(repeats)
        for k in range(2)
    )
    pool = Pool(SPLIT, MODEL, "trained", predicted, fold, shares, replies=replies, seeds=seeds)
    return RunRecord({}, LABELS, examples, folds, (pool,), (), {})


def manifest_of(record):
    identity = {
        "data": "",
        "corpus": "",
        "n": len(record.examples),
        "labels": list(LABELS),
        "splits": {SPLIT: ""},
        "models": {MODEL: {"content": "", "seen": ""}},
    }
    config = {"name": "x", "seed": 0, "data": {}, "models": {MODEL: {}}, "evaluation": Evaluation().plain()}
    pools = [{"split": SPLIT, "model": MODEL, "mode": "trained"}]
    rest = {"identity": identity, "config": config, "environment": {}}
    return {"schema": 1, "partial": False, "labels": list(LABELS), "pools": pools, **rest}


@QUICK
@given(record=records())
def test_folds_and_predictions_are_read_as_they_were_written(record, tmp_path):
    write_record(tmp_path, record, "name: x\n")
    write_manifest(tmp_path, manifest_of(record))
    back = read_record(tmp_path, record.examples)
    assert back.folds == record.folds
    (got,), (want,) = back.pools, record.pools
    assert (got.predicted.tolist(), got.fold.tolist()) == (want.predicted.tolist(), want.fold.tolist())
    assert (got.replies, got.seeds) == (want.replies, want.seeds)
    assert (got.probabilities is None) == (want.probabilities is None)
    if want.probabilities is not None:
        assert got.probabilities.tolist() == want.probabilities.tolist()
    bare = read_record(tmp_path)
    parts = [(e.id, e.label, e.group, e.article) for e in sorted(record.examples, key=lambda e: e.id)]
    assert [(e.id, e.label, e.group, e.article) for e in bare.examples] == parts
