"""The adjudication page in a real browser: by keyboard alone, through a kill, errors and hostile notes."""

import json
import os
import signal
import time
from urllib.parse import urlsplit

import pytest

from harness.annotate.adjudicate.dropped import read_dropped
from harness.annotate.tokens import moved_edge, token_offsets
from harness.checks import check_corpus

from ..browser import chromium, serving
from ..disagreement import HOSTILE, disagreeing

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def browser():
    with chromium() as driver:
        yield driver


@pytest.fixture
def corpus(small_corpus):
    return disagreeing(small_corpus)


def adjudication(corpus, *options):
    return serving("adjudicate", str(corpus.root), *options)


class Page:
    """What a person at the keyboard can do and see."""

    def __init__(self, driver, address):
        self.driver = driver
        driver.get("about:blank")
        driver.get(address)
        self.settle()

    def settle(self):
        """Wait until every key has been answered."""
        ready = "return document.body.dataset.busy === '0' && !!document.querySelector('#cases li')"
        deadline = time.monotonic() + 30
        while not self.driver.execute_script(ready):
            assert time.monotonic() < deadline, self.said
            time.sleep(0.02)

    def press(self, *keys):
        from selenium.webdriver.common.action_chains import ActionChains
        from selenium.webdriver.common.keys import Keys

        for key in keys:
            chain = ActionChains(self.driver, duration=0)
            *held, last = key.split("+") if len(key) > 1 else [key]
            for name in held:
                chain.key_down(getattr(Keys, name.upper()))
            chain.send_keys(last if len(last) == 1 else getattr(Keys, last.upper()))
            for name in held:
                chain.key_up(getattr(Keys, name.upper()))
            chain.perform()
            self.settle()

    def write(self, text):
        """Write into the field that has the focus."""
        from selenium.webdriver.common.action_chains import ActionChains

        ActionChains(self.driver, duration=0).send_keys(text).perform()
        self.settle()

    def tab_to(self, selector):
        """Press Tab until what the selector names has the focus."""
        for _ in range(60):
            if self.driver.execute_script("return document.activeElement.matches(arguments[0])", selector):
                return
            self.press("tab")
        raise AssertionError(f"no {selector} within 60 tabs")

    def text(self, selector):
        return self.driver.execute_script("return document.querySelector(arguments[0]).innerText", selector)

    def value(self, selector):
        return self.driver.execute_script("return document.querySelector(arguments[0]).value", selector)

    def all(self, selector):
        script = "return [...document.querySelectorAll(arguments[0])].map((e) => e.innerText.trim())"
        return self.driver.execute_script(script, selector)

    @property
    def said(self):
        return self.text("#said")

    @property
    def focus(self):
        return self.driver.execute_script("return document.activeElement.id")

    @property
    def states(self):
        return [text.split(" ", 2)[2] for text in self.all("#cases .state")]


def gold(corpus):
    path = corpus.gold("gamma")
    return corpus.rows(path) if path.exists() else []


OPEN = "open, not decided yet"


def take_brunos_label_with_a_reason(page, corpus):
    page.press("n", "n")
    assert page.text("#why") == "They differ in label."
    page.press("b")
    assert page.focus == "reason"
    page.write("R5: “all sides” takes no position")
    page.press("enter")
    [row] = gold(corpus)
    assert (row["stance"], row["reason"]) == ("neutral", "R5: “all sides” takes no position")
    assert page.states == ["open, all agree", OPEN, "decided", OPEN]


def drop_what_anna_alone_found(page):
    assert page.text("#which") == f"Case 2 of 4: {OPEN}"
    assert page.text("#why") == "Not found by bruno."
    page.press("d")
    page.write("R3: a number is no claim")
    page.press("enter")


def choose_brunos_span_and_a_label_of_the_scheme(page):
    assert page.text("#which") == f"Case 4 of 4: {OPEN}"
    page.press("e")
    page.tab_to("[name=content]")
    page.press("arrow_down")  # from anna's span to bruno's
    page.tab_to("#form summary")
    page.press("enter")
    page.tab_to("[name=label]")
    page.press("arrow_down", "arrow_down")  # supportive, neutral, hedged
    page.press("r")
    page.write("R18")
    page.press("shift+enter")
    page.write("and R20")
    page.press("enter")


