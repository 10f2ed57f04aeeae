"""CSV, TSV, JSON lines and Parquet -> Rows; every line that cannot be read is told."""

from __future__ import annotations

import csv
import io
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

import numpy as np

from harness.digest import sha256, sha256_of
from harness.errors import InputError, Place, Problem
from harness.examples import dictionary
from harness.tables.arrow_text import as_text, compact, repeats
from harness.tables.found import Found
from harness.tables.rows import Rows, one_table
from harness.tables.table_file import decoded, format_of, is_packed, unpacked
from harness.textfile import opened, parse_json, read_jsonl, read_pieces, to_json
from harness.unpacking import refuse_bomb

DELIMITERS = {"csv": ",", "tsv": "\t"}
BATCH = 50_000
"""Rows that are gathered before they are packed into columns."""
MOST_SPARSE = 20_000_000
"""Cells of JSON lines that may be empty because other lines have the key, whatever the size of the file."""
BUFFER = 1 << 18
"""Bytes of a column of Parquet that are read at a time."""
QUOTES = "if quotes are plain characters in this file, say 'quotes: false'"


def read_rows(path: Path, form: str | None, encoding: str, quotes: bool) -> Rows:
    """Read a table.

    Parameters
    ----------
    path : Path
    form : str, optional
        ``csv``, ``tsv``, ``jsonl`` or ``parquet``; by the extension, if not said.
    encoding : str
        Of the text; without meaning for Parquet.
    quotes : bool
        Whether quotes enclose cells of CSV and TSV.

    Raises
    ------
    InputError
        There is no such file, it is empty, or it is not in this format or encoding.
    ProblemsError
        Lines that cannot be read, all of them.
    """
    form = format_of(path, form)
    found = Found(str(path))
    no_text: list[str] = []
    columns: Mapping[str, Any]
    if form == "parquet":
        columns, n, content = _parquet_file(path, no_text)
        line: Any = np.arange(1, n + 1, dtype=np.int32)
    else:
        data = unpacked(path)
        content = sha256(data)
        text = decoded(data, encoding, path)
        del data
        columns, line = (
            _json_lines(text, path, found)
            if form == "jsonl"
            else _delimited(text, path, DELIMITERS[form], quotes, found)
        )
    found.check()
    if not len(line):
        raise InputError("has no rows", place=path, hint="a table is a line of names, and a row below it")
    return one_table(str(path), columns, line, content, no_text=no_text)


class _Gathered:
    """Columns that grow by rows; memory holds one batch as Python text, the rest as Arrow."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.batch: list[list[str]] = []
        self.chunks: list[list[Any]] = []
        self.line: list[int] = []
        self.packed = 0

    def add(self, cells: list[str], line: int) -> None:
        self.batch.append(cells)
        self.line.append(line)
        if len(self.batch) == BATCH:
            self.pack()

    def pack(self) -> None:
        import pyarrow as pa

        if not self.batch:
            return
        for i in range(len(self.names)):
            if i == len(self.chunks):  # a key that no earlier line of JSON had
                self.chunks.append([pa.array([""] * self.packed, pa.large_string())])
            cells = [row[i] if i < len(row) else "" for row in self.batch]
            self.chunks[i].append(pa.array(cells, pa.large_string()))
        self.packed += len(self.batch)
        self.batch = []

    def columns(self) -> tuple[Mapping[str, Any], Any]:
        import pyarrow as pa

        self.pack()
        made = {
            name: compact(pa.chunked_array(self.chunks[i] if self.chunks else [], pa.large_string()))
            for i, name in enumerate(self.names)
        }
        return made, np.array(self.line, dtype=np.int32)


def _delimited(
    text: str, path: Path, delimiter: str, quotes: bool, found: Found
) -> tuple[Mapping[str, Any], Any]:
    """Read rows under a header line; a row's line is the one that it begins on."""
    gathered, ragged = _Gathered(), list[tuple[int, int]]()
    for cells, line in _cells(text, path, delimiter, quotes, found):
        if not gathered.names:
            gathered.names = cells
            _header(cells, Place(str(path), line), found)
        elif len(cells) == len(gathered.names):
            gathered.add(cells, line)
        else:
            ragged.append((line, len(cells)))
    width = len(gathered.names)
    hint = "quote cells that have the delimiter in them" if quotes else ""
    found.rows(
        range(len(ragged)),
        lambda i: Problem(
            Place(str(path), ragged[i][0]), "not-csv", f"expected {width} cells, got {ragged[i][1]}", hint
        ),
        "not-csv",
        "rows with another number of cells",
    )
    return gathered.columns()


