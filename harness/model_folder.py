"""A folder with a pretrained model: what it lacks to be one, and the digest of what is in it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from hashlib import file_digest
from pathlib import Path

from harness.digest import digest

MARKERS = ("modules.json", "config.json")
"""Files of which every model's folder has one."""
OTHER_BACKENDS = ("onnx", "openvino", "coreml")
"""Folders of the same weights in forms that are not read here."""


def lack(folder: Path) -> str | None:
    """Return what a folder lacks to be a model, as the end of a sentence, or None."""
    if not folder.is_dir():
        return "is no folder"
    if not any((folder / name).is_file() for name in MARKERS):
        return f"is no model: it has neither {' nor '.join(MARKERS)}"
    if not any(path.suffix in (".safetensors", ".bin") for path in _files(folder)):
        return "has no weights, no .safetensors and no .bin file"
    return None


def models_below(root: Path) -> list[Path]:
    """Return the folder itself where it is a model, else the models below it, not the parts of one."""
    if lack(root) is None:
        return [root]
    for marker in MARKERS:
        found = sorted({p.parent for p in root.rglob(marker) if lack(p.parent) is None})
        if found:
            return found
    return []


def content_digest(folder: Path) -> str:
    """Return the digest of names and bytes of all files that can change what the model does."""
    rows = []
    for path in _files(folder):
        found = path.stat()
        rows.append(
            [path.relative_to(folder).as_posix(), _file_digest(path, found.st_size, found.st_mtime_ns)]
        )
    return digest(rows)


def _files(folder: Path) -> Iterator[Path]:
    """Yield the files that matter: none that is hidden or for reading only."""
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        hidden = any(part.startswith(".") for part in parts)
        if path.is_file() and not hidden and parts[0] not in OTHER_BACKENDS and path.suffix != ".md":
            yield path


@lru_cache(maxsize=1024)
def _file_digest(path: Path, size: int, changed: int) -> str:
    """Return the digest of a file's bytes; size and time of change stand for them within one process."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
