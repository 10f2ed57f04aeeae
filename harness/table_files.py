"""What `data:` says of the files of a table: one file of rows, or plain text files side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from harness.spec import Spec

Name = str | int
"""A label or a value of a cell as YAML has it; numbers count as the words that they are written with."""
Column = Annotated[str, Field(min_length=1)]
Resolve = Callable[[tuple[str | int, ...], str], str]


class TableFile(Spec):
    """One file of rows or plain text files side by side, and columns that are the same in all its rows."""

    file: Annotated[str | None, Field(description="one table, relative to the configuration")] = None
    lines: Annotated[
        dict[Column, str] | None,
        Field(min_length=1, description="a plain text file for each column: line n of all of them is row n"),
    ] = None
    add: Annotated[
        dict[Column, Name], Field(description="columns that these rows have besides, the same in each row")
    ] = {}

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if (self.file is None) == (self.lines is None):
            raise ValueError("give either 'file' or 'lines'")
        both = sorted({*self.add} & {*(self.lines or ())})
        if both:
            raise ValueError(f"{', '.join(both)} stands in lines and in add")
        return self

    @property
    def paths(self) -> Mapping[str, Path]:
        """The files by the column that each is; under the empty name where one file has all columns."""
        if self.lines is None:
            return {"": Path(str(self.file))}
        return {column: Path(name) for column, name in self.lines.items()}

    def resolved(self, path: Resolve) -> Self:
        """Return it with every path passed through ``path``, a function of (keys, path)."""
        if self.lines is None:
            return self.model_copy(update={"file": path(("file",), str(self.file))})
        lines = {column: path(("lines", column), name) for column, name in self.lines.items()}
        return self.model_copy(update={"lines": lines})


Entry = Annotated[str | TableFile, Field(description="a table; or {file, add} or {lines, add}")]
Entries = Entry | list[Entry]


def tables_of(said: str | TableFile | list[str | TableFile]) -> list[TableFile]:
    """Return what one entry or a list of them names."""
    entries = said if isinstance(said, list) else [said]
    return [TableFile(file=entry) if isinstance(entry, str) else entry for entry in entries]


def resolved_entry(said: str | TableFile, keys: tuple[str | int, ...], path: Resolve) -> str | TableFile:
    """Return one entry with its paths passed through ``path``."""
    if isinstance(said, str):
        return path(keys, said)
    return said.resolved(lambda inner, name: path((*keys, *inner), name))


def resolved_entries(
    said: str | TableFile | list[str | TableFile], keys: tuple[str | int, ...], path: Resolve
) -> str | TableFile | list[str | TableFile]:
    """Return one entry or a list of them with their paths passed through ``path``."""
    if isinstance(said, list):
        return [resolved_entry(entry, (*keys, i), path) for i, entry in enumerate(said)]
    return resolved_entry(said, keys, path)
