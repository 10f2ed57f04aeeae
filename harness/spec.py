"""The base of every part of a configuration: strict, frozen, unknown keys refused."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict

REMEDIES = {
    "extra_forbidden": "take it out, or look for a misspelling",
    "greater_than": "choose a larger number",
    "greater_than_equal": "choose a larger number",
    "less_than": "choose a smaller number",
    "less_than_equal": "choose a smaller number",
    "literal_error": "write one of the words",
    "missing": "add it",
    "bool_type": "true or false, without quotes",
    "dict_type": "keys with values, such as {a: 1}",
    "float_type": "a number, without quotes",
    "finite_number": "a finite number",
    "int_from_float": "a whole number",
    "int_type": "a whole number, without quotes or a fraction",
    "list_type": "a list, such as [a, b]",
    "model_attributes_type": "keys with values, such as {a: 1}",
    "model_type": "keys with values, such as {a: 1}",
    "string_pattern_mismatch": "change it so that it matches the pattern",
    "string_too_long": "shorten it",
    "string_too_short": "it may not be empty",
    "string_type": "text; a number, true, false or null needs quotes to be text",
    "too_long": "take some out",
    "too_short": "add what is missing",
}
"""What pydantic's kinds of error ask for."""


class Spec(BaseModel):
    """A validated, frozen part of a configuration."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)

    @classmethod
    def described(cls, name: str) -> str:
        """Return what a field is, as its description says; empty if it says nothing."""
        field = next((f for n, f in cls.model_fields.items() if name in (n, f.alias)), None)
        return (field.description or "") if field is not None else ""

    def plain(self) -> dict[str, Any]:
        """Return it as plain YAML values, defaults written out."""
        return self.model_dump(mode="json", by_alias=True)
