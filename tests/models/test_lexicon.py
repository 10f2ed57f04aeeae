"""The cue-lexicon rule: one count for each phrase, none behind a negation, ties to the first label."""

import numpy as np
import pytest

from harness.errors import InputError
from harness.models.lexicon import SHIPPED, Lexicon, read_cues, words_of
from harness.records import Example

NAMES = ("supportive", "neutral", "hedged")
CUES = """default: neutral
window: 2
negations: [not, "no", "don’t"]
labels:
  hedged: [peace talks, both sides, sympath*]
  supportive: [condemn* the west*, attack, nato*]
"""


@pytest.fixture
def label(tmp_path):
    path = tmp_path / "cues.yaml"
    path.write_text(CUES, encoding="utf-8")
    rule = Lexicon(cues=str(path)).fit([], np.array([], dtype=int), 3, 0, NAMES)
    return lambda text: NAMES[rule.predict([text]).predicted[0]]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("It was an attack.", "supportive"),
        ("ATTACK!", "supportive"),
        ("attacks", "neutral"),  # no wildcard, no other ending
        ("He condemned the Western powers", "supportive"),
        ("He condemned all the Western powers", "neutral"),  # a phrase has no gaps
        ("Nato’s plan", "supportive"),
        ("peace talks", "hedged"),
        ("talks of peace", "neutral"),
        ("She sympathises", "hedged"),
        ("nothing of the kind", "neutral"),
        ("", "neutral"),
        ("not attack", "neutral"),
        ("not an attack", "neutral"),  # the negation stands 2 words before: in the window
        ("not at all an attack", "supportive"),  # 4 words before: outside of it
        ("don’t attack", "neutral"),
        ("no attack, an attack", "supportive"),  # the second has "attack, an" in its window
        ("attack and peace talks", "hedged"),  # 1 : 1, hedged is listed first
        ("attack, attack and peace talks", "supportive"),  # 2 : 1
    ],
)
def test_the_rule_on_texts_that_one_can_check_by_eye(label, text, said):
    assert label(text) == said


def test_words_keep_their_hyphens_and_apostrophes():
    assert words_of("Don’t de-escalate Kyiv's “plan”!") == ["don’t", "de-escalate", "kyiv's", "plan"]


def test_what_is_trained_on_changes_nothing(tmp_path):
    rows = [
        Example(str(i), "neutral", t, str(i), "a")
        for i, t in enumerate(("attack on NATO expansion", "weather"))
    ]
    session = Lexicon().start(rows, NAMES)
    one = session.fit_predict(np.array([0]), np.array([0, 1]), 0).predicted.tolist()
    assert one == session.fit_predict(np.array([1]), np.array([0, 1]), 9).predicted.tolist() == [0, 1]


def test_the_shipped_list_reads_and_names_the_labels_of_the_project():
    cues = read_cues(SHIPPED)
    assert {cues.default, *cues.labels} == set(NAMES)


def test_a_label_that_the_data_lack_is_refused():
    with pytest.raises(InputError, match="names the label") as error:
        Lexicon().fit([], np.array([], dtype=int), 2, 0, ("supportive", "nuetral"))
    assert "known" in error.value.hint or "did you mean" in error.value.hint


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("window: 2", "window: -1", 2, "greater than or equal to 0"),
        ("window: 2", "windows: 2", 2, "Extra inputs"),
        ("default: neutral\n", "", 0, "default: Field required"),
        ("[peace talks", "[''", 5, "at least 1 character"),
        ("attack", "' '", 4, "the cue ' ' of 'supportive' can match no words"),
        ("attack", "'*'", 4, "the cue '*' of 'supportive' can match no words"),
        ("attack", "u.s. attack", 4, "the cue 'u.s. attack' of 'supportive' can match no words"),
        ("labels:", "labels: [", 6, "not valid YAML"),
    ],
)
def test_a_cue_list_that_is_wrong_is_refused_with_file_and_line(tmp_path, old, new, line, message):
    path = tmp_path / "cues.yaml"
    assert old in CUES
    path.write_text(CUES.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError) as error:
        read_cues(path)
    assert message in error.value.message
    assert error.value.place.path == str(path)
    assert line in (0, error.value.place.line)


def test_content_changes_with_the_list_and_not_with_its_path(tmp_path):
    for name in ("a.yaml", "b.yaml", "c.yaml"):
        (tmp_path / name).write_text(
            CUES.replace("attack", "war") if name[0] == "c" else CUES, encoding="utf-8"
        )
    a, b, c = (Lexicon(cues=str(tmp_path / f"{name}.yaml")).content() for name in "abc")
    assert a == b
    assert a != c


def test_what_a_list_says_of_its_origin_stands_in_what_the_model_knows_and_changes_no_content(tmp_path):
    plain, told = tmp_path / "plain.yaml", tmp_path / "told.yaml"
    plain.write_text(CUES, encoding="utf-8")
    told.write_text("origin: written from the codebook\n" + CUES, encoding="utf-8")
    a, b = Lexicon(cues=str(plain)), Lexicon(cues=str(told))
    assert a.content() == b.content()
    assert "learns from no training statement" in a.knows()
    assert b.knows() == f"{a.knows()}; the list says of itself: written from the codebook"
