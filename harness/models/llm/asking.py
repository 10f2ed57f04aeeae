"""Requests -> replies: from the cache what is there, from the service the rest, many at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import Any

from harness.cache import Cache
from harness.models.llm.reply import Reply

Ask = Callable[[Mapping[str, Any]], Reply]
PAUSE = 0.02
"""Seconds in which replies gather before they are written together; a kill loses no more than that."""
GRACE = 5.0
"""Seconds that requests under way get to arrive, since they are paid for, once one has failed."""


def answers(
    requests: Mapping[str, Mapping[str, Any]], ask_of: Callable[[], Ask], at_once: int
) -> dict[str, Reply]:
    """Return the reply to each request.

    Parameters
    ----------
    requests : mapping
        Bodies by the digests under which their replies are kept.
    ask_of : function
        Returns what sends a request; it is not called where every reply is kept.
    at_once : int
        Requests under way at a time.

    Raises
    ------
    HarnessError
        A request failed. Replies that arrived, and those of requests under way, are kept.
    """
    with Cache("replies") as cache:
        found = {key: Reply.read(value) for key, value in cache.get(requests).items()}
        missing = {key: body for key, body in requests.items() if key not in found}
        if missing:
            for replies in _arriving(missing, ask_of(), at_once):
                cache.put({key: reply.stored() for key, reply in replies.items()})
                found.update(replies)
    return found


def _arriving(missing: Mapping[str, Mapping[str, Any]], ask: Ask, at_once: int) -> Iterator[dict[str, Reply]]:
    """Yield replies as soon as they are there: those that came together, together.

    The threads are daemons: an interrupted run ends without waiting for a slow service.
    """
    todo, arrived = SimpleQueue[str](), SimpleQueue[tuple[str, Reply | Exception]]()
    for key in missing:
        todo.put(key)
    stop = Event()

    def work() -> None:
        while not stop.is_set():
            try:
                key = todo.get_nowait()
            except Empty:
                return
            try:
                arrived.put((key, ask(missing[key])))
            except Exception as error:
                stop.set()
                arrived.put((key, error))

    threads = [Thread(target=work, daemon=True) for _ in range(min(at_once, len(missing)))]
    for thread in threads:
        thread.start()
    try:
        left = len(missing)
        while left:
            first = arrived.get()
            if left > 1:
                time.sleep(PAUSE)
            came = [first, *_waiting(arrived)]
            left -= len(came)
            yield _replies(came)
            for failure in (what for _, what in came if isinstance(what, Exception)):
                yield _replies(_last(threads, arrived))
                raise failure
    finally:
        stop.set()


def _last(
    threads: list[Thread], arrived: SimpleQueue[tuple[str, Reply | Exception]]
) -> list[tuple[str, Reply | Exception]]:
    end = time.monotonic() + GRACE
    for thread in threads:
        thread.join(max(0.0, end - time.monotonic()))
    return list(_waiting(arrived))


def _waiting(
    arrived: SimpleQueue[tuple[str, Reply | Exception]],
) -> Iterator[tuple[str, Reply | Exception]]:
    while not arrived.empty():
        yield arrived.get()


def _replies(came: list[tuple[str, Reply | Exception]]) -> dict[str, Reply]:
    return {key: what for key, what in came if isinstance(what, Reply)}
