"""Pretrained models by name: a local folder, a Hugging Face id, or a model that a Python package carries."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from harness.errors import InputError
from harness.model_folder import MARKERS, content_digest, lack, models_below

PACKAGE = "package:"
"""What a name begins with that means a model inside an installed Python package."""
_HUB_ID = re.compile(r"\w[\w.-]*(/\w[\w.-]*)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Pretrained:
    """A model on the disk; ``identity`` says by content which one it is, wherever it lies."""

    folder: Path
    identity: Mapping[str, str]


def anchored(name: str, absolute: Callable[[str], str]) -> str:
    """Return a name under which a model is found from any working directory.

    Parameters
    ----------
    name : str
        ``package:NAME``, a path, or a Hugging Face id. What names an existing folder is a path, and so
        is what begins with ``.``, ``/`` or ``~`` or has more than one slash.
    absolute : function of str
        Makes a path absolute, from wherever it was said.
    """
    if name.startswith(PACKAGE):
        return name
    path = absolute(str(Path(name).expanduser()) if name.startswith("~") else name)
    return path if _is_path(name) or Path(path).is_dir() else name


def located(name: str, revision: str | None = None, *, owner: str | None = None) -> Pretrained:
    """Find a model on the disk; nothing is downloaded.

    Parameters
    ----------
    name : str
        As :func:`anchored` returns it.
    revision : str, optional
        Branch, tag or commit of a Hugging Face id; without it what the local cache has as ``main``.
    owner : str, optional
        Whose the Hugging Face ids without an owner are.

    Returns
    -------
    Pretrained
        The identity of a Hugging Face id is its commit, that of any other model the digest of its files.

    Raises
    ------
    InputError
        There is no such model, it is incomplete, or its files are not in the local Hugging Face cache.
    """
    if not (name.startswith(PACKAGE) or _is_path(name)):
        return _cached(name if "/" in name or owner is None else f"{owner}/{name}", revision)
    if revision is not None:
        raise InputError("a revision is of a Hugging Face id", hint=f"leave it out with {name}")
    folder = _in_package(name) if name.startswith(PACKAGE) else Path(name).expanduser()
    if why := lack(folder):
        raise InputError(f"{folder} {why}", hint="a model is a folder, a Hugging Face id, or package:NAME")
    return Pretrained(folder, {"files": content_digest(folder)})


def _is_path(name: str) -> bool:
    return Path(name).is_absolute() or name[:1] in (".", "~") or _HUB_ID.fullmatch(name) is None


def _in_package(name: str) -> Path:
    """Return the folder of the one model below a package's folder, without importing the package."""
    package, _, below = name.removeprefix(PACKAGE).partition("/")
    module = package.replace("-", "_")
    spec = find_spec(module) if module.isidentifier() else None
    if spec is None or not spec.submodule_search_locations:
        raise InputError(
            f"no Python package '{package}' is installed", hint="check the name after 'package:'"
        )
    root = Path(spec.submodule_search_locations[0])
    found = models_below(root / below)
    if len(found) == 1:
        return found[0]
    names = ", ".join(f"{PACKAGE}{package}/{path.relative_to(root).as_posix()}" for path in found)
    many = f"carries {len(found)} models" if found else f"carries no model{' in ' + below if below else ''}"
    raise InputError(f"the Python package '{package}' {many}", hint=f"name one: {names}" if found else "")


def _cached(name: str, revision: str | None) -> Pretrained:
    """Find a Hugging Face id in the local cache; the name of a snapshot's folder is the commit."""
    from huggingface_hub import try_to_load_from_cache

    why = "is not in the local Hugging Face cache, and nothing is downloaded here"
    for marker in MARKERS:
        try:
            found = try_to_load_from_cache(name, marker, revision=revision)
        except ValueError as error:
            raise InputError(f"'{name}' is no Hugging Face id: {str(error).splitlines()[0]}") from None
        if isinstance(found, str):
            folder = Path(found).parent
            lacking = lack(folder)
            if lacking is None:
                return Pretrained(folder, {"hub": name, "commit": folder.name})
            why = f"is in the local Hugging Face cache in part: it {lacking}"
    at = f" --revision {revision}" if revision else ""
    raise InputError(
        f"the model '{name}'{at.replace(' --', ' at ')} {why}",
        hint=f"hf download {name}{at}, or name a folder or package:NAME",
    )
