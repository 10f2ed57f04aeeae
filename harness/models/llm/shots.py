"""Labelled statements to show before the one that is asked for: drawn from a training set alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from harness.records import Example


def drawn(training: Sequence[Example], n: int, seed: int) -> tuple[Example, ...]:
    """Draw statements as evenly over their labels as can be, at most one of a statement group.

    Labels take turns, in an order of chance; each takes its next statement, in an order of chance, whose
    group is not there yet. A label that has none left is passed over.

    Parameters
    ----------
    training : sequence of Example
        One statement may be in it several times.
    n : int, at least 0
    seed : int in [0, 2**32)

    Returns
    -------
    tuple of Example
        ``n`` of them in an order of chance; fewer where the groups do not suffice.
    """
    rng = np.random.default_rng(seed)
    order = [training[int(i)] for i in rng.permutation(len(training))]
    labels = [str(label) for label in rng.permutation(sorted({e.label for e in training}))]
    left = {label: [e for e in order if e.label == label] for label in labels}
    found: list[Example] = []
    groups: set[str] = set()
    while len(found) < n and any(left.values()):
        for label in labels:
            new = next((i for i, e in enumerate(left[label]) if e.group not in groups), None)
            if new is None:
                left[label] = []
            elif len(found) < n:
                found.append(left[label][new])
                groups.add(found[-1].group)
                del left[label][: new + 1]
    return tuple(found[int(i)] for i in rng.permutation(len(found)))
