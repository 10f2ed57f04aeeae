"""Markdown tables, and docstrings as Markdown."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from website.values import default_of, in_words

ROLE = re.compile(r":(?:meth|class|func|attr|data|mod):`~?\.?([^`]+)`")
LITERAL = re.compile(r"``([^`]+)``")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table; what would end a cell is escaped."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in lines) + "\n"


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


def keys_table(properties: Mapping[str, Any], required: Iterable[str] = ()) -> str:
    """Return the table of a mapping's keys, from the properties of its JSON Schema."""
    needed = set(required)
    rows = [
        (
            f"`{key}`",
            schema.get("description", ""),
            in_words(schema),
            "required" if key in needed else default_of(schema),
        )
        for key, schema in properties.items()
    ]
    return table(("key", "what it says", "value", "default"), rows)


def documented(thing: Any) -> str:
    """Return a docstring as Markdown: roles and literals of reStructuredText become code."""
    return prose(inspect.getdoc(thing) or "")


def prose(text: str) -> str:
    """Return the reStructuredText of a docstring as Markdown."""
    return LITERAL.sub(r"`\1`", ROLE.sub(r"`\1`", text))
