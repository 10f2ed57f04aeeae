"""Processes of this machine that label: one thread each, deaf to Ctrl-C, gone as soon as the parent is."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any

from harness.errors import RunError

Submit = Callable[[Callable[[Any, Any], Any], Any], Future[Any]]
"""What begins ``do(shared, item)`` in one of the processes."""


@contextmanager
def spawned(shared: Any, jobs: int) -> Iterator[Submit]:
    """Start processes that each have a copy of ``shared``.

    Raises
    ------
    RunError
        A process was killed.
    """
    from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
    from multiprocessing import get_context

    pool = ProcessPoolExecutor(
        jobs, mp_context=get_context("spawn"), initializer=_enter, initargs=(shared, os.getpid())
    )
    try:
        yield lambda do, item: pool.submit(_done, do, item)
    except BrokenExecutor:
        hint = "the memory may be too small for so many; use --jobs 1"
        raise RunError("a process that labels was killed", hint=hint) from None
    finally:
        pool.shutdown(cancel_futures=True)


_shared: list[Any] = []
"""What this process was started with, if it was started to label."""


def _enter(shared: Any, parent: int) -> None:
    """Begin as a process that labels."""
    from threadpoolctl import threadpool_limits

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threadpool_limits(1)
    _shared[:] = [shared]

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _done(do: Callable[[Any, Any], Any], item: Any) -> Any:
    return do(_shared[0], item)
