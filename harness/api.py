"""The Python interface: what each command does, as a function of values."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.config import load_config
from harness.errors import HarnessError as HarnessError  # noqa: PLC0414  # a part of the interface
from harness.errors import InputError, Problem
from harness.result import Result as Result  # noqa: PLC0414
from harness.run_config import RunConfig

if TYPE_CHECKING:
    from pandas import DataFrame

Config = RunConfig | str | Path


def load(config: str | Path, settings: Mapping[str, Any] | None = None) -> RunConfig:
    """Read and validate a configuration.

    Parameters
    ----------
    config : path of a YAML file
    settings : mapping, optional
        Single settings that replace what the file says, by dotted key, such as ``{"seed": 1}``.

    Raises
    ------
    HarnessError
        Everything that is wrong with it, by file and line.
    """
    return load_config(Path(config), _said(settings))


def evaluate(
    config: Config,
    settings: Mapping[str, Any] | None = None,
    *,
    only: Sequence[str] = (),
    jobs: int = 1,
    fresh: bool = False,
    limit: int | None = None,
) -> Result:
    """Train, predict, score and report, as ``harness run`` does; finished folds are taken from the store.

    Parameters
    ----------
    config : RunConfig or path
    settings : mapping, optional
        As for :func:`load`; only with a path.
    only : sequence of str
        Run these models alone.
    jobs : int
        Processes; 0 takes as many as pay off.
    fresh : bool
        Fit everything again, whatever is stored.
    limit : int, optional
        Use this many statements; the run is then marked partial.
    """
    from harness.evaluation import evaluate as run
    from harness.evaluation import only_models

    loaded = only_models(_config(config, settings), only)
    return Result(run(loaded, jobs=jobs, fresh=fresh, limit=limit))


def evaluate_sweep(
    config: str | Path,
    settings: Mapping[str, Any] | None = None,
    *,
    jobs: int = 0,
    fresh: bool = False,
    limit: int | None = None,
) -> list[Result]:
    """Do every run of a configuration with ``sweep:``; fits that several runs share are done once.

    Parameters
    ----------
    config : path
    settings : mapping, optional
        As for :func:`load`.
    jobs, fresh, limit
        As for :func:`evaluate`.

    Raises
    ------
    InputError
        The configuration has no sweep.
    """
    from harness.sweep import load_sweep
    from harness.sweep_run import plan_sweep, run_sweep

    sweep = load_sweep(Path(config), _said(settings))
    if sweep is None:
        raise InputError("has no sweep", place=Path(config), hint="harness.evaluate runs it")
    return [Result(done) for done in run_sweep(plan_sweep(sweep, limit=limit), jobs=jobs, fresh=fresh)]


def dry_run(
    config: Config, settings: Mapping[str, Any] | None = None, *, limit: int | None = None
) -> dict[str, Any]:
    """Return what :func:`evaluate` would do, as ``harness run --dry-run --json`` says it; nothing is done."""
    from harness.answers import plain
    from harness.plan import make_plan
    from harness.run_answers import plan_json

    found: dict[str, Any] = plain(plan_json(make_plan(_config(config, settings), limit=limit)))
    return found


def load_run(folder: str | Path) -> Result:
    """Read a finished run and score it again from its files; nothing is fitted or written."""
    from harness.evaluation import rescore

    return Result(rescore(Path(folder)))


def score_predictions(predictions: str | Path, config: Config, name: str = "external") -> Result:
    """Score another system's predictions on a configuration's data and splits.

    Parameters
    ----------
    predictions : path of a JSONL or CSV file with id, predicted and, optionally, probabilities
    config : RunConfig or path
    name : str
        What the results call the system.
    """
    from harness.evaluation import evaluate as run
    from harness.evaluation import external_config

    return Result(run(external_config(_config(config, None), Path(predictions), name)))


def init(folder: str | Path, labels: Sequence[str] = ("for", "against", "unclear")) -> Path:
    """Make a new benchmark with an invented example in a new or empty folder, as ``harness init`` does.

    Parameters
    ----------
    folder : path
    labels : sequence of str
        Two or more, in the order of every table; none may have a comma.

    Returns
    -------
    Path
        Of its first configuration.
    """
    from harness.starter.benchmark import start_benchmark
    from harness.starter.labels import labels_from

    return start_benchmark(Path(folder), labels_from(",".join(labels))).folder / "configs" / "baseline.yaml"


def available(kind: str) -> DataFrame:
    """Return what configurations can name: columns name and summary.

    Parameters
    ----------
    kind : 'models', 'splits', 'metrics' or 'configs'
    """
    from pandas import DataFrame

    from harness.catalogue import rows

    return DataFrame(rows(kind), columns=["name", "summary"])


def describe(name: str) -> str:
    """Return what a model, split, metric or problem code is, with its parameters."""
    from harness.catalogue import description

    return description(name)


def schema() -> dict[str, Any]:
    """Return the JSON Schema of configurations, as ``harness schema`` prints it."""
    from harness.config_schema import json_schema

    return json_schema()


def examine() -> DataFrame:
    """Return what this installation has and lacks, as ``harness doctor`` says it.

    Returns
    -------
    DataFrame
        One row a thing that was looked at: topic, name, verdict (ok, absent, wrong), text, and the command
        that mends it, or nothing.
    """
    from dataclasses import asdict

    from pandas import DataFrame

    from harness.doctor import examine as look

    return DataFrame([asdict(finding) for finding in look()])


def check(path: str | Path = ".") -> list[Problem]:
    """Return every problem of a corpus folder, in order of file and line; none if it is sound."""
    from harness.checks import check_corpus

    return check_corpus(Path(path))


def leaderboard(folder: str | Path = "runs") -> DataFrame:
    """Return the models of all runs below a folder, best first, with tie groups.

    Within a tie group no model can be told apart from its best, and the order means nothing.
    """
    from pandas import DataFrame

    from harness.ranking import boards

    return DataFrame(
        [
            {
                "data": board.data[:12],
                "split": board.split,
                "metric": board.metric,
                "tie_group": e.tie_group,
                "model": e.model,
                "run": e.run,
                "mode": e.mode,
                "value": e.score.value,
                "ci_low": e.score.ci_low,
                "ci_high": e.score.ci_high,
                "p_from_leader": e.p_from_leader,
                "signature": e.signature,
            }
            for board in boards(Path(folder))
            for e in board.entries
        ]
    )


def verify(folder: str | Path, jobs: int = 0) -> list[str]:
    """Run a run's stored configuration again and return what differs; an empty list: identical."""
    from harness.verification import verify as repeat

    verdict = repeat(Path(folder), jobs=jobs)
    return [] if verdict.identical else [*verdict.files, *verdict.reasons]


