"""The table of formats, and the one way from a configuration to an exported folder."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from harness.errors import InputError, did_you_mean
from harness.export.folder import NAME, SCHEMA, verify_folder, write_folder
from harness.export.material import Material, material_of
from harness.run_config import RunConfig

FORMATS = {
    "hf": "harness.export.hugging_face:files",
    "csv": "harness.export.tables:csv_files",
    "jsonl": "harness.export.tables:jsonl_files",
    "parquet": "harness.export.tables:parquet_files",
    "lm-eval": "harness.export.lm_eval_tasks:files",
    "inspect": "harness.export.inspect_tasks:files",
}
"""By name the function that returns the content of each file."""


def export(config: RunConfig, form: str, folder: Path, *, replace: bool = False) -> list[Path]:
    """Write a configuration's data and folds in one of `FORMATS`; nothing is fitted.

    Parameters
    ----------
    config : RunConfig
    form : str
    folder : Path
        Absent or empty or, with ``replace``, an earlier export.
    replace : bool
        Replace the files of an earlier export; others that lie beside them stay.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    HarnessError
        There is no such format, the folder has something in it, or the data have problems.
    """
    if form not in FORMATS:
        raise InputError(f"no export format '{form}'", hint=did_you_mean(form, FORMATS))
    verify_folder(folder, replace=replace)
    module, _, name = FORMATS[form].partition(":")
    make: Callable[[Material], dict[str, bytes]] = getattr(import_module(module), name)
    material = material_of(config)
    files = make(material)
    return write_folder(folder, {**files, NAME: about(material, form, files)}, replace=replace)


def about(material: Material, form: str, files: dict[str, bytes]) -> bytes:
    """Return ``export.json``: what was exported, from which data, and the digest of every file."""
    from harness import __version__
    from harness.digest import sha256
    from harness.textfile import to_json

    said = {
        "schema": SCHEMA,
        "format": form,
        "harness": __version__,
        "name": material.name,
        "seed": material.seed,
        "input": material.input,
        "labels": list(material.labels),
        "n": len(material.examples),
        "data": material.digest,
        "splits": dict(material.splits),
        "files": {name: sha256(data) for name, data in sorted(files.items())},
    }
    return (to_json(said, indent=1) + "\n").encode("utf-8")
