"""A small world in which classifiers are trained: features, statement groups, cross-validation.

A group is one utterance reported in one to four articles: its reports share a label (nearly always)
and most of their features. A ridge classifier is cross-validated with folds of whole groups, on the
data and on bootstrap samples of the groups, all fits at once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from benchmarks.populations import PRIORS, groups
from harness.metrics import METRICS, FloatArray, f1
from harness.uncertainty import Counts, draw_groups, group_counts

IntArray = npt.NDArray[np.int64]
BLOCK = 12
"""Features of one block; each block alone can tell the labels apart."""
FOLDS = 5
REPORT_NOISE = 0.3
"""Standard deviation of a report's own features; an utterance's is 1."""
MACRO_F1 = METRICS["macro_f1"]


@dataclass(frozen=True, slots=True)
class Trainer:
    """A ridge classifier on one block of features.

    Attributes
    ----------
    block : 0 or 1
    signal : distance of the labels' means in that block
    balanced : whether labels weigh the same in training
    penalty : ridge penalty per statement weight
    """

    block: int
    signal: float = 0.55
    balanced: bool = True
    penalty: float = 3.0


@dataclass(frozen=True, slots=True)
class Data:
    """Features ``(n, 2 * BLOCK)``, gold ``(n,)`` and group ``(n,)`` of one sample."""

    features: FloatArray
    gold: IntArray
    group: IntArray


def draw(trainers: tuple[Trainer, ...], imbalance: str, n: int, rng: np.random.Generator) -> Data:
    """Draw a sample in which each trainer's block has that trainer's signal."""
    group = groups(n)
    k = int(group[-1]) + 1
    prior = np.array(PRIORS[imbalance])
    utterance = rng.choice(3, size=k, p=prior)
    gold = np.where(rng.random(n) < 0.95, utterance[group], rng.choice(3, size=n, p=prior))
    means = np.zeros((3, 2 * BLOCK))
    for trainer in trainers:
        for label in range(3):
            columns = trainer.block * BLOCK + np.arange(label, BLOCK, 3)
            means[label, columns] = trainer.signal
    own = rng.normal(size=(n, 2 * BLOCK)) * REPORT_NOISE
    return Data(means[gold] + rng.normal(size=(k, 2 * BLOCK))[group] + own, gold, group)


def fit(data: Data, weights: FloatArray, trainer: Trainer) -> FloatArray:
    """Train on each row of statement weights ``(n_fits, n)``: coefficients ``(n_fits, BLOCK + 1, 3)``."""
    x = _columns(data.features, trainer)
    target = np.eye(3)[data.gold]
    w = weights
    if trainer.balanced:
        support = weights @ target
        per_label = np.where(support > 0, weights.sum(axis=1, keepdims=True) / 3 / np.maximum(support, 1), 0)
        w = weights * per_label[:, data.gold]
    outer = (x[:, :, None] * x[:, None, :]).reshape(len(x), -1)
    gram = (w @ outer).reshape(len(w), x.shape[1], x.shape[1])
    gram += np.eye(x.shape[1]) * trainer.penalty
    moments = (w @ (x[:, :, None] * target[:, None, :]).reshape(len(x), -1)).reshape(len(w), -1, 3)
    return np.asarray(np.linalg.solve(gram, moments))


def predict(data: Data, coefficients: FloatArray, trainer: Trainer) -> IntArray:
    """Label of each statement by each fit, ``(n_fits, n)``."""
    scores = np.tensordot(coefficients, _columns(data.features, trainer), axes=([1], [1]))
    return np.asarray(scores.argmax(axis=1), dtype=np.int64)


def fold_of(data: Data, copies: IntArray, rng: np.random.Generator) -> IntArray:
    """Fold of each group in each row of ``copies`` ``(n_rows, n_groups)``, stratified by label.

    Groups that were not drawn come last, so that they do not disturb the others.
    """
    first = np.unique(data.group, return_index=True)[1]
    key = data.gold[first] + rng.random(copies.shape) + np.where(copies > 0, 0, 9)
    rank = np.argsort(np.argsort(key, axis=1), axis=1)
    return np.asarray((rank + rng.integers(FOLDS, size=(len(copies), 1))) % FOLDS, dtype=np.int64)


def cross_validate(
    data: Data, copies: IntArray, trainers: tuple[Trainer, ...], repeats: int, rng: np.random.Generator
) -> tuple[list[IntArray], IntArray]:
    """Out-of-fold predictions of each trainer, on the same folds.

    Parameters
    ----------
    copies : (n_rows, n_groups) int
        How often each group stands in each sample; copies stay in one fold.

    Returns
    -------
    predicted : for each trainer (n_rows, repeats, n) int
    fold : (n_rows, repeats, n) int
    """
    rows = np.repeat(copies, repeats, axis=0)
    fold = fold_of(data, rows, rng)[:, data.group]
    weights = rows[:, data.group].astype(float)
    training = weights[:, None] * (fold[:, None] != np.arange(FOLDS)[:, None])
    shape = (len(copies), repeats, len(data.gold))
    out = []
    for trainer in trainers:
        fits = fit(data, training.reshape(-1, len(data.gold)), trainer)
        by_fold = predict(data, fits, trainer).reshape(len(rows), FOLDS, -1)
        out.append(np.take_along_axis(by_fold, fold[:, None], axis=1).reshape(shape))
    return out, fold.reshape(shape)


def pooled_scores(data: Data, copies: IntArray, predicted: IntArray) -> FloatArray:
    """Macro-F1 of each row's pooled predictions, averaged over repeats, ``(n_rows,)``."""
    cell = np.eye(9)[data.gold * 3 + predicted]
    tables = np.einsum("rn,rknc->rkc", copies[:, data.group].astype(float), cell)
    return np.asarray(MACRO_F1.of(tables.reshape(*tables.shape[:2], 3, 3)).mean(axis=-1))


