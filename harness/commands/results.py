"""``harness report``, ``compare``, ``leaderboard`` and ``verify``: what is done with finished runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from harness import completion
from harness.commands.options import Jobs, Json, RunFolder, TableForm


def report(
    run_folder: RunFolder,
    form: Annotated[
        str,
        typer.Option(
            "--format",
            help="md, html, latex, csv, json or parquet",
            autocompletion=completion.one_of("md", "html", "latex", "csv", "json", "parquet"),
        ),
    ] = "md",
    out: Annotated[Path | None, typer.Option(help="write here instead of to the terminal")] = None,
) -> None:
    """Write a run's report again in another format.

    Example: harness report runs/baseline/0123456789abcdef --format latex
    """
    from harness.errors import InputError
    from harness.evaluation import rescore
    from harness.report import render
    from harness.textfile import read_text, write_bytes

    done = rescore(run_folder)
    text = render(
        form,
        done.record,
        done.scores,
        config_yaml=read_text(run_folder / "config.yaml"),
        manifest=done.manifest,
    )
    data = text if isinstance(text, bytes) else text.encode("utf-8")
    if out is not None:
        write_bytes(out, data)
    elif isinstance(text, bytes):
        raise InputError(f"{form} is not text", hint="give --out FILE")
    else:
        typer.echo(text, nl=not text.endswith("\n"))


def compare(
    runs: Annotated[
        list[Path],
        typer.Argument(
            metavar="RUN RUN...",
            help="two runs or more; the first is the base",
            autocompletion=completion.run_folders,
        ),
    ],
    metric: Annotated[
        str | None,
        typer.Option(help="instead of the run's primary metric", autocompletion=completion.metrics),
    ] = None,
    changed: Annotated[
        bool, typer.Option("--changed", help="list the statements gained and lost, as --format always does")
    ] = False,
    form: TableForm = None,
    as_json: Json = False,
) -> None:
    """Compare finished runs of the same data: paired by statement, clustered by statement group.

    Example: harness compare runs/baseline/0123456789abcdef runs/mine/fedcba9876543210
    """
    from harness.answers import answer, only_one
    from harness.comparison import compare_runs
    from harness.evaluation import rescore
    from harness.report.paired import comparison_section

    only_one(as_json, form)
    paired = compare_runs([rescore(run) for run in runs], metric)
    if as_json:
        answer(runs=runs, comparisons=[{"comparison": p.comparison, "changed": p.flips} for p in paired])
    else:
        on_screen = form is None
        section = comparison_section(paired, brief=on_screen, changed=changed or not on_screen)
        show_section(section, form)


def leaderboard(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="a folder with runs anywhere below it")
    ] = Path("runs"),
    signatures: Annotated[
        bool, typer.Option("--signatures", help="show each model's signature, as --format always does")
    ] = False,
    form: TableForm = None,
    as_json: Json = False,
) -> None:
    """Rank the models of all runs in tie groups: within a group nothing can be told apart from its best.

    Example: harness leaderboard runs --format md
    """
    from harness.answers import answer, only_one
    from harness.ranking import boards
    from harness.report.boards import board_section

    only_one(as_json, form)
    found = boards(folder)
    if as_json:
        answer(boards=found)
    else:
        show_section(board_section(found, signed=signatures or form is not None), form)


def verify(run_folder: RunFolder, jobs: Jobs = 0, as_json: Json = False) -> None:
    """Run RUN's stored configuration again in a scratch folder and compare, byte by byte.

    Exit code 0: identical; 1: something differs, and what; 2: RUN cannot be run again.

    Example: harness verify runs/baseline/0123456789abcdef
    """
    from harness.answers import answer
    from harness.console import progress_of
    from harness.verification import verify as repeat

    with progress_of() as (planned, progress):
        verdict = repeat(run_folder, jobs=jobs, planned=planned, progress=progress)
    if as_json:
        answer(run=run_folder, identical=verdict.identical, files=verdict.files, reasons=verdict.reasons)
    elif verdict.identical:
        typer.echo("identical")
    else:
        typer.echo(f"differs: {', '.join(verdict.files)}")
        for reason in verdict.reasons:
            typer.echo(f"  {reason}")
    raise typer.Exit(0 if verdict.identical else 1)


def show_section(section: Any, form: str | None) -> None:
    """Print a section of tables, on the terminal or in a format."""
    from harness.console import console
    from harness.report.boards import render_section
    from harness.report.terminal import print_section

    if form is None:
        print_section(section, console())
    else:
        typer.echo(render_section(form, section), nl=False)
