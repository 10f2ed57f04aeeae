"""YAML with line numbers: YAML 1.2 scalars, duplicate keys and tags refused, size and aliases bounded."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from harness.errors import InputError, Place, Problem, ProblemsError
from harness.textfile import read_text

MAX_NODES = 100_000
MAX_DEPTH = 100
MAX_BYTES = 4 << 20
"""PyYAML takes some seconds for so much."""
CORE = "tag:yaml.org,2002:"
SCALARS = frozenset(f"{CORE}{name}" for name in ("str", "int", "float", "bool", "null"))
TOO_LARGE = "too large or too deeply nested"
Path_ = tuple[str | int, ...]


class _TooLargeError(yaml.MarkedYAMLError):
    """More nodes or levels than are read."""


class _Loader(yaml.SafeLoader):
    """A safe loader in which ``no``, ``12:30`` and ``.inf`` stay words, ``1e-3`` and ``010`` are numbers."""

    yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in pairs if tag.endswith(":null")]
        for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.nodes = self.depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        """Count while reading, so that a bomb is not built first."""
        self.nodes += 1
        self.depth += 1
        if self.nodes > MAX_NODES or self.depth > MAX_DEPTH + 2:
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise _TooLargeError(problem_mark=mark)
        node: yaml.Node | None = super().compose_node(parent, index)
        self.depth -= 1
        return node

    def construct_yaml_int(self, node: yaml.ScalarNode) -> int:
        """Read digits as decimal, ``0x`` and ``0o`` as what they say."""
        word = str(self.construct_scalar(node))
        return int(word, 0 if word.lstrip("+-")[:2].lower() in ("0x", "0o") else 10)

    def construct_yaml_float(self, node: yaml.ScalarNode) -> float:
        """Read a finite number; a file with infinity or NaN in it could not be written back as JSON."""
        word = str(self.construct_scalar(node))
        value = float(word)
        if not math.isfinite(value):
            raise yaml.constructor.ConstructorError(None, None, f"'{word}' is not finite", node.start_mark)
        return value


_Loader.add_constructor("tag:yaml.org,2002:int", _Loader.construct_yaml_int)
_Loader.add_constructor("tag:yaml.org,2002:float", _Loader.construct_yaml_float)
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:int",
    re.compile(r"^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$"),
    list("-+0123456789"),
)
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"^[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))(?:[eE][-+]?[0-9]+)?$"),
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
            raise InputError(TOO_LARGE, place=self.place(node), hint="split the file")
        self.lines.setdefault(at, self.place(node))
        if isinstance(node, yaml.ScalarNode):
            return self.scalar(node)
        if node.tag != (f"{CORE}map" if isinstance(node, yaml.MappingNode) else f"{CORE}seq"):
            raise self.tagged(node)
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, at)
        return [self.read(item, (*at, i)) for i, item in enumerate(node.value)]

    def tagged(self, node: yaml.Node) -> InputError:
        name = node.tag.replace(CORE, "!!")
        return InputError(
            f"the tag '{name}' is not supported", place=self.place(node), hint="take the tag away"
        )

    def scalar(self, node: yaml.Node) -> str | int | float | bool | None:
        if node.tag not in SCALARS:
            raise self.tagged(node)
        place, hint = self.place(node), "put quotes around what is text"
        try:
            value = self.loader.construct_object(node)
            str(value).encode("utf-8")
        except UnicodeEncodeError:
            hint = "write the character itself, or both halves"
            raise InputError("half a character (a lone surrogate)", place=place, hint=hint) from None
        except KeyError:  # PyYAML looks words up in its table of truth values
            raise InputError(
                f"not valid YAML: '{node.value[:40]}' is no {node.tag}", place=place, hint=hint
            ) from None
        except ValueError as error:
            raise InputError(f"not valid YAML: {error}", place=place, hint=hint) from None
        assert isinstance(value, str | int | float | bool | None)
        return value

    def mapping(self, node: yaml.MappingNode, at: Path_) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self.report(key_node, "config-key", "a key must be a plain word", "such as 'seed: 1'")
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
    text = read_text(path, MAX_BYTES)
    data, reader = _parsed(text, path)
    if reader.problems:
        raise ProblemsError(reader.problems)
    data = {} if data is None else data
    if not isinstance(data, dict):
        message = f"expected a mapping of keys to values, got {type(data).__name__}"
        raise InputError(message, place=Place(str(path), 1), hint="lines such as 'seed: 1'")
    return YamlFile(path, data, reader.lines)


def read_value(text: str) -> Any:
    """Read one YAML value as files are read; raises `InputError` that says what is wrong with it."""
    value, reader = _parsed(text, Path("value"))
    if reader.problems:
        raise InputError(reader.problems[0].message)
    return value


def _parsed(text: str, path: Path) -> tuple[Any, _Reader]:
    """Parse and convert a text; every way in which YAML can fail becomes an `InputError`."""
    loader: _Loader | None = None
    try:
        loader = _Loader(text)
        reader = _Reader(path, loader)
        node = loader.get_single_node()
        return None if node is None else reader.read(node, ()), reader
    except _TooLargeError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise InputError(TOO_LARGE, place=Place(str(path), line), hint="split the file") from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise InputError(
            f"not valid YAML: {error.problem or error.context}",
            place=Place(str(path), mark.line + 1 if mark else 0),
            hint="check indentation, colons and quotes",
        ) from None
    except yaml.reader.ReaderError as error:
        line = text[: error.position].count("\n") + 1
        raise InputError(
            f"not valid YAML: character U+{ord(text[error.position]):04X} is not allowed",
            place=Place(str(path), line),
            hint="is it a text file? Save it as plain UTF-8 text",
        ) from None
    except RecursionError:
        raise InputError("too deeply nested", place=path, hint="split the file") from None
    finally:
        if loader is not None:
            loader.dispose()
