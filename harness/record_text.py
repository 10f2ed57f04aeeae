"""A run record -> the text of ``predictions.jsonl`` and ``folds.json``, piece by piece."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from harness.column_json import bytes_of, joined_text, json_strings
from harness.examples import BLOCK, Coded, Examples, Ids, one_piece, taken
from harness.records import Fold, Pool, Purged, RunRecord
from harness.textfile import to_json

IntArray = npt.NDArray[np.intp]


def predictions_pieces(record: RunRecord) -> Iterator[bytes]:
    """Yield ``predictions.jsonl``: by split and model, then seed, repeat, fold and place."""
    for pool in record.pools:
        for run, (row, folds) in enumerate(zip(pool.predicted, pool.fold, strict=True)):
            order = np.lexsort((np.arange(len(row)), folds))
            order = order[row[order] >= 0]
            for start in range(0, len(order), BLOCK):
                yield _lines(record, pool, run, order[start : start + BLOCK])


def _lines(record: RunRecord, pool: Pool, run: int, rows: IntArray) -> bytes:
    """Return a line for each of some examples; of those in columns without an object for each."""
    examples = record.examples
    if isinstance(examples, Examples) and not pool.replies:
        return bytes(bytes_of(joined_text(_columns(record, examples, pool, run, rows))))
    return "".join(f"{to_json(_prediction(record, pool, run, int(i)))}\n" for i in rows).encode("utf-8")


def _prediction(record: RunRecord, pool: Pool, run: int, i: int) -> dict[str, Any]:
    e = record.examples[i]
    predicted = int(pool.predicted[run, i])
    p = None if pool.probabilities is None else [float(x) for x in pool.probabilities[run, i]]
    reply = pool.replies.get((run, i))
    seed, repeat = divmod(run, len(pool.predicted) // len(pool.seeds))
    row = {
        "id": e.id,
        "article": e.article,
        "group": e.group,
        "gold": e.label,
        "model": pool.model,
        "split": pool.split,
        "fold": int(pool.fold[run, i]),
        "repeat": repeat,
        "predicted": record.labels[predicted] if predicted < len(record.labels) else None,
        "probabilities": p,
    }
    if pool.seeds != (0,):
        row["seed"] = pool.seeds[seed]
    return row if reply is None else {**row, "reply": reply}


def _columns(record: RunRecord, examples: Examples, pool: Pool, run: int, rows: IntArray) -> list[Any]:
    """Return what lines are joined of: the keys of :func:`_prediction`, in its order."""
    import pyarrow as pa

    def named(names: Sequence[str], numbers: Any) -> Any:
        said = [*map(to_json, names), "null"]
        return pa.array(said, pa.large_string()).take(pa.array(numbers))

    def coded(column: Coded | None) -> Any:
        if column is None:
            return '""'
        return json_strings(one_piece(column.values.take(pa.array(column.codes[rows]))), ascii_only=False)

    ids = json_strings(one_piece(taken(examples.ids, rows)), ascii_only=False)
    seed, repeat = divmod(run, len(pool.predicted) // len(pool.seeds))
    fold = pa.array(pool.fold[run, rows]).cast(pa.large_string())
    return [
        '{"id": ',
        ids,
        ', "article": ',
        coded(examples.articles),
        ', "group": ',
        coded(examples.groups),
        ', "gold": ',
        named(examples.label_names, examples.labels[rows]),
        f', "model": {to_json(pool.model)}, "split": {to_json(pool.split)}, "fold": ',
        fold,
        f', "repeat": {repeat}, "predicted": ',
        named(record.labels, pool.predicted[run, rows]),
        ', "probabilities": ',
        _probabilities(pool, run, rows),
        "}\n" if pool.seeds == (0,) else f', "seed": {pool.seeds[seed]}}}\n',
    ]


def _probabilities(pool: Pool, run: int, rows: IntArray) -> Any:
    import pyarrow as pa

    if pool.probabilities is None:
        return "null"
    said = to_json(pool.probabilities[run, rows].tolist())[2:-2].split("], [")
    return joined_text(["[", pa.array(said, pa.large_string()), "]"])


def folds_pieces(folds: Sequence[Fold], more: dict[str, Any]) -> Iterator[bytes]:
    """Yield ``folds.json``, ids in columns block by block; a dev part is there only where there is one.

    Parameters
    ----------
    folds : sequence of Fold
    more : dict
        What the file says besides.
    """
    long: list[Ids] = []

    def row(fold: Fold) -> dict[str, Any]:
        out = {name: getattr(fold, name) for name in Fold.__dataclass_fields__ if name != "dev" or fold.dev}
        for side, ids in out.items():
            if isinstance(ids, Ids) and len(ids):
                out[side] = [_mark(len(long))]
                long.append(ids)
        return out | {"purged": [_purged_row(p) for p in fold.purged]}

    text = to_json({"schema": 1, "folds": [row(fold) for fold in folds], **more}, indent=1) + "\n"
    for k, ids in enumerate(long):
        before, _, text = text.partition(to_json(_mark(k)))
        yield before.encode("utf-8")
        yield from _listed(ids)
    yield text.encode("utf-8")


def _purged_row(purged: Purged) -> dict[str, Any]:
    """Return what was purged; that it was in a dev part is said only where it was."""
    row = {"id": purged.id, "reason": purged.reason}
    return row if purged.part == "train" else {**row, "part": purged.part}


def _mark(number: int) -> str:
    """Return what stands in the place of ids: the character is one that no text file has."""
    return f"\x00ids {number}"


def _listed(ids: Ids) -> Iterator[bytes]:

    for start in range(0, len(ids), BLOCK):
        some = one_piece(taken(ids.column, ids.positions[start : start + BLOCK]))
        lines = joined_text([",\n    ", json_strings(some, ascii_only=False)])
        yield bytes(bytes_of(lines))[0 if start else 6 :]
