"""The user's labels, and which of the example's labels each of them takes the place of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from harness.errors import InputError
from harness.records import NO_LABEL

EXAMPLE = {
    "for": "wants the closure, or speaks of it as a good thing",
    "against": "does not want the closure, or speaks of it as a bad thing",
    "unclear": "takes no position on the closure, or more than one",
}
"""The labels of the example's annotations, with their definitions."""
LONGEST = 60
"""Characters that a label may have."""


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels of a new benchmark.

    Attributes
    ----------
    names : tuple of str
        In the order that was asked for.
    stands_for : mapping
        Of the example's labels to the user's; None where the user has too few, and the statement is
        left out of scoring as undecidable.
    """

    names: tuple[str, ...]
    stands_for: dict[str, str | None]

    @property
    def renamed(self) -> bool:
        """Whether any label is not the example's own."""
        return any(old != new for old, new in self.stands_for.items()) or len(self.names) > len(EXAMPLE)

    @property
    def unused(self) -> tuple[str, ...]:
        """Labels that no statement of the example has."""
        return tuple(name for name in self.names if name not in self.stands_for.values())

    def definition(self, name: str) -> str:
        """Return what a label means in the example, or that it is to be said."""
        old = next((old for old, new in self.stands_for.items() if new == name), None)
        if old is None:
            return "to be defined; no statement of the example has it"
        return EXAMPLE[old] if old == name else f"{EXAMPLE[old]} (in the place of '{old}')"


def labels_from(said: str) -> Labels:
    """Return labels from their names with commas between.

    A name that is also one of the example's takes that one's place; the others take, in order, the places
    that are left.

    Raises
    ------
    InputError
        Fewer than two names, one twice, an empty one, or one that no label can have.
    """
    names = [name.strip() for name in said.split(",")]
    fault = _fault(names)
    if fault:
        hint = "two labels or more with commas between, such as --labels for,against,unclear"
        raise InputError(f"--labels {said}: {fault}", hint=hint)
    free = [name for name in names if name not in EXAMPLE]
    stands_for = {old: old if old in names else free.pop(0) if free else None for old in EXAMPLE}
    return Labels(tuple(names), stands_for)


def _fault(names: Sequence[str]) -> str:
    for name in names:
        if not name:
            return "a label is empty"
        if name == NO_LABEL or not name.isprintable() or len(name) > LONGEST:
            return f"'{name[:LONGEST]}' can be no label (printable, at most {LONGEST} characters)"
        if names.count(name) > 1:
            return f"'{name}' is there twice"
    return "" if len(names) > 1 else "there is only one"
