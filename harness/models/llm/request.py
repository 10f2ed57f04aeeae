"""What is asked of a service, and the digest by which its answer is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from harness.digest import digest
from harness.models.llm.spec import LlmSpec

FORMAT = 1
"""Raised when replies that older versions kept must not be used any more."""


def request(model: LlmSpec, messages: Sequence[Mapping[str, str]], names: Sequence[str]) -> dict[str, Any]:
    """Return the body of a request; what is null in the configuration is not sent."""
    said = {"temperature": model.temperature, "seed": model.seed, "max_tokens": model.max_tokens}
    body: dict[str, Any] = {"model": model.model, "messages": [dict(m) for m in messages]}
    body |= {key: value for key, value in said.items() if value is not None}
    if model.structured:
        body["response_format"] = response_format(names)
    return body | model.options


def response_format(names: Sequence[str]) -> dict[str, Any]:
    """Return what makes a service answer ``{"label": NAME}`` and nothing else."""
    schema = {
        "type": "object",
        "properties": {"label": {"type": "string", "enum": list(names)}},
        "required": ["label"],
        "additionalProperties": False,
    }
    return {"type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": schema}}


def request_key(model: LlmSpec, body: Mapping[str, Any]) -> str:
    """Return the digest of a request: all that is sent, the name of the service, and the sample's number.

    Address and key of the service are not in it.
    """
    return digest(
        {"format": FORMAT, "endpoint": model.service, "sample": model.sample, "request": dict(body)}
    )
