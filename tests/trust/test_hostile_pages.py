"""The report, both pages and a notebook's fragment in a real browser, with texts that would be programs."""

import re
import time
from urllib.parse import urlsplit

import pytest

from harness.checks import check_corpus
from harness.config import load_config
from harness.evaluation import evaluate, rescore
from harness.report import render
from harness.result import Result
from harness.textfile import read_text

from ..annotate.browser import chromium, server, serving
from .hostile import HOSTILE, LABEL, MODEL, NOTE, PAYLOADS, read_rows, rename_model, spoil_corpus

pytestmark = pytest.mark.slow

TEXT = """
const shown = [];
for (const element of document.querySelectorAll('*')) {
  for (const node of element.childNodes) if (node.nodeType === 3) shown.push(node.data);
  if ('value' in element) shown.push(String(element.value));
}
return [document.body.textContent, ...shown];
"""
ALIVE = "img, iframe, object, embed, svg [onload], [onerror], [onload], [onfocus], a[href^='javascript' i]"


@pytest.fixture(scope="module")
def browser():
    with chromium() as driver:
        yield driver


@pytest.fixture
def corpus(small_corpus):
    spoil_corpus(small_corpus)
    assert check_corpus(small_corpus.root) == []
    return small_corpus


@pytest.fixture
def run(corpus):
    """A run over the hostile corpus, one of whose models has a name as hostile."""
    evaluation = {"retrain": 0, "resamples": 100, "leakage": 0, "slices": ["speaker", "article"]}
    done = evaluate(load_config(corpus.config(evaluation=evaluation)))
    rename_model(done.folder, "majority", MODEL)
    path = done.folder / "config.yaml"
    path.write_text(read_text(path) + f"# {HOSTILE.splitlines()[0]}\n", encoding="utf-8")
    return rescore(done.folder)


def opened(driver, address):
    driver.get("about:blank")
    driver.get_log("performance")
    driver.get_log("browser")
    driver.get(address)


def asked(driver):
    """Return what the page has asked for since it was opened."""
    log = "\n".join(entry["message"] for entry in driver.get_log("performance"))
    return set(re.findall(r'"Network\.requestWillBeSent".*?"request":\{.*?"url":"([^"]+)"', log))


def verify_inert(driver, title):
    """Nothing ran, nothing asked a person, no element came of a text."""
    from selenium.common.exceptions import NoAlertPresentException

    time.sleep(0.3)  # for what an onerror would take
    with pytest.raises(NoAlertPresentException):
        _ = driver.switch_to.alert.text
    assert driver.execute_script("return window.owned") is None
    assert driver.title == title
    assert driver.execute_script("return document.querySelectorAll(arguments[0]).length", ALIVE) == 0


def shown(driver):
    return driver.execute_script(TEXT)


def lacking(texts, wanted):
    """Return the payloads of which no text says all, character by character."""
    return [part for part in wanted if not any(part in text for text in texts)]


def test_the_same_reading_finds_a_page_that_is_not_inert(browser, tmp_path):
    path = tmp_path / "evil.html"
    path.write_text(f"<title>t</title>{PAYLOADS[0]}<img src=http://127.0.0.1:9/owned>", encoding="utf-8")
    opened(browser, path.as_uri())
    with pytest.raises(AssertionError):
        verify_inert(browser, "t")
    assert "http://127.0.0.1:9/owned" in asked(browser)


@pytest.mark.parametrize("policy", ["with its policy", "without its policy"])
def test_the_report_shows_hostile_texts_and_runs_nothing(browser, run, tmp_path, policy):
    """Without its Content-Security-Policy only escaping stands in the way."""
    config = read_text(run.folder / "config.yaml")
    page = render("html", run.record, run.scores, config_yaml=config, manifest=run.manifest)
    if policy.startswith("without"):
        page, n = re.subn(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)
        assert n == 1
    path = tmp_path / "report.html"
    path.write_text(page, encoding="utf-8")
    opened(browser, path.as_uri())
    title = browser.title
    assert title == "small: report"
    verify_inert(browser, title)
    assert {url for url in asked(browser) if not url.startswith("data:")} == {path.as_uri()}
    texts = shown(browser)
    assert lacking(texts, PAYLOADS) == []
    assert lacking(texts, [LABEL, MODEL]) == []


def test_a_notebooks_fragment_shows_hostile_texts_and_runs_nothing(browser, run, tmp_path):
    """A notebook puts it into a page that has no policy."""
    path = tmp_path / "notebook.html"
    fragment = Result(run)._repr_html_()
    path.write_text(f"<!doctype html><meta charset=utf-8><title>t</title>{fragment}", encoding="utf-8")
    opened(browser, path.as_uri())
    verify_inert(browser, "t")
    assert asked(browser) == {path.as_uri()}
    assert lacking(shown(browser), PAYLOADS) == []


def settled(driver, ready):
    deadline = time.monotonic() + 30
    while not driver.execute_script(f"return document.body.dataset.busy === '0' && {ready}"):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def verify_pages_requests(driver, address):
    here = urlsplit(address)
    for url in asked(driver):
        parts = urlsplit(url)
        assert (parts.scheme, parts.netloc) == (here.scheme, here.netloc)
        assert parts.path == "/" or parts.path.startswith(("/static/", "/api/"))
    assert [e for e in driver.get_log("browser") if e["level"] == "SEVERE"] == []


def test_the_annotation_page_shows_hostile_texts_and_runs_nothing(browser, corpus):
    with server(corpus.root, "anna") as (_, address):
        opened(browser, address)
        settled(browser, "!!document.querySelector('#article .line')")
        title = browser.title
        browser.execute_script("document.querySelector('#article').focus()")
        _keys(browser, *["arrow_right"] * 4, "n", "n", "?")
        verify_inert(browser, title)
        verify_pages_requests(browser, address)
        texts = shown(browser)
        assert lacking(texts, PAYLOADS) == []
        assert any(NOTE in text for text in texts)
        assert any(HOSTILE in text for text in texts)


def test_the_adjudication_page_shows_hostile_texts_and_runs_nothing(browser, corpus):
    corpus.gold("alpha").unlink()
    rows = read_rows(corpus.own("bruno"))
    rows[0] |= {"stance": LABEL, "note": f"another {NOTE}"}
    corpus.write(corpus.own("bruno"), rows)
    with serving("adjudicate", str(corpus.root)) as (_, address):
        opened(browser, address)
        settled(browser, "!!document.querySelector('#cases li')")
        title = browser.title
        _keys(browser, "f", "e")
        verify_inert(browser, title)
        verify_pages_requests(browser, address)
        texts = shown(browser)
        assert lacking(texts, PAYLOADS) == []
        assert any(NOTE in text for text in texts)
        assert any(LABEL in text for text in texts)


def _keys(driver, *keys):
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.keys import Keys

    for key in keys:
        ActionChains(driver, duration=0).send_keys(getattr(Keys, key.upper(), key)).perform()
        settled(driver, "true")
