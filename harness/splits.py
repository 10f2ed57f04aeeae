"""Examples -> Folds: ids of train and test, and what was purged from training and why.

Whatever a split is called, one rule holds for all but :class:`Naive`: no training statement shares a
group with a test statement. What that rule takes out of a training set is recorded in the fold.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import Field

from harness.errors import InputError, did_you_mean
from harness.records import Example, Fold, Purged
from harness.spec import Spec

Divisions = Iterator[tuple[int, str, set[str]]]


class Split(Spec):
    """A way to divide examples; subclasses say which ids are tested together.

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
        """Yield ``(repeat, name, ids of the test set)``."""
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
        for repeat, name, test in self.divisions(examples, rng):
            folds.append(self._fold(examples, labels, repeat, counts[repeat], name, test))
            counts[repeat] += 1
        if not folds:
            raise InputError(f"split '{self.label}' makes no fold of {len(examples)} statements")
        return tuple(folds)

    def dev_part(self, examples: Sequence[Example]) -> tuple[str, ...]:
        """Return the ids of the statements that the data set apart to tune on; most splits know of none."""
        return ()

    def _purged(self, examples: Sequence[Example], test: set[str]) -> Iterator[Purged]:
        tested = {e.group: e.id for e in reversed(examples) if e.id in test}
        for e in examples:
            if e.id not in test and e.group in tested:
                yield Purged(e.id, f"shares group '{e.group}' with {tested[e.group]}")

    def _fold(
        self,
        examples: Sequence[Example],
        labels: Sequence[str],
        repeat: int,
        index: int,
        name: str,
        test: set[str],
    ) -> Fold:
        purged = tuple(self._purged(examples, test))
        out = test | {p.id for p in purged}
        train = [e for e in examples if e.id not in out]
        tested = [e for e in examples if e.id in test]
        for side, rows in (("training", train), ("test", tested)):
            if not rows:
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
            train=tuple(e.id for e in train),
            test=tuple(e.id for e in tested),
            purged=purged,
            absent_train=_absent(train, labels),
            absent_test=_absent(tested, labels),
        )


def _absent(rows: Sequence[Example], labels: Sequence[str]) -> tuple[str, ...]:
    present = {e.label for e in rows}
    return tuple(label for label in labels if label not in present)


def _by(examples: Sequence[Example], key: Callable[[Example], str]) -> dict[str, set[str]]:
    out: dict[str, set[str]] = defaultdict(set)
    for e in examples:
        out[key(e)].add(e.id)
    return dict(sorted(out.items()))


class LeaveOneArticleOut(Split):
    """Test each article on a model trained on the others, purged of shared groups."""

    summary = "each article is tested on a model of the others; statements in a group with it are purged"
    type: Literal["leave-one-article-out"] = "leave-one-article-out"

    def divisions(self, examples: Sequence[Example], rng: np.random.Generator) -> Divisions:
        """One division an article; refuses a single article."""
        articles = _by(examples, lambda e: e.article)
        if len(articles) < 2:
            raise InputError(f"split '{self.label}' needs two articles, got {len(articles)}")
        for article, ids in articles.items():
            yield 0, article, ids


class LeaveOneGroupOut(Split):
    """Test each statement group on a model trained on all others."""

    summary = "each statement group is tested on a model of all others"
    type: Literal["leave-one-group-out"] = "leave-one-group-out"

    def divisions(self, examples: Sequence[Example], rng: np.random.Generator) -> Divisions:
        """One division a group; refuses a single group."""
        groups = _by(examples, lambda e: e.group)
        if len(groups) < 2:
            raise InputError(f"split '{self.label}' needs two groups, got {len(groups)}")
        for group, ids in groups.items():
            yield 0, group, ids


class LeaveOneSourceOut(Split):
    """Test each speaker's statements on a model that never saw a statement of that speaker."""

    summary = "each speaker is tested on a model of all others; statements in a group with it are purged"
    type: Literal["leave-one-source-out"] = "leave-one-source-out"
    field: Annotated[str, Field(description="the part of a statement that says whose it is")] = "speaker"

    def divisions(self, examples: Sequence[Example], rng: np.random.Generator) -> Divisions:
        """One division a value of ``field``; refuses a single one."""
        known = sorted(examples[0].fields) if examples else []
        if self.field not in known:
            raise InputError(
                f"split '{self.label}': the data have no '{self.field}'", hint=did_you_mean(self.field, known)
            )
        sources = _by(examples, lambda e: e.fields[self.field])
        if len(sources) < 2:
            raise InputError(f"split '{self.label}' needs two sources, got {len(sources)}")
        for source, ids in sources.items():
            yield 0, source, ids


