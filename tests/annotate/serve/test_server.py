"""The server as another program on this machine, or a hostile page, would meet it: over HTTP."""

import json
import socket
from functools import partial

import pytest

from harness.annotate.page.guard import LARGEST_BODY
from harness.annotate.serve.addresses import application, codebook_html
from harness.annotate.serve.server import serve
from harness.annotate.serve.session import Session
from harness.errors import RunError

from ..serving import TOKEN, Client, served

SECRET = "what-only-others-wrote"


@pytest.fixture
def client(small_corpus):
    """Anna's server; bruno's files and gold hold a word in every field where a word can stand."""
    fields = ("note", "group", "speaker", "source_name")
    for path in (small_corpus.own("bruno"), small_corpus.gold()):
        rows = small_corpus.rows(path)
        changed = [{**row, **{f: f"{SECRET} {row[f]}" for f in fields}, "via": [SECRET]} for row in rows]
        small_corpus.write(path, changed)
    session = Session(small_corpus.root, "anna")
    with served(partial(application, session)) as client:
        yield client
    session.close()


ADDRESSES = ["/", "/static/page.js", "/api/articles", "/api/articles/alpha", "/nothing", "/?token=wrong"]


@pytest.mark.parametrize("path", ADDRESSES)
def test_without_the_token_every_address_is_forbidden(client, path):
    for cookie in (
        "",
        f"harness-{client.port}=guess",
        "harness-1=x",
        f"harness-{client.port}={TOKEN}",
        "=;=",
    ):
        assert Client(client.port, cookie).get(path)[0] == 403
    assert Client(client.port).ask("POST", "/api/articles/alpha/act", "{}")[0] == 403


def test_the_token_is_exchanged_once_for_a_cookie_that_no_script_reads(client):
    status, headers, text = Client(client.port).ask("GET", f"/?token={TOKEN}")
    assert (status, headers["location"], text) == (303, "/", "")
    assert headers["set-cookie"].endswith("; HttpOnly; SameSite=Strict; Path=/")
    assert TOKEN not in headers["set-cookie"]


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:1", "evil.example:{port}", ""])
def test_other_host_names_are_forbidden_even_with_the_cookie(client, host):
    assert client.ask("GET", "/", Host=host.format(port=client.port))[0] == 403


def test_a_request_from_another_page_is_forbidden(client):
    assert client.ask("GET", "/api/articles", Origin="http://evil.example")[0] == 403
    assert client.ask("GET", "/api/articles", Origin=f"http://127.0.0.1:{client.port}")[0] == 200
    form = client.ask(
        "POST", "/api/articles/alpha/act", "{}", Content_Type="application/x-www-form-urlencoded"
    )
    assert form[0] == 403


@pytest.mark.parametrize("name", ["Host", "Origin", "Cookie", "Content-Type"])
def test_a_request_that_says_twice_who_asks_is_refused(client, name):
    said = {
        "Host": f"127.0.0.1:{client.port}",
        "Origin": f"http://127.0.0.1:{client.port}",
        "Cookie": client.cookie,
        "Content-Type": "application/json",
    }
    for more, status in (("", b" 200 "), ("evil.example", b" 40"), (said[name], b" 40")):
        lines = ["GET /api/articles HTTP/1.1", *(f"{k}: {v}" for k, v in said.items()), "Connection: close"]
        lines += [f"{name}: {more}"] * bool(more)
        with socket.create_connection(("127.0.0.1", client.port), timeout=20) as connection:
            connection.sendall("\r\n".join([*lines, "", ""]).encode())
            answer = b"".join(iter(lambda: connection.recv(65536), b""))
        assert status in answer.partition(b"\r\n")[0]


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "PUT", "DELETE", "TRACE", "PATCH"])
def test_no_other_method_answers_without_the_cookie_or_grants_another_page_anything(client, method):
    evil = {"Origin": "http://evil.example", "Access_Control_Request_Method": "POST"}
    for who in (client, Client(client.port)):
        status, headers, _ = who.ask(method, "/api/articles/alpha/act", **evil)
        assert (status, [h for h in headers if h.startswith("access-control")]) == (403, [])
    assert Client(client.port).ask(method, f"/?token={TOKEN}")[0] == 403


@pytest.mark.parametrize(
    "path",
    [
        "/static/../server.py",
        "/static/..%2fserver.py",
        "/static/%2e%2e/%2e%2e/session.py",
        "/static/page.html",
        "/static//etc/passwd",
        "/api/articles/..%2f..%2fannotations",
        "/api/articles/../../annotations/annotators/bruno/alpha.jsonl",
        "/api/articles/delta",
        "/annotations/gold/alpha.jsonl",
        "/../../etc/passwd",
    ],
)
def test_paths_that_lead_elsewhere_are_not_found(client, path):
    status, text = client.get(path)
    assert status == 404
    assert SECRET not in text


