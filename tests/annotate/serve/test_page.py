"""The page in a real browser: annotated by keyboard alone, through kills, reloads and any script."""

import json
import os
import random
import signal
import time
from urllib.parse import urlsplit

import pytest

from harness.annotate.tokens import token_offsets
from harness.checks import check_corpus
from harness.digest import sha256

from ..browser import chromium, server

pytestmark = pytest.mark.slow

SIGNS = (
    *"abc ABC 012 .,:!?\"'“”«»- \n\t",
    *(
        "é",
        "e\u0301",
        "ß",
        "İ",
        "שָׁ",
        "ل",
        "لا",
        "\u202b",
        "\u200d",
        "\u200c",
        "한",
        "说",
        "ที่",
        "नि",
        "\u00a0",
        "\u2028",
    ),
    *(
        "🙂",
        "👩‍👩‍👧",
        "👍🏽",
        "❤️",
        "🇫🇷",
        "🇩",
        "𝒳",
        "\U0010ffff",
        "\ufeff",
        "\u0301",
        "<b>",
        "&amp;",
        "</div>",
    ),
)


@pytest.fixture(scope="module")
def browser():
    with chromium() as driver:
        yield driver


class Page:
    """What a person at the keyboard can do and see."""

    def __init__(self, driver, address):
        self.driver = driver
        driver.get("about:blank")
        driver.get(address)
        self.settle()

    def settle(self):
        """Wait until every key has been answered."""
        ready = "return document.body.dataset.busy === '0' && !!document.querySelector('#article .line')"
        deadline = time.monotonic() + 30
        while not self.driver.execute_script(ready):
            assert time.monotonic() < deadline, self.said
            time.sleep(0.02)

    def press(self, *keys):
        from selenium.webdriver.common.action_chains import ActionChains
        from selenium.webdriver.common.keys import Keys

        chain = ActionChains(self.driver, duration=0)
        for key in keys:
            *held, last = key.split("+") if len(key) > 1 else [key]
            for name in held:
                chain.key_down(getattr(Keys, name.upper()))
            chain.send_keys(last if len(last) == 1 else getattr(Keys, last.upper()))
            for name in held:
                chain.key_up(getattr(Keys, name.upper()))
        chain.perform()
        self.settle()

    def write(self, key, text):
        """Press the key of a field, write into it and leave it."""
        from selenium.webdriver.common.action_chains import ActionChains

        self.press(key)
        ActionChains(self.driver, duration=0).send_keys(text).perform()
        self.press("escape")

    def reload(self):
        self.driver.refresh()
        self.settle()

    def text(self, id_):
        return self.driver.execute_script("return document.getElementById(arguments[0]).textContent", id_)

    @property
    def said(self):
        return self.text("said")

    @property
    def spans(self):
        script = "return [...document.querySelectorAll('#spans button')].map((b) => b.textContent)"
        return self.driver.execute_script(script)

    def cursor_to(self, word):
        """Go to the first token with these letters, by the arrow keys."""
        script = (
            "const t = [...document.querySelectorAll('#article .t')];"
            "return [t.findIndex((e) => e.classList.contains('cursor')),"
            " t.findIndex((e) => e.textContent === arguments[0])]"
        )
        here, there = self.driver.execute_script(script, word)
        assert there >= 0, word
        self.press(*["arrow_right" if there > here else "arrow_left"] * abs(there - here))


FIRST = "The sanctions strike the innocent and must end"


def saved(corpus):
    """Carla's statements of alpha by their first words; whatever was done, the files pass the check."""
    assert check_corpus(corpus.root) == []
    return {row["content"][0]["text"]: row for row in corpus.rows(corpus.own("carla"))}


def fill_in_the_first_candidate(page, corpus):
    assert page.spans[0] == f"content {FIRST}"
    page.press("1", "l")  # supportive, a person
    page.write("shift+h", "Orlo")
    page.write("g", "orlo-sanctions")
    page.write("t", "sides “plainly” 🙂")
    page.press("shift+c")
    row = saved(corpus)[FIRST]
    fields = ("stance", "source_kind", "speaker", "group", "confidence", "note")
    assert [row[k] for k in fields] == [
        "supportive", "person", "Orlo", "orlo-sanctions", 2, "sides “plainly” 🙂",
    ]  # fmt: skip
    return row


def make_a_statement_from_a_selection(page, corpus):
    page.cursor_to("early")
    page.press("shift+arrow_left", "i", "u")
    page.cursor_to("The")
    page.press("s", "c", "x")
    page.write("h", "nobody")
    page.press(*"llllll")
    row = saved(corpus)["ended early"]
    assert [row[k] for k in ("exclusion", "source_kind", "source_name", "source")] == [
        "undecidable", "anonymous", "nobody", [{"start": 0, "end": 3, "text": "The"}],
    ]  # fmt: skip


