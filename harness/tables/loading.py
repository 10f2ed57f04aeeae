"""What a configuration says of a table -> examples, labels and what was left out; or all that is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from harness.column_json import joined_text
from harness.digest import digest
from harness.errors import InputError, Place, Problem, did_you_mean
from harness.examples import Coded, Examples, one_piece, plain
from harness.records import Example
from harness.system_memory import system_memory
from harness.table_data import TableData
from harness.tables.fields import field_columns
from harness.tables.found import Found
from harness.tables.gathering import read_table
from harness.tables.grouping import groups_of
from harness.tables.labelled import Labelled, labelled
from harness.tables.naming import DROPPED
from harness.tables.rows import IntArray, Rows, encoded, where_empty
from harness.tables.ties import settled

SHOWN = 5
"""Values that a note names one by one."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """The statements of a table.

    Attributes
    ----------
    labels : tuple of str
    examples : sequence of Example
        In the order of the rows; of a table in columns.
    digest : str
        Of the tables' bytes and of what the configuration makes of them.
    notes : tuple of str
        ``code: sentence`` for everything that was left out, and why, and for what was made groups.
    annotators : mapping of str to str
        What annotators of these labels are, of those whom a corpus says it: ``person`` or ``language model``.
    """

    labels: tuple[str, ...]
    examples: Sequence[Example]
    digest: str
    notes: tuple[str, ...]
    annotators: Mapping[str, str] = field(default_factory=dict)


def load_table(data: TableData) -> Loaded:
    """Read, join, filter and check a table, in little more memory than its columns take.

    Raises
    ------
    InputError
        A file cannot be read, or nothing is left of it.
    ProblemsError
        Every row that is wrong, by line; the first twenty of each kind and how many more there are.
    """
    with system_memory():
        return _loaded(data)


def _loaded(data: TableData) -> Loaded:
    rows = read_table(data)
    found = Found(rows.paths[0])
    _unknown_columns(rows, data, found)
    found.check()
    content = digest({"tables": list(rows.digests), "parts": list(rows.part), "mapping": data.mapping()})
    notes: list[str] = []
    rows = _filtered(rows, data, notes)
    gold = labelled(rows, data, found)
    keep = _kept(rows, data, gold, found, notes)
    kept = np.flatnonzero(keep)
    if not len(kept):
        found.check()
        raise InputError("no row is left", place=Place(rows.paths[0]), hint="; ".join(notes))
    _checked(rows, data, keep, found)
    found.check()
    present = np.unique(gold.gold[kept])
    if len(present) < 2:
        message = f"every row has the label '{gold.names[int(present[0])]}'"
        raise InputError(message, place=Place(rows.paths[0]), hint="there is nothing to tell apart")
    examples = _examples(rows.taken(kept), data, gold, kept, notes)
    return Loaded(gold.names, examples, content, tuple(notes))


def _unknown_columns(rows: Rows, data: TableData, found: Found) -> None:
    asked = [(f"columns.{role}", name) for role, name in data.columns.named().items()]
    asked += [("where", name) for name in data.where]
    asked += [("keep", name) for name in data.keep or ()]
    if data.said_by_several is not None:
        key = "annotations" if data.annotations else "distribution"
        asked += [(key, name) for name in data.said_by_several.named()]
    for key, name in asked:
        if name in rows.no_text:
            message = f"the column '{name}', which data.{key} names, holds bytes that are no UTF-8 text"
            found.add(Place(rows.paths[0], 1), "not-utf8", message, "store it as text")
        elif name not in rows.columns:
            message = f"no column '{name}', which data.{key} names"
            hint = did_you_mean(name, rows.columns)
            found.add(Place(rows.paths[0], 1), "missing-field", message, hint)


def _filtered(rows: Rows, data: TableData, notes: list[str]) -> Rows:
    keep = np.ones(rows.n, dtype=bool)
    for column, said in data.where.items():
        wanted = [str(value) for value in (said if isinstance(said, list) else [said])]
        codes, values = encoded(rows.column(column))
        for value in wanted:
            if value not in values:
                raise InputError(
                    f"data.where: no row has '{value}' in the column '{column}'",
                    place=Place(rows.paths[0]),
                    hint=did_you_mean(value, values),
                )
        keep &= np.isin(codes, [values.index(value) for value in wanted])
    if not keep.all():
        which = " and ".join(
            f"{column} {_some([str(v) for v in (said if isinstance(said, list) else [said])])}"
            for column, said in data.where.items()
        )
        notes.append(f"filtered: {rows.n - keep.sum():,} of {rows.n:,} rows are not {which}; left out")
    return rows.taken(np.flatnonzero(keep))


def _some(words: list[str]) -> str:
    more = f" and {len(words) - SHOWN} more" if len(words) > SHOWN else ""
    return ", ".join(f"'{word}'" for word in words[:SHOWN]) + more


def _kept(
    rows: Rows, data: TableData, gold: Labelled, found: Found, notes: list[str]
) -> npt.NDArray[np.bool_]:
    """Say which rows count; those that do not are counted in a note, or are problems."""
    keep = gold.gold != DROPPED
    if gold.unused:
        notes.append(f"unused: no row has the label {_some(list(gold.unused))} of label_map or drop_labels")
    if gold.dropped:
        counts = ", ".join(f"{name or '(none)'} {n:,}" for name, n in gold.dropped.items())
        notes.append(f"dropped_labels: {(~keep).sum():,} of {rows.n:,} rows are labelled {counts}; left out")
    if gold.tied.any():
        keep &= settled(rows, data, gold, found, notes)
    empty = keep & where_empty(rows.column(data.columns.text))
    if data.drop_empty and empty.any():
        notes.append(f"dropped_empty: {empty.sum():,} of {rows.n:,} rows have no text; left out")
        keep &= ~empty
    return np.asarray(keep)


def _checked(rows: Rows, data: TableData, keep: npt.NDArray[np.bool_], found: Found) -> None:
    """Add what is wrong in the rows that count: parts that are empty, ids that are there twice."""
    named = data.columns.named()
    for role in ("text", "target", "id", "group", "cluster", "split"):
        if role in named:
            _filled(rows, named[role], role, keep, found)
    if "id" in named:
        _unique(rows, named["id"], keep, found)


def _filled(rows: Rows, column: str, role: str, keep: npt.NDArray[np.bool_], found: Found) -> None:
    hints = {
        "text": "data.drop_empty: true leaves such rows out",
        "id": "fill it in, or leave columns.id out",
    }
    hint = hints.get(role, "fill it in, or name another column")
    found.rows(
        np.flatnonzero(keep & where_empty(rows.column(column))),
        lambda i: Problem(
            rows.place(i, column), "missing-field", f"no {role} (the column '{column}' is empty)", hint
        ),
        "missing-field",
        f"rows without a {role}",
    )


def _unique(rows: Rows, column: str, keep: npt.NDArray[np.bool_], found: Found) -> None:
    import pyarrow.compute as pc

    if pc.count_distinct(plain(rows.column(column))).as_py() == rows.n:
        return
    codes, values = encoded(rows.column(column))
    first = np.full(len(values), -1, dtype=np.int64)
    at = np.flatnonzero(keep)
    first[codes[at][::-1]] = at[::-1]
    again = at[(first[codes[at]] != at) & (np.array(values, dtype=object)[codes[at]] != "")]
    hint = "leave columns.id out, and rows are numbered"
    found.rows(
        again,
        lambda i: Problem(
            rows.place(i),
            "duplicate-id",
            f"the id '{values[codes[i]]}' is also at {rows.place(int(first[codes[i]]))}",
            hint,
        ),
        "duplicate-id",
        "ids that are there twice",
    )


def _examples(rows: Rows, data: TableData, gold: Labelled, kept: IntArray, notes: list[str]) -> Examples:
    named = data.columns.named()
    hidden = {named["label"]} if "label" in named else set()
    if data.said_by_several is not None:
        hidden |= set(data.said_by_several.named())
    columns = field_columns(rows, named, hidden)
    ids = one_piece(rows.column(named["id"])) if "id" in named else _numbered(rows)
    said = rows.columns.get(named.get("id", ""))
    columns = {name: ids if column is said else column for name, column in columns.items()}
    small = np.min_scalar_type(-len(gold.names) - 1)
    return Examples(
        ids=ids,
        texts=columns["text"],
        label_names=gold.names,
        labels=gold.gold[kept].astype(small),
        groups=groups_of(rows, data, columns, ids, notes),
        articles=Coded.of(rows.column(named["cluster"])) if "cluster" in named else None,
        fields=columns,
        votes={who: said[kept].astype(small) for who, said in gold.votes.items()},
        distribution=None if gold.distribution is None else gold.distribution[kept],
    )


def _numbered(rows: Rows) -> Any:
    """Return ids by part and number of the row, the same whatever is filtered."""
    import pyarrow as pa

    numbers = pa.array(rows.number).cast(pa.large_string())
    if not any(rows.part):
        return numbers
    parts = pa.array([f"{part}-" if part else "" for part in rows.part], pa.large_string())
    return joined_text([parts.take(pa.array(rows.file)), numbers])