def test_oversized_bodies_are_refused_whatever_they_say_of_their_size(client):
    path, kind = "/api/articles/alpha/act", {"Content_Type": "application/json"}
    assert client.ask("POST", path, b"x" * (LARGEST_BODY + 1), **kind)[0] == 413
    chunks = (b"x" * 8192 for _ in range(LARGEST_BODY // 8192 + 1))
    assert client.ask("POST", path, chunks, **kind)[0] == 413
    assert client.ask("POST", path, b"{}", Content_Length="minus one", **kind)[0] in (400, 413)
    assert client.get("/api/articles")[0] == 200


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b'{"seen": 1}', b'{"seen": "1", "action": {}}', b"\xff", b"[" * 5000]
)
def test_bodies_that_are_no_action_are_told_so(client, body):
    status, _, text = client.ask("POST", "/api/articles/alpha/act", body, Content_Type="application/json")
    assert status == 400
    assert "an action is" in json.loads(text)["error"]


def test_every_answer_forbids_what_is_not_the_pages_own(client):
    for who in (client, Client(client.port)):
        for path in ADDRESSES:
            policy = who.ask("GET", path)[1]["content-security-policy"]
            assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
            assert "http" not in policy
            assert "unsafe" not in policy
            assert "*" not in policy


def test_annas_page_and_api_never_carry_the_records_of_others(client, small_corpus):
    id_ = "anna-alpha-1"
    actions = [
        {"do": "set", "id": id_, "field": "group", "value": "mine"},
        {"do": "label", "id": id_, "stance": "neutral"},
        {"do": "new", "start": 0, "end": 3},
        {"do": "merge", "id": id_},
        {"do": "undo"},
        {"do": "nonsense"},
    ]
    answers = [client.get(path)[1] for path in (*ADDRESSES, "/api/articles/beta", "/api/articles/gamma")]
    for action in actions:
        seen = json.loads(client.get("/api/articles/alpha")[1])["seen"]
        answers.append(json.dumps(client.act(seen, action)[1], ensure_ascii=False))
    journals = small_corpus.root / "annotations" / ".journal"
    files = [*small_corpus.own("anna").parent.glob("*.jsonl"), *journals.rglob("*.jsonl")]
    answers += [path.read_text(encoding="utf-8") for path in files]
    assert sum("anna-alpha-1" in text for text in answers) >= 5  # they are the answers that matter
    for text in answers:
        assert SECRET not in text
        assert "bruno" not in text
        assert '"gold"' not in text


def test_a_page_that_has_not_seen_the_last_action_does_nothing_and_is_shown_it(client):
    action = {"do": "note", "id": "anna-alpha-1", "value": "one"}
    assert client.act(1, action)[0] == 200
    status, said = client.act(1, action | {"value": "two"})
    assert status == 409
    assert said["seen"] == 2
    assert said["drafts"][0]["note"] == "one"


def test_a_refused_action_says_why_and_shows_the_desk(client):
    status, said = client.act(1, {"do": "label", "id": "anna-alpha-1", "stance": "neutrl"})
    assert (status, said["hint"]) == (400, "did you mean 'neutral'?")
    assert said["seen"] == 1


def test_the_codebook_is_text_whatever_it_holds():
    links = "![x](http://evil/x.png) [y](javascript:z) <http://evil>"
    evil = f"# A\n<script>alert(1)</script>\n\n{links}\n\n| a |\n|-|\n| b |"
    made = codebook_html(evil)
    assert "<script" not in made
    assert "<img" not in made
    assert "<a" not in made
    assert "<h1>A</h1>" in made
    assert "<table>" in made


def test_the_page_is_served_on_the_loopback_alone(client):
    with socket.socket() as other, pytest.raises(OSError, match="refused"):
        other.connect(("127.0.0.2", client.port))


def test_a_port_that_is_taken_is_told(small_corpus):
    session = Session(small_corpus.root, "carla")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(RunError, match="cannot be had"):
            serve(session, taken.getsockname()[1], browser=False, say=print)
    session.close()


def test_a_missing_package_names_the_extra(run_cli, small_corpus, monkeypatch):
    monkeypatch.setattr("harness.annotate.page.loopback.find_spec", lambda name: None)
    ended = run_cli("annotate", "serve", "--annotator", "carla", "--corpus", small_corpus.root)
    assert ended.code == 1
    assert "pip install 'stance-harness[annotate]'" in ended.err


def test_a_folder_that_is_no_corpus_is_told(run_cli, tmp_path):
    ended = run_cli("annotate", "serve", "--annotator", "carla", "--corpus", tmp_path / "nowhere")
    assert ended.code == 2
    assert "no such corpus folder" in ended.err
