"""Run a shipped configuration of a public data set on invented files of the real size; time and memory.

    python -m benchmarks.external vast [--share 1.0] [--jobs 2]

The files are made in a temporary folder, in the shape that `benchmarks.invented` says; scores on them
mean nothing.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.invented import SHAPES

CONFIGS = Path(__file__).resolve().parents[1] / "configs" / "external"


def main() -> None:
    """Write the files, run the configuration in a process of its own, and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=SHAPES)
    parser.add_argument("--share", type=float, default=1.0, help="of the real number of rows")
    parser.add_argument("--jobs", type=int, default=2)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(CONFIGS / f"{args.name}.yaml", folder)
        SHAPES[args.name](Path(folder, "data"), args.share)
        clock, load = time.perf_counter(), os.getloadavg()[0]
        command = [sys.executable, "-m", "harness", "run", f"{args.name}.yaml", "--jobs", str(args.jobs)]
        subprocess.run(command, cwd=folder, check=True)
        taken = time.perf_counter() - clock
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(
        f"{args.name}, {args.share:.0%} of the real size: {taken:.0f} s with {args.jobs} jobs, "
        f"{used.ru_utime + used.ru_stime:.0f} s of processor time, at most "
        f"{used.ru_maxrss / 1024:,.0f} MB in one process; load when it began {load:.1f}"
    )


if __name__ == "__main__":
    main()
