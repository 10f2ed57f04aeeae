"""``harness list``, ``describe``, ``schema`` and ``doctor``: what there is to name, and what is installed."""

from __future__ import annotations

from typing import Annotated

import typer

from harness import completion
from harness.commands.options import Json


def list_(
    what: Annotated[
        str,
        typer.Argument(
            help="models, splits, metrics or configs",
            show_default=False,
            autocompletion=completion.one_of("models", "splits", "metrics", "configs"),
        ),
    ],
    as_json: Json = False,
) -> None:
    """List what configurations can name.

    Example: harness list splits
    """
    from harness.answers import answer
    from harness.catalogue import rows
    from harness.console import print_rows

    found = rows(what)
    if as_json:
        answer(kind=what, entries=[{"name": name, "summary": text} for name, text in found])
    else:
        print_rows(found)


def describe(
    name: Annotated[
        str,
        typer.Argument(
            help="a model, split, metric or problem code", show_default=False, autocompletion=completion.names
        ),
    ],
    as_json: Json = False,
) -> None:
    """Say what one model, split, metric or problem code is, with its parameters.

    Example: harness describe tfidf-svm
    """
    from harness.answers import answer
    from harness.catalogue import description

    text = description(name)
    if as_json:
        answer(name=name, text=text)
    else:
        typer.echo(text)


def doctor(as_json: Json = False) -> None:
    """Say what this installation has, what it lacks, and the command that gets it.

    Exit code 0: all that is needed is there; 1: something is wrong.

    Example: harness doctor
    """
    from harness.answers import answer
    from harness.doctor import examine, healthy

    findings = examine()
    if as_json:
        answer(healthy=healthy(findings), findings=findings)
    else:
        from harness.console import print_findings

        print_findings(findings)
    raise typer.Exit(0 if healthy(findings) else 1)


def schema() -> None:
    """Print the JSON Schema of configurations, for completion in editors.

    Example: harness schema > configs/schema.json
    """
    from harness.answers import print_json
    from harness.config_schema import json_schema
    from harness.textfile import to_json

    print_json(to_json(json_schema(), indent=1))
