"""Steps of a pipeline as a configuration writes them: named classes with parameters, and nested ones."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import Any

from harness.errors import InputError, did_you_mean

Step = dict[str, Any]


def with_parameter(value: Any, name: str, parameter: str, new: Any) -> tuple[Any, int]:
    """Set a parameter of the class of a short name, wherever it stands; return how often it did."""
    if isinstance(value, list):
        parts = [with_parameter(part, name, parameter, new) for part in value]
        return [part for part, _ in parts], sum(times for _, times in parts)
    if isinstance(value, str):
        return ({value: {parameter: new}}, 1) if _short(value) == name else (value, 0)
    if not isinstance(value, Mapping):
        return value, 0
    nested = "class" in value
    out, times = {}, 0
    for key, part in value.items():
        inner, within = (part, 0) if key == "class" else with_parameter(part, name, parameter, new)
        times += within
        if not nested and _short(key) == name:
            inner, times = {**(inner or {}), parameter: new}, times + 1
        out[key] = inner
    if nested and _short(value["class"]) == name:
        out[parameter], times = new, times + 1
    return out, times


def _short(path: Any) -> str:
    return str(path).rpartition(".")[2]


def items(step: str | Step) -> list[tuple[str, Mapping[str, Any]]]:
    """Return the class of a step and its parameters."""
    if isinstance(step, str):
        return [(step, {})]
    return [(name, params if isinstance(params, Mapping) else {}) for name, params in step.items()]


def check_step(step: Step) -> None:
    """Raise `ValueError` unless a step is one class with a mapping of parameters."""
    if len(step) != 1:
        raise ValueError(f"a step is one class and its parameters, got {', '.join(step) or 'nothing'}")
    for name, params in step.items():
        if params is not None and not isinstance(params, dict):
            raise ValueError(f"the parameters of {name} must be a mapping, got {params!r}")


def classes(step: str | Step) -> Iterable[str]:
    """Yield the dotted path of every class in a step, nested ones included."""
    for name, params in items(step):
        yield name
        yield from _nested(params)


def classes_of_value(key: str, value: Any) -> Iterable[str]:
    """Yield the classes that a value of a tuning grid names."""
    if key == "steps" and isinstance(value, list):
        for step in value:
            if isinstance(step, str | dict):
                yield from classes(step)
    else:
        yield from _nested(value)


def _nested(value: Any) -> Iterable[str]:
    if isinstance(value, Mapping):
        if isinstance(value.get("class"), str):
            yield value["class"]
        for part in value.values():
            yield from _nested(part)
    elif isinstance(value, list):
        for part in value:
            yield from _nested(part)


def refuse_files(parameters: Mapping[str, Any]) -> None:
    """Refuse parameters, also nested ones, that make an estimator open files of its own accord.

    What lies in a folder of ``memory`` is unpickled, and with ``input: filename`` texts are names of files.

    Raises
    ------
    InputError
        At the first.
    """
    for key, value in parameters.items():
        name = str(key).rpartition("__")[2]
        values = value if isinstance(value, list | tuple) else [value]
        if name == "memory" and any(v is not None for v in values):
            hint = "leave it out: finished folds are kept by the harness"
            raise InputError(f"'{key}': what a folder of intermediate results holds is not read", hint=hint)
        if name == "input" and any(v in ("filename", "file") for v in values if isinstance(v, str)):
            raise InputError(f"'{key}': texts are no names of files", hint="leave it out")
    for part in parameters.values():
        for inner in part if isinstance(part, list) else [part]:
            if isinstance(inner, Mapping):
                refuse_files(inner)


def _value(value: Any) -> Any:
    """Turn a YAML value into a parameter: nested estimators built, two-number ranges made tuples."""
    if isinstance(value, Mapping) and "class" in value:
        if not isinstance(value["class"], str):
            raise InputError(f"'class' must be a dotted path, got {value['class']!r}")
        return make(value["class"], {k: v for k, v in value.items() if k != "class"})
    if isinstance(value, Mapping):
        return {k: _value(v) for k, v in value.items()}
    return [_value(v) for v in value] if isinstance(value, list) else value


def make(path: str, params: Mapping[str, Any]) -> Any:
    """Build an estimator of scikit-learn.

    Raises
    ------
    InputError
        It cannot be imported, is no estimator, does not take a parameter, or would open files.
    """
    refuse_files(params)
    cls = _import(path)
    known = inspect.signature(cls).parameters
    values = {k: _value(v) for k, v in params.items()}
    for key in ("ngram_range", "feature_range", "quantile_range"):
        if isinstance(values.get(key), list):
            values[key] = tuple(values[key])
    for key in values:
        if key not in known:
            raise InputError(f"{path} has no parameter '{key}'", hint=did_you_mean(key, known))
    try:
        return cls(**values)
    except (TypeError, ValueError) as error:
        raise InputError(f"{path}: {error}") from None


def _import(path: str) -> Callable[..., Any]:
    from sklearn.base import BaseEstimator

    module, _, name = path.rpartition(".")
    try:
        found = getattr(import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise InputError(f"cannot import '{path}': {error}") from None
    if not (isinstance(found, type) and issubclass(found, BaseEstimator)):
        raise InputError(f"'{path}' is no scikit-learn estimator")
    return found


def takes_text(step: Any) -> bool:
    """Tell whether a step works on raw texts."""
    from sklearn.compose import ColumnTransformer
    from sklearn.feature_extraction.text import CountVectorizer, HashingVectorizer
    from sklearn.pipeline import FeatureUnion, Pipeline

    if isinstance(step, Pipeline):
        return takes_text(step.steps[0][1])
    if isinstance(step, FeatureUnion):
        return all(takes_text(t) for _, t in step.transformer_list)
    return isinstance(step, CountVectorizer | HashingVectorizer | ColumnTransformer) or hasattr(
        step, "takes_text"
    )
