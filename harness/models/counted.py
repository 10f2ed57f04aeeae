"""The terms of all texts of a run, counted once, and the weights that a fold's training rows give them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Generic, TypeVar

import numpy as np

from harness.models.output import FloatArray, IntArray
from harness.models.term_counts import term_counts
from harness.models.terms import scaled

Texts = tuple[str, ...]
Learnt = tuple[IntArray, FloatArray]
"""The columns of the terms that are known, and their weights."""
MOST_COUNTED, MOST_WEIGHTED = 1 << 30, 1 << 28
"""Bytes of counts, and of weighted folds, that a process keeps for models that ask for the same."""


@dataclass(frozen=True)
class Weighting:
    """Which terms are features and how they are weighted, as the options of ``TfidfVectorizer`` say.

    Attributes
    ----------
    min_df, max_df : int or float
        The fewest and the most training texts with the term; a float in [0, 1] is a share of them.
    max_features : int or None
        Of those, so many that are most frequent in the training texts; None is all.
    binary : bool
        1 in place of any count.
    sublinear : bool
        1 + log(count) in place of the count.
    """

    min_df: int | float = 1
    max_df: int | float = 1.0
    max_features: int | None = None
    binary: bool = False
    sublinear: bool = False

    def vectoriser(self, analyser: str, ngrams: tuple[int, int]) -> Any:
        """Return the unfitted ``TfidfVectorizer``."""
        from sklearn.feature_extraction.text import TfidfVectorizer

        return TfidfVectorizer(
            analyzer=analyser,
            ngram_range=ngrams,
            min_df=self.min_df,
            max_df=self.max_df,
            max_features=self.max_features,
            binary=self.binary,
            sublinear_tf=self.sublinear,
        )

    def chosen(self, n: int, df: IntArray, frequencies: Callable[[], FloatArray]) -> IntArray:
        """Return the terms that are features.

        Parameters
        ----------
        n : int
            Training texts.
        df : (n_terms,) int array
            How many of them have each term, in alphabetical order.
        frequencies : function
            Gives how often each term stands in them, ``(n_terms,)``; called for ``max_features`` alone.
        """
        low, high = (x if isinstance(x, int) else x * n for x in (self.min_df, self.max_df))
        keep = np.flatnonzero((df > 0) & (df >= low) & (df <= high))
        if self.max_features is None or len(keep) <= self.max_features:
            return keep
        # scikit-learn sorts just this array in just this way, so that ties fall as they do there
        most = (-frequencies()[keep]).argsort()[: self.max_features]
        return keep[np.sort(most)]


@dataclass(frozen=True, eq=False)
class Counts:
    """How often each term stands in each text.

    Attributes
    ----------
    matrix : (n_distinct, n_terms) sparse float rows
        A row for each text that differs from the others, terms in alphabetical order; sorted within
        each row.
    first : (nnz,) int array
        Where each entry's text has the term first (`TermCounts`).
    rows : tuple of (n_texts,) int arrays
        For each of the inputs, the row of each statement's text.
    """

    matrix: Any
    first: IntArray
    rows: tuple[IntArray, ...]
    number: int = field(default_factory=count().__next__, init=False)

    def document_frequencies(self, train: IntArray) -> tuple[int, IntArray]:
        """Return how many training texts there are, and how many of them contain each term: ``(n_terms,)``.

        Every input of a training row is a text of its own, as for a vectoriser that is fitted on all of
        them.
        """
        X = self._training(train)
        return X.shape[0], np.bincount(X.indices, minlength=X.shape[1])

    def learnt(self, train: IntArray, how: Weighting) -> Learnt:
        """Return the columns of the terms that are features for this training set, and their weights."""
        X = self._training(train)
        n, df = X.shape[0], np.bincount(X.indices, minlength=X.shape[1])

        def frequencies() -> FloatArray:
            return df.astype(np.float64) if how.binary else np.asarray(X.sum(axis=0)).ravel()

        keep = how.chosen(n, df, frequencies)
        return keep, idf_of(n, df[keep])

    def trained_on(self, of: int, train: IntArray, learnt: Learnt, how: Weighting) -> Any:
        """Return the weighted terms of the training statements' texts of one input: sparse rows.

        Entries of a row stand as ``fit_transform`` leaves them, in the order in which the training texts
        show their terms first. So sums over a row round as they do there, to the last bit.
        """
        keep, idf = learnt
        order = self._appearance(train, keep)
        placed = self.matrix[self.rows[of][train]][:, keep[order]].tocsc().tocsr()  # turned twice: sorted
        return _weighted_rows(placed, order[placed.indices], idf, how)

    def new(self, of: int, test: IntArray, learnt: Learnt, how: Weighting) -> Any:
        """Return the weighted terms of other statements' texts, as ``transform`` does: alphabetical rows."""
        keep, idf = learnt
        X = self.matrix[self.rows[of][test]][:, keep]
        return _weighted_rows(X, X.indices, idf, how)

    def fold(self, of: int, train: IntArray, test: IntArray, how: Weighting) -> tuple[Any, Any]:
        """Return the weighted terms of training and test rows; models that ask for the same share them.

        They must not be changed.
        """

        def make() -> tuple[Any, Any]:
            learnt = self.learnt(train, how)
            return self.trained_on(of, train, learnt, how), self.new(of, test, learnt, how)

        return _weighted.get((self.number, of, train.tobytes(), test.tobytes(), how), make)

    def _training(self, train: IntArray) -> Any:
        return self.matrix[self._texts(train)]

    def _texts(self, train: IntArray) -> IntArray:
        return np.concatenate([rows[train] for rows in self.rows])

    def _appearance(self, train: IntArray, keep: IntArray) -> IntArray:
        """Return the features, as places in ``keep``, in the order of first appearance in training."""
        from scipy.sparse import csr_matrix

        whole = self.matrix
        firsts = csr_matrix((self.first, whole.indices, whole.indptr), shape=whole.shape)[self._texts(train)]
        entry = np.zeros(whole.shape[1], dtype=np.intp)
        entry[firsts.indices[::-1]] = np.arange(firsts.nnz)[::-1]  # of several, the last written stays
        found = entry[keep]
        text = np.searchsorted(firsts.indptr, found, side="right")
        order: IntArray = np.lexsort((firsts.data[found], text))
        return order


