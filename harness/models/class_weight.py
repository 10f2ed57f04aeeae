"""How much each label counts in training."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from harness.errors import InputError, did_you_mean
from harness.models.output import IntArray

ClassWeight = Literal["balanced"] | dict[str, Annotated[float, Field(gt=0)]] | None
WeightField = Annotated[ClassWeight, Field(description="null, 'balanced', or a weight for each label")]


def weights(
    class_weight: ClassWeight, names: Sequence[str], present: IntArray
) -> dict[int, float] | str | None:
    """Return class weights by label number, as scikit-learn takes them; labels not in training left out.

    Raises
    ------
    InputError
        A weight is given for a label that the data do not have.
    """
    if not isinstance(class_weight, dict):
        return class_weight
    for label in class_weight:
        if label not in names:
            raise InputError(f"class_weight names the label '{label}'", hint=did_you_mean(label, names))
    return {int(k): float(class_weight.get(names[k], 1.0)) for k in present}


def number_weights(
    class_weight: ClassWeight, names: Sequence[str], labels: IntArray
) -> dict[int, float] | None:
    """Return class weights by label number, those of 'balanced' worked out; None where all count alike.

    ``balanced`` is ``n / (k * n_label)`` for the k labels in training, as in scikit-learn, which works it
    out again and again, and at more cost than a small classifier takes to train.

    Raises
    ------
    InputError
        A weight is given for a label that the data do not have.
    """
    present, counts = np.unique(labels, return_counts=True)
    chosen = weights(class_weight, names, present)
    if isinstance(chosen, str):
        return {int(k): len(labels) / (len(present) * int(c)) for k, c in zip(present, counts, strict=True)}
    return chosen
