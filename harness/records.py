"""The frozen things that pass between the parts of the harness."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

SourceKind = Literal["person", "institution", "group", "outlet", "document", "anonymous"]
Attribution = Literal["direct", "indirect", "mixed"]
Mode = Literal["fixed", "trained"]
SOURCE_KINDS = ("person", "institution", "group", "outlet", "document", "anonymous")
ATTRIBUTIONS = ("direct", "indirect", "mixed")
NO_LABEL = "(no label)"
"""How reports name a prediction that is none of the labels."""
EXCLUSIONS = ("opposed", "undecidable")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of an article: half-open code-point offsets, and the text between them."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Label:
    """One label of a scheme, with the definition that annotators read."""

    name: str
    definition: str


@dataclass(frozen=True, slots=True)
class Scheme:
    """The labels in their fixed order, and the codebook version that they belong to.

    At most one of the last two says how far labels lie apart: ``order`` has all of them, lowest first;
    ``distances`` is (n_labels, n_labels), symmetric, at least 0, with a zero diagonal. Both are for
    agreement alone.
    """

    target: str
    labels: tuple[Label, ...]
    codebook_version: int
    order: tuple[str, ...] = ()
    distances: tuple[tuple[float, ...], ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the labels, in the scheme's order."""
        return tuple(label.name for label in self.labels)


@dataclass(frozen=True, slots=True)
class Article:
    """A frozen article: its text and what is known of where it came from."""

    id: str
    text: str
    sha256: str
    title: str | None
    language: str
    outlet: str | None = None
    date: str | None = None
    provenance: str = ""
    rights: str = ""
    machine_translated: bool = False


@dataclass(frozen=True, slots=True)
class Statement:
    """One attributed statement of an article, as one annotator (or the adjudicated gold) has it."""

    id: str
    article: str
    content: tuple[Span, ...]
    cue: tuple[Span, ...]
    source: tuple[Span, ...]
    source_name: str
    speaker: str
    source_kind: SourceKind
    via: tuple[str, ...]
    attribution: Attribution
    stance: str | None
    exclusion: str | None
    group: str
    confidence: int
    note: str
    annotator: str
    codebook_version: int
    votes: Mapping[str, str | None] = field(default_factory=dict)
    decision: str = ""
    reason: str = ""
    derived_from: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The content, its spans joined by a space."""
        return " ".join(span.text for span in self.content)


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled text that a classifier is trained or scored on.

    ``group`` is the unit of dependence: examples of one group never stand on both sides of a
    split, and resampling draws whole groups. ``fields`` holds what an input template may name; ``pair``
    is the second text that a model of text pairs sees, ``beside`` the further texts that a model sees in
    features of their own, in its order. ``distribution`` has the shares of annotators who gave each label,
    in the labels' order and summing to 1, where the data say them and not the votes.
    """

    id: str
    label: str
    text: str
    group: str
    article: str
    fields: Mapping[str, str] = field(default_factory=dict)
    votes: Mapping[str, str | None] = field(default_factory=dict)
    pair: str | None = None
    beside: tuple[str, ...] = ()
    distribution: tuple[float, ...] | None = None


@dataclass(frozen=True, slots=True)
class Purged:
    """A statement that was left out of a training set or dev part, and why."""

    id: str
    reason: str
    part: Literal["train", "dev"] = "train"


@dataclass(frozen=True, slots=True)
class Fold:
    """Ids of one train/test division, and what was taken out of the training side.

    ``dev`` are the statements of the data's own dev part that parameters may be tuned on: none shares a
    group with a test statement. They are in ``train`` as well where the split trains on them.
    """

    split: str
    repeat: int
    index: int
    name: str
    train: Sequence[str]
    test: Sequence[str]
    purged: tuple[Purged, ...] = ()
    absent_train: tuple[str, ...] = ()
    absent_test: tuple[str, ...] = ()
    dev: Sequence[str] = ()

    @property
    def key(self) -> str:
        """A name that is unique within a run: ``split/repeat/index``."""
        return f"{self.split}/{self.repeat}/{self.index}"


