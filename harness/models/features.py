"""The columns that linear models learn from: terms, whole texts, and how alike two texts are.

Each kind of feature says the same twice: for the folds of a run, from counts of all its texts
(:meth:`Feature.start`), and for new statements, from what it learnt of a training set (:meth:`Feature.fit`
and :meth:`Feature.of`). A test compares both, bit for bit where the sums allow it, with scikit-learn.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, Protocol

import numpy as np

from harness.models.counted import Texts, Weighting, counted, idf_of
from harness.models.output import FloatArray, IntArray
from harness.models.term_counts import term_counts
from harness.models.terms import Terms, scaled, words
from harness.records import Example

Columns = Callable[[IntArray, IntArray], tuple[Any, Any]]
"""Training rows and test rows of a fold -> their sparse columns, ``(n_train, k)`` and ``(n_test, k)``."""


@dataclass(frozen=True, eq=False)
class Rarity:
    """How rare words are in training texts.

    Attributes
    ----------
    terms : sequence of str, length n_terms
    idf : (n_terms + 1,) float array
        Their weights, and last the weight of a word that no training text has.
    """

    terms: Sequence[str]
    idf: FloatArray

    def __post_init__(self) -> None:
        if self.idf.shape != (len(self.terms) + 1,):
            raise ValueError(f"{len(self.terms)} terms have weights of shape {self.idf.shape}")

    @cached_property
    def of(self) -> dict[str, float]:
        """The weight of each known term."""
        return dict(zip(self.terms, self.idf.tolist(), strict=False))


Learnt = Terms | Rarity | tuple[str, ...] | None
"""What a feature knows of its training set: weighted terms, whole texts, or nothing."""


class Feature(Protocol):
    """One kind of columns."""

    def start(self, inputs: Sequence[Texts]) -> Columns:
        """Begin work on the statements of a run; ``inputs`` has each statement's text, input by input."""
        ...

    def fit(self, inputs: Sequence[Texts]) -> tuple[Learnt, Any]:
        """Learn from the texts of a training set, and return its columns as well, ``(n, k)`` sparse rows."""
        ...

    def of(self, learnt: Learnt, inputs: Sequence[Sequence[str]]) -> Any:
        """Return the columns of new statements, ``(n, k)`` sparse rows."""
        ...

    def restored(self, said: Any, idf: FloatArray | None) -> Learnt:
        """Return what was learnt from its terms or texts and their weights; the other way of `apart`."""
        ...


def inputs_of(examples: Sequence[Example], n: int) -> tuple[Texts, ...]:
    """Return the ``n`` texts that a model is shown of each statement, input by input.

    Raises
    ------
    ValueError
        The statements were not rendered for a model of ``n`` inputs.
    """
    for e in examples:
        if len(e.beside) != n - 1:
            raise ValueError(f"{e.id} shows {1 + len(e.beside)} texts, and the model reads {n}")
    return (tuple(e.text for e in examples), *(tuple(e.beside[i] for e in examples) for i in range(n - 1)))


def apart(learnt: Learnt) -> tuple[list[str] | None, FloatArray | None]:
    """Return what a feature learnt as a list and an array, for a file."""
    if isinstance(learnt, Terms | Rarity):
        return list(learnt.terms), learnt.idf
    return (None if learnt is None else list(learnt)), None


def beside(columns: Sequence[Any], n: int) -> Any:
    """Return columns one beside the other as ``(n, k)`` sparse rows."""
    from scipy.sparse import csr_matrix

    if len(columns) == 1:
        return columns[0]
    width = sum(X.shape[1] for X in columns)
    ends = np.zeros(n + 1, dtype=np.int64)
    for X in columns:
        ends += X.indptr
    indices, data = np.empty(ends[-1], dtype=np.int32), np.empty(ends[-1])
    begins, first = ends[:-1].copy(), 0
    for X in columns:
        sizes = np.diff(X.indptr)
        to = np.arange(X.nnz) + np.repeat(begins - X.indptr[:-1], sizes)
        indices[to], data[to] = X.indices + first, X.data
        begins += sizes
        first += X.shape[1]
    return csr_matrix((data, indices, ends), shape=(n, width))