class Fixed(Split):
    """One given division: the articles named are tested, the rest trains (purged)."""

    summary = "the named articles are tested, the rest trains, purged of shared groups"
    type: Literal["fixed"] = "fixed"
    test: Annotated[list[str], Field(min_length=1, description="ids of the test articles")]

    def divisions(self, examples: Sequence[Example], rng: np.random.Generator) -> Divisions:
        """One division; refuses articles that the data do not have."""
        articles = _by(examples, lambda e: e.article)
        for name in self.test:
            if name not in articles:
                raise InputError(
                    f"split '{self.label}': no article '{name}'", hint=did_you_mean(name, articles)
                )
        yield 0, "test", set[str]().union(*(articles[name] for name in self.test))


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
        groups = _by(examples, lambda e: e.group)
        if len(groups) < self.folds_:
            hint = f"at most {len(groups)} folds"
            raise InputError(
                f"split '{self.label}': {self.folds_} folds of {len(groups)} groups would be empty", hint=hint
            )
        labels = sorted({e.label for e in examples})
        table = self._table(examples, list(groups), labels)
        names = list(groups)
        for repeat in range(self.repeats):
            fold_of = deal(table, self.folds_, rng)
            for k in range(self.folds_):
                chosen = [names[g] for g in np.flatnonzero(fold_of == k)]
                yield (
                    repeat,
                    f"repeat {repeat + 1}, fold {k + 1}",
                    set[str]().union(*(groups[g] for g in chosen)),
                )

    @staticmethod
    def _table(examples: Sequence[Example], groups: list[str], labels: list[str]) -> Any:
        row = {g: i for i, g in enumerate(groups)}
        column = {label: j for j, label in enumerate(labels)}
        table = np.zeros((len(groups), len(labels)), dtype=np.int64)
        for e in examples:
            table[row[e.group], column[e.label]] += 1
        return table


class Naive(Split):
    """Ungrouped, unpurged k-fold: leaky on purpose, for the leakage row of a report only."""

    summary = "ungrouped k-fold; leaks, and exists only for the leakage row"
    type: Literal["naive"] = "naive"
    folds_: Annotated[int, Field(ge=2, le=1000, alias="folds")] = 5
    repeats: Annotated[int, Field(ge=1, le=1000)] = 1

    def divisions(self, examples: Sequence[Example], rng: np.random.Generator) -> Divisions:
        """Deal out single statements as if each were a group of its own."""
        alone = [Example(e.id, e.label, e.text, e.id, e.article) for e in examples]
        inner = StratifiedGroupKFold.model_validate({"folds": self.folds_, "repeats": self.repeats})
        return inner.divisions(alone, rng)

    def _purged(self, examples: Sequence[Example], test: set[str]) -> Iterator[Purged]:
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
        The fold of each group; no fold is empty.
    """
    n_groups, n_labels = table.shape
    fold_of = np.full(n_groups, -1)
    wanted = np.tile(table.sum(axis=0) / n_folds, (n_folds, 1))
    lacks = wanted.sum(axis=1).tolist()
    filled, left_over = [0] * n_folds, n_groups
    order = rng.permutation(n_groups)
    while left_over:
        undealt = order[fold_of[order] < 0]
        left = (table[undealt] > 0).sum(axis=0)
        rarest = min((label for label in range(n_labels) if left[label]), key=lambda label: left[label])
        with_it = undealt[table[undealt, rarest] > 0]
        column = wanted[:, rarest].tolist()
        for group in with_it[np.argsort(-table[with_it].sum(axis=1), kind="stable")].tolist():
            tie = rng.permutation(n_folds).tolist()
            folds = [k for k in range(n_folds) if not filled[k]] if left_over <= filled.count(0) else None
            best = max(folds or range(n_folds), key=lambda k: (column[k], lacks[k], tie[k]))
            fold_of[group] = best
            filled[best] += 1
            left_over -= 1
            wanted[best] -= table[group]
            column[best], lacks[best] = wanted[best, rarest].item(), wanted[best].sum().item()
    return fold_of
