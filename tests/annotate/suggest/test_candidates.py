"""Suggested statements: each rule on an invented sentence, broken quotation marks, any text at all."""

import json
import re
import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import suggest as benchmark
from harness.annotate.suggest.candidates import candidates
from harness.annotate.suggest.cue_list import inflected, read_cues, shipped_cues
from harness.annotate.suggest.echoes import echoes
from harness.checks import load_corpus
from harness.errors import InputError
from tests.tiny_encoder import needs_extra, tiny_encoder

# (text, contents of the candidates, cues, sources); invented, none is from the annotated articles
RULES = {
    "quotation after its cue": (
        "Orlo said: “The talks will go on.”",
        ["The talks will go on"],
        ["said"],
        ["Orlo"],
    ),
    "quotation before its cue": (
        "“The talks will go on,” said Orlo.",
        ["The talks will go on"],
        ["said"],
        ["Orlo"],
    ),
    "subject before a cue that follows": (
        "“We are ready for anything now,” the minister added.",
        ["We are ready for anything now"],
        ["added"],
        ["the minister"],
    ),
    "interrupted quotation": (
        "“We are ready for talks,” Orlo said, “but not for long.”",
        ["We are ready for talks", "but not for long"],
        ["said"],
        ["Orlo"],
    ),
    "that clause": (
        "The bank warned that prices would rise.",
        ["prices would rise"],
        ["warned"],
        ["The bank"],
    ),
    "addressee": (
        "Ruiz told the two envoys that talks had failed.",
        ["talks had failed"],
        ["told"],
        ["Ruiz"],
    ),
    "no that": ("Vale says the union will strike.", ["the union will strike"], ["says"], ["Vale"]),
    "inversion without marks": (
        "The bridge will reopen before winter, says Orlo.",
        ["The bridge will reopen before winter"],
        ["says"],
        ["Orlo"],
    ),
    "according to, first": ("According to Ruiz, talks failed.", ["talks failed"], ["According to"], ["Ruiz"]),
    "according to, last": (
        "The bridge stays closed, according to Ruiz.",
        ["The bridge stays closed"],
        ["according to"],
        ["Ruiz"],
    ),
    "object of an act": ("Vale condemned the arms sales.", ["the arms sales"], ["condemned"], ["Vale"]),
    "thanks for": ("Ruiz thanked the envoys for their patience.", ["their patience"], ["thanked"], ["Ruiz"]),
    "calls on": (
        "The union called on Orlo to resign at once.",
        ["resign at once"],
        ["called on"],
        ["The union"],
    ),
    "promises to": ("Orlo promised to end the siege.", ["end the siege"], ["promised"], ["Orlo"]),
    "noun of communication": (
        "Despite claims of a lasting peace, the border is closed.",
        ["a lasting peace"],
        ["claims"],
        [],
    ),
    "colon": (
        "Ruiz was brief in his statement: “We will stay here.”",
        ["We will stay here"],
        ["statement"],
        ["Ruiz"],
    ),
    "passive": ("The siege was condemned by Vale.", ["The siege"], ["condemned"], ["Vale"]),
    "is said to": ("Orlo is said to favour a new treaty.", ["favour a new treaty"], ["said"], ["Orlo"]),
    "verb that no list has": (
        "“The army will not leave the valley“, gushes Ruiz.",
        ["The army will not leave the valley"],
        ["gushes"],
        ["Ruiz"],
    ),
    "quotation without a cue": (
        "“The army will not leave the valley this year.”",
        ["The army will not leave the valley this year"],
        [],
        [],
    ),
}


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_finds_content_cue_and_source(rule):
    text, contents, cues, sources = RULES[rule]
    found = candidates(text)
    assert len(found) == 1
    assert [s.text for s in found[0].content] == contents
    assert [s.text for s in found[0].cue] == cues
    assert [s.text for s in found[0].source] == sources
    assert found[0].status == "proposed"


def contents(text):
    return [[s.text for s in c.content] for c in candidates(text)]


def test_coordinated_acts_are_two_candidates_of_one_source():
    found = candidates("Vale condemned the arms sales, praised the envoys and welcomed a truce.")
    assert [c.content[0].text for c in found] == ["the arms sales", "the envoys", "a truce"]
    assert {c.source[0].text for c in found} == {"Vale"}


def test_a_denied_act_is_none():
    assert contents("Vale did not condemn the arms sales.") == []
    assert contents("The bank never said that prices would rise.") == []


def test_headlines_and_lines_without_an_end_are_passed_over():
    assert contents("Vale condemns the arms sales\n\nIt rained.") == []


@pytest.mark.parametrize(
    "text",
    [
        "“The army will not leave the valley, says Ruiz.\n",
        "Ruiz said: “The army will not leave the valley.\n",
        "The army will not leave the valley“, says Ruiz.\n",
        "Ruiz said: ”The army will not leave the valley“.\n",
        'Ruiz said "The army will not leave the valley".\n',
        "«The army will not leave the valley», says Ruiz.\n",
        "“The army will not leave the valley.Ruiz continues.\n",
    ],
)
def test_broken_and_foreign_quotation_marks_lose_nothing(text):
    assert "The army will not leave the valley" in [" ".join(c) for c in contents(text)]


