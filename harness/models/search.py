"""What tuning searches: lists of values, and ranges that random search draws from."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from harness.errors import InputError, did_you_mean
from harness.spec import Spec


class Range(Spec):
    """A stretch that random search draws from, evenly or evenly on the logarithmic scale."""

    low: float
    high: float
    log: Annotated[bool, Field(description="draw evenly on the logarithmic scale")] = False
    whole: Annotated[bool, Field(description="draw whole numbers")] = False

    @model_validator(mode="after")
    def _ascends(self) -> Self:
        if not self.low < self.high:
            raise ValueError(f"low must be below high, got {self.low:g} and {self.high:g}")
        if self.log and self.low <= 0:
            raise ValueError(f"a logarithmic range starts above 0, got {self.low:g}")
        return self


class Tuning(Spec):
    """Parameters chosen inside each training set on folds over its groups, or on the data's own dev part.

    ``on: dev`` needs a split with a dev part. Each combination is trained on the training statements
    that share no group with a dev statement, and scored on the dev statements. The leakage row divides
    statements without regard to their parts, and a re-run may draw no dev statement: there it is folds.

    Every combination of the grid is tried; with ``samples``, so many that are drawn at random
    (Bergstra and Bengio 2012), the same ones in every fold.
    """

    grid: Annotated[
        dict[str, Annotated[list[Any], Field(min_length=1)] | Range],
        Field(
            min_length=1,
            description="for each parameter of the model a list of values or, with samples, {low, high, log}",
        ),
    ]
    samples: Annotated[
        int | None, Field(ge=1, le=10_000, description="random search: how many combinations are drawn")
    ] = None
    seed: Annotated[int, Field(ge=0, description="of what random search draws")] = 0
    on: Annotated[
        Literal["folds", "dev"],
        Field(description="what is scored: folds over the training groups, or the split's dev part"),
    ] = "folds"
    folds: Annotated[int, Field(ge=2, le=100, description="inner folds over groups")] = 3
    metric: Annotated[
        str | dict[str, Any],
        Field(description="what is maximised: a metric, one of evaluation.metrics, or {type: ...}"),
    ] = "macro_f1"

    @model_validator(mode="after")
    def _ranges_are_sampled(self) -> Self:
        ranges = [key for key, values in self.grid.items() if isinstance(values, Range)]
        if ranges and self.samples is None:
            raise ValueError(f"{', '.join(ranges)}: a range has no end of values; say how many 'samples'")
        return self


def with_nested(plain: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return plain values with others in their place; a key with dots leads into mappings and lists.

    Raises
    ------
    InputError
        A key with dots leads nowhere.
    """
    out = deepcopy(dict(plain))
    for key, value in values.items():
        *way, last = key.split(".")
        here: Any = out
        for i, part in enumerate(way):
            known = list(map(str, range(len(here)) if isinstance(here, list) else here))
            here = here[int(part) if isinstance(here, list) else part] if part in known else None
            if not isinstance(here, dict | list) or (isinstance(here, list) and i + 1 == len(way)):
                hint = did_you_mean(part, known) if part not in known else "it has no parts that can be set"
                raise InputError(f"tune.grid: '{key}': nothing is at '{'.'.join(way[: i + 1])}'", hint=hint)
        here[last] = value
    return out
