"""What a run's numbers stand on besides data and configuration: versions, platform, commit."""

from __future__ import annotations

import platform
import subprocess
import sys
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from harness import __version__

NUMERIC = ("numpy", "scipy", "scikit-learn")


@cache
def package_version(name: str) -> str | None:
    """Return the installed version of a distribution, or None."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def versions(names: tuple[str, ...] = NUMERIC) -> dict[str, str | None]:
    """Return the installed versions of the named distributions."""
    return {name: package_version(name) for name in names}


def environment() -> dict[str, Any]:
    """Return harness, Python and package versions, platform, and the commit of the working directory."""
    return {
        "harness": __version__,
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "packages": versions((*NUMERIC, "pydantic", "pyyaml", "datasets", "joblib", "matplotlib")),
        "platform": platform.platform(),
        "machine": platform.machine(),
        "byteorder": sys.byteorder,
        "git": git_state(Path()),
    }


def git_state(folder: Path) -> dict[str, Any] | None:
    """Return commit and dirty flag of the repository around ``folder``; None outside of one."""

    def git(*args: str) -> str:
        command = ["git", "--no-optional-locks", "-C", str(folder), *args]  # killed, it leaves no lock behind
        out = subprocess.run(command, capture_output=True, timeout=10, check=True)
        return out.stdout.decode("ascii", "replace").strip()  # names of files may be in any encoding

    try:
        return {"commit": git("rev-parse", "HEAD"), "dirty": bool(git("status", "--porcelain"))}
    except (OSError, subprocess.SubprocessError):
        return None
