"""YAML file -> validated, frozen `RunConfig`; every problem at once, each with file and line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from harness.config_checks import cross_checks
from harness.config_metrics import with_metrics
from harness.config_source import Source, read_source
from harness.errors import InputError, Problem, ProblemsError
from harness.format_version import UPGRADE, newer_format
from harness.run_config import AnyData, RunConfig
from harness.spec import Spec
from harness.validation import named_parts, validated


def load_config(path: Path, overrides: Sequence[str] = ()) -> RunConfig:
    """Read, merge and validate a configuration.

    Parameters
    ----------
    path : Path
        A YAML file; ``extends:`` in it names another, relative to it.
    overrides : sequence of str
        ``a.b=value`` settings that win over the file; the value is read as YAML.

    Raises
    ------
    ProblemsError
        Everything that is wrong, with file and line.
    InputError
        It describes a sweep, which is many configurations; see :func:`harness.sweep.load_sweep`.
    """
    source = read_source(path, overrides)
    if source.data.get("sweep"):
        hint = "harness run and harness check take it; --set sweep=null leaves the sweep out"
        raise InputError("describes a sweep, not one run", place=source.place(("sweep",)), hint=hint)
    return validate(source)


class _DataOnly(Spec):
    data: AnyData


def load_data(path: Path) -> AnyData:
    """Read what a configuration says of its data, whatever else it says; no code that it names is imported.

    Raises
    ------
    ProblemsError
        What is wrong with its ``data:``.
    """
    source = read_source(path)
    _refuse_newer(source)
    problems: list[Problem] = []
    said = {"data": source.data["data"]} if "data" in source.data else {}
    found = validated(_DataOnly, said, (), source, problems)
    if found is None:
        raise ProblemsError(problems)
    data: AnyData = found.data.resolved(lambda keys, path: source.resolve(("data", *keys), path))
    return data


def validate(source: Source) -> RunConfig:
    """Turn a merged source into a `RunConfig`, or raise `ProblemsError` with every problem."""
    _refuse_newer(source)
    problems: list[Problem] = []
    raw = dict(source.data)
    for key in ("splits", "models"):
        if key in raw:
            raw[key] = named_parts(source, key, raw[key], problems)
    raw = with_metrics(raw, source, problems)
    config = validated(RunConfig, raw, (), source, problems)
    problems += cross_checks(raw, source)
    if problems or config is None:
        raise ProblemsError(set(problems))
    data = config.data.resolved(lambda keys, path: source.resolve(("data", *keys), path))
    complete: RunConfig = config.model_copy(update={"data": data})
    return complete


def _refuse_newer(source: Source) -> None:
    """Refuse a file of a later format before its other keys, which may be unknown here."""
    newer = newer_format(source.data.get("schema"), 1)
    if newer is not None:
        raise InputError(newer, place=source.place(("schema",)), hint=UPGRADE)
