"""A run whose folds are all stored, again, against the cold run.

    python -m benchmarks.rerun [--rounds N] [--quick]

Also whether the second one imports scikit-learn, which it has no use for.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from benchmarks.alternating import Side, alternate, options
from benchmarks.machine import describe
from benchmarks.usage import used

GOAL = 0.25
SMALLEST = (
    "splits=[{type: stratified-group-k-fold, repeats: 1}]",
    "evaluation.retrain=0",
    "evaluation.leakage=0",
    "evaluation.learning_curve=[]",
)
"""Settings of the quick measurement."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark; return 1 if a goal is missed."""
    parser = options(__doc__)
    parser.add_argument("--config", type=Path, default=Path("configs/baseline.yaml"))
    args = parser.parse_args(argv)
    run = ["-m", "harness", "run", str(args.config)]
    for setting in SMALLEST if args.quick else ():
        run += ["--set", setting]
    print(describe())
    with tempfile.TemporaryDirectory() as scratch:
        stored = [*run, "--set", f"output={scratch}/stored"]
        forget = partial(shutil.rmtree, f"{scratch}/cold", ignore_errors=True)
        sides = (
            Side("run again", [sys.executable, *stored]),
            Side("cold run", [sys.executable, *run, "--set", f"output={scratch}/cold"], before=forget),
        )
        used(sides[0].command)
        found = alternate(f"harness run {args.config}", sides, 1 if args.quick else args.rounds)
        told = [sys.executable, "-X", "importtime", *stored]
        learned = "sklearn" in subprocess.run(told, check=True, capture_output=True, text=True).stderr
    found.show()
    failed = int(learned)
    verdict = "FAIL  scikit-learn is imported" if learned else "pass  scikit-learn is not imported"
    print(f"{verdict} when run again")
    if not args.quick:
        failed += found.judged(GOAL) + found.judged(GOAL, measure="cpu")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
