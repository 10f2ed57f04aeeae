"""Spans by character, several annotators, and what harness annotate agree prints."""

import dataclasses
import json
import sys

import numpy as np
import pytest

from harness.alpha import alpha_of, distances, krippendorff_alpha
from harness.annotate.agreement.alignment import align_all
from harness.annotate.agreement.gamma import gamma_of
from harness.annotate.agreement.report import agreement_reports
from harness.annotate.agreement.spans import span_table
from harness.annotate.agreement.text import agreement_text
from harness.annotate.unfinished import load_unfinished
from harness.errors import RunError
from tests.annotate.agreement.test_statements import statement


def in_or_out(length, *files):
    return alpha_of(span_table(length, files), distances("nominal", ("out", "in")))


def test_the_alpha_of_characters_is_that_of_one_unit_a_character():
    """V4 as spans: annotator 1 marks characters 1 and 8 of 10; annotator 2 marks 0 to 2 and 5."""
    one = [statement("a1", (1, 2), (8, 9))]
    two = [statement("b1", (0, 3)), statement("b2", (5, 6))]
    assert in_or_out(10, one, two) == (pytest.approx(0.095238, abs=5e-7), None)


def test_the_alpha_of_characters_takes_any_number_of_annotators():
    files = [[statement("a", (0, 4))], [statement("b", (1, 5))], [statement("c", (3, 9), (11, 12))]]
    rows = [[any(x.start <= i < x.end for s in own for x in s.content) for own in files] for i in range(20)]
    assert in_or_out(20, *files)[0] == pytest.approx(krippendorff_alpha(rows)[0])


def test_units_of_three_annotators_hold_each_at_most_once():
    """b1 and b2 both overlap a1; b2 more, so b1 stands alone, with nobody left to join it."""
    files = {
        "a": [statement("a1", (0, 10))],
        "b": [statement("b1", (0, 3)), statement("b2", (3, 10))],
        "c": [statement("c1", (4, 10)), statement("c2", (20, 25))],
    }
    found = [sorted(s.id for s in unit.values()) for unit in align_all(files)]
    assert sorted(found) == [["a1", "b2", "c1"], ["b1"], ["c2"]]


def reports(corpus):
    return agreement_reports(load_unfinished(corpus.root), np.random.default_rng(0), resamples=200)


def test_the_small_corpus_differs_on_one_label(small_corpus):
    """Gamma-3 is hedged for anna and neutral for bruno; 4 and 5 times neutral, 3 and 2 times hedged."""
    [found] = reports(small_corpus)
    assert found.annotators == ("anna", "bruno")
    assert found.character_alpha == (1.0, None)
    assert found.confusion == ((5, 0, 0, 0), (0, 4, 0, 0), (0, 1, 2, 0), (0, 0, 0, 0))
    by_label = {x.label: x for x in found.per_label}
    assert by_label["neutral"].uses == (4, 5)
    assert by_label["neutral"].f1 == (pytest.approx(2 * 4 / 9), None)
    assert by_label["supportive"].alpha == (1.0, None)
    [differ] = found.disagreements
    assert differ.labels == {"anna": "hedged", "bruno": "neutral"}
    assert differ.text == "that talks need all sides"


def third(small_corpus, articles=("alpha", "beta", "gamma")):
    """Add clara, who is of anna's opinion."""
    for article in articles:
        rows = small_corpus.rows(small_corpus.own("anna", article))
        path = small_corpus.own("clara", article)
        path.parent.mkdir(exist_ok=True)
        small_corpus.write(path, [row | {"id": f"c-{row['id']}", "annotator": "clara"} for row in rows])


def test_three_annotators_are_reported_in_pairs_and_together(small_corpus):
    third(small_corpus)
    found = reports(small_corpus)
    assert [r.annotators for r in found] == [
        ("anna", "bruno"),
        ("anna", "clara"),
        ("bruno", "clara"),
        ("anna", "bruno", "clara"),
    ]
    together = found[-1]
    assert together.pair is together.confusion is None
    assert together.fleiss[0] == pytest.approx(
        krippendorff_alpha([["s"] * 3] * 5 + [["n"] * 3] * 4 + [["h"] * 3] * 2 + [["h", "n", "h"]])[0],
        abs=0.01,
    )


def test_of_three_annotators_each_disagreement_is_listed_once(small_corpus):
    """Clara says what anna says, so bruno differs from both on gamma-3, and she has not come to alpha."""
    third(small_corpus, articles=("beta", "gamma"))
    small_corpus.edit(small_corpus.own("bruno", "alpha"), 2, stance="hedged")
    small_corpus.gold("alpha").unlink()
    text = agreement_text(load_unfinished(small_corpus.root))
    assert text.count("that talks need all sides") == 1
    ab, ac, bc, together = text.split("\n## ")[1:]
    assert "2 disagreements, 1 of them in the report on all annotators below:\n- alpha:" in ab
    assert ac.endswith("No disagreement.\n")
    assert bc.endswith("1 disagreement, listed in the report on all annotators below.\n")
    assert "1 disagreement:\n- gamma:129 anna: hedged, bruno: neutral, clara: hedged\n" in together


