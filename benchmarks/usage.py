"""What a process takes: wall time, CPU time and memory, its children included.

To the system the peak of a process is at least that of whoever started it, so what calls `used` should
itself stay small: it imports neither NumPy nor anything that does.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

_SECTION = "section: "
EVERY = 0.05
"""Seconds between two looks at the memory of a tree of processes."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Seconds of wall and CPU time (user and system), and the most MB that were resident at once."""

    wall: float
    cpu: float
    memory: float


def used(command: Sequence[str], *, env: Mapping[str, str] | None = None, cwd: Path | None = None) -> Usage:
    """Run a command to its end.

    Parameters
    ----------
    command : sequence of str
    env : mapping, optional
        Variables that are set besides those that are there.
    cwd : Path, optional

    Returns
    -------
    Usage
        Of the process and all its children, from start to end; or what the process itself measured
        within :func:`section`. Memory is the resident memory of all processes added up, so that pages
        which they share count several times.

    Raises
    ------
    SystemExit
        The command failed; what it said on stderr is the message.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as said:
        start = time.perf_counter()
        child = subprocess.Popen(command, stdout=out, stderr=said, env={**os.environ, **(env or {})}, cwd=cwd)
        with _watched(child.pid) as peak:
            _, status, spent = os.wait4(child.pid, 0)
        wall = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        said.seek(0)
        if child.returncode:
            text = said.read().decode(errors="replace").strip()
            raise SystemExit(f"{' '.join(command)}\nended with {child.returncode}: {text}")
        own = [line for line in out.read().decode(errors="replace").splitlines() if line.startswith(_SECTION)]
    if own:
        return Usage(**json.loads(own[-1].removeprefix(_SECTION)))
    inherited = spent.ru_maxrss <= resource.getrusage(resource.RUSAGE_SELF).ru_maxrss and peak[0] > 0
    memory = peak[0] if inherited else max(peak[0], _megabytes(spent.ru_maxrss))
    return Usage(wall, spent.ru_utime + spent.ru_stime, memory)


@contextmanager
def section(times: float = 1.0) -> Iterator[None]:
    """Measure what is done within in place of the whole process; its last line says what :func:`used` reads.

    Parameters
    ----------
    times : float
        Times are multiplied by it: how often the side that is compared does what is done here once.
    """
    start, spent = time.perf_counter(), _spent()
    yield
    wall, cpu = (time.perf_counter() - start) * times, (_spent() - spent) * times
    memory = _megabytes(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    print(_SECTION + json.dumps(asdict(Usage(wall, cpu, memory))), flush=True)


def _spent() -> float:
    """Return seconds of CPU of this process and of the children that have ended."""
    some = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(s.ru_utime + s.ru_stime for s in some)


def _megabytes(peak: int) -> float:
    """Return ``ru_maxrss``, which is in bytes on macOS and in KiB elsewhere, in MB."""
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6


@contextmanager
def _watched(pid: int) -> Iterator[list[float]]:
    """Keep the most memory that a process and its descendants had together, in MB; 0 without /proc."""
    peak, stop = [0.0], threading.Event()

    def watch() -> None:
        while not stop.wait(EVERY):
            peak[0] = max(peak[0], sum(map(_resident, _tree(pid))))

    thread = threading.Thread(target=watch, daemon=True)
    if Path("/proc/self/task").exists():
        thread.start()
    try:
        yield peak
    finally:
        stop.set()
        if thread.ident is not None:
            thread.join()


def _tree(pid: int) -> Iterator[int]:
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = task.read_text(encoding="ascii").split()
        except OSError:
            continue
        for child in children:
            yield from _tree(int(child))


def _resident(pid: int) -> float:
    try:
        pages = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]
    except (OSError, IndexError):
        return 0.0
    return int(pages) * os.sysconf("SC_PAGE_SIZE") / 1e6
