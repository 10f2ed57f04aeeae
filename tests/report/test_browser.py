"""The page in a real browser: pictures of it, no error on the console, no request to anything."""

import json
import os
import shutil
import struct
import subprocess
import zlib
from urllib.parse import urlsplit

import pytest

from harness.report import render

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--hide-scrollbars",
    "--enable-logging=stderr",
)

BROWSERS_OWN = {"accounts.google.com", "www.google.com", "update.googleapis.com", "clients2.google.com"}
"""Hosts that Chromium itself looks up at its start, whatever the page."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(BROWSER is None and not os.environ.get("CI"), reason="no Chromium"),
]


@pytest.fixture
def page(record, full, manifest):
    return render("html", record, full, config_yaml="name: baseline\n", manifest=manifest)


def colours(png):
    """Return width, height and the set of colours of every tenth row of an 8-bit PNG without palette."""
    width, height, depth, kind = struct.unpack(">IIBB", png[16:26])
    assert depth == 8
    size = {2: 3, 6: 4}[kind]
    data, at = b"", 8
    while at < len(png):
        length = struct.unpack(">I", png[at : at + 4])[0]
        if png[at + 4 : at + 8] == b"IDAT":
            data += png[at + 8 : at + 8 + length]
        at += 12 + length
    raw, stride, found = zlib.decompress(data), width * size + 1, set()
    for y in range(0, height, 10):
        found.update(raw[y * stride + 1 + x : y * stride + 1 + x + size] for x in range(0, stride - 1, size))
    return width, height, found


@pytest.mark.parametrize("width", [1280, 400])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_draws_in_both_themes_and_widths_without_error_or_request(page, tmp_path, width, theme):
    assert BROWSER is not None, "CI installs Chromium"
    path, picture, log = tmp_path / "report.html", tmp_path / "page.png", tmp_path / "net.json"
    path.write_text(page, encoding="utf-8")
    dark = ["--blink-settings=preferredColorScheme=0"] if theme == "dark" else []
    done = subprocess.run(
        [
            BROWSER,
            *FLAGS,
            *dark,
            f"--window-size={width},1600",
            f"--user-data-dir={tmp_path / 'profile'}",
            f"--log-net-log={log}",
            f"--screenshot={picture}",
            path.as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert ":CONSOLE" not in done.stderr
    found_width, height, found = colours(picture.read_bytes())
    assert (found_width, height) == (width, 1600)
    assert len(found) > 20  # something is drawn
    events = json.loads(log.read_text(encoding="utf-8", errors="replace"))["events"]
    urls = {e["params"]["url"] for e in events if "url" in e.get("params", {})}
    asked = {urlsplit(u).hostname for u in urls if u.startswith(("http:", "https:", "ws:", "wss:"))}
    assert asked <= BROWSERS_OWN


def test_a_page_that_does_ask_for_something_is_caught(tmp_path):
    """The same reading of the log finds a request, so the test above could fail."""
    assert BROWSER is not None, "CI installs Chromium"
    path, log = tmp_path / "evil.html", tmp_path / "net.json"
    path.write_text("<img src='http://127.0.0.1:9/x.png'>", encoding="utf-8")
    command = [
        BROWSER,
        *FLAGS,
        f"--user-data-dir={tmp_path / 'p'}",
        f"--log-net-log={log}",
        "--dump-dom",
        path.as_uri(),
    ]
    subprocess.run(command, capture_output=True, timeout=120, check=True)
    text = log.read_text(encoding="utf-8", errors="replace")
    assert "http://127.0.0.1:9/x.png" in text