@pytest.mark.parametrize(
    ("text", "attribution"),
    [
        ("Ruiz said: “The army will not leave.”", "direct"),
        ("Ruiz said that the army will not leave.", "indirect"),
        ("Ruiz said that the army “will not leave the valley” and that trade goes on as before.", "mixed"),
        ("Ruiz said that the so-called “front” will not move this year.", "indirect"),
    ],
)
def test_the_attribution_type_is_guessed_from_the_marks(text, attribution):
    assert [c.attribution for c in candidates(text)] == [attribution]


def proper(text):
    for c in candidates(text):
        assert c.content
        for span in (*c.content, *c.cue, *c.source):
            assert 0 <= span.start < span.end <= len(text)
            assert text[span.start : span.end] == span.text
        assert all(a.end <= b.start for a, b in pairwise(c.content))


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=300))
def test_no_text_makes_it_fail(text):
    proper(text)


PIECES = [
    *"“”«»\"',.:;!?()…\n ",
    " said ",
    " that ",
    "Orlo",
    "according to ",
    " condemns ",
    " and ",
    "thanked ",
    " for ",
]
PIECES += [
    " which he says is ",
    "İ",
    "🙂",
    "é\u0301",
    "שלום",
    "\u202e",
    "(…)",
    "No. 3",
    " was ",
    " by ",
    " to ",
    "promises",
    ", she said, ",
    " – Orlo insists – ",
    ", said Orlo, ",
    ",” the mayor snapped. ",
    "the mayor of ",
    " and does ",
    "is “",
]


@settings(max_examples=500, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=4)), max_size=60).map("".join))
def test_no_heap_of_cues_and_marks_makes_it_fail(text):
    proper(text)


@pytest.mark.parametrize("piece", ["said ", "“", "Vale said, “"])
def test_a_long_article_takes_seconds_at_most(piece):
    text = (piece * 50_000)[:50_000] + "."
    start = time.perf_counter()
    candidates(text)
    assert time.perf_counter() - start < 20


def test_the_benchmark_keeps_its_bounds(project, capsys):
    assert benchmark.main(["--corpus", str(project)]) == 0
    assert "| indirect |" in capsys.readouterr().out


def test_the_table_in_the_docs_is_the_measured_one(project, capsys):
    benchmark.main(["--corpus", str(project)])
    table = [x for x in capsys.readouterr().out.splitlines() if x.startswith("|")]
    docs = (project / "docs" / "annotating.md").read_text(encoding="utf-8").splitlines()
    assert [x for x in table if x not in docs] == []


def test_forms_of_a_verb_are_made():
    assert [w for w, _ in inflected("deny")] == ["deny", "denies", "denied", "denying"]
    assert [w for w, _ in inflected("urge")] == ["urge", "urges", "urged", "urging"]
    assert [w for w, _ in inflected("call on")] == ["call on", "calls on", "called on", "calling on"]


def test_the_shipped_list_can_be_edited(tmp_path):
    path = tmp_path / "cues.yaml"
    path.write_text("clause: [yodel]\n", encoding="utf-8")
    found = candidates("Orlo yodelled. Vale yodels that all is well.", read_cues(path))
    assert [c.content[0].text for c in found] == ["all is well"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("clauses: [say]\n", "cues.yaml:1: clauses: Extra inputs are not permitted"),
        ("clause: ['a*b']\n", "'a*b' is no word or phrase that can be matched"),
        ("clause: [say\n", "not valid YAML"),
    ],
)
def test_a_wrong_cue_list_is_named_with_its_line(text, said, tmp_path):
    path = tmp_path / "cues.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_cues(path)
    assert said in caught.value.render()


def test_an_empty_cue_list_still_finds_quotations(tmp_path):
    path = tmp_path / "cues.yaml"
    path.write_text("{}\n", encoding="utf-8")
    assert len(candidates("“The army will not leave the valley this year.”", read_cues(path))) == 1


def test_the_shipped_list_has_no_form_that_is_doubtful_and_unknown():
    cues = shipped_cues()
    assert set(cues.doubtful) <= set(cues.forms)
    lemmas = {*cues.clause, *cues.act, *cues.act_for, *cues.act_to}
    assert set(cues.deeds) | set(cues.irregular) <= lemmas


def test_the_command_prints_candidates_as_text_and_json(small_corpus, run_cli):
    root = small_corpus.root
    ended = run_cli("annotate", "suggest", "alpha", "--corpus", root)
    assert (ended.code, "4 candidates, proposed by rules" in ended.out) == (0, True)
    ended = run_cli("annotate", "suggest", "alpha", "--corpus", root, "--json")
    rows = json.loads(ended.out)["candidates"]
    assert {row["status"] for row in rows} == {"proposed"}
    ended = run_cli("annotate", "suggest", "alfa", "--corpus", root)
    assert (ended.code, "did you mean 'alpha'?" in ended.err) == (2, True)


