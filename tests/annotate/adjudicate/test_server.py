"""The adjudication page's server over HTTP: who may ask, what is decided, and what is refused."""

import json
import subprocess
import sys
from functools import partial

import pytest

from harness.annotate.adjudicate.addresses import adjudication_application
from harness.annotate.adjudicate.decisions import cases, decide
from harness.annotate.adjudicate.dropped import read_dropped
from harness.annotate.adjudicate.scope import gold_locked
from harness.annotate.adjudicate.terminal import DROP, LETTERS, SKIP
from harness.annotate.answers import STOP
from harness.annotate.page.guard import LARGEST_BODY
from harness.annotate.unfinished import load_unfinished
from harness.checks import check_corpus

from ..disagreement import disagreeing
from ..serving import TOKEN, Client, served

DECIDE, UNANIMOUS = "/api/articles/gamma/decide", "/api/articles/gamma/unanimous"
ADDRESSES = [
    "/",
    "/static/adjudicate.js",
    "/api/articles",
    "/api/articles/gamma",
    "/nothing",
    "/?token=wrong",
]


@pytest.fixture
def corpus(small_corpus):
    return disagreeing(small_corpus)


@pytest.fixture
def client(corpus):
    with served(partial(adjudication_application, corpus.root, ())) as client:
        yield client


def shown(client, article="gamma"):
    status, text = client.get(f"/api/articles/{article}")
    assert status == 200, text
    return json.loads(text)


def case(client, number, article="gamma"):
    return shown(client, article)["cases"][number - 1]


def decision(one, of=None, reason="R1", **changes):
    """What the page sends: a version with changes, or a drop."""
    take = None if of is None else {"of": of, "changes": changes}
    return {"key": one["key"], "seen": one["seen"], "take": take, "reason": reason}


def gold(corpus, article="gamma"):
    path = corpus.gold(article)
    return {row["id"]: row for row in corpus.rows(path)} if path.exists() else {}


# ---- who may ask


@pytest.mark.parametrize("path", ADDRESSES)
def test_without_the_token_every_address_is_forbidden(client, path):
    for cookie in ("", f"harness-{client.port}=guess", f"harness-{client.port}={TOKEN}"):
        stranger = Client(client.port, cookie)
        assert stranger.get(path)[0] == 403
        assert stranger.ask("POST", DECIDE, "{}", Content_Type="application/json")[0] == 403


def test_other_hosts_and_other_pages_are_forbidden_even_with_the_cookie(client):
    assert client.ask("GET", "/", Host="evil.example")[0] == 403
    assert client.ask("GET", "/api/articles", Origin="http://evil.example")[0] == 403
    assert client.ask("POST", UNANIMOUS, "{}", Content_Type="text/plain")[0] == 403


def test_an_oversized_body_is_refused(client, corpus):
    for path in (DECIDE, UNANIMOUS):
        sent = client.ask("POST", path, b"x" * (LARGEST_BODY + 1), Content_Type="application/json")
        assert sent[0] == 413
    assert gold(corpus) == {}


