"""Statements as a Parquet table, read column by column; a place's number is that of the row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import file_digest
from importlib import import_module
from pathlib import Path
from typing import Any

from harness.errors import InputError, Place, Problem, ProblemsError
from harness.labelling.rows import ID, Form, Rows, form_of

_BUFFER = 1 << 20
"""Bytes of a column that are read at a time: a row group may be larger than the memory."""


@dataclass(frozen=True, slots=True)
class ColumnChunk:
    """Rows of a table; see `harness.labelling.rows.Chunk`. ``columns`` has the wanted parts, by name."""

    path: str
    form: Form
    first: int
    n: int
    columns: Mapping[str, Sequence[Any]]
    mark: Mapping[str, Any]

    def rows(self) -> Rows:
        """Look for cells without a value."""
        wanted = tuple(self.columns[name] for name in self.form.columns)
        ids = self.columns[ID] if self.form.ids else range(self.first, self.first + self.n)
        if any(None in column for column in (*wanted, *([ids] if self.form.ids else []))) or "" in ids:
            raise ProblemsError(self._problems())
        return Rows(list(map(str, ids)), wanted)

    def _problems(self) -> Iterator[Problem]:
        for i in range(self.n):
            row = {name: column[i] for name, column in self.columns.items()}
            yield from self.form.row_problems(row, Place(self.path, self.first + i))


class ParquetTable:
    """An open table.

    Raises
    ------
    InputError
        The file is no Parquet, or pyarrow is not installed.
    ProblemsError
        A column is missing, there twice or of another type than text.
    """

    def __init__(self, path: Path, parts: Sequence[str]) -> None:
        self.path, self._done = path, 0
        try:
            self._arrow: Any = import_module("pyarrow")
            reader = import_module("pyarrow.parquet").ParquetFile
            self._file = reader(path, buffer_size=_BUFFER, pre_buffer=False)
        except ImportError:
            raise InputError("Parquet needs pyarrow", hint="pip install pyarrow, or give JSONL") from None
        except (self._arrow.ArrowException, OSError) as error:
            message = f"is no Parquet file: {error}"
            raise InputError(message, place=path, hint="fetch it again, or give JSONL") from None
        schema = self._file.schema_arrow
        self.form = form_of(parts, schema.names)
        problems = list(self.form.table_problems(schema.names, Place(str(path))))
        problems = problems or list(self._type_problems(schema))
        if problems:
            self._file.close()
            raise ProblemsError(problems)
        with path.open("rb") as file:
            self._digest = file_digest(file, "sha256").hexdigest()

    def _type_problems(self, schema: Any) -> Iterator[Problem]:
        types = self._arrow.types
        for name in (*self.form.columns, *([ID] if self.form.ids else [])):
            kind = schema.field(name).type
            kind = kind.value_type if types.is_dictionary(kind) else kind
            text = types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind)
            if not (text or (name == ID and types.is_integer(kind))):
                message = f"the column '{name}' must be text, got {kind}"
                yield Problem(Place(str(self.path)), "bad-value", message)

    def skip(self, form: Form, mark: Mapping[str, Any]) -> str | None:
        """Go on after a mark."""
        if (form, mark["sha256"]) != (self.form, self._digest):
            return "the input changed"
        self._done = mark["rows"]
        return None

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def share(self, mark: Mapping[str, Any]) -> float | None:
        """Return the share of the rows that lie before a mark."""
        n = self._file.metadata.num_rows
        return mark["rows"] / n if n else None

    def chunks(self, size: int, first: int) -> Iterator[ColumnChunk]:
        """Yield the rows of each row group in chunks of ``size``."""
        names = [*self.form.columns, *([ID] if self.form.ids else [])]
        passed, done = 0, self._done
        for group in range(self._file.num_row_groups):
            n = self._file.metadata.row_group(group).num_rows
            if passed + n <= done:
                passed += n
                continue
            for batch in self._file.iter_batches(size, row_groups=[group], columns=names):
                passed += batch.num_rows
                new = batch.slice(max(0, batch.num_rows - (passed - done)))
                if new.num_rows:
                    done = passed
                    mark = {"sha256": self._digest, "rows": passed}
                    columns = self._lists(new, passed - new.num_rows + 1)
                    yield ColumnChunk(str(self.path), self.form, first, new.num_rows, columns, mark)
                    first += new.num_rows

    def _lists(self, batch: Any, first: int) -> dict[str, list[Any]]:
        """Return columns as lists; text that is not UTF-8 is an `InputError`."""
        try:
            return {name: batch.column(name).to_pylist() for name in batch.schema.names}
        except UnicodeDecodeError:
            last = first + batch.num_rows - 1
            raise InputError(f"text between rows {first} and {last} is not UTF-8", place=self.path) from None
