"""From two annotators' files to gold: what must be decided, what is written, and what is refused."""

import builtins
import dataclasses
from pathlib import Path

import pytest

from harness.annotate.adjudicate.decisions import Decision, accept_unanimous, cases, decide, decide_all
from harness.annotate.adjudicate.dropped import dropped_file, read_dropped
from harness.annotate.unfinished import load_unfinished
from harness.checks import check_corpus
from harness.errors import InputError, ProblemsError

TERMINAL = ("annotate", "adjudicate", "--terminal")


def undecided(small_corpus, article="gamma"):
    """Take an article's gold away."""
    small_corpus.gold(article).unlink()
    return small_corpus


def of(small_corpus, article="gamma"):
    return cases(load_unfinished(small_corpus.root), article)


def gold(small_corpus, article="gamma"):
    return {row["id"]: row for row in small_corpus.rows(small_corpus.gold(article))}


def one_sided(small_corpus):
    """Let bruno miss the second statement of gamma."""
    path = small_corpus.own("bruno", "gamma")
    small_corpus.write(path, [row for row in small_corpus.rows(path) if row["id"] != "bruno-gamma-2"])
    return small_corpus


def test_cases_say_which_fields_differ(small_corpus):
    found = of(undecided(small_corpus))
    assert [c.ids for c in found] == [(f"anna-gamma-{i}", f"bruno-gamma-{i}") for i in (1, 2, 3, 4)]
    assert [c.differ for c in found] == [(), (), ("stance",), ()]
    assert [c.is_unanimous for c in found] == [True, True, False, True]
    assert {c.open_reason for c in found} == {"not decided yet"}


def test_a_groups_name_a_note_and_a_confidence_are_no_disagreement(small_corpus):
    small_corpus.edit(small_corpus.own("bruno", "gamma"), 2, group="other", note="hm", confidence=1)
    assert of(undecided(small_corpus))[1].is_unanimous


def test_what_was_decided_is_not_open(small_corpus):
    found = of(small_corpus)
    assert [c.gold.id for c in found] == ["gamma-1", "gamma-2", "gamma-3", "gamma-4"]
    assert [c.open_reason for c in found] == [None] * 4


def test_unanimous_cases_are_taken_over_in_one_go(small_corpus):
    undecided(small_corpus)
    assert len(accept_unanimous(small_corpus.root, "gamma")) == 3
    assert accept_unanimous(small_corpus.root, "gamma") == []
    rows = gold(small_corpus)
    assert list(rows) == ["gamma-01", "gamma-02", "gamma-03"]
    assert rows["gamma-01"]["votes"] == {"anna": "supportive", "bruno": "supportive"}
    assert rows["gamma-01"]["derived_from"] == ["anna-gamma-1", "bruno-gamma-1"]
    assert {(r["decision"], r["reason"], r["annotator"]) for r in rows.values()} == {
        ("unanimous", "", "gold")
    }
    assert check_corpus(small_corpus.root) == []


def test_a_decision_keeps_both_votes_and_the_reason(small_corpus):
    case = of(undecided(small_corpus))[2]
    decide(small_corpus.root, case, case.versions["bruno"], " rule 3 ")
    [row] = gold(small_corpus).values()
    assert row["stance"] == "neutral"
    assert row["votes"] == {"anna": "hedged", "bruno": "neutral"}
    assert (row["decision"], row["reason"]) == ("adjudicated", "rule 3")
    assert check_corpus(small_corpus.root) == []


def test_gold_that_is_decided_again_keeps_its_id_and_the_other_lines(small_corpus):
    before = gold(small_corpus)
    case = of(small_corpus)[2]
    decide(small_corpus.root, case, case.versions["bruno"], "rule 4")
    after = gold(small_corpus)
    assert after["gamma-3"]["stance"] == "neutral"
    assert {k: v for k, v in after.items() if k != "gamma-3"} == {
        k: v for k, v in before.items() if k != "gamma-3"
    }


def test_a_statement_that_one_alone_found_has_a_null_vote_of_the_other(small_corpus):
    case = of(undecided(one_sided(small_corpus)))[1]
    assert (case.asked, list(case.versions), case.is_unanimous) == (("anna", "bruno"), ["anna"], False)
    decide(small_corpus.root, case, case.versions["anna"], "R3")
    [row] = gold(small_corpus).values()
    assert row["votes"] == {"anna": "neutral", "bruno": None}
    assert row["derived_from"] == ["anna-gamma-2"]
    assert row["decision"] == "adjudicated"
    assert check_corpus(small_corpus.root) == []


def test_a_drop_takes_it_out_of_gold_and_keeps_the_reason(small_corpus):
    case = of(small_corpus)[1]
    decide(small_corpus.root, case, None, "R14: no claim")
    assert "gamma-2" not in gold(small_corpus)
    again = of(small_corpus)[1]
    assert (again.dropped, again.open_reason, again.gold) == ("R14: no claim", None, None)
    assert check_corpus(small_corpus.root) == []
    decide(small_corpus.root, again, again.versions["anna"])
    assert read_dropped(small_corpus.root, "gamma") == []
    assert not dropped_file(small_corpus.root, "gamma").exists()
    assert gold(small_corpus)["gamma-01"]["decision"] == "unanimous"