def test_an_article_is_annotated_by_keyboard_alone_through_a_kill_and_a_reload(browser, small_corpus):
    options = ("carla", "--article", "alpha", "--article", "gamma")
    with server(small_corpus.root, *options) as (process, address):
        page = Page(browser, address)
        assert "token" not in browser.current_url
        assert page.text("count").startswith("0 of")
        first = fill_in_the_first_candidate(page, small_corpus)
        page.press("n", "k", "n", "o", "l", "e", "e", "r", "q", "w")
        assert [row["exclusion"] for row in saved(small_corpus).values()] == [None, "opposed"]
        before = saved(small_corpus)
        page.press("2")
        after = saved(small_corpus)
        assert after != before
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        page.press("3")  # the action in hand: the only one that is lost
        assert "does not answer" in page.said
        assert saved(small_corpus) == after
    with server(small_corpus.root, *options) as (_, address):
        page = Page(browser, address)
        assert saved(small_corpus) == after
        page.press("z")
        assert saved(small_corpus) == before
        page.reload()
        page.press("z", "z")
        page.reload()
        page.press("shift+z", "shift+z")
        assert saved(small_corpus) == before
        page.press("b")
        assert page.text("which").endswith("skipped")
        page.press("3", "l", "l")
        make_a_statement_from_a_selection(page, small_corpus)
        while page.text("count").split(" · ")[1] != "0 proposed":
            page.press("n")
            if page.text("which").endswith("proposed"):
                page.press("2", "l")
        page.press("shift+n")
        assert "gamma" in browser.current_url
        page.press("1", "l", "?", "escape", "shift+b", "shift+p")
        assert "alpha" in browser.current_url
        assert saved(small_corpus)[FIRST] == first
        assert len(saved(small_corpus)) == 5  # four candidates and one of one's own


def test_spans_are_split_joined_and_cycled_by_keyboard(browser, small_corpus):
    with server(small_corpus.root, "carla", "--article", "alpha") as (_, address):
        page = Page(browser, address)
        page.cursor_to("innocent")
        page.press("v")
        assert page.spans[:2] == ["content The sanctions strike the", "content innocent and must end"]
        page.press("e", "j")
        assert page.spans[0] == "content The sanctions strike the innocent and must end"
        page.press("f", "f", "w")
        assert page.spans[2] == "source Orlo"
        page.press("n", "m")
        assert len([s for s in page.spans if s.startswith("content")]) == 2


def test_the_page_says_what_is_to_be_read_again_under_a_new_codebook(browser, small_corpus):
    small_corpus.new_codebook()
    with server(small_corpus.root, "anna", "--article", "alpha") as (_, address):
        page = Page(browser, address)
        assert page.text("reasons") == "Made with codebook 2: read it again, and give its label once more."
        assert page.text("count").endswith("4 to read again")
        page.press("1")  # supportive, as before
        assert page.text("reasons") == "Complete, and in the file."
        assert page.text("count").endswith("3 to read again")
    row = small_corpus.rows(small_corpus.own("anna"))[0]
    assert (row["stance"], row["codebook_version"]) == ("supportive", 3)


def test_no_request_of_the_page_leaves_the_loopback(browser, small_corpus):
    browser.get_log("performance")
    with server(small_corpus.root, "carla") as (_, address):
        page = Page(browser, address)
        page.press("1", "l", "n", "?", "escape", "shift+n")
        messages = [json.loads(row["message"])["message"] for row in browser.get_log("performance")]
        asked = [
            m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"
        ]
        ours = urlsplit(address).netloc
        assert sum(urlsplit(url).netloc == ours for url in asked) >= 8
        assert {urlsplit(url).netloc for url in asked} <= {ours, ""}  # "" is about:blank
        errors = [
            row for row in browser.get_log("browser") if row["level"] == "SEVERE" and ours in row["message"]
        ]
        assert errors == []


def add_article(corpus, name, text, language="en"):
    corpus.text(name).write_text(text, encoding="utf-8", newline="")
    with corpus.articles.open("a", encoding="utf-8") as file:
        file.write(
            f"  - id: {name}\n    title: {name}\n    outlet: null\n    date: null\n    language: {language}\n"
            f"    machine_translated: false\n    sha256: {sha256(text.encode())}\n    provenance: x\n"
            "    rights: none\n"
        )


def random_texts(count):
    rng = random.Random(5)
    return ["".join(rng.choices(SIGNS, k=rng.randrange(80))) for _ in range(count)]


