"""Candidates beside statements that are there already."""

from harness.annotate.serve.proposals import covered, overlaps, proposals
from harness.checks import load_corpus
from harness.records import Span


def of_alpha(small_corpus, who, taken=()):
    corpus = load_corpus(small_corpus.root)
    own = [s for s in corpus.annotators.get(who, ()) if s.article == "alpha"]
    return own, proposals(corpus.articles["alpha"], own, "x", taken, 2)


def test_without_statements_every_candidate_is_proposed(small_corpus):
    own, found = of_alpha(small_corpus, "nobody")
    assert own == []
    assert [d.id for d in found] == ["x-1", "x-2", "x-3", "x-4"]
    assert {d.status for d in found} == {"proposed"}


def test_a_candidate_that_overlaps_a_statement_is_not_proposed(small_corpus):
    """Anna has alpha's four statements; without the second, one candidate is left, and it is that one's."""
    rows = small_corpus.rows(small_corpus.own())
    assert of_alpha(small_corpus, "anna")[1] == []
    [gone] = rows[1]["content"]
    small_corpus.gold().unlink()
    small_corpus.write(small_corpus.own(), [row for row in rows if row != rows[1]])
    [left] = of_alpha(small_corpus, "anna")[1]
    assert overlaps(left.content, range(gone["start"], gone["end"]))


def test_ids_that_are_taken_are_left_out(small_corpus):
    _, found = of_alpha(small_corpus, "nobody", taken={"x-1", "x-3"})
    assert [d.id for d in found] == ["x-2", "x-4", "x-5", "x-6"]


def test_neighbours_do_not_overlap(small_corpus):
    own, _ = of_alpha(small_corpus, "anna")
    first = own[0].content[0]
    assert covered(own[:1]) == frozenset(range(first.start, first.end))
    assert overlaps([Span(first.end - 1, first.end, "")], covered(own[:1]))
    assert not overlaps([Span(first.end, first.end + 1, "")], covered(own[:1]))
