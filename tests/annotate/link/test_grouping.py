"""Pairs that may be one utterance, and groups that become one."""

import builtins
import dataclasses
import io
import sys

import pytest

from benchmarks import link as benchmark
from harness.annotate.link import terminal as grouping_terminal
from harness.annotate.link.grouping import link, obstacle, propose, statements_of
from harness.annotate.link.similarity import NGRAMS, normalised, similarity_by
from harness.checks import check_corpus, load_corpus
from harness.errors import InputError
from tests.tiny_encoder import PACKAGED, needs_extra, needs_packaged, tiny_encoder


def apart(small_corpus, who="gold"):
    """Give every statement of an annotator a group of its own, as a first annotation of an article has it."""
    for article in ("alpha", "beta", "gamma"):
        path = small_corpus.gold(article) if who == "gold" else small_corpus.own(who, article)
        small_corpus.write(path, [row | {"group": row["id"]} for row in small_corpus.rows(path)])
    return small_corpus


def groups(small_corpus, who="gold"):
    """Return the sets of two or more ids that share a group."""
    found = {}
    for s in load_corpus(small_corpus.root).annotators[who]:
        found.setdefault(s.group, []).append(s.id)
    return sorted(ids for ids in found.values() if len(ids) > 1)


def pairs_of(small_corpus, who="gold", *similarity, **settings):
    return propose(statements_of(load_corpus(small_corpus.root), who), *similarity, **settings)


@pytest.fixture
def tiny(tmp_path, monkeypatch):
    """Return a small encoder, and keep its vectors apart from the user's."""
    monkeypatch.setenv("HARNESS_CACHE", str(tmp_path / "cache"))
    return str(tiny_encoder(tmp_path / "tiny"))


def test_words_alone_are_compared():
    assert normalised("“Café — THE talks”, 2x!") == "cafe the talks 2x"


def test_pairs_are_of_different_articles_and_groups_the_most_alike_first(small_corpus):
    """Vale's attack is in alpha and gamma, Orlo's sanctions and the bank's trade in alpha and beta."""
    found = pairs_of(apart(small_corpus))
    assert [(p.a.id, p.b.id) for p in found[:3]] == [
        ("alpha-2", "gamma-1"),
        ("alpha-1", "beta-1"),
        ("alpha-3", "beta-2"),
    ]
    assert [p.similarity for p in found] == sorted((p.similarity for p in found), reverse=True)
    assert all(p.a.article != p.b.article and p.same_source for p in found[:3])


def test_the_same_words_have_similarity_1_and_only_they(small_corpus):
    rows = statements_of(load_corpus(apart(small_corpus).root), "gold")
    again = [dataclasses.replace(s, id=f"x-{s.id}", article="x", group=f"x-{s.group}") for s in rows]
    found = [p for p in propose([*rows, *again]) if p.similarity == 1]
    assert {(p.a.id, p.b.id) for p in found} == {(s.id, f"x-{s.id}") for s in rows}


def test_what_is_in_one_group_already_is_not_proposed(small_corpus):
    assert not [p for p in pairs_of(small_corpus) if p.a.group == p.b.group]


def test_two_sources_need_more_in_common_than_one(small_corpus):
    found = pairs_of(apart(small_corpus), same_source=0.1, any_source=0.99)
    assert found
    assert all(p.same_source for p in found)


@pytest.mark.parametrize("keep", [0, 1])
def test_too_few_statements_give_no_pairs(small_corpus, keep):
    assert propose(statements_of(load_corpus(small_corpus.root), "gold")[:keep]) == []


def test_linking_joins_whole_groups_and_writes_only_what_changed(small_corpus):
    """Orlo's two are one group; a third by Orlo alone joins it and takes its name."""
    small_corpus.edit(small_corpus.gold("gamma"), 1, speaker="Orlo")
    small_corpus.edit(small_corpus.gold("gamma"), 1, group="alone")
    before = small_corpus.gold("alpha").read_bytes(), small_corpus.gold("beta").read_bytes()
    rows = {s.id: s for s in load_corpus(small_corpus.root).annotators["gold"]}
    [pair] = [p for p in pairs_of(small_corpus, same_source=0) if (p.a.id, p.b.id) == ("alpha-1", "gamma-1")]
    assert rows["gamma-1"].group == "alone"
    assert link(small_corpus.root, "gold", [pair]) == [pair]
    assert ["alpha-1", "beta-1", "gamma-1"] in groups(small_corpus)
    assert (small_corpus.gold("alpha").read_bytes(), small_corpus.gold("beta").read_bytes()) == before
    assert small_corpus.rows(small_corpus.gold("gamma"))[0]["group"] == "orlo-sanctions"
    assert check_corpus(small_corpus.root) == []


