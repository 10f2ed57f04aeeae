"""Where a run's fits are computed: ``executor:`` of a configuration and ``--executor`` of a command."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, TypeAdapter, ValidationError

from harness.errors import InputError, did_you_mean
from harness.spec import Spec

KINDS = ("local", "dask")
FORM = "local, dask, or dask=ADDRESS of a scheduler such as dask=tcp://127.0.0.1:8786"


class LocalExecution(Spec):
    """Processes of this machine, as many as ``--jobs`` says."""

    kind: Literal["local"] = "local"


class DaskExecution(Spec):
    """Workers of a Dask cluster; without an address, workers of this machine alone."""

    kind: Literal["dask"] = "dask"
    address: Annotated[
        str | None,
        Field(
            pattern=r"^(tcp|tls)://\S+:[0-9]{1,5}$",
            description="of the scheduler: tcp://HOST:PORT or tls://HOST:PORT",
        ),
    ] = None
    timeout: Annotated[
        float, Field(gt=0, le=3600, description="seconds to wait for the scheduler and a first worker")
    ] = 30


def _said(value: Any) -> Any:
    """Return the mapping that ``kind`` or ``kind=address`` stands for."""
    if not isinstance(value, str):
        return value
    kind, equals, address = value.partition("=")
    return {"kind": kind, "address": address} if equals else {"kind": kind}


Execution = LocalExecution | DaskExecution
AnyExecution = Annotated[
    Annotated[Execution, Discriminator("kind")],
    BeforeValidator(_said, json_schema_input_type=str | Annotated[Execution, Discriminator("kind")]),
]


def execution_said(value: Any) -> Execution | None:
    """Return what the key ``executor`` of a configuration says, None if it says nothing."""
    return None if value is None else TypeAdapter(AnyExecution).validate_python(value)


def execution_of(text: str) -> Execution:
    """Return what ``--executor`` says.

    Raises
    ------
    InputError
        It is none of `KINDS`, or has an address where none belongs.
    """
    kind = text.partition("=")[0]
    try:
        if kind == "dask":
            return DaskExecution.model_validate(_said(text))
        if text == "local":
            return LocalExecution()
    except ValidationError:
        pass
    hint = f"expected {FORM}" if kind in KINDS else did_you_mean(kind, KINDS)
    raise InputError(f"--executor {text}: no such executor", hint=hint)
