"""``harness run``, ``score`` and ``power``: what trains or scores what a configuration describes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from harness import completion
from harness.commands.options import ConfigPath, Jobs, Json, Settings, Where


def run(
    config: ConfigPath,
    settings: Settings = None,
    only: Annotated[
        list[str] | None,
        typer.Option(
            "--only",
            metavar="MODEL",
            help="run this model alone; repeatable",
            autocompletion=completion.models_of_config,
        ),
    ] = None,
    jobs: Jobs = 0,
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
    as_json: Json = False,
) -> None:
    """Train, predict, score and report what CONFIG describes.

    Interrupted, the same command goes on where it stopped.

    Exit code 0: it is run, whatever the scores are; 1: a fit failed; 2: CONFIG cannot be run.

    Example: harness run configs/baseline.yaml --set seed=1 --only svm
    """
    from harness.answers import answer
    from harness.config import load_config
    from harness.console import console, plan_text, progress_of, say_changes, say_time
    from harness.errors import said_by
    from harness.evaluation import evaluate, only_models
    from harness.execution import execution_of
    from harness.plan import make_plan
    from harness.run_answers import plan_json, run_json
    from harness.run_config import RunConfig
    from harness.sweep import load_sweep

    where = {} if executor is None else {"executor": execution_of(executor)}

    def changed(loaded: RunConfig) -> RunConfig:
        return only_models(loaded, only or ()).model_copy(update=where)

    sweep = load_sweep(config, settings or ())
    if sweep is not None:
        _sweep(sweep.each(changed), jobs, limit, dry_run, fresh, mlflow, as_json)
        return
    loaded = changed(load_config(config, settings or ()))
    if dry_run:
        with said_by(config):
            plan = make_plan(loaded, limit=limit)
        if as_json:
            answer(**plan_json(plan))
        else:
            console().print(plan_text(plan), highlight=False, soft_wrap=True)
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
    if as_json:
        answer(**run_json(done))
    else:
        _show(done)


def _sweep(
    sweep: Any, jobs: int, limit: int | None, dry_run: bool, fresh: bool, mlflow: str | None, as_json: bool
) -> None:
    from harness.answers import answer
    from harness.commands.results import show_section
    from harness.console import counting, sweep_text
    from harness.errors import said_by
    from harness.ranking import boards_of
    from harness.report.boards import sweep_section
    from harness.run_answers import run_json, sweep_json
    from harness.sweep_run import plan_sweep, run_sweep

    with said_by(sweep.path):
        plan = plan_sweep(sweep, limit=limit)
        if dry_run:
            answer(**sweep_json(plan)) if as_json else typer.echo(sweep_text(plan))
            return
        with counting() as (begin, progress):
            begin(sweep_text(plan), plan.tasks)
            done = run_sweep(plan, jobs=jobs, fresh=fresh, progress=progress)
            if mlflow is not None:
                from harness.tracking import track

                for run in done:
                    track(run, mlflow)
    boards = boards_of(done)
    if as_json:
        answer(name=plan.name, runs=[run_json(run) for run in done], boards=boards)
        return
    show_section(sweep_section(plan.name, len(done), boards), None)
    typer.echo(f"runs: {done[0].folder.parent.parent}/{plan.name}-*")
    typer.echo(f"again: harness leaderboard {done[0].folder.parent.parent}")


def score(
    run_folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="[RUN]", help="a run's folder", show_default=False, autocompletion=completion.run_folders
        ),
    ] = None,
    predictions: Annotated[
        Path | None,
        typer.Option(
            help="another system's predictions: JSONL, CSV or Parquet with id, predicted, probabilities; "
            "or samples of lm_eval, or a log of inspect"
        ),
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option(
            help="the configuration whose data and splits they are scored on",
            autocompletion=completion.configs,
        ),
    ] = None,
    settings: Settings = None,
    name: Annotated[str, typer.Option(help="what the results call the other system")] = "external",
    as_json: Json = False,
) -> None:
    """Score a finished RUN again, or another system's predictions; nothing is fitted.

    Example: harness score --predictions mine.jsonl --config configs/baseline.yaml
    """
    from harness.answers import answer
    from harness.config import load_config
    from harness.errors import InputError
    from harness.evaluation import evaluate, external_config, rescore
    from harness.run_answers import run_json

    if predictions is not None and config is not None and run_folder is None:
        done = evaluate(external_config(load_config(config, settings or ()), predictions, name))
    elif run_folder is not None and predictions is None and config is None:
        done = rescore(run_folder, write=True)
    else:
        raise InputError("give either a RUN, or --predictions and --config", hint="see harness score --help")
    if as_json:
        answer(**run_json(done))
    else:
        _show(done)


def power(
    config: ConfigPath,
    difference: Annotated[
        float, typer.Option(min=0.001, max=100, help="the smallest difference that matters")
    ] = 0.1,
    settings: Settings = None,
    jobs: Jobs = 0,
    as_json: Json = False,
) -> None:
    """Say how many more statements or articles a difference between models would need.

    Runs CONFIG first where it has not been run.

    Example: harness power configs/baseline.yaml --difference 0.1
    """
    from harness.answers import answer
    from harness.config import load_config
    from harness.console import progress_of
    from harness.errors import InputError
    from harness.evaluation import evaluate
    from harness.report.sample_sizes import sample_size_text
    from harness.sample_size import sample_sizes

    with progress_of() as (planned, progress):
        done = evaluate(load_config(config, settings or ()), jobs=jobs, progress=progress, planned=planned)
    rows = list(sample_sizes(done.record, done.scores, difference))
    if not rows:
        raise InputError("there is only one model, so nothing to compare", hint="name two models or more")
    if as_json:
        s = done.scores
        size = {"statements": s.n, "groups": s.n_groups, "articles": s.n_articles}
        answer(run=done.folder, metric=s.primary, difference=difference, now=size, needed=rows)
    else:
        typer.echo(sample_size_text(done.scores, rows))


def _show(done: Any) -> None:
    from harness.console import console
    from harness.report.terminal import print_scores

    info = {"report": str(done.folder / "report.html"), "run": str(done.folder)}
    print_scores(done.scores, info, console())
