"""A user's own function as a metric: found by its dotted path, called table by table, errors made plain."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Literal

import numpy as np

from harness.errors import InputError
from harness.metrics import FloatArray

Takes = Literal["labels", "table"]


def imported(path: str) -> Callable[..., Any]:
    """Import the function of this dotted path; an `InputError` says why it cannot be had."""
    module, _, name = path.rpartition(".")
    try:
        function = getattr(import_module(module), name)
    except Exception as error:
        raise InputError(
            f"cannot import '{path}': {error}", hint="give package.module.function of an installed package"
        ) from None
    if not callable(function):
        raise InputError(f"'{path}' is not a function")
    checked: Callable[..., Any] = function
    return checked


@dataclass(frozen=True, slots=True)
class UserFunction:
    """Scores each confusion table by a user's function.

    ``takes`` says of what: ``labels``, two lists of names, gold and predicted, in which a prediction that
    is no label is None (the order within a table is not that of the data); or ``table``, an
    ``(n_labels, n_labels + 1)`` float array, gold in rows and predictions that are no label in the last
    column, and the names. None and NaN are undefined.
    """

    path: str
    takes: Takes
    labels: tuple[str, ...]
    low: float
    high: float

    def __call__(self, confusion: FloatArray) -> FloatArray:
        """Score ``(..., n_labels, n_labels)`` counts: ``(...)``.

        Raises
        ------
        InputError
            The function raises, gives no number, or one outside the declared range.
        """
        function, n = imported(self.path), len(self.labels)
        more = n + 1 - confusion.shape[-1]
        tables = np.pad(confusion, [(0, 0)] * (confusion.ndim - 1) + [(0, more)])
        flat = tables.reshape(-1, n, n + 1)
        values = [self._value(function, table) for table in flat]
        return np.array(values, dtype=float).reshape(confusion.shape[:-2])

    def _value(self, function: Callable[..., Any], table: FloatArray) -> float:
        if not table.any():
            return float("nan")
        try:
            given = function(*self._arguments(table))
            value = float("nan") if given is None else float(given)
        except Exception as error:
            what = f"{type(error).__name__}: {error}"
            raise InputError(f"the metric function {self.path} failed: {what}") from error
        if value < self.low or value > self.high:
            raise InputError(
                f"the metric function {self.path} gave {value:g}, outside {self.low:g} to {self.high:g}",
                hint="declare the metric's range with 'low' and 'high'",
            )
        return value

    def _arguments(self, table: FloatArray) -> tuple[Any, Any]:
        if self.takes == "table":
            return table.copy(), self.labels
        pairs = np.repeat(np.arange(table.size), table.ravel().astype(np.int64))
        gold, said = np.divmod(pairs, table.shape[1])
        names: list[str | None] = [*self.labels, None]
        return [self.labels[k] for k in gold], [names[k] for k in said]