def test_every_answer_forbids_what_is_not_the_pages_own(client):
    for path in ADDRESSES:
        policy = client.ask("GET", path)[1]["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
        assert "unsafe" not in policy


@pytest.mark.parametrize(
    "path",
    [
        "/static/../guard.py",
        "/static/adjudicate.html",
        "/static/page.js",
        "/api/articles/delta",
        "/api/articles/..%2f..%2fannotations",
        "/annotations/gold/alpha.jsonl",
    ],
)
def test_paths_that_lead_elsewhere_are_not_found(client, path):
    assert client.get(path)[0] == 404


def test_every_file_that_the_page_names_is_served(client):
    page = client.get("/")[1]
    names = ["adjudicate.js", "adjudicate.css", "base.css", "icon.svg"]
    for name in names:
        assert f"/static/{name}" in page
    while names:
        status, text = client.get(f"/static/{names.pop()}")
        assert status == 200
        names += [line.split('"./')[1].split('"')[0] for line in text.splitlines() if 'from "./' in line]


def test_an_annotator_has_the_same_letter_in_the_page_and_on_the_terminal(client):
    assert f'LETTERS = "{LETTERS}";' in client.get("/static/adjudicate_commands.js")[1]
    assert not set(LETTERS) & {DROP, SKIP, STOP}


def test_a_codebook_with_markup_is_text_in_the_page(corpus):
    corpus.codebook.write_text("# Codebook\n\nVersion 2. <script>alert(1)</script>\n", encoding="utf-8")
    with served(partial(adjudication_application, corpus.root, ())) as client:
        page = client.get("/")[1]
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


# ---- what there is to decide


def test_articles_are_listed_with_what_is_open_in_each(client):
    said = json.loads(client.get("/api/articles")[1])
    assert [(row["id"], row["counts"]) for row in said["articles"]] == [
        ("alpha", {"all": 4, "open": 0, "ready": 0}),
        ("beta", {"all": 4, "open": 0, "ready": 0}),
        ("gamma", {"all": 4, "open": 4, "ready": 1}),
    ]
    assert said["values"]["labels"] == ["supportive", "neutral", "hedged"]


def test_only_the_articles_that_were_asked_for_are_there(corpus):
    with served(partial(adjudication_application, corpus.root, ["beta"])) as client:
        assert [row["id"] for row in json.loads(client.get("/api/articles")[1])["articles"]] == ["beta"]
        assert client.get("/api/articles/gamma")[0] == 404
        assert client.post(UNANIMOUS, {"seen": ""})[0] == 404


def test_a_case_has_its_state_its_versions_and_what_differs(client, corpus):
    one, two, three, four = shown(client)["cases"]
    assert [(c["state"], c["ready"], c["why"]) for c in (one, two)] == [
        ("open", True, "not decided yet"),
        ("open", False, "not decided yet"),
    ]
    assert [c["differ"] for c in (one, two, three, four)] == [[], [], ["stance"], ["content"]]
    assert list(two["versions"]) == ["anna"]
    assert four["versions"]["bruno"]["content"][0]["text"] == "the offensive"
    client.post(DECIDE, decision(two))
    client.post(DECIDE, decision(three, "bruno"))
    client.post(UNANIMOUS, {"seen": shown(client)["seen"]})
    assert [c["state"] for c in shown(client)["cases"]] == ["unanimous", "dropped", "decided", "open"]
    assert case(client, 2)["dropped"] == "R1"
    assert case(client, 3)["gold"]["reason"] == "R1"


# ---- deciding


def test_a_version_is_taken_with_both_votes_and_the_reason(client, corpus):
    status, said = client.post(DECIDE, decision(case(client, 3), "bruno", " rule 3 "))
    assert (status, said["counts"]) == (200, {"all": 4, "open": 3, "ready": 1})
    [row] = gold(corpus).values()
    assert (row["stance"], row["votes"]) == ("neutral", {"anna": "hedged", "bruno": "neutral"})
    assert (row["decision"], row["reason"]) == ("adjudicated", "rule 3")
    assert row["derived_from"] == ["anna-gamma-3", "bruno-gamma-3"]


def test_fields_of_several_origins_make_one_statement(client, corpus):
    """Anna's statement with bruno's shorter content, a label that neither has, and a name that is typed."""
    one = case(client, 4)
    content = [[s["start"], s["end"]] for s in one["versions"]["bruno"]["content"]]
    changes = {"content": content, "stance": "hedged", "source_name": " the whole union ", "via": ["", " A "]}
    assert client.post(DECIDE, decision(one, "anna", **changes))[0] == 200
    [row] = gold(corpus).values()
    assert row["content"][0]["text"] == "the offensive"
    assert [row[k] for k in ("stance", "source_name", "via", "speaker", "decision")] == [
        "hedged", "the whole union", ["A"], "the union", "adjudicated",
    ]  # fmt: skip
    assert row["votes"] == {"anna": "supportive", "bruno": "supportive"}


def test_an_exclusion_takes_the_place_of_a_stance(client, corpus):
    one = case(client, 3)
    assert client.post(DECIDE, decision(one, "anna", stance=None, exclusion="opposed"))[0] == 200
    [row] = gold(corpus).values()
    assert (row["stance"], row["exclusion"]) == (None, "opposed")


def test_what_is_decided_again_can_start_from_gold_and_keeps_its_id(client, corpus):
    """The group that ``annotate link`` gave is in gold alone; a decision that starts from gold keeps it."""
    client.post(DECIDE, decision(case(client, 3), "bruno"))
    [id_] = gold(corpus)
    corpus.edit(corpus.gold("gamma"), 1, group="linked")
    assert client.post(DECIDE, decision(case(client, 3), "gold", "R2", stance="hedged"))[0] == 200
    row = gold(corpus)[id_]
    assert [row[k] for k in ("stance", "group", "reason")] == ["hedged", "linked", "R2"]


def test_a_unanimous_version_needs_no_reason_and_everything_else_does(client, corpus):
    assert client.post(DECIDE, decision(case(client, 1), "bruno", ""))[0] == 200
    for one, of in ((case(client, 2), "anna"), (case(client, 3), "bruno"), (case(client, 4), None)):
        status, said = client.post(DECIDE, decision(one, of, "  "))
        assert (status, said["error"]) == (400, "a decision needs a reason")
        assert said["hint"]
        assert len(said["cases"]) == 4  # the page goes on showing what is there
    assert [row["decision"] for row in gold(corpus).values()] == ["unanimous"]


def test_everything_decided_passes_the_check(client, corpus):
    assert client.post(UNANIMOUS, {"seen": shown(client)["seen"]})[1]["taken"] == 1
    client.post(DECIDE, decision(case(client, 2)))
    client.post(DECIDE, decision(case(client, 3), "bruno"))
    status, said = client.post(DECIDE, decision(case(client, 4), "anna"))
    assert (status, said["counts"]["open"]) == (200, 0)
    assert check_corpus(corpus.root) == []
    assert [d.derived_from for d in read_dropped(corpus.root, "gamma")] == [("anna-gamma-2",)]


# ---- what is refused


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b'{"key": 1}', b"\xff", b"[" * 5000, b'{"seen": 1}', b'{"seen": "", "x": 1}']
)
def test_bodies_that_are_no_decision_are_told_so(client, corpus, body):
    for path in (DECIDE, UNANIMOUS):
        status, _, text = client.ask("POST", path, body, Content_Type="application/json")
        assert status == 400
        assert "not a decision" in json.loads(text)["error"]
    assert gold(corpus) == {}


