"""Predictions made elsewhere: JSONL, CSV or Parquet with ``id``, ``predicted`` and perhaps ``probabilities``.

Logs of two other programs are read as well: the samples of ``lm_eval`` and the logs of ``inspect eval``.
"""

from __future__ import annotations

import csv
import io
import math
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Self

import numpy as np
from pydantic import Field

from harness.digest import sha256_of
from harness.errors import InputError, Place, Problem, ProblemsError, did_you_mean
from harness.examples import AnyOf, Examples, Places
from harness.models import inspect_log, lm_eval_samples
from harness.models.base import Model
from harness.models.output import FixedSession, Labeller, Output
from harness.models.predictions_table import plain_predictions
from harness.records import Example, Mode
from harness.textfile import parse_json, read_jsonl, read_pieces, read_text

MOST_LISTED = 10
"""Missing ids that are named one by one."""

Row = tuple[Place, Mapping[str, Any]]
Prediction = tuple[int, list[float] | None]


class ExternalPredictions(Model):
    """A system that ran elsewhere: its predictions are scored exactly as a trained model's are."""

    summary: ClassVar[str] = "predictions of another system, from a JSONL, CSV or Parquet file"
    packages: ClassVar[tuple[str, ...]] = ()
    default_mode: ClassVar[Mode] = "fixed"
    own_workers: ClassVar[bool] = True  # the file is here, and there is nothing to compute
    type: Literal["predictions"] = "predictions"
    path: Annotated[
        str,
        Field(
            description="file with id, predicted and, optionally, probabilities, or a log of lm_eval or "
            "inspect; relative to this file"
        ),
    ]

    def knows(self) -> str:
        """Say that nothing here shows what its predictions were made from."""
        return (
            "was run elsewhere, so what it was trained on, and whether it saw these labels, is not known here"
        )

    def start(self, examples: Sequence[Example], names: Sequence[str]) -> FixedSession:
        """Read what the file says of these statements; it may say more, of statements that are left out.

        It may say nothing of statements that no fold tests, which then get -1.
        """
        return FixedSession(_read(Path(self.path), examples, names, (), more_is_wrong=False))

    def train(self, examples: Sequence[Example], names: Sequence[str], seed: int) -> Labeller:
        """Refuse: a file says nothing of statements that are not in it."""
        raise InputError(
            "predictions that were made elsewhere say nothing of new statements",
            hint="label them with the system that made them",
        )

    told_by: ClassVar[str] = "path"
    learns: ClassVar[bool] = False
    random: ClassVar[bool] = False

    def verify(self) -> None:
        """Find out whether the file is there."""
        next(read_pieces(Path(self.path)), b"")

    def verify_data(self, examples: Sequence[Example], names: Sequence[str]) -> None:
        """Report every missing, unknown or doubled id, every unknown label and wrong probability at once."""
        self.verify_tested(examples, names, [e.id for e in examples])

    def verify_tested(
        self, examples: Sequence[Example], names: Sequence[str], tested: Collection[str]
    ) -> None:
        """Do the same where the file need not say anything of statements that are not tested."""
        _read(Path(self.path), examples, names, tested)

    def resolved(self, path: Callable[[str, str], str]) -> Self:
        """Make the path absolute."""
        return self.model_copy(update={"path": path("path", self.path)})

    def content(self) -> Any:
        """Identify the model by the file's bytes."""
        return {"type": self.type, "version": self.version, "sha256": sha256_of(read_pieces(Path(self.path)))}


