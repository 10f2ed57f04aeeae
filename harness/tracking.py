"""A finished run -> MLflow, through its own client: parameters, metrics and the run folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from harness.errors import InputError, RunError
from harness.evaluation import Finished
from harness.records import Evaluation

LONGEST = 500
"""Characters of a parameter's value that every MLflow store takes."""


def track(done: Finished, store: str) -> str:
    """Log a run as one MLflow run, with one child for each model under each split.

    Parameters
    ----------
    done : Finished
    store : str
        A tracking URI, or a folder, which becomes a local store.

    Returns
    -------
    str
        The id of the parent run.

    Raises
    ------
    RunError
        The extra ``mlflow`` is not installed.
    InputError
        The store does not take it.
    """
    try:
        import mlflow
        from mlflow.exceptions import MlflowException
    except ImportError:
        hint = "pip install 'stance-harness[mlflow]'"
        raise RunError("--mlflow needs the package mlflow-skinny", hint=hint) from None
    uri = store if ":" in store else Path(store).resolve().as_uri()
    if uri.startswith("file:"):  # MLflow asks for this word before it writes to a plain folder
        os.environ.setdefault("MLFLOW_ALLOW_FILE_STORE", "true")
    try:
        return _logged(mlflow.MlflowClient(tracking_uri=uri), done)
    except MlflowException as error:
        raise InputError(
            f"MLflow refused: {str(error).splitlines()[0]}", hint="check the tracking URI"
        ) from None


def _logged(client: Any, done: Finished) -> str:
    name = str(done.record.config["name"])
    found = client.get_experiment_by_name(name)
    experiment = found.experiment_id if found else client.create_experiment(name)
    parent = client.create_run(experiment, run_name=done.folder.name)
    identity = done.record.identity
    client.log_param(parent.info.run_id, "seed", done.record.config["seed"])
    for key in ("data", "corpus", "n", "n_groups", "n_articles", "harness"):
        client.log_param(parent.info.run_id, key, identity[key])
    client.set_tag(parent.info.run_id, "signature", done.scores.signature)
    client.log_artifacts(parent.info.run_id, str(done.folder))
    for e in done.scores.evaluations:
        tags = {"mlflow.parentRunId": parent.info.run_id, "signature": e.signature}
        child = client.create_run(experiment, run_name=f"{e.model} under {e.split}", tags=tags)
        for key, value in {**done.record.config["models"][e.model], "split": e.split}.items():
            client.log_param(child.info.run_id, key, str(value)[:LONGEST])
        for key, number in _numbers(e):
            client.log_metric(child.info.run_id, key, number)
        client.set_terminated(child.info.run_id)
    client.set_terminated(parent.info.run_id)
    return str(parent.info.run_id)


def _numbers(e: Evaluation) -> Iterator[tuple[str, float]]:
    """Yield what is defined of each score: its value and the ends of its interval."""
    for name, score in e.scores.items():
        for suffix, number in (("", score.value), ("_ci_low", score.ci_low), ("_ci_high", score.ci_high)):
            if number is not None:
                yield f"{name}{suffix}", number
