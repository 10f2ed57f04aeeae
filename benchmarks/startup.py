"""``harness --help`` against a Python that does nothing.

    python -m benchmarks.startup [--rounds N] [--quick]

Nothing heavy is imported before a command needs it, so help and mistakes are answered at once.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from benchmarks.alternating import Side, alternate, options
from benchmarks.machine import describe

LIMIT = 0.3
"""Seconds of CPU allowed to the help."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark; return 1 if the help takes too long."""
    args = options(__doc__).parse_args(argv)
    print(describe(["typer"]))
    sides = (
        Side("harness --help", (sys.executable, "-m", "harness", "--help")),
        Side("python -c pass", (sys.executable, "-c", "pass")),
    )
    found = alternate("start", sides, 1 if args.quick else args.rounds)
    found.show()
    seconds = found.span("harness --help", "cpu")[0]
    good = seconds <= LIMIT
    print(f"{'pass' if good else 'FAIL'}  harness --help: CPU {seconds:.2f} s, at most {LIMIT:g}")
    return 0 if good or args.quick else 1


if __name__ == "__main__":
    sys.exit(main())