def _cells(
    text: str, path: Path, delimiter: str, quotes: bool, found: Found
) -> Iterator[tuple[list[str], int]]:
    quoting: Literal[0, 3] = 0 if quotes else 3  # csv.QUOTE_MINIMAL, csv.QUOTE_NONE
    longest = csv.field_size_limit(2**31 - 1)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quoting=quoting, strict=True)
    begins = 1
    try:
        for cells in reader:
            if cells:
                yield cells, begins
            begins = reader.line_num + 1
    except csv.Error as error:
        found.add(Place(str(path), begins), "not-csv", f"cannot be read from here on: {error}", QUOTES)
    finally:
        csv.field_size_limit(longest)


def _header(names: list[str], place: Place, found: Found) -> None:
    for name, times in Counter(names).items():
        if times > 1:
            found.add(place, "not-csv", f"the column '{name}' is there twice", "keep one of them")


def _json_lines(text: str, path: Path, found: Found) -> tuple[Mapping[str, Any], Any]:
    """Read an object a line; a key that a line lacks is empty there."""
    gathered, at = _Gathered(), dict[str, int]()
    wrong: list[Problem] = []
    for line, value in read_jsonl(path, text):
        if isinstance(value, Problem):
            wrong.append(value)
            continue
        for key in value:
            if key not in at:
                at[key] = len(at)
                gathered.names.append(key)
        if len(at) * len(gathered.line) > max(MOST_SPARSE, 4 * len(text)):
            message = f"{len(at):,} different keys by this line, most of which most lines lack"
            raise InputError(message, place=Place(str(path), line), hint="give every line the same keys")
        cells = [""] * len(at)
        for key, cell in value.items():
            cells[at[key]] = _said(cell)
        gathered.add(cells, line)
    found.rows(range(len(wrong)), lambda i: wrong[i], "not-json", "lines that are no JSON object")
    return gathered.columns()


def _said(value: Any) -> str:
    """Return a JSON value as the text of a cell: nothing for null, JSON for lists and objects."""
    return value if isinstance(value, str) else "" if value is None else to_json(value)


def _parquet_file(path: Path, no_text: list[str]) -> tuple[dict[str, Any], int, str]:
    """Return the columns of a Parquet file, packed or not, its rows, and the digest of its bytes."""
    import pyarrow as pa

    if is_packed(path):
        data = unpacked(path)
        return *_parquet(pa.BufferReader(data), path, len(data), no_text), sha256(data)
    with opened(path) as file:
        size = os.fstat(file.fileno()).st_size
    return *_parquet(str(path), path, size, no_text), sha256_of(read_pieces(path))


def _parquet(source: Any, path: Path, packed: int, no_text: list[str]) -> tuple[dict[str, Any], int]:
    """Read the columns that are text or have one; the names of the others are added to ``no_text``.

    Batch by batch, so that memory has what is made of them and one batch more.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(source, buffer_size=BUFFER, pre_buffer=False) as file:
            names = file.schema_arrow.names
            twice = [name for name, times in Counter(names).items() if times > 1]
            if twice:
                hint = "keep one of them"
                raise InputError(f"the column '{twice[0]}' is there twice", place=path, hint=hint)
            kinds = dict(zip(names, file.schema_arrow.types, strict=True))
            found: dict[str, list[Any]] = {name: [] for name in names}
            words = {name for name in names if _is_text(kinds[name])}
            again: set[str] = set()
            n = size = 0
            for batch in file.iter_batches(BATCH, use_threads=False):
                batch.validate(full=True)
                n, size = n + batch.num_rows, size + batch.nbytes
                refuse_bomb(path, packed, size)
                for name in names:
                    chunk = batch.column(name)
                    if name in words:
                        chunk = as_text(chunk)
                        if not found[name] and repeats(chunk):
                            again.add(name)
                    found[name].append(chunk.dictionary_encode() if name in again else chunk)
    except (OSError, pa.ArrowException) as error:
        message = f"not Parquet: {str(error).splitlines()[0]}"
        raise InputError(message, place=path, hint="fetch it again, or say its 'format'") from None
    columns = {}
    for name in names:
        try:
            columns[name] = _whole(found.pop(name), kinds[name], name in words)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            no_text.append(name)
    return columns, n


def _is_text(kind: Any) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _whole(chunks: list[Any], kind: Any, is_text: bool) -> Any:
    import pyarrow as pa

    if is_text:
        made = pa.chunked_array(chunks, None if chunks else pa.large_string())
        return pa.chunked_array([dictionary(made)]) if pa.types.is_dictionary(made.type) else made
    return compact(as_text(pa.chunked_array(chunks, kind)))


def list_of(text: str) -> list[str] | None:
    """Return the items of a cell that is a JSON list, empty ones for null; None if it is none."""
    try:
        value = parse_json(text)
    except ValueError:
        return None
    return [_said(item) for item in value] if isinstance(value, list) else None
