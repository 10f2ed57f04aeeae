"""How far one training has come, in one file, so that a killed one goes on from its last saved epoch."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from harness.cache import cache_folder
from harness.errors import RunError
from harness.textfile import parse_json, to_json


class Checkpoint:
    """The file ``checkpoints/<key>.safetensors`` of the cache folder: tensors by name, and facts as JSON.

    Parameters
    ----------
    key : str
        A digest of everything that the training depends on, so that nothing else goes on from it.
    """

    def __init__(self, key: str) -> None:
        self.path = cache_folder() / "checkpoints" / f"{key}.safetensors"

    def save(self, tensors: Mapping[str, Any], facts: Mapping[str, Any]) -> None:
        """Replace what was saved; a reader sees the old file or the new one, never a part.

        Raises
        ------
        RunError
            The file cannot be written.
        """
        from safetensors import SafetensorError
        from safetensors.torch import save_file

        part = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            save_file({k: v.contiguous() for k, v in tensors.items()}, part, {"facts": to_json(facts)})
            part.replace(self.path)
        except (OSError, SafetensorError) as error:
            _unlink(part)
            hint = "free some space, or set HARNESS_CACHE to a folder that can be written"
            raise RunError(f"training cannot be saved: {error}", place=self.path, hint=hint) from None

    def load(self) -> tuple[dict[str, Any], dict[str, Any]] | None:
        """Return tensors (on the processor) and facts; None if there are none that can be read."""
        from safetensors import SafetensorError, safe_open

        try:
            with safe_open(self.path, framework="pt") as file:
                facts = parse_json((file.metadata() or {}).get("facts", "null"))
                tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (not a mapping)
        except (OSError, ValueError, SafetensorError):
            return None
        return (tensors, facts) if isinstance(facts, dict) else None

    def remove(self) -> None:
        """Remove the file, and what a write that was killed left of it."""
        for path in (self.path, *self.path.parent.glob(f".{self.path.name}.*")):
            _unlink(path)


def _unlink(path: Path) -> None:
    """Remove a file where that can be; one that stays costs space and nothing else."""
    with suppress(OSError):
        path.unlink()
