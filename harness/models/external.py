"""Predictions made elsewhere: JSONL or CSV with ``id``, ``predicted`` and perhaps ``probabilities``."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Self

import numpy as np
from pydantic import Field

from harness.digest import sha256
from harness.errors import Place, Problem, ProblemsError, did_you_mean
from harness.models.base import FixedSession, Model, Output
from harness.records import Example, Mode
from harness.textfile import parse_json, read_bytes, read_jsonl, read_text

Row = tuple[Place, Mapping[str, Any]]


class ExternalPredictions(Model):
    """A system that ran elsewhere: its predictions are scored exactly as a trained model's are."""

    summary: ClassVar[str] = "predictions of another system, from a JSONL or CSV file"
    packages: ClassVar[tuple[str, ...]] = ()
    mode: ClassVar[Mode] = "fixed"
    type: Literal["predictions"] = "predictions"
    path: Annotated[
        str,
        Field(description="file with id, predicted and, optionally, probabilities; relative to this file"),
    ]

    def start(self, examples: Sequence[Example], names: Sequence[str]) -> FixedSession:
        """Read the file; every missing, unknown or doubled id and every unknown label is reported at once."""
        return FixedSession(_read(Path(self.path), examples, names))

    def resolved(self, path: Callable[[str, str], str]) -> Self:
        """Make the path absolute."""
        return self.model_copy(update={"path": path("path", self.path)})

    def content(self) -> Any:
        """Identify the model by the file's bytes."""
        return {"type": self.type, "version": self.version, "sha256": sha256(read_bytes(Path(self.path)))}


def _read(path: Path, examples: Sequence[Example], names: Sequence[str]) -> Output:
    said, problems = read_predictions(path, {e.id for e in examples}, names)
    file = Place(str(path))
    lacking = [e.id for e in examples if e.id not in said]
    problems += [Problem(file, "missing-id", f"no prediction for '{i}'") for i in lacking if not problems]
    some = [p is not None for _, p in said.values()]
    if any(some) and not all(some):
        problems.append(Problem(file, "probabilities", "some rows have probabilities and some have none"))
    if problems:
        raise ProblemsError(problems)
    predicted = np.array([said[e.id][0] for e in examples], dtype=np.intp)
    rows = [said[e.id][1] for e in examples]
    return Output(predicted, np.array(rows, dtype=float) if all(some) else None)


def read_predictions(
    path: Path, ids: set[str], names: Sequence[str]
) -> tuple[dict[str, tuple[int, list[float] | None]], list[Problem]]:
    """Read a predictions file.

    Returns
    -------
    predictions, problems
        For each known id the number of the label and the probabilities in the order of ``names``;
        and everything that is wrong, by line.
    """
    out: dict[str, tuple[int, list[float] | None]] = {}
    problems: list[Problem] = []
    for place, row in _rows(path, problems):
        key, label = row.get("id"), row.get("predicted")
        if key is None or label is None:
            lacking = [k for k in ("id", "predicted") if row.get(k) is None]
            problems.append(
                Problem(
                    place,
                    "missing-field",
                    f"no {' and no '.join(lacking)}",
                    "each row needs id and predicted",
                )
            )
        elif key in out:
            problems.append(Problem(place, "duplicate-id", f"'{key}' is there twice"))
        elif key not in ids:
            problems.append(
                Problem(
                    place,
                    "unknown-id",
                    f"no statement '{key}' in the data",
                    did_you_mean(str(key), ids) if len(ids) < 5000 else "",
                )
            )
        elif label not in names:
            problems.append(
                Problem(place, "unknown-label", f"unknown label '{label}'", did_you_mean(str(label), names))
            )
        else:
            probabilities, wrong = _probabilities(row.get("probabilities"), names)
            if wrong:
                problems.append(
                    Problem(
                        place,
                        "probabilities",
                        wrong,
                        "a list in the order of the labels, or a mapping by label; it sums to 1",
                    )
                )
            out[str(key)] = (names.index(str(label)), probabilities)
    return out, problems


def _rows(path: Path, problems: list[Problem]) -> Iterator[Row]:
    if path.suffix.lower() == ".csv":
        reader = csv.DictReader(io.StringIO(read_text(path), newline=""))
        try:
            for row in reader:
                yield Place(str(path), reader.line_num), {k: v for k, v in row.items() if v not in ("", None)}
        except csv.Error as error:
            problems.append(Problem(Place(str(path), reader.line_num), "not-csv", str(error)))
        return
    for number, value in read_jsonl(path):
        if isinstance(value, Problem):
            problems.append(value)
        else:
            yield Place(str(path), number), value


def _probabilities(value: Any, names: Sequence[str]) -> tuple[list[float] | None, str | None]:
    if isinstance(value, str):
        try:
            value = parse_json(value)
        except ValueError:
            return None, "probabilities are no JSON list"
    if value is None:
        return None, None
    if isinstance(value, Mapping):
        if set(value) != set(names):
            return None, f"probabilities are for {sorted(value)}, the labels are {sorted(names)}"
        value = [value[name] for name in names]
    if not isinstance(value, list) or len(value) != len(names):
        return None, f"expected {len(names)} probabilities"
    if not all(isinstance(p, int | float) and not isinstance(p, bool) and 0 <= p <= 1 for p in value):
        return None, "probabilities must be numbers from 0 to 1"
    total = sum(value)
    return (
        ([float(p) for p in value], None)
        if abs(total - 1) < 1e-3
        else (None, f"probabilities sum to {total:g}")
    )
