"""Texts -> how often each of their terms stands in each: what ``CountVectorizer`` counts, in less time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from harness.models.output import IntArray
from harness.models.terms import (
    character_ngrams,
    characters,
    columns_by_stretch,
    columns_by_text,
    word_ngrams,
    words,
)

MOST_KEYS = 2**63
"""Word n-grams are numbered by the places of their words among all words, as long as a number holds that."""


class TermCounts(NamedTuple):
    """Terms in alphabetical order, and how often they stand in texts.

    Attributes
    ----------
    matrix : (n_texts, n_terms) sparse float rows
        Sorted within each row.
    first : (nnz,) int array
        For each entry of the matrix, the place where its text has the term first: within a row, entries in
        the order of these places are in the order in which an analyser meets their terms.
    terms : function
        Returns the terms, ``n_terms`` of them.
    """

    matrix: Any
    first: IntArray
    terms: Callable[[], list[str]]


def term_counts(texts: Sequence[str], analyser: str, ngrams: tuple[int, int]) -> TermCounts:
    """Count the terms of texts, exactly as a ``CountVectorizer`` with this analyser does.

    Terms that span no white space are taken from the stretches between it, each looked at once. Word
    n-grams are numbers made of the places of their words in the alphabet, so that their order is the
    alphabetical one: a space comes before all characters of words. Everything else is counted text by text.
    """
    if analyser == "word":
        found = _word_ngrams(texts, ngrams)
        if found is not None:
            return found
    column: dict[str, int] = {}

    def numbered(terms: Iterable[str]) -> list[int]:
        return [column.setdefault(term, len(column)) for term in terms]

    if analyser == "char_wb":
        flat, ends = columns_by_stretch(lambda s: numbered(characters(f" {s} ", *ngrams)), texts)
    else:
        taken = word_ngrams if analyser == "word" else character_ngrams
        flat, ends = columns_by_text(lambda text: numbered(taken(text, ngrams)), texts)
    rank, terms = _alphabetical(column)
    return TermCounts(*_by_rows(rank[flat], ends, len(terms)), lambda: terms)


def _word_ngrams(texts: Sequence[str], ngrams: tuple[int, int]) -> TermCounts | None:
    """Count word n-grams; None where there are too many words for so long ones."""
    column: dict[str, int] = {}
    number = column.setdefault
    flat, ends = columns_by_stretch(lambda s: [number(word, len(column)) for word in words(s)], texts)
    rank, alphabet = _alphabetical(column)
    if ngrams == (1, 1):
        return TermCounts(*_by_rows(rank[flat], ends, len(alphabet)), lambda: alphabet)
    first, last = ngrams
    base = len(alphabet) + 1
    if base**last >= MOST_KEYS:
        return None
    rows, keys = _keys(rank[flat] + 1, ends, base, first, last)
    distinct, place = np.unique(keys, return_inverse=True)
    by_text = np.argsort(rows, kind="stable")  # each text's shorter n-grams stay before its longer ones
    sizes = np.bincount(rows, minlength=len(texts))
    counted = _by_rows(place[by_text], np.append(0, np.cumsum(sizes)), len(distinct))

    def terms() -> list[str]:
        digits = [(distinct // base ** (last - 1 - k) % base).tolist() for k in range(last)]
        return [" ".join(alphabet[d - 1] for d in said if d) for said in zip(*digits, strict=True)]

    return TermCounts(*counted, terms)


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


def _by_rows(columns: IntArray, ends: IntArray, n_terms: int) -> tuple[Any, IntArray]:
    """Return a matrix of counts with sorted rows, and the place where each entry's row has its column first.

    Parameters
    ----------
    columns : (n,) int array
        A column for each time that a term is there, text after text.
    ends : (n_texts + 1,) int array
        Where texts begin and end among them.
    n_terms : int
    """
    from scipy.sparse import csr_matrix

    size = (len(ends) - 1, n_terms)
    # turned twice, which sorts each row in linear time and leaves what is equal in its order
    placed = csr_matrix((np.arange(len(columns)), columns, ends), shape=size).tocsc().tocsr()
    begins = np.append(True, placed.indices[1:] != placed.indices[:-1])[: placed.nnz]
    begins[placed.indptr[:-1][np.diff(placed.indptr) > 0]] = True
    at = np.flatnonzero(begins)
    counts = np.diff(np.append(at, placed.nnz)).astype(np.float64)
    X = csr_matrix((counts, placed.indices[at], np.searchsorted(at, placed.indptr)), shape=size)
    return X, placed.data[at]
