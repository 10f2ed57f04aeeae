"""Divisions besides a run's folds: re-runs on resampled groups, the leakage row, the learning curve.

Each is a cross-validation of its own, given as positions of the statements that train and that are tested.
Of these only the pooled confusion is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from harness.digest import digest
from harness.errors import InputError
from harness.records import Example, Fold
from harness.splits import Naive, Split
from harness.uncertainty import draw_groups

IntArray = npt.NDArray[np.intp]
Kind = Literal["rerun", "leakage", "curve"]
VARIANTS = ("naive", "size_matched", "purged")
LEAKAGE_FOLDS = 5
VERSION = 2
"""Raised when the same seed gives other divisions, so that stored tables are not reused."""


class Division(NamedTuple):
    """Positions of the statements that train, that are tested, and that are a dev part to tune on."""

    train: IntArray
    test: IntArray
    dev: IntArray = np.array([], dtype=np.intp)


Rows = list[Division]


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a cross-validation is for.

    ``rerun``: on groups drawn with replacement, for intervals of trained models. ``curve``: on the
    data as they are, with a ``share`` of the training groups. ``leakage``: ungrouped folds, with
    copies in training, as many other statements left out, or copies left out (``variant``). A re-run
    with a share below 1 gives the interval of a point of the curve.
    """

    kind: Kind
    split: str = ""
    share: float = 1.0
    variant: str = ""


def split_content(split: Split) -> dict[str, Any]:
    """Return what identifies a split's divisions: everything but its name."""
    return split.model_dump(mode="json", by_alias=True, exclude={"name"})


def split_rng(seed: int, split: Split, *words: int) -> np.random.Generator:
    """Return the generator of a split's division, or of something made of it: the same for every model."""
    return np.random.default_rng([seed, int(digest(split_content(split))[:8], 16), *words])


def rerun_rows(
    seed: int,
    split: Split,
    examples: Sequence[Example],
    labels: Sequence[str],
    index: int,
    share: float = 1.0,
) -> Rows:
    """Draw groups with replacement and divide what was drawn.

    Returns
    -------
    list of Division
        Positions in ``examples``; a position stands as often as its group was drawn. Copies of a group
        are one group in the division, so they never stand on both sides. Empty if the draw cannot
        be divided (one article or too few groups left).
    """
    rng = split_rng(seed, split, 1, index)
    copies = draw_groups(sorted({e.group for e in examples}), rng)
    drawn, position = [], {}
    for i, e in enumerate(examples):
        for k in range(copies.get(e.group, 0)):
            twin = Example(f"{e.id}~{k}", e.label, e.text, e.group, e.article, e.fields)
            position[twin.id] = i
            drawn.append(twin)
    once = split.model_copy(update={"repeats": 1}) if "repeats" in type(split).model_fields else split
    try:
        folds = once.folds(drawn, labels, rng)
    except InputError:
        return []
    return _positions(folds, position, examples, share, rng)


def curve_rows(
    seed: int, split: Split, examples: Sequence[Example], folds: Sequence[Fold], index: int, share: float
) -> Rows:
    """Take repeat ``index`` of a split's folds and keep a share of each training set's groups."""
    mine = [f for f in folds if f.split == split.label and f.repeat == index]
    position = {e.id: i for i, e in enumerate(examples)}
    return _positions(mine, position, examples, share, split_rng(seed, split, 2, index))


def leakage_rows(
    seed: int, examples: Sequence[Example], labels: Sequence[str], index: int, variant: str
) -> Rows:
    """Divide single statements, whatever their groups, and train on one of three sets.

    The test sets are the same in all three variants. ``naive`` trains on everything else; ``purged``
    leaves out what shares a group with the test set; ``size_matched`` leaves out as many others at random.
    They know of no dev part: the data's own parts are mixed in them.
    """
    split = Naive.model_validate({"folds": LEAKAGE_FOLDS})
    rng = split_rng(seed, split, 3, index)
    position = {e.id: i for i, e in enumerate(examples)}
    groups = np.unique([e.group for e in examples], return_inverse=True)[1]
    try:
        folds = split.folds(examples, labels, rng)
    except InputError:
        return []
    rows = []
    for fold in folds:
        train, test = (np.array([position[x] for x in ids], dtype=np.intp) for ids in (fold.train, fold.test))
        copy = np.isin(groups[train], groups[test])
        others = np.flatnonzero(~copy)
        dropped = rng.permutation(others)[: int(copy.sum())]
        if len(dropped) < copy.sum():  # most are copies: some of them go as well, for equal sizes
            more = rng.permutation(np.flatnonzero(copy))[: int(copy.sum()) - len(dropped)]
            dropped = np.concatenate([dropped, more])
        kept = {
            "naive": train,
            "size_matched": np.delete(train, dropped),
            "purged": train[~copy],
        }[variant]
        if len(others):  # else nothing is left when copies are purged; the fold is skipped in all three
            rows.append(Division(kept, test))
    return rows


def _positions(
    folds: Sequence[Fold],
    position: dict[str, int],
    examples: Sequence[Example],
    share: float,
    rng: np.random.Generator,
) -> Rows:
    rows = []
    for fold in folds:
        train, test, dev = (
            np.array([position[x] for x in ids], dtype=np.intp) for ids in (fold.train, fold.test, fold.dev)
        )
        rows.append(Division(_share_of(train, examples, share, rng), test, dev))
    return rows


def _share_of(
    train: IntArray, examples: Sequence[Example], share: float, rng: np.random.Generator
) -> IntArray:
    """Keep the statements of a random share of the groups, at least one group."""
    if share >= 1:
        return train
    groups = np.array([examples[i].group for i in train])
    names = np.unique(groups)
    kept = rng.permutation(names)[: max(1, round(share * len(names)))]
    return train[np.isin(groups, kept)]