def _read(
    path: Path,
    examples: Sequence[Example],
    names: Sequence[str],
    tested: Collection[str],
    *,
    more_is_wrong: bool = True,
) -> Output:
    """Read what a file says of statements; -1 where it says nothing and they are not ``tested``."""
    if isinstance(examples, Examples):
        known = _known(path, examples, names)
        if known is not None and _says(known, examples, tested):
            return known
    said, problems = read_predictions(path, [e.id for e in examples], names, tested)
    problems = [p for p in problems if more_is_wrong or p.code != "unknown-id"]
    some = [p is not None for _, p in said.values()]
    if any(some) and not all(some) and not problems:
        message = f"{some.count(True)} rows have probabilities and {some.count(False)} have none"
        problems.append(
            Problem(Place(str(path)), "probabilities", message, "give them in all rows or in none")
        )
    if problems:
        raise ProblemsError(problems)
    nothing: Prediction = (-1, [math.nan] * len(names))
    found = [said.get(e.id, nothing) for e in examples]
    predicted = np.array([label for label, _ in found], dtype=np.intp)
    rows = [row for _, row in found]
    return Output(predicted, np.array(rows, dtype=float) if some and all(some) else None)


_LAST: list[tuple[str, tuple[str, ...], Any, Output]] = []
"""The last plain file that was read: it is needed when the data are checked, and again when it is scored."""


def _known(path: Path, examples: Examples, names: Sequence[str]) -> Output | None:
    """Return what a file of the plain form says; None for any other."""
    content, labels = sha256_of(read_pieces(path)), tuple(names)
    for *read, ids, output in _LAST:
        if read == [content, labels] and ids is examples.ids:
            return output
    found = None if inspect_log.is_log(path) else plain_predictions(path, examples, names)
    _LAST[:] = [] if found is None else [(content, labels, examples.ids, found)]
    return found


def _says(output: Output, examples: Examples, tested: Collection[str]) -> bool:
    """Whether an output has something on each statement that is tested."""
    lacking = output.predicted < 0
    if not lacking.any():
        return True
    parts = tested.parts if isinstance(tested, AnyOf) else [list(tested)]
    place = Places(examples)
    return not any(lacking[place.of(part)].any() for part in parts)


def read_predictions(
    path: Path, ids: Sequence[str], names: Sequence[str], tested: Collection[str] | None = None
) -> tuple[dict[str, Prediction], list[Problem]]:
    """Read a predictions file.

    Parameters
    ----------
    path : Path
    ids : sequence of str
        Those that the file may name.
    names : sequence of str
        The names of the labels.
    tested : collection of str, optional
        Those that it must name; all by default.

    Returns
    -------
    predictions, problems
        For each id the number of the label (``len(names)`` where it is null and the row has the
        ``reply`` that is none) and the probabilities in the order of ``names``; and everything that is
        wrong, by line. Ids that no row names and that must be named come last.
    """
    out: dict[str, Prediction] = {}
    problems: list[Problem] = []
    known, first = set(ids), dict[str, Place]()
    for place, row in _rows(path, names, problems):
        key = row.get("id")
        if isinstance(key, str) and key in first:
            where = f" (first on line {first[key].line})" if first[key].line else ""
            message = f"'{key}' is there twice{where}"
            problems.append(Problem(place, "duplicate-id", message, "one prediction for each statement"))
            continue
        found = _prediction(place, row, known, names)
        if isinstance(found, Problem):
            problems.append(found)
        else:
            out[str(key)] = found
        if isinstance(key, str):
            first[key] = place
    file = Place(str(path))
    absent = [p for p in problems if p.code == "missing-field"]
    if len(absent) > 1 and len(absent) == len(problems) and not out and len({p.message for p in absent}) == 1:
        return out, [replace(absent[0], message=f"{absent[0].message}, nor has any other row")]
    wanted = ids if tested is None else tested
    lacking = sorted(i for i in wanted if i not in first)
    hint = "every statement of the data that a fold tests needs a prediction"
    problems += [Problem(file, "missing-id", f"no prediction for '{i}'", hint) for i in lacking[:MOST_LISTED]]
    if len(lacking) > MOST_LISTED:
        more = f"no prediction for {len(lacking) - MOST_LISTED} more of the {len(wanted)} statements"
        problems.append(Problem(file, "missing-id", more, hint))
    return out, problems


