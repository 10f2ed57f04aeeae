"""Reference of the commands, from the command line's own definitions."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Any

import typer

from harness.cli import app
from website.tables import table

HEAD = """# Commands

Every command, argument and option; `harness COMMAND --help` prints the same. Messages for people go to standard error,
results to standard output.

## Exit codes {#exit-codes}

| code | meaning |
|---|---|
| 0 | done |
| 1 | the run failed, a check found problems, or a verification found differences |
| 2 | wrong usage, configuration or input, such as wrong rows of a table: the message names the file, the line and the remedy |
| 130 | interrupted; what is finished is kept, and the same command goes on from there |
"""

KIND = re.compile(r"<([^<>]+)>")


def page() -> str:
    """Return the page."""
    return "\n".join([HEAD, *(_command(name, command) for name, command in commands())])


def commands() -> Iterator[tuple[str, Any]]:
    """Yield every command with its full name, groups of commands opened."""
    yield from _below("harness", typer.main.get_command(app))


def _below(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    inner = getattr(command, "commands", None)
    if inner is None:
        yield name, command
        return
    for key, one in inner.items():
        if not one.hidden:
            yield from _below(f"{name} {key}", one)


def _command(name: str, command: Any) -> str:
    context = command.make_context(name, [], resilient_parsing=True)
    shown = [p for p in command.params if not getattr(p, "hidden", False)]
    arguments = {_placed(p, context): p for p in shown if p.param_type_name == "argument"}
    options = [p for p in shown if p.param_type_name == "option"]
    usage = " ".join([name, *(["[OPTIONS]"] if options else []), *arguments])
    parts = [f"## `{name}` {{#{name.replace(' ', '-')}}}\n", f"```text\n{usage}\n```\n", _help(command)]
    if arguments:
        rows = [(f"`{said}`", _about(p), _default(p, context)) for said, p in arguments.items()]
        parts.append(table(("argument", "what it is", "default"), rows))
    if options:
        rows = [(f"`{_said(p, context)}`", _about(p), _default(p, context)) for p in options]
        parts.append(table(("option", "what it does", "default"), rows))
    return "\n".join(parts)


def _placed(argument: Any, context: Any) -> str:
    """Return an argument as a line of usage has it: what may be left out stands in brackets."""
    said = " ".join(argument.get_usage_pieces(context)).strip("[]{}").upper()
    return said if argument.required else f"[{said}]"


def _said(option: Any, context: Any) -> str:
    """Return an option's names with what follows them, as the help has it."""
    record = option.get_help_record(context)
    said = str(record[0]) if record else ", ".join(option.opts)
    return KIND.sub(lambda kind: kind[1].removesuffix(" range").upper().replace("INT", "N"), said)


def _help(command: Any) -> str:
    """Return the help as Markdown, its examples as code."""
    out = []
    for paragraph in inspect.cleandoc(command.help or "").replace("\b", "").split("\n\n"):
        before, example, after = paragraph.partition("Example: ")
        if before.strip():
            out.append(before.strip())
        if example:
            out.append("```sh\n" + after.strip() + "\n```")
    return "\n\n".join(out) + "\n"


def _about(parameter: Any) -> str:
    return str(getattr(parameter, "help", "") or "")


def _default(parameter: Any, context: Any) -> str:
    if parameter.required:
        return "required"
    value = parameter.get_default(context)
    empty = value is None or value is False or value in ((), [])
    return "" if empty or callable(value) else f"`{value}`"
