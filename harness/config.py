"""YAML file -> validated, frozen `RunConfig`; every problem at once, each with file and line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import Field, ValidationError

from harness import registry
from harness.config_source import Source, read_source
from harness.errors import InputError, Problem, ProblemsError, did_you_mean
from harness.inputs import template_of, template_parts
from harness.metrics import METRICS
from harness.spec import Spec

NAME = r"^[A-Za-z0-9][A-Za-z0-9._-]*$"


class Data(Spec):
    """Where the statements come from and what a model is shown of them."""

    corpus: Annotated[str, Field(description="folder with seeds/ and annotations/, relative to this file")]
    annotator: Annotated[
        str,
        Field(description="'gold', or an annotator's folder: whose labels to train and score on"),
    ] = "gold"
    input: Annotated[
        str,
        Field(description="what a model sees: a preset such as cue+statement, or a {template}"),
    ] = "statement"


class Evaluation(Spec):
    """How predictions become scores."""

    metrics: Annotated[list[str], Field(min_length=1, description="names from `harness list metrics`")] = [
        "macro_f1",
        "accuracy",
        "balanced_accuracy",
        "mcc",
    ]
    primary: Annotated[str, Field(description="the metric that models are compared on")] = "macro_f1"
    reference: Annotated[str | None, Field(description="the model that every other is compared with")] = None
    level: Annotated[float, Field(gt=0.5, lt=1, description="level of intervals")] = 0.95
    interval: Annotated[
        Literal["auto", "percentile", "bca_t", "dirichlet", "wilson", "jackknife"],
        Field(description="interval method for fixed predictions; auto is the measured default"),
    ] = "auto"
    leakage: Annotated[
        int,
        Field(ge=0, le=1000, description="repeats behind the leakage row of each trained model; 0: no row"),
    ] = 5
    learning_curve: Annotated[
        list[Annotated[float, Field(gt=0, lt=1)]],
        Field(description="shares of the training groups to train on as well, such as [0.25, 0.5]"),
    ] = []
    slices: Annotated[
        list[str],
        Field(
            description="parts of a statement whose values are scored apart; those the data lack are skipped"
        ),
    ] = ["article", "attribution", "source_kind", "speaker"]
    resamples: Annotated[int, Field(ge=100, le=1_000_000, description="resamples of statement groups")] = (
        10_000
    )
    retrain: Annotated[
        int,
        Field(
            ge=0,
            le=10_000,
            description="re-runs of the whole cross-validation behind intervals of trained models; 0: none",
        ),
    ] = 60


class RunConfig(Spec):
    """One benchmark: data, splits, models and evaluation, in the order in which they are used."""

    name: Annotated[str, Field(pattern=NAME, max_length=100, description="names the run's folder")]
    seed: Annotated[int, Field(ge=0, lt=2**32, description="all randomness comes from this number")]
    data: Data
    splits: Annotated[list[Any], Field(min_length=1)]
    models: Annotated[dict[Annotated[str, Field(pattern=NAME, max_length=100)], Any], Field(min_length=1)]
    evaluation: Evaluation = Evaluation()
    trust: Annotated[
        list[str],
        Field(description="packages besides sklearn and harness that this file may name classes of"),
    ] = []
    output: Annotated[str, Field(description="folder for runs, relative to the working directory")] = "runs"
    schema_version: Annotated[
        Literal[1], Field(alias="schema", description="version of this file's format")
    ] = 1

    def plain(self) -> dict[str, Any]:
        """Return the resolved configuration as plain YAML values; it runs again as it is."""
        out = super().plain()
        out["splits"] = [split.plain() for split in self.splits]
        out["models"] = {name: model.plain() for name, model in self.models.items()}
        return out


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
    """
    return validate(read_source(path, overrides))


def validate(source: Source) -> RunConfig:
    """Turn a merged source into a `RunConfig`, or raise `ProblemsError` with every problem."""
    problems: list[Problem] = []
    raw = dict(source.data)
    for key in ("splits", "models"):
        if key in raw:
            raw[key] = _parts(source, key, raw[key], problems)
    config = _validated(RunConfig, raw, (), source, problems)
    problems += _cross_checks(raw, source)
    if problems or config is None:
        raise ProblemsError(set(problems))
    paths = config.data.model_copy(update={"corpus": source.resolve(("data", "corpus"), config.data.corpus)})
    complete: RunConfig = config.model_copy(update={"data": paths})
    return complete


