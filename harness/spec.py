"""The base of every part of a configuration: strict, frozen, unknown keys refused."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict


class Spec(BaseModel):
    """A validated, frozen part of a configuration."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)

    def plain(self) -> dict[str, Any]:
        """Return it as plain YAML values, defaults written out."""
        return self.model_dump(mode="json", by_alias=True)
