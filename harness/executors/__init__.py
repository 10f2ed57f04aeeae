"""Where fits are computed: executors, which take tasks off the runner's hands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from harness.execution import DaskExecution, Execution
from harness.executors.executor import Executor, Work
from harness.executors.local import Local

__all__ = ["Executor", "Local", "Work", "executor_of"]


@contextmanager
def executor_of(execution: Execution, processes: int) -> Iterator[Executor]:
    """Give the executor that a configuration or a command names; a cluster is asked once there is work.

    Parameters
    ----------
    execution : LocalExecution or DaskExecution
    processes : int
        How many processes of this machine work, where it names no cluster.

    Raises
    ------
    InputError
        Dask is not installed.
    """
    if not isinstance(execution, DaskExecution):
        yield Local(processes)
        return
    from harness.executors.cluster import Cluster
    from harness.executors.dask import Dask

    cluster = Cluster(execution, processes)
    with ExitStack() as opened:
        yield Dask(lambda: opened.enter_context(cluster))
