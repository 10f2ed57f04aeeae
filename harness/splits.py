"""Examples -> Folds: ids of train and test, and what was purged from training and why.

Inside, statements are positions: folds of a million statements are made without an object for each.

Whatever a split is called, one rule holds for all but :class:`Naive`: no training statement shares a
group with a test statement. What that rule takes out of a training set is recorded in the fold.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field

from harness.errors import InputError, did_you_mean
from harness.examples import Examples, field_names, ids_at
from harness.numbering import (
    IntArray,
    id_numbers,
    label_numbers,
    numbered_articles,
    numbered_field,
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


def _each(codes: IntArray, values: Any) -> Divisions:
    """Yield one division for each value: what has it is tested."""
    for k in range(len(values)):
        yield 0, value_at(values, k), codes == k


class LeaveOneArticleOut(Split):
    """Test each article on a model trained on the others, purged of shared groups."""

    summary = "each article is tested on a model of the others; statements in a group with it are purged"
    type: Literal["leave-one-article-out"] = "leave-one-article-out"

    def divisions(self, examples: Sequence[Example], rng: np.random.Generator) -> Divisions:
        """One division an article; refuses a single article."""
        codes, articles = numbered_articles(examples)
        if len(articles) < 2:
            raise InputError(f"split '{self.label}' needs two articles, got {len(articles)}")
        yield from _each(codes, articles)


class LeaveOneGroupOut(Split):
    """Test each statement group on a model trained on all others."""

    summary = "each statement group is tested on a model of all others"
    type: Literal["leave-one-group-out"] = "leave-one-group-out"

    def divisions(self, examples: Sequence[Example], rng: np.random.Generator) -> Divisions:
        """One division a group; refuses a single group."""
        codes, groups = numbered_groups(examples)
        if len(groups) < 2:
            raise InputError(f"split '{self.label}' needs two groups, got {len(groups)}")
        yield from _each(codes, groups)


class LeaveOneSourceOut(Split):
    """Test each speaker's statements on a model that never saw a statement of that speaker."""

    summary = "each speaker is tested on a model of all others; statements in a group with it are purged"
    type: Literal["leave-one-source-out"] = "leave-one-source-out"
    field: Annotated[str, Field(description="the part of a statement that says whose it is")] = "speaker"

    def divisions(self, examples: Sequence[Example], rng: np.random.Generator) -> Divisions:
        """One division a value of ``field``; refuses a single one."""
        known = field_names(examples)
        if self.field not in known:
            raise InputError(
                f"split '{self.label}': the data have no '{self.field}'", hint=did_you_mean(self.field, known)
            )
        codes, sources = numbered_field(examples, self.field)
        if len(sources) < 2:
            raise InputError(f"split '{self.label}' needs two sources, got {len(sources)}")
        yield from _each(codes, sources)


class Fixed(Split):
    """One given division: the articles named are tested, the rest trains (purged)."""

    summary = "the named articles are tested, the rest trains, purged of shared groups"
    type: Literal["fixed"] = "fixed"
    test: Annotated[list[str], Field(min_length=1, description="ids of the test articles")]

    def divisions(self, examples: Sequence[Example], rng: np.random.Generator) -> Divisions:
        """One division; refuses articles that the data do not have."""
        codes, values = numbered_articles(examples)
        articles = {value_at(values, k): k for k in range(len(values))}
        for name in self.test:
            if name not in articles:
                raise InputError(
                    f"split '{self.label}': no article '{name}'", hint=did_you_mean(name, articles)
                )
        yield 0, "test", np.isin(codes, [articles[name] for name in self.test])


class StratifiedGroupKFold(Split):
    """Repeated k-fold over statement groups, with labels spread as evenly as groups allow.

    Groups are dealt out by iterative stratification (Sechidis, Tsoumakas and Vlahavas 2011): the label
    with the fewest undealt statements goes first, to the fold that still lacks most of it. Where
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


def deal(table: Any, n_folds: int, rng: np.random.Generator) -> Any:
    """Deal groups out to folds so that each label is spread evenly.

    Parameters
    ----------
    table : (n_groups, n_labels) int array
        How many statements of each label a group has; ``n_groups >= n_folds``.
    n_folds : int
    rng : numpy.random.Generator
        Breaks ties.

    Returns
    -------
    (n_groups,) int array
        The fold of each group. No fold is empty: one without a group lacks most of every label, and most
        in all, so it is the best for the next group.
    """
    n_groups, n_labels = table.shape
    fold_of = np.full(n_groups, -1)
    wanted = np.tile(table.sum(axis=0) / n_folds, (n_folds, 1))
    lacks = wanted.sum(axis=1).tolist()
    left_over = n_groups
    order = rng.permutation(n_groups)
    while left_over:
        undealt = order[fold_of[order] < 0]
        left = (table[undealt] > 0).sum(axis=0)
        rarest = min((label for label in range(n_labels) if left[label]), key=lambda label: left[label])
        with_it = undealt[table[undealt, rarest] > 0]
        column = wanted[:, rarest].tolist()
        for group in with_it[np.argsort(-table[with_it].sum(axis=1), kind="stable")].tolist():
            tie = rng.permutation(n_folds).tolist()
            best = max(range(n_folds), key=lambda k: (column[k], lacks[k], tie[k]))
            fold_of[group] = best
            left_over -= 1
            wanted[best] -= table[group]
            column[best], lacks[best] = wanted[best, rarest].item(), wanted[best].sum().item()
    return fold_of
