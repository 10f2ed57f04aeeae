"""The error of a page that shows what is no longer so."""

from __future__ import annotations

from harness.errors import InputError


class StaleError(InputError):
    """The page has not seen what was done last."""