@dataclass(frozen=True, slots=True)
class Pool:
    """Everything that one model predicted under one split.

    Attributes
    ----------
    split, model : str
    mode : 'fixed' or 'trained'
    predicted : (n_seeds * n_repeats, n_examples) int array
        Numbers of labels; -1 where a statement was not tested in that repeat, ``n_labels`` where what
        the model said is no label. All repeats of the first training seed come first, then those of the
        second; of a model that draws nothing all seeds have the same.
    fold : (n_seeds * n_repeats, n_examples) int array
        Number of the fold that tested the statement, -1 where none did.
    probabilities : (n_seeds * n_repeats, n_examples, n_labels) float array or None
        NaN where a statement was not tested.
    chosen : tuple
        For each fold, in order, the parameters that tuning chose inside its training set, or None; seed
        by seed, once for a model that draws nothing.
    replies : (row of ``predicted``, place of the statement) -> str
        What a model said where it is no label.
    calls : digest -> what was used
        Each distinct request to a paid or metered service: tokens and cost.
    seeds : tuple of int
        The numbers of the training seeds.
    """

    split: str
    model: str
    mode: Mode
    predicted: npt.NDArray[np.int64]
    fold: npt.NDArray[np.int64]
    probabilities: npt.NDArray[np.float64] | None
    chosen: tuple[Mapping[str, Any] | None, ...] = ()
    replies: Mapping[tuple[int, int], str] = field(default_factory=dict)
    calls: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    seeds: tuple[int, ...] = (0,)


