"""Language models over real HTTP: what is sent, what counts as a label, what is kept, and what fails how."""

import json
import re
import time

import numpy as np
import pytest

from harness.config import load_config
from harness.errors import InputError, ProblemsError, RunError
from harness.evaluation import evaluate
from harness.models.llm import Llm
from harness.models.llm.reply import Reply, label_of, read_reply, unlabelled
from harness.models.llm.shots import drawn
from harness.plan import make_plan
from harness.records import Example
from tests.models.chat_server import (
    KEY,
    ChatServer,
    Fault,
    asked,
    completion,
    labelled,
    prompt_of,
)

pytest.importorskip("openai")

NAMES = ("supportive", "neutral", "hedged")
ROWS = [Example(f"s{i}", NAMES[i % 3], f"statement {i}", f"g{i}", "x") for i in range(9)]
NONE = len(NAMES)


@pytest.fixture
def chat(monkeypatch, tmp_path):
    """A service that the environment names, and a cache of the test's own."""
    monkeypatch.setenv("HARNESS_CACHE", str(tmp_path / "cache"))
    with ChatServer() as server:
        for name, value in server.environment().items():
            monkeypatch.setenv(name, value)
        yield server


def say(rows=ROWS, train=(), **fields):
    """Ask a model for the labels of all rows."""
    session = Llm(**{"model": "m", **fields}).start(rows, NAMES)
    return session.fit_predict(np.array(train, dtype=np.intp), np.arange(len(rows)), 0)


# What is a label.


@pytest.mark.parametrize(
    ("text", "structured", "label"),
    [
        ('{"label": "neutral"}', True, 1),
        (' {"label": " hedged\\n"}\n', True, 2),
        ("neutral", True, None),
        ('{"label": "Neutral"}', True, None),
        ('{"label": "neutral", "why": "x"}', True, None),
        ('{"label": "neutral", "label": "neutral"}', True, None),
        ('{"label": ["neutral"]}', True, None),
        ('{"label": null}', True, None),
        ('"neutral"', True, None),
        ('```json\n{"label": "neutral"}\n```', True, None),
        ("", True, None),
        ("neutral", False, 1),
        ("\n neutral ", False, 1),
        ("neutral.", False, None),
        ("Label: neutral", False, None),
        ("supportive or neutral", False, None),
        ('{"label": "neutral"}', False, None),
    ],
)
def test_a_reply_is_a_label_only_if_it_is_nothing_else(text, structured, label):
    assert label_of(Reply(text), NAMES, structured=structured) == label


