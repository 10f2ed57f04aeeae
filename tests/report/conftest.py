"""One small run in memory: two splits, three models, four statements, and every part of a report filled."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from harness.records import (
    AgainstAnnotator,
    Ceiling,
    Comparison,
    CurvePoint,
    Evaluation,
    Example,
    Leakage,
    Pool,
    RunRecord,
    Score,
    Scores,
    Slice,
)

LABELS = ("supportive", "neutral", "hedged")
SPLITS = ("stratified-group-k-fold", "leave-one-article-out")
MANIFEST: dict[str, Any] = {
    "schema": 1,
    "started": "2026-01-02T03:04:05Z",
    "finished": "2026-01-02T03:05:06Z",
    "environment": {"python": "3.11.2", "git": {"commit": "abc123", "dirty": False}},
    "examples": [{"id": "a-0"}],
}
SIGNATURE = "data:4cf00b9f3a3f|n:4|labels:supportive,neutral,hedged|seed:1|metric:macro_f1|version:0.1.0"
UNDEFINED = Score(None, reason="undefined: gold or predictions have one label only")
NO_INTERVAL = Score(1 / 3, reason="degenerate: the resamples do not vary")
CAREFUL = Score(0.5, 0.4, 0.6, "dirichlet", reason="not_estimable: a label has too few gold groups")


def value(x: float, half: float = 0.1) -> Score:
    return Score(x, x - half, x + half, "dirichlet")


def evaluation(split: str, model: str, scores: dict[str, Score], mode: Any = "trained") -> Evaluation:
    per_label: dict[str, dict[str, float | int | None]] = {
        label: {"precision": None if model == "majority" else 2 / 3, "recall": 0.5, "f1": 0.4, "support": 2}
        for label in LABELS
    }
    return Evaluation(
        split=split,
        model=model,
        mode=mode,
        signature=f"{SIGNATURE}|model:{model}",
        scores=scores,
        per_label=per_label,
        confusion=((2, 0, 0), (1, 3, 0), (0, 1, 1)),
        repeats=2,
        n=4,
        n_groups=3,
        over_articles=CAREFUL,
    )


def evaluations(split: str, lexicon: float = 0.78112633) -> tuple[Evaluation, ...]:
    return (
        evaluation(split, "majority", {"macro_f1": value(0.26373626), "mcc": UNDEFINED}),
        evaluation(split, "logreg", {"macro_f1": CAREFUL, "mcc": value(-0.0004, 0.3)}),
        evaluation(split, "lexicon", {"macro_f1": value(lexicon), "mcc": NO_INTERVAL}, "fixed"),
    )


def comparison(split: str, a: str, delta: float | None, p: float | None, **more: Any) -> Comparison:
    low, high = (None, None) if delta is None else (delta - 0.12345, delta + 0.12345)
    return Comparison(split, a, "majority", "macro_f1", delta, low, high, p, p, 0.31869562, **more)


def comparisons(split: str) -> tuple[Comparison, ...]:
    return (comparison(split, "logreg", 0.23626374, 0.4), comparison(split, "lexicon", 0.51739007, 0.00003))


def examples() -> tuple[Example, ...]:
    return tuple(
        Example(
            id=f"a-{i}",
            label=LABELS[i % 3],
            text="the sanctions",
            group=f"g-{i % 3}",
            article=f"article-{i % 2}",
            fields={
                "sentence": "Beijing condemns the sanctions.",
                "statement": "the sanctions",
                "cue": "condemns",
            },
        )
        for i in range(4)
    )


def pool(split: str, model: str) -> Pool:
    predicted = np.array([[0, 1, 2, 0], [0, 1, 1, 1]])
    return Pool(split, model, "trained", predicted, np.zeros_like(predicted), None)


@pytest.fixture(scope="session")
def record() -> RunRecord:
    return RunRecord(
        config={"name": "baseline", "seed": 1},
        labels=LABELS,
        examples=examples(),
        folds=(),
        pools=tuple(pool(s, m) for s in SPLITS for m in ("majority", "logreg", "lexicon")),
        tables=(),
        identity={},
    )


@pytest.fixture(scope="session")
def bare() -> Scores:
    """Scores and comparisons only: no leakage, slices, curve, annotators or notes."""
    return Scores(
        signature=SIGNATURE,
        n=4,
        n_groups=3,
        n_articles=2,
        n_effective=2.6667,
        labels=LABELS,
        partial=False,
        primary="macro_f1",
        evaluations=tuple(e for s in SPLITS for e in evaluations(s)),
        comparisons=tuple(c for s in SPLITS for c in comparisons(s)),
    )


@pytest.fixture(scope="session")
def full(bare: Scores) -> Scores:
    split, models = SPLITS[0], ("logreg", "lexicon")
    return replace(
        bare,
        leakage=(Leakage("logreg", "macro_f1", 0.6471, 0.6449, 0.2571, 0.3878, 5, 5.96),),
        slices=tuple(Slice(split, m, "article", "article-0", 2, 2, "macro_f1", UNDEFINED) for m in models),
        learning_curve=tuple(
            CurvePoint(split, m, s, 3 * s, "macro_f1", value(s / 2)) for m in models for s in (0.5, 1.0)
        ),
        annotators=tuple(
            AgainstAnnotator(split, m, "annotator-a", 4, "macro_f1", value(0.611)) for m in models
        ),
        ceiling=(Ceiling("annotator-a", "annotator-b", 4, "macro_f1", value(0.8222)),),
        notes=("purged: 3 statements were left out of training sets",),
    )


@pytest.fixture
def manifest() -> dict[str, Any]:
    return MANIFEST
