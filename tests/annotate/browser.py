"""A headless browser and a server of one's own, for the tests of the page."""

import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager

import pytest

BROWSER, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")


def server(root, annotator="carla", *options):
    """Serve a corpus to an annotator; see :func:`serving`."""
    return serving("serve", "--annotator", annotator, "--corpus", str(root), *options)


@contextmanager
def serving(*command):
    """Serve a page in a process of its own; gives the process and the address with its token."""
    process = subprocess.Popen(
        [sys.executable, "-m", "harness", "annotate", *command, "--no-browser"],
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    try:
        address = process.stdout.readline().strip()
        assert address.startswith("http://127.0.0.1:"), f"the server said {address!r}"
        yield process, address
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@contextmanager
def chromium(width=1280, height=900):
    """Start headless Chromium; on a machine without it the test is skipped, in CI it fails."""
    if BROWSER is None or DRIVER is None:
        message = "chromium or chromedriver is missing: apt-get install chromium chromium-driver"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(message)
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        options = webdriver.ChromeOptions()
        options.binary_location = BROWSER
        for flag in (
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--no-first-run",
            f"--user-data-dir={profile}",
            f"--window-size={width},{height}",
        ):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        driver = webdriver.Chrome(options=options, service=Service(DRIVER))
        try:
            driver.set_script_timeout(60)
            driver.set_page_load_timeout(60)
            yield driver
        finally:
            driver.quit()
