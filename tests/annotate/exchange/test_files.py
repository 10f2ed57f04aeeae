"""What the files of each format look like, by their own documentation, and what hand-made ones become."""

import json
import sys

import pytest

from harness.annotate.exchange.formats import FORMATS
from harness.annotate.exchange.outgoing import export
from harness.checks import load_corpus
from harness.corpus import Corpus
from harness.errors import RunError
from harness.records import Article, Span, Statement
from tests.annotate.exchange.conftest import SCHEME, there_and_back

TEXT = "🙂 Vale said: “Stop\nit.” Ruiz, too, said so."


def corpus(text=TEXT, content=((14, 18), (19, 21)), note="", **changes):
    spans = tuple(Span(a, b, text[a:b]) for a, b in content)
    values = {
        "id": "s1",
        "article": "alpha",
        "content": spans,
        "cue": (Span(7, 11, text[7:11]),),
        "source": (Span(2, 6, text[2:6]),),
        "source_name": "Vale",
        "speaker": "Vale",
        "source_kind": "person",
        "via": ("AFP",),
        "attribution": "direct",
        "stance": "hedged",
        "exclusion": None,
        "group": "vale-stop",
        "confidence": 3,
        "note": note,
        "annotator": "anna",
        "codebook_version": 2,
    }
    article = Article("alpha", text, "0" * 64, None, "en")
    return Corpus(None, SCHEME, {"alpha": article}, {"anna": (Statement(**values | changes),)})


def test_brat_writes_fragments_event_attributes_and_notes():
    lines = export(corpus(), "brat", "anna").files["alpha.ann"].splitlines()
    assert lines == [
        "T1\tStatement 14 18;19 21\tStop it",
        "T2\tCue 7 11\tsaid",
        "T3\tSource 2 6\tVale",
        "E1\tStatement:T1 Cue:T2 Source:T3",
        "A1\tStance E1 hedged",
        "A2\tAttribution E1 direct",
        "A3\tSourceKind E1 person",
        "A4\tConfidence E1 3",
        "A5\tCodebookVersion E1 2",
        "#1\tStatementId E1\ts1",
        "#2\tSourceName E1\tVale",
        "#3\tSpeaker E1\tVale",
        "#4\tGroup E1\tvale-stop",
        "#5\tVia E1\tAFP",
        "#6\tAnnotator E1\tanna",
    ]


def test_brat_lists_two_spans_that_only_a_line_break_divides():
    losses = export(corpus(), "brat", "anna").losses
    assert [(x.statement, x.field) for x in losses] == [("s1", "content")]


def test_brat_lists_a_statement_of_line_breaks_only():
    exported = export(corpus(content=((18, 19),)), "brat", "anna")
    assert [(x.statement, x.field) for x in exported.losses] == [("s1", "*")]
    assert exported.files["alpha.ann"] == ""


def test_brat_gives_back_a_span_over_a_line_break_in_one_piece():
    rows, losses = there_and_back(corpus(content=((14, 21),)), FORMATS["brat"])
    assert rows[0]["content"] == [{"start": 14, "end": 21, "text": "Stop\nit"}]
    assert losses == ()


def test_brat_lists_a_note_of_two_lines():
    losses = export(corpus(content=((14, 18),), note="one\ntwo"), "brat", "anna").losses
    assert [(x.field, x.why) for x in losses] == [("note", "a value is one line")]


def test_cas_counts_utf_16_units():
    xmi = export(corpus(), "cas", "anna").files["alpha.xmi"]
    assert 'begin="3" end="7"' in xmi, "the emoji before Vale counts two"


def test_cas_lists_an_article_that_xml_cannot_hold():
    exported = export(corpus(text=TEXT + "\x01"), "cas", "anna")
    assert [(x.field, x.why) for x in exported.losses] == [
        ("*", f"U+0001 at offset {len(TEXT)}: XML has no such character")
    ]
    assert list(exported.files) == ["TypeSystem.xml"]


def test_cas_refuses_entities():
    text = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><x>&e;</x>'
    found = FORMATS["cas"].read("alpha.xmi", {"alpha.xmi": text}, corpus().articles)
    assert [p.code for p in found.problems] == ["bad-value"]


