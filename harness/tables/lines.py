"""Plain text files side by side -> Rows: line n of each file is row n, one file a column."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from harness.digest import digest, sha256
from harness.errors import InputError, Place
from harness.tables.found import Found
from harness.tables.rows import Rows, one_table
from harness.tables.table_file import decoded, unpacked


def read_lines(paths: Mapping[str, Path], encoding: str) -> Rows:
    """Read files whose lines belong together.

    Parameters
    ----------
    paths : mapping of str to Path
        The file of each column.
    encoding : str
        Of all of them.

    Returns
    -------
    Rows
        A line ends with LF or CRLF and with nothing else: characters such as U+2028 or U+0085, at which
        some tools break lines, are text. An empty line is an empty cell; the last line may lack its end.

    Raises
    ------
    InputError
        There is no such file, it has no lines, or it is not in this encoding.
    ProblemsError
        Files that are longer than the shortest, each at its first line without a counterpart.
    """
    import pyarrow as pa

    data = {column: unpacked(path) for column, path in paths.items()}
    lines = {column: _lines(decoded(data[column], encoding, path)) for column, path in paths.items()}
    for column, path in paths.items():
        if not lines[column]:
            raise InputError("has no lines", place=path)
    _equally_long(paths, lines)
    first = next(iter(paths))
    columns = {name: pa.chunked_array([pa.array(cells, pa.large_string())]) for name, cells in lines.items()}
    content = digest({"lines": {column: sha256(found) for column, found in data.items()}})
    number = np.arange(1, len(lines[first]) + 1)
    names = {column: str(path) for column, path in paths.items()}
    return one_table(names[first], columns, number, content, column_paths=names)


def _lines(text: str) -> list[str]:
    lines = text.split("\n")
    if not lines[-1]:
        lines.pop()
    return [line.removesuffix("\r") for line in lines]


def _equally_long(paths: Mapping[str, Path], lines: Mapping[str, list[str]]) -> None:
    shortest = min(lines, key=lambda column: len(lines[column]))
    n = len(lines[shortest])
    found = Found(str(paths[shortest]))
    for column, path in paths.items():
        if len(lines[column]) > n:
            message = f"has {len(lines[column]):,} lines, but {paths[shortest]} has {n:,}"
            hint = "line n of each file is row n, so they are equally long"
            found.add(Place(str(path), n + 1), "line-count", message, hint)
    found.check()
