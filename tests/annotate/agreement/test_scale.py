"""Alpha by the order of the labels, or by declared distances.

V1 and V2 and their values were computed with the package krippendorff 0.9.
"""

import dataclasses
import json

import krippendorff
import numpy as np
import pytest

from harness.alpha import krippendorff_alpha
from harness.annotate.agreement.report import agreement_reports
from harness.annotate.agreement.scale import scale_agreement
from harness.annotate.unfinished import load_unfinished
from harness.records import Label, Scheme

V1 = ("*****34121133*3", "1*213343*******", "**21344*21133*4")
V2 = ("123321412***", "1233224125*3", "*3332342251*", "12332441251*")


def scheme(digits, **scale):
    return Scheme("t", tuple(Label(d, d) for d in digits), 1, **scale)


def line(digits):
    """Labels on a line, one unit apart."""
    return tuple(tuple(abs(float(a) - float(b)) for b in digits) for a in digits)


def units(rows):
    return [[None if v == "*" else v for v in column] for column in zip(*rows, strict=True)]


def found(scheme, rows_by_article, seed=0, resamples=200):
    return scale_agreement(scheme, rows_by_article, np.random.default_rng(seed), resamples=resamples)


@pytest.mark.parametrize(
    ("rows", "digits", "ordinal", "interval"),
    [(V1, "1234", 0.806721, 0.810845), (V2, "12345", 0.815388, 0.849107)],
)
def test_order_gives_ordinal_alpha_and_distances_on_a_line_interval_alpha(rows, digits, ordinal, interval):
    for said, value in (({"order": tuple(digits)}, ordinal), ({"distances": line(digits)}, interval)):
        result = found(scheme(digits, **said), [units(rows)])
        assert result.alpha == (pytest.approx(value, abs=5e-7), None)
        assert result.n_without_place == 0


def test_the_order_counts_and_not_the_names(small_corpus):
    """With 3 in the lowest place, ordinal alpha is that of the digits renamed 3 -> 0."""
    result = found(scheme("1234", order=tuple("3124")), [units(V1)])
    renamed = [[np.nan if v == "*" else 0 if v == "3" else float(v) for v in row] for row in V1]
    expected = krippendorff.alpha(reliability_data=renamed, level_of_measurement="ordinal")
    assert result.alpha[0] == pytest.approx(expected)
    assert result.alpha[0] != pytest.approx(0.806721, abs=1e-3)


def test_equal_distances_give_nominal_alpha():
    flat = tuple(tuple(float(a != b) * 7 for b in "1234") for a in "1234")
    assert found(scheme("1234", distances=flat), [units(V1)]).alpha[0] == pytest.approx(0.691358, abs=5e-7)


def test_articles_add_up_to_the_alpha_of_all_units_and_give_an_interval():
    parts = [units(V2)[i : i + 3] for i in (0, 3, 6, 9)]
    result = found(scheme("12345", order=tuple("12345")), parts)
    assert result.alpha[0] == pytest.approx(0.815388, abs=5e-7)
    assert result.interval.n_articles == 4
    assert result.interval.low <= result.alpha[0] <= result.interval.high


def test_exclusions_have_no_place_and_count_as_missing():
    """Units aa, ab, and a with 'opposed': the third has one label left, which pairs with nothing."""
    rows = [["a", "a"], ["a", "b"], ["a", "opposed"], ["opposed", None]]
    result = found(scheme("ab", order=("a", "b")), [rows])
    assert result.alpha == krippendorff_alpha(rows[:2], "ordinal", ["a", "b"])
    assert result.n_without_place == 1, "the last unit was found by one alone"


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([], "no unit was labelled by two annotators"),
        ([["a", None]], "no unit was labelled by two annotators"),
        ([["opposed", "a"]], "no unit was labelled by two annotators"),
        ([["a", "a"]], "only one label was used"),
    ],
)
def test_what_is_undefined_has_a_reason(rows, why):
    result = found(scheme("ab", order=("a", "b")), [rows])
    assert result.alpha == (None, why)
    assert result.interval.reason == "fewer than two articles with labels of two annotators"


def test_labels_without_distance_between_them_leave_it_undefined():
    result = found(scheme("ab", distances=((0.0, 0.0), (0.0, 0.0))), [[["a", "b"]]])
    assert result.alpha == (None, "the labels in use do not differ at this level")


def test_without_a_scale_there_is_nothing_to_say():
    assert found(scheme("ab"), [[["a", "b"]]]) is None


def ordered(small_corpus, text="order: [supportive, hedged, neutral]"):
    small_corpus.replace(small_corpus.scheme, "labels:", f"{text}\nlabels:")
    return small_corpus.root


def test_agree_prints_alpha_by_order_beside_nominal_alpha(small_corpus, run_cli):
    """Of 12 units one is hedged for anna and neutral for bruno: a neighbour, so the order forgives some."""
    plain = run_cli("annotate", "agree", small_corpus.root).out
    assert "by their order" not in plain
    printed = run_cli("annotate", "agree", ordered(small_corpus)).out
    new = [row for row in printed.splitlines() if row not in plain.splitlines()]
    pairs = [["s", "s"]] * 5 + [["n", "n"]] * 4 + [["h", "h"]] * 2 + [["h", "n"]]
    alpha, _ = krippendorff_alpha(pairs, "ordinal", ["s", "h", "n"])
    assert new[0].startswith(f"| α of labels, by their order | {alpha:.3f} | ")
    assert new[0].endswith(" to 1.000 (3 articles) |")
    assert new[1:] == ["Order of the labels: supportive < hedged < neutral."]
    assert [row for row in plain.splitlines() if row not in printed.splitlines()] == []


def test_agree_as_json_has_the_scale_with_value_reason_and_interval(small_corpus, run_cli):
    plain = json.loads(run_cli("annotate", "agree", small_corpus.root, "--json").out)
    assert plain["reports"][0]["scale"] is None
    text = "distances: {supportive: {hedged: 1, neutral: 2}, hedged: {neutral: 1}}"
    for who in ("anna", "bruno"):
        small_corpus.edit(small_corpus.own(who), 1, stance=None, exclusion="opposed")
    small_corpus.gold().unlink()
    [report] = json.loads(run_cli("annotate", "agree", ordered(small_corpus, text), "--json").out)["reports"]
    scale = report["scale"]
    assert (scale["level"], scale["labels"]) == ("distances", ["supportive", "neutral", "hedged"])
    assert scale["alpha"]["value"] > report["alpha"]["value"]
    assert scale["alpha"]["reason"] is None
    assert scale["interval"]["n_articles"] == 3
    assert scale["n_without_place"] == 2


def test_an_order_leaves_every_other_figure_of_every_report_as_it_was(small_corpus):
    """The third annotator makes four reports, whose intervals come from one stream of random numbers."""
    for article in ("alpha", "beta", "gamma"):
        rows = small_corpus.rows(small_corpus.own("bruno", article))
        small_corpus.own("clara", article).parent.mkdir(exist_ok=True)
        clara = [row | {"id": f"c-{row['id']}", "annotator": "clara"} for row in rows]
        small_corpus.write(small_corpus.own("clara", article), clara)
    before = reports(small_corpus.root)
    after = reports(ordered(small_corpus))
    assert [r.scale for r in before] == [None] * 4
    assert [dataclasses.replace(r, scale=None) for r in after] == before


def reports(root):
    return agreement_reports(load_unfinished(root), np.random.default_rng(0), resamples=100)
