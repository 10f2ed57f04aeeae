"""A CSV table (RFC 4180, UTF-8): one row a statement, one column a field; lists and spans as JSON."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence

from harness.annotate.exchange.rows import FIELDS, GOLD_FIELDS, PARTS, Document, Found, Row
from harness.errors import Place, did_you_mean
from harness.records import Article
from harness.textfile import csv_text, parse_json, to_json

WHY: Mapping[str, str] = {}
TABLE = "statements.csv"
JSON = (*PARTS, "via", "votes", "derived_from")
NUMBERS, NULLABLE = ("confidence", "codebook_version"), ("stance", "exclusion")


def write(documents: Sequence[Document], labels: Sequence[str]) -> dict[str, str]:
    """Return ``statements.csv``; the columns of gold only where a row has them."""
    del labels
    rows = [row for d in documents for row in d.rows]
    fields = [f for f in FIELDS if f not in GOLD_FIELDS or any(f in row for row in rows)]
    return {TABLE: csv_text([fields, *([_cell(f, row.get(f)) for f in fields] for row in rows)])}


def _cell(name: str, value: object) -> str:
    if name in JSON:
        return to_json(value)
    return "" if value is None else str(value)


def read(name: str, files: Mapping[str, str], articles: Mapping[str, Article]) -> Found:
    """Read a table; an empty cell is no value, a column that no statement has is a problem."""
    found = Found()
    table = csv.reader(io.StringIO(files[name], newline=""), strict=True)
    number = 1
    try:
        fields = next(table, [])
        for column in fields:
            if column not in FIELDS or fields.count(column) > 1:
                code = "duplicate-key" if column in FIELDS else "unknown-field"
                found.wrong(Place(name, 1), code, f"column '{column}'", did_you_mean(column, FIELDS))
        for column in ("article", "content"):
            if column not in fields:
                hint = "the first line names the columns"
                found.wrong(Place(name, 1), "missing-field", f"no column '{column}'", hint)
        if found.problems:
            return found
        number = table.line_num + 1
        for cells in table:
            if cells:
                _read_row(found, Place(name, number), fields, cells, articles)
            number = table.line_num + 1
    except csv.Error as error:
        found.wrong(
            Place(name, number), "not-csv", f"cannot be read: {error}", "save as CSV with commas, quoted"
        )
    return found


def _read_row(
    found: Found, place: Place, fields: Sequence[str], cells: Sequence[str], articles: Mapping[str, Article]
) -> None:
    if len(cells) != len(fields):
        found.wrong(
            place, "not-csv", f"{len(cells)} cells under {len(fields)} columns", "quote cells with commas"
        )
        return
    row: Row = {}
    for name, cell in zip(fields, cells, strict=True):
        if name in JSON:
            try:
                row[name] = parse_json(cell or "[]")
            except ValueError as error:
                found.wrong(
                    place, "not-json", f"{name}: {error}", 'spans are [{"start": 0, "end": 5, "text": "…"}]'
                )
        elif name in NUMBERS:
            row[name] = int(cell) if re.fullmatch(r"[0-9]{1,9}", cell) else cell
        else:
            row[name] = None if name in NULLABLE and not cell else cell
    if row["article"] not in articles:
        message = f"no article '{row['article']}' in articles.yaml"
        found.wrong(place, "dangling-id", message, did_you_mean(row["article"], articles))
        return
    if row["article"] not in found.articles:
        found.articles.append(row["article"])
    found.rows.append((place, row))
