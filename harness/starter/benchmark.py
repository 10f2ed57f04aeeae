"""Writing a new benchmark into a folder: all of it or nothing."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from string import Template
from textwrap import fill
from typing import Any

from harness.errors import InputError
from harness.starter.labels import EXAMPLE, Labels
from harness.textfile import path_fault, read_text, to_json, write_error, write_text

SHIPPED = Path(__file__).with_name("example")
TARGET = "the closure of Quay Road in Lindmoor to cars"
TEMPLATES = frozenset({"README.md", "lexicon.yaml", "annotations/codebook.md", "configs/baseline.yaml"})
IGNORED = frozenset({".git"})
"""What a folder may hold that counts as empty."""


@dataclass(frozen=True, slots=True)
class Made:
    """A new benchmark: its folder, its files seen from there, and how large the example is."""

    folder: Path
    labels: Labels
    files: tuple[str, ...]
    articles: int
    statements: int


def start_benchmark(folder: Path, labels: Labels) -> Made:
    """Write an example benchmark that runs as it is.

    The example's annotations are written with the user's labels; see :class:`harness.starter.labels.Labels`.
    Everything is written to a scratch folder on the same disk first, then moved into place.

    Parameters
    ----------
    folder : Path
        Absent, or empty but for ``.git``; folders above it are made.
    labels : Labels

    Raises
    ------
    InputError
        The folder holds something, or is a file.
    RunError
        It cannot be written; nothing is left behind.
    """
    _refuse(folder)
    files = example_files(labels, folder.absolute().name)
    try:
        with _moved_into(folder) as scratch:
            for name, text in files.items():
                write_text(scratch / name, text, sync=False)
    except OSError as error:
        raise write_error(folder, error) from None
    statements = sum(t.count("\n") for n, t in files.items() if n.startswith("annotations/gold/"))
    articles = sum(n.endswith(".txt") for n in files)
    return Made(folder, labels, tuple(files), articles, statements)


def example_files(labels: Labels, name: str) -> dict[str, str]:
    """Return the text of every file of the example with its path, in the user's labels."""
    texts = {p.relative_to(SHIPPED).as_posix(): read_text(p) for p in sorted(SHIPPED.rglob("*.*"))}
    texts[".gitignore"] = read_text(SHIPPED / "gitignore")
    statements = [t for n, t in texts.items() if n.startswith("annotations/gold/")]
    words = _words(labels, name, sum(t.count("\n") for t in statements))
    for path, text in texts.items():
        if path.endswith(".jsonl"):
            texts[path] = "".join(_relabelled(line, labels) for line in text.splitlines())
        elif path in TEMPLATES:
            texts[path] = Template(text).substitute(words)
    texts["annotations/scheme.yaml"] = _scheme(labels)
    return texts


def _refuse(folder: Path) -> None:
    fault = path_fault(str(folder))
    if fault:
        raise InputError(fault, hint="choose a shorter name")
    if folder.is_dir():
        held = sorted({p.name for p in folder.iterdir()} - IGNORED)
        if held:
            what = f"the folder is not empty: {', '.join(held[:3])}{' ...' if len(held) > 3 else ''}"
            raise InputError(what, place=folder, hint="name a new folder, or an empty one")
    elif os.path.lexists(folder):
        raise InputError("is a file, not a folder", place=folder, hint="name a new folder")


@contextmanager
def _moved_into(folder: Path) -> Iterator[Path]:
    """Give a scratch folder whose entries are moved into ``folder`` at the end; undo all on a failure."""
    new = [p for p in (folder, *folder.parents) if not p.exists()]
    moved: list[Path] = []
    scratch = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(dir=folder, prefix=".harness-"))
        yield scratch
        for entry in sorted(scratch.iterdir()):
            moved.append(folder / entry.name)
            entry.rename(folder / entry.name)
    except BaseException:
        for entry in moved:
            shutil.rmtree(entry, ignore_errors=True) if entry.is_dir() else entry.unlink(missing_ok=True)
        raise
    finally:
        if scratch is not None:
            shutil.rmtree(scratch, ignore_errors=True)
        for made in new:
            with suppress(OSError):
                made.rmdir()  # only where it is empty, so only after a failure


def _relabelled(line: str, labels: Labels) -> str:
    row: dict[str, Any] = json.loads(line)
    row["stance"] = labels.stands_for[row["stance"]]
    row["exclusion"] = None if row["stance"] else "undecidable"
    if "votes" in row:
        row["votes"] = {who: labels.stands_for[vote] for who, vote in row["votes"].items()}
    return to_json(row) + "\n"


def _scheme(labels: Labels) -> str:
    lines = ["# The labels, in the order of every table. A change of them is a new version of the codebook."]
    lines += [f"target: {TARGET}", "codebook_version: 1", "labels:"]
    for name in labels.names:
        lines += [f"  - name: {to_json(name)}", f"    definition: {to_json(labels.definition(name))}"]
    return "\n".join(lines) + "\n"


def _words(labels: Labels, name: str, n: int) -> dict[str, str]:
    """Return what stands in the place of each ``$word`` of the templates."""
    third = labels.stands_for["unclear"]
    metrics = ("accuracy", "macro_f1") if labels.unused else ("macro_f1", "accuracy")
    return {
        "name": " ".join(name.split()) or "benchmark",
        "target": TARGET,
        "n": str(n),
        "labels": ", ".join(f"`{name}`" for name in labels.names),
        "note": f"\n{fill(' '.join(_notes(labels)), 115)}\n" if labels.renamed else "",
        "definitions": "\n".join(f"- **{name}**: {labels.definition(name)}" for name in labels.names),
        "third": f"**{third}**" if third else "no label, and `exclusion: undecidable`",
        "metrics": ", ".join(metrics),
        "primary": metrics[0],
        "default": to_json(third or labels.stands_for["against"]),
        **{old: to_json(labels.stands_for[old]) for old in ("for", "against")},
    }


def _notes(labels: Labels) -> list[str]:
    """Say in Markdown what the user's labels stand for in the example."""
    pairs = [f"`{new}` for *{old}*" for old, new in labels.stands_for.items() if new not in (old, None)]
    said = []
    if pairs:
        said.append(
            f"The example was annotated with {', '.join(f'*{old}*' for old in EXAMPLE)}. Your labels stand "
            f"in their place, {', '.join(pairs)}, so that the commands work; whether they fit the example "
            "does not matter."
        )
    if None in labels.stands_for.values():
        said.append("Statements that are *unclear* have no label here; they are kept and not scored.")
    if labels.unused:
        names = ", ".join(f"`{name}`" for name in labels.unused)
        said.append(f"No statement of the example has {names}: F1 of it is undefined until one has.")
    return said
