"""Divisions that the data name: their own train, dev and test parts, and the values of a field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from harness.errors import InputError, did_you_mean
from harness.records import Example, Fold
from harness.splits import Divisions, Split

Values = Annotated[list[str], Field(min_length=1)]


def values_of(examples: Sequence[Example], field: str, split: str) -> list[str]:
    """Return a field of every example; refuses one that the data do not have."""
    known = sorted(examples[0].fields) if examples else []
    if field not in known:
        raise InputError(f"split '{split}': the data have no '{field}'", hint=did_you_mean(field, known))
    return [e.fields[field] for e in examples]


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
        pairs = list(zip(examples, self._parts(examples), strict=True))
        if self.each is None:
            groups = {"test": pairs}
        else:
            found = values_of(examples, self.each, self.label)
            tested = {v for v, (_, p) in zip(found, pairs, strict=True) if p == "test"}
            groups = {value: [] for value in sorted(tested)}
            for value, pair in zip(found, pairs, strict=True):
                if value in groups:
                    groups[value].append(pair)
        return tuple(self._given_fold(rows, labels, i, name) for i, (name, rows) in enumerate(groups.items()))

    def _given_fold(
        self, rows: Sequence[tuple[Example, str]], labels: Sequence[str], index: int, name: str
    ) -> Fold:
        """Make the fold of some statements with their parts; what is purged is told of dev as well."""
        test = {e.id for e, p in rows if p == "test"}
        dev = {e.id for e, p in rows if p == "dev"}
        used = [e for e, p in rows if p != "dev" or self.fit == "train+dev"]
        fold = self._fold(used, labels, 0, index, name, test)
        purged = tuple(
            replace(p, part="dev") if p.id in dev else p for p in self._purged([e for e, _ in rows], test)
        )
        kept = dev - {p.id for p in purged}
        return replace(fold, purged=purged, dev=tuple(e.id for e, _ in rows if e.id in kept))

    def dev_part(self, examples: Sequence[Example]) -> tuple[str, ...]:
        """Return the ids of the dev part, whatever groups it shares with others."""
        return tuple(e.id for e, p in zip(examples, self._parts(examples), strict=True) if p == "dev")

    def divisions(self, examples: Sequence[Example], rng: np.random.Generator) -> Divisions:
        """One division: the test part."""
        part = self._parts(examples)
        yield 0, "test", {e.id for e, p in zip(examples, part, strict=True) if p == "test"}

    def _parts(self, examples: Sequence[Example]) -> list[str]:
        """Return what each example is: ``train``, ``dev`` or ``test``."""
        values = values_of(examples, self.field, self.label)
        of = {value: part for part in ("train", "dev", "test") for value in getattr(self, part)}
        present = set(values)
        for value in sorted(present - set(of)):
            hint = f"name it in train, dev or test of the split: known are {', '.join(of)}"
            raise InputError(f"split '{self.label}': {self.field} is '{value}' in some rows", hint=hint)
        for part in ("train", "test"):
            said = getattr(self, part)
            if present.isdisjoint(said):
                message = (
                    f"split '{self.label}': no row has {self.field} '{said[0]}', so nothing is the {part}"
                )
                raise InputError(message, hint=did_you_mean(said[0], present))
        return [of[value] for value in values]


class LeaveOneValueOut(Split):
    """Test the statements of each value of a field on a model that never saw that value.

    With the target as the field this is the cross-target protocol.
    """

    summary = "each value of a field, such as each target, is tested on a model of all others"
    type: Literal["leave-one-value-out"] = "leave-one-value-out"
    by: Annotated[str, Field(description="the field, such as target")]

    def divisions(self, examples: Sequence[Example], rng: np.random.Generator) -> Divisions:
        """One division a value, in alphabetical order; refuses a single one."""
        out: dict[str, set[str]] = {}
        for e, value in zip(examples, values_of(examples, self.by, self.label), strict=True):
            out.setdefault(value, set()).add(e.id)
        if len(out) < 2:
            raise InputError(f"split '{self.label}' needs two values of '{self.by}', got {len(out)}")
        for value, ids in sorted(out.items()):
            yield 0, value, ids