@dataclass(frozen=True, slots=True)
class Tables:
    """Pooled confusions of cross-validations that were run besides a run's folds.

    Attributes
    ----------
    kind : 'rerun', 'leakage' or 'curve'
    split : str
        Empty for ``leakage``.
    share : float in (0, 1]
        Share of the training groups that was used.
    variant : str
        ``naive``, ``size_matched`` or ``purged`` for ``leakage``, else empty.
    confusions : (n, n_labels, n_labels) int array
        One table a cross-validation; all zero where the draw could not be divided.
    train_rows, train_groups : tuple of float
        Mean training statements and groups of each.
    over : mapping of str to (n, n_values * n_labels, n_labels) int arrays
        By a part of a statement, where a metric is a mean over its values: the same statements counted
        apart for each value that the data have, in sorted order, the tables one below the other.
    """

    kind: str
    split: str
    share: float
    variant: str
    model: str
    confusions: npt.NDArray[np.int64]
    train_rows: tuple[float, ...]
    train_groups: tuple[float, ...]
    over: Mapping[str, npt.NDArray[np.int64]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A finished run: what it was asked, what it was given, and what every model predicted."""

    config: Mapping[str, Any]
    labels: tuple[str, ...]
    examples: Sequence[Example]
    folds: tuple[Fold, ...]
    pools: tuple[Pool, ...]
    tables: tuple[Tables, ...]
    identity: Mapping[str, Any]
    partial: bool = False


@dataclass(frozen=True, slots=True)
class Score:
    """One value with its interval; what is undefined is None and has a reason."""

    value: float | None
    ci_low: float | None = None
    ci_high: float | None = None
    ci_method: str | None = None
    level: float = 0.95
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """The paired difference ``a`` minus ``b`` on one metric under one split.

    ``p_nadeau_bengio`` is of a second test, over folds; where it is None, ``reason_nadeau_bengio`` says why.
    """

    split: str
    a: str
    b: str
    metric: str
    delta: float | None
    ci_low: float | None
    ci_high: float | None
    p: float | None
    p_adjusted: float | None
    mde: float | None
    method: str = ""
    reason: str | None = None
    p_nadeau_bengio: float | None = None
    reason_nadeau_bengio: str | None = None


@dataclass(frozen=True, slots=True)
class Bin:
    """The statements whose most probable label got a probability in ``[low, high)``; 1 is in the last bin.

    ``n`` is a mean over repeats; ``confidence`` is the mean probability, ``right`` the share of them that
    are right.
    """

    low: float
    high: float
    n: float
    confidence: float
    right: float


@dataclass(frozen=True, slots=True)
class OverSeeds:
    """A score by training seed, in the order of the seeds; their standard deviation (n - 1) and ends."""

    values: tuple[float, ...]
    sd: float
    smallest: float
    largest: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All scores of one model under one split; confusion is summed over repeats and training seeds.

    ``over_articles`` is the primary metric with a jackknife over articles in place of groups.
    ``confusion`` has a last column more where some predictions are no label; ``usage`` adds up the
    requests of a model that asks a service (``requests``, ``prompt_tokens``, ``completion_tokens``,
    ``cost``); ``reliability`` has the bins of confidence that hold a statement, lowest first. A score is
    the mean over seeds; ``over_seeds`` has, by the score's name, how they differ, where there are several.
    """

    split: str
    model: str
    mode: Mode
    signature: str
    scores: Mapping[str, Score]
    per_label: Mapping[str, Mapping[str, float | int | None]]
    confusion: tuple[tuple[int, ...], ...]
    repeats: int
    n: int
    n_groups: int
    over_articles: Score
    usage: Mapping[str, float] | None = None
    reliability: tuple[Bin, ...] = ()
    seeds: int = 1
    over_seeds: Mapping[str, OverSeeds] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Leakage:
    """What leaving copies in the training set does to a model's score, on the same test folds.

    ``naive`` trains on everything else, ``size_matched`` on as many statements as ``purged`` but
    without taking the copies out, ``purged`` without the test statements' groups. ``leakage`` is
    ``size_matched - purged``: what the copies alone add. Where one of them is None, ``reason`` says why.
    """

    model: str
    metric: str
    naive: float | None
    size_matched: float | None
    purged: float | None
    leakage: float | None
    repeats: int
    purged_per_fold: float
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Slice:
    """A model's score on the statements that share one value of one part, such as one article."""

    split: str
    model: str
    by: str
    value: str
    n: int
    n_groups: int
    metric: str
    score: Score


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """A model's score when it is trained on a share of the training groups."""

    split: str
    model: str
    share: float
    n_groups: float
    metric: str
    score: Score


@dataclass(frozen=True, slots=True)
class AgainstAnnotator:
    """A model's predictions scored on one annotator's own labels in place of gold."""

    split: str
    model: str
    annotator: str
    n: int
    metric: str
    score: Score


@dataclass(frozen=True, slots=True)
class Ceiling:
    """How well one annotator predicts another: what a model can at most be asked for."""

    a: str
    b: str
    n: int
    metric: str
    score: Score


@dataclass(frozen=True, slots=True)
class AnnotatorAgreement:
    """How far the annotators agree on the statements that at least two of them labelled.

    ``observed`` is the share of pairs of a statement's labels that are the same, a mean over statements;
    ``alpha`` is Krippendorff's, nominal; ``unanimous`` counts the statements on which all say the same.
    """

    n: int
    n_groups: int
    n_annotators: int
    unanimous: int
    observed: Score
    alpha: Score


@dataclass(frozen=True, slots=True)
class Disagreement:
    """The tested statements of a split whose distribution of labels is known.

    ``entropy`` is its mean in nats: the lowest cross-entropy that a model can have on them.
    """

    split: str
    n: int
    entropy: Score


@dataclass(frozen=True, slots=True)
class Scores:
    """What a report shows: everything in ``metrics.json``.

    ``notes`` are sentences about the data and the folds that a reader must know, each with a
    stable code before a colon.
    """

    signature: str
    n: int
    n_groups: int
    n_articles: int
    n_effective: float
    labels: tuple[str, ...]
    partial: bool
    primary: str
    evaluations: tuple[Evaluation, ...]
    comparisons: tuple[Comparison, ...]
    leakage: tuple[Leakage, ...] = ()
    slices: tuple[Slice, ...] = ()
    learning_curve: tuple[CurvePoint, ...] = ()
    annotators: tuple[AgainstAnnotator, ...] = ()
    ceiling: tuple[Ceiling, ...] = ()
    notes: tuple[str, ...] = ()
    agreement: AnnotatorAgreement | None = None
    disagreement: tuple[Disagreement, ...] = ()


@dataclass(frozen=True, slots=True)
class Flip:
    """A statement that one of two models mostly gets right and the other does not.

    ``a`` and ``b`` are what the comparison's models ``a`` and ``b`` say; ``better`` names the right one.
    """

    id: str
    gold: str
    a: str
    b: str
    better: str
    text: str


@dataclass(frozen=True, slots=True)
class PairedRuns:
    """One comparison between two runs, with the statements that changed.

    ``models`` and ``runs`` are the two models and runs without each other's name, that of the minuend
    first; ``level`` is that of the interval.
    """

    comparison: Comparison
    flips: tuple[Flip, ...]
    models: tuple[str, str]
    runs: tuple[str, str]
    level: float


@dataclass(frozen=True, slots=True)
class Entry:
    """One model of one run: its tie group (1 is the best), score and signature."""

    tie_group: int
    model: str
    run: str
    mode: str
    score: Score
    p_from_leader: float | None
    signature: str


@dataclass(frozen=True, slots=True)
class Board:
    """Entries of one data set, split and metric, best first."""

    data: str
    labels: tuple[str, ...]
    split: str
    metric: str
    n: int
    n_groups: int
    entries: tuple[Entry, ...]
