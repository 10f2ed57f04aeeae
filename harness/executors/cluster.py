"""A Dask cluster that exists, or one of this machine alone."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, Self

from harness.errors import InputError
from harness.execution import DaskExecution
from harness.executors.pieces import Item, Pieces, Result, Shared
from harness.executors.reach import HINT, verify_scheduler
from harness.executors.versions import Versions, disagreements, found_by, needed
from harness.extras import need

if TYPE_CHECKING:
    from distributed import Client


class Cluster:
    """Workers that pieces of work can be sent to; a context manager.

    Parameters
    ----------
    execution : DaskExecution
    workers : int
        How many to start, where no address is given.

    Raises
    ------
    InputError
        Dask is not installed, or the scheduler cannot be reached or has no worker within the timeout.
    """

    def __init__(self, execution: DaskExecution, workers: int = 1) -> None:
        need("dask", "distributed", what="the executor 'dask'")
        self.execution, self.workers = execution, workers
        self.name = f"the cluster {execution.address}" if execution.address else "the local cluster"
        self._opened = ExitStack()
        self._client: Client
        self._wanted: Versions = {}

    def __enter__(self) -> Self:
        with ExitStack() as opening:
            opening.enter_context(_quiet())
            address = self.execution.address or opening.enter_context(_of_this_machine(self.workers))
            self._client = opening.enter_context(self._reached(address))
            self._opened = opening.pop_all()
        return self

    def __exit__(self, *error: object) -> None:
        self._opened.close()

    @contextmanager
    def _reached(self, address: Any) -> Iterator[Client]:
        from distributed import Client

        seconds = self.execution.timeout
        if self.execution.address:
            verify_scheduler(self.execution.address, seconds)
        try:
            client = Client(address, timeout=seconds, set_as_default=False)
        except OSError as error:
            raise InputError(f"{self.name} cannot be reached: {error}", hint=HINT) from None
        with client:
            try:
                client.wait_for_workers(1, timeout=seconds)
            except TimeoutError:
                message = f"{self.name} has had no worker for {seconds:g} seconds"
                raise InputError(message, hint="start some with 'dask worker ADDRESS'") from None
            yield client

    @property
    def address(self) -> str:
        """Where the scheduler is."""
        return str(self._client.scheduler.address)

    def verify(self, packages: Sequence[str] = ()) -> None:
        """Raise `InputError` if a worker has another harness, Python or package version than this process.

        Parameters
        ----------
        packages : sequence of str
            Distributions that matter besides the numeric ones.
        """
        names, found = needed(packages), found_by()
        self._wanted = found(names)
        reasons = list(disagreements(self._wanted, self.ask(found, names)))
        if reasons:
            hint = "install the same there: what is computed must not depend on where"
            raise InputError(f"workers of {self.name} differ: {'; '.join(reasons)}", hint=hint)

    def each(
        self, do: Callable[[Shared, Item], Result], pairs: Iterable[tuple[Shared, Item]]
    ) -> Iterator[tuple[Item, Result]]:
        """Do pieces of work on the workers; see `harness.executors.pieces.Pieces`."""
        pieces = Pieces(self._client, self.name, self.execution.timeout, self._wanted, do)
        yield from pieces.each(pairs)

    def ask(self, do: Callable[..., Result], *arguments: Any) -> dict[str, Result]:
        """Call a function on every worker; return what each says, but for those that have just gone."""
        said = self._client.run(do, *arguments, on_error="return")
        for value in said.values():
            if isinstance(value, Exception) and not isinstance(value, OSError):
                raise value
        return {worker: value for worker, value in said.items() if not isinstance(value, Exception)}


@contextmanager
def _of_this_machine(workers: int) -> Iterator[Any]:
    """Start a scheduler and worker processes that listen on the loopback interface alone, without pages."""
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        processes=True,
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",
        scheduler_kwargs={"dashboard": False},
        memory_limit=0,
        silence_logs=logging.CRITICAL,
    ) as cluster:
        yield cluster


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Dask's own log of lost workers from the terminal: what matters is said by an error."""
    import distributed  # noqa: F401  # gives its loggers their levels

    logs = [
        logging.getLogger(name) for name in logging.root.manager.loggerDict if name.startswith("distributed")
    ]
    before = [log.level for log in logs]
    try:
        for log in logs:
            log.setLevel(logging.CRITICAL)
        yield
    finally:
        for log, level in zip(logs, before, strict=True):
            log.setLevel(level)
