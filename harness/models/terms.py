"""The terms that a fitted TF-IDF vectoriser knows, counted in new texts as it counts them, in less time.

No term spans white space except by joining whole words, so what a stretch without white space gives is
worked out once, and remembered while there is room: the words of a language come back all the time.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from typing import Any
from uuid import uuid4

import numpy as np

from harness.models.output import FloatArray, IntArray

_SPACES = re.compile(r"\s\s+")
_WORDS = re.compile(r"\w\w+")
"""Finds what ``TfidfVectorizer`` takes for words, which are whole ones since the pattern is greedy."""
MOST_KEPT = 1 << 18
"""Stretches that are remembered from one call to the next: some 40 MB of words, 70 MB of their n-grams."""
_END = uuid4().hex
"""A stretch that no text has; it stands behind each of many texts that are looked through at once."""


@dataclass(frozen=True)
class Terms:
    """One block of features.

    Attributes
    ----------
    analyser : 'word', 'char_wb' or 'char'
    ngrams : (int, int)
        The smallest and the largest n.
    sublinear : bool
        1 + log(count) in place of the count.
    terms : sequence of str, length n_terms
        In the order of the columns.
    idf : (n_terms,) float array
        Their inverse document frequencies.
    binary : bool
        1 in place of any count.
    """

    analyser: str
    ngrams: tuple[int, int]
    sublinear: bool
    terms: Sequence[str]
    idf: FloatArray
    binary: bool = False
    _count: Callable[[Sequence[str]], tuple[IntArray, IntArray]] = field(
        init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        if self.idf.shape != (len(self.terms),):
            raise ValueError(f"{len(self.terms)} terms have weights of shape {self.idf.shape}")
        object.__setattr__(self, "_count", self._counter())

    def __reduce__(self) -> tuple[Any, ...]:
        """Go to another process without what is remembered."""
        return Terms, (self.analyser, self.ngrams, self.sublinear, self.terms, self.idf, self.binary)

    @classmethod
    def of(cls, vectoriser: Any) -> Terms:
        """Return what a fitted ``TfidfVectorizer`` knows."""
        column = vectoriser.vocabulary_
        return cls(
            vectoriser.analyzer,
            tuple(vectoriser.ngram_range),
            vectoriser.sublinear_tf,
            sorted(column, key=column.__getitem__),
            np.asarray(vectoriser.idf_, dtype=np.float64),
            vectoriser.binary,
        )

    def weighted(self, texts: Sequence[str]) -> Any:
        """Return what the vectoriser's ``transform`` returns, to the last bit: (n, n_terms) sparse rows."""
        from scipy.sparse import csr_matrix

        indices, ends = self._count(texts)
        X = csr_matrix((np.ones(len(indices)), indices, ends), shape=(len(texts), len(self.terms)))
        X.sum_duplicates()
        if self.binary:
            X.data.fill(1.0)
        return scaled(X, self.idf, self.sublinear)

    def _counter(self) -> Callable[[Sequence[str]], tuple[IntArray, IntArray]]:
        """Return what finds the columns of the known terms of texts.

        It gives one column for each time that a term is there, text after text, and the ``n + 1`` places
        in them where texts begin and end.
        """
        column = {term: i for i, term in enumerate(self.terms)}.get

        def known(terms: Iterable[str]) -> tuple[int, ...]:
            return tuple(i for i in map(column, terms) if i is not None)

        if self.analyser == "char_wb":
            return partial(_by_stretch, _Kept(lambda s: known(characters(f" {s} ", *self.ngrams))))
        if self.ngrams == (1, 1):
            return partial(_by_stretch, _Kept(lambda s: known(_WORDS.findall(s))))
        if self.analyser == "word":
            return partial(columns_by_text, lambda text: known(word_ngrams(text, self.ngrams)))
        return partial(columns_by_text, lambda text: known(character_ngrams(text, self.ngrams)))


