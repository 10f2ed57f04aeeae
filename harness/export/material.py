"""RunConfig -> what an export holds: labelled statements as a model sees them, their folds and origin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.checks import load_corpus
from harness.divisions import split_content, split_rng
from harness.fingerprint import data_digest
from harness.inputs import rendered
from harness.plan import data_of
from harness.records import Example, Fold
from harness.run_config import RunConfig


@dataclass(frozen=True, slots=True)
class Origin:
    """What a corpus says of its labels and articles; empty for data that are no corpus.

    Attributes
    ----------
    target : str
        What the stance is toward.
    definitions : label -> the definition that annotators read
    languages : tuple of str
        Of the articles with exported statements, sorted.
    rights : what the corpus says of rights -> ids of the articles
    machine_translated : bool
        Whether any of the articles is.
    """

    target: str = ""
    definitions: Mapping[str, str] = field(default_factory=dict)
    languages: tuple[str, ...] = ()
    rights: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    machine_translated: bool = False


@dataclass(frozen=True, slots=True)
class Material:
    """Everything that any format writes.

    ``examples`` have the ``text`` that ``input`` makes; ``splits`` maps the label of each split, in the
    configuration's order, to what identifies it; ``digest`` is that of the labelled data as a run has it.
    """

    name: str
    seed: int
    input: str
    labels: tuple[str, ...]
    examples: Sequence[Example]
    folds: tuple[Fold, ...]
    splits: Mapping[str, Mapping[str, Any]]
    digest: str
    origin: Origin

    def first_folds(self, split: str) -> tuple[Fold, ...]:
        """Return the folds of a split's repeat 0, which test every statement once at most."""
        return tuple(f for f in self.folds if f.split == split and f.repeat == 0)

    @property
    def divided(self) -> Fold | None:
        """The one division into training and test set, where the configuration has no other."""
        return self.folds[0] if len(self.folds) == 1 else None


def material_of(config: RunConfig) -> Material:
    """Read a configuration's data and divide them as a run would; models play no part.

    Raises
    ------
    HarnessError
        The data have problems, the input names a part that they lack, or a split makes an empty fold.
    """
    labels, everything, _ = data_of(config)
    return Material(
        name=config.name,
        seed=config.seed,
        input=config.data.input,
        labels=labels,
        examples=rendered(everything, config.data.input),
        folds=tuple(f for s in config.splits for f in s.folds(everything, labels, split_rng(config.seed, s))),
        splits={s.label: split_content(s) for s in config.splits},
        digest=data_digest(everything, labels),
        origin=_origin(config, {e.article for e in everything}),
    )


def _origin(config: RunConfig, used: set[str]) -> Origin:
    folder = getattr(config.data, "corpus", None)  # data need not be a corpus
    if folder is None:
        return Origin()
    corpus = load_corpus(Path(folder))
    articles = [a for a in corpus.articles.values() if a.id in used]
    rights: dict[str, tuple[str, ...]] = {}
    for article in articles:
        rights[article.rights] = (*rights.get(article.rights, ()), article.id)
    return Origin(
        target=corpus.scheme.target,
        definitions={label.name: label.definition for label in corpus.scheme.labels},
        languages=tuple(sorted({a.language for a in articles})),
        rights=rights,
        machine_translated=any(a.machine_translated for a in articles),
    )
