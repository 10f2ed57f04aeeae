"""What a stranger wrote is shown on a terminal and does not steer it."""

import io
import json
import os
import pty
import subprocess
import sys

import pytest

from harness.screen import Screen, guarded, visible

CLEAR, TITLE, CLIPBOARD = "\x1b[2J", "\x1b]0;title\x07", "\x1b]52;c;aGFybQ==\x07"
ORDERS = f"{CLEAR}{TITLE}{CLIPBOARD}\x9b2J\x08\x08\r\u202egpj.exe"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain\ttext\nof two lines é 🙂 שלום", "plain\ttext\nof two lines é 🙂 שלום"),
        ("\x1b[2J", "\\x1b[2J"),
        ("\x9b2J", "\\x9b2J"),
        ("a\rb\x08\x7f\x00", "a\\rb\\x08\\x7f\\x00"),
        ("\u202egpj.exe\u2066", "\\u202egpj.exe\\u2066"),
        ("one\u2028two", "one\\u2028two"),
    ],
)
def test_characters_that_steer_are_written_out(text, shown):
    assert visible(text) == shown


def test_a_screen_lets_colours_pass_and_nothing_else():
    below = io.StringIO()
    assert Screen(below).write(f"\x1b[1;31mred\x1b[0m {CLEAR}") == len(f"\x1b[1;31mred\x1b[0m {CLEAR}")
    assert below.getvalue() == "\x1b[1;31mred\x1b[0m \\x1b[2J"


def test_a_file_gets_the_bytes_as_they_are():
    assert guarded(below := io.StringIO()) is below


def on_terminal(*command):
    """Run a command whose output is a terminal; return what that was sent."""
    ours, its = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "100"}
    process = subprocess.Popen(
        [sys.executable, "-m", "harness", *map(str, command)],
        stdin=subprocess.DEVNULL,
        stdout=its,
        stderr=its,
        env=environment,
    )
    os.close(its)
    said = b""
    try:
        while piece := os.read(ours, 65536):
            said += piece
    except OSError:
        pass  # the other end is closed
    process.wait()
    os.close(ours)
    return said.decode("utf-8", "replace")


@pytest.fixture
def hostile(small_corpus):
    """A table whose ids, labels and texts hold orders to a terminal, and a run over it."""
    rows = [
        {"id": f"{i}{ORDERS}", "text": f"words {i % 5} {ORDERS}", "label": f"{'ab'[i % 2]}{ORDERS}"}
        for i in range(24)
    ]
    path = small_corpus.root / "t.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    data = {"file": "t.jsonl", "columns": {"id": "id", "text": "text", "label": "label"}}
    splits = [{"type": "stratified-group-k-fold", "folds": 2, "repeats": 1}]
    return small_corpus.config(data=data, splits=splits)


def test_no_order_in_data_reaches_the_terminal(hostile, small_corpus):
    """Of a run, its report, and errors about the same data."""
    said = on_terminal("run", hostile)
    assert "macro" in said
    run = next((small_corpus.root / "runs" / "small").glob("*"))
    said += on_terminal("report", run)
    wrong = small_corpus.root / "mine.jsonl"
    row = {"id": f"unknown {ORDERS}", "predicted": ORDERS}
    wrong.write_text(json.dumps(row) + "\n", encoding="utf-8")
    said += on_terminal("score", "--predictions", wrong, "--config", hostile)
    assert "unknown" in said
    for order in (CLEAR, TITLE, CLIPBOARD, "\x9b", "\x08", "\u202e", "\x1b]"):
        assert order not in said, repr(order)


def test_an_error_in_a_log_is_harmless_as_well(small_corpus, run_cli):
    ended = run_cli("check", small_corpus.config(name=f"a{CLEAR}.yaml", seed="x"))
    assert ended.code == 2
    assert CLEAR not in ended.err
    assert "\\x1b[2J.yaml" in ended.err
