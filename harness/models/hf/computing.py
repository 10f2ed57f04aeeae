"""Which device computes, and how the same numbers come out twice."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from harness.errors import InputError

Device = Literal["auto", "cpu", "cuda"]


def device_of(asked: Device) -> str:
    """Return ``cpu`` or ``cuda``: what is asked for, or for ``auto`` a GPU where torch can use one.

    Raises
    ------
    InputError
        A GPU is asked for and there is none.
    """
    import torch

    there = torch.cuda.is_available()
    if asked == "cuda" and not there:
        raise InputError("device 'cuda': torch finds no GPU", hint="device: auto takes one if it can")
    return "cuda" if there and asked != "cpu" else "cpu"


@contextmanager
def reproducible(device: str, threads: int) -> Iterator[None]:
    """Compute so that the same work gives the same numbers, and leave torch as it was.

    Random numbers drawn inside change nothing outside. On the processor a torch operation that
    could give other bits the next time is an error; on a GPU, where some operations have no other
    form, it is allowed. transformers keeps its chatter to itself; its errors are raised as ever.

    Parameters
    ----------
    device : {'cpu', 'cuda'}
    threads : int
        Threads of torch's own, whatever the machine has.
    """
    import torch

    gpus = [torch.cuda.current_device()] if device == "cuda" else []
    before = torch.get_num_threads(), torch.get_deterministic_debug_mode()
    # tokenizers warns when a process with its threads forks; cuBLAS repeats itself with a fixed workspace
    variables = {"TOKENIZERS_PARALLELISM": "false", "CUBLAS_WORKSPACE_CONFIG": ":4096:8"}
    with torch.random.fork_rng(devices=gpus), _variables(variables), _quiet():
        torch.set_num_threads(threads)
        torch.set_deterministic_debug_mode("warn" if gpus else "error")
        try:
            yield
        finally:
            torch.set_num_threads(before[0])
            torch.set_deterministic_debug_mode(before[1])


def seed_torch(device: str, seed: int) -> None:
    """Seed the generators that this device draws from; meant for the inside of :func:`reproducible`."""
    import torch

    torch.default_generator.manual_seed(seed)
    if device == "cuda":
        torch.cuda.manual_seed(seed)


@contextmanager
def _variables(values: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@contextmanager
def _quiet() -> Iterator[None]:
    """Show no progress bars and no reports of weights that are new, as a new head's always are."""
    from transformers.utils import logging

    before, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(before)
        if bars:
            logging.enable_progress_bar()
