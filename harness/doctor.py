"""What an installation has, what it lacks, and the command that gets it."""

from __future__ import annotations

import locale
import os
import platform
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, metadata, requires
from pathlib import Path
from typing import Literal

from harness import __version__
from harness.cache import cache_folder
from harness.environment import git_state, package_version

PACKAGE = "stance-harness"
Verdict = Literal["ok", "absent", "wrong"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    ``verdict`` is ``wrong`` where something that is needed does not work, ``absent`` where something optional
    is not there; ``remedy`` is a command, or empty.
    """

    topic: str
    name: str
    verdict: Verdict
    text: str
    remedy: str = ""


def examine() -> list[Finding]:
    """Look at versions, extras, locale, caches and the working folder; nothing heavy is imported."""
    return [*_versions(), *_extras(), *_language(), *_folders()]


def healthy(findings: list[Finding]) -> bool:
    """Whether nothing that is needed is wrong."""
    return all(f.verdict != "wrong" for f in findings)


def _versions() -> Iterator[Finding]:
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors"
    yield Finding("version", "harness", "ok", f"{__version__}, in {Path(__file__).parent}")
    yield Finding("version", "python", "ok", f"{platform.python_version()} on {machine}")
    yield from (_required(name, wanted) for name, wanted in _wanted(""))


def _required(name: str, wanted: str) -> Finding:
    found = package_version(name)
    if _suits(found, wanted):
        return Finding("version", name, "ok", str(found))
    text = f"{found or 'not installed'}, needed is {wanted}"
    return Finding("version", name, "wrong", text, f"pip install '{name}{wanted}'")


def _extras() -> Iterator[Finding]:
    for extra in _extra_names():
        lacking = [f"{n}{w}" for n, w in _wanted(extra) if not _suits(package_version(n), w)]
        if lacking:
            text = f"lacks {', '.join(lacking)}"
            yield Finding("extra", extra, "absent", text, f"pip install '{PACKAGE}[{extra}]'")
        else:
            names = ", ".join(f"{n} {package_version(n)}" for n, _ in _wanted(extra))
            yield Finding("extra", extra, "ok", names)


def _extra_names() -> list[str]:
    try:
        return sorted(metadata(PACKAGE).get_all("Provides-Extra") or [])
    except PackageNotFoundError:
        return []


def _wanted(extra: str) -> list[tuple[str, str]]:
    """Return packages with their version ranges: of an extra (and of extras in it), or of the core."""
    from packaging.requirements import Requirement

    try:
        lines = requires(PACKAGE) or []
    except PackageNotFoundError:
        return []
    found: list[tuple[str, str]] = []
    for line in lines:
        one = Requirement(line)
        if one.marker is not None and not one.marker.evaluate({"extra": extra}):
            continue
        if (one.marker is not None and "extra" in str(one.marker)) != bool(extra):
            continue
        if one.name == PACKAGE:
            found += [pair for inner in sorted(one.extras) for pair in _wanted(inner)]
        else:
            found.append((one.name, str(one.specifier)))
    return list(dict.fromkeys(found))


def _suits(version: str | None, wanted: str) -> bool:
    from packaging.specifiers import SpecifierSet

    return version is not None and SpecifierSet(wanted).contains(version, prereleases=True)


def _language() -> Iterator[Finding]:
    stream = sys.stdout.encoding or "unknown"
    text = f"{locale.setlocale(locale.LC_CTYPE)}; the terminal is written in {stream}"
    yield Finding("locale", "encoding", "ok", f"{text}; files are UTF-8 whatever the locale is")


def _folders() -> Iterator[Finding]:
    yield _cache(cache_folder())
    state = git_state(Path())
    if state is None:
        yield Finding(
            "folder", "commit", "absent", "the working folder is in no git repository; runs name none"
        )
    else:
        dirty = ", with changes" if state["dirty"] else ""
        yield Finding("folder", "commit", "ok", f"{state['commit'][:12]}{dirty}")
    runs = Path("runs")
    near = runs if runs.is_dir() else Path()
    if os.access(near, os.W_OK):
        count = sum(1 for _ in runs.glob("*/*/manifest.json"))
        yield Finding("folder", "runs", "ok", f"{count} finished runs below {runs.resolve()}")
    else:
        yield Finding(
            "folder",
            "runs",
            "wrong",
            f"{near.resolve()} cannot be written",
            "harness run CONFIG --set output=FOLDER",
        )


def _cache(folder: Path) -> Finding:
    there = next(f for f in (folder, *folder.parents) if f.exists()) if folder.is_absolute() else Path.cwd()
    if not (there.is_dir() and os.access(there, os.W_OK)):
        remedy = "export HARNESS_CACHE=FOLDER"
        return Finding("folder", "cache", "wrong", f"{folder} cannot be written", remedy)
    sizes = [f"{p.stem} {p.stat().st_size / 1e6:.1f} MB" for p in sorted(folder.glob("*.sqlite"))]
    return Finding("folder", "cache", "ok", f"{folder}: {', '.join(sizes) or 'empty'}")
