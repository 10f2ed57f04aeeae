"""What a sheet leaves on the disk, and what it offers beside statements that are there already."""

from contextlib import contextmanager

import pytest

from harness.annotate.agreement.statements import annotated_articles, files_of
from harness.annotate.serve.session import Session
from harness.annotate.unfinished import load_unfinished
from harness.checks import check_corpus, load_corpus


@pytest.fixture
def sheet_of(small_corpus):
    """Open an annotator's sheet of an article; every use is a start of its own, as after a restart."""

    @contextmanager
    def opened(who="carla", article="alpha"):
        session = Session(small_corpus.root, who)
        try:
            yield session.sheet(article)
        finally:
            session.close()

    return opened


def act(sheet, **action):
    sheet.act(action, sheet.seen)


def annotate(sheet, number=0):
    id_ = sheet.desk.drafts[number].id
    act(sheet, do="label", id=id_, stance="neutral")
    act(sheet, do="kind", id=id_, value="person")
    return id_


def clear(sheet):
    for draft in sheet.desk.drafts:
        act(sheet, do="remove", id=draft.id)


def asked(small_corpus, article="alpha"):
    corpus = load_unfinished(small_corpus.root)
    return [who for who in files_of(corpus) if article in annotated_articles(corpus, who)]


def test_undoing_everything_leaves_no_file_and_no_annotator(small_corpus, sheet_of):
    before = load_corpus(small_corpus.root).digest
    with sheet_of() as sheet:
        annotate(sheet)
        assert len(small_corpus.rows(small_corpus.own("carla"))) == 1
        assert asked(small_corpus) == ["anna", "bruno", "carla"]
        act(sheet, do="undo")
        act(sheet, do="undo")
        assert not small_corpus.own("carla").exists()
        assert asked(small_corpus) == ["anna", "bruno"]
        assert load_corpus(small_corpus.root).digest == before, "carla's folder is there and empty"
        act(sheet, do="redo")
        act(sheet, do="redo")
        assert len(small_corpus.rows(small_corpus.own("carla"))) == 1


def test_a_desk_that_is_cleared_says_that_nothing_was_found(small_corpus, sheet_of):
    with sheet_of() as sheet:
        first = sheet.desk.drafts[0].id
        act(sheet, do="remove", id=first)
        assert not small_corpus.own("carla").exists(), "three candidates are still to be looked at"
        clear(sheet)
        assert small_corpus.own("carla").read_bytes() == b""
        assert asked(small_corpus) == ["anna", "bruno", "carla"]
        assert check_corpus(small_corpus.root) == []
    with sheet_of() as sheet:
        assert small_corpus.own("carla").read_bytes() == b""
        act(sheet, do="undo")
        assert not small_corpus.own("carla").exists(), "a candidate is there again"


def test_skipped_candidates_are_still_to_be_looked_at(small_corpus, sheet_of):
    with sheet_of() as sheet:
        for draft in sheet.desk.drafts:
            act(sheet, do="skip", id=draft.id)
        assert not small_corpus.own("carla").exists()


def test_an_empty_file_that_was_there_before_stays_through_undo_and_restarts(small_corpus, sheet_of):
    path = small_corpus.own("carla")
    path.parent.mkdir()
    path.write_bytes(b"")
    with sheet_of() as sheet:
        assert path.read_bytes() == b""
        annotate(sheet)
        assert len(small_corpus.rows(path)) == 1
    with sheet_of() as sheet:
        act(sheet, do="undo")
        act(sheet, do="undo")
        assert path.read_bytes() == b""
        act(sheet, do="remove", id=sheet.desk.drafts[0].id)
        assert path.read_bytes() == b""


def test_another_program_that_empties_the_file_is_believed(small_corpus, sheet_of):
    path = small_corpus.own("carla")
    with sheet_of() as sheet:
        id_ = annotate(sheet)
    path.write_bytes(b"")
    with sheet_of() as sheet:
        assert id_ not in sheet.desk
        assert path.read_bytes() == b""
        act(sheet, do="undo")
        assert len(small_corpus.rows(path)) == 1


@pytest.mark.parametrize("last", ["clear", "undo"])
def test_a_kill_before_the_file_is_made_or_taken_away_is_mended_by_the_next_start(
    small_corpus, sheet_of, last
):
    path = small_corpus.own("carla")
    with sheet_of() as sheet:
        clear(sheet)
        if last == "undo":
            act(sheet, do="undo")
    assert path.exists() == (last == "clear")
    if last == "clear":
        path.unlink()
    else:
        path.write_bytes(b"")
    with sheet_of() as sheet:
        assert path.exists() == (last == "clear")
        assert [e.do for e in sheet.journal.entries].count("adopt") == 0


