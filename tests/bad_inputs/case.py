"""A case, what is expected of it, and the trial that finds out."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import traceback
import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

SECONDS, LARGE_SECONDS = 60, 90
ROOM = 3 << 30
"""Bytes of address space that a case may take besides what the process has."""
LARGE_ROOM = 4 << 30
"""Bytes of address space of a process that runs one large case."""


SPOILT_LINE = -1
SHARED = "/dev/shm"
"""Small folders are made in memory, where there is such a place."""


@dataclass(frozen=True)
class Refused:
    """The command must end with one of the codes and name a place, with a hint.

    ``place`` is the end of a file's name; with ``line`` it must be followed by that line, or by the line
    that the spoiling function returned, for `SPOILT_LINE`. ``says`` must be part of the message.
    """

    place: str
    line: int = 0
    says: str = ""
    codes: tuple[int, ...] = (1, 2)


@dataclass(frozen=True)
class Accepted:
    """The command must end with exit code 0 and say this."""

    says: str = ""


@dataclass(frozen=True)
class Case:
    """One broken input.

    ``good`` names a sound folder (see `tests.bad_inputs.good`), ``spoil`` breaks a copy of it, and
    ``command`` is run in that copy. A large case runs in a process of its own with little memory.
    """

    family: str
    name: str
    good: str
    spoil: Callable[[Path], object]
    command: tuple[str, ...]
    expect: Refused | Accepted
    large: bool = False

    def __str__(self) -> str:
        return f"{self.family}: {self.name}"


@dataclass(frozen=True)
class Outcome:
    """How a trial ended: refused, accepted, crashed, lost, slow or answered badly; and why it is not well."""

    kind: str
    why: str = ""

    @property
    def well(self) -> bool:
        return self.kind in ("refused", "accepted")


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str
    crash: str = ""
    slow: bool = False

    @property
    def said(self) -> str:
        return self.out + self.err


class _TooSlow(BaseException):
    """The time is up; no library takes it for its own."""


def tried(case: Case) -> Outcome:
    """Try a case in a folder of its own."""
    from tests.bad_inputs.good import copied

    memory = SHARED if os.path.isdir(SHARED) and not case.large else None
    folder = Path(tempfile.mkdtemp(prefix="bad-", dir=memory))
    try:
        copied(case.good, folder)
        line = case.spoil(folder)
        before = state(folder)
        ended = (_elsewhere if case.large else _here)(case.command, folder)
        return _judged(case, line, ended, before, state(folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _judged(case: Case, line: object, ended: Ended, before: dict[str, str], after: dict[str, str]) -> Outcome:
    if ended.slow:
        return Outcome("slow", f"not finished in time: {ended.said[-300:]}")
    if ended.crash or "Traceback" in ended.said:
        return Outcome("crashed", ended.crash or ended.said[-2000:])
    if isinstance(case.expect, Accepted):
        if ended.code or case.expect.says not in ended.said:
            return Outcome(
                "answered badly", f"exit {ended.code}, not 0 with '{case.expect.says}': {ended.said}"
            )
        return Outcome("accepted")
    if before != after:
        changed = sorted(k for k in {*before, *after} if before.get(k) != after.get(k))
        return Outcome("lost", f"exit {ended.code}, and these changed: {', '.join(changed[:5])}")
    expect = case.expect
    if expect.line == SPOILT_LINE:
        assert isinstance(line, int), f"{case}: no line was spoilt"
        expect = replace(expect, line=line)
    why = _bad_answer(expect, ended)
    return (
        Outcome("answered badly", f"{why}; exit {ended.code}: {ended.said[:1500]}")
        if why
        else Outcome("refused")
    )


def _bad_answer(expect: Refused, ended: Ended) -> str | None:
    """Return what a refusal lacks."""
    place = f"{expect.place}:{expect.line}: " if expect.line else expect.place
    if ended.code not in expect.codes:
        return f"expected exit {' or '.join(map(str, expect.codes))}"
    if place not in ended.said:
        return f"the place {place!r} is not named"
    if "hint: " not in ended.said:
        return "there is no hint"
    if expect.says not in ended.said:
        return f"does not say {expect.says!r}"
    if max(map(len, ended.said.splitlines())) > 2500:
        return "has a line that is far too long"
    return "is far too long" if len(ended.err) > 100_000 else None


def _here(command: tuple[str, ...], folder: Path) -> Ended:
    """Run a command line in this process, with limits of time and memory."""
    from harness.cli import main

    streams = [io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2)]
    kept = sys.argv, os.getcwd(), signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGALRM)
    limits = resource.getrlimit(resource.RLIMIT_AS)
    code, crash, slow = 0, "", False

    def late(*_: object) -> None:
        raise _TooSlow

    sys.argv = ["harness", *command]
    os.chdir(folder)
    try:
        with contextlib.redirect_stdout(streams[0]), contextlib.redirect_stderr(streams[1]):
            signal.signal(signal.SIGALRM, late)
            signal.setitimer(signal.ITIMER_REAL, SECONDS)
            resource.setrlimit(resource.RLIMIT_AS, (_size() + ROOM, limits[1]))
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                main()
    except SystemExit as end:
        code = int(end.code or 0)
    except _TooSlow:
        slow = True
    except BaseException:
        crash = traceback.format_exc()[-3000:]
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        resource.setrlimit(resource.RLIMIT_AS, limits)
        sys.argv = kept[0]
        os.chdir(kept[1])
        signal.signal(signal.SIGINT, kept[2])
        signal.signal(signal.SIGALRM, kept[3])
    out, err = (s.buffer.getvalue().decode("utf-8", "replace") for s in streams)
    return Ended(code, out, err, crash, slow)


def _size() -> int:
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[0]) * resource.getpagesize()


def _elsewhere(command: tuple[str, ...], folder: Path) -> Ended:
    """Run a command line in a process of its own."""
    root = str(Path(__file__).resolve().parents[2])
    environment = {**os.environ, "PYTHONPATH": root, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "harness", *command],
            cwd=folder,
            env=environment,
            capture_output=True,
            timeout=LARGE_SECONDS,
            check=False,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (LARGE_ROOM, LARGE_ROOM)),
        )
    except subprocess.TimeoutExpired:
        return Ended(0, "", "", slow=True)
    out, err = done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")
    crash = f"ended by signal {-done.returncode}: {err[-1000:]}" if done.returncode < 0 else ""
    return Ended(done.returncode, out, err, crash)


def state(folder: Path) -> dict[str, str]:
    """Return what every path below a folder is, without opening what is no plain file."""
    found = {}
    for base, folders, files in os.walk(folder):
        for name in [*folders, *files]:
            path = Path(base, name)
            if path.is_symlink():
                what = f"link {os.readlink(path)}"
            elif path.is_file() and path.stat().st_size > 1 << 33:
                what = f"{path.stat().st_size} bytes of {path.stat().st_mtime_ns}"
            elif path.is_file():
                with path.open("rb") as file:
                    what = hashlib.file_digest(file, "sha256").hexdigest()
            else:
                what = f"mode {path.lstat().st_mode}"
            found[os.path.relpath(path, folder)] = what
    return found
