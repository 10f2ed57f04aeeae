"""``sweep:`` of a configuration -> a configuration for each combination of its values, all valid or none."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from itertools import product
from math import prod
from pathlib import Path
from typing import Any

from harness.config import validate
from harness.config_source import Source, read_source
from harness.errors import InputError, Place, Problem, ProblemsError
from harness.run_config import RunConfig
from harness.textfile import to_json

MOST_RUNS = 1000
LONGEST_NAME = 100
LONGEST_WORD = 24
FIXED = ("name", "output", "executor", "sweep", "trust", "schema")
"""Keys that are the same for all runs of a sweep."""


@dataclass(frozen=True, slots=True)
class Axis:
    """One dotted key, its values, and where each is said."""

    key: str
    values: tuple[Any, ...]
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Sweep:
    """The runs of a sweep: their configurations, in the order of the product of its values."""

    name: str
    path: Path
    axes: tuple[Axis, ...]
    runs: tuple[RunConfig, ...]

    def each(self, change: Callable[[RunConfig], RunConfig]) -> Sweep:
        """Return the sweep with every configuration changed."""
        return replace(self, runs=tuple(map(change, self.runs)))


def load_sweep(path: Path, overrides: Sequence[str] = ()) -> Sweep | None:
    """Read a configuration and make the runs of its sweep; None if it has none.

    Parameters
    ----------
    path : Path
    overrides : sequence of str
        ``a.b=value`` settings that win over the file, but not over the sweep's values.

    Raises
    ------
    ProblemsError
        Whatever is wrong with any combination, with the line of the value.
    """
    source = read_source(path, overrides)
    said = source.data.pop("sweep", None)
    if not said:
        return None
    axes = _axes(source, said)
    names = run_names(str(source.data.get("name", "")), axes)
    problems: set[Problem] = set()
    runs = []
    for name, chosen in zip(names, product(*(range(len(axis.values)) for axis in axes)), strict=True):
        try:
            runs.append(validate(_with_values(source, name, axes, chosen)))
        except ProblemsError as error:
            problems.update(error.problems)
    if problems:
        raise ProblemsError(problems)
    return Sweep(str(source.data["name"]), path, axes, tuple(runs))


def _axes(source: Source, said: Any) -> tuple[Axis, ...]:
    """Return the axes of a sweep, or raise `ProblemsError` for all that is wrong with it."""
    problems = list(_problems(source, said))
    if problems:
        raise ProblemsError(problems)
    axes = tuple(
        Axis(str(key), tuple(values), tuple(source.place(("sweep", key, i)) for i in range(len(values))))
        for key, values in said.items()
    )
    n = prod(len(axis.values) for axis in axes)
    if n > MOST_RUNS:
        place, hint = source.place(("sweep",)), "leave values out, or split it into several sweeps"
        raise InputError(f"the sweep has {n:,} runs, more than {MOST_RUNS:,}", place=place, hint=hint)
    return axes


def _problems(source: Source, said: Any) -> Iterator[Problem]:
    if not isinstance(said, Mapping):
        hint = "for example sweep: {seed: [1, 2, 3]}"
        yield Problem(
            source.place(("sweep",)), "config-sweep", "sweep: expected keys and lists of values", hint
        )
        return
    for key, values in said.items():
        message, hint = _problem(str(key), values)
        if message:
            yield Problem(source.place(("sweep", key)), "config-sweep", message, hint)


def _problem(key: str, values: Any) -> tuple[str, str]:
    """Return what is wrong with one key and its values, and how to mend it; empty if nothing is."""
    first = key.partition(".")[0]
    if not all(key.split(".")):
        return f"sweep: '{key}' is no dotted key", "such as evaluation.level"
    if first in FIXED:
        return f"sweep: '{first}' is the same for all runs", ""
    if not isinstance(values, list) or not values:
        return f"sweep.{key}: expected a list of values", f"for example {key}: [1, 2]"
    if len(set(map(repr, values))) < len(values):  # 1, 1.0, true and "1" are four values
        return f"sweep.{key}: a value is there twice", "each value gives one run"
    return "", ""


def _with_values(source: Source, name: str, axes: Sequence[Axis], chosen: Sequence[int]) -> Source:
    """Return a copy of a source with the values of one combination, each at its own place."""
    made = Source(deepcopy(source.data), source.root, dict(source.lines))
    for axis, i in zip(axes, chosen, strict=True):
        said = f"sweep.{axis.key}[{i}]"
        try:
            made.put(axis.key.split("."), deepcopy(axis.values[i]), axis.places[i], said)
        except InputError as error:
            raise ProblemsError(
                [Problem(axis.places[i], "config-sweep", error.message, error.hint)]
            ) from None
    if isinstance(source.data.get("name"), str):
        made.data["name"] = name
    return made


def run_names(base: str, axes: Sequence[Axis]) -> list[str]:
    """Return a name for each combination, such as ``baseline-C_0.1-seed_2``; a number where that is too long.

    A key is said by as many of its last parts as tell it from the others.
    """
    keys = [re.sub(r"[^A-Za-z0-9._-]", "_", key) for key in _short([axis.key for axis in axes])]
    words = [_words(axis.values) for axis in axes]
    parts = [[f"-{key}_{word}" for word in said] for key, said in zip(keys, words, strict=True)]
    names = [base + "".join(each) for each in product(*parts)]
    if max(map(len, names)) > LONGEST_NAME or len(set(names)) < len(names):
        width = len(str(len(names)))
        names = [f"{base}-{i:0{width}d}" for i in range(1, len(names) + 1)]
    return names


def _short(keys: Sequence[str]) -> list[str]:
    """Return the shortest endings of dotted keys that differ from each other's."""
    out = []
    for key in keys:
        parts = key.split(".")
        endings = [".".join(parts[-size:]) for size in range(1, len(parts) + 1)]
        others = [f".{other}" for other in keys if other != key]
        out.append(next((e for e in endings if not any(o.endswith(f".{e}") for o in others)), key))
    return out


def _words(values: Sequence[Any]) -> list[str]:
    """Return how each value of a key is said in a name: itself, or its number where it cannot be."""
    numbers = [f"no{i}" for i in range(1, len(values) + 1)]
    made = [_word(value) or number for value, number in zip(values, numbers, strict=True)]
    return made if len(set(made)) == len(made) else numbers


def _word(value: Any) -> str:
    """Return a value as a part of a name; empty text if it has no short one."""
    if not isinstance(value, str | int | float | None):
        return ""
    word = to_json(value) if value is None or isinstance(value, bool) else str(value)
    return word if re.fullmatch(rf"[A-Za-z0-9._-]{{1,{LONGEST_WORD}}}", word) else ""
