"""Divisions that the data name: their own train, dev and test parts, and the values of a field."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from harness.errors import InputError, did_you_mean
from harness.examples import field_names, ids_at
from harness.numbering import IntArray, numbered_field, value_at
from harness.records import Example, Fold
from harness.splits import Divided, Divisions, Split

Values = Annotated[list[str], Field(min_length=1)]


def values_of(examples: Sequence[Example], field: str, split: str) -> tuple[IntArray, list[str]]:
    """Return a field of every example as numbers of its sorted values; refuses one that the data lack."""
    known = field_names(examples)
    if field not in known:
        raise InputError(f"split '{split}': the data have no '{field}'", hint=did_you_mean(field, known))
    numbers, values = numbered_field(examples, field)
    return numbers, [value_at(values, k) for k in range(len(values))]


class Predefined(Split):
    """The data's own parts: what is in ``test`` is tested by a model of ``train``, or of train and dev.

    With ``each``, one model is trained and tested for every value of a field, such as every target; their
    predictions are scored together. Training statements that share a group with a test statement are
    left out, as in every split; without groups that is none, and look-alikes are a caution of the report.

    The dev part is what ``tune: {on: dev}`` chooses by, whether models are trained on it as well or not
    (``fit``). Dev statements that share a group with a test statement are left out of it.
    """

    summary = "the data's own train and test parts; with 'each', a model for every value of a field"
    type: Literal["predefined"] = "predefined"
    field: Annotated[str, Field(description="the part of a statement that says its part")] = "split"
    train: Annotated[Values, Field(description="values that train")] = ["train"]
    dev: Annotated[
        list[str], Field(description="values to tune on; they train with 'fit: train+dev' only")
    ] = [
        "dev",
        "validation",
    ]
    test: Annotated[Values, Field(description="values that are tested")] = ["test"]
    fit: Annotated[Literal["train", "train+dev"], Field(description="what models are trained on")] = "train"
    each: Annotated[str | None, Field(description="a field: one model for each of its values")] = None

    @model_validator(mode="after")
    def _parts_are_apart(self) -> Self:
        all_ = [*self.train, *self.dev, *self.test]
        twice = sorted({value for value in all_ if all_.count(value) > 1})
        if twice:
            raise ValueError(f"{', '.join(twice)} stands in two of train, dev and test")
        return self

    def folds(
        self, examples: Sequence[Example], labels: Sequence[str], rng: np.random.Generator
    ) -> tuple[Fold, ...]:
        """Divide the examples; see :meth:`Split.folds`.

        Raises
        ------
        InputError
            A part is empty, a value is in none of the parts, or what ``each`` tests has no training data.
        """
        part = self._parts(examples)
        test, dev = part == "test", part == "dev"
        train = ~test & ~dev if self.fit == "train" else ~test
        whole = Divided.of(examples, labels)
        if self.each is None:
            return (self._fold(whole, labels, 0, 0, "test", test, train, dev),)
        numbers, values = values_of(examples, self.each, self.label)
        groups = [(values[k], numbers == k) for k in np.unique(numbers[test]).tolist()]
        return tuple(
            self._fold(whole, labels, 0, i, name, test & mine, train & mine, dev & mine)
            for i, (name, mine) in enumerate(groups)
        )

    def dev_part(self, examples: Sequence[Example]) -> Sequence[str]:
        """Return the ids of the dev part, whatever groups it shares with others."""
        return ids_at(examples, np.flatnonzero(self._parts(examples) == "dev"))

    def _parts(self, examples: Sequence[Example]) -> Any:
        """Return what each example is, ``(n,)``: ``train``, ``dev`` or ``test``."""
        numbers, present = values_of(examples, self.field, self.label)
        of = {value: part for part in ("train", "dev", "test") for value in getattr(self, part)}
        for value in [v for v in present if v not in of]:
            hint = f"name it in train, dev or test of the split: known are {', '.join(of)}"
            raise InputError(f"split '{self.label}': {self.field} is '{value}' in some rows", hint=hint)
        for part in ("train", "test"):
            said = getattr(self, part)
            if set(present).isdisjoint(said):
                message = (
                    f"split '{self.label}': no row has {self.field} '{said[0]}', so nothing is the {part}"
                )
                raise InputError(message, hint=did_you_mean(said[0], present))
        return np.array([of[value] for value in present])[numbers]


class LeaveOneValueOut(Split):
    """Test the statements of each value of a field on a model that never saw that value.

    With the target as the field this is the cross-target protocol.
    """

    summary = "each value of a field, such as each target, is tested on a model of all others"
    type: Literal["leave-one-value-out"] = "leave-one-value-out"
    by: Annotated[str, Field(description="the field, such as target")]

    def divisions(self, examples: Sequence[Example], rng: np.random.Generator) -> Divisions:
        """One division a value, in alphabetical order; refuses a single one."""
        numbers, values = values_of(examples, self.by, self.label)
        if len(values) < 2:
            raise InputError(f"split '{self.label}' needs two values of '{self.by}', got {len(values)}")
        for k, value in enumerate(values):
            yield 0, value, numbers == k
