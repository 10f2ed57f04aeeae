"""What `data:` says of a table: its files, which column is what, and which rows and labels count."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import Discriminator, Field, Tag, field_validator, model_validator

from harness.spec import Spec
from harness.table_files import (
    Column,
    Entries,
    Entry,
    Name,
    Resolve,
    TableFile,
    resolved_entries,
    resolved_entry,
    tables_of,
)

Format = Literal["csv", "tsv", "jsonl", "parquet"]
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

    file: Annotated[Entries, Field(description="the second table; several stand one below the other")]
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


class AtLeast(Spec):
    """Gold is the label that at least this share of the annotators gave."""

    at_least: Annotated[float, Field(gt=0, le=1, description="a share, such as 0.66")]


Word = Literal["plurality", "majority", "unanimous"]
Rule = Annotated[
    Annotated[Word, Tag("a word")] | Annotated[AtLeast, Tag("a share")],
    Discriminator(lambda value: "a share" if isinstance(value, Mapping | AtLeast) else "a word"),
]


class GoldRule(Spec):
    """How gold is made of what several annotators said, where no column has it."""

    rule: Annotated[
        Rule,
        Field(
            description="gold is the label with most votes (plurality), if it has more than half of them "
            "(majority), all (unanimous) or a share ({at_least: 0.66})"
        ),
    ] = "plurality"
    tie: Annotated[
        Literal["error", "drop", "first"],
        Field(
            description="rows that the rule leaves without gold; first: the first label with most votes, "
            "in the order of the annotators (of the labels, for distributions)"
        ),
    ] = "error"


class Annotations(GoldRule):
    """Labels of several annotators: a column each, or one column with a JSON list in each row."""

    columns: Annotated[list[Column], Field(description="one column an annotator")] = []
    column: Annotated[Column | None, Field(description="one column of lists")] = None

    @model_validator(mode="after")
    def _columns_or_column(self) -> Self:
        _one_of(self.columns, self.column)
        return self

    def named(self) -> list[str]:
        """Return the columns."""
        return [*self.columns, *filter(None, [self.column])]


class Distribution(GoldRule):
    """The share of annotators who gave each label: a column a label, or one column of JSON."""

    columns: Annotated[dict[str, Column], Field(description="label in the file: column of its share")] = {}
    column: Annotated[
        Column | None,
        Field(description="one column of JSON: {label: share}, or a list in the order of data.labels"),
    ] = None
    as_: Annotated[
        Literal["shares", "counts"],
        Field(alias="as", description="shares sum to 1 in each row; counts of annotators are divided"),
    ] = "shares"
    tolerance: Annotated[
        float, Field(ge=0, lt=0.5, description="how far from 1 shares may sum; they are then divided")
    ] = 0.01

    @model_validator(mode="after")
    def _columns_or_column(self) -> Self:
        _one_of(self.columns, self.column)
        twice = sorted({c for c in self.columns.values() if [*self.columns.values()].count(c) > 1})
        if twice:
            raise ValueError(f"the column '{twice[0]}' cannot have the shares of two labels")
        return self

    def named(self) -> list[str]:
        """Return the columns."""
        return [*self.columns.values(), *filter(None, [self.column])]


def _one_of(columns: object, column: str | None) -> None:
    if bool(columns) == (column is not None):
        raise ValueError("give either 'columns' or 'column'")


class Dataset(Spec):
    """A data set that the `datasets` library opens without a network: a folder, or an id in its cache."""

    path: Annotated[str, Field(min_length=1, description="a folder, or a Hugging Face id in the local cache")]
    config: Annotated[str | None, Field(description="the configuration of the data set")] = None
    split: Annotated[str | None, Field(description="one split; without it all, told apart by 'split'")] = None
    revision: Annotated[str | None, Field(description="of a Hugging Face id")] = None


class TableData(Spec):
    """Statements from a table: files of rows, or a Hugging Face data set."""

    file: Annotated[Entry | None, Field(description="one table, relative to this file")] = None
    files: Annotated[
        dict[str, Entries] | None,
        Field(description="tables by part, such as {train: [a.csv], test: b.csv}; 'split' is the part"),
    ] = None
    dataset: Dataset | None = None
    format: Annotated[Format | None, Field(description="by the extension, if not said")] = None
    encoding: Annotated[str, Field(description="of CSV, TSV and JSONL")] = "utf-8"
    quotes: Annotated[
        bool, Field(description="whether quotes enclose cells of CSV and TSV; if not, they are characters")
    ] = True
    homepage: Annotated[
        str | None,
        Field(min_length=1, description="where the data can be had; said where a file is missing"),
    ] = None
    columns: Columns
    keep: Annotated[
        list[Column] | None,
        Field(description="what is read besides the columns that are named; all others, if not said"),
    ] = None
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
    distribution: Distribution | None = None
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
        if self.files is not None and not all(self.files.values()):
            raise ValueError("'files' names parts without a file")
        if self.files is not None and self.columns.split is not None:
            raise ValueError("with 'files' the part of a row is its file's, so leave columns.split out")
        if self.group is not None and self.columns.group is not None:
            raise ValueError("give either 'group: auto' or columns.group")
        if self.annotations is not None and self.distribution is not None:
            raise ValueError("give either annotations, whose shares are the distribution, or distribution")
        if self.columns.label is None and self.said_by_several is None:
            raise ValueError("nothing says the labels: give columns.label, annotations or distribution")
        names = [str(name) for name in self.labels or ()]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"labels has {', '.join(twice)} twice")
        both = sorted({*names} & {str(name) for name in self.drop_labels})
        if both:
            raise ValueError(f"{', '.join(both)} stands in labels and in drop_labels")
        return self

    @property
    def said_by_several(self) -> Annotations | Distribution | None:
        """What says the labels of several annotators, if anything does."""
        return self.annotations or self.distribution

    def tables(self) -> list[tuple[str, TableFile]]:
        """Return the tables in order, each with the part that it is (empty for ``file``)."""
        parts = {"": self.file} if self.file is not None else self.files or {}
        return [(part, table) for part, said in parts.items() for table in tables_of(said)]

    def resolved(self, path: Resolve) -> Self:
        """Return the specification with every path passed through ``path``, a function of (keys, path)."""
        files = self.files
        if files is not None:
            files = {part: resolved_entries(said, ("files", part), path) for part, said in files.items()}
        update: dict[str, Any] = {"files": files}
        if self.file is not None:
            update["file"] = resolved_entry(self.file, ("file",), path)
        if self.join is not None:
            joined = {"file": resolved_entries(self.join.file, ("join", "file"), path)}
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
        out = self.model_dump(mode="json", by_alias=True, exclude={*SOURCES, "input", "homepage"})
        for later in ("distribution", "keep"):  # older digests do not know them
            if getattr(self, later) is None:
                out.pop(later)
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