def predict(
    run: str | Path | Result, source: str | Path, model: str | None = None, jobs: int = 0
) -> DataFrame:
    """Label the statements of a file with a run's model, trained on all of the run's gold statements.

    Parameters
    ----------
    run : Result or path of a run's folder
    source : path of a JSONL, CSV, TSV or Parquet file
    model : str, optional
        Which of the run's models; may be left out where there is one.
    jobs : int
        Processes; 0 takes as many as pay off.

    Returns
    -------
    DataFrame
        One row a statement: id, predicted, and probabilities where the model gives them. For more
        statements than fit into memory, ``harness predict`` writes a file.
    """
    from tempfile import TemporaryDirectory

    from pandas import read_parquet

    from harness.labelling.job import Job, label
    from harness.labelling.run_model import run_model

    folder = run.folder if isinstance(run, Result) else Path(run)
    with TemporaryDirectory() as scratch:
        out = Path(scratch, "labels.parquet")
        label(run_model(folder, model), Job(str(source), out, 4096, jobs, False))
        return read_parquet(out)


def power(config: Config, difference: float = 0.1, *, jobs: int = 0) -> DataFrame:
    """Return how many groups, statements and articles a difference between models would need.

    Parameters
    ----------
    config : RunConfig or path
        It is run first where it has not been run.
    difference : float
        The smallest difference in the primary metric that matters.
    jobs : int
        Processes; 0 takes as many as pay off.

    Returns
    -------
    DataFrame
        One row a comparison: a, b, difference, mde, groups, statements, articles, method, reason.
    """
    from dataclasses import asdict

    from pandas import DataFrame

    from harness.sample_size import sample_sizes

    done = evaluate(config, jobs=jobs).finished
    return DataFrame([asdict(row) for row in sample_sizes(done.record, done.scores, difference)])


def export_data(config: Config, to: str, folder: str | Path, *, replace: bool = False) -> list[Path]:
    """Write data and folds for other tools, as ``harness export`` does, and return the files.

    Parameters
    ----------
    config : RunConfig or path
    to : 'hf', 'csv', 'jsonl', 'parquet', 'lm-eval' or 'inspect'
    folder : path
        Absent or empty or, with ``replace``, an earlier export.
    """
    from harness.export.formats import export as write

    return list(write(_config(config, None), to, Path(folder), replace=replace))


def _said(settings: Mapping[str, Any] | None) -> list[str]:
    """Return settings as the command line says them."""
    return [f"{key}={json.dumps(value)}" for key, value in (settings or {}).items()]


def _config(config: Config, settings: Mapping[str, Any] | None) -> RunConfig:
    if not isinstance(config, RunConfig):
        return load(config, settings)
    if settings:
        raise InputError(
            "settings change what a file says, and this configuration is loaded already",
            hint="give them to harness.load",
        )
    return config
