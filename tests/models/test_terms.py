"""Terms: the same numbers as scikit-learn's own vectoriser gives, to the last bit, for any text."""

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from harness.models import terms
from harness.models.terms import Terms, characters

TRAINING = [
    "The sanctions strike the innocent and must end.",
    "ΟΔΟΣ οδος Straße STRASSE İstanbul ﬁne naïve café",
    "trade rose by a tenth; trade rose! The sanctions end.",
    "x y z ab a_b 12 1.5 don’t e-mail",
]
BLOCKS = [
    {},
    {"ngram_range": (1, 2)},
    {"ngram_range": (2, 3), "sublinear_tf": True},
    {"ngram_range": (3, 3)},
    {"analyzer": "char_wb", "ngram_range": (2, 5)},
    {"analyzer": "char_wb", "ngram_range": (1, 1), "sublinear_tf": True},
    {"min_df": 2},
    {"analyzer": "char", "ngram_range": (1, 3)},
    {"analyzer": "char", "ngram_range": (4, 6), "binary": True, "sublinear_tf": True},
    {"binary": True, "max_features": 5},
]
words = st.sampled_from(
    [*" ".join(TRAINING).split(), "", " ", "\t", "\n", "\x1c", "\x85", "\u2028", "new", "Σ"]
)
texts = st.lists(st.one_of(st.text(max_size=20), st.lists(words, max_size=12).map(" ".join)), max_size=6)


def same(a, b):
    return a.shape == b.shape and all(
        np.array_equal(getattr(a, part), getattr(b, part)) for part in ("indptr", "indices", "data")
    )


@pytest.mark.parametrize("block", BLOCKS, ids=str)
@settings(max_examples=40, deadline=None)
@given(texts=texts)
def test_any_text_has_the_weights_that_scikit_learn_gives_it(block, texts):
    vectoriser = TfidfVectorizer(**block).fit(TRAINING)
    known = Terms.of(vectoriser)
    wanted = vectoriser.transform(texts) if texts else vectoriser.transform([""])[:0]
    assert same(known.weighted(texts), wanted)
    assert same(known.weighted(texts), wanted)  # what is remembered by now changes nothing


def test_what_is_remembered_is_bounded_and_forgetting_changes_nothing(monkeypatch):
    monkeypatch.setattr(terms, "MOST_KEPT", 3)
    for block in BLOCKS:
        vectoriser = TfidfVectorizer(**block).fit(TRAINING)
        known = Terms.of(vectoriser)
        for _ in range(3):
            assert same(known.weighted(TRAINING), vectoriser.transform(TRAINING))


def test_terms_go_to_another_process_as_they_are():
    known = Terms.of(TfidfVectorizer(ngram_range=(1, 2)).fit(TRAINING))
    assert same(pickle.loads(pickle.dumps(known)).weighted(TRAINING), known.weighted(TRAINING))


def test_the_character_ngrams_of_a_short_word_end_with_the_word_itself():
    assert characters(" ab ", 3, 5) == [" ab", "ab ", " ab "]  # 4 characters: no 5-gram
    assert characters(" a ", 5, 6) == [" a "]


def test_terms_without_their_weights_are_refused():
    with pytest.raises(ValueError, match="2 terms have weights of shape"):
        Terms("word", (1, 1), False, ["a", "b"], np.ones(3))