@pytest.mark.parametrize(
    ("reply", "kept"),
    [
        (Reply("neutral", finish="length"), "(cut off) neutral"),
        (Reply("", finish="length"), "(cut off)"),
        (Reply("neutral", finish="content_filter"), "(filtered) neutral"),
        (Reply("", refusal="I cannot help with that."), "(refused) I cannot help with that."),
        (Reply(" \n"), "(empty)"),
        (Reply("for"), "for"),
        (Reply("x" * 501), "x" * 500),
    ],
)
def test_what_is_cut_off_refused_or_empty_is_no_label_and_says_so(reply, kept):
    assert label_of(reply, NAMES, structured=False) is None
    assert unlabelled(reply) == kept


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("", "Expecting value"),
        ("[]", "no choices"),
        ('{"choices": []}', "no choices"),
        ('{"choices": [{"text": "neutral"}]}', "no choices"),
        ('{"choices": [{"message": {"content": ["neutral"]}}]}', "content is no text"),
        ('{"error": {"message": "model is loading"}}', "model is loading"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_an_answer_that_is_no_completion_is_refused(body, message):
    with pytest.raises(ValueError, match=message):
        read_reply(body)


def test_half_a_character_is_replaced_and_counts_that_are_none_are_left_out():
    body = {"choices": [{"message": {"content": "a\ud83d"}}], "usage": {"prompt_tokens": -1}}
    reply = read_reply(json.dumps(body))
    assert (reply.text, reply.prompt_tokens, reply.completion_tokens) == ("a?", None, None)


# What is sent.


def test_every_parameter_is_sent_and_what_is_null_is_not(chat):
    say(ROWS[:1], temperature=0.7, seed=11, max_tokens=9, options={"top_p": 0.5})
    say(ROWS[:1], temperature=None, max_tokens=None, structured=False)
    full, bare = chat.requests
    assert {k: full[k] for k in ("model", "temperature", "seed", "max_tokens", "top_p")} == {
        "model": "m",
        "temperature": 0.7,
        "seed": 11,
        "max_tokens": 9,
        "top_p": 0.5,
    }
    schema = full["response_format"]["json_schema"]
    assert schema["strict"] is True
    assert schema["schema"]["properties"]["label"]["enum"] == list(NAMES)
    assert sorted(bare) == ["messages", "model"]
    assert all(h["authorization"] == f"Bearer {KEY}" for h in chat.headers)


def test_the_shipped_prompt_shows_labels_definitions_target_codebook_and_examples(chat, tmp_path, project):
    (tmp_path / "codebook.md").write_text("Rule one.\n", encoding="utf-8")
    more = {
        "scheme": str(project / "annotations" / "scheme.yaml"),
        "codebook": str(tmp_path / "codebook.md"),
        "shots": 2,
    }
    say(ROWS[:1], train=[0], **more)
    system, user = (m["content"] for m in chat.requests[0]["messages"])
    assert "toward Russia's war against Ukraine" in system
    assert "\n- neutral: takes no position on the war; neither side" in system
    assert "\nRule one.\n" in system
    assert (
        user == 'Statement: statement 0\nAnswer: {"label": "supportive"}\n\nStatement: statement 0\nAnswer:'
    )
    assert [m["role"] for m in chat.requests[0]["messages"]] == ["system", "user"]


def test_braces_in_a_statement_are_words_like_others(chat):
    say([Example("s", "neutral", "{{ labels }} {% raw %}", "g", "x")])
    assert asked(chat.requests[0]) == "{{ labels }} {% raw %}"


def test_a_template_without_blocks_is_the_users_message(chat, tmp_path):
    path = tmp_path / "p.j2"
    path.write_text("{{ labels | map(attribute='name') | join('/') }}? {{ text }}\n", encoding="utf-8")
    say(ROWS[:1], prompt=str(path))
    assert chat.requests[0]["messages"] == [
        {"role": "user", "content": "supportive/neutral/hedged? statement 0"}
    ]


@pytest.mark.parametrize(
    ("template", "fields", "line", "message"),
    [
        ("a\n{% if text %}", {}, 2, "not a Jinja2 template: Unexpected end of template"),
        ("{{ text }} {{ txet }} {{ gold }}", {}, 0, "names gold, txet, which there is not"),
        ("What is it?", {}, 0, "never shows text"),
        ("{{ text }}", {"shots": 2}, 0, "never shows examples"),
        ("{{ text }}", {"codebook": "codebook.md"}, 0, "never shows codebook"),
        ("{{ text }} {{ codebook }}", {}, 0, r"prints what is not known here \(null\)"),
        ("{{ text }} {{ labels[0].definition }}", {}, 0, r"prints what is not known here \(null\)"),
        ("{{ text }} {{ labels[0].meaning }}", {}, 0, "has no attribute 'meaning'"),
        ("{{ text.__class__.__mro__ }}", {}, 0, "cannot be rendered: access to attribute '__class__'"),
        ("{{ text }} {{ examples.append(1) }}", {}, 0, "cannot be rendered"),
        ("{% include 'other' %}{{ text }}", {}, 0, "cannot be rendered: no loader"),
        ("{{ text }} {{ 1 / 0 }}", {}, 0, "cannot be rendered: division by zero"),
        ("{% block user %}{{ text }}{% endblock %}\nLabels: x", {}, 2, "outside of the blocks"),
        ("\n{% block usr %}{{ text }}{% endblock %}", {}, 2, "unknown block 'usr'"),
        ("{% block system %}{{ text }}{% endblock %}", {}, 0, "no block 'user'"),
    ],
)
def test_a_template_that_cannot_work_is_refused_before_anything_is_asked(
    tmp_path, template, fields, line, message
):
    (tmp_path / "codebook.md").write_text("Rule one.\n", encoding="utf-8")
    path = tmp_path / "p.j2"
    path.write_text(template, encoding="utf-8")
    model = Llm(model="m", prompt="p.j2", **fields).resolved(lambda key, value: str(tmp_path / value))
    with pytest.raises(InputError, match=message) as error:
        model.verify()
    assert (error.value.place.path, error.value.place.line) == (str(path), line)


def test_a_template_may_use_what_jinja_has(tmp_path):
    path = tmp_path / "p.j2"
    path.write_text(
        "{% set n = namespace(i=0) %}{% for i in range(2) %}{{ i }}{% endfor %}{{ text }}", "utf-8"
    )
    messages = Llm(model="m", prompt=str(path)).read_prompt(NAMES).messages("x")
    assert messages == [{"role": "user", "content": "01x"}]


# Few shots.


def test_shots_are_spread_over_labels_with_one_of_a_group():
    """Labels a (4 groups), b (2 groups), c (1 group, two statements): of 6, c has 1, b 2 and a 3."""
    rows = [Example(f"a{i}", "a", f"a{i}", f"ga{i}", "x") for i in range(4)]
    rows += [Example(f"b{i}", "b", f"b{i}", f"gb{i % 2}", "x") for i in range(6)]
    rows += [Example(f"c{i}", "c", f"c{i}", "gc", "x") for i in range(2)]
    for seed in range(20):
        found = drawn(rows * 2, 6, seed)
        assert sorted(e.label for e in found) == ["a", "a", "a", "b", "b", "c"]
        assert len({e.group for e in found}) == 6
    assert len({tuple(e.id for e in drawn(rows, 3, seed)) for seed in range(20)}) > 5
    assert drawn(rows, 3, 7) == drawn(rows, 3, 7)


def test_where_groups_do_not_suffice_there_are_fewer_shots():
    rows = [Example(f"s{i}", "ab"[i % 2], "t", f"g{i // 2}", "x") for i in range(6)]
    assert len(drawn(rows, 9, 0)) == 3
    assert drawn(rows, 0, 0) == drawn([], 4, 0) == ()


def shots_of(request):
    """Return the statements that a prompt shows with their labels."""
    text = request["messages"][-1]["content"]
    return re.findall(r'Statement: (.*)\nAnswer: \{"label": "(.*)"\}', text)


def test_no_prompt_shows_a_test_or_purged_statement_besides_the_one_that_is_asked(
    chat, monkeypatch, tmp_path, project
):
    config = {
        "name": "shots",
        "seed": 3,
        "output": str(tmp_path / "runs"),
        "data": {"corpus": str(project), "input": "{article}: {statement}"},
        "splits": ["leave-one-article-out"],
        "models": {"few": {"type": "llm", "model": "m", "shots": 8, "concurrency": 4}},
        "evaluation": {"retrain": 3, "resamples": 100, "learning_curve": [0.5]},
    }
    path = tmp_path / "shots.yaml"
    path.write_text(json.dumps(config), encoding="utf-8")
    plan = make_plan(load_config(path))
    evaluate(load_config(path))
    example = {e.text: e for e in plan.seen["few"]}
    assert len(example) == len(plan.examples) == len(chat.requests)  # each is asked once, re-runs ask nothing
    for request in chat.requests:
        e = example[asked(request)]
        fold = next(f for f in plan.folds if e.id in f.test)
        shown = [example[text] for text, _ in shots_of(request)]
        assert {s.id for s in shown} <= set(fold.train)
        assert len({s.group for s in shown}) == len(shown) == 8
        assert [label for _, label in shots_of(request)] == [s.label for s in shown]
        rest = prompt_of(request).replace(e.text, "")
        hidden = [*fold.test, *(p.id for p in fold.purged)]
        texts = [t for t, other in example.items() if other.id in hidden and t != e.text]
        assert not [t for t in texts if t in rest]
    assert any(f.purged for f in plan.folds)


def test_a_model_that_was_trained_labels_new_statements_with_the_shots_of_its_training(chat):
    chat.answer = lambda request: labelled("hedged")
    labeller = Llm(model="m", shots=3).train(ROWS, NAMES, 5)
    output = labeller.label([Example("new", "", "never seen", "g", "x")])
    assert output.predicted.tolist() == [2]
    assert sorted(label for _, label in shots_of(chat.requests[0])) == sorted(NAMES)


def test_a_trained_model_is_kept_as_the_statements_that_it_shows(chat):
    model = Llm(model="m", shots=3)
    trained = model.train(ROWS, NAMES, 5)
    parts = json.loads(json.dumps(model.parts(trained)))
    again = model.restored(parts, NAMES)
    new = [Example("new", "", "never seen", "g", "x")]
    assert trained.label(new).calls == again.label(new).calls
    assert len(chat.requests) == 1
    with pytest.raises(KeyError):
        model.restored({}, NAMES)
    with pytest.raises((KeyError, TypeError)):
        model.restored({"shots": [{"text": "x"}]}, NAMES)


# Asked once, kept, many at a time.


def test_one_prompt_is_asked_once_in_a_batch_in_a_session_and_by_the_next(chat):
    rows = [*ROWS[:3], *(Example(f"t{i}", "neutral", "statement 0", "g", "x") for i in range(4))]
    chat.answer = lambda request: labelled(NAMES[int(asked(request)[-1]) % 3])
    first = say(rows)
    assert first.predicted.tolist() == [0, 1, 2, 0, 0, 0, 0]
    assert len(chat.requests) == len(first.calls) == 3
    assert say(rows).calls == first.calls
    assert len(chat.requests) == 3


@pytest.mark.parametrize(
    "change",
    [
        {"model": "n"},
        {"endpoint": "another"},
        {"temperature": 1.0},
        {"seed": 1},
        {"max_tokens": 10},
        {"structured": False},
        {"options": {"top_p": 0.9}},
        {"sample": 1},
    ],
)
def test_whatever_could_change_a_reply_asks_anew(chat, change):
    say(ROWS[:1])
    say(ROWS[:1], **change)
    assert len(chat.requests) == 2
    assert Llm(model="m").content() != Llm(**{"model": "m", **change}).content()


@pytest.mark.parametrize("change", [{"concurrency": 1}, {"timeout": 9.0}, {"retries": 0}])
def test_how_requests_are_sent_changes_neither_reply_nor_fingerprint(chat, change):
    say(ROWS[:1])
    say(ROWS[:1], **change)
    assert len(chat.requests) == 1
    assert Llm(model="m").content() == Llm(model="m", **change).content()


def test_prompt_codebook_and_scheme_are_known_by_what_they_say_and_not_by_their_paths(tmp_path, project):
    def content(name, text):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return Llm(model="m", codebook=str(path)).content()

    assert content("a", "Rule one.") == content("b", "Rule one.") != content("c", "Rule two.")
    scheme = str(project / "annotations" / "scheme.yaml")
    assert Llm(model="m", scheme=scheme).content() != Llm(model="m").content()


def tuned(tmp_path, text="B {{ text }}"):
    """Return a model that chooses between two templates in each training set."""
    for name, template in (("a.j2", "A {{ text }}"), ("b.j2", text)):
        (tmp_path / name).write_text(template, encoding="utf-8")
    grid = {"prompt": ["a.j2", "b.j2"]}
    model = Llm.model_validate({"type": "llm", "model": "m", "tune": {"grid": grid, "folds": 2}})
    return model.resolved(lambda key, value: str(tmp_path / value))


def test_of_two_templates_the_one_is_used_that_does_better_in_training(chat, tmp_path):
    """Template B gets the gold label, A always 'neutral'. 6 training statements in 2 inner folds: 12 requests
    to choose, and 3 for the test statements."""
    rows = ROWS[:9]
    chat.answer = lambda request: (
        labelled("neutral")
        if prompt_of(request)[0] == "A"
        else labelled(NAMES[int(prompt_of(request)[-1]) % 3])
    )
    model = tuned(tmp_path)
    model.verify_tuning()
    out = model.session(rows, NAMES).fit_predict(np.arange(6), np.arange(6, 9), 0)
    assert out.predicted.tolist() == [0, 1, 2]
    assert out.chosen == {"prompt": str(tmp_path / "b.j2")}
    assert len(out.calls) == len(chat.requests) == 12 + 3


def test_a_tuned_template_is_known_by_what_it_says(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    first, moved = tuned(tmp_path).content(), tuned(tmp_path / "elsewhere").content()
    assert first == moved != tuned(tmp_path, "C {{ text }}").content()
    ranged = {"grid": {"temperature": {"low": 0.0, "high": 1.0}, "codebook": [None]}, "samples": 2}
    model = Llm.model_validate({"type": "llm", "model": "m", "tune": ranged})
    assert model.resolved(lambda key, value: value) == model
    model.verify_tuning()


def test_two_variables_for_the_address_are_two_services_and_a_label_makes_them_one():
    a, b = Llm(model="m"), Llm(model="m", base_url_env="OTHER_URL")
    assert a.content() != b.content()
    named = [m.model_copy(update={"endpoint": "here"}).content() for m in (a, b)]
    assert named[0] == named[1]


@pytest.mark.parametrize("at_once", [1, 5, 16])
def test_as_many_requests_are_under_way_as_are_allowed_and_never_more(chat, at_once):
    chat.delay = 0.1
    rows = [Example(f"s{i}", "neutral", f"statement {i}", "g", "x") for i in range(3 * at_once)]
    say(rows, concurrency=at_once)
    assert chat.peak == at_once
    assert len(chat.requests) == len(rows)


def test_tokens_and_cost_are_those_of_the_distinct_requests(chat):
    """120 tokens at 2.50 and 7 at 10 USD a million: (300 + 70) / 10**6 USD a request."""
    output = say(ROWS[:2], price={"input": 2.5, "output": 10})
    assert (
        list(output.calls.values())
        == [{"prompt_tokens": 120, "completion_tokens": 7, "cost": pytest.approx(370e-6)}] * 2
    )
    assert say(ROWS[:2]).calls != output.calls  # without a price there is no cost
    assert len(chat.requests) == 2
    priced = Llm.model_validate({"type": "llm", "model": "m", "price": {"input": 2.5, "output": 10}})
    assert priced.content() != Llm(model="m").content()  # or folds that are stored would keep their old costs


def test_a_service_that_counts_no_tokens_leaves_them_out(chat):
    chat.answer = lambda request: completion('{"label": "neutral"}', usage=False)
    assert list(say(ROWS[:1], price={"input": 1, "output": 1}).calls.values()) == [{}]


# What fails.

PASSING = {
    "too many requests": Fault(429, b'{"error": {"message": "slow down"}}', {"Retry-After": "0.05"}),
    "server error": Fault(500, b"oops", {"Retry-After": "0.05"}),
    "malformed JSON": Fault(200, labelled("neutral")[:-9]),
    "cut connection": Fault(200, labelled("neutral"), cut=9),
    "no answer in time": Fault(200, labelled("neutral"), wait=1.0),
}


@pytest.mark.parametrize("name", PASSING)
def test_a_fault_that_passes_costs_another_request_and_nothing_else(chat, name):
    chat.faults.append(PASSING[name])
    assert say(ROWS[:2], concurrency=1, timeout=0.5, retries=1).predicted.tolist() == [1, 1]
    assert len(chat.requests) == 3


def test_waiting_is_as_long_as_the_service_asks(chat):
    chat.faults.append(Fault(429, b"{}", {"Retry-After": "1.2"}))
    started = time.monotonic()
    say(ROWS[:1], retries=1)
    assert 1.2 <= time.monotonic() - started < 5


# What it is, what the run says, and how often a request is tried. Releases of the library differ in whether
# they try again before a wait of hours is over.
LASTING = {
    "too many requests": (PASSING["too many requests"], "HTTP 429, up to 2 attempts: slow down", [2]),
    "a long wait": (Fault(429, b"{}", {"Retry-After": "7200"}), "it asks to wait 7,200 seconds", [1, 2]),
    "server error": (PASSING["server error"], "HTTP 500, up to 2 attempts", [2]),
    "malformed JSON": (PASSING["malformed JSON"], "its answer is no chat completion", [2]),
    "cut connection": (PASSING["cut connection"], "no connection, or one that broke", [2]),
    "no answer in time": (PASSING["no answer in time"], "did not answer within 0.5 seconds", [2]),
    "wrong key": (
        Fault(401, json.dumps({"error": {"message": f"Incorrect key {KEY[:6]}***{KEY[-4:]}"}}).encode()),
        r"does not take the key in \$OPENAI_API_KEY \(HTTP 401\)$",
        [1],
    ),
    "key said back": (
        Fault(400, json.dumps({"error": {"message": f"bad header Bearer {KEY}"}}).encode()),
        r"HTTP 400: bad header Bearer \*\*\*$",
        [1],
    ),
    "no such model": (Fault(404, b'{"error": {"message": "no model m"}}'), "HTTP 404: no model m", [1]),
}


@pytest.mark.parametrize("name", LASTING)
def test_a_fault_that_lasts_ends_the_run_with_one_message_and_what_arrived_is_kept(chat, name):
    fault, message, tries = LASTING[name]
    chat.answer = lambda request: fault if asked(request) == "statement 3" else labelled("neutral")
    with pytest.raises(RunError, match=r"the service at \$OPENAI_BASE_URL failed: ") as error:
        say(concurrency=1, timeout=0.5, retries=1)
    assert re.search(message, error.value.message)
    assert "the same command asks only for the rest" in error.value.hint
    for secret in (KEY, KEY[:6], chat.url, chat.url.split("/")[2]):
        assert secret not in error.value.render()
    assert len(chat.requests) - 3 in tries  # statements 0 to 2, and those tries: none after the failure
    chat.answer = lambda request: labelled("neutral")
    before = len(chat.requests)
    say()
    assert len(chat.requests) - before == len(ROWS) - 3


def test_requests_that_are_under_way_when_one_fails_are_kept_too(chat):
    def answer(request):
        if asked(request) == "statement 0":
            return Fault(400, b"{}", wait=0.5)
        return Fault(200, labelled("neutral"), wait=1.0)

    chat.answer = answer
    with pytest.raises(RunError):
        say(concurrency=4)
    assert len(chat.requests) == 4
    chat.answer = lambda request: labelled("neutral")
    say()
    assert len(chat.requests) - 4 == len(ROWS) - 3


def test_a_service_that_is_not_there_is_one_message(chat, monkeypatch):
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    with pytest.raises(RunError, match=r"no connection, or one that broke \(ConnectError; 1 attempt\)"):
        say(ROWS[:1], retries=0)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("OPENAI_API_KEY", None, "the environment variable OPENAI_API_KEY is not set"),
        ("OPENAI_BASE_URL", " ", "the environment variable OPENAI_BASE_URL is not set"),
        ("OPENAI_API_KEY", "sk-geheim-ü", r"\$OPENAI_API_KEY holds characters that no key has"),
        ("OPENAI_BASE_URL", "localhost:8000", r"\$OPENAI_BASE_URL holds no address"),
        ("OPENAI_BASE_URL", "http:///v1", r"\$OPENAI_BASE_URL holds no address"),
        ("OPENAI_BASE_URL", "http://[::1", r"\$OPENAI_BASE_URL holds no address"),
        ("OPENAI_BASE_URL", "http://host:port/v1", r"\$OPENAI_BASE_URL holds no address"),
    ],
)
def test_a_variable_that_names_no_service_is_named_and_not_shown(chat, monkeypatch, name, value, message):
    if value is None:
        monkeypatch.delenv(name)
    else:
        monkeypatch.setenv(name, value)
    with pytest.raises(InputError, match=message) as error:
        say(ROWS[:1])
    assert value is None or not value.strip() or value not in error.value.render()
    assert chat.requests == []


