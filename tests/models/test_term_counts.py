"""Counting: the same matrices, vocabularies and predictions as scikit-learn's own, for every option."""

import numpy as np
import pytest
from hypothesis import given, settings
from scipy.sparse import hstack
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from harness.models import term_counts as module
from harness.models.counted import Kept, Weighting, counted
from harness.models.features import beside
from harness.models.linear import TfidfLogReg
from harness.models.term_counts import term_counts
from harness.records import Example
from tests.models.test_terms import TRAINING, texts

KINDS = [
    ("word", (1, 1)),
    ("word", (1, 2)),
    ("word", (2, 4)),
    ("word", (3, 3)),
    ("char_wb", (1, 1)),
    ("char_wb", (2, 5)),
    ("char", (1, 3)),
    ("char", (4, 4)),
]
OPTIONS = [
    {},
    {"min_df": 2},
    {"min_df": 0.2},
    {"min_df": 0.05, "max_df": 0.5},
    {"max_df": 4},
    {"max_features": 7},
    {"max_features": 30, "min_df": 2, "binary": True},
    {"binary": True, "sublinear": True},
    {"sublinear": True, "max_df": 0.9, "max_features": 25},
    {"min_df": 9, "max_df": 3},
    {"min_df": 999},
]


def same(X, Y):
    return X.shape == Y.shape and all(
        np.array_equal(getattr(X, part), getattr(Y, part)) for part in ("indptr", "indices", "data")
    )


def reference(some, analyser, ngrams):
    vectoriser = CountVectorizer(analyzer=analyser, ngram_range=ngrams, dtype=np.float64).fit(some)
    return vectoriser.get_feature_names_out().tolist(), vectoriser.transform(some)


@pytest.mark.parametrize(("analyser", "ngrams"), KINDS)
@settings(max_examples=40, deadline=None)
@given(more=texts)
def test_any_texts_have_the_counts_and_terms_that_scikit_learn_finds(analyser, ngrams, more):
    some = [*TRAINING, *more, TRAINING[0]]
    terms, matrix = reference(some, analyser, ngrams)
    found = term_counts(some, analyser, ngrams)
    assert found.terms() == terms
    assert same(found.matrix, matrix)


@pytest.mark.parametrize(("analyser", "ngrams"), KINDS)
def test_places_of_first_appearance_are_those_at_which_an_analyser_meets_the_terms(analyser, ngrams):
    analyse = CountVectorizer(analyzer=analyser, ngram_range=ngrams).build_analyzer()
    matrix, first, terms = term_counts(TRAINING, analyser, ngrams)
    for row, text in enumerate(TRAINING):
        entries = slice(matrix.indptr[row], matrix.indptr[row + 1])
        order = matrix.indices[entries][np.argsort(first[entries])]
        assert [terms()[column] for column in order] == list(dict.fromkeys(analyse(text)))


@pytest.mark.parametrize(("analyser", "ngrams"), KINDS)
def test_texts_without_a_term_have_no_columns(analyser, ngrams):
    found = term_counts(["", " ", ""], analyser, ngrams)
    blank = analyser == "char" and ngrams[0] == 1  # to which a space is a term
    assert found.matrix.shape == (3, int(blank))
    assert found.terms() == [" "] * blank


def test_n_grams_that_no_number_can_hold_are_counted_text_by_text(monkeypatch):
    monkeypatch.setattr(module, "MOST_KEYS", 1000)
    terms, matrix = reference(TRAINING, "word", (1, 3))
    found = term_counts(TRAINING, "word", (1, 3))
    assert found.terms() == terms
    assert same(found.matrix, matrix)


def statements(n=60):
    """Return texts with words of very different frequencies, and a label for each that some words tell."""
    rng = np.random.default_rng(3)
    words = np.array([f"{c}{c}{i}" for i, c in enumerate("abcdefghijklmnopqrstuvwxyz")])
    weights = 1 / np.arange(1, 27)
    made = [" ".join(rng.choice(words, rng.integers(2, 12), p=weights / weights.sum())) for _ in range(n)]
    return tuple(made), np.array([("cc2" in t) + ("dd3" in t) for t in made])


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize(("analyser", "ngrams"), [KINDS[i] for i in (0, 1, 5, 6)])
def test_matrices_of_a_fold_are_those_of_a_vectoriser_fitted_on_its_training_rows(analyser, ngrams, options):
    some, _ = statements()
    order = np.random.default_rng(1).permutation(len(some))
    for test in np.array_split(order, 3):
        train = np.setdiff1d(order, test)
        for rows in (train, np.concatenate([train, train[:7]])):
            how = Weighting(**options)
            found = counted((some,), analyser, ngrams).fold(0, rows, test, how)
            vectoriser = how.vectoriser(analyser, ngrams)
            try:
                expected = vectoriser.fit_transform([some[i] for i in rows])
            except ValueError:  # no term is left
                assert [X.shape[1] for X in found] == [0, 0]
                continue
            assert same(found[0], expected)  # down to the order of a row's entries, in which sums are made
            assert same(found[1], vectoriser.transform([some[i] for i in test]))


