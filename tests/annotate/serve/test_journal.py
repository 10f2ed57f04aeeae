import json

import pytest

from harness.annotate.serve.desk import Change
from harness.annotate.serve.drafts import Draft
from harness.annotate.serve.journal import Entry, Journal, desk_of
from harness.annotate.serve.session import Session
from harness.checks import check_corpus, load_corpus
from harness.errors import InputError, ProblemsError, RunError

NEW = Draft("c-1", "accepted", 2, source_name="Café 🙂", note="two\nlines\u2028and three")


@pytest.fixture
def journal(tmp_path):
    made = Journal(tmp_path / "a" / "alpha.jsonl")
    made.append(Entry("open", "d0", (Draft("c-0", "proposed", 2),), article="alpha", sha256="ab"))
    made.append(Entry("new", "d1", (NEW,)))
    made.append(Entry("remove", "d2", drop=("c-0",)))
    made.append(Entry("undo", "d1"))
    return made


def test_a_journal_is_read_as_it_was_written_and_gives_the_same_desk(journal):
    again = Journal(journal.path)
    assert again.entries == journal.entries
    desk = desk_of(again.entries)
    assert [d.id for d in desk.drafts] == ["c-0", "c-1"]
    assert desk.get("c-1") == NEW
    desk.redo()
    assert [d.id for d in desk.drafts] == ["c-1"]
    assert desk.last == Change("remove", (), ("c-0",))


def test_whatever_a_crash_leaves_of_a_line_only_that_line_is_lost(journal):
    whole = journal.path.read_bytes()
    last = whole.rstrip(b"\n").rfind(b"\n") + 1
    for length in range(last, len(whole)):
        journal.path.write_bytes(whole[:length])
        torn = Journal(journal.path)
        assert torn.entries == journal.entries[:-1]
        torn.append(Entry("undo", "d1"))
        assert journal.path.read_bytes() == whole


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{}\n", "Field required"),
        ("no json\n", "cannot be read"),
        ('{"do": "new", "file": "", "colour": 1}\n', "colour"),
        ('{"do": "open", "file": ""}\n', "only the first line"),
        ('{"do": "new", "file": "", "put": [{"id": "x"}]}\n', "put.0.status"),
    ],
)
def test_a_spoilt_line_is_named(journal, line, says):
    with journal.path.open("a", encoding="utf-8") as file:
        file.write(line)
    with pytest.raises(InputError) as caught:
        Journal(journal.path)
    assert "alpha.jsonl:5:" in caught.value.render()
    assert says in caught.value.render()


