"""RunConfig -> Plan: the examples, the folds, and every fit that they need, each with its fingerprint."""

from __future__ import annotations

import operator
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from harness.checks import load_corpus
from harness.digest import digest
from harness.divisions import LEAKAGE_FOLDS, VARIANTS, VERSION, Purpose, split_content, split_rng
from harness.environment import NUMERIC, versions
from harness.errors import InputError, Place, Problem, ProblemsError
from harness.examples import AnyOf, Examples, Places
from harness.fingerprint import (
    data_digest,
    example_digests,
    fold_fingerprint,
    model_digest,
    table_fingerprint,
)
from harness.inputs import rendered
from harness.metric_types import MetricSpec, misfits, parts_over
from harness.numbering import group_numbers, n_articles, n_groups
from harness.records import Example, Fold
from harness.remarks import run_remarks
from harness.run_config import AnyData, Data, RunConfig
from harness.splits import Split
from harness.system_memory import give_back
from harness.tables import Loaded, load_table

TABLE_BATCH = 10


@dataclass(frozen=True, slots=True)
class FoldTask:
    """Train one model on one fold and predict its test statements.

    ``number`` is that of the training seed, ``seed`` what is drawn from.
    """

    model: str
    fold: Fold
    fingerprint: str
    seed: int
    number: int = 0


@dataclass(frozen=True, slots=True)
class TableTask:
    """Run one model's cross-validations ``start`` to ``stop`` of a purpose; keep pooled confusions."""

    model: str
    purpose: Purpose
    start: int
    stop: int
    fingerprint: str


Task = FoldTask | TableTask


@dataclass(frozen=True)
class Plan:
    """Everything that a run will do, before anything is fitted.

    ``grounds`` is what a reader must know of the labels and the models and no number depends on:
    ``annotators`` (what they are) and ``models`` (what a model knows besides its training statements).
    """

    config: RunConfig
    labels: tuple[str, ...]
    examples: Sequence[Example]
    seen: Mapping[str, Sequence[Example]]
    folds: tuple[Fold, ...]
    tasks: tuple[Task, ...]
    identity: Mapping[str, Any]
    partial: bool
    grounds: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @cached_property
    def fingerprint(self) -> str:
        """The fingerprint that names the run's folder."""
        return digest(dict(self.identity))

    def fits(self, task: Task) -> int:
        """Return how many times a task trains its model."""
        if isinstance(task, FoldTask):
            return 1
        if self.takes_kept(task):
            return 0
        once = sum(f.split == task.purpose.split and f.repeat == 0 for f in self.folds)
        return (task.stop - task.start) * (once or LEAKAGE_FOLDS)

    def takes_kept(self, task: Task) -> bool:
        """Whether a task trains nothing: re-runs of a fixed model take what its folds predicted."""
        return isinstance(task, TableTask) and self.config.models[task.model].asked == "fixed"

    def split(self, label: str) -> Split:
        """Return the split of this name."""
        found: Split = next(s for s in self.config.splits if s.label == label)
        return found


def make_plan(
    config: RunConfig,
    *,
    limit: int | None = None,
    data: Loaded | None = None,
    folds: tuple[Fold, ...] | None = None,
) -> Plan:
    """Read the data, divide them, and list every fit.

    Parameters
    ----------
    config : RunConfig
    limit : int, optional
        Use this many statements, spread evenly over the data; the run is then marked partial.
    data, folds : Loaded, tuple of Fold, optional
        What the configuration's data and splits give, where another plan has them already.

    Raises
    ------
    HarnessError
        The data have problems, or a split makes an empty fold.
    """
    data = loaded(config) if data is None else data
    labels, everything = data.labels, data.examples
    _verify_metrics(config, everything, labels)
    examples = limited(everything, limit)
    if folds is None:
        folds = tuple(f for s in config.splits for f in s.folds(examples, labels, split_rng(config.seed, s)))
    _verify_models(config, everything, labels, AnyOf([f.test for f in folds]))
    seen = {
        name: rendered(examples, model.input or config.data.input, model.second_input, model.further_inputs)
        for name, model in config.models.items()
    }
    digests = _digests(seen)
    _verify_dev(config, examples, folds)
    plan = Plan(
        config=config,
        labels=labels,
        examples=examples,
        seen=seen,
        folds=folds,
        tasks=tuple(_tasks(config, labels, seen, folds, digests)),
        identity=_identity(config, data, examples, seen, digests),
        partial=limit is not None,
        grounds={
            "annotators": dict(data.annotators),
            "models": {name: said for name, model in config.models.items() if (said := model.knows())},
        },
    )
    give_back()
    return plan