@pytest.mark.parametrize(
    ("of", "changes", "says"),
    [
        ("clara", {}, "nobody called 'clara' has a version"),
        ("gold", {}, "nobody called 'gold' has a version"),
        ("anna", {"colour": "red"}, "no field 'colour' can be set"),
        ("anna", {"annotator": "x"}, "no field 'annotator' can be set"),
        ("anna", {"id": "x"}, "no field 'id' can be set"),
        ("anna", {"content": [[1]]}, "content: not a list of offsets"),
        ("anna", {"content": [[-1, 4]]}, "content: not a list of offsets"),
        ("anna", {"content": [["1", 4]]}, "content: not a list of offsets"),
        ("anna", {"source_kind": "robot"}, "not a statement: source_kind"),
        ("anna", {"source_name": "  "}, "not a statement: source_name"),
        ("anna", {"confidence": 9}, "not a statement: confidence"),
        ("anna", {"via": [1]}, "not a statement: via"),
    ],
)
def test_a_statement_that_cannot_be_is_refused(client, corpus, of, changes, says):
    status, said = client.post(DECIDE, decision(case(client, 3), of, **changes))
    assert status == 400
    assert says in said["error"]
    assert gold(corpus) == {}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"stance": "furious"}, "unknown-label"),
        ({"stance": None}, "stance-exclusion"),
        ({"content": []}, "missing-content"),
        ({"content": [[10, 10_000]]}, "bad-slice"),
        ({"content": [[9, 5]]}, "bad-slice"),
        ({"group": "bank-trade"}, "group-source"),
    ],
)
def test_what_would_not_pass_the_check_is_refused_with_every_problem(client, corpus, changes, code):
    status, said = client.post(DECIDE, decision(case(client, 3), "anna", **changes))
    assert status == 400
    assert code in [problem["code"] for problem in said["problems"]]
    assert gold(corpus) == {}


def test_a_case_that_changed_since_it_was_shown_is_told_and_shown_anew(client, corpus):
    before = case(client, 3)
    corpus.edit(corpus.own("bruno", "gamma"), 2, stance="supportive")
    status, said = client.post(DECIDE, decision(before, "bruno"))
    assert (status, gold(corpus)) == (409, {})
    assert "has changed since it was shown" in said["error"]
    now = said["cases"][2]
    assert now["versions"]["bruno"]["stance"] == "supportive"
    assert client.post(DECIDE, decision(now, "bruno"))[0] == 200


def test_a_case_that_another_decided_meanwhile_is_not_decided_over(client, corpus):
    before = case(client, 3)
    there = cases(load_unfinished(corpus.root), "gamma")[2]
    decide(corpus.root, there, there.versions["anna"], "by another")
    assert client.post(DECIDE, decision(before, "bruno"))[0] == 409
    [row] = gold(corpus).values()
    assert (row["stance"], row["reason"]) == ("hedged", "by another")