class _Kept(dict[str, int]):
    """The columns of stretches that have been looked at: a number for each, and their columns by number.

    Number 0 is the end of a text, which has none.
    """

    def __init__(self, say: Callable[[str], Iterable[int]]) -> None:
        super().__init__()
        self.say = say
        self.forget()

    def forget(self) -> None:
        """Begin again."""
        self.clear()
        self[_END] = 0
        self.columns, self.starts = array("i"), array("q", [0, 0])

    def __missing__(self, stretch: str) -> int:
        self.columns.extend(self.say(stretch))
        self[stretch] = number = len(self.starts) - 1
        self.starts.append(len(self.columns))
        return number


def _by_stretch(kept: _Kept, texts: Sequence[str]) -> tuple[IntArray, IntArray]:
    """Find the columns of terms that span no white space, of all texts at once."""
    if len(kept) > MOST_KEPT:
        kept.forget()
    stretches = f" {_END} ".join([*texts, ""]).lower().split()
    number = np.fromiter(map(kept.__getitem__, stretches), dtype=np.intp, count=len(stretches))
    columns, starts = np.frombuffer(kept.columns, np.intc), np.frombuffer(kept.starts, np.int64)
    begins = starts[number]
    sizes = starts[number + 1] - begins
    stops = np.cumsum(sizes)
    places = np.repeat(begins - (stops - sizes), sizes) + np.arange(sizes.sum())
    return columns[places], np.append(0, stops[number == 0])


def columns_by_stretch(
    say: Callable[[str], Iterable[int]], texts: Sequence[str]
) -> tuple[IntArray, IntArray]:
    """Return what ``say`` says of the stretches of texts without white space, lower-cased, each asked once.

    Returns
    -------
    columns : (n,) int array
        Stretch after stretch, text after text.
    ends : (n_texts + 1,) int array
        Where texts begin and end among them.
    """
    return _by_stretch(_Kept(say), texts)


def columns_by_text(
    columns: Callable[[str], Iterable[int]], texts: Sequence[str]
) -> tuple[IntArray, IntArray]:
    """Return the columns of terms that may span white space, text by text, as `columns_by_stretch` does."""
    found, ends = list[int](), [0]
    for text in texts:
        found += columns(text)
        ends.append(len(found))
    return np.array(found, dtype=np.intp), np.array(ends)


def word_ngrams(text: str, ngrams: tuple[int, int]) -> Iterable[str]:
    """Return the word n-grams of a text."""
    (first, last), found = ngrams, words(text)
    series = [found] if first == 1 else []
    for n in range(max(2, first), min(last, len(found)) + 1):
        series.append(list(map(" ".join, zip(*(found[k:] for k in range(n)), strict=False))))
    return chain.from_iterable(series)


def character_ngrams(text: str, ngrams: tuple[int, int]) -> Iterable[str]:
    """Return the character n-grams of a text, across its words; white space of several characters is one."""
    (first, last), shown = ngrams, _SPACES.sub(" ", text.lower())
    for n in range(first, min(last, len(shown)) + 1):
        yield from (shown[i : i + n] for i in range(len(shown) - n + 1))


def words(text: str) -> list[str]:
    """Return the words of a text as ``TfidfVectorizer`` finds them: lower-cased, two characters at least."""
    return _WORDS.findall(text.lower())


def characters(word: str, first: int, last: int) -> list[str]:
    """Return a word's character n-grams; a word no longer than n is its own n-gram, once."""
    out = []
    for n in range(first, last + 1):
        out += [word[i : i + n] for i in range(max(1, len(word) - n + 1))]
        if len(word) <= n:
            break
    return out


def scaled(X: Any, idf: FloatArray, sublinear: bool) -> Any:
    """Weight counts, in place, as scikit-learn's ``TfidfTransformer`` does, sum for sum."""
    from sklearn.utils.sparsefuncs_fast import inplace_csr_row_normalize_l2

    if sublinear:
        np.log(X.data, X.data)
        X.data += 1.0
    X.data *= idf[X.indices]
    inplace_csr_row_normalize_l2(X)
    return X
