"""Predictions made elsewhere: JSONL, CSV or Parquet with ``id``, ``predicted`` and perhaps ``probabilities``.

Logs of two other programs are read as well: the samples of ``lm_eval`` and the logs of ``inspect eval``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Self

import numpy as np
from pydantic import Field

from harness.digest import sha256_of
from harness.errors import InputError, Place, Problem, ProblemsError
from harness.examples import AnyOf, Examples, Places
from harness.models import inspect_log
from harness.models.base import Model
from harness.models.output import FixedSession, Labeller, Output
from harness.models.predictions_file import Prediction, read_predictions
from harness.models.predictions_table import plain_predictions
from harness.records import Example, Mode
from harness.textfile import read_pieces


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
