"""The terms of all texts of a run, counted once, and the weights that a fold's training rows give them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from harness.models.output import FloatArray, IntArray
from harness.models.terms import scaled

Texts = tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Counts:
    """How often each term stands in each text.

    Attributes
    ----------
    matrix : (n_distinct, n_terms) sparse float rows
        A row for each text that differs from the others, terms in alphabetical order; sorted within
        each row, so that sums over a row round alike whatever other texts there are.
    rows : tuple of (n_texts,) int arrays
        For each of the inputs, the row of each statement's text.
    """

    matrix: Any
    rows: tuple[IntArray, ...]

    def document_frequencies(self, train: IntArray) -> tuple[int, IntArray]:
        """Return how many training texts there are, and how many of them contain each term: ``(n_terms,)``.

        Every input of a training row is a text of its own, as for a vectoriser that is fitted on all of
        them.
        """
        X = self.matrix[np.concatenate([rows[train] for rows in self.rows])]
        return X.shape[0], np.bincount(X.indices, minlength=X.shape[1])

    def learnt(self, train: IntArray, min_df: int) -> tuple[IntArray, FloatArray]:
        """Return the columns of the terms that enough training texts contain, and their weights."""
        n, df = self.document_frequencies(train)
        keep = np.flatnonzero(df >= min_df)
        return keep, idf_of(n, df[keep])

    def weighted(
        self, of: int, chosen: IntArray, learnt: tuple[IntArray, FloatArray], sublinear: bool
    ) -> Any:
        """Return the weighted terms of the chosen statements' texts of one input: sparse rows."""
        keep, idf = learnt
        return scaled(self.matrix[self.rows[of][chosen]][:, keep], idf, sublinear)


def idf_of(n: int, df: IntArray) -> FloatArray:
    """Return smoothed inverse document frequencies, as scikit-learn has them: of ``n`` texts, in ``df``."""
    idf: FloatArray = np.log((n + 1) / (df + 1.0)) + 1.0
    return idf


@lru_cache(maxsize=16)
def counted(inputs: tuple[Texts, ...], analyser: str, ngrams: tuple[int, int]) -> Counts:
    """Count the terms of every text once, however often and in whatever input it comes."""
    place: dict[str, int] = {}
    rows = [[place.setdefault(text, len(place)) for text in texts] for texts in inputs]
    _, matrix = term_counts(list(place), analyser, ngrams)
    return Counts(matrix, tuple(np.array(row, dtype=np.intp) for row in rows))


def term_counts(texts: Sequence[str], analyser: str, ngrams: tuple[int, int]) -> tuple[list[str], Any]:
    """Return the terms of texts in alphabetical order, and ``(n_texts, n_terms)`` sparse rows of counts."""
    from sklearn.feature_extraction.text import CountVectorizer

    try:
        vectoriser = CountVectorizer(analyzer=analyser, ngram_range=ngrams, dtype=np.float64)
        counts = vectoriser.fit_transform(texts)
    except ValueError:  # no text has a single term
        from scipy.sparse import csr_matrix

        return [], csr_matrix((len(texts), 0))
    counts.sort_indices()
    return sorted(vectoriser.vocabulary_), counts
