"""A predictions file in its plain form -> columns, read at once; what is odd is left to the careful reader.

The careful reader (:mod:`harness.models.external`) goes line by line and names every fault. This one reads
only what that one would take without a word, and gives up (None) in any doubt: it never has a say on what
is right.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from harness.examples import Examples, one_piece, taken
from harness.models.output import Output
from harness.textfile import PIECE, read_pieces

FloatArray = npt.NDArray[np.float64]
LONGEST_CELL = 131_072
"""Longer lines are left to the careful reader, whose csv module has this limit for a cell."""
SURE = 1e-3 - 1e-9
"""How far from 1 a sum of probabilities may be; what is nearer to the limit is left to the careful reader."""
_NUMBER = r"[ \t]*-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?[ \t]*"


def plain_predictions(path: Path, examples: Examples, names: Sequence[str]) -> Output | None:
    """Return what a file says of some examples.

    Parameters
    ----------
    path : Path
        JSON lines, CSV or Parquet, by its extension.
    examples : Examples
    names : sequence of str
        The labels.

    Returns
    -------
    Output or None
        Where the file says nothing of an example, -1 and NaN. None unless each row is of another of the
        examples, with a label and, in all rows or in none, probabilities.
    """
    import pyarrow as pa

    read = {".csv": _csv, ".parquet": _parquet}.get(path.suffix.lower(), _json_lines)
    try:
        table = read(path)
    except (pa.ArrowException, OSError, UnicodeError):
        return None
    if table is None or not {"id", "predicted"} <= set(table.column_names):
        return None
    ids, said = (one_piece(table.column(name)) for name in ("id", "predicted"))
    numbers = _numbers(said, names)
    rows = None if ids.null_count else _rows(ids, examples)
    if numbers is None or rows is None:
        return None
    predicted = np.full(len(examples), -1, dtype=np.intp)
    predicted[rows] = numbers
    column = table.column("probabilities") if "probabilities" in table.column_names else None
    if column is None or pa.types.is_null(column.type):
        return Output(predicted)
    probabilities = _probabilities(column, names)
    if probabilities is None:
        return None
    spread = np.full((len(examples), len(names)), np.nan)
    spread[rows] = probabilities
    return Output(predicted, spread)


def _numbers(said: Any, names: Sequence[str]) -> npt.NDArray[np.intp] | None:
    """Return the numbers of labels; None if one is none of the names."""
    import pyarrow as pa
    import pyarrow.compute as pc

    found = pc.index_in(said, pa.array(names, pa.large_string()))
    return None if found.null_count else found.to_numpy().astype(np.intp)


def _rows(ids: Any, examples: Examples) -> npt.NDArray[np.intp] | None:
    """Return the place of the example of each id; None if one is of none, or there twice."""
    import pyarrow.compute as pc

    if len(ids) == len(examples):
        if ids.equals(one_piece(examples.ids)):
            return np.arange(len(ids))
        order = pc.sort_indices(ids).to_numpy()
        if not ids.take(order).equals(one_piece(taken(examples.ids, examples.order))):
            return None
        rows = np.empty(len(ids), dtype=np.intp)
        rows[order] = examples.order
        return rows
    found = pc.index_in(ids, one_piece(examples.ids))
    if found.null_count:
        return None
    rows = found.to_numpy().astype(np.intp)
    return rows if np.bincount(rows, minlength=1).max() <= 1 else None


def _lines(path: Path) -> Iterator[bytes]:
    """Yield a file in pieces of whole lines."""
    rest = b""
    for piece in read_pieces(path):
        end = piece.rfind(b"\n") + 1
        if end:
            yield rest + piece[:end]
            rest = piece[end:]
        else:
            rest += piece
    if rest:
        yield rest + b"\n"


def _json_lines(path: Path) -> Any:
    import pyarrow as pa
    from pyarrow import json

    n_lines = 0
    for piece in _lines(path):
        found = _objects(piece)
        if found is None:
            return None
        n_lines += found
    words = pa.schema([(name, pa.large_string()) for name in ("id", "predicted")])
    table = json.read_json(str(path), parse_options=json.ParseOptions(explicit_schema=words))
    odd = table.num_rows != n_lines or not all(
        name == "probabilities" or _is_told(table.column(name)) for name in table.column_names
    )
    return None if odd or "doc_id" in table.column_names else table


def _objects(piece: bytes) -> int | None:
    """Count lines that begin and end as an object does; None where one does not, and for odd characters.

    Arrow takes objects that share a line or go over several; with as many rows as such lines, none does.
    """
    if b"\r" in piece or not _is_utf8(piece):
        return None
    data = np.frombuffer(piece, np.uint8)
    ends = np.flatnonzero(data == ord("\n"))
    starts = np.append(0, ends[:-1] + 1)
    full = ends > starts
    sound = (data[starts[full]] == ord("{")) & (data[ends[full] - 1] == ord("}"))
    return int(full.sum()) if sound.all() else None


def _is_utf8(piece: bytes) -> bool:
    if piece.isascii():
        return True
    if piece.startswith(b"\xef\xbb\xbf"):
        return False
    piece.decode("utf-8")
    return True


def _is_told(column: Any) -> bool:
    """Whether a column has only values that JSON can say, also where Arrow takes more (NaN)."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type
    if pa.types.is_floating(kind):
        return bool(pc.all(pc.is_finite(column), min_count=0).as_py())
    return not pa.types.is_nested(kind)