@dataclass(frozen=True, slots=True)
class Runs:
    """Cross-validation of every trainer on one sample, and its re-runs."""

    values: tuple[float, ...]
    replicates: FloatArray
    counts: tuple[Counts, ...]
    fold_scores: FloatArray
    n_groups: int


def run(
    data: Data,
    trainers: tuple[Trainer, ...],
    rng: np.random.Generator,
    *,
    repeats: int = 10,
    reruns: int = 60,
    rerun_repeats: int = 1,
) -> Runs:
    """Cross-validate and re-run the cross-validation on bootstrap samples of the groups.

    Returns
    -------
    Runs
        replicates ``(reruns, n_trainers)``; counts as `interval` takes them; fold_scores
        ``(n_trainers, repeats, FOLDS)`` macro-F1 with 0 for a label that a fold lacks.
    """
    k = int(data.group[-1]) + 1
    ones = np.ones((1, k), dtype=np.int64)
    predicted, fold = cross_validate(data, ones, trainers, repeats, rng)
    copies = np.zeros((reruns, k), dtype=np.int64)
    for row in copies:
        drawn = draw_groups(range(k), rng)
        row[list(drawn)] = list(drawn.values())
    again, _ = cross_validate(data, copies, trainers, rerun_repeats, rng)
    return Runs(
        tuple(float(pooled_scores(data, ones, p)[0]) for p in predicted),
        np.stack([pooled_scores(data, copies, p) for p in again], axis=1),
        tuple(group_counts(data.gold, p[0], data.group, 3) for p in predicted),
        np.stack([_fold_scores(data, p[0], fold[0]) for p in predicted]),
        k,
    )


def expected(
    trainer: Trainer, imbalance: str, n: int, rng: np.random.Generator, *, samples: int = 1500
) -> float:
    """Estimate the macro-F1 on new statements of the trainer, trained on 4 of 5 folds of fresh samples."""
    total = []
    test = draw((trainer,), imbalance, 6000, rng)
    for _ in range(samples):
        data = draw((trainer,), imbalance, n, rng)
        fold = fold_of(data, np.ones((1, int(data.group[-1]) + 1), dtype=np.int64), rng)[0][data.group]
        coefficients = fit(data, (fold != 0).astype(float)[None], trainer)
        cell = test.gold * 3 + predict(test, coefficients, trainer)[0]
        total.append(MACRO_F1.of(np.bincount(cell, minlength=9).reshape(3, 3).astype(float)))
    return float(np.mean(total))


def matched(trainer: Trainer, target: float, imbalance: str, n: int, *, seed: int, samples: int) -> Trainer:
    """Return the trainer with the signal that gives it the expected macro-F1 ``target``."""
    low, high = 0.1, 1.5
    for _ in range(12):
        middle = replace(trainer, signal=(low + high) / 2)
        reached = expected(middle, imbalance, n, np.random.default_rng(seed), samples=samples)
        low, high = (middle.signal, high) if reached < target else (low, middle.signal)
    return replace(trainer, signal=(low + high) / 2)


def _columns(features: FloatArray, trainer: Trainer) -> FloatArray:
    block = features[:, trainer.block * BLOCK : (trainer.block + 1) * BLOCK]
    return np.concatenate([block, np.ones((len(block), 1))], axis=1)


def _fold_scores(data: Data, predicted: IntArray, fold: IntArray) -> FloatArray:
    """Macro-F1 within each fold ``(repeats, FOLDS)``, 0 for a label that a fold lacks."""
    out = np.empty((len(predicted), FOLDS))
    for i, j in np.ndindex(out.shape):
        inside = fold[i] == j
        cell = data.gold[inside] * 3 + predicted[i][inside]
        table = np.bincount(cell, minlength=9).reshape(3, 3).astype(float)
        out[i, j] = np.nan_to_num(f1(table)).mean()
    return out