def test_a_journal_that_cannot_be_written_says_so(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(RunError, match="cannot write"):
        Journal(tmp_path / "file" / "x.jsonl").append(Entry("open", ""))


@pytest.fixture
def carla(small_corpus):
    """A session of an annotator without files; it is closed, as a killed process's is, by the system."""
    opened = []

    def start():
        for session in opened:
            session.close()
        opened.append(Session(small_corpus.root, "carla"))
        return opened[-1]

    yield start
    opened[-1].close()


def annotate(sheet, number=0, stance="neutral"):
    id_ = sheet.desk.drafts[number].id
    for action in ({"do": "label", "stance": stance}, {"do": "kind", "value": "person"}):
        sheet.act({"id": id_, **action}, sheet.seen)
    return id_


def test_the_files_pass_the_check_after_every_action(carla, small_corpus):
    sheet = carla().sheet("alpha")
    assert check_corpus(small_corpus.root) == []
    assert not small_corpus.own("carla").exists()
    for number in range(3):
        annotate(sheet, number)
        assert check_corpus(small_corpus.root) == []
        assert len(small_corpus.rows(small_corpus.own("carla"))) == number + 1
    sheet.act({"do": "undo"}, sheet.seen)  # the third has no kind of source any more
    assert len(small_corpus.rows(small_corpus.own("carla"))) == 2


def test_opening_an_article_alone_changes_no_data(carla, small_corpus):
    before = load_corpus(small_corpus.root)
    carla().sheet("alpha")
    after = load_corpus(small_corpus.root)
    assert (after.digest, list(after.annotators)) == (before.digest, list(before.annotators))


def test_a_new_session_goes_on_where_the_last_one_ended_and_can_undo_it(carla, small_corpus):
    sheet = carla().sheet("alpha")
    id_ = annotate(sheet)
    before = sheet.view()
    after = carla().sheet("alpha")
    assert after.view() == before
    after.act({"do": "undo"}, after.seen)
    assert after.desk.get(id_).source_kind is None
    carla().sheet("alpha").act({"do": "redo"}, after.seen)
    assert small_corpus.rows(small_corpus.own("carla"))[0]["source_kind"] == "person"


def test_a_kill_between_journal_and_file_is_mended_by_the_next_start(carla, small_corpus):
    sheet = carla().sheet("alpha")
    annotate(sheet)
    old = small_corpus.own("carla").read_bytes()
    sheet.act({"do": "note", "id": sheet.desk.drafts[0].id, "value": "doubt"}, sheet.seen)
    new = small_corpus.own("carla").read_bytes()
    small_corpus.own("carla").write_bytes(old)
    assert carla().sheet("alpha").seen == sheet.seen
    assert small_corpus.own("carla").read_bytes() == new
    small_corpus.own("carla").unlink()
    carla().sheet("alpha")
    assert small_corpus.own("carla").read_bytes() == new


def test_what_another_program_wrote_is_taken_over_and_can_be_undone(carla, small_corpus):
    sheet = carla().sheet("alpha")
    id_ = annotate(sheet)
    small_corpus.edit(small_corpus.own("carla"), 1, group="from-link")
    with pytest.raises(RunError, match="another program"):
        sheet.act({"do": "skip", "id": id_}, sheet.seen)
    after = carla().sheet("alpha")
    assert after.desk.get(id_).group == "from-link"
    after.act({"do": "undo"}, after.seen)
    assert small_corpus.rows(small_corpus.own("carla"))[0]["group"] != "from-link"


def test_an_annotators_existing_statements_lie_on_the_desk_unchanged(small_corpus):
    before = small_corpus.rows(small_corpus.own("anna"))
    session = Session(small_corpus.root, "anna")
    sheet = session.sheet("alpha")
    assert [d.id for d in sheet.desk.drafts] == [f"anna-alpha-{n}" for n in (1, 2, 3, 4)]
    sheet.act({"do": "confidence", "id": "anna-alpha-1", "value": 1}, sheet.seen)
    assert small_corpus.rows(small_corpus.own("anna"))[0]["confidence"] == 1
    sheet.act({"do": "undo"}, sheet.seen)
    session.close()
    assert small_corpus.rows(small_corpus.own("anna")) == before


def test_a_group_of_another_article_keeps_its_speaker(carla, small_corpus):
    session = carla()
    first, second = session.sheet("alpha"), session.sheet("beta")
    for sheet in (first, second):
        id_ = annotate(sheet)
        sheet.act({"do": "set", "id": id_, "field": "group", "value": "g"}, sheet.seen)
    assert check_corpus(small_corpus.root) == []
    assert not small_corpus.own("carla", "beta").exists()
    assert "group 'g' is of 'Minister Orlo'" in second.view()["drafts"][0]["reasons"][0]


def test_ids_are_new_even_where_another_annotator_has_taken_them(carla, small_corpus):
    row = small_corpus.rows(small_corpus.own("bruno"))[0]
    small_corpus.write(small_corpus.own("bruno"), [row | {"id": "carla-alpha-1", "annotator": "bruno"}])
    assert "carla-alpha-1" not in [d.id for d in carla().sheet("alpha").desk.drafts]


def test_a_changed_article_is_refused(carla, small_corpus):
    carla().sheet("alpha")
    path = small_corpus.root / "annotations/.journal/carla/alpha.jsonl"
    row = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(row | {"sha256": "0" * 64}) + "\n", encoding="utf-8")
    with pytest.raises(InputError, match="not the one that was annotated"):
        carla().sheet("alpha")


@pytest.mark.parametrize("name", ["gold", "", "../x", "a/b", ".hidden", "a b"])
def test_names_that_are_no_folder_of_an_annotator_are_refused(small_corpus, name):
    with pytest.raises(InputError, match="no annotator can be called"):
        Session(small_corpus.root, name)


def test_an_unknown_article_is_refused_with_the_nearest_name(small_corpus):
    with pytest.raises(InputError, match="did you mean 'alpha'"):
        Session(small_corpus.root, "carla", ["alpa"])


def test_problems_of_ones_own_files_are_told_and_those_of_others_are_not(small_corpus):
    small_corpus.edit(small_corpus.own("bruno"), 1, stance=...)
    Session(small_corpus.root, "anna").close()
    small_corpus.edit(small_corpus.own("anna"), 1, stance=...)
    with pytest.raises(ProblemsError, match="missing-field"):
        Session(small_corpus.root, "anna")


def test_one_annotator_has_one_server(small_corpus):
    session = Session(small_corpus.root, "carla")
    with pytest.raises(RunError, match="another server"):
        Session(small_corpus.root, "carla")
    Session(small_corpus.root, "dora").close()
    session.close()
