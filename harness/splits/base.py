"""What every split is: it says what is tested together, and what training may keep beside it.

Inside, statements are positions: folds of a million statements are made without an object for each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field

from harness.errors import InputError
from harness.examples import ids_at
from harness.numbering import (
    IntArray,
    label_numbers,
    numbered_groups,
    value_at,
)
from harness.records import Example, Fold, Purged
from harness.spec import Spec

Chosen = npt.NDArray[np.bool_]
Divisions = Iterator[tuple[int, str, Chosen]]


@dataclass(frozen=True, slots=True)
class Divided:
    """Statements that are divided: their labels and groups as numbers, and the groups' names."""

    examples: Sequence[Example]
    labels: IntArray
    groups: IntArray
    names: Any

    @classmethod
    def of(cls, examples: Sequence[Example], labels: Sequence[str]) -> Divided:
        """Number the labels and groups."""
        return cls(examples, label_numbers(examples, labels), *numbered_groups(examples))


class Split(Spec):
    """A way to divide examples; subclasses say which are tested together.

    ``purge_by`` are the fields (besides the group) whose sharing with a test statement removes a
    training statement.
    """

    summary: ClassVar[str] = ""
    type: str
    name: Annotated[
        str | None, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", description="how results call it")
    ] = None

    @property
    def label(self) -> str:
        """The name in results: ``name``, or the type."""
        return self.name or self.type

    def divisions(self, examples: Sequence[Example], rng: np.random.Generator) -> Divisions:
        """Yield ``(repeat, name, (n,) bool array of what is tested)``."""
        raise NotImplementedError

    def folds(
        self, examples: Sequence[Example], labels: Sequence[str], rng: np.random.Generator
    ) -> tuple[Fold, ...]:
        """Divide the examples.

        Parameters
        ----------
        examples : sequence of Example, with unique ids
        labels : sequence of str
            All labels; those absent from a side of a fold are listed in it.
        rng : numpy.random.Generator
            The only source of randomness.

        Raises
        ------
        InputError
            A fold would train or test on nothing.
        """
        folds, counts = [], Counter[int]()
        whole = Divided.of(examples, labels)
        for repeat, name, test in self.divisions(examples, rng):
            folds.append(self._fold(whole, labels, repeat, counts[repeat], name, test))
            counts[repeat] += 1
        if not folds:
            raise InputError(f"split '{self.label}' makes no fold of {len(examples)} statements")
        return tuple(folds)

    def _purged(self, whole: Divided, test: Chosen) -> Iterator[tuple[int, str]]:
        """Yield the position of each statement that is not tested but shares a group with one that is."""
        groups, names = whole.groups, whole.names
        at = np.flatnonzero(test)
        first = np.full(len(names), -1, dtype=np.intp)
        first[groups[at[::-1]]] = at[::-1]
        shared = np.flatnonzero(~test & (first[groups] >= 0))
        for i in shared.tolist():
            tested = first[groups[i]]
            one = ids_at(whole.examples, np.array([tested], dtype=np.intp))[0]
            yield i, f"shares group '{value_at(names, groups[i])}' with {one}"

    def dev_part(self, examples: Sequence[Example]) -> Sequence[str]:
        """Return the ids of the statements that the data set apart to tune on; most splits know of none."""
        return ()

    def _fold(
        self,
        whole: Divided,
        labels: Sequence[str],
        repeat: int,
        index: int,
        name: str,
        test: Chosen,
        train: Chosen | None = None,
        dev: Chosen | None = None,
    ) -> Fold:
        """Make a fold of what is tested and what trains (all else, if not said), perhaps with a dev part."""
        examples, numbers = whole.examples, whole.labels
        train = ~test if train is None else train.copy()
        dev = np.zeros(len(test), dtype=bool) if dev is None else dev.copy()
        purged = [(i, why) for i, why in self._purged(whole, test) if train[i] or dev[i]]
        out = np.array([i for i, _ in purged], dtype=np.intp)
        parts: list[Literal["train", "dev"]] = ["dev" if dev[i] else "train" for i in out]
        train[out] = dev[out] = False
        for side, chosen in (("training", train), ("test", test)):
            if not chosen.any():
                hint = (
                    "use fewer folds or another split"
                    if side == "test"
                    else "add articles, or use a split that purges less"
                )
                raise InputError(f"fold '{name}' of split '{self.label}' has no {side} statements", hint=hint)
        return Fold(
            split=self.label,
            repeat=repeat,
            index=index,
            name=name,
            train=ids_at(examples, np.flatnonzero(train)),
            test=ids_at(examples, np.flatnonzero(test)),
            purged=tuple(map(Purged, ids_at(examples, out), (why for _, why in purged), parts)),
            absent_train=_absent(numbers[train], labels),
            absent_test=_absent(numbers[test], labels),
            dev=ids_at(examples, np.flatnonzero(dev)),
        )


def _absent(numbers: IntArray, labels: Sequence[str]) -> tuple[str, ...]:
    counts = np.bincount(numbers, minlength=len(labels))
    return tuple(label for label, n in zip(labels, counts, strict=True) if not n)
