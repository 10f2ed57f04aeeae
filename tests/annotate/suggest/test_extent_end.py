"""Where content ends: where the article goes on with a verb of its own; invented sentences."""

import pytest

from tests.annotate.readings import readings


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("The charter calls for “a fair share of the catch” and does not name the strait.",
         "a fair share of the catch"),
        ('The League praised "a day of reason for the coast" and sent its envoy home.',
         "a day of reason for the coast"),
        ("Vale condemned “a raid on sleeping people\" and walked out of the hall.",
         "a raid on sleeping people"),
        ("Odell condemned “the raid on our dock“ and has asked nobody for help.", "the raid on our dock"),
        ("The letter calls the dam “a danger to five villages” and names no date.",
         "the dam “a danger to five villages"),
        ("The bank promised «a loan without any interest» and then withdrew the offer.",
         "a loan without any interest"),
        ("The mayor said “the talks are over for good” and closed the door.", "the talks are over for good"),
        ("The union demands “a fair wage for all” without naming a sum.", "a fair wage for all"),
        ("Vale rejected “each of the charges” – a phrase from last year.", "each of the charges"),
        ("Odell praised the courage of the crew and went home.", "the courage of the crew"),
    ],
)  # fmt: skip
def test_a_verb_that_shares_the_cues_subject_is_the_articles(text, content):
    assert [c for _, _, c in readings(text)] == [content]


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("Vale demanded “an end to the blockade” and an exchange of prisoners.",
         "an end to the blockade” and an exchange of prisoners"),
        ("Vale demanded “an end to the blockade” and better roads for the valley.",
         "an end to the blockade” and better roads for the valley"),
        ("Vale demanded “an end to the blockade” and “a fair share of the catch”.",
         "an end to the blockade | a fair share of the catch"),
        ("Vale condemned the ships that came at night and left no trace.",
         "the ships that came at night and left no trace"),
        ("Vale denounced the council and its close allies.", "the council and its close allies"),
        ("Vale said that the town “has the right to defend itself” and does not need advice.",
         "the town “has the right to defend itself” and does not need advice"),
    ],
)  # fmt: skip
def test_a_second_object_and_the_verb_of_a_reported_clause_are_content(text, content):
    assert [c for _, _, c in readings(text)] == [content]


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("Vale said that day that prices would rise.", "prices would rise"),
        ("Vale said of that summer that it had been long.", "it had been long"),
        ("Vale said in that same week in Porto that prices would rise.", "prices would rise"),
    ],
)
def test_that_which_points_at_something_begins_no_clause(text, content):
    assert [c for _, _, c in readings(text)] == [content]
