"""Mutation testing: would the tests notice if a line of the statistics were wrong?

``python -m tests.mutation --module metrics --sample 150 --seed 1`` draws mutants of one module (see
``[tool.mutmut]`` in pyproject.toml for the modules and the tests that run) and has mutmut try each. It
prints how many the tests killed and the changes that they did not notice. mutmut makes the mutants; drawing
them, which it cannot do, is all that happens here. It works in ``mutants/``, which can be deleted.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
from pathlib import Path

MUTANTS = Path("mutants")
MUTMUT = [sys.executable, "-m", "mutmut"]
SURVIVED, NO_TEST = {0}, {5, 33}
"""Exit codes that mutmut keeps of mutants that no test noticed, and that no test runs."""


def results(module: str) -> dict[str, int | None]:
    """Return what mutmut knows of the mutants of a module or package: exit codes of the tests by name."""
    found: dict[str, int | None] = {}
    for path in sorted((MUTANTS / "harness").rglob("*.py.meta")):
        name = path.relative_to(MUTANTS / "harness").as_posix().removesuffix(".py.meta")
        if name == module or name.startswith(f"{module}/"):
            found |= json.loads(path.read_text(encoding="utf-8"))["exit_code_by_key"]
    return found


def run(names: list[str]) -> None:
    """Let mutmut try these mutants one after the other; what it prints goes into a log."""
    with (MUTANTS.parent / "mutants.log").open("ab") as log:
        subprocess.run([*MUTMUT, "run", "--max-children", "1", *names], stdout=log, stderr=log, check=False)


def main() -> None:
    """Draw mutants, try them, and print the score and the survivors."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--module", required=True, help="such as metrics, splits or uncertainty")
    parser.add_argument("--sample", type=int, default=150, help="how many mutants to try; 0: all")
    parser.add_argument("--seed", type=int, default=1, help="of the draw")
    asked = parser.parse_args()
    if not results(asked.module):
        run(["none"])  # makes the mutants, and finds out which tests run which function
    names = list(results(asked.module))
    if not names:
        sys.exit(f"no mutants of '{asked.module}'; see mutants.log and [tool.mutmut] in pyproject.toml")
    drawn = sorted(names)
    if 0 < asked.sample < len(names):
        drawn = random.Random(asked.seed).sample(drawn, asked.sample)
    run(drawn)
    codes = results(asked.module)
    lived = sorted(name for name in drawn if codes[name] in SURVIVED | NO_TEST)
    untried = [name for name in drawn if codes[name] is None]
    for name in lived:
        why = "no test runs it" if codes[name] in NO_TEST else "survived"
        shown = subprocess.run([*MUTMUT, "show", name], capture_output=True, text=True, check=False).stdout
        lines = [line for line in shown.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")]
        print(f"{name}: {why}", *lines, sep="\n    ")
    tried = len(drawn) - len(untried)
    print(f"{asked.module}: {tried - len(lived)} of {tried} killed, of {len(names)}; {len(untried)} untried")


if __name__ == "__main__":
    main()