def test_of_three_annotators_the_head_says_how_many_statements_all_found(small_corpus):
    """Anna and clara found all 12 statements; bruno missed one of them."""
    third(small_corpus)
    path = small_corpus.own("bruno", "beta")
    small_corpus.write(path, small_corpus.rows(path)[1:])
    small_corpus.gold("beta").unlink()
    text = agreement_text(load_unfinished(small_corpus.root))
    assert "12 statements in 3 articles that all of them annotated; 11 found by both." in text
    assert "; 12 found by two or more, 11 by all." in text
    assert "| Fleiss' κ (of what all found) | " in text


def test_an_article_that_one_has_not_come_to_is_no_disagreement(small_corpus):
    third(small_corpus, articles=("alpha",))
    found = {r.annotators: r for r in reports(small_corpus)}
    assert found["anna", "clara"].articles == ("alpha",)
    assert found["anna", "clara"].pair.span_f1_exact == (1.0, None)
    assert found["anna", "clara"].alpha_interval.reason.startswith("fewer than two articles")


def test_an_empty_file_says_that_nothing_was_found(small_corpus):
    third(small_corpus, articles=("alpha",))
    small_corpus.write(small_corpus.own("clara", "beta"), [])
    found = {r.annotators: r for r in reports(small_corpus)}["anna", "clara"]
    assert found.articles == ("alpha", "beta")
    assert found.pair.span_f1_exact == (pytest.approx(2 * 4 / (8 + 4)), None)
    assert [d.labels["clara"] for d in found.disagreements] == ["not found"] * 4


def test_annotators_who_share_no_article_have_a_reason_for_everything(small_corpus):
    third(small_corpus, articles=("alpha",))
    for article in ("alpha", "gamma"):
        small_corpus.own("bruno", article).unlink()
    for article in ("alpha", "beta", "gamma"):
        small_corpus.gold(article).unlink()
    found = {r.annotators: r for r in reports(small_corpus)}["bruno", "clara"]
    assert found.n_units == 0
    values = (found.character_alpha, found.alpha, found.fleiss, found.ac1, found.pair.kappa)
    assert all(value is None and reason for value, reason in values)
    text = agreement_text(load_unfinished(small_corpus.root))
    assert "| bruno, clara | 0, 0 | 0 | no article in common |  |  |  |  |" in text
    sentence = "Agreement is undefined: there is no article that all of them annotated."
    assert f"## bruno, clara\n\n{sentence}\n\n## anna, bruno, clara\n\n{sentence}" in text


def test_agree_prints_the_table_first_and_the_disagreements_last(small_corpus, run_cli):
    found = run_cli("annotate", "agree", small_corpus.root, "--details")
    assert found.code == 0
    assert found.out.startswith("| annotators |")
    assert "| anna ↓ bruno → | supportive | neutral | hedged | not found |" in found.out
    assert found.out.endswith(
        "1 disagreement:\n- gamma:129 anna: hedged, bruno: neutral\n"
        "  “that talks need all sides”\n  anna-gamma-3, bruno-gamma-3\n"
    )


def test_agree_as_json_has_null_and_a_reason_where_something_is_undefined(small_corpus, run_cli):
    for article in ("beta", "gamma"):
        small_corpus.own("bruno", article).unlink()
        small_corpus.gold(article).unlink()
    found = json.loads(run_cli("annotate", "agree", small_corpus.root, "--json").out)
    [report] = found["reports"]
    assert report["alpha"] == {"value": 1.0, "reason": None}
    assert report["alpha_interval"]["low"] is None
    assert report["alpha_interval"]["reason"].startswith("fewer than two articles")
    assert report["pair"]["kappa"] == {"value": 1.0, "reason": None}


def test_one_annotator_alone_is_said_to_be_one(small_corpus, run_cli):
    for path in small_corpus.own("bruno").parent.glob("*.jsonl"):
        path.unlink()
    small_corpus.own("bruno").parent.rmdir()
    for path in small_corpus.gold().parent.glob("*.jsonl"):
        path.unlink()
    assert "fewer than two annotators" in run_cli("annotate", "agree", small_corpus.root).out
    found = json.loads(run_cli("annotate", "agree", small_corpus.root, "--json").out)
    assert found["reports"] == []
    assert found["reason"] == "fewer than two annotators"


def test_gamma_without_its_extra_says_which(monkeypatch):
    monkeypatch.setitem(sys.modules, "pygamma_agreement", None)
    with pytest.raises(RunError, match=r"stance-harness\[gamma\]"):
        gamma_of({"a": [statement("a1", (0, 5))]}, np.random.default_rng(0))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # the library's own
def test_gamma_is_1_for_the_same_and_lower_for_others_and_repeats():
    pytest.importorskip("pygamma_agreement")
    a = [statement("a1", (0, 10)), statement("a2", (20, 30), stance="hedged"), statement("a3", (40, 50))]
    b = [dataclasses.replace(a[0], id="b1"), statement("b2", (22, 30)), statement("b3", (60, 70))]
    before = np.random.get_state()[1].copy()
    same = gamma_of({"a": a, "b": a}, np.random.default_rng(0))
    other = gamma_of({"a": a, "b": b}, np.random.default_rng(0))
    assert same == (pytest.approx(1.0), None)
    assert other[0] < 0.7
    assert gamma_of({"a": a, "b": b}, np.random.default_rng(0)) == other
    assert (np.random.get_state()[1] == before).all(), "the global generator is as it was"
    assert gamma_of({"a": a, "b": []}, np.random.default_rng(0)) == (None, "b found nothing")
    assert gamma_of({"a": a}, np.random.default_rng(0)) == (None, "fewer than two annotators")
