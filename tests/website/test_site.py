"""The built site: strict, whole, and read from a folder without asking the network for anything."""

import json
import os
import subprocess
import sys
from urllib.parse import unquote, urlsplit

import pytest

from tests.annotate.browser import chromium
from website.links import PAGES, ROOT
from website.reference import GENERATED

pytest.importorskip("mkdocs", reason="the extra docs is not installed")
pytest.importorskip("mkdocstrings", reason="the extra docs is not installed")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Build the site once; every warning of mkdocs is an error."""
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder


def html(page):
    return page.removesuffix("README.md") + "index.html" if page.endswith("README.md") else page[:-2] + "html"


def test_every_document_and_every_generated_page_is_built_and_in_the_navigation(site):
    pages = [p.relative_to(ROOT / "docs").as_posix() for p in (ROOT / "docs").rglob("*.md")]
    front = (site / "index.html").read_text(encoding="utf-8")
    for page in [*pages, *GENERATED, *PAGES.values()]:
        assert (site / html(page)).is_file(), page
        assert f'href="{html(page)}"' in front, f"{page} is not in the navigation"


def test_the_site_holds_no_working_files(site):
    assert not (site / "tutorial").exists()
    assert not list(site.rglob("*.md"))


def requested(driver):
    """Return what pages asked for since the last call."""
    events = [json.loads(entry["message"])["message"] for entry in driver.get_log("performance")]
    return [e["params"]["request"]["url"] for e in events if e["method"] == "Network.requestWillBeSent"]


@pytest.fixture(scope="module")
def browser():
    """Start one browser for all tests, without what its own first page asks for."""
    with chromium() as driver:
        driver.get("about:blank")
        driver.get_log("performance")
        yield driver


PAGES_PROBED = ("index.html", "statistics.html", "reference/commands.html", "reference/python.html")


@pytest.mark.parametrize("page", PAGES_PROBED)
@pytest.mark.parametrize("width", [1280, 400])
def test_a_page_asks_for_files_of_its_folder_alone_and_is_no_wider_than_the_screen(
    site, browser, page, width
):
    screen = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
    browser.get((site / page).as_uri())
    asked = [url for url in requested(browser) if not url.startswith(("data:", "blob:"))]
    assert (site / page).as_uri() in asked, "the log has the page itself"
    outside = [url for url in asked if not unquote(urlsplit(url).path).startswith(str(site))]
    assert outside == []
    assert {urlsplit(url).scheme for url in asked} == {"file"}
    assert [e["message"] for e in browser.get_log("browser") if e["level"] == "SEVERE"] == []
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width


def test_search_finds_words_in_a_folder_without_a_server(site, browser):
    from selenium.webdriver.support.wait import WebDriverWait

    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    browser.get((site / "index.html").as_uri())
    browser.find_element("css selector", "input.md-search__input").send_keys("jackknife")
    hit = ".md-search-result__item a[href*='statistics.html']"
    WebDriverWait(browser, 30).until(lambda d: d.find_elements("css selector", hit))
    assert all(urlsplit(url).scheme != "https" for url in requested(browser))
