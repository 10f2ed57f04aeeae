"""Sentences of articles whose punctuation and spaces are broken."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.sentences import sentence_spans, surrounding


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("He said: “Yes.” She left.", ["He said: “Yes.”", "She left."]),
        ("It ended.Then it began.", ["It ended.", "Then it began."]),
        ("A title\nA line without end\n\nNext.", ["A title", "A line without end", "Next."]),
        ("It rose by 3.5 per cent. Good.", ["It rose by 3.5 per cent.", "Good."]),
        ("Wait… What?!  Yes", ["Wait…", "What?!", "Yes"]),
        ("www.example.org is no end.", ["www.example.org is no end."]),
        ("  ", []),
        ("", []),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text, sentences):
    assert [text[a:b] for a, b in sentence_spans(text)] == sentences


def test_the_surrounding_sentence_is_the_one_that_is_touched():
    text = "First one. Second one. Third one."
    assert surrounding(text, 13, 15) == "Second one."
    assert surrounding(text, 13, 25) == "Second one. Third one."
    assert surrounding(text, 10, 11) == " ", "white space between two sentences touches none of them"


@given(st.text(alphabet=st.sampled_from("aB .!?…\n”“🙂é")))
def test_spans_are_in_order_apart_and_leave_out_only_white_space(text):
    spans = sentence_spans(text)
    assert all(a < b for a, b in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    kept = "".join(text[a:b] for a, b in spans)
    assert kept.replace(" ", "").replace("\n", "") == text.replace(" ", "").replace("\n", "")
