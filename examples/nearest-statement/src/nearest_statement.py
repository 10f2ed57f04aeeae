"""The label of the training statement that shares the most words: a model in a package of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from harness.models.base import Model
from harness.models.output import IntArray, Output


class NearestStatement(Model):
    """The label of the training statement with the highest Jaccard index of words.

    The fields are the keys of the configuration, their descriptions what ``harness describe
    nearest-statement`` prints. Raise ``version`` whenever the same fields would predict something else.
    """

    summary: ClassVar[str] = "the label of the training statement that shares the most words"
    packages: ClassVar[tuple[str, ...]] = ("nearest-statement",)
    version: ClassVar[int] = 1
    type: Literal["nearest-statement"] = "nearest-statement"
    least: Annotated[
        float, Field(ge=0, le=1, description="index below which the most frequent label is said instead")
    ] = 0.1

    def fit(
        self, texts: Sequence[str], labels: IntArray, n_labels: int, seed: int, names: Sequence[str]
    ) -> _Nearest:
        """Keep the words of the training statements."""
        return _Nearest([_words(t) for t in texts], labels, self.least)


class _Nearest:
    def __init__(self, known: list[frozenset[str]], labels: IntArray, least: float) -> None:
        self.known, self.labels, self.least = known, labels, least
        self.usual = int(np.bincount(labels).argmax())

    def predict(self, texts: Sequence[str]) -> Output:
        return Output(np.array([self._label(_words(t)) for t in texts], dtype=np.intp))

    def _label(self, words: frozenset[str]) -> int:
        shared = [len(words & other) / max(1, len(words | other)) for other in self.known]
        best = int(np.argmax(shared))
        return int(self.labels[best]) if shared[best] >= self.least else self.usual


def _words(text: str) -> frozenset[str]:
    return frozenset(text.casefold().split())
