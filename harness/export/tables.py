"""Flat files: statements and folds as CSV, JSON lines or Parquet."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping

from harness.export.material import Material
from harness.export.rows import FOLD_COLUMNS, Kind, Row, columns, fold_rows, statement_rows
from harness.textfile import csv_text, to_json


def to_csv(names: Mapping[str, Kind], rows: Iterable[Row]) -> bytes:
    """Return rows as UTF-8 CSV under a header line; None is an empty cell, as an empty text is."""
    return csv_text([list(names), *([row[name] for name in names] for row in rows)]).encode("utf-8")


def to_jsonl(names: Mapping[str, Kind], rows: Iterable[Row]) -> bytes:
    """Return rows as JSON lines; None is null."""
    del names  # every row has them all
    return "".join(to_json(row) + "\n" for row in rows).encode("utf-8")


def to_parquet(names: Mapping[str, Kind], rows: Iterable[Row]) -> bytes:
    """Return rows as Parquet: texts and labels as strings, numbers as int64."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    types = {"text": pa.string(), "label": pa.string(), "whole": pa.int64(), "number": pa.float64()}
    schema = pa.schema([(name, types[kind]) for name, kind in names.items()])
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(list(rows), schema=schema), out)
    return out.getvalue()


WRITERS = {"csv": to_csv, "jsonl": to_jsonl, "parquet": to_parquet}


def _files(material: Material, suffix: str) -> dict[str, bytes]:
    write = WRITERS[suffix]
    return {
        f"statements.{suffix}": write(columns(material), statement_rows(material)),
        f"folds.{suffix}": write(FOLD_COLUMNS, fold_rows(material)),
    }


def csv_files(material: Material) -> dict[str, bytes]:
    """Return ``statements.csv`` and ``folds.csv``."""
    return _files(material, "csv")


def jsonl_files(material: Material) -> dict[str, bytes]:
    """Return ``statements.jsonl`` and ``folds.jsonl``."""
    return _files(material, "jsonl")


def parquet_files(material: Material) -> dict[str, bytes]:
    """Return ``statements.parquet`` and ``folds.parquet``."""
    return _files(material, "parquet")
