"""``python -m benchmarks.rerun``: a finished run again against the cold run, and what it imports."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

GOAL = 0.25


def timed(config: Path, output: Path, *python: str) -> tuple[float, str]:
    """Run a configuration in a process of its own; return wall seconds and what stderr says."""
    command = [sys.executable, *python, "-m", "harness", "run", str(config), "--set", f"output={output}"]
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return time.perf_counter() - start, done.stderr


def main() -> None:
    """Print cold and warm times, their ratio, and whether scikit-learn was imported; exit 1 past the goal."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", type=Path, default=Path("configs/baseline.yaml"))
    parser.add_argument("--repeats", type=int, default=5, help="warm runs; the median counts")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        cold, _ = timed(options.config, Path(scratch))
        warm = median(timed(options.config, Path(scratch))[0] for _ in range(options.repeats))
        _, imports = timed(options.config, Path(scratch), "-X", "importtime")
    learned = "sklearn" in imports
    print(f"cold {cold:.1f} s, warm {warm:.2f} s (median of {options.repeats}), ratio {warm / cold:.3f}")
    print(f"goal at most {GOAL}; scikit-learn imported when warm: {'yes' if learned else 'no'}")
    raise SystemExit(1 if warm / cold > GOAL or learned else 0)


if __name__ == "__main__":
    main()
