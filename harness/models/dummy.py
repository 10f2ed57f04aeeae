"""Baselines that look at no text: what any model must beat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal

import numpy as np

from harness.models.base import Model
from harness.models.output import FloatArray, IntArray, Labeller, Output, TextLabeller


class _Shares:
    """Says the largest share, or draws by ``seed`` as if ``row`` texts had been drawn before."""

    def __init__(self, shares: FloatArray, seed: int | None, row: int = 0) -> None:
        self.shares, self.seed, self.row = shares, seed, row

    def at(self, row: int) -> _Shares:
        return _Shares(self.shares, self.seed, row)

    def predict(self, texts: Sequence[str]) -> Output:
        n, n_labels = len(texts), len(self.shares)
        if self.seed is None:
            predicted = np.full(n, int(np.argmax(self.shares)))
        else:
            bits = np.random.PCG64(self.seed)
            bits.advance(self.row)  # a draw takes one number
            predicted = np.random.Generator(bits).choice(n_labels, size=n, p=self.shares)
        return Output(predicted.astype(np.intp), np.tile(self.shares, (n, 1)))


class _Baseline(Model):
    def parts(self, labeller: Labeller) -> Mapping[str, Any] | None:
        """Take a labeller apart: the shares of the labels, and the seed of its draws."""
        if not (isinstance(labeller, TextLabeller) and isinstance(labeller.classifier, _Shares)):
            return None
        return {"shares": labeller.classifier.shares, "seed": labeller.classifier.seed}

    def restored(self, parts: Mapping[str, Any], names: Sequence[str]) -> Labeller:
        """Put a labeller together."""
        shares, seed = parts["shares"], parts["seed"]
        if shares.shape != (len(names),):
            raise ValueError(f"{shares.shape} shares of {len(names)} labels")
        return TextLabeller(_Shares(shares, None if seed is None else int(seed)))


class Majority(_Baseline):
    """Always the most frequent training label; of equally frequent ones the first in the scheme."""

    summary: ClassVar[str] = "always the most frequent label of the training statements"
    random: ClassVar[bool] = False
    type: Literal["majority"] = "majority"

    def fit(
        self, texts: Sequence[str], labels: IntArray, n_labels: int, seed: int, names: Sequence[str]
    ) -> _Shares:
        """Count the labels."""
        return _Shares(np.bincount(labels, minlength=n_labels) / len(labels), None)


class Stratified(_Baseline):
    """A random label, drawn with the frequencies of the training labels."""

    summary: ClassVar[str] = "a random label, drawn as often as in training"
    type: Literal["stratified"] = "stratified"

    def fit(
        self, texts: Sequence[str], labels: IntArray, n_labels: int, seed: int, names: Sequence[str]
    ) -> _Shares:
        """Count the labels; the draw comes from ``seed``."""
        return _Shares(np.bincount(labels, minlength=n_labels) / len(labels), seed)
