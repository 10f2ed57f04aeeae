"""Reference of a configuration's keys, from the JSON Schema that validates it in editors."""

from __future__ import annotations

from typing import Any

from harness.config_schema import json_schema
from harness.inputs import PRESETS
from harness.run_config import RunConfig
from harness.table_data import TableData
from website.tables import keys_table, table

PARTS = {
    "Data": "`data`: a corpus folder",
    "TableData": "`data`: a table",
    "Evaluation": "`evaluation`",
    "LocalExecution": "`executor`: this machine",
    "DaskExecution": "`executor`: a Dask cluster",
    "Tuning": "`tune` of any trained model",
}
"""Headings of the parts that have one of their own words; the others have their name."""
ABOUT = {
    "data": "where the statements come from: a corpus folder or a table",
    "evaluation": "how predictions become scores; every key has a default",
}
TOLD_ELSEWHERE = {"splits": "[Splits](splits.md)", "models": "[Models](models.md)"}


def page() -> str:
    """Return the page."""
    schema = json_schema()
    definitions = schema["$defs"]
    top = {key: _told(key, value) for key, value in schema["properties"].items()}
    needed = [name for name, field in RunConfig.model_fields.items() if field.is_required()]
    parts = [name for name in definitions if not name.startswith(("model-", "split-", "metric-"))]
    ordered = [*PARTS, *(name for name in parts if name not in PARTS)]
    sections = [_section(name, definitions[name]) for name in ordered]
    return "\n".join([HEAD, keys_table(top, needed), INPUT, _presets(), *sections])


HEAD = """# Configuration

Every key of a configuration file. `harness schema` prints the same as a JSON Schema, which editors use for
completion; `harness check CONFIG` lists everything that is wrong with a file, by line. An unknown key is an error.

## Top level
"""
INPUT = """## What a model sees {#input}

`data.input`, and `input` of a single model: one of these words, or a template over the parts of a statement.
"""


def _told(key: str, schema: dict[str, Any]) -> dict[str, Any]:
    """Point to the page that lists the types."""
    if key not in TOLD_ELSEWHERE:
        return {"description": ABOUT.get(key, ""), **_without_long_default(schema)}
    return {"description": f"see {TOLD_ELSEWHERE[key]}", "type": "array" if key == "splits" else "object"}


def _without_long_default(schema: dict[str, Any]) -> dict[str, Any]:
    """Leave a default out that a section of its own says key by key."""
    return {k: v for k, v in schema.items() if k != "default" or "$ref" not in schema}


def _presets() -> str:
    return table(("word", "template"), [(f"`{name}`", f"`{text}`") for name, text in PRESETS.items()])


def _section(name: str, schema: dict[str, Any]) -> str:
    heading = f"## {PARTS.get(name, name)} {{#{name.lower()}}}\n"
    needed = {"TableData": TableData}.get(name)
    required = schema.get(
        "required", [n for n, f in needed.model_fields.items() if f.is_required()] if needed else []
    )
    about = str(schema.get("description", "")).replace("``", "`")
    return "\n".join([heading, about + "\n", keys_table(schema.get("properties", {}), required)])
