"""Run folders and the store of finished folds; every write is all or nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from harness.errors import HarnessError, InputError
from harness.examples import BLOCK
from harness.metrics import widened
from harness.record_text import folds_pieces, predictions_pieces
from harness.records import Example, Fold, Pool, Purged, RunRecord, Tables
from harness.run_files import HINT, folds_of, manifest_of, predictions_of, tables_of, whole
from harness.textfile import parse_json, read_text, to_json, write_error, write_pieces, write_text
from harness.within import verify_links

FILES = ("config.yaml", "manifest.json", "folds.json", "reruns.json", "predictions.jsonl", "metrics.json")


class FoldStore:
    """Finished folds and re-runs, each under its fingerprint in a file of its own.

    A value is a JSON object. A file that cannot be read counts as not there: it is computed again.
    """

    def __init__(self, root: Path) -> None:
        self.root = root / ".folds"

    def _path(self, fingerprint: str) -> Path:
        return self.root / fingerprint[:2] / f"{fingerprint}.json"

    def get(self, fingerprint: str) -> dict[str, Any] | None:
        """Return what is stored, or None."""
        try:
            value = parse_json(read_text(self._path(fingerprint)))
        except (HarnessError, ValueError):
            return None
        return value if isinstance(value, dict) else None

    def put(self, fingerprint: str, value: Mapping[str, Any]) -> None:
        """Store a value, of which arrays are written as lists; a reader sees all of it or nothing."""
        write_pieces(self._path(fingerprint), _json_pieces(value), sync=False)


def _json_pieces(value: Mapping[str, Any]) -> Iterator[bytes]:
    """Yield the JSON of an object, arrays in it a block at a time."""
    for k, (key, item) in enumerate(value.items()):
        yield f"{', ' if k else '{'}{to_json(key)}: ".encode()
        if not isinstance(item, np.ndarray) or not len(item):
            yield to_json(item.tolist() if isinstance(item, np.ndarray) else item).encode("utf-8")
            continue
        for start in range(0, len(item), BLOCK):
            some = to_json(item[start : start + BLOCK].tolist())[1:-1]
            yield f"{', ' if start else '['}{some}".encode("ascii")
        yield b"]"
    yield b"}\n" if value else b"{}\n"


def run_folder(root: Path, name: str, fingerprint: str) -> Path:
    """Return the folder of a run."""
    return root / name / fingerprint[:16]


def write_record(folder: Path, record: RunRecord, config_yaml: str) -> None:
    """Write everything of a run but its scores, its reports and the manifest that marks it as finished."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise write_error(folder, error) from None
    write_text(folder / "config.yaml", config_yaml)
    chosen = [{"split": p.split, "model": p.model, "parameters": p.chosen} for p in record.pools]
    more: dict[str, Any] = {"chosen": chosen}
    calls = [{"split": p.split, "model": p.model, "calls": p.calls} for p in record.pools if p.calls]
    if calls:
        more["calls"] = calls
    write_pieces(folder / "folds.json", folds_pieces(record.folds, more))
    tables = [_table_row(t) for t in record.tables]
    write_text(folder / "reruns.json", to_json({"schema": 1, "tables": tables}) + "\n")
    write_pieces(folder / "predictions.jsonl", predictions_pieces(record))