def data_of(config: RunConfig) -> tuple[tuple[str, ...], Sequence[Example], str]:
    """Return the labels, the examples and the corpus digest of a configuration's data."""
    data = loaded(config)
    return data.labels, data.examples, data.digest


def loaded(config: RunConfig) -> Loaded:
    """Read a configuration's data, and what must be said of how they were read."""
    return loaded_data(config.data)


def loaded_data(data: AnyData) -> Loaded:
    """Read the data that ``data:`` of a configuration names."""
    if not isinstance(data, Data):
        return load_table(data)
    corpus = load_corpus(Path(data.corpus))
    examples = corpus.examples(data.annotator)
    heard = {data.annotator}.union(*(e.votes for e in examples))
    known = {name: what for name, what in corpus.scheme.annotators.items() if name in heard}
    return Loaded(corpus.scheme.names, examples, corpus.digest, (), known)


def limited(examples: Sequence[Example], limit: int | None) -> Sequence[Example]:
    """Return ``limit`` of the examples, spread evenly over them; all of them without a limit."""
    if limit is None or limit >= len(examples):
        return examples
    if limit < 2:
        raise InputError(f"--limit {limit}: at least 2 statements are needed")
    rows = [i * len(examples) // limit for i in range(limit)]
    return examples.taken(rows) if isinstance(examples, Examples) else tuple(examples[i] for i in rows)


def _verify_metrics(config: RunConfig, examples: Sequence[Example], labels: Sequence[str]) -> None:
    """Let every metric say what does not fit the data."""
    metrics = [m for m in config.evaluation.metrics if isinstance(m, MetricSpec)]
    nowhere = Place("evaluation.metrics")
    problems = [
        Problem(m.place(key) or nowhere, "config-metric", f"the metric '{m.name}': {message}", hint)
        for m in metrics
        for key, message, hint in misfits(m, examples, labels)
    ]
    if problems:
        raise ProblemsError(problems)


def _verify_models(
    config: RunConfig, examples: Sequence[Example], labels: Sequence[str], tested: Collection[str]
) -> None:
    """Let every model say what does not fit the data, before anything is fitted."""
    for name, model in config.models.items():
        try:
            model.verify_installed()
            model.verify_tested(examples, labels, tested)
            model.verify_tuning_data(examples, labels)
        except ProblemsError:
            raise
        except InputError as error:
            raise InputError(f"models.{name}: {error.message}", hint=error.hint, place=error.place) from None


def _verify_dev(config: RunConfig, examples: Sequence[Example], folds: Sequence[Fold]) -> None:
    """Refuse a model that is tuned on dev where a fold has no dev part, or nothing besides to train on."""
    users = [name for name, model in config.models.items() if model.uses_dev]
    place, groups = Places(examples), group_numbers(examples) if users else np.array([])
    for fold in folds if users else ():
        dev, train = groups[place.of(fold.dev)], groups[place.of(fold.train)]
        if len(dev) and not np.isin(train, dev).all():
            continue
        why = "trains on no group that is not in its dev part" if len(dev) else "has no dev part"
        raise InputError(
            f"models.{users[0]}: 'tune' is on dev, but fold '{fold.name}' of split '{fold.split}' {why}",
            hint="a 'predefined' split with a dev part for every fold, or 'tune: {on: folds}'",
        )


def purposes(config: RunConfig) -> list[tuple[Purpose, int]]:
    """Return the cross-validations that every model runs besides its folds, and how many of each."""
    settings = config.evaluation
    out = [(Purpose("rerun", s.label), settings.retrain) for s in config.splits]
    if settings.leakage:
        out += [(Purpose("leakage", variant=v), settings.leakage) for v in VARIANTS]
    if settings.learning_curve:
        first = config.splits[0]
        for share in settings.learning_curve:
            out.append((Purpose("curve", first.label, share), getattr(first, "repeats", 1)))
            out.append((Purpose("rerun", first.label, share), settings.retrain))
    return [(purpose, n) for purpose, n in out if n]


def _digests(seen: Mapping[str, Sequence[Example]]) -> dict[str, Mapping[str, str]]:
    """Return the digests of what each model sees; models that see the same share them."""
    made: list[tuple[Sequence[Example], Mapping[str, str]]] = []
    out = {}
    for name, rows in seen.items():
        found = next((digests for other, digests in made if _same(rows, other)), None)
        if found is None:
            found = example_digests(rows)
            made.append((rows, found))
        out[name] = found
    return out


def _same(a: Sequence[Example], b: Sequence[Example]) -> bool:
    """Whether two sequences are of the very same examples."""
    if isinstance(a, Examples) or isinstance(b, Examples):
        return a is b
    return len(a) == len(b) and all(map(operator.is_, a, b))


def _tasks(
    config: RunConfig,
    labels: Sequence[str],
    seen: Mapping[str, Sequence[Example]],
    folds: Sequence[Fold],
    digests_of: Mapping[str, Mapping[str, str]],
) -> list[Task]:
    tasks: list[Task] = []
    over = parts_over(config.evaluation.metrics)
    for name, model in config.models.items():
        digests = digests_of[name]
        identity = model_digest(model, labels)
        wanted = [p for p in purposes(config) if p[0].kind == "rerun" or model.asked != "fixed"]
        numbers = config.seed_numbers if model.draws else config.seed_numbers[:1]
        for number, fold in product(numbers, folds):
            fingerprint, seed = fold_fingerprint(
                identity, config.seed, fold, digests, number=number, dev=model.uses_dev
            )
            tasks.append(FoldTask(name, fold, fingerprint, seed, number))
        data = ""
        if wanted:
            data = digest([[digests[e.id], sorted(e.fields.items())] for e in seen[name]])
        for purpose, n in wanted:
            split = next((split_content(s) for s in config.splits if s.label == purpose.split), None)
            for start in range(0, n, TABLE_BATCH):
                stop = min(start + TABLE_BATCH, n)
                what: list[Any] = [VERSION, purpose.kind, split, purpose.share, purpose.variant, start, stop]
                what += ["kept"] * (model.asked == "fixed")
                what += [["over", *over]] if over else []
                key = table_fingerprint(identity, config.seed, what, data)
                tasks.append(TableTask(name, purpose, start, stop, key))
    return tasks


def _identity(
    config: RunConfig,
    data: Loaded,
    examples: Sequence[Example],
    seen: Mapping[str, Sequence[Example]],
    digests_of: Mapping[str, Mapping[str, str]],
) -> dict[str, Any]:
    """Everything that a number of the run depends on, for its fingerprint and its signatures."""
    from harness import __version__

    labels = data.labels
    notes = [*data.notes, *run_remarks(labels, data.examples, config.models)]
    shown = [name for name, rows in seen.items() if _same(rows, examples)]
    whole = data_digest(examples, labels, digests_of[shown[0]] if shown else None)
    digests = {
        name: whole if name in shown else data_digest(rows, labels, digests_of[name])
        for name, rows in seen.items()
    }
    return {
        "harness": __version__,
        "name": config.name,
        "seed": config.seed,
        **({"seeds": list(config.seed_numbers)} if config.seed_numbers != (0,) else {}),
        "labels": list(labels),
        "data": whole,
        "corpus": data.digest,
        "n": len(examples),
        "n_groups": n_groups(examples),
        "n_articles": n_articles(examples),
        "input": config.data.input,
        "splits": {s.label: split_content(s) for s in config.splits},
        "models": {
            name: {
                "content": model_digest(model, labels)[:16],
                "seen": digests[name][:16],
                "mode": model.asked,
            }
            for name, model in config.models.items()
        },
        "evaluation": config.evaluation.plain(),
        "packages": versions(NUMERIC),
        **({"notes": notes} if notes else {}),
    }
