"""YAML with line numbers: YAML 1.2 scalars, duplicate keys refused, aliases bounded."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from harness.errors import InputError, Place, Problem, ProblemsError
from harness.textfile import read_text

MAX_NODES = 200_000
MAX_DEPTH = 100
Path_ = tuple[str | int, ...]


class _Loader(yaml.SafeLoader):
    """A safe loader in which ``no`` and ``on`` stay words and ``1e-3`` is a number."""

    yaml_implicit_resolvers = {
        first: [
            (tag, pattern) for tag, pattern in pairs if not tag.endswith((":bool", ":float", ":timestamp"))
        ]
        for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"^[-+]?(?:\d+\.\d*(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?|\d+[eE][-+]?\d+|\.inf|\.nan)$"),
    list("-+0123456789."),
)


@dataclass(frozen=True, slots=True)
class YamlFile:
    """What a YAML file says, and on which line each key or item of it stands."""

    path: Path
    data: dict[str, Any]
    lines: dict[Path_, Place] = field(default_factory=dict)

    def place(self, path: Path_) -> Place:
        """Return the place of the deepest known part of ``path``."""
        for size in range(len(path), -1, -1):
            if path[:size] in self.lines:
                return self.lines[path[:size]]
        return Place(str(self.path))


class _Reader:
    def __init__(self, path: Path, loader: _Loader) -> None:
        self.path, self.loader = path, loader
        self.lines: dict[Path_, Place] = {}
        self.problems: list[Problem] = []
        self.nodes = 0

    def place(self, node: yaml.Node) -> Place:
        return Place(str(self.path), node.start_mark.line + 1)

    def read(self, node: yaml.Node, at: Path_) -> Any:
        self.nodes += 1
        if self.nodes > MAX_NODES or len(at) > MAX_DEPTH:
            raise InputError("too large or too deeply nested", place=self.place(node), hint="split the file")
        self.lines.setdefault(at, self.place(node))
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, at)
        if isinstance(node, yaml.SequenceNode):
            return [self.read(item, (*at, i)) for i, item in enumerate(node.value)]
        return self.loader.construct_object(node)

    def mapping(self, node: yaml.MappingNode, at: Path_) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self.report(key_node, "config-key", "a key must be a plain word", "")
                continue
            key = str(key_node.value)
            if key in out:
                first = self.lines[*at, key].line
                self.report(
                    key_node,
                    "duplicate-key",
                    f"duplicate key '{key}' (first on line {first})",
                    "keep one of them",
                )
                continue
            self.lines[*at, key] = self.place(key_node)
            out[key] = self.read(value_node, (*at, key))
        return out

    def report(self, node: yaml.Node, code: str, message: str, hint: str) -> None:
        self.problems.append(Problem(self.place(node), code, message, hint))


def read_yaml(path: Path) -> YamlFile:
    """Read one YAML document whose top is a mapping.

    Raises
    ------
    ProblemsError
        Duplicate keys, all of them.
    InputError
        Not UTF-8, not YAML, not a mapping, or too large; with file and line.
    """
    text = read_text(path)
    loader = _Loader(text)
    reader = _Reader(path, loader)
    try:
        node = loader.get_single_node()
        data = {} if node is None else reader.read(node, ())
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(str(path), mark.line + 1 if mark else 0)
        raise InputError(
            f"not valid YAML: {error.problem or error.context}",
            place=place,
            hint="check indentation, colons and quotes",
        ) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise InputError(
            f"not valid YAML: {type(error).__name__}: {str(error).splitlines()[0]}", place=path
        ) from None
    finally:
        loader.dispose()
    if reader.problems:
        raise ProblemsError(reader.problems)
    if not isinstance(data, dict):
        raise InputError(
            f"expected a mapping of keys to values, got {type(data).__name__}", place=Place(str(path), 1)
        )
    return YamlFile(path, data, reader.lines)
