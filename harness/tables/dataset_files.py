"""The files that a Hugging Face data set in a folder consists of: those in the folder, and nothing else.

Such a folder says itself, in its README, which files it is made of. A stranger's may name files elsewhere on
this machine, or addresses.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from harness.errors import InputError
from harness.table_data import Dataset
from harness.within import holder, verify_within

HINT = "put the files into the folder, and name them by their paths in it"
SAYING = ("README.md", ".huggingface.yaml")
"""Files of a folder that say which files it is made of."""


def verify_folder(spec: Dataset) -> None:
    """Refuse a folder that is made of files outside of it.

    Raises
    ------
    InputError
        At the file that names them, or the link that leads to them.
    """
    import datasets

    folder = Path(spec.path)
    for name, said in _said(folder):
        if _leads_out(said):
            message = f"names data outside of the folder: {said[:200]}"
            raise InputError(message, place=folder / name, hint=HINT)
    builder = datasets.load_dataset_builder(spec.path, spec.config, revision=spec.revision)
    files = builder.config.data_files or {}
    verify_files(spec.path, {split: [{"filename": name} for name in names] for split, names in files.items()})


def verify_files(folder: str, files: Mapping[str, Any]) -> None:
    """Refuse files outside of a folder, given as ``datasets`` lists them: ``{split: [{filename: …}]}``.

    Raises
    ------
    InputError
        At the first.
    """
    for entries in files.values():
        for entry in entries:
            verify_within(Path(entry["filename"]), holder(Path(folder)), "the data set")


def _said(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield every file and folder that the folder's own description names."""
    from datasets.utils.metadata import MetadataConfigs
    from huggingface_hub import DatasetCardData
    from huggingface_hub.repocard import metadata_load

    for name in SAYING:
        if not (folder / name).is_file():
            continue
        if name == "README.md":
            metadata = metadata_load(folder / name) or {}
        else:
            import yaml

            metadata = yaml.safe_load((folder / name).read_text(encoding="utf-8")) or {}
        configs = MetadataConfigs.from_dataset_card_data(DatasetCardData(**metadata))
        for config in configs.values():
            for key in ("data_files", "data_dir"):
                yield from ((name, text) for text in _texts(config.get(key)))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _texts(part)


def _leads_out(said: str) -> bool:
    return "://" in said or "::" in said or os.path.isabs(said) or ".." in said.replace("\\", "/").split("/")
