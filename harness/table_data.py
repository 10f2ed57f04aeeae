"""What `data:` says of a table: its files, which column is what, and which rows and labels count."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from harness.spec import Spec

Name = str | int
"""A label or a value of a cell as YAML has it; numbers count as the words that they are written with."""
Column = Annotated[str, Field(min_length=1)]
Format = Literal["csv", "tsv", "jsonl", "parquet"]
Resolve = Callable[[tuple[str | int, ...], str], str]
SOURCES = ("file", "files", "dataset")


class Columns(Spec):
    """Which column is what; every column that is not named here keeps its own name."""

    text: Annotated[Column, Field(description="the text whose stance is labelled")]
    text_pair: Annotated[Column | None, Field(description="the second text, where there are pairs")] = None
    target: Annotated[Column | None, Field(description="what the stance is towards")] = None
    label: Annotated[Column | None, Field(description="the gold label")] = None
    id: Annotated[Column | None, Field(description="unique ids; without it rows are numbered")] = None
    group: Annotated[
        Column | None, Field(description="rows that depend on each other, such as one conversation")
    ] = None
    cluster: Annotated[Column | None, Field(description="where a row comes from, such as its article")] = None
    split: Annotated[Column | None, Field(description="the part that a row belongs to, such as train")] = None

    def named(self) -> dict[str, str]:
        """Return the columns that are named, by what they are."""
        return {role: str(name) for role, name in self if name is not None}


class Join(Spec):
    """A second table whose columns are added to each row that has the same key."""

    file: str
    on: Annotated[Column | list[Column], Field(description="the key column, or [here, there]")]
    columns: Annotated[list[Column], Field(description="what is taken over; all, if none is named")] = []
    format: Format | None = None
    encoding: str = "utf-8"
    quotes: bool = True

    @model_validator(mode="after")
    def _one_key_each(self) -> Self:
        if isinstance(self.on, list) and len(self.on) != 2:
            raise ValueError("'on' is one column, or two: [here, there]")
        _known_encoding(self.encoding)
        return self

    @property
    def keys(self) -> tuple[str, str]:
        """The key column here and in the second table."""
        return (self.on, self.on) if isinstance(self.on, str) else (self.on[0], self.on[1])


class Annotations(Spec):
    """Labels of several annotators: a column each, or one column with a JSON list in each row."""

    columns: Annotated[list[Column], Field(description="one column an annotator")] = []
    column: Annotated[Column | None, Field(description="one column of lists")] = None
    rule: Annotated[Literal["majority"], Field(description="how gold is made where no column has it")] = (
        "majority"
    )
    tie: Annotated[
        Literal["error", "drop", "first"],
        Field(description="rows without one most frequent label; first: the first of the tied ones"),
    ] = "error"

    @model_validator(mode="after")
    def _columns_or_column(self) -> Self:
        if bool(self.columns) == (self.column is not None):
            raise ValueError("give either 'columns' or 'column'")
        return self


class Dataset(Spec):
    """A data set that the `datasets` library opens without a network: a folder, or an id in its cache."""

    path: Annotated[str, Field(min_length=1, description="a folder, or a Hugging Face id in the local cache")]
    config: Annotated[str | None, Field(description="the configuration of the data set")] = None
    split: Annotated[str | None, Field(description="one split; without it all, told apart by 'split'")] = None
    revision: Annotated[str | None, Field(description="of a Hugging Face id")] = None


class TableData(Spec):
    """Statements from a table: files of rows, or a Hugging Face data set."""

    file: Annotated[str | None, Field(description="one table, relative to this file")] = None
    files: Annotated[
        dict[str, str | list[str]] | None,
        Field(description="tables by part, such as {train: [a.csv], test: b.csv}; 'split' is the part"),
    ] = None
    dataset: Dataset | None = None
    format: Annotated[Format | None, Field(description="by the extension, if not said")] = None
    encoding: Annotated[str, Field(description="of CSV, TSV and JSONL")] = "utf-8"
    quotes: Annotated[
        bool, Field(description="whether quotes enclose cells of CSV and TSV; if not, they are characters")
    ] = True
    columns: Columns
    labels: Annotated[
        list[Name] | None,
        Field(min_length=2, description="in the order of reports; alphabetical, if not said"),
    ] = None
    label_map: Annotated[dict[str, Name], Field(description="label in the file: label here")] = {}
    drop_labels: Annotated[list[Name], Field(description="labels whose rows are left out, and counted")] = []
    drop_empty: Annotated[bool, Field(description="leave rows without a text out, and count them")] = False
    where: Annotated[
        dict[str, Name | list[Name]], Field(description="column: the value or values that rows must have")
    ] = {}
    join: Join | None = None
    group: Annotated[
        Literal["auto"] | None, Field(description="auto: rows that are copies or read alike are one group")
    ] = None
    annotations: Annotations | None = None
    input: Annotated[str, Field(description="what a model sees, such as '{target} [SEP] {text}'")] = "{text}"

    @field_validator("encoding")
    @classmethod
    def _known(cls, value: str) -> str:
        return _known_encoding(value)

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        said = [name for name in SOURCES if getattr(self, name) is not None]
        if len(said) != 1:
            raise ValueError(f"give one of {', '.join(SOURCES)}, got {' and '.join(said) or 'none'}")
        if self.files is not None and not (self.files and all(self.files.values())):
            raise ValueError("'files' names no part, or parts without a file")
        if self.files is not None and self.columns.split is not None:
            raise ValueError("with 'files' the part of a row is its file's, so leave columns.split out")
        if self.group is not None and self.columns.group is not None:
            raise ValueError("give either 'group: auto' or columns.group")
        if self.columns.label is None and self.annotations is None:
            raise ValueError("nothing says the labels: give columns.label or annotations")
        names = [str(name) for name in self.labels or ()]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"labels has {', '.join(twice)} twice")
        both = sorted({*names} & {str(name) for name in self.drop_labels})
        if both:
            raise ValueError(f"{', '.join(both)} stands in labels and in drop_labels")
        return self

    def paths(self) -> list[tuple[str, Path]]:
        """Return the files in order, each with the part that it is (empty for ``file``)."""
        if self.file is not None:
            return [("", Path(self.file))]
        parts = (self.files or {}).items()
        return [
            (part, Path(name)) for part, said in parts for name in ([said] if isinstance(said, str) else said)
        ]

    def resolved(self, path: Resolve) -> Self:
        """Return the specification with every path passed through ``path``, a function of (keys, path)."""
        files = None
        if self.files is not None:
            files = {
                part: path(("files", part), said)
                if isinstance(said, str)
                else [path(("files", part, i), name) for i, name in enumerate(said)]
                for part, said in self.files.items()
            }
        update: dict[str, Any] = {"files": files}
        if self.file is not None:
            update["file"] = path(("file",), self.file)
        if self.join is not None:
            joined = {"file": path(("join", "file"), self.join.file)}
            update["join"] = self.join.model_copy(update=joined)
        if self.dataset is not None:
            where = _folder_or_id(self.dataset.path, lambda said: path(("dataset", "path"), said))
            update["dataset"] = self.dataset.model_copy(update={"path": where})
        return self.model_copy(update=update)

    def plain(self) -> dict[str, Any]:
        """Return it as plain YAML values, without what is not said."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)

    def mapping(self) -> dict[str, Any]:
        """Return what makes examples of rows, for digests: everything but names of files and the input."""
        out = self.model_dump(mode="json", by_alias=True, exclude={*SOURCES, "input"})
        if self.join is not None:
            out["join"].pop("file")
        return out


def _known_encoding(value: str) -> str:
    try:
        b"a".decode(value)
    except UnicodeError:
        pass  # a text encoding, of which this is half a character
    except LookupError:
        raise ValueError(f"no text encoding is called '{value}'") from None
    return value


def _folder_or_id(said: str, path: Callable[[str], str]) -> str:
    """Return the path of a data set that is a folder; what is no folder is an id and stays."""
    if os.path.isabs(said):
        return path(said)
    made = path(said)
    return made if said.startswith(".") or os.path.isdir(made) else said