def test_cas_without_its_library_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "cassis", None)
    with pytest.raises(RunError, match=r"stance-harness\[annotate\]"):
        export(corpus(), "cas", "anna")


def test_doccano_writes_entities_and_relations():
    line = json.loads(export(corpus(), "doccano", "anna").files["dataset.jsonl"])
    assert line["entities"] == [
        {"id": 1, "label": "statement: hedged", "start_offset": 14, "end_offset": 18},
        {"id": 2, "label": "continued", "start_offset": 19, "end_offset": 21},
        {"id": 3, "label": "cue", "start_offset": 7, "end_offset": 11},
        {"id": 4, "label": "source", "start_offset": 2, "end_offset": 6},
    ]
    assert [(r["from_id"], r["to_id"], r["type"]) for r in line["relations"]] == [
        (1, 2, "continued"),
        (1, 3, "cue"),
        (1, 4, "source"),
    ]


def test_doccano_lists_what_only_a_label_cannot_hold():
    fields = {x.field for x in export(corpus(), "doccano", "anna").losses}
    assert fields == {"id", "speaker", "via", "attribution", "group"}


def test_label_studio_has_regions_relations_and_choices_that_share_the_region():
    tasks = json.loads(export(corpus(), "label-studio", "anna").files["tasks.json"])
    result = tasks[0]["annotations"][0]["result"]
    assert result[0]["value"] == {"start": 14, "end": 18, "text": "Stop", "labels": ["content"]}
    relations = [x for x in result if x["type"] == "relation"]
    assert {(x["from_id"], x["to_id"]) for x in relations} == {
        ("s1/content/0", f"s1/{part}") for part in ("content/1", "cue/0", "source/0")
    }
    stance = next(x for x in result if x.get("from_name") == "stance")
    assert (stance["id"], stance["value"]["choices"]) == ("s1/content/0", ["hedged"])


def test_label_studio_reads_completions_of_old_versions_and_a_relation_drawn_backwards():
    result = [
        {"id": "r1", "type": "labels", "value": {"start": 14, "end": 18, "labels": ["content"]}},
        {"id": "r2", "type": "labels", "value": {"start": 7, "end": 11, "labels": ["cue"]}},
        {"type": "relation", "from_id": "r2", "to_id": "r1", "direction": "right"},
    ]
    text = json.dumps([{"data": {"text": TEXT}, "completions": [{"result": result}]}])
    found = FORMATS["label-studio"].read("x.json", {"x.json": text}, corpus().articles)
    assert found.problems == []
    assert [(r["id"], r["cue"][0]["text"]) for _, r in found.rows] == [("r1", "said")]


def test_label_studio_offsets_that_count_utf_16_units_are_noticed():
    value = {"start": 15, "end": 19, "text": "Stop", "labels": ["content"]}
    task = {
        "data": {"text": TEXT},
        "annotations": [{"result": [{"id": "r", "type": "labels", "value": value}]}],
    }
    found = FORMATS["label-studio"].read("x.json", {"x.json": json.dumps([task])}, corpus().articles)
    assert [p.code for p in found.problems] == ["bad-slice"]
    assert "UTF-16" in found.problems[0].hint


def test_csv_is_one_row_a_statement_with_spans_as_json():
    head, row = export(corpus(), "csv", "anna").files["statements.csv"].splitlines()
    assert head.startswith("id,article,content,cue,source,source_name,speaker,")
    assert row.startswith('s1,alpha,"[{""start"": 14, ""end"": 18, ""text"": ""Stop""},')


@pytest.mark.parametrize("name", ["label-studio", "brat", "cas", "csv"])
def test_gold_keeps_its_votes_and_reasons(name, small_corpus):
    exported = export(load_corpus(small_corpus.root), name)
    assert exported.losses == ()


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(
    "text", ["", "\x00", "[]", "{}", '[{"data": 3}]', "T1\tCue 9", "<x/>", 'a,b\n"', "null", "E1"]
)
def test_no_file_makes_a_reader_fail(name, text):
    shape = FORMATS[name]
    file = f"alpha{shape.suffix}"
    shape.read(file, {file: text}, corpus().articles)
