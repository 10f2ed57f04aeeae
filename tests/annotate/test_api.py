"""What is below `harness annotate` gives the same from Python as from the command line."""

import json

import pytest

import harness
from harness.annotate import api as annotate
from harness.errors import HarnessError


def test_the_agreement_is_what_the_command_says_as_json(small_corpus, run_cli):
    said = run_cli("annotate", "agree", small_corpus.root, "--json")
    assert annotate.agree(small_corpus.root) == json.loads(said.out)


def test_the_statements_suggested_are_those_of_the_command(small_corpus, run_cli):
    said = run_cli("annotate", "suggest", "alpha", "--corpus", small_corpus.root, "--json")
    found = annotate.suggest("alpha", small_corpus.root)
    assert found
    assert found == json.loads(said.out)["candidates"]


def test_what_is_exported_is_imported_again_as_the_same_12_statements(small_corpus, tmp_path):
    files, losses = annotate.export_statements(tmp_path / "out", "csv", corpus=small_corpus.root)
    before = [small_corpus.rows(small_corpus.gold(article)) for article in ("alpha", "beta", "gamma")]
    with pytest.raises(HarnessError, match="gold"):
        annotate.import_statements(files, "csv", "gold", corpus=small_corpus.root)
    done = annotate.import_statements(files, "csv", "gold", corpus=small_corpus.root, replace=True)
    assert (done.n, losses) == (12, [])
    assert [small_corpus.rows(small_corpus.gold(a)) for a in ("alpha", "beta", "gamma")] == before
    assert annotate.check(small_corpus.root) == harness.check(small_corpus.root) == []


def test_linking_lists_the_pairs_and_joins_them_when_it_is_told_to(small_corpus):
    """With each statement a group of its own, those that are joined share one and are proposed no more."""
    for article in ("alpha", "beta", "gamma"):
        path = small_corpus.gold(article)
        small_corpus.write(path, [row | {"group": row["id"]} for row in small_corpus.rows(path)])
    listed = annotate.link(small_corpus.root, threshold=0.2)
    assert listed
    assert annotate.link(small_corpus.root, threshold=0.2) == listed, "listing changes nothing"
    joined = annotate.link(small_corpus.root, threshold=0.2, join=True)
    assert joined
    left = {(p.a.id, p.b.id) for p in annotate.link(small_corpus.root, threshold=0.2)}
    assert left.isdisjoint((p.a.id, p.b.id) for p in joined)


def test_an_article_is_added_with_its_details_and_an_unknown_detail_is_refused(small_corpus, tmp_path):
    text = tmp_path / "delta.txt"
    text.write_text("The council said: “We welcome the plan.”\n", encoding="utf-8")
    (made,) = annotate.add([text], small_corpus.root, language="en", rights="public", outlet="Paper")
    assert (made.entry["id"], made.entry["language"], made.entry["outlet"]) == ("delta", "en", "Paper")
    with pytest.raises(HarnessError, match="already"):
        annotate.add([text], small_corpus.root, language="en")
    with pytest.raises(TypeError, match="langauge"):
        annotate.add([text], small_corpus.root, langauge="en")
