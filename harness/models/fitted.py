"""What training adds to a scikit-learn estimator, as named arrays; and an estimator that has it again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from harness.models.output import Constant

CONSTANT = "constant"


def classifier_parts(classifier: Any) -> dict[str, Any]:
    """Return what a trained classifier has learnt.

    Parameters
    ----------
    classifier : Constant, a scikit-learn classifier, or a pipeline of transformers and one
        Whose fitted attributes are numbers and arrays of numbers.

    Returns
    -------
    dict
        For a `Constant` its label alone; else ``step.attribute_`` -> array, for every attribute whose
        name ends with ``_``, as scikit-learn names what training adds.

    Raises
    ------
    TypeError
        A fitted attribute is no array of numbers.
    """
    if isinstance(classifier, Constant):
        return {CONSTANT: classifier.label}
    out: dict[str, Any] = {}
    for step, estimator in _steps(classifier):
        for name, value in vars(estimator).items():
            if name.endswith("_") and not name.startswith("_"):
                found = np.asarray(value)
                if found.dtype.kind not in "biuf":
                    raise TypeError(f"{type(estimator).__name__}.{name} is no array of numbers")
                out[f"{step}.{name}"] = found
    return out


def classifier_of(parts: Mapping[str, Any], untrained: Any, n_labels: int, *, certain: bool) -> Any:
    """Return ``untrained`` with what :func:`classifier_parts` took from it, or the constant that it was.

    Parameters
    ----------
    parts : mapping
        May hold other parts, under names without a dot.
    untrained : estimator
        As it was before training; it is changed.
    n_labels : int
    certain : bool
        Whether a constant gives its label probability 1, or no probabilities.

    Raises
    ------
    ValueError
        There is no part of some step, or a label is none of the ``n_labels``.
    """
    if CONSTANT in parts:
        label = int(parts[CONSTANT])
        if not 0 <= label < n_labels:
            raise ValueError(f"the label {label} is none of {n_labels}")
        return Constant(label, n_labels, certain)
    for step, estimator in _steps(untrained):
        mine = {k.removeprefix(f"{step}."): v for k, v in parts.items() if k.startswith(f"{step}.")}
        if not mine:
            raise ValueError(f"nothing is said of {type(estimator).__name__}")
        for name, value in mine.items():
            setattr(estimator, name, value.item() if value.ndim == 0 else value)
    labels = getattr(untrained, "classes_", ())
    if not len(labels) or not all(0 <= int(label) < n_labels for label in labels):
        raise ValueError(f"the labels {labels} are none of {n_labels}")
    return untrained


def _steps(classifier: Any) -> Iterator[tuple[str, Any]]:
    from sklearn.pipeline import Pipeline

    yield from classifier.steps if isinstance(classifier, Pipeline) else [("classifier", classifier)]