def test_a_mended_version_is_adjudicated_even_where_all_agreed(small_corpus):
    case = of(undecided(small_corpus))[0]
    mended = dataclasses.replace(case.versions["anna"], attribution="direct")
    with pytest.raises(InputError, match="needs a reason"):
        decide(small_corpus.root, case, mended)
    decide(small_corpus.root, case, mended, "R8")
    [row] = gold(small_corpus).values()
    assert (row["attribution"], row["decision"]) == ("direct", "adjudicated")
    assert check_corpus(small_corpus.root) == []


def test_an_exclusion_can_be_unanimous(small_corpus):
    for who in ("anna", "bruno"):
        small_corpus.edit(small_corpus.own(who, "gamma"), 2, stance=None, exclusion="opposed")
    accept_unanimous(undecided(small_corpus).root, "gamma")
    row = gold(small_corpus)["gamma-02"]
    assert (row["exclusion"], row["votes"], row["decision"]) == (
        "opposed",
        {"anna": None, "bruno": None},
        "unanimous",
    )
    assert check_corpus(small_corpus.root) == []


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_a_decision_without_a_reason_is_refused(small_corpus, reason):
    before = small_corpus.gold("gamma").read_bytes()
    case = of(small_corpus)[2]
    for chosen in (case.versions["anna"], None):
        with pytest.raises(InputError, match="needs a reason"):
            decide(small_corpus.root, case, chosen, reason)
    assert small_corpus.gold("gamma").read_bytes() == before


def test_several_decisions_are_written_all_or_none(small_corpus):
    found = of(undecided(small_corpus))
    wrong = dataclasses.replace(found[1].versions["anna"], stance="furious")
    with pytest.raises(ProblemsError, match="unknown-label"):
        decide_all(
            small_corpus.root,
            [Decision(found[0], found[0].versions["anna"]), Decision(found[1], wrong, "R1")],
        )
    assert not small_corpus.gold("gamma").exists()


def test_what_would_not_pass_the_check_is_refused(small_corpus):
    case = of(small_corpus)[0]
    anna = case.versions["anna"]
    moved = dataclasses.replace(anna.content[0], start=anna.content[0].start + 1)
    other = of(small_corpus)[1].versions["anna"].content
    before = small_corpus.gold("gamma").read_bytes()
    for changes, code in (
        ({"content": (moved,)}, "bad-slice"),
        ({"content": other}, "overlap"),
        ({"group": "bank-trade"}, "group-source"),
        ({"stance": None}, "stance-exclusion"),
    ):
        with pytest.raises(ProblemsError, match=code):
            decide(small_corpus.root, case, dataclasses.replace(anna, **changes), "R1")
    assert small_corpus.gold("gamma").read_bytes() == before


def test_a_statement_of_another_article_is_refused(small_corpus):
    other = of(small_corpus, "alpha")[0].versions["anna"]
    with pytest.raises(InputError, match="is of article 'alpha'"):
        decide(small_corpus.root, of(small_corpus)[0], other, "R1")


def test_a_case_that_changed_meanwhile_is_not_decided(small_corpus):
    undecided(small_corpus)
    case = of(small_corpus)[2]
    small_corpus.edit(small_corpus.own("bruno", "gamma"), 3, stance="supportive")
    with pytest.raises(InputError, match="has changed since"):
        decide(small_corpus.root, case, case.versions["anna"], "R1")


def test_a_third_annotators_file_reopens_what_was_decided(small_corpus):
    path = small_corpus.own("clara", "gamma")
    path.parent.mkdir()
    rows = small_corpus.rows(small_corpus.own("anna", "gamma"))
    small_corpus.write(path, [r | {"id": f"c-{r['id']}", "annotator": "clara"} for r in rows])
    found = of(small_corpus)
    assert {c.open_reason for c in found} == {"other statements than before stand here"}
    accept_unanimous(small_corpus.root, "gamma")
    assert gold(small_corpus)["gamma-1"]["votes"] == dict.fromkeys(("anna", "bruno", "clara"), "supportive")
    assert check_corpus(small_corpus.root) == []


def test_gold_of_an_earlier_codebook_is_decided_again_once_the_annotators_have_read_again(small_corpus):
    small_corpus.new_codebook()
    with pytest.raises(ProblemsError) as found:
        of(small_corpus)
    theirs = [(who, article) for who in ("anna", "bruno") for article in ("alpha", "beta", "gamma")]
    assert {p.place.path for p in found.value.problems} == {str(small_corpus.own(*file)) for file in theirs}
    for problem in found.value.problems:
        small_corpus.edit(Path(problem.place.path), problem.place.line, codebook_version=3)
    assert {c.open_reason for c in of(small_corpus)} == {"decided under codebook 2"}
    for article in ("alpha", "beta", "gamma"):
        accept_unanimous(small_corpus.root, article)
    assert [c.open_reason for c in of(small_corpus)] == [None, None, "decided under codebook 2", None]
    case = of(small_corpus)[2]
    decide(small_corpus.root, case, case.versions["anna"], "rule 3 of version 3")
    assert check_corpus(small_corpus.root) == []
    assert {row["codebook_version"] for row in gold(small_corpus).values()} == {3}


