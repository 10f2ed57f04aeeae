"""Offsets and every field survive each format, or are listed: over random Unicode text."""

import pytest
from hypothesis import HealthCheck, given, settings

from harness.annotate.exchange.formats import FORMATS
from harness.annotate.statement_files import statement_row
from tests.annotate.exchange.conftest import corpora, there_and_back

QUICK = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def expected(corpus):
    rows = [statement_row(s) for s in corpus.annotators["anna"]]
    return [{k: list(v) if isinstance(v, tuple) else v for k, v in row.items()} for row in rows]


@pytest.mark.parametrize("name", ["label-studio", "csv"])
@QUICK
@given(corpus=corpora())
def test_label_studio_and_csv_give_back_every_statement_as_it_was(name, corpus):
    rows, losses = there_and_back(corpus, FORMATS[name])
    assert rows == expected(corpus)
    assert losses == ()


@QUICK
@given(corpus=corpora(xml=True))
def test_cas_gives_back_every_statement_as_it_was(corpus):
    rows, losses = there_and_back(corpus, FORMATS["cas"])
    assert rows == expected(corpus)
    assert losses == ()


@pytest.mark.parametrize("name", ["brat", "doccano"])
@QUICK
@given(corpus=corpora())
def test_what_brat_and_doccano_do_not_give_back_is_exactly_what_is_listed(name, corpus):
    rows, losses = there_and_back(corpus, FORMATS[name])
    whole = {x.statement for x in losses if x.field == "*"}
    wanted = [row for row in expected(corpus) if row["id"] not in whole]
    assert len(rows) == len(wanted)
    listed = {(x.statement, x.field) for x in losses if x.field not in ("*", "id")}
    differ = {
        (want["id"], field)
        for got, want in zip(rows, wanted, strict=True)
        for field in want
        if got[field] != want[field] and field not in ("id", "group")
    }
    assert differ == {x for x in listed if x[1] != "group"}


@QUICK
@given(corpus=corpora())
def test_doccano_keeps_spans_stance_and_exclusion_of_every_statement(corpus):
    rows, _ = there_and_back(corpus, FORMATS["doccano"])
    for got, want in zip(rows, expected(corpus), strict=True):
        for field in ("content", "cue", "source", "stance", "exclusion"):
            assert got[field] == want[field]


@QUICK
@given(corpus=corpora())
def test_every_span_that_brat_gives_back_is_text_of_the_article(corpus):
    rows, _ = there_and_back(corpus, FORMATS["brat"])
    text = corpus.articles["alpha"].text
    for row in rows:
        for span in (*row["content"], *row["cue"], *row["source"]):
            assert text[span["start"] : span["end"]] == span["text"]