def test_an_article_is_adjudicated_by_keyboard_alone_through_a_kill(browser, corpus, run_cli):
    with adjudication(corpus) as (process, address):
        page = Page(browser, address)
        assert "token" not in browser.current_url
        assert page.states == ["open, all agree", OPEN, OPEN, OPEN]
        take_brunos_label_with_a_reason(page, corpus)
        before = gold(corpus)
        page.press("d")
        page.write("the decision in hand")
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        page.press("enter")
        assert "does not answer" in page.said
        assert page.value("#reason") == "the decision in hand"
        assert gold(corpus) == before
    with adjudication(corpus) as (_, address):
        page = Page(browser, address)
        assert page.states == ["open, all agree", OPEN, "decided", OPEN]
        page.press("u")
        assert page.said == "1 unanimous taken over."
        drop_what_anna_alone_found(page)
        choose_brunos_span_and_a_label_of_the_scheme(page)
        assert "Everything is decided." in page.said
        assert page.states == ["unanimous", "dropped", "decided", "decided"]
    first, third, fourth = gold(corpus)
    assert (first["decision"], first["reason"]) == ("unanimous", "")
    assert first["derived_from"] == ["anna-gamma-1", "bruno-gamma-1"]
    assert third["votes"] == {"anna": "hedged", "bruno": "neutral"}
    assert (fourth["content"][0]["text"], fourth["stance"]) == ("the offensive", "hedged")
    assert (fourth["decision"], fourth["reason"]) == ("adjudicated", "R18\nand R20")
    assert fourth["votes"] == {"anna": "supportive", "bruno": "supportive"}
    assert fourth["derived_from"] == ["anna-gamma-4", "bruno-gamma-4"]
    [dropped] = read_dropped(corpus.root, "gamma")
    assert (dropped.derived_from, dropped.reason) == (("anna-gamma-2",), "R3: a number is no claim")
    assert run_cli("check", corpus.root).code == 0


def test_a_decided_case_is_opened_again_and_the_decision_changed(browser, corpus):
    with adjudication(corpus, "--article", "alpha") as (_, address):
        page = Page(browser, address)
        before = corpus.gold("alpha").read_bytes()
        page.press("a", "enter")
        assert "press o to open it again" in page.said
        assert corpus.gold("alpha").read_bytes() == before
        page.press("o", "d", "enter")
        assert "needs a reason" in page.said
        page.write("no claim")
        page.press("enter")
        assert page.states[0] == "dropped"
        page.press("o", "a")  # unanimous, so it needs no reason
        assert page.states[0] == "unanimous"
        assert check_corpus(corpus.root) == []


def test_an_error_says_why_and_nothing_that_was_typed_is_lost(browser, corpus):
    """The group of another speaker would not pass the check: the page says so, and the form stays."""
    with adjudication(corpus) as (_, address):
        page = Page(browser, address)
        page.press("n", "n", "e")
        page.tab_to("#form summary")
        page.press("enter")
        page.tab_to("#form [aria-label='another group']")
        page.write("bank-trade")
        page.press("enter")
        assert page.focus == "reason"
        page.write("R22")
        page.press("enter")
        assert "[group-source]" in page.said
        assert page.focus == "reason"
        browser.refresh()
        page.settle()
        assert page.value("#form [aria-label='another group']") == "bank-trade"
        assert page.value("#reason") == "R22"
        assert gold(corpus) == []


def test_what_is_typed_faster_than_the_server_answers_is_the_reason_and_no_command(browser, corpus):
    """While the unanimous are being taken, d leads into the reason: its letters n, u, s and b are text."""
    with adjudication(corpus) as (_, address):
        page = Page(browser, address)
        page.press("n")
        page.write("udR3: a number, unsaid by both\n")
        assert page.states == ["unanimous", "dropped", OPEN, OPEN]
    [dropped] = read_dropped(corpus.root, "gamma")
    assert dropped.reason == "R3: a number, unsaid by both"


def test_a_case_that_changed_is_told_shown_anew_and_then_decided(browser, corpus):
    with adjudication(corpus) as (_, address):
        page = Page(browser, address)
        page.press("n", "n", "b")
        page.write("R5")
        corpus.edit(corpus.own("bruno", "gamma"), 2, stance="supportive", id="bruno-gamma-3x")
        page.press("enter")
        assert "has changed since it was shown" in page.said
        assert gold(corpus) == []
        assert page.all(".version .label") == ["hedged", "supportive"]
        assert page.value("#reason") == "R5"
        page.press("enter")
        assert [row["derived_from"] for row in gold(corpus)] == [["anna-gamma-3", "bruno-gamma-3x"]]


def test_a_span_is_moved_by_tokens_from_the_keyboard(browser, corpus):
    with adjudication(corpus) as (_, address):
        page = Page(browser, address)
        page.press("p", "e")
        page.tab_to("[data-edge='content 0 1 -1']")
        page.press("enter", "enter")
        page.tab_to("[data-edge='content 0 1 1']")
        page.press("enter")
        page.press("r")
        page.write("R18")
        page.press("enter")
    [row] = gold(corpus)
    assert row["content"][0]["text"] == "the offensive without"
    assert check_corpus(corpus.root) == []


