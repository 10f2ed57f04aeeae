"""Sound folders that cases spoil a copy of; each is built once in a process."""

from __future__ import annotations

import contextlib
import csv
import gzip
import io
import json
import shutil
import signal
import sys
import tempfile
from atexit import register
from functools import cache
from pathlib import Path

from tests.conftest import build_corpus

CONFIG = """\
name: small
seed: 1
data:
  corpus: corpus
  annotator: gold
  input: statement
splits:
  - leave-one-article-out
  - type: stratified-group-k-fold
    folds: 2
    repeats: 2
models:
  majority: majority
  logreg:
    type: tfidf-logreg
    C: 1.0
evaluation:
  metrics: [macro_f1, accuracy]
  primary: macro_f1
  reference: majority
  resamples: 100
  retrain: 2
  leakage: 0
output: runs
"""
TABLE_CONFIG = """\
name: table
seed: 1
data:
  file: {file}
  columns:
    id: id
    text: text
    target: target
    label: stance
    group: thread
  input: "{{target}} [SEP] {{text}}"
splits:
  - type: stratified-group-k-fold
    folds: 2
    repeats: 1
models:
  majority: majority
evaluation:
  resamples: 100
  retrain: 0
  leakage: 0
output: runs
"""
ROWS = tuple(
    {
        "id": f"t{i}",
        "thread": f"g{i // 2}",
        "target": "the treaty",
        "text": f"speaker {i} says that the treaty is {word}",
        "stance": stance,
    }
    for i, (word, stance) in enumerate(
        [("good", "favor"), ("bad", "against"), ("new", "none"), ("fine", "favor")] * 6, 1
    )
)
TABLES = ("t.csv", "t.tsv", "t.jsonl", "t.parquet", "t.csv.gz", "t.jsonl.zst")


def copied(name: str, folder: Path) -> None:
    """Copy a sound folder's content."""
    shutil.copytree(_built(name), folder, symlinks=True, dirs_exist_ok=True)


@cache
def _built(name: str) -> Path:
    root = Path(tempfile.mkdtemp(prefix="good-"))
    register(shutil.rmtree, root, ignore_errors=True)
    _BUILDERS[name](root)
    return root


def _command(folder: Path, *arguments: str) -> str:
    """Run the command line; it must end well."""
    from harness.cli import main

    kept = sys.argv, Path.cwd(), signal.getsignal(signal.SIGINT)
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    sys.argv = ["harness", *arguments]
    code = 0
    try:
        with contextlib.chdir(folder), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            main()
    except SystemExit as end:
        code = int(end.code or 0)
    finally:
        sys.argv = kept[0]
        signal.signal(signal.SIGINT, kept[2])
    said = out.buffer.getvalue().decode("utf-8") + err.buffer.getvalue().decode("utf-8")
    assert code == 0, f"harness {' '.join(arguments)} of a sound folder: {said}"
    return said


def _corpus(root: Path) -> None:
    build_corpus(root / "corpus")
    (root / "small.yaml").write_text(CONFIG, encoding="utf-8")
    (root / "derived.yaml").write_text("extends: small.yaml\nseed: 2\n", encoding="utf-8")


def _tables(root: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS)
    for name, delimiter in (("t.csv", ","), ("t.tsv", "\t")):
        with (root / name).open("w", encoding="utf-8", newline="") as file:
            table = csv.DictWriter(file, list(ROWS[0]), delimiter=delimiter, lineterminator="\n")
            table.writeheader()
            table.writerows(ROWS)
    (root / "t.jsonl").write_text(lines, encoding="utf-8")
    pq.write_table(pa.Table.from_pylist(list(ROWS)), root / "t.parquet")
    (root / "t.csv.gz").write_bytes(gzip.compress((root / "t.csv").read_bytes(), mtime=0))
    (root / "t.jsonl.zst").write_bytes(packed(lines.encode("utf-8"), "zstd"))
    for name in TABLES:
        (root / f"{name}.yaml").write_text(TABLE_CONFIG.format(file=name), encoding="utf-8")


