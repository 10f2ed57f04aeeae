"""``harness predict``: labels for new statements."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from harness import completion
from harness.commands.options import Jobs, RunFolder, Where


def predict(
    run_folder: RunFolder,
    source: Annotated[
        str,
        typer.Argument(
            metavar="INPUT",
            help="JSONL, CSV, TSV or Parquet; a folder or 'pattern' of such parts; - for JSONL on stdin",
            show_default=False,
        ),
    ],
    model: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="which of the run's models; may be left out for one",
            autocompletion=completion.models_of_run,
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="a .jsonl, .csv or .parquet file instead of JSONL on stdout; a folder for parts"),
    ] = None,
    form: Annotated[
        str | None,
        typer.Option(
            "--format",
            help="of the labels of parts: jsonl, csv or parquet",
            autocompletion=completion.one_of("jsonl", "csv", "parquet"),
        ),
    ] = None,
    batch: Annotated[int, typer.Option(min=1, help="rows that are labelled and kept together")] = 4096,
    jobs: Jobs = 0,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="train again and begin anew, whatever is stored")
    ] = False,
    executor: Where = None,
    as_json: Annotated[
        bool,
        typer.Option("--json", help="print one JSON object, for programs (docs/json.md); with --out"),
    ] = False,
) -> None:
    """Label new statements with a model of a finished RUN, trained on all of the run's gold statements.

    INPUT has the parts of a statement that the model is shown and, optionally, an
    id in each row. Interrupted, the same command goes on where it stopped.

    Exit code 0: all rows are read, also those that got no label; 2: wrong input.

    Example: harness predict runs/baseline/0123456789abcdef new.jsonl --model svm --out labels.jsonl
    """
    from harness.answers import answer
    from harness.errors import InputError
    from harness.execution import execution_of
    from harness.labelling.job import Job, label
    from harness.labelling.parts import has_parts
    from harness.labelling.parts_job import PartsJob, label_parts
    from harness.labelling.progress import labelling_progress
    from harness.labelling.run_model import run_model
    from harness.report.digits import counted

    if as_json and out is None:
        raise InputError("--json is a summary, and without --out the labels are on stdout", hint="give --out")
    execution = execution_of(executor or "local")
    whole = has_parts(source) and out is not None
    if not whole and (form or executor or has_parts(source)):
        hint = "give a folder or pattern, and --out FOLDER; one file is labelled here, by --jobs processes"
        raise InputError("--format, --executor, folders and patterns are for parts", hint=hint)
    with labelling_progress() as (say, told):
        found = run_model(run_folder, model)
        if whole and out is not None:
            parts = PartsJob(source, out, batch, jobs, fresh, form, execution)
            done = label_parts(found, parts, say=say, told=told)
        else:
            done = label(found, Job(source, out, batch, jobs, fresh), say=say, told=told)
    if as_json:
        counts = {"rows": done.rows, "earlier": done.earlier, "unlabelled": done.unlabelled}
        answer(out=out, **counts, seconds=done.seconds)
        return
    before = f" ({done.earlier:,} of them before)" if done.earlier else ""
    rows = counted(done.rows, "statement")
    text = f"{rows}{before} in {done.seconds:.1f} s, {done.unlabelled:,} without a label"
    typer.echo(text, err=True)
