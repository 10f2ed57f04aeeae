"""Pieces of work that are done on the workers of a Dask cluster, and done again where a worker died."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from harness.errors import RunError
from harness.executors.versions import Versions, disagreements, found_by

if TYPE_CHECKING:
    from distributed import Client, Future

Shared = TypeVar("Shared")
Item = TypeVar("Item")
Result = TypeVar("Result")
MOST_LOSSES = 5
"""Times that a piece is given out again because no worker has its data any more."""
PIECES_A_THREAD = 4
"""Pieces that lie ready for each thread of a cluster: none waits, and few results wait for this process."""
FEWEST_PIECES = 64
RECOUNT = 5.0
"""Seconds between two looks at the size of the cluster."""
KEPT = "what is finished is kept, and the same command goes on from there"
_alone = threading.Lock()
_verified: list[Versions] = []
"""What this process has been found to have, if it is a worker."""


@dataclass(frozen=True, slots=True)
class _Piece(Generic[Shared, Item]):
    shared: Shared
    item: Item
    losses: int = 0


class Pieces(Generic[Shared, Item, Result]):
    """What is done with each piece, and the pieces that are under way.

    Parameters
    ----------
    client : distributed.Client
    name : str
        What errors call its cluster.
    patience : float
        Seconds to wait for a scheduler or workers that do not answer.
    wanted : mapping
        The versions that a process must have before it does its first piece: workers may join late.
    do : function of (shared, item)
        A function of a module. It has its process for itself while it works, and one thread for linear
        algebra.
    """

    def __init__(
        self,
        client: Client,
        name: str,
        patience: float,
        wanted: Versions,
        do: Callable[[Shared, Item], Result],
    ) -> None:
        self._client, self._name, self._patience = client, name, patience
        self._wanted, self._do = wanted, do
        self._flying: dict[Future, _Piece[Shared, Item]] = {}
        self._sent: tuple[Shared, Future] | None = None

    def each(self, pairs: Iterable[tuple[Shared, Item]]) -> Iterator[tuple[Item, Result]]:
        """Do pieces of work, given as (shared, item); yield each as it is done, in whatever order.

        ``shared`` goes to the workers once for as long as the pairs that follow have the same object. A piece
        whose worker dies is done by another one.

        Raises
        ------
        RunError
            The scheduler is gone, or a piece ends every worker that takes it on.
        """
        from distributed import CancelledError, as_completed

        done = as_completed([], loop=self._client.loop, with_results=True, raise_errors=False)
        waiting = (_Piece(shared, item) for shared, item in pairs)
        again: deque[_Piece[Shared, Item]] = deque()
        most, counted = 0, -RECOUNT
        while True:
            if time.monotonic() - counted >= RECOUNT:  # a cluster may grow and shrink
                most = max(FEWEST_PIECES, PIECES_A_THREAD * threads(self._client))
                counted = time.monotonic()
            while len(self._flying) < most and (piece := again.popleft() if again else next(waiting, None)):
                done.add(self._begun(piece))
            if not self._flying:
                return
            for future, result in done.next_batch():
                piece = self._flying.pop(future)
                if isinstance(result, CancelledError):
                    again.append(self._lost(piece))
                elif future.status == "error":
                    raise _as_said(result[1])
                else:
                    yield piece.item, result

    def _begun(self, piece: _Piece[Shared, Item]) -> Future:
        if self._sent is None or self._sent[0] is not piece.shared:
            self._sent = piece.shared, self._client.scatter(piece.shared, broadcast=True, hash=False)
        future = self._client.submit(_done, self._wanted, self._do, self._sent[1], piece.item, pure=False)
        self._flying[future] = piece
        return future

    def _lost(self, piece: _Piece[Shared, Item]) -> _Piece[Shared, Item]:
        """Return a piece that can be given out again: no worker had its data any more.

        Raises
        ------
        RunError
            The scheduler does not answer or gets no worker, or that was once too often.
        """
        from distributed import CancelledError

        self._sent = None
        try:
            self._client.wait_for_workers(1, timeout=self._patience)
        except (OSError, ValueError, RuntimeError, CancelledError):
            raise RunError(f"{self._name} is gone", hint=KEPT) from None
        if piece.losses == MOST_LOSSES:
            hint = f"see why they end; {KEPT}"
            raise RunError(f"all workers of {self._name} ended {MOST_LOSSES + 1} times", hint=hint)
        return replace(piece, losses=piece.losses + 1)


def threads(client: Client) -> int:
    """Return how many pieces the workers can do at once, as far as the client knows; at least 1."""
    workers: dict[str, int] = client.nthreads()
    return max(1, sum(workers.values()))


def _done(wanted: Versions, do: Callable[[Any, Any], Any], shared: Any, item: Any) -> Any:
    """Do a piece, alone in its process: the limit on the threads of linear algebra is one for all threads."""
    from threadpoolctl import threadpool_limits

    with _alone, threadpool_limits(1):
        if wanted not in _verified:
            reasons = list(disagreements(wanted, {"a worker that joined late": found_by()(list(wanted))}))
            if reasons:
                raise RunError(f"what is computed depends on where: {'; '.join(reasons)}", hint=KEPT)
            _verified.append(wanted)
        return do(shared, item)


def _as_said(error: BaseException) -> BaseException:
    """Return the error of a worker as one of ours, where it is about the worker itself."""
    from distributed import KilledWorker

    if not isinstance(error, KilledWorker):
        return error
    hint = f"its memory may be too small: give each worker more; {KEPT}"
    return RunError(f"a piece of work ended {error.allowed_failures + 1} workers", hint=hint)