def without(small_corpus, line):
    """Take one statement out of anna's alpha, and gold with it; return its content's start."""
    rows = small_corpus.rows(small_corpus.own())
    small_corpus.gold().unlink()
    small_corpus.write(small_corpus.own(), rows[: line - 1] + rows[line:])
    return rows[line - 1]["content"][0]["start"]


def test_who_has_statements_already_is_offered_what_they_do_not_overlap(small_corpus, sheet_of):
    start = without(small_corpus, 2)
    before = small_corpus.own().read_bytes()
    with sheet_of("anna") as sheet:
        by_status = {d.status: d for d in sheet.desk.drafts}
        assert [d.status for d in sheet.desk.drafts] == ["accepted", "proposed", "accepted", "accepted"]
        assert by_status["proposed"].start == start
        assert by_status["proposed"].id == "anna-alpha-2", "nobody has that id now"
        assert small_corpus.own().read_bytes() == before
        annotate(sheet, 1)
        assert len(small_corpus.rows(small_corpus.own())) == 4
        assert [p for p in check_corpus(small_corpus.root) if p.place.path == str(small_corpus.own())] == []


def test_candidates_for_what_was_imported_since_are_gone_and_other_drafts_stay(small_corpus, sheet_of):
    """Carla has accepted one candidate without a kind of source; then two other statements come in."""
    with sheet_of() as sheet:
        half = sheet.desk.drafts[0].id
        act(sheet, do="label", id=half, stance="neutral")
    rows = small_corpus.rows(small_corpus.own())[1:3]
    small_corpus.own("carla").parent.mkdir()
    small_corpus.write(
        small_corpus.own("carla"), [row | {"id": f"c-{row['id']}", "annotator": "carla"} for row in rows]
    )
    with sheet_of() as sheet:
        assert [(d.id.startswith("c-"), d.status) for d in sheet.desk.drafts] == [
            (False, "accepted"),
            (True, "accepted"),
            (True, "accepted"),
            (False, "proposed"),
        ]
        assert sheet.desk.drafts[0].id == half
        assert len(small_corpus.rows(small_corpus.own("carla"))) == 2
        act(sheet, do="undo")
        assert [d.status for d in sheet.desk.drafts] == ["accepted", "proposed", "proposed", "proposed"]


def test_an_empty_file_made_while_the_page_is_closed_is_kept_and_so_is_the_desk(small_corpus, sheet_of):
    with sheet_of() as sheet:
        id_ = sheet.desk.drafts[0].id
        act(sheet, do="label", id=id_, stance="neutral")
    path = small_corpus.own("carla")
    path.parent.mkdir()
    path.write_bytes(b"")
    with sheet_of() as sheet:
        assert path.read_bytes() == b""
        assert sheet.desk.get(id_).stance == "neutral"
        act(sheet, do="note", id=id_, value="doubt")
        assert path.read_bytes() == b""


def test_a_new_codebook_has_every_statement_read_again_and_the_same_label_given_again_renews_it(
    small_corpus, sheet_of
):
    """Four statements of version 2; the first is given its label once more, the fourth another one."""
    small_corpus.new_codebook()
    with sheet_of("anna") as sheet:
        assert [row["reread"] for row in sheet.view()["drafts"]] == [True] * 4
        first, _, _, fourth = sheet.desk.drafts
        act(sheet, do="label", id=first.id, stance=first.stance)
        act(sheet, do="label", id=fourth.id, stance="neutral")
        assert [row["reread"] for row in sheet.view()["drafts"]] == [False, True, True, False]
        assert sheet.progress()["reread"] == 2
        rows = small_corpus.rows(small_corpus.own())
        assert [(row["codebook_version"], row["stance"]) for row in rows] == [
            (3, "supportive"),
            (2, "supportive"),
            (2, "neutral"),
            (3, "neutral"),
        ]


def test_a_candidate_is_not_to_be_read_again(small_corpus, sheet_of):
    with sheet_of():
        pass
    small_corpus.new_codebook()
    with sheet_of() as sheet:
        assert [d.codebook_version for d in sheet.desk.drafts] == [2, 2, 2, 2]
        assert sheet.progress()["reread"] == 0
        annotate(sheet)
        assert sheet.progress()["reread"] == 0
