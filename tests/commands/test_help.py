"""Every command's help has an example that is one; what reports has --json; options mean one thing."""

import inspect
import re
import shlex
from typing import get_type_hints

import pytest
import typer

from harness.cli import app

REPORTING = (
    *("init", "check", "run", "score", "compare", "leaderboard", "verify", "power", "predict", "export"),
    *("list", "describe", "doctor", "annotate-check", "annotate-add", "annotate-agree"),
    *("annotate-suggest", "annotate-export", "annotate-import"),
)
"""What answers with facts. `report` has --format json, `schema` is JSON, the others talk with a person."""
ENDINGS = ["init", "check", "run", "verify", "predict", "doctor", "annotate-check"]
"""Commands whose exit code says more than that they are done."""


def every_command():
    """Return each command by its name, those of a group as group-name."""
    top = typer.main.get_command(app)
    found = {}
    for name, command in top.commands.items():
        inner = getattr(command, "commands", None)
        found |= {f"{name}-{k}": v for k, v in inner.items()} if inner else {name: command}
    return found


COMMANDS = every_command()


def options(command):
    return {name for p in command.params for name in p.opts if name.startswith("--")}


def example(command):
    """Return the words of the example after `harness`, up to a redirection."""
    [line] = re.findall(r"^Example: harness (.*)$", command.help, re.MULTILINE)
    return shlex.split(line.partition(" > ")[0])


def test_all_commands_are_found():
    assert {"run", "list", "annotate-agree"} <= set(COMMANDS)
    assert len(COMMANDS) > 20


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_has_an_example_in_a_paragraph_of_its_own_that_can_be_parsed(name):
    command = COMMANDS[name]
    paragraphs = command.help.split("\n\n")
    assert paragraphs[-1].startswith(f"Example: harness {name.replace('-', ' ', name.count('annotate-'))}")
    words = example(command)[1 + name.startswith("annotate-") :]
    command.make_context(name, words, resilient_parsing=False)


@pytest.mark.parametrize("name", COMMANDS)
def test_lines_of_the_help_that_are_shown_as_they_stand_fit_80_columns(name):
    for paragraph in COMMANDS[name].help.split("\n\n"):
        lines = paragraph.splitlines()
        assert len(lines) == 1 or max(map(len, lines)) <= 78


def test_what_reports_something_has_json_and_nothing_else_has():
    assert {name for name, command in COMMANDS.items() if "--json" in options(command)} == set(REPORTING)


def test_commands_whose_exit_code_says_something_say_what():
    assert [name for name in COMMANDS if "Exit code" in COMMANDS[name].help] == ENDINGS


def test_an_option_of_one_name_has_one_type_in_all_commands():
    types = {}
    for command in COMMANDS.values():
        hints = get_type_hints(inspect.unwrap(command.callback))
        for p in command.params:
            for name in p.opts:
                types.setdefault(name, set()).add(
                    re.sub(r"<class '(.*)'>| \| None", r"\1", str(hints[p.name]))
                )
    several = {name: found for name, found in types.items() if len(found) > 1 and name.startswith("--")}
    assert several == {}
    assert types["--json"] == {"bool"}


def test_every_option_and_argument_is_explained():
    silent = [(n, p.name) for n, c in COMMANDS.items() for p in c.params if not p.help]
    assert silent == []


def test_an_option_is_written_in_small_letters_with_hyphens():
    for command in COMMANDS.values():
        for name in options(command):
            assert re.fullmatch(r"--[a-z]+(-[a-z]+)*", name), name
