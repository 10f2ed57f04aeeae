"""The files that a configuration names -> Rows, one table below the other, joined."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from harness.digest import digest
from harness.errors import Place
from harness.table_data import Join, TableData
from harness.table_files import Name, TableFile, tables_of
from harness.tables.dataset import read_dataset
from harness.tables.found import MOST_LISTED, Found
from harness.tables.joining import joined
from harness.tables.lines import read_lines
from harness.tables.readers import read_rows
from harness.tables.rows import Rows, joined_rows
from harness.textfile import near


def read_table(data: TableData) -> Rows:
    """Read the tables of a configuration as they are, joined.

    Raises
    ------
    InputError
        A file cannot be read.
    ProblemsError
        Files that are missing, all of them; lines that cannot be read; tables with other columns.
    """
    _all_there(data)
    if data.dataset is not None:
        rows = _kept(read_dataset(data.dataset), _wanted(data))
    else:
        parts = data.tables()
        tables = [
            _kept(_read(table, data.format, data.encoding, data.quotes), _wanted(data)) for _, table in parts
        ]
        _same_columns(tables)
        rows = joined_rows(tables, [part for part, _ in parts])
    return rows if data.join is None else joined(rows, _second(data.join), data.join)


def _second(join: Join) -> Rows:
    """Read the second table; several of them stand one below the other."""
    tables = [_read(table, join.format, join.encoding, join.quotes) for table in tables_of(join.file)]
    _same_columns(tables)
    return joined_rows(tables, [""] * len(tables))


def _read(table: TableFile, form: str | None, encoding: str, quotes: bool) -> Rows:
    if table.lines is None:
        rows = read_rows(table.paths[""], form, encoding, quotes)
    else:
        rows = read_lines(table.paths, encoding)
    return _added(rows, table.add) if table.add else rows


def _added(rows: Rows, add: Mapping[str, Name]) -> Rows:
    """Add columns that are the same in each row."""
    import pyarrow as pa

    found = Found(rows.paths[0])
    for name in add:
        if name in rows.columns:
            message = f"has a column '{name}' already, which 'add' gives"
            found.add(Place(rows.paths[0], 1), "not-csv", message, "give the added column another name")
    found.check()
    columns = {
        name: pa.chunked_array([pa.repeat(pa.scalar(str(value), pa.large_string()), rows.n)])
        for name, value in add.items()
    }
    content = digest({"table": list(rows.digests), "add": {name: str(value) for name, value in add.items()}})
    return replace(rows, columns={**rows.columns, **columns}, digests=(content,))


def _wanted(data: TableData) -> Collection[str] | None:
    """Return the columns that are read, or None for all."""
    if data.keep is None:
        return None
    voted = [] if data.said_by_several is None else data.said_by_several.named()
    key = [] if data.join is None else [data.join.keys[0]]
    return {*data.columns.named().values(), *data.keep, *data.where, *voted, *key}


def _kept(rows: Rows, wanted: Collection[str] | None) -> Rows:
    if wanted is None:
        return rows
    return replace(rows, columns={name: cells for name, cells in rows.columns.items() if name in wanted})


def _all_there(data: TableData) -> None:
    """Raise `ProblemsError` if files are missing; the last one listed says where the data can be had."""
    tables = [table for _, table in data.tables()]
    if data.join is not None:
        tables += tables_of(data.join.file)
    paths = dict.fromkeys(path for table in tables for path in table.paths.values())
    missing = sorted(str(path) for path in paths if not path.exists())
    if not missing:
        return
    hint = near(Path(missing[0])) if data.homepage is None else f"get the data from {data.homepage}"
    found, shown, more = Found(missing[0]), missing[:MOST_LISTED], missing[MOST_LISTED:]
    for path in shown[:-1]:
        found.add(Place(path), "missing-file", "no such file")
    rest = f"; {len(more)} more are missing" if more else ""
    found.add(Place(shown[-1]), "missing-file", f"no such file{rest}", hint)
    found.check()


def _same_columns(tables: Sequence[Rows]) -> None:
    found = Found(tables[0].paths[0])
    for table in tables[1:]:
        for name in [n for n in tables[0].columns if n not in table.columns]:
            message = f"no column '{name}', which {tables[0].paths[0]} has"
            found.add(Place(table.paths[0], 1), "missing-field", message, "tables of one data set are alike")
        for name in [n for n in table.columns if n not in tables[0].columns]:
            message = f"the column '{name}' is not in {tables[0].paths[0]}"
            hint = "tables of one data set are alike; 'keep' names the columns that count"
            found.add(Place(table.paths[0], 1), "unknown-field", message, hint)
    found.check()
