"""What is computed from predictions: everything that reports show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.records.run import Mode


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
