"""RunConfig -> a finished run folder; and a finished run folder -> its scores, without fitting."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.config import load_data
from harness.environment import environment
from harness.errors import HarnessError, InputError, did_you_mean
from harness.executors import executor_of
from harness.fingerprint import data_digest
from harness.identity import differences
from harness.plan import Plan, limited, loaded_data, make_plan
from harness.records import RunRecord, Scores
from harness.run_config import RunConfig
from harness.runner import Progress, execute
from harness.scoring import metrics_json, score_record
from harness.store import FoldStore, read_manifest, read_record, run_folder, write_manifest, write_record
from harness.textfile import located, read_text, to_json, write_text


@dataclass(frozen=True, slots=True)
class Finished:
    """A finished run: where it lies, what was predicted, and the scores."""

    folder: Path
    record: RunRecord
    scores: Scores
    manifest: Mapping[str, Any]


def only_models(config: RunConfig, names: Sequence[str]) -> RunConfig:
    """Keep the named models (all, if none is named); a reference that is not kept is dropped."""
    if not names:
        return config
    for name in names:
        if name not in config.models:
            raise InputError(
                f"no model '{name}' in the configuration", hint=did_you_mean(name, config.models)
            )
    models = {name: model for name, model in config.models.items() if name in names}
    reference = config.evaluation.reference if config.evaluation.reference in models else None
    evaluation = config.evaluation.model_copy(update={"reference": reference})
    return config.model_copy(update={"models": models, "evaluation": evaluation})


def evaluate(
    config: RunConfig,
    *,
    jobs: int = 1,
    fresh: bool = False,
    limit: int | None = None,
    progress: Progress | None = None,
    planned: Callable[[Plan], None] | None = None,
    changed: Callable[[Sequence[str]], None] | None = None,
    expected: Callable[[float], None] | None = None,
) -> Finished:
    """Run a configuration and write its folder.

    Parameters
    ----------
    config : RunConfig
    jobs : int
        Processes of this machine that fit models, where no cluster does; 0: as many as pay off.
    fresh : bool
        Fit everything again, whatever is stored.
    limit : int, optional
        Use this many statements; the run is marked partial.
    progress : function of (task, was stored), optional
    planned : function of the plan, optional
        Called before the first fit.
    changed : function of reasons, optional
        Called with what differs from the last run of this name, if anything does.
    expected : function of seconds, optional
        Called with how long the fits will take, where there are many.
    """
    started, clock = now(), time.perf_counter()
    plan = make_plan(config, limit=limit)
    if planned:
        planned(plan)
    root = Path(config.output)
    if changed and (reasons := why_again(root / config.name, plan.identity)):
        changed(reasons)
    store = FoldStore(root)
    with executor_of(config.executor, jobs or worthwhile(len(plan.tasks))) as executor:
        record = execute(plan, store, executor=executor, fresh=fresh, progress=progress, expected=expected)
    return write_run(plan, record, started, clock)


def write_run(plan: Plan, record: RunRecord, started: str, clock: float) -> Finished:
    """Score a run and write its folder.

    Parameters
    ----------
    plan : Plan
    record : RunRecord
    started : str
        When it began; see :func:`now`.
    clock : float
        What `time.perf_counter` said then.
    """
    config = plan.config
    folder = run_folder(Path(config.output), config.name, plan.fingerprint)
    scores = score_record(record)
    manifest = {
        "schema": 1,
        "signature": scores.signature,
        "fingerprint": plan.fingerprint,
        "partial": record.partial,
        "labels": list(record.labels),
        "data": {"sha256": plan.identity["data"], "corpus": plan.identity["corpus"]},
        "grounds": {name: dict(said) for name, said in plan.grounds.items()},
        "pools": [{"split": p.split, "model": p.model, "mode": p.mode} for p in record.pools],
        "identity": dict(plan.identity),
        "config": dict(record.config),
        "environment": environment(),
        "started": started,
        "finished": now(),
        "seconds": round(time.perf_counter() - clock, 3),
    }
    text = stored_config(config, folder)
    write_record(folder, record, text)
    write_scores(folder, record, scores, text, manifest)
    write_manifest(folder, manifest)
    return Finished(folder, record, scores, manifest)


def external_config(config: RunConfig, predictions: Path, name: str) -> RunConfig:
    """Return the configuration with another system's predictions as its only model."""
    from harness.models.external import ExternalPredictions

    model = ExternalPredictions(path=located(predictions))
    evaluation = config.evaluation.model_copy(update={"reference": None})
    update = {"models": {name: model}, "evaluation": evaluation, "name": f"{config.name}-{name}"}
    return config.model_copy(update=update)


