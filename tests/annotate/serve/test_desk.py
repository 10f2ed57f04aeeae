import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.annotate.serve.actions import parse_action
from harness.annotate.serve.changes import Ground, change_of
from harness.annotate.serve.desk import Change, Desk
from harness.annotate.serve.drafts import Draft, attribution_of, completed, draft_of, settled, statement_of
from harness.annotate.tokens import cut, moved_edge, token_offsets
from harness.checks import load_corpus
from harness.errors import InputError
from harness.records import Span

TEXT = "Orlo said: “The sanctions strike.” Vale agreed, and left."
#       0         1         2         3         4         5
#       0123456789012345678901234567890123456789012345678901234567


def span(start, end):
    return Span(start, end, TEXT[start:end])


def first():
    """Orlo said “The sanctions strike”, as a suggester proposes it."""
    parts = {"content": (span(12, 32),), "cue": (span(5, 9),), "source": (span(0, 4),)}
    return Draft("a-1", "proposed", 4, **parts)


@pytest.fixture
def desk():
    return Desk([first(), Draft("a-2", "proposed", 4, content=(span(40, 46),))])


@pytest.fixture
def do(desk):
    ground = Ground(TEXT, token_offsets(TEXT), ("supportive", "neutral"), 5, lambda d: f"new-{len(d.drafts)}")

    def act(**action):
        change = change_of(parse_action(action), desk, ground)
        desk.apply(change)
        return desk.drafts

    return act


def words(draft):
    return [s.text for s in draft.content]


def test_a_label_accepts_a_candidate_under_the_codebook_of_now(desk, do):
    do(do="label", id="a-1", stance="neutral")
    draft = desk.get("a-1")
    assert (draft.status, draft.stance, draft.exclusion, draft.codebook_version) == (
        "accepted",
        "neutral",
        None,
        5,
    )
    do(do="exclude", id="a-1", exclusion="opposed")
    assert (desk.get("a-1").stance, desk.get("a-1").exclusion) == (None, "opposed")


def test_edges_move_by_tokens_and_a_span_keeps_one(desk, do):
    do(do="edge", id="a-1", part="content", span=0, edge="end", by=1)
    assert words(desk.get("a-1")) == ["The sanctions strike."]
    do(do="edge", id="a-1", part="content", span=0, edge="start", by=1)
    assert words(desk.get("a-1")) == ["sanctions strike."]
    do(do="edge", id="a-1", part="content", span=0, edge="start", by=-1)
    do(do="edge", id="a-1", part="content", span=0, edge="start", by=-1)
    assert words(desk.get("a-1")) == ["“The sanctions strike."]
    with pytest.raises(InputError, match="changes nothing"):
        do(do="edge", id="a-2", part="content", span=0, edge="end", by=-1)


def test_a_span_is_split_at_the_cursor_and_joined_again(desk, do):
    do(do="split", id="a-1", part="content", span=0, at=18)
    assert words(desk.get("a-1")) == ["The", "sanctions strike"]
    with pytest.raises(InputError, match="neighbour"):
        do(do="edge", id="a-1", part="content", span=0, edge="end", by=1)
    do(do="join", id="a-1", part="content", span=0)
    assert words(desk.get("a-1")) == ["The sanctions strike"]


def test_a_selection_becomes_source_cue_or_content_and_goes_again(desk, do):
    do(do="mark", id="a-2", part="source", start=35, end=39)
    do(do="mark", id="a-2", part="cue", start=40, end=46)
    do(do="mark", id="a-2", part="content", start=52, end=56)
    draft = desk.get("a-2")
    assert [s.text for s in (*draft.source, *draft.cue, *draft.content)] == [
        "Vale",
        "agreed",
        "agreed",
        "left",
    ]
    do(do="unmark", id="a-2", part="content", span=0)
    assert words(desk.get("a-2")) == ["left"]
    with pytest.raises(InputError, match="keeps one content span"):
        do(do="unmark", id="a-2", part="content", span=0)