def _prediction(
    place: Place, row: Mapping[str, Any], ids: set[str], names: Sequence[str]
) -> Prediction | Problem:
    """Read one row: the label's number and the probabilities, or what is wrong with it."""
    unlabelled = row.get("predicted") is None and isinstance(row.get("reply"), str)
    lacking = [k for k in ("id", "predicted") if row.get(k) is None and not (unlabelled and k == "predicted")]
    if lacking:
        there = ", ".join(str(k)[:40] for k in islice(row, 8))
        hint = f"each row needs id and predicted; this one has {there or 'nothing'}"
        return Problem(place, "missing-field", f"no {' and no '.join(lacking)}", hint)
    key, label = row["id"], row["predicted"]
    if not isinstance(key, str) or key not in ids:
        hint = did_you_mean(str(key), ids) if len(ids) < 5000 else ""
        return Problem(place, "unknown-id", f"no statement {key!r} in the data", hint)
    if not unlabelled and label not in names:
        return Problem(place, "unknown-label", f"unknown label {label!r}", did_you_mean(str(label), names))
    probabilities, wrong = _probabilities(row.get("probabilities"), names)
    if wrong:
        hint = "a list in the order of the labels, or a mapping by label; it sums to 1"
        return Problem(place, "probabilities", wrong, hint)
    return (len(names) if unlabelled else names.index(label)), probabilities


def _rows(path: Path, names: Sequence[str], problems: list[Problem]) -> Iterator[Row]:
    if path.suffix.lower() == ".csv":
        yield from _csv_rows(path, problems)
        return
    if path.suffix.lower() == ".parquet":
        yield from _parquet_rows(path)
        return
    rows = inspect_log.prediction_rows if inspect_log.is_log(path) else _json_rows
    for place, value in rows(path, names):
        if isinstance(value, Problem):
            problems.append(value)
        else:
            yield place, value


def _json_rows(path: Path, names: Sequence[str]) -> Iterator[tuple[Place, dict[str, Any] | Problem]]:
    for number, value in read_jsonl(path):
        place = Place(str(path), number)
        if isinstance(value, Problem) or not lm_eval_samples.is_sample(value):
            yield place, value
            continue
        try:
            yield place, lm_eval_samples.prediction_row(value, names)
        except ValueError as error:
            hint = "log samples of a multiple_choice or generate_until task"
            yield place, Problem(place, "lm-eval-sample", f"a sample of lm_eval with {error}", hint)


def _parquet_rows(path: Path) -> Iterator[Row]:
    """Yield the rows; a row's line is its number."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(str(path)) as file:
            number = 0
            for batch in file.iter_batches():
                for row in batch.to_pylist():
                    number += 1
                    yield Place(str(path), number), row
    except (OSError, pa.ArrowException) as error:
        raise InputError(f"not Parquet: {str(error).splitlines()[0]}", place=path) from None


def _csv_rows(path: Path, problems: list[Problem]) -> Iterator[Row]:
    """Yield the rows under a header line; a row's line is that on which it ends."""
    reader = csv.reader(io.StringIO(read_text(path), newline=""), strict=True)
    header: list[str] = []
    try:
        for cells in reader:
            place = Place(str(path), reader.line_num)
            if not cells:
                continue
            if not header:
                header = cells
                problems += [
                    Problem(place, "not-csv", f"the column '{name}' is there twice", "keep one of them")
                    for name, times in Counter(cells).items()
                    if times > 1
                ]
            elif len(cells) != len(header):
                message = f"expected {len(header)} cells, got {len(cells)}"
                problems.append(Problem(place, "not-csv", message, "quote cells that have a comma in them"))
            else:
                yield place, {k: v for k, v in zip(header, cells, strict=True) if v != ""}
    except csv.Error as error:
        hint = "quote cells that have a comma or a quote in them"
        problems.append(Problem(Place(str(path), reader.line_num), "not-csv", str(error), hint))


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
