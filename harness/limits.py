"""What the system lets this process have, looked at before anything heavy is loaded."""

from __future__ import annotations

import os

from harness.errors import RunError

LIBRARIES, A_PROCESSOR = 768 << 20, 128 << 20
"""Bytes of addresses that the numeric libraries take, and what each thread of theirs takes besides."""


def memory_needed() -> int:
    """Return the bytes of addresses below which the numeric libraries do not start on this machine."""
    return LIBRARIES + A_PROCESSOR * (os.cpu_count() or 1)


def memory_limit() -> tuple[int, str] | None:
    """Return the lower of the limits that were set on this process's memory, and what shows it; or None."""
    try:
        import resource
    except ImportError:  # Windows has no such limits
        return None
    found = {"ulimit -v": resource.RLIMIT_AS, "ulimit -d": resource.RLIMIT_DATA}
    limits = [(resource.getrlimit(kind)[0], said) for said, kind in found.items()]
    return min((pair for pair in limits if pair[0] != resource.RLIM_INFINITY), default=None)


def refuse_too_little_memory() -> None:
    """Refuse to begin where the numeric libraries would not start.

    With too few addresses OpenBLAS asks again without end while it is loaded, and other libraries fail with
    what looks like a broken installation; neither can be caught once it has begun.

    Raises
    ------
    RunError
    """
    limit = memory_limit()
    if limit is not None and limit[0] < memory_needed():
        (size, said), needed = limit, memory_needed()
        raise RunError(
            f"too little memory: the limit is {size >> 20:,} MiB, and {needed >> 20:,} MiB are needed",
            hint=f"'{said}' tells and changes it, before the command: {said} unlimited",
        )
