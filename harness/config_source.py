"""A configuration's YAML before validation: ``extends`` merged, ``--set`` applied, places kept."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.errors import InputError, Place
from harness.textfile import located, path_fault
from harness.yamlfile import Path_, YamlFile, read_value, read_yaml

COMMAND_LINE = "--set"


@dataclass(slots=True)
class Source:
    """Merged plain values, and for each key the file and line that it came from."""

    data: dict[str, Any]
    root: Path
    lines: dict[Path_, Place] = field(default_factory=dict)

    def place(self, path: Path_) -> Place:
        """Return the place of the deepest known part of ``path``."""
        for size in range(len(path), 0, -1):
            if path[:size] in self.lines:
                return self.lines[path[:size]]
        return Place(str(self.root), 1)

    def resolve(self, path: Path_, value: str) -> str:
        """Make a path value absolute: relative to the file that says it, or to the working directory."""
        said = self.place(path).path
        fault, whole = path_fault(value), ""
        if fault is None:
            base = Path.cwd() if said == COMMAND_LINE else Path(said).resolve().parent
            whole = located(base / value)
            fault = path_fault(whole)
        if fault is not None:
            message = f"{'.'.join(map(str, path))}: {fault}"
            raise InputError(message, place=self.place(path), hint="shorten it, or move the files")
        return whole

    def put(self, keys: Sequence[str], value: Any, place: Place, said: str) -> None:
        """Set what the parts of a dotted key lead to.

        Parameters
        ----------
        keys : sequence of str, at least one
        value : plain value
        place : Place
            Where the value is said.
        said : str
            What an error begins with.

        Raises
        ------
        InputError
            A key leads into something that has no parts, or past the end of a list.
        """
        at: Any = self.data
        path: Path_ = ()
        for key in keys[:-1]:
            step = _step(at, key, said)
            if isinstance(at[step], str) and path in {("models",), ("splits",)}:
                at[step] = {"type": at[step]}
            at, path = at[step], (*path, step)
            if not isinstance(at, dict | list):
                hint = "'harness schema' lists what can be set"
                raise InputError(f"{said}: '{key}' has no parts to set", hint=hint)
        last = _step(at, keys[-1], said)
        at[last] = value
        path = (*path, last)
        for known in [p for p in self.lines if p[: len(path)] == path]:
            del self.lines[known]
        self.lines[path] = place


def read_source(path: Path, overrides: Sequence[str] = ()) -> Source:
    """Read a configuration and everything that it extends, then apply ``a.b=value`` settings."""
    source = _extended(path, ())
    for override in overrides:
        _override(source, override)
    return source


def _extended(path: Path, seen: tuple[Path, ...]) -> Source:
    file = read_yaml(path)
    here = path.resolve()
    if here in seen:
        chain = " -> ".join(p.name for p in (*seen, here))
        raise InputError(
            f"'extends' goes in a circle: {chain}", place=file.place(("extends",)), hint="break the circle"
        )
    data = dict(file.data)
    base = data.pop("extends", None)
    if base is None:
        return Source(data, path, dict(file.lines))
    if not isinstance(base, str):
        hint = "such as 'extends: base.yaml'"
        raise InputError("'extends' must be the path of one file", place=file.place(("extends",)), hint=hint)
    parent_path = path.parent / base
    if not os.path.isfile(parent_path):  # False as well where the path is none
        raise InputError(
            f"'extends' names no file: {base[:200]}",
            place=file.place(("extends",)),
            hint="the path is relative to this file",
        )
    parent = _extended(parent_path, (*seen, here))
    parent.root = path
    _merge(parent, file, data)
    return parent


def _merge(parent: Source, file: YamlFile, data: Mapping[str, Any]) -> None:
    """Lay ``data`` over the parent: mappings key by key, everything else whole."""

    def lay(into: dict[str, Any], new: Mapping[str, Any], at: Path_) -> None:
        for key, value in new.items():
            here = (*at, key)
            old = into.get(key)
            retyped = isinstance(value, Mapping) and "type" in value
            if isinstance(value, Mapping) and isinstance(old, dict) and not retyped:
                into[key] = dict(old)
                lay(into[key], value, here)
            else:
                for known in [p for p in parent.lines if p[: len(here)] == here]:
                    del parent.lines[known]
                into[key] = value
            for known, place in file.lines.items():
                if known[: len(here)] == here:
                    parent.lines[known] = place

    lay(parent.data, data, ())


def _override(source: Source, text: str) -> None:
    dotted, equals, value = text.partition("=")
    keys = dotted.strip().split(".")
    if not equals or not all(keys):
        raise InputError(
            f"--set {text}: expected KEY=VALUE",
            hint="for example --set seed=1 or --set evaluation.resamples=2000",
        )
    try:
        parsed = read_value(value) if value.strip() else ""
    except InputError as error:
        raise InputError(
            f"--set {text}: {error.message}", hint="quote the value, such as --set 'a.b=\"x: y\"'"
        ) from None
    source.put(keys, parsed, Place(COMMAND_LINE, 0), f"--set {text}")


def _step(at: Any, key: str, said: str) -> str | int:
    """Return the key or position that one part of a dotted key stands for, a new mapping if need be."""
    if isinstance(at, dict):
        if at.get(key) is None:
            at[key] = {}
        return key
    if not (key.isascii() and key.isdecimal() and len(key) < 10) or int(key) >= len(at):
        raise InputError(
            f"{said}: '{key}' is not a position in the list", hint=f"positions are 0 to {len(at) - 1}"
        )
    return int(key)
