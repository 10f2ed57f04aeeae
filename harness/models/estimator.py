"""Any scikit-learn estimator or pipeline, named by dotted path."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import import_module
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import Field, field_validator

from harness.errors import InputError, did_you_mean
from harness.models.base import Classifier, Constant, IntArray, Model, Output, WeightField, spread, weights

Step = dict[str, Any]


class Estimator(Model):
    """A scikit-learn classifier over texts, or a pipeline of steps that ends in one.

    ``steps`` is a list of one-key mappings ``dotted.path.Class: {parameter: value}``; a value that is
    itself such a mapping under the key ``class`` builds a nested estimator. If the first step is no
    text vectoriser, a default ``TfidfVectorizer`` comes before it.
    """

    summary: ClassVar[str] = "any scikit-learn estimator or pipeline, by dotted path"
    packages: ClassVar[tuple[str, ...]] = ("numpy", "scipy", "scikit-learn")
    type: Literal["sklearn"] = "sklearn"
    steps: Annotated[
        list[str | Step], Field(min_length=1, description="classes in order, each with its parameters")
    ]
    class_weight: WeightField = None
    told_by: ClassVar[str] = "steps"

    @field_validator("steps")
    @classmethod
    def _one_class_each(cls, value: list[str | Step]) -> list[str | Step]:
        for step in value:
            if not isinstance(step, str):
                _check_step(step)
        return value

    def verify(self) -> None:
        """Build the pipeline once, without training it."""
        self.build(0, "balanced" if self.class_weight is not None else None)

    def named_classes(self) -> Iterable[tuple[tuple[str | int, ...], str]]:
        """Yield every class named in the steps and in a tuning grid, nested ones included."""
        for i, step in enumerate(self.steps):
            for name in _classes(step):
                yield ("steps", i), name
        for key, values in (self.tune.grid if self.tune else {}).items():
            for value in values:
                for name in _classes_of_value(key, value):
                    yield ("tune", "grid", key), name

    def fit(
        self, texts: Sequence[str], labels: IntArray, n_labels: int, seed: int, names: Sequence[str]
    ) -> Classifier:
        """Build the pipeline afresh and train it; every ``random_state`` comes from ``seed``.

        One training label alone gives a constant, as with the other trained models.

        Raises
        ------
        InputError
            scikit-learn refuses the parameters or the texts.
        """
        present = np.unique(labels)
        pipeline = self.build(seed, weights(self.class_weight, names, present))
        if len(present) == 1:
            return Constant(int(present[0]), n_labels, hasattr(pipeline, "predict_proba"))
        try:
            return _Trained(pipeline.fit(list(texts), labels), n_labels)
        except (ValueError, TypeError) as error:
            raise InputError(f"scikit-learn cannot train {self.said()}: {error}") from error

    def said(self) -> str:
        """Return the names of the classes, for messages."""
        return " + ".join(name.rpartition(".")[2] for step in self.steps for name, _ in _items(step))

    def build(self, seed: int, class_weight: Any = None) -> Any:
        """Return the untrained scikit-learn pipeline.

        Raises
        ------
        InputError
            A class cannot be imported, is no estimator, or does not take a parameter.
        """
        from sklearn.pipeline import Pipeline

        steps = [_make(name, params) for step in self.steps for name, params in _items(step)]
        if not _takes_text(steps[0]):
            from sklearn.feature_extraction.text import TfidfVectorizer

            steps.insert(0, TfidfVectorizer())
        if not hasattr(steps[-1], "predict"):
            raise InputError(f"the last step must be a classifier, got {type(steps[-1]).__name__}")
        pipeline = Pipeline([(f"step{i}", step) for i, step in enumerate(steps)])
        values = pipeline.get_params(deep=True)
        random = {k: seed for k in values if k.rpartition("__")[2] == "random_state" and values[k] is None}
        if class_weight is not None:
            key = f"step{len(steps) - 1}__class_weight"
            if key not in values:
                raise InputError(f"{type(steps[-1]).__name__} has no class_weight")
            random[key] = class_weight
        return pipeline.set_params(**random)


class _Trained:
    def __init__(self, pipeline: Any, n_labels: int) -> None:
        self.pipeline, self.n_labels = pipeline, n_labels

    def predict(self, texts: Sequence[str]) -> Output:
        predicted = np.asarray(self.pipeline.predict(list(texts)), dtype=np.intp)
        if not hasattr(self.pipeline, "predict_proba"):
            return Output(predicted)
        values = self.pipeline.predict_proba(list(texts))
        return Output(predicted, spread(values, [int(c) for c in self.pipeline.classes_], self.n_labels))


def _items(step: str | Step) -> list[tuple[str, Mapping[str, Any]]]:
    if isinstance(step, str):
        return [(step, {})]
    return [(name, params if isinstance(params, Mapping) else {}) for name, params in step.items()]


def _check_step(step: Step) -> None:
    if len(step) != 1:
        raise ValueError(f"a step is one class and its parameters, got {', '.join(step) or 'nothing'}")
    for name, params in step.items():
        if params is not None and not isinstance(params, dict):
            raise ValueError(f"the parameters of {name} must be a mapping, got {params!r}")


def _classes(step: str | Step) -> Iterable[str]:
    for name, params in _items(step):
        yield name
        yield from _nested(params)


def _classes_of_value(key: str, value: Any) -> Iterable[str]:
    if key == "steps" and isinstance(value, list):
        for step in value:
            if isinstance(step, str | dict):
                yield from _classes(step)
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


def _value(value: Any) -> Any:
    """Turn a YAML value into a parameter: nested estimators built, two-number ranges made tuples."""
    if isinstance(value, Mapping) and "class" in value:
        if not isinstance(value["class"], str):
            raise InputError(f"'class' must be a dotted path, got {value['class']!r}")
        return _make(value["class"], {k: v for k, v in value.items() if k != "class"})
    if isinstance(value, Mapping):
        return {k: _value(v) for k, v in value.items()}
    return [_value(v) for v in value] if isinstance(value, list) else value


def _make(path: str, params: Mapping[str, Any]) -> Any:
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


def _takes_text(step: Any) -> bool:
    from sklearn.compose import ColumnTransformer
    from sklearn.feature_extraction.text import CountVectorizer, HashingVectorizer
    from sklearn.pipeline import FeatureUnion, Pipeline

    if isinstance(step, Pipeline):
        return _takes_text(step.steps[0][1])
    if isinstance(step, FeatureUnion):
        return all(_takes_text(t) for _, t in step.transformer_list)
    return isinstance(step, CountVectorizer | HashingVectorizer | ColumnTransformer) or hasattr(
        step, "takes_text"
    )