def write_manifest(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Write the manifest: last of all, since a folder with a manifest is a finished run."""
    write_text(folder / "manifest.json", to_json(manifest, indent=1) + "\n")


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read a run's manifest; a folder without one is no finished run."""
    path = folder / "manifest.json"
    if not os.path.isfile(path):
        raise InputError(
            "is not a finished run (no manifest.json)",
            place=folder,
            hint="give a folder runs/<config>/<fingerprint>",
        )
    verify_links(folder, "the run's folder")
    return manifest_of(path)


def _fold(row: Mapping[str, Any]) -> Fold:
    lists = {k: tuple(row.get(k, ())) for k in ("train", "test", "absent_train", "absent_test", "dev")}
    return Fold(**{**row, **lists, "purged": tuple(Purged(**p) for p in row["purged"])})


def read_record(folder: Path, examples: Sequence[Example] | None = None) -> RunRecord:
    """Read a finished run back, so that it can be scored again without fitting anything.

    Parameters
    ----------
    folder : Path
        A run folder.
    examples : sequence of Example, optional
        The run's examples with all their parts; without them, what the predictions file says of each
        (id, article, group, gold), so that slices by other parts cannot be made.

    Raises
    ------
    InputError
        The folder is no finished run, or a file of it is damaged.
    """
    manifest = read_manifest(folder)
    labels = tuple(manifest["labels"])
    path = folder / "predictions.jsonl"
    rows = predictions_of(path, manifest)
    stored = folds_of(folder / "folds.json", manifest)
    whole(path, rows, stored["folds"], manifest["pools"])
    if examples is None:
        said = {r["id"]: Example(r["id"], r["gold"], "", r["group"], r["article"]) for r in rows}
        examples = tuple(said[i] for i in sorted(said))
    unknown = {r["id"] for r in rows} - {e.id for e in examples}
    if unknown:
        raise InputError(f"the data have no statement '{min(unknown)}'", place=path, hint=HINT)
    chosen = {(c["split"], c["model"]): tuple(c["parameters"]) for c in stored["chosen"]}
    calls = {(c["split"], c["model"]): c["calls"] for c in stored.get("calls", [])}
    pools = []
    for entry in manifest["pools"]:
        key = entry["split"], entry["model"]
        pool = _pool(*key, entry["mode"], rows, examples, labels)
        pools.append(replace(pool, chosen=chosen[key], calls=calls.get(key, {})))
    return RunRecord(
        config=manifest["config"],
        labels=labels,
        examples=examples,
        folds=tuple(_fold(row) for row in stored["folds"]),
        pools=tuple(pools),
        tables=tuple(_tables(row, len(labels)) for row in tables_of(folder / "reruns.json", manifest)),
        identity=manifest["identity"],
        partial=bool(manifest["partial"]),
    )


def _pool(
    split: str,
    model: str,
    mode: Any,
    rows: Sequence[Mapping[str, Any]],
    examples: Sequence[Example],
    labels: tuple[str, ...],
) -> Pool:
    mine = [r for r in rows if r["split"] == split and r["model"] == model]
    numbers = list(dict.fromkeys(r.get("seed", 0) for r in mine)) or [0]
    n_repeats = 1 + max((r["repeat"] for r in mine), default=0)
    shape = (len(numbers) * n_repeats, len(examples))
    place = {e.id: i for i, e in enumerate(examples)}
    predicted, fold = np.full(shape, -1), np.full(shape, -1)
    probabilities = (
        np.full((*shape, len(labels)), np.nan) if mine and mine[0]["probabilities"] is not None else None
    )
    replies: dict[tuple[int, int], str] = {}
    for r in mine:
        at = numbers.index(r.get("seed", 0)) * n_repeats + r["repeat"], place[r["id"]]
        said = r["predicted"]
        predicted[at], fold[at] = len(labels) if said is None else labels.index(said), r["fold"]
        if "reply" in r:
            replies[at] = r["reply"]
        if probabilities is not None:
            probabilities[at] = r["probabilities"]
    return Pool(split, model, mode, predicted, fold, probabilities, replies=replies, seeds=tuple(numbers))


def _table_row(tables: Tables) -> dict[str, Any]:
    """Return tables as ``reruns.json`` has them; counts by value are there only where a metric needs them."""
    row = {**asdict(tables), "confusions": tables.confusions.tolist()}
    over = {part: counts.tolist() for part, counts in row.pop("over").items()}
    return {**row, "over": over} if over else row


def _tables(row: Mapping[str, Any], n_labels: int) -> Tables:
    counts = stacked(row["confusions"], n_labels)
    means = {key: tuple(row[key]) for key in ("train_rows", "train_groups")}
    over = {part: stacked(t, len(t[0]) if t else n_labels) for part, t in row.get("over", {}).items()}
    return Tables(**{**row, **means, "confusions": counts, "over": over})


def stacked(tables: Sequence[Any], n_rows: int) -> npt.NDArray[np.int64]:
    """Stack confusion tables, ``(n, n_rows, columns)``; narrower ones are widened."""
    made = [np.array(table, dtype=np.int64).reshape(n_rows, -1) for table in tables]
    width = max((table.shape[1] for table in made), default=n_rows)
    return np.stack([widened(t, width) for t in made]) if made else np.zeros((0, n_rows, n_rows), np.int64)
