"""Agreement: published values, maintained libraries as oracles, and undefined cases that say so.

V1 to V7 are values computed with krippendorff 0.9, nltk 3.10, statsmodels 0.15 and scikit-learn 1.9.
"""

import dataclasses

import krippendorff
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import cohens_kappa

from harness.annotate.agreement.statements import (
    agreement,
    agreement_table,
    align,
    all_pairs,
    cohen_kappa,
    krippendorff_alpha,
)
from harness.checks import load_corpus
from harness.records import Span, Statement


def units(*annotators):
    """Turn strings, one an annotator, into units; * is a missing value."""
    return [[None if v == "*" else v for v in unit] for unit in zip(*annotators, strict=True)]


VECTORS = {
    "V1": (("*****34121133*3", "1*213343*******", "**21344*21133*4"), 0.691358),
    "V2": (("123321412***", "1233224125*3", "*3332342251*", "12332441251*"), 0.743421),
    "V3": (("aabbdcccedda", "babbbcccEddd".lower()), 0.691964),
    "V4": (("0100000010", "1110010000"), 0.095238),
}


@pytest.mark.parametrize("name", VECTORS)
def test_alpha_has_the_published_values(name):
    annotators, value = VECTORS[name]
    found, reason = krippendorff_alpha(units(*annotators))
    assert found == pytest.approx(value, abs=5e-7)
    assert reason is None


def test_kappa_has_the_published_values():
    v3 = cohen_kappa("aabbdcccedda", "babbbccceddd")
    v6 = cohen_kappa("y" * 25 + "n" * 25, "y" * 20 + "n" * 5 + "y" * 10 + "n" * 15)
    v7 = cohen_kappa("n" * 123 + "s" * 2, "n" * 118 + "s" * 5 + "n" * 2)
    assert v3 == (pytest.approx(0.684211, abs=5e-7), None)
    assert v6 == (pytest.approx(0.4, abs=1e-12), None)
    assert v7 == (pytest.approx(-0.0234, abs=5e-5), None)


@given(st.lists(st.lists(st.sampled_from("abc*"), min_size=3, max_size=3), min_size=2, max_size=15))
def test_alpha_equals_the_krippendorff_library(rows):
    found, reason = krippendorff_alpha([[None if v == "*" else v for v in row] for row in rows])
    pairable = [v for row in rows if sum(x != "*" for x in row) > 1 for v in row if v != "*"]
    if len(set(pairable)) < 2:
        assert found is None
        assert reason in ("no unit was labelled by two annotators", "only one label was used")
        return
    data = np.array([[np.nan if v == "*" else "abc".index(v) for v in row] for row in rows]).T
    expected = krippendorff.alpha(data, level_of_measurement="nominal", value_domain=[0, 1, 2])
    assert found == pytest.approx(expected, abs=1e-12)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=1, max_size=20))
def test_kappa_equals_scikit_learn_and_statsmodels(pairs):
    a, b = zip(*pairs, strict=True)
    found, reason = cohen_kappa(a, b)
    if len({*a, *b}) == 1:
        assert (found, reason) == (None, "only one label was used")
        return
    assert found == pytest.approx(cohen_kappa_score(a, b, labels=list("abc")), abs=1e-12)
    table = np.array([[sum(p == (x, y) for p in pairs) for y in "abc"] for x in "abc"])
    assert found == pytest.approx(cohens_kappa(table, return_results=False), abs=1e-12)


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([], "no unit was labelled by two annotators"),
        ([["a", None], [None, "b"]], "no unit was labelled by two annotators"),
        ([["a"], ["b"]], "no unit was labelled by two annotators"),
        ([["a", "a"], ["a", "a"]], "only one label was used"),
        ([["a", "a"], ["b", None]], "only one label was used"),
    ],
)
def test_an_undefined_alpha_says_why(rows, reason):
    assert krippendorff_alpha(rows) == (None, reason)


def test_an_undefined_kappa_says_why():
    assert cohen_kappa([], []) == (None, "no unit was labelled by both")
    assert cohen_kappa("aa", "aa") == (None, "only one label was used")
    assert cohen_kappa("aa", "bb") == (0.0, None), "two constants that differ agree as chance would"


