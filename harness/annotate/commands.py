"""The commands below ``harness annotate``; each imports what it needs inside itself."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="From a new article to validated, double-annotated gold.")

Corpus = Annotated[Path, typer.Option("--corpus", help="the folder with seeds/ and annotations/")]
CorpusArgument = Annotated[Path, typer.Argument(help="the folder with seeds/ and annotations/")]


@app.command()
def check(path: CorpusArgument = Path()) -> None:
    """List every problem of a corpus; the same as harness check.

    Example: harness annotate check .
    """
    from harness.checks import check_corpus
    from harness.console import print_problems

    problems = check_corpus(path)
    print_problems(problems, f"{path}: ")
    raise typer.Exit(1 if problems else 0)


@app.command()
def agree(path: CorpusArgument = Path()) -> None:
    """Print the agreement of every two annotators, from their untouched files.

    Example: harness annotate agree .
    """
    from harness.annotate.agreement import agreement_table
    from harness.checks import load_corpus

    typer.echo(agreement_table(load_corpus(path)))
