"""Baselines that look at no text: what any model must beat."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

import numpy as np

from harness.models.base import FloatArray, IntArray, Model, Output


class _Shares:
    def __init__(self, shares: FloatArray, rng: np.random.Generator | None) -> None:
        self.shares, self.rng = shares, rng

    def predict(self, texts: Sequence[str]) -> Output:
        n, n_labels = len(texts), len(self.shares)
        if self.rng is None:
            predicted = np.full(n, int(np.argmax(self.shares)))
        else:
            predicted = self.rng.choice(n_labels, size=n, p=self.shares)
        return Output(predicted.astype(np.intp), np.tile(self.shares, (n, 1)))


class Majority(Model):
    """Always the most frequent training label; of equally frequent ones the first in the scheme."""

    summary: ClassVar[str] = "always the most frequent label of the training statements"
    type: Literal["majority"] = "majority"

    def fit(
        self, texts: Sequence[str], labels: IntArray, n_labels: int, seed: int, names: Sequence[str]
    ) -> _Shares:
        """Count the labels."""
        return _Shares(np.bincount(labels, minlength=n_labels) / len(labels), None)


class Stratified(Model):
    """A random label, drawn with the frequencies of the training labels."""

    summary: ClassVar[str] = "a random label, drawn as often as in training"
    type: Literal["stratified"] = "stratified"

    def fit(
        self, texts: Sequence[str], labels: IntArray, n_labels: int, seed: int, names: Sequence[str]
    ) -> _Shares:
        """Count the labels; the draw comes from ``seed``."""
        return _Shares(np.bincount(labels, minlength=n_labels) / len(labels), np.random.default_rng(seed))