def test_edges_move_in_the_page_as_they_move_in_python(browser, corpus):
    """Every span of up to three tokens of a text with emoji and marks, each edge both ways."""
    text = "Café 🙂🇫🇷 “a  b”. 说话 x"
    tokens = token_offsets(text)
    spans = [
        [tokens[i][0], tokens[j][1]] for i in range(len(tokens)) for j in range(i, min(i + 3, len(tokens)))
    ]
    asked = [(span, edge, by) for span in spans for edge in (0, 1) for by in (-1, 1)]
    script = """
        const [tokens, asked, done] = arguments;
        import("/static/edges.js").then(({ moved }) =>
          done(asked.map(([span, edge, by]) => moved(tokens, [span], 0, edge, by))));
    """
    with adjudication(corpus) as (_, address):
        Page(browser, address)
        answers = browser.execute_async_script(script, tokens, asked)
    for (span, edge, by), answer in zip(asked, answers, strict=True):
        expected = moved_edge(tokens, tuple(span), ("start", "end")[edge], by)
        assert tuple(answer[0] if answer else span) == expected


def test_where_the_spans_differ_is_marked_and_by_whom(browser, corpus):
    """Anna has “the offensive without reserve”, bruno “the offensive”: the rest is hatched."""
    with adjudication(corpus) as (_, address):
        page = Page(browser, address)
        page.press("p")
        assert page.all("#passage .content.w0:not(:has(*)), #passage .content.w0 > .content.w1") == [
            "the offensive",
            "without reserve",
        ]
        assert page.all("#passage .content.w1") == ["the offensive"]
        assert page.all("#passage .apart") == ["without reserve"]
        assert page.all(".version .apart") == ["without reserve"]
        assert page.all("dt.differs") == ["≠ content", "≠ content"]
        marks = "return [...document.querySelectorAll('#passage [data-mark]')].map((e) => e.dataset.mark)"
        assert browser.execute_script(marks) == ["ab"]


def test_a_hostile_note_is_text(browser, corpus):
    with adjudication(corpus) as (_, address):
        page = Page(browser, address)
        page.press("n", "n", "f", "e")
        assert HOSTILE in page.text("#versions")
        assert HOSTILE in browser.execute_script("return document.getElementById('form').textContent")
        assert browser.title == "adjudicate"
        assert browser.execute_script("return document.querySelectorAll('main script, main img').length") == 0


def test_no_request_leaves_the_loopback_and_the_console_stays_empty(browser, corpus):
    browser.get_log("performance")
    browser.get_log("browser")
    with adjudication(corpus) as (_, address):
        page = Page(browser, address)
        page.press(
            "u", "n", "e", "escape", "f", "?", "escape", "shift+b", "shift+b", "shift+n", "o", "k", "s"
        )
        messages = [json.loads(row["message"])["message"] for row in browser.get_log("performance")]
        urls = [m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"]
        ours = urlsplit(address).netloc
        assert sum(urlsplit(url).netloc == ours for url in urls) >= 12
        assert {urlsplit(url).netloc for url in urls} <= {ours, ""}  # "" is about:blank
        assert browser.get_log("browser") == []


@pytest.mark.parametrize("width", [1280, 400])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_is_cut_off_and_focus_is_visible(browser, corpus, width, theme):
    corpus.edit(corpus.own("bruno", "gamma"), 2, group="g" * 300, source_name="w" * 200)
    size = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": False}
    media = {"features": [{"name": "prefers-color-scheme", "value": theme}]}
    with adjudication(corpus) as (_, address):
        try:
            browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
            browser.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
            page = Page(browser, address)
            for keys in (["n", "n", "f"], ["e"], ["shift+b"], ["?"]):
                page.press(*keys)
                script = (
                    "const e = document.documentElement; return [e.scrollWidth, e.clientWidth, innerWidth]"
                )
                wide, shown, window = browser.execute_script(script)
                assert (wide <= shown, window) == (True, width)
            page.press("escape", "escape", "tab")
            outline = "return getComputedStyle(document.activeElement).outlineStyle"
            assert browser.execute_script(outline) == "solid"
            cards = browser.execute_script(
                "return [...document.querySelectorAll('.version')].map((e) => e.getBoundingClientRect().top)"
            )
            assert (cards[0] == cards[1]) == (width == 1280)  # side by side, or one below the other
            dark = browser.execute_script("return getComputedStyle(document.body).backgroundColor")
            assert (dark == "rgb(255, 255, 255)") == (theme == "light")
        finally:
            browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
            browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
