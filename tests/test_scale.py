"""The order of a scheme's labels and the distances between them, as scheme.yaml declares them."""

import pytest

from harness.checks import check_corpus, load_corpus

LABELS = ("supportive", "neutral", "hedged")


def declared(small_corpus, text):
    """Put lines into the scheme, in front of its labels."""
    small_corpus.replace(small_corpus.scheme, "labels:", f"{text}\nlabels:")
    return small_corpus


def messages(small_corpus):
    return [(p.message, p.hint) for p in check_corpus(small_corpus.root)]


def test_a_scheme_has_no_scale_unless_it_says_so(small_corpus):
    scheme = load_corpus(small_corpus.root).scheme
    assert (scheme.order, scheme.distances) == ((), ())


def test_the_order_is_read_lowest_first(small_corpus):
    scheme = load_corpus(declared(small_corpus, "order: [supportive, hedged, neutral]").root).scheme
    assert scheme.order == ("supportive", "hedged", "neutral")
    assert scheme.names == LABELS, "tables keep the scheme's own order"


@pytest.mark.parametrize(
    "text",
    [
        "distances: {supportive: {hedged: 1, neutral: 2.5}, hedged: {neutral: 1}}",
        "distances: {hedged: {supportive: 1}, neutral: {hedged: 1, supportive: 2.5}}",
        "distances: {hedged: {supportive: 1, hedged: 0, neutral: 1}, supportive: {hedged: 1, neutral: 2.5}}",
    ],
)
def test_distances_are_the_same_however_they_are_written(small_corpus, text):
    """Rows and columns in the scheme's order: supportive, neutral, hedged."""
    scheme = load_corpus(declared(small_corpus, text).root).scheme
    assert scheme.distances == ((0, 2.5, 1), (2.5, 0, 1), (1, 1, 0))


def test_a_slip_in_a_label_has_the_nearest_name(small_corpus):
    declared(small_corpus, "order: [suportive, hedged, neutral]")
    assert messages(small_corpus) == [
        ("the order lacks supportive", "every label has its place in it"),
        ("label 'suportive' is none of the scheme's", "did you mean 'supportive'?"),
    ]


def test_two_directions_must_agree(small_corpus):
    declared(
        small_corpus, "distances: {hedged: {supportive: 1, neutral: 1}, neutral: {supportive: 2, hedged: 3}}"
    )
    assert messages(small_corpus) == [
        ("from 'neutral' to 'hedged' it is 3, from 'hedged' to 'neutral' 1", "one direction is enough")
    ]


@pytest.mark.parametrize("value", [".nan", "1e999", "true", "'1'", "-0.5"])
def test_what_is_no_distance_is_refused(small_corpus, value):
    declared(
        small_corpus,
        f"distances: {{hedged: {{supportive: {value}, neutral: 1}}, neutral: {{supportive: 1}}}}",
    )
    [problem] = check_corpus(small_corpus.root)
    assert problem.place.line == 3


@pytest.mark.parametrize(
    "text",
    [
        "order: [hedged, neutral, supportive]",
        "distances: {hedged: {supportive: 1, neutral: 1}, neutral: {supportive: 1}}",
    ],
)
def test_a_scale_changes_no_digest_so_no_run_is_stale(small_corpus, text):
    before = load_corpus(small_corpus.root).digest
    assert load_corpus(declared(small_corpus, text).root).digest == before