def test_the_unanimous_that_are_taken_are_those_that_were_shown(client, corpus):
    seen = shown(client)["seen"]
    corpus.edit(corpus.own("bruno", "gamma"), 2, stance="hedged")  # now case 3 is unanimous too
    status, said = client.post(UNANIMOUS, {"seen": seen})
    assert (status, said["counts"]["ready"], gold(corpus)) == (409, 2, {})
    assert client.post(UNANIMOUS, {"seen": said["seen"]})[1]["taken"] == 2


def test_a_label_that_an_annotator_changed_after_the_decision_opens_the_case_again(client, corpus):
    """Alpha is decided. Then bruno takes another label: the check complains until it is decided again."""
    corpus.edit(corpus.own("bruno", "alpha"), 1, stance="neutral")
    assert {p.code for p in check_corpus(corpus.root)} == {"decision"}
    one = case(client, 1, "alpha")
    assert (one["state"], one["why"]) == ("open", "an annotator's label has changed since")
    assert client.post("/api/articles/alpha/decide", decision(one, "anna"))[0] == 200
    assert check_corpus(corpus.root) == []
    assert gold(corpus, "alpha")["alpha-1"]["votes"] == {"anna": "supportive", "bruno": "neutral"}


def test_gold_whose_origins_are_gone_can_be_taken_out(client, corpus):
    for who in ("anna", "bruno"):
        path = corpus.own(who, "alpha")
        corpus.write(path, corpus.rows(path)[1:])
    assert {p.code for p in check_corpus(corpus.root)} == {"dangling-id", "decision"}
    one = shown(client, "alpha")["cases"][-1]
    assert (one["versions"], one["why"]) == ({}, "the statements that it was derived from are gone")
    assert client.post("/api/articles/alpha/decide", decision(one))[0] == 200
    assert "alpha-1" not in gold(corpus, "alpha")
    assert check_corpus(corpus.root) == []


def test_a_file_that_cannot_be_read_is_told_with_its_line(client, corpus):
    with corpus.own("bruno", "gamma").open("a", encoding="utf-8") as file:
        file.write("no json\n")
    status, said = client.post(DECIDE, {"key": "x", "seen": "x", "take": None, "reason": "R1"})
    assert (status, [p["code"] for p in said["problems"]]) == (400, ["not-json"])
    assert said["problems"][0]["place"].endswith("gamma.jsonl:4")
    assert json.loads(client.get("/api/articles")[1])["problems"] == said["problems"]


# ---- one at a time, and the command


def test_two_at_once_are_refused_whichever_way_they_come(corpus, run_cli):
    command = ("annotate", "adjudicate", corpus.root)
    with gold_locked(corpus.root):
        for ways in (("--no-browser",), ("--terminal",), ("--unanimous", "--article", "gamma")):
            ended = run_cli(*command, *ways)
            assert ended.code == 1
            assert "somebody else adjudicates this corpus now" in ended.err
    assert run_cli(*command, "--unanimous").code == 0
    assert len(gold(corpus)) == 1


def test_a_server_that_was_killed_leaves_no_lock(corpus):
    command = [sys.executable, "-m", "harness", "annotate", "adjudicate", str(corpus.root), "--no-browser"]
    for _ in range(2):
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
            assert process.stdout.readline().startswith("http://127.0.0.1:")
            process.kill()


def test_a_folder_that_is_no_corpus_is_told_and_left_alone(run_cli, tmp_path):
    ended = run_cli("annotate", "adjudicate", tmp_path / "nowhere")
    assert (ended.code, "no such corpus folder" in ended.err) == (2, True)
    assert not (tmp_path / "nowhere").exists()


def test_an_article_that_there_is_not_is_told_before_anything_is_served(corpus, run_cli):
    ended = run_cli("annotate", "adjudicate", corpus.root, "--article", "gama")
    assert (ended.code, "did you mean 'gamma'?" in ended.err) == (2, True)


def test_an_article_that_nobody_annotated_is_told(corpus, run_cli):
    for who in ("anna", "bruno"):
        corpus.own(who, "gamma").unlink()
    ended = run_cli("annotate", "adjudicate", corpus.root, "--article", "gamma")
    assert (ended.code, "nobody has annotated 'gamma'" in ended.err) == (2, True)


def test_a_missing_package_names_the_extra_and_the_terminal_needs_none(corpus, run_cli, monkeypatch):
    monkeypatch.setattr("harness.annotate.page.loopback.find_spec", lambda name: None)
    ended = run_cli("annotate", "adjudicate", corpus.root)
    assert (ended.code, "pip install 'stance-harness[annotate]'" in ended.err) == (1, True)
    assert run_cli("annotate", "adjudicate", corpus.root, "--unanimous").code == 0