def test_what_the_page_cuts_out_of_any_text_is_what_python_cuts_out(browser, small_corpus):
    texts = random_texts(400)
    rng = random.Random(6)
    asked = []
    for text in texts:
        cuts = [sorted(rng.choices(range(len(text) + 1), k=2)) for _ in range(5)]
        asked.append([text, token_offsets(text), cuts])
    script = """
        const [asked, done] = arguments;
        const modules = ["/static/offsets.js", "/static/article.js"].map((name) => import(name));
        Promise.all(modules).then(([offsets, article]) => {
          const root = document.createElement("div");
          document.body.append(root);
          done(asked.map(([text, tokens, cuts]) => {
            const points = offsets.codePoints(text);
            const view = new article.ArticleView(root);
            view.show(points, tokens);
            const selected = cuts.map(([a, b]) => {
              if (!tokens.length) return null;
              view.select(a % tokens.length, b % tokens.length);
              return view.stretch();
            });
            return [cuts.map(([a, b]) => offsets.slice(points, a, b)),
                    view.elements.map((e) => e.textContent), root.textContent,
                    selected, cuts.map(([a]) => offsets.tokenAt(tokens, a))];
          }));
        }, (error) => done(String(error)));
    """
    with server(small_corpus.root) as (_, address):
        Page(browser, address)
        answers = browser.execute_async_script(script, asked)
    for (text, tokens, cuts), (slices, words, whole, selected, places) in zip(asked, answers, strict=True):
        assert slices == [text[a:b] for a, b in cuts]
        assert words == [text[a:b] for a, b in tokens]
        assert whole == text
        for (a, b), stretch, place in zip(cuts, selected, places, strict=True):
            assert place == sum(end <= a for _, end in tokens)
            if tokens:
                low, high = sorted((a % len(tokens), b % len(tokens)))
                assert stretch == [tokens[low][0], tokens[high][1]] or stretch == list(tokens[high])


def test_right_to_left_text_emoji_and_marks_are_stored_as_they_stand(browser, small_corpus):
    text = "🙂🇫🇷 قال الوزير: «العقوبات يجب أن تنتهي 👩‍👩‍👧».\nאמר: “שָׁלוֹם cafe\u0301 𝒳”.\n"
    add_article(small_corpus, "rtl", text, "ar")
    with server(small_corpus.root, "carla", "--article", "rtl") as (_, address):
        page = Page(browser, address)
        while page.spans:
            page.press("d")
        for word in ("العقوبات", "שָׁלוֹם"):
            script = (
                "[...document.querySelectorAll('#article .t')].find((e) => e.textContent === arguments[0])"
            )
            element = browser.execute_script(f"return {script}", word)
            assert browser.execute_script("return getComputedStyle(arguments[0]).direction", element) == "rtl"
            element.click()
            page.settle()
            page.press("shift+arrow_left", "i", "2", "l")  # leftwards is onwards here
            page.write("h", "الوزير 🙂")
        assert check_corpus(small_corpus.root) == []
        rows = small_corpus.rows(small_corpus.own("carla", "rtl"))
    assert [row["content"][0]["text"] for row in rows] == ["العقوبات يجب", "שָׁלוֹם cafe\u0301"]
    assert all(text[s["start"] : s["end"]] == s["text"] for row in rows for s in row["content"])
    assert rows[0]["source_name"] == "الوزير 🙂"


def test_an_article_of_50_000_characters_stays_quick(browser, small_corpus):
    sentence = "The minister said that “the sanctions strike the innocent” and left the hall 🙂. "
    add_article(small_corpus, "long", (sentence * 640)[:50_000].rstrip() + "\n")
    with server(small_corpus.root, "carla", "--article", "long") as (_, address):
        started = time.monotonic()
        page = Page(browser, address)
        loaded = time.monotonic() - started
        started = time.monotonic()
        page.press(*["1", "l", "r", "n"] * 5)
        an_action = (time.monotonic() - started) / 20
        assert page.text("count").startswith("5 of 6")
    print(f"50,000 characters: loaded in {loaded:.2f} s, {an_action * 1000:.0f} ms an action")
    assert loaded < 15
    assert an_action < 1


@pytest.mark.parametrize("width", [1280, 400])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_is_cut_off_and_focus_is_visible(browser, small_corpus, width, theme):
    size = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": False}
    media = {"features": [{"name": "prefers-color-scheme", "value": theme}]}
    with server(small_corpus.root) as (_, address):
        try:
            browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
            browser.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
            page = Page(browser, address)
            wide, shown = browser.execute_script(
                "const e = document.documentElement; return [e.scrollWidth, e.clientWidth]"
            )
            assert wide <= shown == width
            page.press("tab")
            outline = "return getComputedStyle(document.activeElement).outlineStyle"
            assert browser.execute_script(outline) == "solid"
            dark = browser.execute_script("return getComputedStyle(document.body).backgroundColor")
            assert (dark == "rgb(255, 255, 255)") == (theme == "light")
        finally:
            browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
            browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
