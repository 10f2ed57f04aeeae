"""Whether what lies in the store of finished fits can be a result at all; if not, it is computed again."""

from __future__ import annotations

from collections.abc import Sized
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from harness.plan import FoldTask, Task

_CONFIG = ConfigDict(strict=True, extra="allow")
_Counts = list[list[list[Annotated[int, Field(ge=0, lt=2**53)]]]]


class _Predictions(BaseModel):
    model_config = _CONFIG

    predicted: list[Annotated[int, Field(ge=-1, lt=2**31)]]
    probabilities: list[list[float] | None] | None
    chosen: dict[str, Any] | None = None
    replies: dict[Annotated[str, Field(pattern=r"^[0-9]{1,9}$")], str] = {}
    calls: dict[str, dict[str, float]] = {}


class _Tables(BaseModel):
    model_config = _CONFIG

    confusions: _Counts
    train_rows: list[float]
    train_groups: list[float]
    over: dict[str, _Counts] = {}


def can_be(task: Task, value: Any, n_labels: int) -> bool:
    """Whether a stored value has the form and the size of what a task gives.

    Parameters
    ----------
    task : Task
    value : dict
        From the store, whose files anybody may have changed.
    n_labels : int
    """
    try:
        if isinstance(task, FoldTask):
            return _predicts(_Predictions.model_validate(value), len(task.fold.test), n_labels)
        tables = _Tables.model_validate(value)
    except ValidationError:
        return False
    lists: list[Sized] = [tables.confusions, tables.train_rows, tables.train_groups, *tables.over.values()]
    return all(len(values) == task.stop - task.start for values in lists) and all(
        _square(table, n_labels) for table in tables.confusions
    )


def _predicts(said: _Predictions, n: int, n_labels: int) -> bool:
    rows = said.probabilities or []
    return (
        len(said.predicted) == n
        and max(said.predicted, default=0) <= n_labels
        and (said.probabilities is None or len(rows) == n)
        and all(row is None or len(row) == n_labels for row in rows)
        and all(int(place) < n for place in said.replies)
    )


def _square(table: list[list[int]], n: int) -> bool:
    return len(table) == n and {len(row) for row in table} <= {n, n + 1}