def why_again(runs: Path, identity: Mapping[str, Any]) -> list[str]:
    """Return what differs from the last finished run of a name; nothing if that is the same or none."""
    found = []
    for path in runs.glob("*/manifest.json"):
        try:
            manifest = read_manifest(path.parent)
        except HarnessError:
            continue
        found.append((str(manifest.get("finished")), manifest))
        if manifest["identity"] == identity:
            return []
    return differences(max(found, key=lambda pair: pair[0])[1]["identity"], identity) if found else []


def rescore(folder: Path, *, write: bool = False) -> Finished:
    """Score a finished run again from its files, fitting nothing; ``write`` renews scores and reports.

    Raises
    ------
    InputError
        The folder is no finished run.
    """
    manifest = read_manifest(folder)
    examples = _same_examples(folder, manifest)
    record = read_record(folder, examples)
    done = Finished(folder, record, score_record(record), manifest)
    if write and examples is None:
        hint = "restore the data, or run the configuration again; harness compare and report still read it"
        raise InputError(
            "its data changed or are gone, so its scores are left as they are", place=folder, hint=hint
        )
    if write:
        write_scores(folder, record, done.scores, read_text(folder / "config.yaml"), manifest)
    return done


def _same_examples(folder: Path, manifest: Mapping[str, Any]) -> Sequence[Any] | None:
    """Return the data that the run was made with, if they are still there and unchanged.

    Nothing but ``data:`` of the stored configuration is looked at: it may name models whose code is not here
    or not to be run.
    """
    try:
        read = loaded_data(load_data(folder / "config.yaml"))
        examples = limited(read.examples, int(manifest["identity"]["n"]) if manifest["partial"] else None)
    except HarnessError:
        return None
    found = {"data": data_digest(examples, read.labels), "corpus": read.digest}
    return examples if all(manifest["identity"][k] == v for k, v in found.items()) else None


def write_scores(
    folder: Path, record: RunRecord, scores: Scores, config_yaml: str, manifest: Mapping[str, Any]
) -> None:
    """Write ``metrics.json`` and the reports of a run."""
    from harness.report import write_reports

    write_text(folder / "metrics.json", to_json(metrics_json(scores), indent=1) + "\n")
    write_reports(folder, record, scores, config_yaml=config_yaml, manifest=manifest)


def stored_config(config: RunConfig, folder: Path) -> str:
    """Return the resolved configuration as YAML that runs again from ``folder``."""
    import yaml

    def relative(_: str, path: str) -> str:
        return Path(os.path.relpath(path, folder.resolve())).as_posix()

    plain = config.plain()
    plain["data"] = config.data.resolved(lambda _, path: relative("", path)).plain()
    plain["models"] = {name: model.resolved(relative).plain() for name, model in config.models.items()}
    return yaml.safe_dump(plain, sort_keys=False, allow_unicode=True, width=100)


def worthwhile(tasks: int) -> int:
    """Return the processes that pay off: starting them takes a second or two, so a small run stays here."""
    return 1 if tasks < 200 else os.cpu_count() or 1


def now() -> str:
    """Return the time as a manifest has it."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