def _weighted_rows(X: Any, indices: IntArray, idf: FloatArray, how: Weighting) -> Any:
    from scipy.sparse import csr_matrix

    data = np.ones(X.nnz) if how.binary else X.data
    return scaled(csr_matrix((data, indices, X.indptr), shape=X.shape), idf, how.sublinear)


Made = TypeVar("Made")


class Kept(Generic[Made]):
    """What was made last, up to so many bytes; what is larger than that is not kept."""

    def __init__(self, most: int, size: Callable[[Made], int]) -> None:
        self.most, self.size, self.bytes = most, size, 0
        self.found: OrderedDict[Hashable, tuple[Made, int]] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return what ``key`` stands for, made if it is not there."""
        if key in self.found:
            self.found.move_to_end(key)
            return self.found[key][0]
        value = make()
        room = self.size(value)
        if room <= self.most:
            self.found[key] = (value, room)
            self.bytes += room
            while self.bytes > self.most:
                self.bytes -= self.found.popitem(last=False)[1][1]
        return value


def _size(*matrices: Any) -> int:
    return sum(int(X.data.nbytes + X.indices.nbytes + X.indptr.nbytes) for X in matrices)


_counted = Kept[Counts](MOST_COUNTED, lambda counts: _size(counts.matrix) + counts.first.nbytes)
_weighted = Kept[tuple[Any, Any]](MOST_WEIGHTED, lambda fold: _size(*fold))


def idf_of(n: int, df: IntArray) -> FloatArray:
    """Return smoothed inverse document frequencies, as scikit-learn has them: of ``n`` texts, in ``df``."""
    idf: FloatArray = np.log((n + 1) / (df + 1.0)) + 1.0
    return idf


def counted(inputs: tuple[Texts, ...], analyser: str, ngrams: tuple[int, int]) -> Counts:
    """Count the terms of every text once, however often and in whatever input it comes."""

    def make() -> Counts:
        place: dict[str, int] = {}
        rows = [[place.setdefault(text, len(place)) for text in texts] for texts in inputs]
        found = term_counts(list(place), analyser, ngrams)
        return Counts(found.matrix, found.first, tuple(np.array(row, dtype=np.intp) for row in rows))

    return _counted.get((inputs, analyser, ngrams), make)
