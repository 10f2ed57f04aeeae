"""Agreement on labels that lie on a scale: alpha in which a near miss costs less than a far one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from harness.alpha import (
    Distances,
    Interval,
    Value,
    alpha_interval,
    alpha_of,
    coincidences,
    distances,
    given_distances,
)
from harness.records import Scheme

Rows = Sequence[Sequence[str | None]]


@dataclass(frozen=True, slots=True)
class ScaleAgreement:
    """Alpha of labels by their order, or by the distances that the scheme declares.

    Attributes
    ----------
    level : 'ordinal' or 'distances'
    labels : tuple of str
        Lowest first where they are ordered, else as the scheme lists them.
    n_without_place : int
        Exclusions among the labels of units that two annotators found. They have no place on the scale,
        so they count as missing.
    """

    level: Literal["ordinal", "distances"]
    labels: tuple[str, ...]
    alpha: Value
    interval: Interval
    n_without_place: int


def scale_agreement(
    scheme: Scheme, rows_by_article: Sequence[Rows], rng: np.random.Generator, *, resamples: int = 2000
) -> ScaleAgreement | None:
    """Return alpha by the scheme's order or distances, with its interval over articles.

    Parameters
    ----------
    scheme : Scheme
    rows_by_article : sequence, one an article, of units, each a sequence of the annotators' labels
        None where an annotator did not find the unit.
    rng : numpy.random.Generator
    resamples : int

    Returns
    -------
    ScaleAgreement or None
        None if the scheme puts its labels on no scale.
    """
    declared = _declared(scheme)
    if declared is None:
        return None
    level, labels, distance = declared
    tables = [
        coincidences([[v if v in labels else None for v in row] for row in rows], labels)
        for rows in rows_by_article
    ]
    table = np.sum(tables, axis=0) if tables else np.zeros((len(labels), len(labels)))
    said = [[v for v in row if v is not None] for rows in rows_by_article for row in rows]
    return ScaleAgreement(
        level=level,
        labels=labels,
        alpha=alpha_of(table, distance),
        interval=alpha_interval(tables, distance, rng, resamples=resamples),
        n_without_place=sum(v not in labels for values in said if len(values) > 1 for v in values),
    )


def _declared(
    scheme: Scheme,
) -> tuple[Literal["ordinal", "distances"], tuple[str, ...], Distances] | None:
    if scheme.order:
        return "ordinal", scheme.order, distances("ordinal", scheme.order)
    if scheme.distances:
        return "distances", scheme.names, given_distances(scheme.distances)
    return None