def statement(id_, *spans, stance="neutral", exclusion=None, article="x"):
    text = "abcdefghijklmnopqrstuvwxyz" * 4
    return Statement(
        id=id_,
        article=article,
        content=tuple(Span(a, b, text[a:b]) for a, b in spans),
        cue=(),
        source=(),
        source_name="s",
        speaker="s",
        source_kind="person",
        via=(),
        attribution="direct",
        stance=stance,
        exclusion=exclusion,
        group="g",
        confidence=3,
        note="",
        annotator="a",
        codebook_version=1,
    )


def ids(pairs):
    return [(x.id, y.id) for x, y in pairs]


def test_the_greatest_overlap_pairs_first_and_nobody_twice():
    """a1 0-10 shares 10 of 10 characters with b2 and 4 of 12 with b1; so b1 is left for a2."""
    a = [statement("a1", (0, 10)), statement("a2", (10, 14))]
    b = [statement("b1", (6, 12)), statement("b2", (0, 10))]
    assert ids(align(a, b)) == [("a1", "b2"), ("a2", "b1")]


def test_touching_spans_and_other_articles_do_not_pair():
    assert align([statement("a1", (0, 5))], [statement("b1", (5, 9))]) == []
    assert align([statement("a1", (0, 5))], [statement("b1", (0, 5), article="y")]) == []


def test_the_span_scores_count_what_was_found():
    """A found 3, B found 2; 1 is the same to the character, 2 overlap: F1 2/5 and 4/5."""
    a = [statement("a1", (0, 5)), statement("a2", (10, 20)), statement("a3", (30, 40))]
    b = [statement("b1", (0, 5)), statement("b2", (12, 20), stance="hedged")]
    found = agreement("A", a, "B", b)
    assert (found.n_a, found.n_b, found.n_aligned) == (3, 2, 2)
    assert found.span_f1_exact == (pytest.approx(0.4), None)
    assert found.span_f1_overlap == (pytest.approx(0.8), None)
    assert found.observed == (0.5, None)


def test_an_exclusion_counts_as_a_label():
    a = [statement("a1", (0, 5), stance=None, exclusion="opposed"), statement("a2", (6, 9))]
    same = [dataclasses.replace(s, id=s.id.replace("a", "b")) for s in a]
    other = [statement("b1", (0, 5), stance=None, exclusion="undecidable"), same[1]]
    assert agreement("A", a, "B", same).kappa == (1.0, None)
    assert agreement("A", a, "B", other).observed == (0.5, None)


def test_annotators_with_nothing_in_common_have_reasons_for_every_coefficient():
    found = agreement("A", [statement("a1", (0, 5))], "B", [statement("b1", (7, 9))])
    assert found.span_f1_exact == found.span_f1_overlap == (0.0, None)
    assert found.observed == (None, "no statement was found by both")
    assert found.alpha == (None, "no unit was labelled by two annotators")
    assert found.kappa == (None, "no unit was labelled by both")
    nothing = agreement("A", [], "B", [])
    assert nothing.span_f1_exact == (None, "nobody annotated a statement")


def test_the_small_corpus_agrees_on_all_spans_and_eleven_of_twelve_labels(small_corpus):
    """Anna says 5, 4, 3 times supportive, neutral, hedged; Bruno 5, 5, 2.

    Chance is (25 + 20 + 6) / 144 = 51/144, so kappa is (132 - 51) / (144 - 51) = 81/93.
    """
    [found] = all_pairs(load_corpus(small_corpus.root))
    assert (found.a, found.b, found.n_aligned) == ("anna", "bruno", 12)
    assert found.span_f1_exact == (1.0, None)
    assert found.observed == (pytest.approx(11 / 12), None)
    assert found.kappa == (pytest.approx(81 / 93), None)


def test_one_annotator_alone_is_said_to_be_one(small_corpus):
    corpus = load_corpus(small_corpus.root)
    alone = dataclasses.replace(
        corpus, annotators={k: v for k, v in corpus.annotators.items() if k != "bruno"}
    )
    assert agreement_table(alone).splitlines()[-1] == "agreement is undefined: fewer than two annotators"


def test_the_datasheet_prints_the_table_as_it_is_computed(project):
    table = agreement_table(load_corpus(project)).splitlines()
    sheet = (project / "annotations" / "datasheet.md").read_text(encoding="utf-8")
    assert set(table) <= set(sheet.splitlines())
