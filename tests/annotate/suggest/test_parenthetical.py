"""Reporting clauses that commas, dashes or marks set off: nothing around them is lost; invented sentences."""

import pytest

from tests.annotate.readings import readings


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The siege, he said, is “a wound that will not close”.",
         ("he", "said", "The siege | is “a wound that will not close")),
        ('The dam, Korr warned on Friday, "will not hold another winter".',
         ("Korr", "warned", "The dam | will not hold another winter")),
        ("The strike, the union’s lawyer argued in court, was the only way left.",
         ("the union’s lawyer", "argued", "The strike | was the only way left")),
        ("The fair, the mayor told reporters, will end this week.",
         ("the mayor", "told", "The fair | will end this week")),
        ("His plan, insists Odell, remains “the cheapest of all plans”.",
         ("Odell", "insists", "His plan | remains “the cheapest of all plans")),
        ("The bridge, said Orlo, an engineer, will reopen soon.",
         ("Orlo", "said", "The bridge | will reopen soon")),
        ("The siege – Ruiz insists – is a wound.", ("Ruiz", "insists", "The siege | is a wound")),
        ("If the bridge is closed, Vale said, trade will suffer.",
         ("Vale", "said", "If the bridge is closed | trade will suffer")),
        ("The dock, Odell promised, will not be sold.",
         ("Odell", "promised", "The dock | will not be sold")),
        ("The harvest, according to Odell, was “the worst since the flood”.",
         ("Odell", "according to", "The harvest | was “the worst since the flood")),
    ],
)  # fmt: skip
def test_what_stands_before_a_set_off_reporting_clause_is_content(text, expected):
    assert readings(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "“The siege,” Ruiz said, “is a wound that will not close.”",
        '"The siege", Ruiz said, "is a wound that will not close."',
        "«The siege», Ruiz said, «is a wound that will not close».",
        "“The siege, Ruiz said, “is a wound that will not close”.",
        "“The siege“, Ruiz said, “is a wound that will not close“.",
    ],
)
def test_a_quotation_of_few_words_before_its_interruption_is_kept(text):
    assert readings(text) == [("Ruiz", "said", "The siege | is a wound that will not close")]


@pytest.mark.parametrize(
    ("text", "contents"),
    [
        ("In Porto, Vale said, “We will stay.”", ["We will stay"]),
        ("However, she said, the bridge will open.", ["the bridge will open"]),
        ("Vesk left early, but the siege, she said, is a crime.", ["the siege | is a crime"]),
        ("The bridge will reopen soon, Vale said, adding that trade would grow.",
         ["The bridge will reopen soon", "trade would grow"]),
        ("The bridge will reopen soon, she said, and left.", ["The bridge will reopen soon"]),
        ("The bridge will reopen soon, said Orlo, an engineer.", ["The bridge will reopen soon"]),
        ("Vale, an engineer, said on Monday that the bridge would open.", ["the bridge would open"]),
        ("After the vote, Vale said prices would rise.", ["prices would rise"]),
        ("The war, which, according to Orlo, ruined the port, is over.", ["ruined the port, is over"]),
    ],
)  # fmt: skip
def test_what_only_leads_in_or_follows_is_the_articles(text, contents):
    assert [content for _, _, content in readings(text)] == contents


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("The bridge will reopen before winter, she said.", "she"),
        ("Prices will not rise, experts say.", "experts"),
        ("Nobody was hurt, said a spokeswoman for the fire service.", "a spokeswoman"),
        ("The mill has never been safe, Ines Hald of the Water Board told the court.", "Ines Hald"),
    ],
)
def test_a_report_without_marks_may_end_with_its_reporting_clause(text, source):
    [(found, _, content)] = readings(text)
    assert (found, content) == (source, text.split(",")[0])


def test_a_negation_in_the_content_does_not_deny_the_cue():
    assert readings("“We will never leave,” Vale said.") == [("Vale", "said", "We will never leave")]
    assert readings("They would never leave us, says Vale.") == [
        ("Vale", "says", "They would never leave us")
    ]
    assert readings("Vale never said that we would leave.") == []
    assert readings("Vale did not, however, say that we would leave.") == []
