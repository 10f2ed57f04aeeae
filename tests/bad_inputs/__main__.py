"""Try the cases and print the counts: ``python -m tests.bad_inputs [FAMILY or part of a name] [--large]``.

Without ``--large`` the large cases are left out; with it they come last, as many as ``--seconds N`` (600 by
default) leave time for, and those that are left are said. ``--times`` names what takes more than 3 seconds.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Sequence

from tests.bad_inputs.case import Case, tried
from tests.bad_inputs.families import all_cases

WELL = ("refused", "accepted")
BADLY = ("answered badly", "crashed", "lost", "slow")


def main(arguments: list[str]) -> int:
    """Return 0 if every case that was tried ended as is declared, and none was left."""
    seconds = 600.0
    if "--seconds" in arguments:
        at = arguments.index("--seconds")
        seconds = float(arguments[at + 1])
        del arguments[at : at + 2]
    words = [a for a in arguments if not a.startswith("-")]
    cases = [c for c in all_cases() if all(w in str(c) for w in words)]
    chosen = [c for c in cases if not c.large] + [c for c in cases if c.large and "--large" in arguments]
    begun = time.perf_counter()
    counts: dict[str, Counter[str]] = {}
    left = 0
    last = None
    for case in chosen:
        if case.large and last is None:
            last = time.perf_counter() + seconds
        if last is not None and time.perf_counter() > last:
            left += 1
            continue
        counts.setdefault(case.family, Counter())[_ended(case, "--times" in arguments)] += 1
    for family, found in counts.items():
        print(f"{family}: {_said(found)}")
    total = sum(counts.values(), Counter())
    print(f"{_said(total)}; left {left}; {time.perf_counter() - begun:.0f} s")
    return 0 if not left and all(total[kind] == 0 for kind in BADLY) else 1


def _ended(case: Case, times: bool) -> str:
    """Try a case, say what is not well, and return how it ended."""
    started = time.perf_counter()
    outcome = tried(case)
    seconds = time.perf_counter() - started
    if not outcome.well:
        print(f"{case}: {outcome.kind}: {outcome.why}\n", flush=True)
    if times and seconds > 3:
        print(f"{case}: {seconds:.1f} s", flush=True)
    return outcome.kind


def _said(counts: Counter[str], kinds: Sequence[str] = (*WELL, *BADLY)) -> str:
    names = {"refused": "refused well", "accepted": "accepted well", "slow": "too slow"}
    said = ", ".join(f"{names.get(kind, kind)} {counts[kind]}" for kind in kinds)
    return f"tried {sum(counts.values())}, {said}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
