"""What the user has agreed to: packages whose code may run, and schedulers that may be given work.

A file can ask for code of a package (``trust:``) or for a scheduler's address, and it may be a stranger's.
So its word alone is not enough: the user says the same on the command line, or in the environment.
"""

from __future__ import annotations

import os
from collections.abc import Iterable

VARIABLE = "HARNESS_TRUST"
"""Environment variable with packages and addresses, separated by commas."""


def agreed() -> frozenset[str]:
    """Return the packages and addresses that the environment names."""
    return frozenset(word for part in os.environ.get(VARIABLE, "").split(",") if (word := part.strip()))


def unagreed(names: Iterable[str]) -> list[str]:
    """Return those of the names that the environment does not name, each once."""
    known = agreed()
    return [name for name in dict.fromkeys(names) if name not in known]


def how(names: Iterable[str]) -> str:
    """Say how a user agrees to names, as the end of a sentence."""
    return f"agree by {VARIABLE}={','.join([*sorted(agreed()), *names])} in the environment"
