"""How alike texts are: by the character n-grams of their words, or by the vectors of a sentence encoder."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from harness.pretrained import anchored
from harness.sentence_encoder import SentenceEncoder, unit

Alike = Iterator[tuple[int, int, float]]
_WORD = re.compile(r"\w+")
_ROWS_AT_ONCE = 1024


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Least similarities, each in [0, 1], chosen on this project's gold; see docs/annotating.md.

    Attributes
    ----------
    same_source, any_source : float
        What makes a pair worth asking about: of one source, and of two sources.
    sure : float
        What makes a pair of one source so sure that nobody need be asked.
    """

    same_source: float
    any_source: float
    sure: float


class Similarity(Protocol):
    """A way to compare texts."""

    @property
    def thresholds(self) -> Thresholds:
        """What its values mean."""
        ...

    def pairs(self, texts: Sequence[str], least: float) -> Alike:
        """Yield (i, j, similarity) for i < j of at least ``least``, and of all texts of the same words.

        The similarity is at most 1, and exactly 1 only where the words are the same.
        """
        ...


def normalised(text: str) -> str:
    """Return the words of a text in lower case, without accents and punctuation."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(_WORD.findall("".join(c for c in plain if not unicodedata.combining(c))))


@dataclass(frozen=True, slots=True)
class Ngrams:
    """The cosine of tf-idf weights of the character n-grams (3 to 5) of the words.

    A low threshold finds translations of one utterance, which share little but names and stems.
    """

    thresholds: Thresholds = Thresholds(0.15, 0.4, 0.6)

    def pairs(self, texts: Sequence[str], least: float) -> Alike:
        """Yield the pairs that are alike."""
        from sklearn.feature_extraction.text import TfidfVectorizer

        words = [normalised(text) for text in texts]
        counter = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True)
        weights = counter.fit_transform(words)
        found = (weights @ weights.T).tocoo()
        for i, j, value in zip(found.row.tolist(), found.col.tolist(), found.data.tolist(), strict=True):
            same = words[i] == words[j]
            if i < j and (value >= least or same):
                yield i, j, _shown(value, same)


@dataclass(frozen=True, slots=True)
class Embedded:
    """The cosine of the vectors of a sentence encoder; the thresholds are those of all-MiniLM-L6-v2."""

    encoder: SentenceEncoder
    thresholds: Thresholds = Thresholds(0.45, 0.8, 0.65)

    def pairs(self, texts: Sequence[str], least: float) -> Alike:
        """Yield the pairs that are alike."""
        vectors = unit(self.encoder.vectors([" ".join(text.split()) for text in texts]))
        words = np.unique([normalised(text) for text in texts], return_inverse=True)[1]
        for start in range(0, len(texts), _ROWS_AT_ONCE):
            stop = start + _ROWS_AT_ONCE
            cosines = vectors[start:stop] @ vectors.T
            same = words[start:stop, None] == words[None, :]
            for i, j in np.argwhere((cosines >= least) | same).tolist():
                if start + i < j:
                    yield start + i, j, _shown(float(cosines[i, j]), bool(same[i, j]))


NGRAMS = Ngrams()


def similarity_by(encoder: str | None) -> Similarity:
    """Return the n-grams, or a sentence encoder by its name as somebody typed it.

    Raises
    ------
    InputError
        The extra is not installed, or there is no such encoder.
    """
    if encoder is None:
        return NGRAMS
    made = SentenceEncoder(anchored(encoder, lambda path: str(Path(path).resolve())))
    made.verify("--encoder")
    return Embedded(made)


def least(
    similarity: Similarity, threshold: float | None, *, sure: bool
) -> tuple[float | None, float | None]:
    """Return the least similarity of a pair of one source and of any other; None leaves it to ``similarity``.

    Parameters
    ----------
    similarity : Similarity
    threshold : float in [0, 1], optional
        What a person asks for, of both.
    sure : bool
        Whether pairs are joined without a question.
    """
    if not sure or threshold is not None:
        return threshold, threshold
    found = similarity.thresholds
    return found.sure, max(found.sure, found.any_source)


def _shown(value: float, same: bool) -> float:
    return 1.0 if same else min(max(value, 0.0), 0.999)
