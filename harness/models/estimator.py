"""Any scikit-learn estimator or pipeline, named by dotted path."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, ClassVar, Literal, Self

import numpy as np
from pydantic import Field, field_validator

from harness.errors import InputError
from harness.models.base import Model
from harness.models.class_weight import WeightField, weights
from harness.models.inner_folds import inner_folds
from harness.models.output import Classifier, Constant, IntArray, Labeller, Output, TextLabeller, spread
from harness.models.steps import (
    Step,
    check_step,
    classes,
    classes_of_value,
    items,
    make,
    refuse_files,
    takes_text,
    with_parameter,
)
from harness.numbering import group_numbers, label_numbers
from harness.records import Example


class Estimator(Model):
    """A scikit-learn classifier over texts, or a pipeline of steps that ends in one.

    ``steps`` is a list of one-key mappings ``dotted.path.Class: {parameter: value}``; a value that is
    itself such a mapping under the key ``class`` builds a nested estimator. If the first step is no
    text vectoriser, a default ``TfidfVectorizer`` comes before it.

    A key of ``tune.grid`` is ``Class.parameter``, such as ``LinearSVC.C``, of a step or of an estimator
    nested in one, or ``steps``. Where the classifier divides its training set itself (``cv`` of
    ``CalibratedClassifierCV``, ``GridSearchCV``, ``StackingClassifier`` and their like; a number, or
    nothing for 5), it gets folds over statement groups, so that copies of one utterance stay together
    there as well.
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
                check_step(step)
        return value

    def verify(self) -> None:
        """Build the pipeline once, without training it."""
        self.build(0, "balanced" if self.class_weight is not None else None)

    def named_classes(self) -> Iterable[tuple[tuple[str | int, ...], str]]:
        """Yield every class named in the steps and in a tuning grid, nested ones included."""
        for i, step in enumerate(self.steps):
            for name in classes(step):
                yield ("steps", i), name
        for key, values in (self.tune.grid if self.tune else {}).items():
            for value in values if isinstance(values, list) else ():
                for name in classes_of_value(key, value):
                    yield ("tune", "grid", key), name

    def with_values(self, values: Mapping[str, Any]) -> Self:
        """Return the specification with the values of a tuning grid set in its steps."""
        steps: Any = values.get("steps", self.steps)
        for key, value in values.items():
            if key in type(self).model_fields:
                continue
            name, _, parameter = key.rpartition(".")
            steps, times = with_parameter(steps, name, parameter, value)
            if times != 1:
                said = "is in no step" if times == 0 else f"is in {times} places"
                raise InputError(
                    f"tune.grid: '{key}': the class '{name}' {said}",
                    hint="write Class.parameter, such as LinearSVC.C",
                )
        plain = {k: v for k, v in values.items() if k in type(self).model_fields}
        return type(self).model_validate({**self.plain(), **plain, "steps": steps, "tune": None})

    @property
    def seeded(self) -> bool:
        """Whether an estimator takes a ``random_state`` that is not set, or divides its training set."""
        values = self.build(0).get_params(deep=True)
        own = self.build(1).get_params(deep=True)
        drawn = any(own[k] != v for k, v in values.items() if k.rpartition("__")[2] == "random_state")
        return drawn or any(k == "cv" or k.endswith("__cv") for k in values)

    def train(self, examples: Sequence[Example], names: Sequence[str], seed: int) -> TextLabeller:
        """Train on statements; folds inside the classifier go by their groups."""
        texts, labels = [e.text for e in examples], label_numbers(examples, names)
        return TextLabeller(self._trained(texts, labels, group_numbers(examples), seed, names))

    def fit(
        self, texts: Sequence[str], labels: IntArray, n_labels: int, seed: int, names: Sequence[str]
    ) -> Classifier:
        """Train on texts, each a group of its own."""
        return self._trained(texts, labels, np.arange(len(texts)), seed, names)

    def _trained(
        self, texts: Sequence[str], labels: IntArray, groups: IntArray, seed: int, names: Sequence[str]
    ) -> Classifier:
        """Build the pipeline afresh and train it; every ``random_state`` comes from ``seed``.

        One training label alone gives a constant, as with the other trained models.

        Raises
        ------
        InputError
            scikit-learn refuses the parameters or the texts.
        """
        n_labels, present = len(names), np.unique(labels)
        pipeline = self.build(seed, weights(self.class_weight, names, present))
        if len(present) == 1:
            return Constant(int(present[0]), n_labels, hasattr(pipeline, "predict_proba"))
        _divide_by_groups(pipeline, labels, groups, seed)
        try:
            return _Trained(pipeline.fit(list(texts), labels), n_labels)
        except (ValueError, TypeError) as error:
            raise InputError(f"scikit-learn cannot train {self.said()}: {error}") from error

    def parts(self, labeller: Labeller) -> Mapping[str, Any] | None:
        """Return the trained pipeline whole, or the one label that it always says."""
        classifier = labeller.classifier if isinstance(labeller, TextLabeller) else None
        if isinstance(classifier, Constant):
            return {"constant": classifier.label, "certain": classifier.certain}
        return {"pipeline": classifier.pipeline} if isinstance(classifier, _Trained) else None

    def restored(self, parts: Mapping[str, Any], names: Sequence[str]) -> Labeller:
        """Take the pipeline back if its steps are those of the specification."""
        if "constant" in parts:
            constant = Constant(int(parts["constant"]), len(names), bool(parts["certain"]))
            return TextLabeller(constant)
        pipeline = parts["pipeline"]
        found, wanted = ([type(step) for _, step in p.steps] for p in (pipeline, self.build(0)))
        if found != wanted:
            raise ValueError("the steps are not those of the specification")
        refuse_files(pipeline.get_params(deep=True))
        return TextLabeller(_Trained(pipeline, len(names)))

    def said(self) -> str:
        """Return the names of the classes, for messages."""
        return " + ".join(name.rpartition(".")[2] for step in self.steps for name, _ in items(step))

    def build(self, seed: int, class_weight: Any = None) -> Any:
        """Return the untrained scikit-learn pipeline.

        Raises
        ------
        InputError
            A class cannot be imported, is no estimator, or does not take a parameter.
        """
        from sklearn.pipeline import Pipeline

        steps = [make(name, params) for step in self.steps for name, params in items(step)]
        if not takes_text(steps[0]):
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
        """Predict; both predictions of the last step take the features that the others make once."""
        *before, (_, last) = self.pipeline.steps
        X = list(texts)
        for _, step in before:
            X = step.transform(X)
        predicted = np.asarray(last.predict(X), dtype=np.intp)
        if not hasattr(last, "predict_proba"):
            return Output(predicted)
        values = last.predict_proba(X)
        return Output(predicted, spread(values, [int(c) for c in last.classes_], self.n_labels))


def _divide_by_groups(pipeline: Any, labels: IntArray, groups: IntArray, seed: int) -> None:
    """Give a classifier that divides its training set folds over groups.

    Raises
    ------
    InputError
        Something inside another step divides as well, where the groups cannot follow.
    """
    last = f"{pipeline.steps[-1][0]}__cv"
    for key, cv in pipeline.get_params(deep=True).items():
        if not (key == "cv" or key.endswith("__cv")) or cv == "prefit":
            continue
        if key != last:
            raise InputError(
                f"{key.replace('__', '.')}: only the last step may divide its training set itself",
                hint="choose parameters with 'tune:', which keeps statement groups together",
            )
        if cv is not None and not isinstance(cv, int):
            raise InputError(f"cv must be a number of folds, got {cv!r}")
        fold_of = inner_folds(labels, groups, 5 if cv is None else cv, seed)
        if fold_of is None:
            raise InputError("one statement group cannot be divided into folds")
        folds = [(np.flatnonzero(fold_of != k), np.flatnonzero(fold_of == k)) for k in np.unique(fold_of)]
        pipeline.set_params(**{last: folds})
