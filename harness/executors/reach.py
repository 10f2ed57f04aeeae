"""Whether a Dask scheduler answers at an address, within a bounded time."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from harness.errors import InputError

HINT = "start one with 'dask scheduler' and 'dask worker', or check the address and the network"


def verify_scheduler(address: str, seconds: float) -> None:
    """Ask who listens at an address; Dask's own client would wait for ever on one that takes a connection.

    Parameters
    ----------
    address : str
        ``tcp://host:port`` or ``tls://host:port``.
    seconds : float
        How long to wait for the answer.

    Raises
    ------
    InputError
        Nobody answers in time, or something else than a scheduler does.
    """
    from distributed import Security

    secrets = Security().get_connection_args("client")
    message = f"the cluster {address} cannot be reached"
    if address.startswith("tls:") and secrets["ssl_context"] is None:
        hint = "say 'distributed.comm.tls' in Dask's own configuration, as the cluster's does"
        raise InputError(f"{message}: no TLS certificates are configured", hint=hint)
    try:
        with ThreadPoolExecutor(1) as thread:  # a notebook's own thread may not run another event loop
            kind = thread.submit(asyncio.run, _kind(address, seconds, secrets)).result()
    except TimeoutError:
        raise InputError(f"{message}: no scheduler answered within {seconds:g} seconds", hint=HINT) from None
    except (OSError, ValueError) as error:
        why = str(error).partition("\n")[0]
        raise InputError(f"{message}: {why}", hint=HINT) from None
    if kind != "Scheduler":
        raise InputError(f"{address} is the address of a {kind.lower()}, not of a scheduler", hint=HINT)


async def _kind(address: str, seconds: float, secrets: dict[str, object]) -> str:
    from distributed.core import rpc

    async def answer() -> str:
        async with rpc(address, timeout=seconds, connection_args=secrets) as there:
            return str((await there.identity())["type"])

    return await asyncio.wait_for(answer(), seconds)