def _parts(source: Source, key: str, value: Any, problems: list[Problem]) -> Any:
    """Validate each model or split with the class that its ``type`` names."""
    kind = key[:-1]
    if isinstance(value, Mapping):
        return {name: _part(source, kind, (key, name), spec, problems) for name, spec in value.items()}
    if isinstance(value, list):
        return [_part(source, kind, (key, i), spec, problems) for i, spec in enumerate(value)]
    return value


def _part(source: Source, kind: str, at: tuple[str | int, ...], spec: Any, problems: list[Problem]) -> Any:
    if isinstance(spec, str):
        spec = {"type": spec}
    place = source.place(at)
    if not isinstance(spec, Mapping) or not isinstance(spec.get("type"), str):
        hint = f"for example {{type: {registry.names(kind)[0]}}}"
        problems.append(Problem(place, "config-type", f"{_dotted(at)}: a {kind} needs a 'type'", hint))
        return None
    try:
        cls = registry.load(kind, spec["type"])
    except InputError as error:
        where = source.place((*at, "type"))
        problems.append(Problem(where, "config-type", f"{_dotted(at)}: {error.message}", error.hint))
        return None
    part = _validated(cls, spec, at, source, problems)
    if part is not None and hasattr(part, "resolved"):
        part = part.resolved(lambda key, value: source.resolve((*at, key), value))
    return part


def _validated(
    cls: type[Any], data: Any, at: tuple[str | int, ...], source: Source, problems: list[Problem]
) -> Any:
    try:
        return cls.model_validate(data)
    except ValidationError as error:
        for loc, item in _errors(error, data):
            problems.append(_problem(cls, loc, item, at, source))
        return None


def _errors(error: ValidationError, data: Any) -> list[tuple[tuple[str | int, ...], Any]]:
    """Return one error for each wrong value: alternatives of a union are joined with "or"."""
    found: dict[tuple[str | int, ...], Any] = {}
    for item in error.errors(include_url=False):
        loc = _said(item["loc"], data, item["type"])
        if loc in found:
            item["msg"] = f"{found[loc]['msg']}, or {item['msg'][0].lower()}{item['msg'][1:]}"
        found[loc] = item
    deeper = {loc[:size] for loc in found for size in range(len(loc))}
    return [(loc, item) for loc, item in found.items() if loc not in deeper]


def _said(loc: Sequence[str | int], data: Any, kind: str) -> tuple[str | int, ...]:
    """Return the part of a validation path that the file says, without pydantic's names of alternatives."""
    out: list[str | int] = []
    for i, part in enumerate(loc):
        here = part in data if isinstance(data, Mapping) else isinstance(data, list) and isinstance(part, int)
        if here:
            data = data[part]
        if here or (kind == "missing" and i == len(loc) - 1):
            out.append(part)
    return tuple(out)


def _problem(
    cls: type[Any], loc: tuple[str | int, ...], item: Any, at: tuple[str | int, ...], source: Source
) -> Problem:
    path = (*at, *loc)
    name = _dotted(path)
    if item["type"] == "extra_forbidden":
        known = _fields_at(cls, loc[:-1])
        return Problem(
            source.place(path), "config-unknown", f"unknown key '{name}'", did_you_mean(str(loc[-1]), known)
        )
    if item["type"] == "missing":
        return Problem(source.place(path), "config-missing", f"missing key '{name}'", "")
    message = item["msg"].removeprefix("Value error, ")
    got = item.get("input")
    shown = f", got {got!r}" if isinstance(got, str | int | float | bool | type(None)) else ""
    text = f"{name}: {message[0].lower()}{message[1:]}{shown[:120]}"
    words = re.findall(r"'([^']+)'", item.get("ctx", {}).get("expected", ""))
    hint = did_you_mean(got, words) if isinstance(got, str) and words else ""
    return Problem(source.place(path), "config-value", text, hint)


def _fields_at(cls: type[Any], loc: Sequence[str | int]) -> list[str]:
    """Names of the fields of the part of ``cls`` that ``loc`` leads to."""
    current: Any = cls
    for part in loc:
        annotation = current.model_fields[part].annotation if str(part) in current.model_fields else None
        options = [annotation, *get_args(annotation)]
        current = next((o for o in options if isinstance(o, type) and issubclass(o, Spec)), None)
        if current is None:
            return []
    return [field.alias or name for name, field in current.model_fields.items()]