def _csv(path: Path) -> Any:
    import pyarrow as pa
    from pyarrow import csv

    header: list[str] = []
    for piece in _lines(path):
        if not _is_plain_csv(piece):
            return None
        header = header or _header(piece[: piece.index(b"\n")].decode("utf-8"))
    wanted = [name for name in ("id", "predicted", "probabilities") if name in header]
    if any(header.count(name) != 1 for name in header) or not {"id", "predicted"} <= set(wanted):
        return None
    convert = csv.ConvertOptions(
        column_types={name: pa.large_string() for name in wanted},
        include_columns=wanted,
        null_values=[],
        strings_can_be_null=False,
    )
    table = csv.read_csv(str(path), convert_options=convert)
    if "probabilities" not in wanted:
        return table
    cells = table.column("probabilities")
    empty = pa.compute.equal(cells, "")
    return table.drop_columns("probabilities") if pa.compute.all(empty).as_py() else table


def _header(line: str) -> list[str]:
    """Return the names of columns; of a line with odd quotes, what is no name of a column."""
    cells = line.split(",")
    return [c[1:-1] if len(c) > 1 and c[0] == c[-1] == '"' else c for c in cells]


def _is_plain_csv(piece: bytes) -> bool:
    """Whether each quote opens or closes a cell of one line, so that every reader takes the lines alike."""
    if b"\r" in piece or b"\0" in piece or not _is_utf8(piece):
        return False
    data = np.frombuffer(b"\n" + piece, np.uint8)
    ends = np.flatnonzero(data == ord("\n"))
    if np.diff(ends).max(initial=0) >= min(LONGEST_CELL, PIECE):
        return False
    quotes = np.flatnonzero(data == ord('"'))
    if not len(quotes):
        return True
    if len(quotes) % 2 or (np.searchsorted(quotes, ends) % 2).any():
        return False
    border = (data == ord(",")) | (data == ord("\n"))
    return bool(border[quotes[::2] - 1].all() and border[quotes[1::2] + 1].all())


def _parquet(path: Path) -> Any:
    import pyarrow.parquet as pq

    names = pq.read_schema(str(path)).names
    wanted = [name for name in ("id", "predicted", "probabilities") if name in names]
    if any(names.count(name) != 1 for name in wanted):
        return None
    table = pq.read_table(str(path), columns=wanted)
    words = [table.schema.field(name).type for name in wanted if name != "probabilities"]
    return table if all(_is_words(kind) for kind in words) else None


def _is_words(kind: Any) -> bool:
    import pyarrow as pa

    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _probabilities(column: Any, names: Sequence[str]) -> FloatArray | None:
    """Return ``(n, n_labels)`` probabilities in the order of the names, from lists, structs or JSON lists."""
    import pyarrow as pa

    kind = column.type
    if _is_words(kind):
        table = _from_text(one_piece(column), len(names))
    elif pa.types.is_struct(kind):
        table = _from_structs(column, names)
    elif pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind):
        table = _from_lists(column, len(names))
    else:
        return None
    if table is None or not (np.isfinite(table).all() and (table >= 0).all() and (table <= 1).all()):
        return None
    total = np.zeros(len(table))
    for k in range(len(names)):  # in the order in which Python's sum adds
        total = total + table[:, k]
    return table if (np.abs(total - 1) < SURE).all() else None


def _from_lists(column: Any, n_labels: int) -> FloatArray | None:
    import pyarrow as pa
    import pyarrow.compute as pc

    sizes = pc.list_value_length(column)
    if column.null_count or not pc.all(pc.equal(sizes, n_labels), min_count=0).as_py():
        return None
    flat = pc.list_flatten(column)
    if flat.null_count or not _is_number(flat.type):
        return None
    return np.asarray(flat.cast(pa.float64()).to_numpy(), dtype=float).reshape(-1, n_labels)


def _from_structs(column: Any, names: Sequence[str]) -> FloatArray | None:
    import pyarrow as pa
    import pyarrow.compute as pc

    said = [column.type.field(k).name for k in range(column.type.num_fields)]
    if column.null_count or sorted(said) != sorted(names):
        return None
    columns = [pc.struct_field(column, [said.index(name)]) for name in names]
    if any(one.null_count or not _is_number(one.type) for one in columns):
        return None
    return np.stack([one.cast(pa.float64()).to_numpy() for one in columns], axis=1)


def _is_number(kind: Any) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind))


def _from_text(cells: Any, n_labels: int) -> FloatArray | None:
    import pyarrow as pa
    import pyarrow.compute as pc

    pattern = rf"^\[{','.join([_NUMBER] * n_labels)}\]$"
    if cells.null_count or not pc.all(pc.match_substring_regex(cells, pattern), min_count=0).as_py():
        return None
    parts = pc.list_flatten(pc.split_pattern(pc.utf8_slice_codeunits(cells, 1, -1), ","))
    numbers = pc.utf8_trim(parts, " \t").cast(pa.float64())
    return np.asarray(numbers.to_numpy(zero_copy_only=False), dtype=float).reshape(-1, n_labels)
