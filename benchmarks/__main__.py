"""``python -m benchmarks``: list all benchmarks; ``--quick`` runs those that take it, as small as can be."""

from __future__ import annotations

import argparse
import ast
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Benchmark:
    """A module with a command line, what it says of itself in a line, and whether it has ``--quick``."""

    name: str
    summary: str
    quick: bool


def benchmarks(folder: Path) -> Iterator[Benchmark]:
    """Yield the benchmarks of a folder by name, without importing any of them.

    A module is one if it has a function ``main``. It has ``--quick`` if it makes its command line
    with :func:`benchmarks.alternating.options`, or names the option itself.
    """
    for path in sorted(folder.glob("*.py")):
        source = path.read_text(encoding="utf-8")
        said = ast.get_docstring(ast.parse(source)) or ""
        if "\ndef main(" in source and path.stem != "__main__":
            quick = "options(__doc__)" in source or '"--quick"' in source
            yield Benchmark(path.stem, said.partition("\n")[0], quick)


def main(argv: Sequence[str] | None = None) -> int:
    """List the benchmarks, or run them; return 1 if one of them fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="these alone")
    parser.add_argument("--quick", action="store_true", help="run each, at its smallest size")
    args = parser.parse_args(argv)
    found = list(benchmarks(Path(__file__).parent))
    known = [b.name for b in found]
    unknown = sorted(set(args.names) - set(known))
    if unknown:
        parser.error(f"no benchmark {', '.join(unknown)}; there are {', '.join(known)}")
    failed = 0
    for benchmark in found:
        if args.names and benchmark.name not in args.names:
            continue
        if not args.quick:
            print(f"{benchmark.name:<18} {benchmark.summary}")
        elif benchmark.quick:
            print(f"\n== {benchmark.name}", flush=True)
            start = time.perf_counter()
            command = [sys.executable, "-m", f"benchmarks.{benchmark.name}", "--quick"]
            code = subprocess.run(command, check=False).returncode
            print(f"== {benchmark.name}: {time.perf_counter() - start:.0f} s, exit code {code}")
            failed += code != 0
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
