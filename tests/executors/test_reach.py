"""Addresses at which no scheduler answers: one error, in a bounded time."""

import socket
import time

import pytest

from harness.errors import InputError

pytest.importorskip("distributed")

from harness.executors.reach import verify_scheduler


@pytest.fixture
def silent():
    """A port that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def closed():
    """A port at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


@pytest.mark.parametrize("kind", ["silent", "closed"])
def test_an_address_where_nobody_answers_is_one_error(kind, request):
    port = request.getfixturevalue(kind)
    clock = time.monotonic()
    with pytest.raises(InputError, match=r"cannot be reached: (no scheduler answered within|Timed out)"):
        verify_scheduler(f"tcp://127.0.0.1:{port}", 1)
    assert time.monotonic() - clock < 20


def test_a_name_that_is_nowhere():
    with pytest.raises(InputError, match=r"the cluster tcp://nowhere\.invalid:8786 cannot be reached"):
        verify_scheduler("tcp://nowhere.invalid:8786", 1)


def test_tls_without_certificates_says_where_they_are_configured():
    with pytest.raises(InputError, match="no TLS certificates") as caught:
        verify_scheduler("tls://127.0.0.1:1", 1)
    assert "distributed.comm.tls" in caught.value.hint


def test_a_scheduler_answers_and_a_worker_is_none(cluster):
    from distributed import Client

    verify_scheduler(cluster.address, 30)
    with Client(cluster.address, timeout=30, set_as_default=False) as client:
        worker = next(iter(client.scheduler_info()["workers"]))
    with pytest.raises(InputError, match="is the address of a worker, not of a scheduler"):
        verify_scheduler(worker, 30)
