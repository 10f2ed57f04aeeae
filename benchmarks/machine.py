"""What figures were measured on: cores, memory, versions and how busy the machine was."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = ("numpy", "scipy", "scikit-learn", "pyarrow")
GIB = 1 << 30


def describe(packages: Sequence[str] = ()) -> str:
    """Return two lines: the machine and its load, and the versions of Python and of packages.

    Parameters
    ----------
    packages : sequence of str
        Distributions besides `PACKAGES`; one that is not installed is said to be missing.
    """
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / GIB
    load = " ".join(f"{x:.1f}" for x in os.getloadavg())
    said = ", ".join(f"{name} {_version(name)}" for name in (*PACKAGES, *packages))
    return (
        f"{usable} cores ({_processor()}), {memory:.0f} GiB, {platform.system()}; load average {load}\n"
        f"{platform.python_implementation()} {platform.python_version()}, {said}"
    )


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "missing"


def _processor() -> str:
    """Return the model of the processor, where the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())
