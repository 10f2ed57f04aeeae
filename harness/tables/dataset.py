"""A Hugging Face data set -> Rows: a folder, or an id that is in the local cache; nothing is downloaded."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

from harness.digest import sha256
from harness.errors import InputError, did_you_mean
from harness.table_data import Dataset
from harness.tables.arrow_text import as_text
from harness.tables.dataset_files import verify_files, verify_folder
from harness.tables.rows import Rows, joined_rows, one_table

SPLIT = "split"
"""The field that says which split a row is of."""


def read_dataset(spec: Dataset) -> Rows:
    """Read a data set, with the names of its labels in place of their numbers.

    Raises
    ------
    InputError
        There is no such data set here, or it lacks the configuration or the split.
    """
    splits = _opened(spec)
    if spec.split is not None and spec.split not in splits:
        raise InputError(
            f"the data set '{spec.path}' has no split '{spec.split}'", hint=did_you_mean(spec.split, splits)
        )
    names = [spec.split] if spec.split is not None else list(splits)
    tables = [_rows(f"{spec.path}[{name}]", splits[name]) for name in names]
    lacking = [set(tables[0].columns) ^ set(table.columns) for table in tables[1:]]
    if any(lacking):
        odd = ", ".join(sorted(set().union(*lacking)))
        raise InputError(f"splits of '{spec.path}' differ in the columns {odd}", hint="name one 'split'")
    return joined_rows(tables, names)


def _opened(spec: Dataset) -> Mapping[str, Any]:
    import datasets

    try:
        with _offline():
            if os.path.isdir(spec.path) and _is_saved(spec.path):
                found = datasets.load_from_disk(spec.path)
                files = found.cache_files
                verify_files(spec.path, files if isinstance(files, Mapping) else {"": files})
            else:
                if os.path.isdir(spec.path):
                    verify_folder(spec)
                found = datasets.load_dataset(spec.path, spec.config, revision=spec.revision)
    except InputError:
        raise
    except Exception as error:
        said = (str(error).strip() or type(error).__name__).splitlines()[0]
        hint = "name a folder, or bring the data set into the local cache: hf download --repo-type dataset ID"
        raise InputError(f"the data set '{spec.path}' cannot be opened: {said}", hint=hint) from None
    if isinstance(found, datasets.Dataset):
        return {str(found.split or "all"): found}
    return {str(name): part for name, part in found.items()}


def _is_saved(path: str) -> bool:
    """Whether a folder was written by ``save_to_disk``."""
    return any(os.path.isfile(os.path.join(path, name)) for name in ("state.json", "dataset_dict.json"))


@contextmanager
def _offline() -> Iterator[None]:
    """Keep the libraries off the network, without a word on the terminal."""
    import datasets
    from huggingface_hub import constants

    before = (datasets.config.HF_HUB_OFFLINE, constants.HF_HUB_OFFLINE)
    bars = datasets.are_progress_bars_disabled()
    verbosity = datasets.logging.get_verbosity()
    datasets.config.HF_HUB_OFFLINE = constants.HF_HUB_OFFLINE = True
    datasets.disable_progress_bars()
    datasets.logging.set_verbosity_error()
    try:
        yield
    finally:
        datasets.config.HF_HUB_OFFLINE, constants.HF_HUB_OFFLINE = before
        datasets.logging.set_verbosity(verbosity)
        if not bars:
            datasets.enable_progress_bars()


def _rows(path: str, data: Any) -> Rows:
    import datasets
    import pyarrow as pa

    classes = {
        name: tuple(feature.names)
        for name, feature in data.features.items()
        if isinstance(feature, datasets.ClassLabel)
    }
    table = data.with_format("arrow")[:]
    columns = {}
    for name in table.column_names:
        column = table.column(name)
        if name in classes:
            named = [classes[name][i] if i is not None and i >= 0 else "" for i in column.to_pylist()]
            columns[name] = pa.chunked_array([pa.array(named, pa.large_string())])
        else:
            columns[name] = as_text(column)
    return one_table(path, columns, np.arange(1, table.num_rows + 1), _digest(columns), classes)


def _digest(columns: Mapping[str, Any]) -> str:
    """Return the digest of columns of text, however they are cut into chunks."""
    parts = []
    for name, column in sorted(columns.items()):
        cells = "\x1e".join(f"{len(cell)}:{cell}" for cell in column.to_pylist())
        parts.append(f"{name}\x1f{sha256(cells.encode('utf-8'))}")
    return sha256("\x1d".join(parts).encode("utf-8"))
