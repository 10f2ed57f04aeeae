"""The data that task folders of language-model tools carry: statements as JSON lines, and folds by id."""

from __future__ import annotations

from importlib.resources import files as resources
from typing import Any

from harness.export.material import Material
from harness.textfile import to_json


def task_files(material: Material) -> dict[str, bytes]:
    """Return ``statements.jsonl`` (id, text, text_pair, label, group) and ``folds.json``.

    ``folds.json`` has the labels in order and, by split, the ids of each fold of its first repeat:
    ``train`` (already purged) and ``test``.
    """
    rows = []
    for e in material.examples:
        pair = {} if e.pair is None else {"text_pair": e.pair}
        rows.append({"id": e.id, "text": e.text, **pair, "label": e.label, "group": e.group})
    folds: dict[str, Any] = {
        split: [{"train": list(f.train), "test": list(f.test)} for f in material.first_folds(split)]
        for split in material.splits
    }
    design = {"labels": list(material.labels), "splits": folds}
    return {
        "statements.jsonl": "".join(to_json(row) + "\n" for row in rows).encode("utf-8"),
        "folds.json": (to_json(design) + "\n").encode("utf-8"),
    }


def carried(name: str) -> str:
    """Return the source of a module that task folders carry; it runs without the harness."""
    return resources("harness.export.carried").joinpath(name).read_text(encoding="utf-8")