def test_replies_that_are_kept_need_no_service(chat, monkeypatch):
    first = say()
    for name in chat.environment():
        monkeypatch.delenv(name)
    assert say().predicted.tolist() == first.predicted.tolist()


# What a configuration may say.


@pytest.mark.parametrize(
    ("fields", "message", "line"),
    [
        ({"prompt": "absent.j2"}, "models.asked: no such file", 0),
        ({"codebook": "absent.md"}, "models.asked: no such file", 0),
        ({"scheme": "annotations/codebook.md"}, "annotations/codebook.md", 1),
        ({"scheme": "seeds/articles.yaml"}, "models.asked: labels: Field required", 0),
        ({"key_env": KEY}, "models.asked: key_env is not the name of an environment variable", 7),
        ({"options": {"stream": True}}, "options: 'stream' cannot be one of the options", 7),
        ({"price": {"input": 1}}, "missing key 'models.asked.price.output'", 7),
        ({"temperature": 3}, "models.asked.temperature: input should be less than or equal to 2", 7),
    ],
)
def test_a_configuration_that_cannot_work_is_refused_with_its_place(small_corpus, fields, message, line):
    path = small_corpus.root / "llm.yaml"
    settings = json.loads(small_corpus.config().read_text(encoding="utf-8"))
    settings["models"] = {"asked": {"type": "llm", "model": "m", **fields}}
    path.write_text(json.dumps(settings), encoding="utf-8")
    with pytest.raises(ProblemsError) as error:
        load_config(path)
    assert message in error.value.render()
    assert KEY not in error.value.render()
    assert line in (0, 7) or error.value.problems[0].place.line == line


def test_a_label_that_the_scheme_does_not_define_is_named(small_corpus, tmp_path):
    scheme = tmp_path / "other.yaml"
    scheme.write_text("target: x\nlabels:\n  - {name: neutral, definition: none}\n", encoding="utf-8")
    models = {"asked": {"type": "llm", "model": "m", "scheme": str(scheme)}}
    with pytest.raises(InputError, match=r"models\.asked: the scheme does not define the label 'supportive'"):
        make_plan(load_config(small_corpus.config(models=models)))


def test_a_missing_library_is_named_with_its_extra(small_corpus, monkeypatch):
    monkeypatch.setattr("harness.extras.find_spec", lambda name: None)
    config = load_config(small_corpus.config(models={"asked": {"type": "llm", "model": "m"}}))
    with pytest.raises(InputError, match=r"models\.asked: the model type 'llm' needs openai") as caught:
        make_plan(config)
    assert caught.value.hint == "pip install 'stance-harness[llm]'"
