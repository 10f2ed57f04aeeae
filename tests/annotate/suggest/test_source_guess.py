"""Guessed sources: a whole noun phrase after a cue, and the head of one before it; invented sentences."""

import pytest

from tests.annotate.readings import readings


def source(text):
    [(source, _, _)] = readings(text)
    return source


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("According to the Lower Vallis fire service, nobody was hurt.", "the Lower Vallis fire service"),
        ("Stocks are low, according to the national fisheries board.", "the national fisheries board"),
        ("“The mill has burnt down to the ground,” said the old town’s fire chief on Tuesday.",
         "the old town’s fire chief"),
        ('"The mill has burnt down to the ground", says the state water company.', "the state water company"),
        ("The strike was condemned by the northern dock workers’ union yesterday.",
         "the northern dock workers’ union"),
        ("According to a senior official of the port authority in Vallis, stocks are low.",
         "a senior official of the port authority"),
        ("According to Vallis’s central bank, prices rose.", "Vallis’s central bank"),
        ("Prices rose, according to its own figures.", "its own figures"),
        ("Prices rose, according to several traders who saw the list.", "several traders"),
        ("The mill is safe again, according to Odell.", "Odell"),
        ("«The mill is as safe as a church», replied the royal family’s lawyer drily.",
         "the royal family’s lawyer"),
    ],
)  # fmt: skip
def test_a_noun_phrase_after_a_cue_is_taken_whole(text, expected):
    assert source(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ines Hald of the Seamen’s Union said that the plan was void.", "Ines Hald"),
        ("And Ines Hald from the University of Vallis in Norland told the court that the plan was void.",
         "Ines Hald"),
        ("Odell at the Institute for Trade argues that prices will rise.", "Odell"),
        ("In Vallis Tomas Ode of the Free Port League warned that prices would rise.", "Tomas Ode"),
        ("“The plan was void from its first day,” Ines Hald of the Seamen’s Union in Vallis added.",
         "Ines Hald"),
        ('"The plan was void from its first day", Odell of the Water Board retorts.', "Odell"),
        ("Ines Hald from the union’s office condemned the plan.", "Ines Hald"),
        ("The lawyer Ines Hald at the court of Vallis argued that the plan was void.", "Ines Hald"),
        ("On the eve of the vote Odell said that prices would rise.", "Odell"),
        ("As the mayor of Vallis said that prices would rise, people left.", "the mayor of Vallis"),
    ],
)  # fmt: skip
def test_a_name_before_a_cue_is_taken_without_what_it_belongs_to(text, expected):
    """*X of the Y said*: X speaks, not the Y."""
    assert source(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A spokesman for the ministry said that prices would rise.", "A spokesman for the ministry"),
        ("The head of the port of Vallis said that prices would rise.", "The head of the port of Vallis"),
        ("In spring a member of the council said that prices would rise.", "a member of the council"),
    ],
)
def test_a_noun_that_names_nobody_keeps_what_it_belongs_to(text, expected):
    assert source(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("According to the daily Vallis Courier, prices rose.", "Vallis Courier"),
        ("The economist Ines Hald said that prices would rise.", "Ines Hald"),
        ("According to the Ministry of Fisheries of Norland, prices rose.",
         "the Ministry of Fisheries of Norland"),
    ],
)  # fmt: skip
def test_a_function_before_a_name_is_left_out(text, expected):
    """R17: the smallest noun phrase that names the source; a name after *of* is not the source's."""
    assert source(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ines Hald, a lawyer from Vallis, said that the plan was void.", "Ines Hald"),
        ("The union’s lawyer, Ines Hald, said that the plan was void.", "Ines Hald"),
        ("The company, based in Vallis, said that the plan was void.", "The company"),
    ],
)
def test_past_an_apposition_the_name_or_else_the_noun_speaks(text, expected):
    assert source(text) == expected
