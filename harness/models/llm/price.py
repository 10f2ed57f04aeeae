"""What a service asks for tokens, and what a reply cost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from harness.models.llm.reply import Reply
from harness.spec import Spec

MILLION = 1_000_000


class Price(Spec):
    """What a service asks for tokens, in USD per million."""

    input: Annotated[float, Field(ge=0, description="USD per million tokens of the requests")]
    output: Annotated[float, Field(ge=0, description="USD per million tokens of the replies")]


def used(reply: Reply, price: Price | None) -> Mapping[str, float]:
    """Return tokens and, where there is a price, cost in USD; what the service does not say is left out."""
    counts: dict[str, Any] = {
        "prompt_tokens": reply.prompt_tokens,
        "completion_tokens": reply.completion_tokens,
    }
    said: dict[str, float] = {key: value for key, value in counts.items() if value is not None}
    if price is not None and len(said) == len(counts):
        cost = said["prompt_tokens"] * price.input + said["completion_tokens"] * price.output
        said["cost"] = cost / MILLION
    return said
