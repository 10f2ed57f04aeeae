"""Texts -> how often each of their terms stands in each: what ``CountVectorizer`` counts, in less time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from harness.models.output import IntArray
from harness.models.terms import characters, columns_by_stretch, words

MOST_KEYS = 2**63
"""Word n-grams are numbered by the places of their words among all words, as long as a number holds that."""


class TermCounts(NamedTuple):
    """Terms in alphabetical order, and how often they stand in texts.

    Attributes
    ----------
    matrix : (n_texts, n_terms) sparse float rows
        Sorted within each row.
    terms : function
        Returns the terms, ``n_terms`` of them.
    """

    matrix: Any
    terms: Callable[[], list[str]]


def term_counts(texts: Sequence[str], analyser: str, ngrams: tuple[int, int]) -> TermCounts:
    """Count the terms of texts, exactly as a ``CountVectorizer`` with this analyser does.

    Terms that span no white space are taken from the stretches between it, each looked at once. Word
    n-grams are numbers made of the places of their words in the alphabet, so that their order is the
    alphabetical one: a space comes before all characters of words. Everything else is left to scikit-learn.
    """
    if analyser == "char_wb":
        column: dict[str, int] = {}
        number = column.setdefault
        flat, ends = columns_by_stretch(
            lambda s: [number(term, len(column)) for term in characters(f" {s} ", *ngrams)], texts
        )
        rank, terms = _alphabetical(column)
        return TermCounts(_by_rows(rank[flat], ends, len(terms)), lambda: terms)
    if analyser == "word":
        found = _word_ngrams(texts, ngrams)
        if found is not None:
            return found
    return _ordinary(texts, analyser, ngrams)


def _word_ngrams(texts: Sequence[str], ngrams: tuple[int, int]) -> TermCounts | None:
    """Count word n-grams; None where there are too many words for so long ones."""
    column: dict[str, int] = {}
    number = column.setdefault
    flat, ends = columns_by_stretch(lambda s: [number(word, len(column)) for word in words(s)], texts)
    rank, alphabet = _alphabetical(column)
    if ngrams == (1, 1):
        return TermCounts(_by_rows(rank[flat], ends, len(alphabet)), lambda: alphabet)
    first, last = ngrams
    base = len(alphabet) + 1
    if base**last >= MOST_KEYS:
        return None
    from scipy.sparse import csr_matrix

    rows, keys = _keys(rank[flat] + 1, ends, base, first, last)
    distinct, place = np.unique(keys, return_inverse=True)
    X = csr_matrix((np.ones(len(place)), (rows, place)), shape=(len(texts), len(distinct)))

    def terms() -> list[str]:
        digits = [(distinct // base ** (last - 1 - k) % base).tolist() for k in range(last)]
        return [" ".join(alphabet[d - 1] for d in said if d) for said in zip(*digits, strict=True)]

    return TermCounts(X, terms)


def _keys(place: IntArray, ends: IntArray, base: int, first: int, last: int) -> tuple[IntArray, IntArray]:
    """Return the text and the number of each n-gram of a series of words.

    Parameters
    ----------
    place : (n_words,) int array
        Of each word in the alphabet, from 1.
    ends : (n_texts + 1,) int array
        Where texts begin and end in the series.
    base : int
        Above every place.
    first, last : int
        The n of n-grams.

    Returns
    -------
    texts, numbers : two int arrays of one length
        Numbers have ``last`` digits to this base; 0 stands where an n-gram has ended.
    """
    text = np.repeat(np.arange(len(ends) - 1), np.diff(ends))
    left = ends[1:][text] - np.arange(len(place))
    at, number = np.arange(len(place)), np.zeros(len(place), dtype=np.int64)
    texts, numbers = [], []
    for n in range(1, last + 1):
        long_enough = left[at] >= n
        at, number = at[long_enough], number[long_enough]
        number = number + place[at + n - 1] * base ** (last - n)
        if n >= first:
            texts.append(text[at])
            numbers.append(number)
    return np.concatenate(texts), np.concatenate(numbers)


def _alphabetical(column: dict[str, int]) -> tuple[IntArray, list[str]]:
    """Return the place of each numbered term in the alphabet, and the terms in its order."""
    terms = sorted(column)
    rank = np.empty(len(terms), dtype=np.int64)
    rank[[column[term] for term in terms]] = np.arange(len(terms))
    return rank, terms


def _by_rows(columns: IntArray, ends: IntArray, n_terms: int) -> Any:
    from scipy.sparse import csr_matrix

    X = csr_matrix((np.ones(len(columns)), columns, ends), shape=(len(ends) - 1, n_terms))
    X.sum_duplicates()
    return X


def _ordinary(texts: Sequence[str], analyser: str, ngrams: tuple[int, int]) -> TermCounts:
    from sklearn.feature_extraction.text import CountVectorizer

    try:
        vectoriser = CountVectorizer(analyzer=analyser, ngram_range=ngrams, dtype=np.float64)
        counts = vectoriser.fit_transform(texts)
    except ValueError:  # no text has a single term
        from scipy.sparse import csr_matrix

        return TermCounts(csr_matrix((len(texts), 0)), list)
    counts.sort_indices()
    return TermCounts(counts, lambda: sorted(vectoriser.vocabulary_))
