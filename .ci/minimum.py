"""Print the lowest versions that pyproject.toml says are enough, one ``name==version`` a line.

``python .ci/minimum.py [EXTRA ...]``: of the core, and of the extras named.
"""

import re
import sys
import tomllib
from pathlib import Path

PROJECT = tomllib.loads(Path(__file__).parents[1].joinpath("pyproject.toml").read_text(encoding="utf-8"))[
    "project"
]
OWN = re.compile(rf"{PROJECT['name']}\[(.*)\]")


def lowest(lines):
    """Yield the lowest version of each requirement; extras of this project in it are taken apart."""
    for line in lines:
        if inside := OWN.fullmatch(line):
            for extra in inside[1].split(","):
                yield from lowest(PROJECT["optional-dependencies"][extra.strip()])
        else:
            yield line.replace(">=", "==")


def main():
    """Print them."""
    extras = PROJECT["optional-dependencies"]
    lines = [*PROJECT["dependencies"], *(line for extra in sys.argv[1:] for line in extras[extra])]
    print(*sorted(set(lowest(lines))), sep="\n")


main()