def test_new_merged_and_removed_statements(desk, do):
    do(do="new", start=52, end=56)
    assert [words(d) for d in desk.drafts] == [["The sanctions strike"], ["agreed"], ["left"]]
    do(do="merge", id="new-2")
    assert [words(d) for d in desk.drafts] == [["The sanctions strike"], ["agreed", "left"]]
    do(do="remove", id="a-1")
    assert [d.id for d in desk.drafts] == ["a-2"]
    desk.undo()
    desk.undo()
    assert [words(d) for d in desk.drafts] == [["The sanctions strike"], ["agreed"], ["left"]]


@pytest.mark.parametrize(
    ("action", "says"),
    [
        ({"do": "label", "id": "a-1", "stance": "neutrl"}, "did you mean 'neutral'"),
        ({"do": "label", "id": "b-1", "stance": "neutral"}, "no statement 'b-1'"),
        ({"do": "new", "start": 5, "end": 5}, "no stretch"),
        ({"do": "new", "start": 5, "end": 58}, "no stretch of a text of 57"),
        ({"do": "new", "start": -1, "end": 3}, "no such action"),
        ({"do": "new", "start": "1", "end": 3}, "no such action"),
        ({"do": "split", "id": "a-1", "part": "content", "span": 0, "at": 0}, "nothing to split"),
        ({"do": "split", "id": "a-1", "part": "content", "span": 7, "at": 15}, "no content span 8"),
        ({"do": "join", "id": "a-1", "part": "content", "span": 0}, "no next span"),
        ({"do": "merge", "id": "a-1"}, "no statement before"),
        ({"do": "kind", "id": "a-1", "value": "robot"}, "no such action"),
        ({"do": "confidence", "id": "a-1", "value": 4}, "no such action"),
        ({"do": "note", "id": "a-1", "value": "", "extra": 1}, "no such action"),
        ({"do": "shell"}, "no such action"),
        (["do"], "no such action"),
        (None, "no such action"),
    ],
)
def test_what_is_no_action_is_refused_and_changes_nothing(desk, do, action, says):
    before = desk.drafts
    call = (lambda: do(**action)) if isinstance(action, dict) else (lambda: parse_action(action))
    with pytest.raises(InputError) as caught:
        call()
    assert says in caught.value.render()
    assert desk.drafts == before
    assert not desk.can_undo


def test_undo_and_redo_at_their_ends_say_so():
    for call in (Desk().undo, Desk().redo):
        with pytest.raises(InputError, match="nothing to"):
            call()


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 9), st.booleans()), max_size=12), st.data())
def test_undo_takes_every_change_back_and_redo_does_it_again(steps, data):
    desk = Desk([Draft("a", "proposed", 1)])
    states = [desk.drafts]
    for id_, number, away in steps:
        draft = Draft(id_, "accepted", number)
        desk.apply(Change("step", () if away else (draft,), (id_,) if away else ()))
        states.append(desk.drafts)
    back = data.draw(st.integers(0, len(steps)))
    for number in range(back):
        desk.undo()
        assert desk.drafts == states[len(steps) - 1 - number]
    for number in range(back):
        desk.redo()
        assert desk.drafts == states[len(steps) - back + 1 + number]
    assert not desk.can_redo


def test_a_new_change_forgets_what_was_undone(desk, do):
    do(do="skip", id="a-1")
    desk.undo()
    do(do="accept", id="a-2")
    assert not desk.can_redo


def test_what_follows_from_the_rest_is_proposed_until_it_is_set():
    whole = completed(first(), TEXT)
    assert (whole.source_name, whole.speaker, whole.attribution) == ("Orlo", "Orlo", "direct")
    assert (whole.group, whole.confidence) == ("orlo-the-sanctions-strike", 3)
    anonymous = Draft("x", "accepted", 4, source=(span(0, 4),), source_kind="anonymous")
    assert (completed(anonymous, TEXT).speaker, completed(anonymous, TEXT).group) == ("", "x")


