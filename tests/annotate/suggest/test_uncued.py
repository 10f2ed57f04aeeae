"""Quotations one behind the other: each with its own reporting clause is a candidate; invented sentences."""

import pytest

from tests.annotate.readings import readings


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ruiz said: “The talks will go on.” “The bridge was never ours,” the Bell wrote in that year.",
         [("Ruiz", "said", "The talks will go on"),
          ("the Bell", "wrote", "The bridge was never ours")]),
        ('Odell said: "The quarry has to close." "Nobody asked the miners," the union replied that evening.',
         [("Odell", "said", "The quarry has to close"),
          ("the union", "replied", "Nobody asked the miners")]),
        ("Pell argued: “A harbour without cranes is a lake. “They were sold by your party,” Nyborg said.",
         [("Pell", "argued", "A harbour without cranes is a lake"),
          ("Nyborg", "said", "They were sold by your party")]),
        ("Tarn said: “The orchard is for all of us.”“The orchard is the bank’s,” Weil noted on that day.",
         [("Tarn", "said", "The orchard is for all of us"),
          ("Weil", "noted", "The orchard is the bank’s")]),
        ("Brandt said: “The dam has held for years.” Korr replied: “It will not hold for ever.”",
         [("Brandt", "said", "The dam has held for years"),
          ("Korr", "replied", "It will not hold for ever")]),
        ("Odell said: “We will not sell the dock.” Her deputy said the price was too low.",
         [("Odell", "said", "We will not sell the dock"), ("Her deputy", "said", "the price was too low")]),
    ],
)  # fmt: skip
def test_two_speakers_one_behind_the_other_are_two_candidates(text, expected):
    assert readings(text) == expected


@pytest.mark.parametrize(
    ("text", "source", "cue"),
    [
        ("“The talks go on,” said Ruiz. “The bridge was never ours to give away,” Vale thundered.",
         "Vale", "thundered"),
        ('"The talks go on," said Ruiz. "The bridge was never ours to give away," the mayor snapped back.',
         "the mayor", "snapped"),
        ("«The talks go on», said Ruiz. «The bridge was never ours to give away», mocked the mayor.",
         "the mayor", "mocked"),
        ("“The talks go on,” said Ruiz. “The bridge was never ours to give away“, Hald of the Board scoffed.",
         "Hald", "scoffed"),
        ("“The talks go on,” said Ruiz. “Was the bridge ever ours to give away?” Vale wondered.",
         "Vale", "wondered"),
        ("“The talks go on,” said Ruiz. “The bridge was never ours to give away,” Vale promised.",
         "Vale", "promised"),
        ("“The talks go on,” said Ruiz. Vale: “The bridge was never ours to give away.”", "Vale", ""),
        ("“The talks go on,” said Ruiz. “The bridge was never ours to give away,” ran a headline.", "", ""),
    ],
)  # fmt: skip
def test_a_reporting_clause_need_not_have_a_listed_verb(text, source, cue):
    first, second = readings(text)
    assert first == ("Ruiz", "said", "The talks go on")
    assert second[:2] == (source, cue)
    assert second[2].endswith("to give away")


@pytest.mark.parametrize(
    "text",
    [
        "Odell called the strike “a gift”. She has “never seen a winter without a strike”.",
        "“The strike is a gift to us all,” Odell said. “I have never seen a winter without a strike.”",
        "Odell condemned the strike. Odell has “never seen a winter without a strike”.",
    ],
)
def test_a_quotation_without_a_voice_of_its_own_continues_the_one_before(text):
    """R13: neither a cue nor another source, so it is a further span."""
    [(source, _, content)] = readings(text)
    assert source == "Odell"
    assert content.split(" | ")[1].endswith("never seen a winter without a strike")
    assert len(content.split(" | ")) == 2


def test_a_quoted_sentence_is_not_given_to_the_listed_word_that_follows_its_speaker():
    text = '"The dam found its way around the law," the Prime Minister told reporters.'
    assert readings(text) == [("the Prime Minister", "told", "The dam found its way around the law")]
