"""What no single key of a configuration shows: names that refer to nothing, models that cannot work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from harness.config_metrics import metric_problems, tuned_problem
from harness.config_source import COMMAND_LINE, Source
from harness.consent import how, unagreed
from harness.errors import InputError, Problem, did_you_mean
from harness.execution import execution_said
from harness.inputs import template_of, template_parts
from harness.run_config import Evaluation
from harness.validation import dotted


def cross_checks(raw: Mapping[str, Any], source: Source) -> Iterator[Problem]:
    """Find what no single key shows, in whatever parts are valid by themselves."""
    models = raw.get("models")
    models = models if isinstance(models, dict) else {}
    trusted = raw.get("trust")
    trust = set(map(str, trusted)) if isinstance(trusted, list) else set()
    asked = list(_consent_problems(trusted, raw.get("executor"), source))
    yield from asked
    yield from _split_problems(raw.get("splits"), source)
    data = raw.get("data")
    if isinstance(data, Mapping):
        yield from _input_problems(data.get("input"), ("data", "input"), source)
    if asked:  # what is left imports code that is named
        return
    try:
        evaluation = Evaluation.model_validate(raw.get("evaluation", {}))
    except ValidationError:
        pass
    else:
        yield from _evaluation_problems(evaluation, models, trust, source)
    for name, model in models.items():
        if model is not None:
            yield from _input_problems(model.input, ("models", name, "input"), source)
            yield from _model_problems(name, model, trust, source)


def _consent_problems(trusted: Any, executor: Any, source: Source) -> Iterator[Problem]:
    """Packages to trust and a scheduler to reach, where a file names them and the user has not."""
    packages = trusted if isinstance(trusted, list) else []
    said = [p for i, p in enumerate(packages) if source.place(("trust", i)).path != COMMAND_LINE]
    for name in unagreed(p for p in said if isinstance(p, str)):
        message = f"trust: the file asks to run code of the package '{name}', and you have not agreed"
        hint = f"if you trust that code, {how([name])}, or --set 'trust=[{name}]'"
        yield Problem(source.place(("trust", packages.index(name))), "config-trust", message, hint)
    try:
        address = getattr(execution_said(executor), "address", None)
    except ValidationError:
        return  # said where the executor is validated
    place = source.place(("executor", "address"))
    if address is not None and place.path != COMMAND_LINE and unagreed([address]):
        message = f"executor: the file asks to send work to {address}, and you have not agreed"
        hint = f"if you trust who answers there, {how([address])}, or say --set executor=dask={address}"
        yield Problem(place, "config-trust", message, hint)


def _evaluation_problems(
    evaluation: Evaluation, models: Mapping[str, Any], trust: set[str], source: Source
) -> Iterator[Problem]:
    yield from metric_problems(evaluation, trust, source)
    reference = evaluation.reference
    if reference is not None and reference not in models:
        place = source.place(("evaluation", "reference"))
        message = f"evaluation.reference '{reference}' is not one of the models"
        yield Problem(place, "config-reference", message, did_you_mean(reference, models))


def _split_problems(splits: Any, source: Source) -> Iterator[Problem]:
    seen: set[str] = set()
    for i, split in enumerate(splits if isinstance(splits, list) else ()):
        if split is None:
            continue
        if split.type == "naive":
            place = source.place(("splits", i))
            message = "'naive' leaks on purpose, so it is no split to score models by"
            yield Problem(place, "config-split", message, "evaluation.leakage gives the leakage row")
        if split.label in seen:
            message = f"two splits are named '{split.label}'"
            yield Problem(source.place(("splits", i)), "config-split", message, "give one of them a 'name'")
        seen.add(split.label)


def _input_problems(value: Any, path: tuple[str | int, ...], source: Source) -> Iterator[Problem]:
    if not isinstance(value, str):
        return
    try:
        template_parts(template_of(value))
    except InputError as error:
        yield Problem(source.place(path), "config-input", f"{dotted(path)}: {error.message}", error.hint)


def _model_problems(name: str, model: Any, trust: set[str], source: Source) -> Iterator[Problem]:
    """Classes that are not trusted; else whatever shows without data, such as an unknown parameter."""
    roots = {"sklearn", "harness", *trust}
    refused = [(k, d) for k, d in model.named_classes() if d.partition(".")[0] not in roots]
    for key, path in refused:
        message = f"models.{name}: '{path}' is not a sklearn or harness class"
        hint = f"if you trust that package, add 'trust: [{path.partition('.')[0]}]'"
        yield Problem(source.place(("models", name, *key)), "config-trust", message, hint)
    untrusted = tuned_problem(name, model, trust, source)
    if untrusted:
        yield untrusted
    if refused or untrusted:
        return
    try:
        model.verify()
        model.verify_tuning()
    except InputError as error:
        place = error.place or source.place(("models", name, model.told_by))
        hint = error.hint or f"harness describe {model.type}"
        yield Problem(place, "config-model", f"models.{name}: {error.message}", hint)