def _cross_checks(raw: Mapping[str, Any], source: Source) -> Iterator[Problem]:
    """Find what no single key shows, in whatever parts are valid by themselves."""
    models = raw.get("models")
    models = models if isinstance(models, dict) else {}
    try:
        evaluation = Evaluation.model_validate(raw.get("evaluation", {}))
    except ValidationError:
        pass
    else:
        yield from _evaluation_problems(evaluation, models, source)
    yield from _split_problems(raw.get("splits"), source)
    trusted = raw.get("trust")
    roots = {"sklearn", "harness", *(map(str, trusted) if isinstance(trusted, list) else ())}
    data = raw.get("data")
    if isinstance(data, Mapping):
        yield from _input_problems(data.get("input"), ("data", "input"), source)
    for name, model in models.items():
        if model is not None:
            yield from _input_problems(model.input, ("models", name, "input"), source)
            yield from _model_problems(name, model, roots, source)


def _evaluation_problems(
    evaluation: Evaluation, models: Mapping[str, Any], source: Source
) -> Iterator[Problem]:
    for i, name in enumerate(evaluation.metrics):
        if name not in METRICS:
            place = source.place(("evaluation", "metrics", i))
            yield Problem(place, "config-metric", f"unknown metric '{name}'", did_you_mean(name, METRICS))
        elif name in evaluation.metrics[:i]:
            place = source.place(("evaluation", "metrics", i))
            yield Problem(place, "config-metric", f"the metric '{name}' is there twice", "keep one of them")
    primary = evaluation.primary
    if primary not in evaluation.metrics:
        place = source.place(("evaluation", "primary"))
        message = f"evaluation.primary '{primary}' is not among evaluation.metrics"
        yield Problem(place, "config-metric", message, did_you_mean(primary, evaluation.metrics))
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
        yield Problem(source.place(path), "config-input", f"{_dotted(path)}: {error.message}", error.hint)


def _model_problems(name: str, model: Any, roots: set[str], source: Source) -> Iterator[Problem]:
    """Classes that are not trusted; else whatever shows without data, such as an unknown parameter."""
    refused = [(k, d) for k, d in model.named_classes() if d.partition(".")[0] not in roots]
    for key, dotted in refused:
        message = f"models.{name}: '{dotted}' is not a sklearn or harness class"
        hint = f"if you trust that package, add 'trust: [{dotted.partition('.')[0]}]'"
        yield Problem(source.place(("models", name, *key)), "config-trust", message, hint)
    if refused:
        return
    try:
        model.verify()
        model.verify_tuning()
    except InputError as error:
        place = error.place or source.place(("models", name, model.told_by))
        yield Problem(place, "config-model", f"models.{name}: {error.message}", error.hint)


def _dotted(path: Sequence[str | int]) -> str:
    out = ""
    for part in path:
        out += f"[{part}]" if isinstance(part, int) else f".{part}" if out else str(part)
    return out


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of configuration files, for editors' completion.

    Nothing is required but where a list replaces its parent's, since a file that ``extends`` another
    may say any part of it. ``harness check`` finds what is missing.
    """
    schema = RunConfig.model_json_schema(by_alias=True)
    definitions = schema.setdefault("$defs", {})
    for kind, key in (("split", "splits"), ("model", "models")):
        options: list[dict[str, Any]] = [{"type": "string", "enum": registry.names(kind)}]
        for name in registry.names(kind):
            part = registry.load(kind, name).model_json_schema(by_alias=True, ref_template="#/$defs/{model}")
            definitions.update(part.pop("$defs", {}))
            if kind == "split":  # lists are replaced whole, so each split is complete
                part["required"] = ["type", *part.get("required", [])]
            else:
                part.pop("required", None)
            definitions[f"{kind}-{name}"] = part
            options.append({"$ref": f"#/$defs/{kind}-{name}"})
        target = schema["properties"][key]
        target["items" if key == "splits" else "additionalProperties"] = {"anyOf": options}
        if key == "models":
            target.pop("patternProperties", None)
            target["propertyNames"] = {"pattern": NAME}
    schema["properties"]["extends"] = {
        "type": "string",
        "description": "another configuration that this one adds to",
    }
    del schema["required"], definitions["Data"]["required"]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "harness configuration",
    }
