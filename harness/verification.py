"""A finished run -> whether its stored configuration gives the same bytes again, and if not, why."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.config import load_config
from harness.errors import InputError
from harness.evaluation import evaluate
from harness.identity import differences, platform_differences
from harness.plan import Plan
from harness.runner import Progress
from harness.store import read_manifest
from harness.textfile import read_bytes

COMPARED = ("folds.json", "reruns.json", "predictions.jsonl", "metrics.json")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What differs between a run and its repetition, and the likely reasons; nothing if identical."""

    files: tuple[str, ...]
    reasons: tuple[str, ...]

    @property
    def identical(self) -> bool:
        """Whether every compared file has the same bytes."""
        return not self.files


def verify(
    folder: Path,
    *,
    jobs: int = 0,
    planned: Callable[[Plan], None] | None = None,
    progress: Progress | None = None,
) -> Verdict:
    """Run a run's stored configuration again in a scratch folder and compare, byte by byte.

    Nothing that the first run stored is used. A partial run is repeated with its number of statements.

    Raises
    ------
    InputError
        The folder is no finished run, or its data are gone or damaged.
    """
    manifest = read_manifest(folder)
    for name in COMPARED:
        if not (folder / name).is_file():
            raise InputError(f"lacks {name}", place=folder, hint="run the configuration again")
    config = load_config(folder / "config.yaml")
    limit = int(manifest["identity"]["n"]) if manifest["partial"] else None
    with tempfile.TemporaryDirectory() as scratch:
        elsewhere = config.model_copy(update={"output": scratch})
        again = evaluate(elsewhere, jobs=jobs, limit=limit, planned=planned, progress=progress)
        files = tuple(n for n in COMPARED if read_bytes(folder / n) != read_bytes(again.folder / n))
        reasons = _reasons(manifest, again.manifest) if files else ()
    return Verdict(files, reasons)


def _reasons(old: Any, new: Any) -> tuple[str, ...]:
    found = differences(old["identity"], new["identity"])
    found += [r for r in platform_differences(old["environment"], new["environment"]) if r not in found]
    return tuple(found) or (
        "nothing that is recorded differs: a file was edited, or a library is not deterministic",
    )
