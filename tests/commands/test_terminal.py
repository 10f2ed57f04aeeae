"""What a terminal shows more than a pipe is colour and a bar, and neither says anything alone."""

import os
import re
import subprocess
import sys

import pytest

pty = pytest.importorskip("pty", reason="the system has no pseudo-terminals")
STYLE = re.compile(r"\x1b\[([0-9;]*)m")
COLOUR = re.compile(r"(^|;)(3[0-8]|4[0-8]|9[0-7]|10[0-7])(;|$)")


def on_terminal(*arguments, cwd, **environment):
    """Return what a command writes to a terminal of 100 columns, standard output and errors together."""
    inner, outer = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "100", "LINES": "40", **environment}
    command = [sys.executable, "-m", "harness", *map(str, arguments)]
    process = subprocess.Popen(command, stdin=outer, stdout=outer, stderr=outer, cwd=cwd, env=environment)
    os.close(outer)
    parts = []
    while True:
        try:
            part = os.read(inner, 65536)
        except OSError:  # the last writer is gone
            break
        if not part:
            break
        parts.append(part)
    os.close(inner)
    assert process.wait(timeout=60) == 0
    return b"".join(parts).decode("utf-8")


def test_a_terminal_without_colour_gets_none_and_a_pipe_gets_the_same_words(small_corpus, tmp_path):
    config = small_corpus.config()
    shown = on_terminal("run", config, cwd=tmp_path, NO_COLOR="1")
    assert "fitting" in shown or "%" in shown or "━" in shown, "a bar is there"
    assert not [style for style in STYLE.findall(shown) if COLOUR.search(style)]
    piped = subprocess.run(
        [sys.executable, "-m", "harness", "run", str(config)],
        capture_output=True,
        env={**os.environ, "COLUMNS": "100"},
        cwd=tmp_path,
        check=True,
    )
    assert b"\x1b" not in piped.stdout + piped.stderr
    assert b"\r" not in piped.stderr.replace(b"\r\n", b"\n"), "no bar in a pipe"
    words = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown).replace("\r", "")
    for line in piped.stdout.decode("utf-8").splitlines():
        assert line.rstrip() in words
