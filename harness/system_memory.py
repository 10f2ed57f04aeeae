"""Memory for columns: taken from the system, and given back to it as soon as it is free."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

M_MMAP_THRESHOLD = -3
"""The number of this setting in glibc's malloc.h."""
WHILE_READING, AFTERWARDS = 1 << 17, 1 << 22
"""Bytes from which memory is taken in a piece of its own, which goes back to the system at once."""


@contextmanager
def system_memory() -> Iterator[None]:
    """Take Arrow's memory from the system from now on, in pieces that go back one by one.

    Arrow's own allocator keeps what is freed, and so does glibc with pieces below a size that grows by
    itself, up to 32 MiB, unless it is told. A table of a million rows then takes twice what its columns
    hold. Where there is no glibc, only Arrow is told.
    """
    import pyarrow as pa

    pa.set_memory_pool(pa.system_memory_pool())
    libc = _glibc()
    if libc is None:
        yield
        return
    libc.mallopt(M_MMAP_THRESHOLD, WHILE_READING)
    try:
        yield
    finally:
        libc.mallopt(M_MMAP_THRESHOLD, AFTERWARDS)
        libc.malloc_trim(0)


def give_back() -> None:
    """Give free memory back to the system, where there is glibc: it keeps small pieces for later."""
    libc = _glibc()
    if libc is not None:
        libc.malloc_trim(0)


def _glibc() -> Any:
    """Return the C library if it is one that can be told how to keep memory, else None."""
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None
    return libc if hasattr(libc, "mallopt") and hasattr(libc, "malloc_trim") else None