@dataclass(frozen=True)
class TermColumns:
    """TF-IDF of the terms of one input.

    Attributes
    ----------
    source : int
        The input that is counted.
    learns_from : tuple of int
        The inputs whose training texts say which terms there are and how frequent; ``source`` is one.
    analyser : 'word', 'char_wb' or 'char'
    ngrams : (int, int)
    how : Weighting
    weight : float
    """

    source: int
    learns_from: tuple[int, ...]
    analyser: str
    ngrams: tuple[int, int]
    how: Weighting
    weight: float = 1.0

    def start(self, inputs: Sequence[Texts]) -> Columns:
        """Count the terms of all texts."""
        counts = counted(tuple(inputs[i] for i in self.learns_from), self.analyser, self.ngrams)
        of = self.learns_from.index(self.source)

        def columns(train: IntArray, test: IntArray) -> tuple[Any, Any]:
            X, Y = counts.fold(of, train, test, self.how)
            return _times(X, self.weight), _times(Y, self.weight)

        return columns

    def fit(self, inputs: Sequence[Texts]) -> tuple[Learnt, Any]:
        """Learn what a ``TfidfVectorizer`` fitted on the texts knows; None where it finds no term."""
        vectoriser = self.how.vectoriser(self.analyser, self.ngrams)
        n = len(inputs[self.source])
        try:
            X = vectoriser.fit_transform([text for i in self.learns_from for text in inputs[i]])
        except ValueError:  # no term is left
            return None, beside((), n)
        mine = self.learns_from.index(self.source) * n
        return Terms.of(vectoriser), _times(X[mine : mine + n], self.weight)

    def of(self, learnt: Learnt, inputs: Sequence[Sequence[str]]) -> Any:
        """Count and weight the known terms of new texts."""
        if not isinstance(learnt, Terms):
            return beside((), len(inputs[self.source]))
        return _times(learnt.weighted(inputs[self.source]), self.weight)

    def restored(self, said: Any, idf: FloatArray | None) -> Learnt:
        """Put the weighted terms together."""
        if said is None or idf is None:
            return None
        terms = [str(term) for term in said]
        return Terms(self.analyser, self.ngrams, self.how.sublinear, terms, idf, self.how.binary)


@dataclass(frozen=True)
class WholeTexts:
    """One column for each text that some training statement shows as this input; alphabetical."""

    source: int
    weight: float = 1.0

    def start(self, inputs: Sequence[Texts]) -> Columns:
        """Take the texts as they are."""
        texts = inputs[self.source]

        def columns(train: IntArray, test: IntArray) -> tuple[Any, Any]:
            seen, new = ([texts[i] for i in rows] for rows in (train, test))
            known = tuple(sorted(set(seen)))
            return self._ones(known, seen), self._ones(known, new)

        return columns

    def fit(self, inputs: Sequence[Texts]) -> tuple[Learnt, Any]:
        """Learn which texts there are."""
        known = tuple(sorted(set(inputs[self.source])))
        return known, self._ones(known, inputs[self.source])

    def of(self, learnt: Learnt, inputs: Sequence[Sequence[str]]) -> Any:
        """Return a one where a text is a known one."""
        return self._ones(learnt if isinstance(learnt, tuple) else (), inputs[self.source])

    def restored(self, said: Any, idf: FloatArray | None) -> Learnt:
        """Put the texts together."""
        return tuple(map(str, said))

    def _ones(self, known: tuple[str, ...], texts: Sequence[str]) -> Any:
        from scipy.sparse import csr_matrix

        column = {text: i for i, text in enumerate(known)}
        found = [column.get(text, -1) for text in texts]
        rows = [i for i, place in enumerate(found) if place >= 0]
        places = [place for place in found if place >= 0]
        return csr_matrix((np.full(len(rows), self.weight), (rows, places)), shape=(len(texts), len(known)))


