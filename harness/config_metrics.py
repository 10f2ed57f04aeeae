"""The metrics of a configuration: entries -> specifications, and what is wrong with them by themselves."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import Any

from harness.config_source import Source
from harness.distribution_scores import AGAINST_DISTRIBUTIONS
from harness.errors import InputError, Problem, did_you_mean
from harness.metric_types import MetricSpec, spec_of, type_of, untrusted
from harness.metrics import METRICS
from harness.probability_scores import BESIDE
from harness.run_config import Evaluation
from harness.user_metric import imported
from harness.validation import dotted, validated

TAKEN = (*METRICS, *BESIDE, *AGAINST_DISTRIBUTIONS)
"""Names that a configuration's own metrics cannot have."""


def with_metrics(raw: Mapping[str, Any], source: Source, problems: list[Problem]) -> dict[str, Any]:
    """Return the raw parts with metrics as specifications, also where a model's ``tune.metric`` names one."""
    out, evaluation = dict(raw), raw.get("evaluation")
    if not isinstance(evaluation, Mapping) or not isinstance(evaluation.get("metrics"), list):
        return out
    specs = [_entry(source, i, entry, problems) for i, entry in enumerate(evaluation["metrics"])]
    out["evaluation"] = {**evaluation, "metrics": specs}
    if isinstance(raw.get("models"), Mapping):
        own = {spec.name: spec for spec in specs if isinstance(spec, MetricSpec)}
        out["models"] = {name: _tuned(model, own) for name, model in raw["models"].items()}
    return out


def _entry(source: Source, i: int, entry: Any, problems: list[Problem]) -> Any:
    """Return a name as it is, a mapping as its specification, and None for what is neither."""
    at = ("evaluation", "metrics", i)
    if isinstance(entry, str):
        return entry
    place = source.place(at)
    if not isinstance(entry, Mapping) or not isinstance(entry.get("type"), str):
        hint = "a name, or for example {name: f_avg, type: mean_f1, labels: [favor, against]}"
        problems.append(Problem(place, "config-metric", f"{dotted(at)}: a metric needs a 'type'", hint))
        return None
    try:
        cls = type_of(entry["type"])
    except InputError as error:
        where = source.place((*at, "type"))
        problems.append(Problem(where, "config-metric", f"{dotted(at)}: {error.message}", error.hint))
        return None
    spec = validated(cls, entry, at, source, problems)
    if spec is not None and spec.name is None:
        problems.append(Problem(place, "config-missing", f"missing key '{dotted((*at, 'name'))}'", ""))
        return None
    return spec and spec.located({"": place, **{key: source.place((*at, key)) for key in entry}})


def _tuned(model: Any, own: Mapping[str | None, MetricSpec]) -> Any:
    """Put a metric's definition where a model's tuning names it: fits depend on that and not on the name."""
    tune = getattr(model, "tune", None)
    if tune is None or not isinstance(tune.metric, str) or tune.metric not in own:
        return model
    definition = {k: v for k, v in own[tune.metric].plain().items() if k != "name"}
    return model.model_copy(update={"tune": tune.model_copy(update={"metric": definition})})


def metric_problems(evaluation: Evaluation, trust: set[str], source: Source) -> Iterator[Problem]:
    """Find unknown and repeated names, functions not trusted or not there, and a primary without metric."""
    entries = evaluation.metrics
    if None in entries:
        return
    names = [entry if isinstance(entry, str) else str(entry.name) for entry in entries]
    for i, (entry, name) in enumerate(zip(entries, names, strict=True)):
        place = source.place(("evaluation", "metrics", i))
        if isinstance(entry, str) and name not in METRICS and name not in names[:i]:
            yield Problem(place, "config-metric", f"unknown metric '{name}'", did_you_mean(name, METRICS))
        elif not isinstance(entry, str) and name in TAKEN:
            message = f"the name '{name}' is a metric's already"
            yield Problem(place, "config-metric", message, "give your own another name")
        elif name in names[:i]:
            yield Problem(place, "config-metric", f"the metric '{name}' is there twice", "keep one of them")
        if isinstance(entry, MetricSpec):
            yield from _function_problems(entry, trust)
    primary = evaluation.primary
    if primary not in names:
        place = source.place(("evaluation", "primary"))
        message = f"evaluation.primary '{primary}' is not among evaluation.metrics"
        yield Problem(place, "config-metric", message, did_you_mean(primary, names))
    for i, name in enumerate(evaluation.slice_metrics):
        if name not in names and name not in METRICS:
            place = source.place(("evaluation", "slice_metrics", i))
            hint = did_you_mean(name, [*names, *METRICS])
            yield Problem(place, "config-metric", f"unknown metric '{name}'", hint)


def _function_problems(spec: MetricSpec, trust: set[str]) -> Iterator[Problem]:
    place = spec.place("function")
    path = getattr(spec, "function", None)
    if path is None or place is None:
        return
    refused = untrusted(spec, trust)
    if refused:
        yield Problem(place, "config-trust", f"the metric '{spec.name}': {refused}", _advice(path))
        return
    try:
        imported(path)
    except InputError as error:
        yield Problem(place, "config-metric", f"the metric '{spec.name}': {error.message}", error.hint)


def _advice(path: str) -> str:
    root = path.partition(".")[0]
    if root in sys.stdlib_module_names:
        return "name a function of your own package"
    return f"if you trust that package, add 'trust: [{root}]'"


def tuned_problem(name: str, model: Any, trust: set[str], source: Source) -> Problem | None:
    """Return the problem of a function that a model is tuned by and that is not trusted."""
    tune = getattr(model, "tune", None)
    if tune is None or isinstance(tune.metric, str):
        return None
    try:
        refused = untrusted(spec_of(tune.metric), trust)
    except InputError:
        return None  # said by the model's own check
    if refused is None:
        return None
    place = source.place(("models", name, "tune", "metric"))
    advice = _advice(str(tune.metric["function"]))
    return Problem(place, "config-trust", f"models.{name}: tune.metric: {refused}", advice)
