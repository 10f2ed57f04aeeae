"""``harness init``: a new benchmark."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from harness.commands.options import Json


def init(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="a new or an empty folder", show_default=False)
    ],
    labels: Annotated[
        str, typer.Option(metavar="NAME,NAME...", help="your labels, in the order of every table")
    ] = "for,against,unclear",
    as_json: Json = False,
) -> None:
    """Make a new benchmark in DIR: your labels, and an invented example that runs as it is.

    The example is three short articles with 19 annotated statements; its
    README.md says how to go on. Its annotations are written with your labels: a
    label called for, against or unclear keeps its place, the others take the
    places that are left, in order.

    Exit code 2: DIR holds something, or the labels cannot be; nothing is written.

    Example: harness init my-study --labels pro,contra,unclear
    """
    from harness.answers import answer
    from harness.starter.benchmark import start_benchmark
    from harness.starter.labels import labels_from

    made = start_benchmark(folder, labels_from(labels))
    if as_json:
        answer(
            folder=made.folder,
            labels=made.labels.names,
            stands_for=made.labels.stands_for,
            articles=made.articles,
            statements=made.statements,
            files=made.files,
        )
        return
    typer.echo(f"made {folder}: {made.articles} articles and {made.statements} statements, all invented")
    for old, new in made.labels.stands_for.items():
        if new != old:
            placed = f"are labelled '{new}'" if new else "have no label and are not scored"
            typer.echo(f"  statements that are '{old}' in the example {placed}")
    for name in made.labels.unused:
        typer.echo(f"  no statement of the example has the label '{name}'")
    inside = "" if folder.resolve() == Path.cwd() else f"cd {shlex.quote(str(folder))} && "
    typer.echo(f"next: {inside}harness run configs/baseline.yaml")