@pytest.mark.parametrize(
    ("text", "content", "says"),
    [
        ("He said “yes, now.”", (9, 17), "direct"),
        ("He said that “yes” is an answer", (13, 31), "mixed"),
        ("He said that it is so", (13, 21), "indirect"),
        ("", (0, 0), "indirect"),
    ],
)
def test_attribution_goes_by_the_quotation_marks(text, content, says):
    assert attribution_of(text, [Span(*content, text[slice(*content)])]) == says


def ready(**changes):
    values = {"status": "accepted", "source_kind": "person", "stance": "neutral"} | changes
    draft = first()
    return Draft(**{n: values.get(n, getattr(draft, n)) for n in Draft.__dataclass_fields__})


@pytest.mark.parametrize(
    ("draft", "groups", "why"),
    [
        (ready(), {}, None),
        (ready(exclusion="opposed", stance=None), {}, None),
        (ready(status="proposed"), {}, "proposed"),
        (ready(stance=None), {}, "label"),
        (ready(source_kind=None), {}, "kind of source"),
        (ready(source=()), {}, "source name"),
        (ready(content=()), {}, "content"),
        (ready(group="g"), {"g": "Vale"}, "group 'g' is of 'Vale', not of 'Orlo'"),
    ],
)
def test_only_complete_statements_count_and_the_others_say_why(draft, groups, why):
    statements, reasons = settled([draft], TEXT, "alpha", "anna", groups)
    assert len(statements) == (why is None)
    assert reasons == ({} if why is None else {"a-1": [why]})


def test_of_two_overlapping_statements_the_earlier_counts():
    statements, reasons = settled([ready(), ready(id="a-2", group="g")], TEXT, "alpha", "anna", {})
    assert [s.id for s in statements] == ["a-1"]
    assert "overlaps" in reasons["a-2"][0]


def test_every_stored_statement_is_the_same_after_lying_on_the_desk(project):
    corpus = load_corpus(project)
    for who, rows in corpus.annotators.items():
        for row in rows:
            if who != "gold":
                text = corpus.articles[row.article].text
                assert statement_of(completed(draft_of(row), text), row.article, who) == row


@given(st.text())
def test_tokens_cover_everything_but_white_space_in_order(text):
    tokens = token_offsets(text)
    covered = [i for start, end in tokens for i in range(start, end)]
    assert covered == [i for i, character in enumerate(text) if not character.isspace()]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("don’t go", ["don", "’", "t", "go"]),
        ("cafe\u0301 re\u0301sume\u0301!", ["cafe\u0301", "re\u0301sume\u0301", "!"]),
        ("👩‍👩‍👧👍🏽 ❤️🇫🇷🇩🇪", ["👩‍👩‍👧", "👍🏽", "❤️", "🇫🇷", "🇩🇪"]),
        ("قال: «لا»", ["قال", ":", "«", "لا", "»"]),
        ("שָׁלוֹם", ["שָׁלוֹם"]),
        ("他说好", ["他", "说", "好"]),
        ("ที่นี่", ["ที่", "นี่"]),
        ("", []),
        (" \n\u00a0", []),
    ],
)
def test_a_token_is_a_word_or_one_sign_as_a_reader_sees_it(text, tokens):
    assert [text[a:b] for a, b in token_offsets(text)] == tokens


@given(st.text(min_size=1), st.data())
def test_moved_and_cut_spans_are_never_empty_and_stay_in_the_text(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    span_ = (start, data.draw(st.integers(start + 1, len(text))))
    tokens = token_offsets(text)
    for edge in ("start", "end"):
        for by in (1, -1):
            a, b = moved_edge(tokens, span_, edge, by)
            assert 0 <= a < b <= len(text)
    parts = cut(tokens, span_, data.draw(st.integers(0, len(text))))
    if parts:
        (a, b), (c, d) = parts
        assert span_[0] == a < b <= c < d == span_[1]
        assert not text[b:c].strip()
