"""How far the labels of a scheme lie apart: its ``order`` or ``distances``, checked label by label."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Annotated

from pydantic import Field

from harness.errors import Place, Problem, did_you_mean
from harness.spec import Spec
from harness.yamlfile import YamlFile

Distance = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Table = Mapping[str, Mapping[str, float]]


class ScaleSpec(Spec):
    """The two keys of ``scheme.yaml`` that put the labels on a scale; a scheme may have one of them.

    ``order`` names every label once, lowest first. ``distances`` gives a number of 0 or more for every two
    labels, in one direction or in both: ``{low: {middle: 1, high: 3}, middle: {high: 2}}``.
    """

    order: list[str] = []
    distances: dict[str, dict[str, Distance]] = {}

    @property
    def said(self) -> tuple[str, ...]:
        """Which of the two keys the file has."""
        return tuple(name for name in ("order", "distances") if name in self.model_fields_set)


def scale_problems(spec: ScaleSpec, file: YamlFile, labels: Sequence[str]) -> list[Problem]:
    """Return what is wrong with a scheme's order or distances, each problem at its line.

    Parameters
    ----------
    spec : ScaleSpec
        As the file has it.
    file : YamlFile
        For the places.
    labels : sequence of str
        The scheme's.
    """
    problems: list[Problem] = []
    if len(spec.said) > 1:
        message = "a scheme has an order of its labels or distances between them, not both"
        problems.append(Problem(file.place(("distances",)), "bad-value", message, "keep one of the two"))
    if "order" in spec.said:
        problems += _order_problems(spec.order, file, labels)
    if "distances" in spec.said:
        problems += _distance_problems(spec.distances, file, labels)
    return problems


def distance_table(table: Table, labels: Sequence[str]) -> tuple[tuple[float, ...], ...]:
    """Return (n_labels, n_labels) distances of a table without problems."""
    return tuple(tuple(next(_stated(table, a, b), 0.0) for b in labels) for a in labels)


def _order_problems(order: Sequence[str], file: YamlFile, labels: Sequence[str]) -> Iterator[Problem]:
    for i, label in enumerate(order):
        place = file.place(("order", i))
        if label not in labels:
            yield _unknown(label, place, labels)
        elif label in order[:i]:
            yield Problem(place, "duplicate-label", f"label '{label}' is in the order twice")
    absent = [label for label in dict.fromkeys(labels) if label not in order]
    if absent:
        message = f"the order lacks {', '.join(absent)}"
        yield Problem(file.place(("order",)), "missing-label", message, "every label has its place in it")


def _distance_problems(table: Table, file: YamlFile, labels: Sequence[str]) -> Iterator[Problem]:
    for a, row in table.items():
        if a not in labels:
            yield _unknown(a, file.place(("distances", a)), labels)
        for b, distance in row.items():
            place = file.place(("distances", a, b))
            if b not in labels:
                yield _unknown(b, place, labels)
            elif a == b and distance:
                yield Problem(place, "bad-value", f"the distance of '{a}' from itself is {distance:g}, not 0")
    for a, b in combinations(dict.fromkeys(labels), 2):
        found = set(_stated(table, a, b))
        if len(found) > 1:
            message = f"from '{a}' to '{b}' it is {table[a][b]:g}, from '{b}' to '{a}' {table[b][a]:g}"
            yield Problem(file.place(("distances", b, a)), "bad-value", message, "one direction is enough")
        elif not found:
            message = f"the distance between '{a}' and '{b}' is missing"
            yield Problem(
                file.place(("distances",)), "missing-label", message, f"for example {a}: {{{b}: 1}}"
            )


def _stated(table: Table, a: str, b: str) -> Iterator[float]:
    for x, y in ((a, b), (b, a)):
        if y in table.get(x, {}):
            yield table[x][y]


def _unknown(label: str, place: Place, labels: Sequence[str]) -> Problem:
    message = f"label '{label}' is none of the scheme's"
    return Problem(place, "unknown-label", message, did_you_mean(label, labels))
