"""A corpus in memory: what becomes an example, in what order, and what its digest depends on."""

import shutil

import pytest

from harness.checks import load_corpus
from harness.errors import InputError, ProblemsError
from harness.plan import loaded_data
from harness.run_config import Data


def test_examples_come_in_the_order_of_articles_and_offsets(small_corpus):
    c = small_corpus
    c.write(c.gold(), reversed(c.rows(c.gold())))
    examples = load_corpus(c.root).examples()
    assert [e.id for e in examples] == [f"{a}-{i}" for a in ("alpha", "beta", "gamma") for i in (1, 2, 3, 4)]
    assert [e.label for e in examples[:4]] == ["supportive", "supportive", "neutral", "hedged"]


def test_an_example_shows_every_part_that_a_template_can_name(small_corpus):
    example = load_corpus(small_corpus.root).examples()[0]
    assert example.text == "The sanctions strike the innocent and must end."
    assert example.fields == {
        "statement": "The sanctions strike the innocent and must end.",
        "cue": "said",
        "source": "Orlo",
        "speaker": "Orlo",
        "source_kind": "person",
        "attribution": "indirect",
        "via": "",
        "sentence": "Minister Orlo said: “The sanctions strike the innocent and must end.”",
        "article": "alpha",
    }
    assert example.votes == {"anna": "supportive", "bruno": "supportive"}


def test_spans_of_a_split_statement_are_joined_by_a_space(small_corpus):
    c = small_corpus
    text = c.text().read_text(encoding="utf-8")
    at = [text.index(part) for part in ("The sanctions", "must end")]
    spans = [
        {"start": at[0], "end": at[0] + 13, "text": "The sanctions"},
        {"start": at[1], "end": at[1] + 8, "text": "must end"},
    ]
    c.edit(c.gold(), 1, content=spans, via=["a paper", "a minister"])
    example = load_corpus(c.root).examples()[0]
    assert example.text == "The sanctions must end"
    assert example.fields["via"] == "a paper, a minister"


def test_excluded_statements_are_no_examples(small_corpus):
    c = small_corpus
    for path in (c.gold(), c.own("anna"), c.own("bruno")):
        c.edit(path, 1, stance=None, exclusion="opposed")
    c.edit(c.gold(), 1, votes={"anna": None, "bruno": None})
    assert [e.id for e in load_corpus(c.root).examples()][:2] == ["alpha-2", "alpha-3"]


def test_each_annotator_has_examples_of_their_own(small_corpus):
    corpus = load_corpus(small_corpus.root)
    labels = {who: {e.id: e.label for e in corpus.examples(who)} for who in ("anna", "bruno")}
    assert labels["anna"]["anna-gamma-3"] == "hedged"
    assert labels["bruno"]["bruno-gamma-3"] == "neutral"


def test_an_unknown_annotator_is_refused_with_the_nearest_name(small_corpus):
    with pytest.raises(InputError, match="no annotations by 'ana'") as error:
        load_corpus(small_corpus.root).examples("ana")
    assert error.value.hint == "did you mean 'anna'?"


def test_a_corpus_without_a_labelled_statement_is_refused(small_corpus):
    shutil.rmtree(small_corpus.gold().parent)
    with pytest.raises(InputError, match="'gold' has no labelled statement"):
        load_corpus(small_corpus.root).examples()


def test_the_digest_is_the_same_for_other_paths_and_orders_of_lines(small_corpus, tmp_path):
    before = load_corpus(small_corpus.root).digest
    copy = tmp_path / "elsewhere"
    shutil.copytree(small_corpus.root, copy)
    path = copy / "annotations" / "gold" / "alpha.jsonl"
    small_corpus.write(path, reversed(small_corpus.rows(path)))
    assert load_corpus(copy).digest == before


@pytest.mark.parametrize(
    "change",
    [
        lambda c: c.edit(c.gold(), 1, note="seen again"),
        lambda c: c.edit(c.gold("gamma"), 3, reason="rule 4"),
        lambda c: c.edit(c.own(), 1, confidence=1),
        lambda c: c.replace(c.scheme, "takes no position", "takes none"),
    ],
)
def test_the_digest_changes_with_anything_that_the_files_say(small_corpus, change):
    before = load_corpus(small_corpus.root).digest
    change(small_corpus)
    assert load_corpus(small_corpus.root).digest != before


def test_an_absent_folder_is_an_error_of_ours(tmp_path):
    with pytest.raises(InputError, match="no such corpus folder"):
        load_corpus(tmp_path / "absent")


def test_a_folder_without_files_is_no_annotator_and_an_empty_file_is_one_who_found_nothing(small_corpus):
    before = load_corpus(small_corpus.root)
    folder = small_corpus.own("clara").parent
    folder.mkdir()
    assert load_corpus(small_corpus.root).digest == before.digest
    (folder / "notes.txt").write_text("read it tomorrow\n", encoding="utf-8")
    assert "clara" not in load_corpus(small_corpus.root).annotators
    small_corpus.own("clara").write_bytes(b"")
    assert load_corpus(small_corpus.root).annotators["clara"] == ()


def test_what_the_annotators_are_is_read_and_changes_no_digest(small_corpus):
    before = load_corpus(small_corpus.root)
    path = small_corpus.root / "annotations" / "scheme.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text + "annotators: {anna: person, bruno: language model}\n", encoding="utf-8")
    after = load_corpus(small_corpus.root)
    assert after.scheme.annotators == {"anna": "person", "bruno": "language model"}
    assert not before.scheme.annotators
    assert after.digest == before.digest


def test_an_annotator_that_is_neither_a_person_nor_a_language_model_is_refused(small_corpus):
    path = small_corpus.root / "annotations" / "scheme.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "annotators: {anna: robot}\n", encoding="utf-8")
    with pytest.raises(ProblemsError, match="'person' or 'language model'"):
        load_corpus(small_corpus.root)


def test_a_run_knows_the_annotators_whose_votes_stand_behind_its_labels(small_corpus):
    path = small_corpus.root / "annotations" / "scheme.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text + "annotators: {anna: person, carla: person}\n", encoding="utf-8")
    assert loaded_data(Data(corpus=str(small_corpus.root))).annotators == {"anna": "person"}
    assert loaded_data(Data(corpus=str(small_corpus.root), annotator="bruno")).annotators == {}
