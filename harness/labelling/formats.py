"""Labels of statements as bytes that are appended to a file: JSON lines, CSV, or Arrow for Parquet.

The fields are those of a predictions file: ``id``, ``predicted`` (null where what the model said is no
label), ``probabilities`` (label -> p, or null) and, where ``predicted`` is null, the ``reply``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from importlib import import_module
from json.encoder import encode_basestring as _text
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from harness.errors import InputError, did_you_mean
from harness.models.output import Output

_QUOTED = re.compile(r'[",\r\n]')
FIELDS = ("id", "predicted", "probabilities", "reply")
ROWS_A_GROUP = 1 << 16
"""Rows that a row group of a Parquet file has at least, but for the last."""


class Format(Protocol):
    """How labels are written; ``head`` comes before the first of them."""

    head: bytes

    def encoded(self, ids: Sequence[str], output: Output) -> bytes:
        """Return the bytes of some rows."""
        ...

    def finish(self, part: Path, out: Path) -> None:
        """Put the file that all bytes were appended to in its place, whole or not at all."""
        ...


class JsonFormat:
    """One JSON object a line."""

    head = b""

    def __init__(self, labels: Sequence[str]) -> None:
        self.labels = labels

    def encoded(self, ids: Sequence[str], output: Output) -> bytes:
        """Return one line a row."""
        names = [*map(_text, self.labels), "null"]
        said = [names[i] for i in output.predicted.tolist()]
        lines = [
            f'{{"id": {key}, "predicted": {label}, "probabilities": {shares or "null"}}}'
            for key, label, shares in zip(map(_text, ids), said, _mappings(output, self.labels), strict=True)
        ]
        for i, reply in _replies(output, self.labels).items():
            lines[i] = f'{lines[i][:-1]}, "reply": {_text(reply)}}}'
        return "".join([f"{line}\n" for line in lines]).encode("utf-8")

    def finish(self, part: Path, out: Path) -> None:
        """Rename the file."""
        part.replace(out)


class CsvFormat:
    """A table under a header; the probabilities of a row are JSON in one cell."""

    head = (",".join(FIELDS) + "\n").encode("ascii")

    def __init__(self, labels: Sequence[str]) -> None:
        self.labels = labels

    def encoded(self, ids: Sequence[str], output: Output) -> bytes:
        """Return one line a row, more where an id or a reply has line feeds."""
        names = [*map(_cell, self.labels), ""]
        said = [names[i] for i in output.predicted.tolist()]
        replies = _replies(output, self.labels)
        columns = zip(map(_cell, ids), said, map(_cell, _mappings(output, self.labels)), strict=True)
        if replies:
            lines = [f"{','.join(row)},{_cell(replies.get(i, ''))}\n" for i, row in enumerate(columns)]
        else:
            lines = [f"{key},{label},{shares},\n" for key, label, shares in columns]
        return "".join(lines).encode("utf-8")

    def finish(self, part: Path, out: Path) -> None:
        """Rename the file."""
        part.replace(out)


class ParquetFormat:
    """Columns; until the end they are an Arrow stream, which can be appended to.

    ``probabilities`` is a struct with a field for each label.
    """

    def __init__(self, labels: Sequence[str]) -> None:
        self.labels = labels
        self.head: bytes = self._schema().serialize().to_pybytes()

    def _schema(self) -> Any:
        try:
            arrow: Any = import_module("pyarrow")
        except ImportError:
            raise InputError(
                "Parquet needs pyarrow", hint="pip install pyarrow, or --out FILE.jsonl"
            ) from None
        shares = arrow.struct([(label, arrow.float64()) for label in self.labels])
        kinds = (arrow.string(), arrow.string(), shares, arrow.string())
        return arrow.schema(list(zip(FIELDS, kinds, strict=True)))

    def encoded(self, ids: Sequence[str], output: Output) -> bytes:
        """Return one record batch."""
        arrow: Any = import_module("pyarrow")
        schema, n = self._schema(), len(ids)
        names = [*self.labels, None]
        replies = _replies(output, self.labels)
        columns = [
            arrow.array(ids, arrow.string()),
            arrow.array([names[i] for i in output.predicted.tolist()], arrow.string()),
            arrow.nulls(n, schema.field("probabilities").type)
            if output.probabilities is None
            else arrow.StructArray.from_arrays(
                [arrow.array(column) for column in np.ascontiguousarray(output.probabilities.T)],
                fields=list(schema.field("probabilities").type),
                mask=arrow.array(~_known(output)),
            ),
            arrow.array([replies.get(i) for i in range(n)], arrow.string()),
        ]
        batch: bytes = arrow.RecordBatch.from_arrays(columns, schema=schema).serialize().to_pybytes()
        return batch

    def finish(self, part: Path, out: Path) -> None:
        """Write the stream as Parquet beside ``out``, then rename that."""
        arrow: Any = import_module("pyarrow")
        made = out.with_name(f".{out.name}.{os.getpid()}")
        try:
            with (
                arrow.OSFile(str(part)) as file,
                arrow.ipc.open_stream(file) as stream,
                import_module("pyarrow.parquet").ParquetWriter(made, stream.schema) as table,
            ):
                some: list[Any] = []
                for batch in stream:
                    some.append(batch)
                    if sum(map(len, some)) >= ROWS_A_GROUP:
                        table.write_table(arrow.Table.from_batches(some))
                        some.clear()
                if some:
                    table.write_table(arrow.Table.from_batches(some))
            made.replace(out)
        finally:
            made.unlink(missing_ok=True)
        part.unlink()


def _cell(text: str) -> str:
    """Return text as a cell of a CSV table: quoted where it must be."""
    return '"' + text.replace('"', '""') + '"' if _QUOTED.search(text) else text


def _known(output: Output) -> Any:
    """Return which rows have probabilities, ``(n,)``: a model may have none for a row without a label."""
    assert output.probabilities is not None
    return np.isfinite(output.probabilities).all(axis=1)


def _mappings(output: Output, labels: Sequence[str]) -> Sequence[str]:
    """Return each row's probabilities as a JSON object, empty text where there are none."""
    if output.probabilities is None:
        return [""] * len(output.predicted)
    row = ", ".join(f"{_text(label)}: ".replace("%", "%%") + "%r" for label in labels).join("{}")
    made = [row % tuple(values) for values in output.probabilities.tolist()]
    known = _known(output)
    return made if known.all() else [text if yes else "" for text, yes in zip(made, known, strict=True)]


def _replies(output: Output, labels: Sequence[str]) -> dict[int, str]:
    """Return what the model said of each row without a label; empty text where it is not known."""
    return {int(i): output.replies.get(int(i), "") for i in np.flatnonzero(output.predicted == len(labels))}


FORMATS: dict[str, Any] = {".jsonl": JsonFormat, ".csv": CsvFormat, ".parquet": ParquetFormat}


def format_of(out: Path | None, labels: Sequence[str]) -> Format:
    """Return the format that a file's extension stands for; JSON lines without a file.

    Raises
    ------
    InputError
        It is none of `FORMATS`.
    """
    suffix = ".jsonl" if out is None else out.suffix.lower()
    if suffix not in FORMATS:
        hint = did_you_mean(suffix, FORMATS)
        raise InputError("has no extension that is written", place=out, hint=hint)
    made: Format = FORMATS[suffix](tuple(labels))
    return made