def test_an_article_that_there_is_not_is_refused(small_corpus, run_cli):
    found = run_cli(*TERMINAL, small_corpus.root, "--article", "gama")
    assert (found.code, "did you mean 'gamma'?" in found.err) == (2, True)


def test_a_list_of_dropped_statements_that_is_none_is_refused(small_corpus):
    path = dropped_file(small_corpus.root, "gamma")
    path.parent.mkdir()
    for text in ("{}\n", "no\n", '{"derived_from": "x", "reason": ""}\n'):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(InputError, match=r"gamma\.jsonl:1"):
            of(small_corpus)


def answered(monkeypatch, *answers):
    left = iter(answers)

    def answer(_):
        try:
            return next(left)
        except StopIteration:
            raise EOFError from None

    monkeypatch.setattr(builtins, "input", answer)


def test_the_terminal_takes_a_version_drops_and_skips(small_corpus, run_cli, monkeypatch):
    """Gamma: 1 and 4 are unanimous; 2 anna alone found; 3 differs in stance."""
    undecided(one_sided(small_corpus))
    answered(monkeypatch, "y", "s", "x", "b", "rule 3")
    found = run_cli(*TERMINAL, small_corpus.root, "--article", "gamma")
    assert found.code == 0
    assert "2 unanimous taken over" in found.out
    assert "not found by bruno" in found.out
    assert "a  anna (anna-gamma-3, confidence 3): hedged" in found.out
    assert found.out.endswith("1 decided, 1 open -> annotations/gold/gamma.jsonl\n")
    answered(monkeypatch, "d", "R14")
    assert "1 decided, 0 open" in run_cli(*TERMINAL, small_corpus.root, "--article", "gamma").out
    assert len(gold(small_corpus)) == 3
    assert check_corpus(small_corpus.root) == []


def test_the_end_of_the_input_keeps_what_was_decided(small_corpus, run_cli, monkeypatch):
    undecided(small_corpus)
    answered(monkeypatch, "n", "a")
    found = run_cli(*TERMINAL, small_corpus.root, "--article", "gamma")
    assert (found.code, len(gold(small_corpus))) == (0, 1)
    assert "1 decided, 3 open" in found.out


def test_no_reason_on_the_terminal_decides_nothing(small_corpus, run_cli, monkeypatch):
    undecided(small_corpus)
    run_cli("annotate", "adjudicate", small_corpus.root, "--article", "gamma", "--unanimous")
    answered(monkeypatch, "a", "")
    found = run_cli(*TERMINAL, small_corpus.root, "--article", "gamma")
    assert "no reason, so nothing is decided" in found.out
    assert len(gold(small_corpus)) == 3


def test_one_annotator_alone_never_makes_unanimous_gold(small_corpus, run_cli, monkeypatch):
    undecided(small_corpus).own("bruno", "gamma").unlink()
    answered(monkeypatch, "a", "I am alone")
    found = run_cli(*TERMINAL, small_corpus.root, "--article", "gamma")
    assert "only anna annotated it" in found.out
    [row] = gold(small_corpus).values()
    assert (row["decision"], row["votes"]) == ("adjudicated", {"anna": "supportive"})
    assert check_corpus(small_corpus.root) == []


def test_without_an_article_the_terminal_asks_about_every_open_one_until_it_is_stopped(
    small_corpus, run_cli, monkeypatch
):
    """Alpha has four unanimous cases, gamma three; beta is decided. After q gamma is not asked about."""
    undecided(undecided(small_corpus, "alpha"), "gamma")
    answered(monkeypatch, "y", "q")
    found = run_cli(*TERMINAL, small_corpus.root)
    assert (len(gold(small_corpus, "alpha")), small_corpus.gold("gamma").exists()) == (4, False)
    assert "beta" not in found.out
    answered(monkeypatch, "y", "b", "rule 3")
    assert "1 decided, 0 open" in run_cli(*TERMINAL, small_corpus.root).out
    assert run_cli(*TERMINAL, small_corpus.root).out == "nothing is open\n"
    assert check_corpus(small_corpus.root) == []


def test_all_articles_unanimous_cases_are_taken_over_without_a_question(small_corpus, run_cli):
    undecided(undecided(small_corpus, "alpha"), "gamma")
    found = run_cli("annotate", "adjudicate", small_corpus.root, "--unanimous")
    assert (found.code, len(gold(small_corpus, "alpha")), len(gold(small_corpus))) == (0, 4, 3)
    assert "0 decided, 1 open -> annotations/gold/gamma.jsonl" in found.out
