"""Statements dealt out to k folds: group by group, or each by itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field

from harness.errors import InputError
from harness.examples import Examples
from harness.numbering import (
    IntArray,
    id_numbers,
    label_numbers,
    numbered_groups,
)
from harness.records import Example
from harness.splits.base import Chosen, Divided, Divisions, Split
from harness.splits.dealing import deal


class StratifiedGroupKFold(Split):
    """Repeated k-fold over statement groups, with labels spread as evenly as groups allow.

    Groups are dealt out by iterative stratification (Sechidis, Tsoumakas and Vlahavas 2011): the label
    with the fewest undealt groups goes first, to the fold that still lacks most of it. Where
    each group has one label, a test fold lacks a label only if the label has fewer groups than there are
    folds; groups of several labels can make exceptions (0.4 % of random cases), which the fold lists.
    """

    summary = "repeated k-fold over statement groups, labels spread evenly; the default"
    type: Literal["stratified-group-k-fold"] = "stratified-group-k-fold"
    folds_: Annotated[int, Field(ge=2, le=1000, alias="folds")] = 5
    repeats: Annotated[int, Field(ge=1, le=1000)] = 10

    def divisions(self, examples: Sequence[Example], rng: np.random.Generator) -> Divisions:
        """``repeats`` times ``folds`` divisions; refuses more folds than groups."""
        return self.dealt(examples, numbered_groups(examples)[0], rng)

    def dealt(self, examples: Sequence[Example], groups: IntArray, rng: np.random.Generator) -> Divisions:
        """Deal out groups, ``(n,)`` numbers from 0 without a gap."""
        n_groups = int(groups.max()) + 1 if len(groups) else 0
        if n_groups < self.folds_:
            hint = f"at most {n_groups} folds"
            raise InputError(
                f"split '{self.label}': {self.folds_} folds of {n_groups} groups would be empty", hint=hint
            )
        table = _table(examples, groups, n_groups)
        for repeat in range(self.repeats):
            fold_of = deal(table, self.folds_, rng)[groups]
            for k in range(self.folds_):
                yield repeat, f"repeat {repeat + 1}, fold {k + 1}", fold_of == k


def _table(examples: Sequence[Example], groups: IntArray, n_groups: int) -> Any:
    """Count the labels of each group, labels by alphabet, ``(n_groups, n_labels)``."""
    names = examples.label_names if isinstance(examples, Examples) else {e.label for e in examples}
    labels = label_numbers(examples, sorted(names))
    cells = np.bincount(groups * len(names) + labels, minlength=n_groups * len(names))
    table = cells.reshape(n_groups, len(names)).astype(np.int64)
    return table[:, table.any(axis=0)]


class Naive(Split):
    """Ungrouped, unpurged k-fold: leaky on purpose, for the leakage row of a report only."""

    summary = (
        "ungrouped k-fold that leaks; made for the leakage row, and refused as a split to score models by"
    )
    type: Literal["naive"] = "naive"
    folds_: Annotated[int, Field(ge=2, le=1000, alias="folds")] = 5
    repeats: Annotated[int, Field(ge=1, le=1000)] = 1

    def divisions(self, examples: Sequence[Example], rng: np.random.Generator) -> Divisions:
        """Deal out single statements as if each were a group of its own."""
        inner = StratifiedGroupKFold.model_validate(
            {"folds": self.folds_, "repeats": self.repeats, "name": self.label}
        )
        return inner.dealt(examples, id_numbers(examples), rng)

    def _purged(self, whole: Divided, test: Chosen) -> Iterator[tuple[int, str]]:
        return iter(())
