"""Arguments and options that several commands have: one name, one meaning."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from harness import completion

ConfigPath = Annotated[
    Path,
    typer.Argument(
        metavar="CONFIG",
        help="a configuration, such as configs/baseline.yaml",
        show_default=False,
        autocompletion=completion.configs,
    ),
]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="change one setting, such as seed=1; repeatable"),
]
RunFolder = Annotated[
    Path,
    typer.Argument(
        metavar="RUN", help="a run's folder", show_default=False, autocompletion=completion.run_folders
    ),
]
Jobs = Annotated[int, typer.Option(min=0, help="processes; 0 takes as many as pay off")]
Where = Annotated[
    str | None,
    typer.Option(
        metavar="WHERE",
        help="where it is computed: local, dask, or dask=ADDRESS of a scheduler",
        autocompletion=completion.one_of("local", "dask"),
    ),
]
TableForm = Annotated[
    str | None,
    typer.Option(
        "--format",
        help="md, latex, csv or html instead of a table",
        autocompletion=completion.one_of("md", "latex", "csv", "html"),
    ),
]
Json = Annotated[bool, typer.Option("--json", help="print one JSON object, for programs (docs/json.md)")]