def test_candidates_can_be_held_against_the_statements_of_other_articles(small_corpus, run_cli):
    """Orlo repeats in beta what he says in alpha, the bank its tenth; Vale speaks in gamma."""
    root = small_corpus.root
    ended = run_cli("annotate", "suggest", "alpha", "--corpus", root, "--same-as", "gold", "--json")
    rows = {row["cue"][0]["text"]: row["same_as"] for row in json.loads(ended.out)["candidates"]}
    assert [(e["id"], e["same_source"]) for e in rows["said"]] == [("beta-1", False)], (
        "he is Minister Orlo here"
    )
    assert [(e["id"], e["same_source"]) for e in rows["reported"]] == [("beta-2", True)]
    assert [e["id"] for e in rows["condemned"]][:1] == ["gamma-1"]
    [bank] = rows["reported"]
    assert bank["similarity"] > 0.4
    assert {k: bank[k] for k in ("article", "group", "source", "text")} == {
        "article": "beta",
        "group": "bank-trade",
        "source": "the bank",
        "text": "that trade rose by a tenth this year",
    }
    ended = run_cli("annotate", "suggest", "alpha", "--corpus", root, "--same-as", "gold")
    assert "    = beta-2 [bank-trade] the bank: “that trade rose by a tenth this year” (" in ended.out
    assert "may repeat statements of 'gold' in other articles" in ended.out


def test_no_label_and_nothing_of_the_same_article_is_shown_beside_candidates(small_corpus, run_cli):
    for more in ((), ("--json",)):
        ended = run_cli(
            "annotate", "suggest", "alpha", "--corpus", small_corpus.root, "--same-as", "bruno", *more
        )
        assert "bruno-beta-1" in ended.out
        assert "bruno-alpha" not in ended.out
        assert not [label for label in ("supportive", "neutral", "hedged") if label in ended.out]


def test_without_being_asked_the_command_shows_nothing_of_any_annotation(small_corpus, run_cli):
    root = small_corpus.root
    before = [
        run_cli("annotate", "suggest", "alpha", "--corpus", root, *more).out for more in ((), ("--json",))
    ]
    for path in (root / "annotations").rglob("*.jsonl"):
        path.unlink()
    after = [
        run_cli("annotate", "suggest", "alpha", "--corpus", root, *more).out for more in ((), ("--json",))
    ]
    assert before == after
    assert "same_as" not in before[1]


def test_an_article_that_waits_for_adjudication_has_candidates_too(small_corpus, run_cli):
    small_corpus.gold("alpha").unlink()
    ended = run_cli("annotate", "suggest", "alpha", "--corpus", small_corpus.root, "--same-as", "anna")
    assert (ended.code, "anna-beta-1" in ended.out) == (0, True)


def test_candidates_are_held_against_nobody_who_is_not_there(small_corpus, run_cli):
    ended = run_cli("annotate", "suggest", "alpha", "--corpus", small_corpus.root, "--same-as", "ana")
    assert (ended.code, "did you mean 'anna'?" in ended.err) == (2, True)


@needs_extra
def test_candidates_are_held_against_statements_by_vectors_too(small_corpus, run_cli, tmp_path, monkeypatch):
    monkeypatch.setenv("HARNESS_CACHE", str(tmp_path / "cache"))
    encoder = tiny_encoder(tmp_path / "tiny")
    ended = run_cli(
        "annotate",
        "suggest",
        "alpha",
        "--corpus",
        small_corpus.root,
        "--same-as",
        "gold",
        "--encoder",
        encoder,
    )
    assert ended.code == 0
    assert (tmp_path / "cache" / "embeddings.sqlite").is_file()


def test_nothing_to_compare_gives_no_echo(small_corpus):
    gold = load_corpus(small_corpus.root).annotators["gold"]
    found = candidates("Orlo said: “The talks will go on.”")
    assert echoes("alpha", [], gold) == []
    assert echoes("alpha", found, []) == [[]]
    assert echoes("alpha", found, [s for s in gold if s.article == "alpha"]) == [[]]


def test_the_server_has_no_way_to_the_statements_of_others(project):
    """What the annotator's page is made of never imports what looks statements up in other files."""
    folder = project / "harness" / "annotate"
    seen, waiting = set(), ["serve.server", "serve.session", "serve.sheet", "page.parts"]
    while waiting:
        name = waiting.pop()
        path = folder.joinpath(*name.split(".")).with_suffix(".py")
        if name not in seen:
            seen.add(name)
            text = path.read_text(encoding="utf-8") if path.is_file() else ""
            waiting += re.findall(r"harness\.annotate\.([\w.]+)", text)
    assert "suggest.candidates" in seen, "it does offer candidates"
    assert not [name for name in seen if name.split(".")[0] == "link" or name.endswith((".echoes", ".text"))]
