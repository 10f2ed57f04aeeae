"""The name of an input -> an open stream of statements."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from harness.errors import InputError
from harness.labelling.json_lines import JsonLines
from harness.labelling.parquet_table import ParquetTable
from harness.labelling.rows import Stream
from harness.labelling.tape import Tape
from harness.labelling.text_table import TextTable
from harness.textfile import opened

STDIN = "-"
SUFFIXES = {".jsonl": "", ".ndjson": "", ".csv": ",", ".tsv": "\t", ".parquet": ""}
"""The extensions that are read, with the delimiters of tables of text."""


def open_stream(path: str, parts: Sequence[str]) -> Stream:
    """Open a file of statements by its extension, or JSON lines from standard input.

    Parameters
    ----------
    path : str
        ``-`` is standard input.
    parts : sequence of str
        What is wanted of a statement.

    Raises
    ------
    InputError
        There is no such file, or its extension is none of `SUFFIXES`.
    ProblemsError
        The header of a table lacks a part or has a column twice.
    """
    if path == STDIN:
        return JsonLines(Tape(sys.stdin.buffer, "<stdin>"), parts)
    suffix = Path(path).suffix.lower()
    if suffix not in SUFFIXES:
        hint = f"known: {', '.join(SUFFIXES)}; or - for JSON lines on standard input"
        raise InputError("has no extension that is read", place=Path(path), hint=hint)
    file = opened(Path(path))  # read until the process has labelled all of it
    if suffix == ".parquet":
        file.close()
        return ParquetTable(Path(path), parts)
    tape = Tape(file, path)
    try:
        return TextTable(tape, parts, SUFFIXES[suffix]) if SUFFIXES[suffix] else JsonLines(tape, parts)
    except InputError:
        tape.close()
        raise
