"""What a shell offers after TAB: names of the registry, configurations, runs and their models.

An offer is a help and never an error: where something cannot be read, there is none, and the shell falls
back to names of files.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import typer

Offers = Callable[[str], list[str]]


def one_of(*names: str) -> Offers:
    """Return what offers fixed names."""
    return lambda incomplete: _starting(names, incomplete)


def configs(incomplete: str) -> list[str]:
    """Offer YAML files: those of the folder that is being typed and of ``configs/``."""
    start = Path(incomplete)
    inside = incomplete == "" or incomplete.endswith("/")
    folder = start if inside else start.parent
    found = [str(p) for p in sorted(folder.glob("*.yaml"))]
    found += [str(p) for p in sorted((folder / "configs").glob("*.yaml"))]
    if not inside:
        found += [str(p) for p in sorted(start.glob("*.yaml"))]
    return _starting(found, incomplete)


def run_folders(incomplete: str) -> list[str]:
    """Offer the finished runs below ``runs``, or below the folder that is being typed."""
    top = Path(incomplete.rpartition("/")[0] or ".")
    depths = ("runs/*/*", "*/*", "*") if incomplete else ("runs/*/*",)
    found = {str(p.parent) for depth in depths for p in top.glob(f"{depth}/manifest.json")}
    return _starting(sorted(found), incomplete)


def names(incomplete: str) -> list[str]:
    """Offer everything that ``harness describe`` knows."""
    from harness.catalogue import known_names

    return _starting(known_names(), incomplete)


def metrics(incomplete: str) -> list[str]:
    """Offer the names of metrics."""
    from harness.metrics import METRICS

    return _starting(METRICS, incomplete)


def models_of_config(incomplete: str) -> list[str]:
    """Offer the models of the configuration on the command line."""
    from harness.config_source import read_source

    path = next((word for word in _words() if word.endswith((".yaml", ".yml"))), "")
    return _starting(_read(lambda: read_source(Path(path)).data["models"]), incomplete)


def models_of_run(incomplete: str) -> list[str]:
    """Offer the models of the run on the command line."""
    from harness.store import read_manifest

    folder = next((word for word in _words() if Path(word, "manifest.json").is_file()), "")
    found = _read(lambda: [pool["model"] for pool in read_manifest(Path(folder))["pools"]])
    return _starting(dict.fromkeys(found), incomplete)


def articles(context: typer.Context, incomplete: str) -> list[str]:
    """Offer the articles of the corpus on the command line, or of this folder."""
    seeds = _corpus(context) / "seeds"
    return _starting(sorted(p.stem for p in seeds.glob("*.txt")), incomplete)


def annotators(context: typer.Context, incomplete: str) -> list[str]:
    """Offer those who have annotated, and gold."""
    folder = _corpus(context) / "annotations" / "annotators"
    return _starting(["gold", *sorted(p.name for p in folder.glob("*") if p.is_dir())], incomplete)


def _corpus(context: typer.Context) -> Path:
    return Path(context.params.get("corpus") or context.params.get("path") or ".")


def _words() -> list[str]:
    """Return the words of the command line: the parser drops them where an option lacks its value."""
    line = os.environ.get("COMP_WORDS") or os.environ.get("_TYPER_COMPLETE_ARGS", "")
    try:
        return shlex.split(line)
    except ValueError:
        return line.split()


def _read(read: Callable[[], object]) -> Iterator[str]:
    from harness.errors import HarnessError

    try:
        found = read()
    except (HarnessError, OSError, KeyError, TypeError, ValueError):
        return iter(())
    return iter([str(name) for name in found] if isinstance(found, list | dict) else [])


def _starting(found: Iterable[str], incomplete: str) -> list[str]:
    return [name for name in found if name.startswith(incomplete)]
