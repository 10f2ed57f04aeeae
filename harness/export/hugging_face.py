"""A folder for ``datasets.load_dataset``: Parquet with features, and a data card with its metadata header."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from harness.export.card import card
from harness.export.material import Material
from harness.export.rows import FOLD_COLUMNS, Kind, Row, columns, fold_rows, statement_rows


def files(material: Material) -> dict[str, bytes]:
    """Return ``README.md`` and the Parquet files of two configurations, ``default`` and ``folds``.

    ``default`` has the statements: splits ``train``, ``test`` and, where there are any, ``purged`` if the
    configuration divides them once; else all of them as ``train``, which is what ``datasets`` calls the
    only split, with their folds in columns. ``folds`` has every fold of every repeat.
    """
    parts = _splits(material)
    out = {
        f"data/{name}.parquet": _parquet(columns(material), rows, material.labels)
        for name, rows in parts.items()
    }
    out["folds.parquet"] = _parquet(FOLD_COLUMNS, fold_rows(material), ())
    sizes = {name: len(rows) for name, rows in parts.items()}
    return {"README.md": card(material, sizes).encode("utf-8"), **out}


def _splits(material: Material) -> dict[str, Sequence[Row]]:
    rows = list(statement_rows(material))
    fold = material.divided
    if fold is None:
        return {"train": rows}
    purged = tuple(p.id for p in fold.purged)
    sides = {"train": set(fold.train), "test": set(fold.test), "purged": set(purged)}
    found = {name: [row for row in rows if row["id"] in ids] for name, ids in sides.items()}
    return {name: kept for name, kept in found.items() if kept}


def _parquet(names: Mapping[str, Kind], rows: Iterable[Row], labels: Sequence[str]) -> bytes:
    """Return rows as Parquet whose schema carries the features, labels as their numbers."""
    import pyarrow as pa
    import pyarrow.parquet as pq
    from datasets import ClassLabel, Features, Value

    kinds: dict[Kind, Any] = {"text": Value("string"), "whole": Value("int64"), "number": Value("float64")}
    if labels:
        kinds["label"] = ClassLabel(names=list(labels))
    features = Features({name: kinds[kind] for name, kind in names.items()})
    number = {label: i for i, label in enumerate(labels)}
    coded = [{n: number[row[n]] if names[n] == "label" else row[n] for n in names} for row in rows]
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(coded, schema=features.arrow_schema), out)
    return out.getvalue()