def test_groups_of_two_sources_are_not_joined(small_corpus):
    apart(small_corpus)
    [pair] = [p for p in pairs_of(small_corpus, any_source=0) if (p.a.id, p.b.id) == ("alpha-1", "gamma-1")]
    rows = statements_of(load_corpus(small_corpus.root), "gold")
    assert "'Orlo', 'Vale'" in obstacle(rows, pair)
    assert link(small_corpus.root, "gold", [pair]) == []
    assert groups(small_corpus) == []


def test_linking_one_annotator_leaves_the_other_and_gold_alone(small_corpus, run_cli):
    apart(small_corpus, "anna")
    before = {p: p.read_bytes() for p in small_corpus.root.rglob("*.jsonl") if "anna" not in p.parts}
    found = run_cli("annotate", "link", small_corpus.root, "--annotator", "anna", "--yes")
    assert found.code == 0
    assert groups(small_corpus, "anna")
    assert {p: p.read_bytes() for p in before} == before
    assert check_corpus(small_corpus.root) == []


def test_yes_joins_what_is_at_least_as_alike_as_the_threshold(small_corpus, run_cli):
    apart(small_corpus)
    assert "0 pairs" in run_cli("annotate", "link", small_corpus.root, "--yes", "--threshold", "1").out
    found = run_cli("annotate", "link", small_corpus.root, "--yes", "--threshold", "0.4")
    assert "0 left" in found.out
    assert groups(small_corpus)[:2] == [["alpha-1", "beta-1"], ["alpha-2", "gamma-1"]]


def test_listing_changes_nothing_nor_does_a_closed_input(small_corpus, run_cli, monkeypatch):
    before = {p: p.read_bytes() for p in apart(small_corpus).root.rglob("*.jsonl")}
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    for arguments in (("--list",), (), ("--list", "--yes")):
        found = run_cli("annotate", "link", small_corpus.root, *arguments)
        assert "alpha-2 [alpha-2] Vale: “the sanctions as an attack on a friend”" in found.out
    assert {p: p.read_bytes() for p in before} == before


def test_a_person_is_asked_about_each_pair(small_corpus, run_cli, monkeypatch):
    apart(small_corpus)
    answers = iter(["n", "maybe", "y", "q"])
    monkeypatch.setattr(grouping_terminal, "on_terminal", lambda: True)
    monkeypatch.setattr(builtins, "input", lambda *_: next(answers))
    found = run_cli("annotate", "link", small_corpus.root)
    assert found.out.endswith("1 joined\n")
    assert groups(small_corpus) == [["alpha-1", "beta-1"]], "the second of the pairs above"


def test_an_annotator_who_is_none_is_refused(small_corpus, run_cli):
    found = run_cli("annotate", "link", small_corpus.root, "--annotator", "ana")
    assert found.code == 2
    assert "did you mean 'anna'?" in found.err
    with pytest.raises(InputError):
        statements_of(load_corpus(small_corpus.root), "nobody")


def test_the_thresholds_find_what_their_comment_says_on_the_gold_of_this_project(project):
    gold = load_corpus(project).annotators["gold"][:55]
    true = {(a.id, b.id) for a in gold for b in gold if a.group == b.group and a.article < b.article}
    found = propose([dataclasses.replace(s, group=s.id) for s in gold])
    pairs = {(p.a.id, p.b.id) if p.a.article < p.b.article else (p.b.id, p.a.id) for p in found}
    assert (len(true), len(pairs & true), len(pairs)) == (19, 18, 25)
    assert all(
        p.a.id and (p.similarity < NGRAMS.thresholds.sure or not p.same_source)
        for p in found
        if (p.a.id, p.b.id) not in true and (p.b.id, p.a.id) not in true
    )


