"""RunConfig -> Plan: the examples, the folds, and every fit that they need, each with its fingerprint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from harness.checks import load_corpus
from harness.config import RunConfig
from harness.digest import digest
from harness.environment import NUMERIC, versions
from harness.errors import InputError
from harness.fingerprint import (
    data_digest,
    example_digests,
    fold_fingerprint,
    model_digest,
    rerun_fingerprint,
)
from harness.inputs import rendered
from harness.models.base import Model
from harness.records import Example, Fold
from harness.splits import Split
from harness.uncertainty import draw_groups

RERUN_BATCH = 10


@dataclass(frozen=True, slots=True)
class FoldTask:
    """Train one model on one fold and predict its test statements."""

    model: str
    fold: Fold
    fingerprint: str
    seed: int


@dataclass(frozen=True, slots=True)
class RerunTask:
    """Re-run one model's whole cross-validation on resampled groups, replicates ``start`` to ``stop``."""

    model: str
    split: str
    start: int
    stop: int
    fingerprint: str


Task = FoldTask | RerunTask


@dataclass(frozen=True)
class Plan:
    """Everything that a run will do, before anything is fitted."""

    config: RunConfig
    labels: tuple[str, ...]
    examples: tuple[Example, ...]
    seen: Mapping[str, tuple[Example, ...]]
    folds: tuple[Fold, ...]
    tasks: tuple[Task, ...]
    identity: Mapping[str, Any]
    partial: bool

    @cached_property
    def fingerprint(self) -> str:
        """The fingerprint that names the run's folder."""
        return digest(dict(self.identity))

    def models(self) -> Mapping[str, Model]:
        """Return the models by name."""
        return self.config.models

    def split(self, label: str) -> Split:
        """Return the split of this name."""
        found: Split = next(s for s in self.config.splits if s.label == label)
        return found


def make_plan(config: RunConfig, *, limit: int | None = None) -> Plan:
    """Read the data, divide them, and list every fit.

    Parameters
    ----------
    config : RunConfig
    limit : int, optional
        Use this many statements, spread evenly over the data; the run is then marked partial.

    Raises
    ------
    HarnessError
        The data have problems, or a split makes an empty fold.
    """
    labels, examples, corpus_digest = examples_of(config, limit)
    seen = {
        name: rendered(examples, model.input or config.data.input) for name, model in config.models.items()
    }
    folds = tuple(f for s in config.splits for f in s.folds(examples, labels, split_rng(config.seed, s)))
    return Plan(
        config=config,
        labels=labels,
        examples=examples,
        seen=seen,
        folds=folds,
        tasks=tuple(_tasks(config, labels, seen, folds)),
        identity=_identity(config, labels, examples, corpus_digest, seen),
        partial=limit is not None,
    )


def examples_of(
    config: RunConfig, limit: int | None = None
) -> tuple[tuple[str, ...], tuple[Example, ...], str]:
    """Return the labels, the examples (``limit`` of them, spread evenly) and the corpus digest."""
    corpus = load_corpus(Path(config.data.corpus))
    examples = corpus.examples(config.data.annotator)
    if limit is not None and limit < len(examples):
        if limit < 2:
            raise InputError(f"--limit {limit}: at least 2 statements are needed")
        examples = tuple(examples[i * len(examples) // limit] for i in range(limit))
    return corpus.scheme.names, examples, corpus.digest


def split_rng(seed: int, split: Split, replicate: int | None = None) -> np.random.Generator:
    """Return the generator of a split's division, or of one re-run of it: the same for every model."""
    words = [seed, int(digest(split_content(split))[:8], 16)]
    return np.random.default_rng(words if replicate is None else [*words, 1, replicate])


def split_content(split: Split) -> dict[str, Any]:
    """Return what identifies a split's divisions: everything but its name."""
    return split.model_dump(mode="json", by_alias=True, exclude={"name"})


def rerun_rows(
    plan_seed: int, split: Split, examples: Sequence[Example], labels: Sequence[str], replicate: int
) -> list[Any]:
    """Draw groups with replacement and divide what was drawn.

    Returns
    -------
    list of (train, test) pairs of int arrays
        Positions in ``examples``; a position stands as often as its group was drawn. Copies of a group
        are one group in the division, so they never stand on both sides. Empty if the draw cannot
        be divided (one article or too few groups left).
    """
    rng = split_rng(plan_seed, split, replicate)
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
    return [
        tuple(np.array([position[x] for x in ids], dtype=np.intp) for ids in (f.train, f.test)) for f in folds
    ]


def _tasks(
    config: RunConfig, labels: Sequence[str], seen: Mapping[str, Sequence[Example]], folds: Sequence[Fold]
) -> list[Task]:
    tasks: list[Task] = []
    for name, model in config.models.items():
        digests = example_digests(seen[name])
        identity = model_digest(model, labels)
        for fold in folds:
            fingerprint, seed = fold_fingerprint(identity, config.seed, fold, digests)
            tasks.append(FoldTask(name, fold, fingerprint, seed))
        for split in config.splits:
            data = digest([[digests[e.id], sorted(e.fields.items())] for e in seen[name]])
            for start in range(0, config.evaluation.retrain, RERUN_BATCH):
                stop = min(start + RERUN_BATCH, config.evaluation.retrain)
                key = rerun_fingerprint(identity, config.seed, split_content(split), data, start, stop)
                tasks.append(RerunTask(name, split.label, start, stop, key))
    return tasks


def _identity(
    config: RunConfig,
    labels: Sequence[str],
    examples: Sequence[Example],
    corpus_digest: str,
    seen: Mapping[str, Sequence[Example]],
) -> dict[str, Any]:
    """Everything that a number of the run depends on, for its fingerprint and its signatures."""
    from harness import __version__

    return {
        "harness": __version__,
        "name": config.name,
        "seed": config.seed,
        "labels": list(labels),
        "data": data_digest(examples, labels),
        "corpus": corpus_digest,
        "n": len(examples),
        "n_groups": len({e.group for e in examples}),
        "n_articles": len({e.article for e in examples}),
        "input": config.data.input,
        "splits": {s.label: split_content(s) for s in config.splits},
        "models": {
            name: {"content": model_digest(model, labels)[:16], "seen": data_digest(seen[name], labels)[:16]}
            for name, model in config.models.items()
        },
        "evaluation": config.evaluation.plain(),
        "packages": versions(NUMERIC),
    }