@dataclass(frozen=True)
class Likeness:
    """How alike two inputs of a statement are: one column for each of ``kinds``, from 0 to ``weight``.

    In the cosine a word that no training text has weighs what the formula gives for a document frequency
    of 0. Were it left out, as a vectoriser would, the pairs of a new topic would seem less alike than
    pairs of the training topics that have as much in common.
    """

    between: tuple[int, int]
    kinds: tuple[Literal["cosine", "overlap"], ...]
    ngrams: tuple[int, int] = (1, 1)
    sublinear: bool = False
    weight: float = 1.0

    def start(self, inputs: Sequence[Texts]) -> Columns:
        """Count the words of both inputs together; overlap needs no training."""
        pair = tuple(inputs[i] for i in self.between)
        shared = overlap(*pair) if "overlap" in self.kinds else None
        counts = counted(pair, "word", self.ngrams) if "cosine" in self.kinds else None

        def columns(train: IntArray, test: IntArray) -> tuple[Any, Any]:
            idf = idf_of(*counts.document_frequencies(train)) if counts else None
            out = []
            for rows in (train, test):
                near = None
                if counts and idf is not None:
                    X, Y = (counts.matrix[of[rows]] for of in counts.rows)
                    near = self._cosine(X, Y, idf)
                out.append(self._columns(near, None if shared is None else shared[rows]))
            return out[0], out[1]

        return columns

    def fit(self, inputs: Sequence[Texts]) -> tuple[Learnt, Any]:
        """Learn the words and document frequencies of both inputs' texts."""
        learnt = self._rarity(inputs) if "cosine" in self.kinds else None
        return learnt, self.of(learnt, inputs)

    def _rarity(self, inputs: Sequence[Texts]) -> Rarity:
        X, _, terms = term_counts([text for i in self.between for text in inputs[i]], "word", self.ngrams)
        df = np.bincount(X.indices, minlength=X.shape[1])
        return Rarity(terms(), idf_of(X.shape[0], np.append(df, 0)))

    def of(self, learnt: Learnt, inputs: Sequence[Sequence[str]]) -> Any:
        """Compare new texts."""
        first, second = (inputs[i] for i in self.between)
        near = None
        if isinstance(learnt, Rarity):
            X, _, terms = term_counts([*first, *second], "word", self.ngrams)
            idf = np.array([learnt.of.get(term, learnt.idf[-1]) for term in terms()], dtype=np.float64)
            near = self._cosine(X[: len(first)], X[len(first) :], idf)
        return self._columns(near, overlap(first, second) if "overlap" in self.kinds else None)

    def restored(self, said: Any, idf: FloatArray | None) -> Learnt:
        """Put the weighted words together."""
        return None if idf is None else Rarity([str(term) for term in said], idf)

    def _cosine(self, X: Any, Y: Any, idf: FloatArray) -> FloatArray:
        """Return the cosine of each row of counts X and the same row of Y: ``(n,)``; 0 without words."""
        X, Y = (scaled(counts, idf, self.sublinear) for counts in (X, Y))
        return np.asarray(X.multiply(Y).sum(axis=1), dtype=np.float64).ravel()

    def _columns(self, near: FloatArray | None, shared: FloatArray | None) -> Any:
        from scipy.sparse import csr_matrix

        said = {"cosine": near, "overlap": shared}
        columns = [column for kind in self.kinds if (column := said[kind]) is not None]
        return csr_matrix(np.column_stack(columns) * self.weight)


def overlap(first: Sequence[str], second: Sequence[str]) -> FloatArray:
    """Return the share of common words among the words of two texts, each counted once: ``(n,)``.

    0 where neither text has a word.
    """
    said = {text: frozenset(words(text)) for text in {*first, *second}}
    out = np.zeros(len(first))
    for i, (a, b) in enumerate(zip(first, second, strict=True)):
        both = len(said[a] & said[b])
        either = len(said[a]) + len(said[b]) - both
        out[i] = both / either if either else 0.0
    return out


def _times(X: Any, weight: float) -> Any:
    return X if weight == 1.0 else X * weight