@needs_packaged
def test_vectors_find_what_their_thresholds_say_on_the_gold_of_this_project(project, tmp_path, monkeypatch):
    monkeypatch.setenv("HARNESS_CACHE", str(tmp_path))
    gold = load_corpus(project).annotators["gold"]
    vectors = similarity_by(PACKAGED)
    true = benchmark.true_pairs(gold)
    found = benchmark.proposed(gold, vectors)
    right = [p for p in found if (p.a.id, p.b.id) in true or (p.b.id, p.a.id) in true]
    assert (len(true), len(right), len(found)) == (19, 18, 31)
    assert all(p.same_source for p in found)
    assert all(p in right for p in found if p.similarity >= vectors.thresholds.sure)


@needs_extra
def test_vectors_compare_texts_by_their_cosine_and_the_same_words_are_1(tiny):
    texts = ["war on peace", "talks", "War — on peace!", "zebra"]
    vectors = similarity_by(tiny)
    found = {(i, j): value for i, j, value in vectors.pairs(texts, 0.0)}
    rows = vectors.encoder.vectors(texts).astype(float)
    for (i, j), value in found.items():
        assert i < j
        cosine = rows[i] @ rows[j] / (rows[i] @ rows[i] * (rows[j] @ rows[j])) ** 0.5
        assert value == (1 if (i, j) == (0, 2) else pytest.approx(min(cosine, 0.999), abs=1e-6))
    assert (0, 2) in found
    assert [(i, j) for i, j, _ in vectors.pairs(texts, 1.1)] == [(0, 2)], "the same words, whatever the least"


@needs_extra
def test_linking_by_vectors_from_the_command_line(small_corpus, run_cli, tiny):
    apart(small_corpus)
    same = run_cli("annotate", "link", small_corpus.root, "--list", "--threshold", "0", "--encoder", tiny)
    assert same.code == 0
    assert "alpha-2 [alpha-2] Vale: “the sanctions as an attack on a friend”" in same.out
    assert len(pairs_of(small_corpus, "gold", similarity_by(tiny), same_source=0, any_source=0)) == int(
        same.out.partition(" ")[0]
    )


@needs_extra
def test_an_encoder_that_cannot_be_had_is_one_error(small_corpus, run_cli, monkeypatch):
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    found = run_cli("annotate", "link", small_corpus.root, "--encoder", "package:x")
    assert found.code == 2
    assert "--encoder needs sentence_transformers, which is not installed" in found.err
    assert "pip install 'stance-harness[embeddings]'" in found.err


@needs_extra
def test_an_encoder_is_a_folder_seen_from_the_working_directory(small_corpus, run_cli, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    found = run_cli("annotate", "link", small_corpus.root, "--encoder", "./nowhere")
    assert (found.code, f"{tmp_path / 'nowhere'} is no folder" in found.err) == (2, True)


def test_the_link_benchmark_keeps_its_bounds_and_its_table_is_in_the_docs(project, capsys):
    assert benchmark.main(["--corpus", str(project)]) == 0
    table = [x for x in capsys.readouterr().out.splitlines() if x.startswith("|")]
    docs = (project / "docs" / "annotating.md").read_text(encoding="utf-8").splitlines()
    assert len(table) == 8 + 3
    assert [x for x in table if x not in docs] == []


@needs_packaged
def test_the_table_of_vectors_is_in_the_docs(project, capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("HARNESS_CACHE", str(tmp_path))
    assert benchmark.main(["--corpus", str(project), "--encoder", PACKAGED]) == 0
    table = [x for x in capsys.readouterr().out.splitlines() if x.startswith("| vectors")]
    docs = (project / "docs" / "annotating.md").read_text(encoding="utf-8").splitlines()
    assert len(table) == 6 + 1
    assert [x for x in table if x not in docs] == []


def test_average_precision_counts_by_hand(small_corpus):
    """Six pairs of one source: Orlo 1, Vale 1, the bank 1, Ruiz 3, all of one group, so every share is 1.

    Where Vale's pair, the most alike, is none, the others have ranks 2 to 6 with 1 to 5 hits.
    """
    gold = statements_of(load_corpus(small_corpus.root), "gold")
    assert len(benchmark.true_pairs(gold)) == 6
    assert benchmark.average_precision(gold, NGRAMS) == 1
    vale_apart = [dataclasses.replace(s, group=s.id) if s.speaker == "Vale" else s for s in gold]
    expected = (1 / 2 + 2 / 3 + 3 / 4 + 4 / 5 + 5 / 6) / 5
    assert benchmark.average_precision(vale_apart, NGRAMS) == pytest.approx(expected)
