"""Stance-classification evaluation harness: reproducible benchmarks on small, dependent samples.

Everything that the commands do is here as a function; :mod:`harness.api` says what each takes and returns.
"""

from typing import TYPE_CHECKING

__version__ = "0.1.0"
__all__ = [  # the one list of the interface's names
    "HarnessError",
    "Result",
    "available",
    "check",
    "describe",
    "dry_run",
    "evaluate",
    "evaluate_sweep",
    "examine",
    "export_data",
    "init",
    "leaderboard",
    "load",
    "load_run",
    "power",
    "predict",
    "schema",
    "score_predictions",
    "verify",
]

if TYPE_CHECKING:
    from harness.api import *

else:

    def __getattr__(name):
        """Import the interface when one of its names is first used: ``harness --help`` needs none of it."""
        if name not in __all__:
            raise AttributeError(f"module 'harness' has no attribute '{name}'")
        from harness import api

        return getattr(api, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
