"""``harness check``: every problem of a corpus or a configuration."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness import completion
from harness.commands.options import Json

if TYPE_CHECKING:
    from harness.errors import Problem


def check(
    path: Annotated[
        Path,
        typer.Argument(help="a corpus folder or a configuration", autocompletion=completion.configs),
    ] = Path(),
    as_json: Json = False,
) -> None:
    """List every problem of a corpus or configuration, with file, line and code.

    Exit code 0: none; 1: the corpus has problems; 2: the configuration has.

    Example: harness check .
    """
    from harness.answers import answer
    from harness.console import print_problems

    problems, notes, size = _found(path)
    if as_json:
        answer(path=path, problems=problems, notes=notes)
    else:
        for note in notes:
            typer.echo(f"{path}: note: {note}")
        if size and not problems:
            typer.echo(f"{path}: no problems in {size} runs")
        else:
            print_problems(problems, f"{path}: ")
    raise typer.Exit(1 if problems else 0)


def _found(path: Path) -> tuple[list[Problem], list[str], int]:
    """Return the problems of a corpus, the notes of a configuration, and the runs of a sweep.

    Raises
    ------
    HarnessError
        The configuration has problems.
    """
    from harness.checks import check_corpus
    from harness.errors import said_by

    if path.is_dir():
        return check_corpus(path), [], 0
    from harness.config import load_config
    from harness.plan import make_plan
    from harness.run_config import Data
    from harness.sweep import load_sweep

    sweep = load_sweep(path)
    if sweep is not None:
        from harness.sweep_run import plan_sweep

        return [], [], len(plan_sweep(sweep).plans)
    config = load_config(path)
    problems = check_corpus(Path(config.data.corpus)) if isinstance(config.data, Data) else []
    if problems:
        return problems, [], 0
    with said_by(path):
        plan = make_plan(config)
    return [], list(plan.identity.get("notes", ())), 0