def packed(data: bytes, codec: str) -> bytes:
    """Compress bytes as one frame."""
    import pyarrow as pa

    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, codec) as stream:
        stream.write(data)
    return sink.getvalue().to_pybytes()


def _predictions(root: Path) -> None:
    corpus = build_corpus(root / "corpus")
    (root / "small.yaml").write_text(CONFIG, encoding="utf-8")
    rows = [row for name in ("alpha", "beta", "gamma") for row in corpus.rows(corpus.gold(name))]
    labels = ("supportive", "neutral", "hedged")
    said = [
        {
            "id": row["id"],
            "predicted": row["stance"],
            "probabilities": {label: 0.8 if label == row["stance"] else 0.1 for label in labels},
        }
        for row in rows
    ]
    corpus.write(root / "mine.jsonl", said)
    with (root / "mine.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["id", "predicted", "probabilities"])
        table.writerows([r["id"], r["predicted"], json.dumps(r["probabilities"])] for r in said)
    samples = [
        {"doc_id": i, "doc": {"id": r["id"]}, "filtered_resps": [r["predicted"]], "arguments": []}
        for i, r in enumerate(said)
    ]
    corpus.write(root / "samples.jsonl", samples)
    log = {"status": "success", "eval": {"task": "stance"}, "samples": inspect_samples(said)}
    (root / "log.json").write_text(json.dumps(log), encoding="utf-8")
    (root / "log.eval").write_bytes(
        zipped({f"samples/{s['id']}.json": json.dumps(s) for s in log["samples"]})
    )


def inspect_samples(said: list[dict[str, object]]) -> list[dict[str, object]]:
    """Return samples of a log of ``inspect eval``."""
    return [{"id": r["id"], "scores": {"match": {"answer": r["predicted"]}}} for r in said]


def zipped(entries: dict[str, str]) -> bytes:
    """Return a ZIP archive."""
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in entries.items():
            archive.writestr(zipfile.ZipInfo(name), text, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _exchange(root: Path) -> None:
    build_corpus(root / "corpus")
    shutil.rmtree(
        root / "corpus" / "annotations" / "gold"
    )  # which would say what changed imports leave dangling
    for form in ("brat", "label-studio", "doccano", "cas", "csv"):
        _command(
            root,
            "annotate",
            "export",
            "--corpus",
            "corpus",
            "--format",
            form,
            "--annotator",
            "anna",
            f"out/{form}",
        )


def _run(root: Path) -> None:
    _corpus(root)
    _command(root, "run", "small.yaml", "--jobs", "1")
    (made,) = (root / "runs" / "small").iterdir()
    made.rename(root / "runs" / "small" / "first")  # a name that cases can be written with
    rows = [{"id": f"n{i}", "statement": f"new statement {i}"} for i in range(1, 9)]
    (root / "new.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
    for name, delimiter in (("new.csv", ","), ("new.tsv", "\t")):
        lines = [delimiter.join(r.values()) + "\n" for r in ({"id": "id", "statement": "statement"}, *rows)]
        (root / name).write_text("".join(lines), encoding="utf-8")
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.Table.from_pylist(rows), root / "new.parquet")
    _command(root, "predict", "runs/small/first", "new.jsonl", "--model", "logreg", "--out", "labels.jsonl")
    (root / "labels.jsonl").unlink()


def _bare_run(root: Path) -> None:
    """Copy the run without what no report needs."""
    shutil.copytree(_built("folds"), root, symlinks=True, dirs_exist_ok=True)
    shutil.rmtree(root / "runs" / ".folds")
    shutil.rmtree(root / "runs" / "small" / "first" / "figures")


_BUILDERS = {
    "corpus": _corpus,
    "tables": _tables,
    "predictions": _predictions,
    "exchange": _exchange,
    "folds": _run,
    "run": _bare_run,
}
