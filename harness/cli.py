"""argv -> calls -> text and exit code: the one place that prints errors and ends the process."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from harness.annotate.commands import app as annotate

app = typer.Typer(
    name="harness",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Benchmark stance classifiers on small, dependent samples, and say what the numbers can show.",
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(annotate, name="annotate")

ConfigPath = Annotated[
    Path, typer.Argument(help="a configuration, such as configs/baseline.yaml", show_default=False)
]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="change one setting, such as seed=1; repeatable"),
]

Where = Annotated[
    str | None,
    typer.Option(
        metavar="WHERE",
        help="where it is computed: local, dask, or dask=ADDRESS of a scheduler",
    ),
]


@app.command()
def run(
    config: ConfigPath,
    settings: Settings = None,
    only: Annotated[
        list[str] | None, typer.Option("--only", metavar="MODEL", help="run this model alone; repeatable")
    ] = None,
    jobs: Annotated[int, typer.Option(min=0, help="processes; 0 takes as many as pay off")] = 0,
    limit: Annotated[
        int | None, typer.Option(min=2, help="use N statements; the run is marked partial")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="say what would be done, and do nothing")
    ] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="fit everything again, whatever is stored")] = False,
    executor: Where = None,
    mlflow: Annotated[
        str | None, typer.Option(metavar="STORE", help="log to MLflow as well: a folder or a tracking URI")
    ] = None,
) -> None:
    """Train, predict, score and report what CONFIG describes.

    Example: harness run configs/baseline.yaml --set seed=1 --only svm
    """
    from harness.config import load_config
    from harness.console import console, plan_text, progress_of, say_changes, say_time
    from harness.errors import said_by
    from harness.evaluation import evaluate, only_models
    from harness.execution import execution_of
    from harness.plan import make_plan
    from harness.run_config import RunConfig
    from harness.sweep import load_sweep

    where = {} if executor is None else {"executor": execution_of(executor)}

    def changed(loaded: RunConfig) -> RunConfig:
        return only_models(loaded, only or ()).model_copy(update=where)

    sweep = load_sweep(config, settings or ())
    if sweep is not None:
        _sweep(sweep.each(changed), jobs, limit, dry_run, fresh, mlflow)
        return
    loaded = changed(load_config(config, settings or ()))
    if dry_run:
        with said_by(config):
            console().print(plan_text(make_plan(loaded, limit=limit)), highlight=False, soft_wrap=True)
        return
    with said_by(config), progress_of() as (planned, progress):
        done = evaluate(
            loaded,
            jobs=jobs,
            fresh=fresh,
            limit=limit,
            progress=progress,
            planned=planned,
            changed=say_changes,
            expected=say_time,
        )
        if mlflow is not None:
            from harness.tracking import track

            track(done, mlflow)
    _show(done)


def _sweep(sweep: Any, jobs: int, limit: int | None, dry_run: bool, fresh: bool, mlflow: str | None) -> None:
    from harness.console import counting, sweep_text
    from harness.errors import said_by
    from harness.ranking import boards_of
    from harness.report.boards import sweep_section
    from harness.sweep_run import plan_sweep, run_sweep

    with said_by(sweep.path):
        plan = plan_sweep(sweep, limit=limit)
        if dry_run:
            typer.echo(sweep_text(plan))
            return
        with counting() as (begin, progress):
            begin(sweep_text(plan), plan.tasks)
            done = run_sweep(plan, jobs=jobs, fresh=fresh, progress=progress)
            if mlflow is not None:
                from harness.tracking import track

                for run in done:
                    track(run, mlflow)
    _show_section(sweep_section(plan.name, len(done), boards_of(done)), None)
    typer.echo(f"runs: {done[0].folder.parent.parent}/{plan.name}-*")
    typer.echo(f"again: harness leaderboard {done[0].folder.parent.parent}")


@app.command()
def score(
    run_folder: Annotated[
        Path | None, typer.Argument(metavar="[RUN]", help="a run's folder", show_default=False)
    ] = None,
    predictions: Annotated[
        Path | None,
        typer.Option(
            help="another system's predictions: JSONL, CSV or Parquet with id, predicted, probabilities; "
            "or samples of lm_eval, or a log of inspect"
        ),
    ] = None,
    config: Annotated[
        Path | None, typer.Option(help="the configuration whose data and splits they are scored on")
    ] = None,
    settings: Settings = None,
    name: Annotated[str, typer.Option(help="what the results call the other system")] = "external",
) -> None:
    """Score a finished RUN again, or another system's predictions; nothing is fitted.

    Example: harness score --predictions mine.jsonl --config configs/baseline.yaml
    """
    from harness.errors import InputError

    if predictions is not None and config is not None and run_folder is None:
        from harness.config import load_config
        from harness.evaluation import evaluate, external_config

        _show(evaluate(external_config(load_config(config, settings or ()), predictions, name)))
        return
    if run_folder is None or predictions is not None or config is not None:
        raise InputError("give either a RUN, or --predictions and --config", hint="see harness score --help")
    from harness.evaluation import rescore

    _show(rescore(run_folder, write=True))


@app.command()
def predict(
    run_folder: Annotated[Path, typer.Argument(metavar="RUN", help="a run's folder", show_default=False)],
    source: Annotated[
        str,
        typer.Argument(
            metavar="INPUT",
            help="JSONL, CSV, TSV or Parquet; a folder or 'pattern' of such parts; - for JSONL on stdin",
            show_default=False,
        ),
    ],
    model: Annotated[
        str | None, typer.Option(metavar="NAME", help="which of the run's models; may be left out for one")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="a .jsonl, .csv or .parquet file instead of JSONL on stdout; a folder for parts"),
    ] = None,
    form: Annotated[
        str | None, typer.Option("--format", help="of the labels of parts: jsonl, csv or parquet")
    ] = None,
    batch: Annotated[int, typer.Option(min=1, help="rows that are labelled and kept together")] = 4096,
    jobs: Annotated[int, typer.Option(min=0, help="processes; 0 takes as many as pay off")] = 0,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="train again and begin anew, whatever is stored")
    ] = False,
    executor: Where = None,
) -> None:
    """Label new statements with a model of a finished RUN, trained on all of the run's gold statements.

    INPUT has the parts of a statement that the model is shown and, optionally, an id in each row.
    Interrupted, the same command goes on where it stopped.
    Example: harness predict runs/baseline/0123456789abcdef new.jsonl --model svm --out labels.jsonl
    """
    from harness.errors import InputError
    from harness.execution import execution_of
    from harness.labelling.job import Job, label
    from harness.labelling.parts import has_parts
    from harness.labelling.parts_job import PartsJob, label_parts
    from harness.labelling.progress import labelling_progress
    from harness.labelling.run_model import run_model
    from harness.report.digits import counted

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
    before = f" ({done.earlier:,} of them before)" if done.earlier else ""
    rows = counted(done.rows, "statement")
    text = f"{rows}{before} in {done.seconds:.1f} s, {done.unlabelled:,} without a label"
    typer.echo(text, err=True)


@app.command()
def check(
    path: Annotated[Path, typer.Argument(help="a corpus folder or a configuration")] = Path(),
) -> None:
    """List every problem of a corpus or configuration, with file, line and code.

    Exit code 0: none; 1: the corpus has problems; 2: the configuration has. Example: harness check .
    """
    from harness.checks import check_corpus
    from harness.console import print_problems
    from harness.errors import said_by

    if path.is_dir():
        problems = check_corpus(path)
        print_problems(problems, f"{path}: ")
        raise typer.Exit(1 if problems else 0)
    from harness.config import load_config
    from harness.plan import make_plan
    from harness.run_config import Data
    from harness.sweep import load_sweep

    sweep = load_sweep(path)
    if sweep is not None:
        from harness.sweep_run import plan_sweep

        typer.echo(f"{path}: no problems in {len(plan_sweep(sweep).plans)} runs")
        return
    config = load_config(path)
    problems = check_corpus(Path(config.data.corpus)) if isinstance(config.data, Data) else []
    if not problems:
        with said_by(path):
            plan = make_plan(config)
        for note in plan.identity.get("notes", ()):
            typer.echo(f"{path}: note: {note}")
    print_problems(problems, f"{path}: ")
    raise typer.Exit(1 if problems else 0)


@app.command()
def report(
    run_folder: Annotated[Path, typer.Argument(metavar="RUN", help="a run's folder", show_default=False)],
    form: Annotated[str, typer.Option("--format", help="md, html, latex, csv, json or parquet")] = "md",
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


@app.command()
def compare(
    runs: Annotated[
        list[Path], typer.Argument(metavar="RUN RUN...", help="two runs or more; the first is the base")
    ],
    metric: Annotated[str | None, typer.Option(help="instead of the run's primary metric")] = None,
    form: Annotated[
        str | None, typer.Option("--format", help="md, latex, csv or html instead of a table")
    ] = None,
) -> None:
    """Compare finished runs of the same data: paired by statement, clustered by statement group.

    Example: harness compare runs/baseline/0123456789abcdef runs/mine/fedcba9876543210
    """
    from harness.comparison import compare_runs
    from harness.evaluation import rescore
    from harness.report.boards import comparison_section

    _show_section(comparison_section(compare_runs([rescore(run) for run in runs], metric)), form)


@app.command()
def leaderboard(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="a folder with runs anywhere below it")
    ] = Path("runs"),
    form: Annotated[
        str | None, typer.Option("--format", help="md, latex, csv or html instead of a table")
    ] = None,
) -> None:
    """Rank the models of all runs in tie groups: within a group nothing can be told apart from its best.

    Example: harness leaderboard runs --format md
    """
    from harness.ranking import boards
    from harness.report.boards import board_section

    _show_section(board_section(boards(folder)), form)


@app.command()
def verify(
    run_folder: Annotated[Path, typer.Argument(metavar="RUN", help="a run's folder", show_default=False)],
    jobs: Annotated[int, typer.Option(min=0, help="processes; 0 takes as many as pay off")] = 0,
) -> None:
    """Run RUN's stored configuration again in a scratch folder and compare, byte by byte.

    Exit code 0: identical; 1: something differs, and what.
    Example: harness verify runs/baseline/0123456789abcdef
    """
    from harness.console import progress_of
    from harness.verification import verify as repeat

    with progress_of() as (planned, progress):
        verdict = repeat(run_folder, jobs=jobs, planned=planned, progress=progress)
    if verdict.identical:
        typer.echo("identical")
        return
    typer.echo(f"differs: {', '.join(verdict.files)}")
    for reason in verdict.reasons:
        typer.echo(f"  {reason}")
    raise typer.Exit(1)


@app.command()
def power(
    config: ConfigPath,
    difference: Annotated[
        float, typer.Option(min=0.001, max=100, help="the smallest difference that matters")
    ] = 0.1,
    settings: Settings = None,
) -> None:
    """Say how many more statements or articles a difference between models would need.

    Runs CONFIG first where it has not been run. Example: harness power configs/baseline.yaml --difference 0.1
    """
    from harness.config import load_config
    from harness.console import progress_of
    from harness.errors import InputError
    from harness.evaluation import evaluate
    from harness.sample_size import sample_size_text, sample_sizes

    with progress_of() as (planned, progress):
        done = evaluate(load_config(config, settings or ()), jobs=0, progress=progress, planned=planned)
    rows = list(sample_sizes(done.record, done.scores, difference))
    if not rows:
        raise InputError("there is only one model, so nothing to compare", hint="name two models or more")
    typer.echo(sample_size_text(done.scores, rows))


@app.command()
def export(
    config: ConfigPath,
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="a new folder for the files", show_default=False)
    ],
    form: Annotated[str, typer.Option("--to", help="hf, csv, jsonl, parquet, lm-eval or inspect")],
    settings: Settings = None,
    replace: Annotated[bool, typer.Option("--replace", help="write over an earlier export")] = False,
) -> None:
    """Write the data and folds of CONFIG for other tools; nothing is fitted.

    Example: harness export configs/baseline.yaml --to hf exported
    """
    from harness.config import load_config
    from harness.errors import said_by
    from harness.export.formats import export as write

    with said_by(config):
        paths = write(load_config(config, settings or ()), form, folder, replace=replace)
    typer.echo(f"{len(paths)} files in {folder}")


@app.command("list")
def list_(
    what: Annotated[str, typer.Argument(help="models, splits, metrics or configs")],
) -> None:
    """List what configurations can name.

    Example: harness list splits
    """
    from harness.catalogue import rows
    from harness.console import print_rows

    print_rows(rows(what))


@app.command()
def describe(name: Annotated[str, typer.Argument(help="a model, split, metric or problem code")]) -> None:
    """Say what one model, split, metric or problem code is, with its parameters.

    Example: harness describe tfidf-svm
    """
    from harness.catalogue import description

    typer.echo(description(name))


@app.command()
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="for programs")] = False,
) -> None:
    """Say what this installation has, what it lacks, and the command that gets it.

    Exit code 0: all that is needed is there; 1: something is wrong. Example: harness doctor
    """
    from harness.doctor import examine, findings_json, healthy
    from harness.textfile import to_json

    findings = examine()
    if as_json:
        typer.echo(to_json(findings_json(findings), indent=1))
    else:
        from harness.console import print_findings

        print_findings(findings)
    raise typer.Exit(0 if healthy(findings) else 1)


@app.command()
def schema() -> None:
    """Print the JSON Schema of configurations, for completion in editors.

    Example: harness schema > configs/schema.json
    """
    from harness.config_schema import json_schema
    from harness.textfile import to_json

    typer.echo(to_json(json_schema(), indent=1))


def _show_section(section: Any, form: str | None) -> None:
    from harness.console import console
    from harness.report.boards import render_section
    from harness.report.terminal import print_section

    if form is None:
        print_section(section, console())
    else:
        typer.echo(render_section(form, section), nl=False)


def _show(done: Any) -> None:
    from harness.console import console
    from harness.report.terminal import print_scores

    info = {"report": str(done.folder / "report.html"), "run": str(done.folder)}
    print_scores(done.scores, info, console())


class _Interrupted(BaseException):
    """Ctrl-C, as something that no library between here and there takes for its own."""


def _interrupt(*_: object) -> None:
    raise _Interrupted


def main() -> None:
    """Run the command line; every error of ours ends as one message and its exit code."""
    from harness.errors import HarnessError
    from harness.screen import guarded, visible

    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    sys.stdout, sys.stderr = guarded(sys.stdout), guarded(sys.stderr)
    signal.signal(signal.SIGINT, _interrupt)
    try:
        app(standalone_mode=True)
    except HarnessError as error:
        typer.echo(visible(error.render()), err=True)
        raise SystemExit(error.exit_code) from None
    except _Interrupted:
        typer.echo("interrupted; what is finished is kept, and the same command goes on from there", err=True)
        raise SystemExit(130) from None
    except BrokenPipeError:
        sys.stderr.close()
        raise SystemExit(0) from None
    except OSError as error:
        place = error.filename or "the file system"
        text = f"{place}: {error.strerror or error}\n  hint: check the path and who may use it"
        typer.echo(visible(text), err=True)
        raise SystemExit(1) from None
    except MemoryError:
        typer.echo("out of memory\n  hint: use --jobs 1, fewer statements or a smaller model", err=True)
        raise SystemExit(1) from None