@pytest.mark.parametrize("options", OPTIONS[:9], ids=str)
@pytest.mark.parametrize("across", [False, True])
def test_a_fold_and_a_stored_model_predict_what_a_pipeline_does(options, across):
    some, labels = statements()
    names = ("none", "favor", "against")
    examples = [
        Example(f"s{i}", names[y], t, f"g{i}", "") for i, (t, y) in enumerate(zip(some, labels, strict=True))
    ]
    model = TfidfLogReg(words=None, characters=[1, 3], across_words=across, **options)
    train, test = np.arange(40), np.arange(40, 60)
    session = model.start(examples, names)
    found = session.fit_predict(train, test, 0)
    vectoriser = Weighting(**options).vectoriser("char" if across else "char_wb", (1, 3))
    pipeline = make_pipeline(vectoriser, LogisticRegression(max_iter=2000))
    pipeline.fit(some[:40], labels[:40])
    np.testing.assert_array_equal(found.predicted, pipeline.predict(some[40:]))
    np.testing.assert_allclose(found.probabilities, pipeline.predict_proba(some[40:]), atol=1e-12)
    for feature in model.features():
        assert same(feature.fit([some[:40]])[1], session.columns(train, test)[0])
    labeller = model.train(examples[:40], names, 0)
    for made in (labeller, model.restored(model.parts(labeller), names)):
        anew = made.label(examples[40:])
        np.testing.assert_array_equal(anew.predicted, found.predicted)
        np.testing.assert_allclose(anew.probabilities, found.probabilities, atol=1e-12)


def test_models_that_ask_for_the_same_share_counts_and_the_matrices_of_a_fold():
    some, _ = statements()
    first, again = counted((some,), "word", (1, 1)), counted((tuple(some),), "word", (1, 1))
    assert first is again
    train, test = np.arange(40), np.arange(40, 60)
    shared = [first.fold(0, train, test, Weighting())[0] for _ in range(2)]
    assert shared[0] is shared[1]
    assert first.fold(0, train, test, Weighting(sublinear=True))[0] is not shared[0]
    assert first.fold(0, train[1:], test, Weighting())[0] is not shared[0]


def test_what_is_kept_is_bounded_in_bytes_and_the_least_used_goes_first():
    kept, made = Kept[str](10, len), []

    def get(key, value):
        return kept.get(key, lambda: made.append(key) or value)

    get("a", "aaaa")
    get("b", "bbbb")
    get("a", "aaaa")
    get("c", "cccc")  # 12 bytes: b goes, which was asked for longest ago
    get("a", "aaaa")
    get("d", "d" * 11)  # larger than all there is room for: not kept, and nothing goes for it
    assert made == ["a", "b", "c", "d"]
    get("b", "bbbb")
    assert (made, kept.bytes) == (["a", "b", "c", "d", "b"], 8)


def test_columns_beside_each_other_are_scipys():
    rng = np.random.default_rng(0)
    some, _ = statements(20)
    blocks = [TfidfVectorizer(ngram_range=(n, n)).fit_transform(some) for n in (1, 2)]
    blocks.insert(1, blocks[0][:, rng.permutation(blocks[0].shape[1])[:5]])
    assert same(beside(blocks, 20), hstack(blocks).tocsr())
    assert beside([], 20).shape == (20, 0)


def test_a_weight_does_not_change_what_models_share():
    """The block and the text are one text, counted once; the block's columns weigh three times as much."""
    some, labels = statements()
    names = ("none", "favor", "against")
    rows = [
        Example(f"s{i}", names[y], t, f"g{i}", "", beside=(t,))
        for i, (t, y) in enumerate(zip(some, labels, strict=True))
    ]
    model = TfidfLogReg(blocks={"again": {"input": "{text}", "weight": 3.0}})
    session = model.start(rows, names)
    for _ in range(2):
        X, _ = session.columns(np.arange(40), np.arange(40, 60))
        half = X.shape[1] // 2
        np.testing.assert_array_equal(X[:, :half].toarray() * 3, X[:, half:].toarray())


@pytest.mark.parametrize(
    "given", [{"min_df": 0.0}, {"min_df": 1.5}, {"max_df": 0}, {"max_features": 0}, {"binary": 1}]
)
def test_options_out_of_range_are_refused(given):
    with pytest.raises(ValueError, match=next(iter(given))):
        TfidfLogReg.model_validate(given)
