"""For authors of models: whether a prediction changes with what must not be seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from harness.inputs import rendered
from harness.models.base import Model
from harness.models.output import IntArray, Output, knowing
from harness.records import Example

SEED = 7
_NAMES = ("for", "against", "neither")
_WORDS = (
    ("good", "right", "welcome", "agrees", "backs"),
    ("wrong", "harmful", "refuse", "rejects", "warns"),
    ("meets", "reports", "Tuesday", "plans", "counted"),
)


def assert_no_leak(model: Model) -> None:
    """Train a model on invented statements and try whether anything else shows in what it predicts.

    What it says of a statement must stay the same, bit for bit, when the texts and labels of all other
    statements that it does not train on change, and the statement's own label with them: statements of
    the test set, and statements purged from training. A vocabulary, a scaler, a threshold or a prior
    taken from all statements would show.

    Parameters
    ----------
    model : Model
        As a configuration specifies it, such as ``NearestStatement(least=0.2)``. It is shown ``text``
        unless it has an ``input`` of its own, and may name the parts ``text``, ``target``, ``cue`` and
        ``source``. A model that works with the labels of one data set only is tried by :func:`leak`.

    Raises
    ------
    AssertionError
        Something shows, or two trainings with one seed differ, so that nothing can be told.
    """
    examples = rendered(_invented(), model.input or "text", model.second_input, model.further_inputs)
    groups = [e.group for e in examples]
    train = np.array([i for i, group in enumerate(groups) if int(group) < 8], dtype=np.intp)
    for kept in (len(train), len(examples) - 1):
        reason = leak(model, examples, _NAMES, train, kept)
        if reason is not None:
            raise AssertionError(f"{type(model).__name__}: {reason}")


def leak(
    model: Model, examples: Sequence[Example], names: Sequence[str], train: IntArray, kept: int
) -> str | None:
    """Return how a prediction rests on what it must not rest on; None if nothing of it shows.

    Parameters
    ----------
    model : Model
    examples : sequence of Example
        As the model is shown them (:func:`harness.inputs.rendered`), their labels among ``names``.
    names : sequence of str
    train : (n_train,) int array
        Positions of the training statements. Those of the first two's groups are its dev part as well, for
        a model that makes something of one.
    kept : int
        Position of the statement that is predicted, not in ``train``.
    """
    training = {int(i) for i in train}
    others = [e if i in training else _changed(e, names, text=i != kept) for i, e in enumerate(examples)]
    before, after = (_said(model, rows, names, train, kept) for rows in (examples, others))
    if before == after:
        return None
    if before != _said(model, examples, names, train, kept):
        return "two trainings with one seed predict different things; draw from the seed that is given"
    return (
        f"the prediction for '{examples[kept].id}' changes with texts or labels of statements that are "
        "not in the training set; learn from the training statements alone"
    )


def _said(model: Model, rows: Sequence[Example], names: Sequence[str], train: IntArray, kept: int) -> Any:
    """Return label, probabilities and chosen parameters of one statement, comparable by ``==``."""
    first = {rows[j].group for j in train[:2]}
    dev = np.array([i for i in train if rows[i].group in first], dtype=np.intp)
    session = knowing(model.session(rows, names), dev)
    out: Output = session.fit_predict(train, np.array([kept], dtype=np.intp), SEED)
    table = None if out.probabilities is None else out.probabilities.tobytes()
    return out.predicted.tolist(), table, out.chosen


def _changed(e: Example, names: Sequence[str], *, text: bool) -> Example:
    """Return the statement with another label and, for ``text``, words that stand nowhere else."""
    other = replace(e, label=names[(names.index(e.label) + 1) % len(names)])
    beside = tuple(f"kji{e.id} hgf{k}" for k in range(len(e.beside)))
    return replace(other, text=f"zyx{e.id} wvu tsr", pair=f"qpo{e.id} nml", beside=beside) if text else other


def _invented() -> tuple[Example, ...]:
    """Return 36 statements in 12 groups: each group has every label once, in words that tell them apart.

    A later group has longer texts, so that a scale taken from all of them is not that of the first ones.
    """
    found = []
    for n in range(36):
        group, label = divmod(n, 3)
        words = [_WORDS[label][(group + k) % 5] for k in range(3)]
        roads = " ".join(f"road {k}" for k in range(group + 1))
        text = f"the council {' '.join(words)} on {roads}"
        parts = {"text": text, "target": "roads", "cue": words[0], "source": f"speaker {group % 4}"}
        found.append(Example(f"s{n}", _NAMES[label], text, str(group), f"article {group % 3}", parts, {}))
    return tuple(found)
