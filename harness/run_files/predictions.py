"""What ``predictions.jsonl`` must say: rows of the run's models, labels and folds, all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from harness.errors import InputError, Place, Problem, ProblemsError
from harness.run_files.parts import Row
from harness.run_files.reading import HINT, fault
from harness.textfile import read_jsonl


def predictions_of(path: Path, manifest: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Read ``predictions.jsonl``; rows fit the manifest's pools and labels, each statement stands there once.

    Raises
    ------
    ProblemsError
        Every line that is wrong.
    """
    adapter = TypeAdapter(Row)
    labels = manifest["labels"]
    pools = {(p["split"], p["model"]) for p in manifest["pools"]}
    problems: list[Problem] = []
    rows: list[dict[str, Any]] = []
    first: dict[tuple[Any, ...], int] = {}
    for number, value in read_jsonl(path):
        place = Place(str(path), number)
        if isinstance(value, Problem):
            problems.append(value)
            continue
        found = list(_row_problems(value, adapter, labels, pools))
        key = tuple(value.get(name) for name in ("split", "model", "seed", "repeat", "id"))
        if not found and first.setdefault(key, number) != number:
            found = [f"'{value['id']}' of the same model and repeat is on line {first[key]} too"]
        problems += [Problem(place, "bad-value", message, HINT) for message in found]
        rows.append(value)
    if problems:
        raise ProblemsError(problems)
    return rows


def _row_problems(
    row: dict[str, Any], adapter: TypeAdapter[Row], labels: Sequence[str], pools: set[tuple[str, str]]
) -> Iterator[str]:
    try:
        said = adapter.validate_python(row)
    except ValidationError as error:
        yield from (fault(item) for item in error.errors(include_url=False))
        return
    if (said["split"], said["model"]) not in pools:
        yield f"the model '{said['model']}' under '{said['split']}' was not run"
    for name in ("gold", "predicted"):
        if row[name] is not None and row[name] not in labels:
            yield f"{name}: '{row[name]}' is none of the labels"
    shares = said["probabilities"]
    if shares is not None and len(shares) != len(labels):
        yield f"probabilities: {len(shares)} numbers for {len(labels)} labels"


def whole(
    path: Path,
    rows: Sequence[Mapping[str, Any]],
    folds: Sequence[Mapping[str, Any]],
    pools: Sequence[Mapping[str, Any]],
) -> None:
    """Refuse predictions that are not of every statement that the folds test: a file may be cut at a line.

    Parameters
    ----------
    path : Path
        Of the predictions, for messages.
    rows, folds, pools : sequence of mapping
        What the files say.
    """
    tested: Counter[str] = Counter()
    for fold in folds:
        tested[fold["split"]] += len(fold["test"])
    counts = Counter((row["split"], row["model"]) for row in rows)
    repeats = Counter[tuple[str, str]]()
    some = {(row["split"], row["model"]) for row in rows if row["probabilities"] is not None}
    for row in rows:
        key = row["split"], row["model"]
        repeats[key] = max(repeats[key], row["repeat"])
        if key in some and row["probabilities"] is None and row["predicted"] is not None:
            message = f"'{row['id']}': no probabilities, which '{row['model']}' has of other statements"
            raise InputError(message, place=path, hint=HINT)
    for pool in pools:
        key = pool["split"], pool["model"]
        n, asked = counts[key], tested[pool["split"]]
        if not n or not asked or n % asked or repeats[key] >= n:
            message = f"{n} predictions of '{key[1]}' under '{key[0]}', whose folds test {asked} statements"
            raise InputError(message, place=path, hint=HINT)
