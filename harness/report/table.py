"""The flat table of scores, in full precision, for programs: CSV, JSON and Parquet."""

from __future__ import annotations

import csv
import io
from importlib import import_module
from typing import Any

from harness.errors import RunError
from harness.records import Scores
from harness.textfile import to_json

COLUMNS = {
    "split": "string",
    "model": "string",
    "mode": "string",
    "metric": "string",
    "value": "float64",
    "ci_low": "float64",
    "ci_high": "float64",
    "ci_method": "string",
    "level": "float64",
    "reason": "string",
    "n": "int64",
    "n_groups": "int64",
    "repeats": "int64",
    "seeds": "int64",
    "sd_over_seeds": "float64",
    "partial": "bool_",
    "signature": "string",
}
"""Names of the columns, each with the Arrow type that it has in Parquet."""


def flat_table(scores: Scores) -> list[dict[str, Any]]:
    """Return one row for each split, model and metric, with the keys of `COLUMNS` in their order.

    What is undefined is None, with a reason; names are those of ``metrics.json``.
    """
    return [
        {
            "split": e.split,
            "model": e.model,
            "mode": e.mode,
            "metric": metric,
            "value": s.value,
            "ci_low": s.ci_low,
            "ci_high": s.ci_high,
            "ci_method": s.ci_method,
            "level": s.level,
            "reason": s.reason,
            "n": e.n,
            "n_groups": e.n_groups,
            "repeats": e.repeats,
            "seeds": e.seeds,
            "sd_over_seeds": e.over_seeds[metric].sd if metric in e.over_seeds else None,
            "partial": scores.partial,
            "signature": e.signature,
        }
        for e in scores.evaluations
        for metric, s in e.scores.items()
    ]


def to_csv(scores: Scores) -> str:
    """Return RFC 4180 text with LF line ends; floats in their shortest exact form, None as an empty field."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(COLUMNS), lineterminator="\n")
    writer.writeheader()
    writer.writerows(
        {k: str(v).lower() if isinstance(v, bool) else v for k, v in row.items()}
        for row in flat_table(scores)
    )
    return out.getvalue()


def to_json_table(scores: Scores) -> str:
    """Return a JSON array of one object a row."""
    return to_json(flat_table(scores), indent=1) + "\n"


def to_parquet(scores: Scores) -> bytes:
    """Return a Parquet file.

    Raises
    ------
    RunError
        pyarrow is not installed.
    """
    try:
        arrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError:
        raise RunError("Parquet needs pyarrow", hint="pip install pyarrow, or choose --format csv") from None
    schema = arrow.schema([(name, getattr(arrow, kind)()) for name, kind in COLUMNS.items()])
    out = io.BytesIO()
    parquet.write_table(arrow.Table.from_pylist(flat_table(scores), schema=schema), out)
    return out.getvalue()
