"""``harness export``: data and folds for other tools."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from harness import completion
from harness.commands.options import ConfigPath, Json, Settings


def export(
    config: ConfigPath,
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="a new folder for the files", show_default=False)
    ],
    form: Annotated[
        str,
        typer.Option(
            "--to",
            "--format",
            help="hf, csv, jsonl, parquet, lm-eval or inspect",
            autocompletion=completion.one_of("hf", "csv", "jsonl", "parquet", "lm-eval", "inspect"),
        ),
    ],
    settings: Settings = None,
    replace: Annotated[bool, typer.Option("--replace", help="write over an earlier export")] = False,
    as_json: Json = False,
) -> None:
    """Write the data and folds of CONFIG for other tools; nothing is fitted.

    Example: harness export configs/baseline.yaml --to hf exported
    """
    from harness.answers import answer
    from harness.config import load_config
    from harness.errors import said_by
    from harness.export.formats import export as write

    with said_by(config):
        paths = write(load_config(config, settings or ()), form, folder, replace=replace)
    if as_json:
        answer(folder=folder, files=list(paths))
    else:
        typer.echo(f"{len(paths)} files in {folder}")
