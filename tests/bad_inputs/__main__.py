"""Try every case and print the counts: ``python -m tests.bad_inputs [FAMILY or part of a name] [--fast]``."""

from __future__ import annotations

import sys
import time
from collections import Counter

from tests.bad_inputs.case import tried
from tests.bad_inputs.families import all_cases


def main(arguments: list[str]) -> int:
    """Return 0 if every case ended as is declared."""
    fast, words = "--fast" in arguments, [a for a in arguments if not a.startswith("-")]
    cases = [c for c in all_cases() if not (fast and c.large) and all(w in str(c) for w in words)]
    counts: Counter[str] = Counter()
    begun = time.perf_counter()
    for case in cases:
        started = time.perf_counter()
        outcome = tried(case)
        seconds = time.perf_counter() - started
        counts[outcome.kind] += 1
        if not outcome.well:
            print(f"{case}: {outcome.kind}: {outcome.why}\n")
        if seconds > 3 and "--times" in arguments:
            print(f"{case}: {seconds:.1f} s")
    print(
        f"tried {len(cases)}, refused well {counts['refused']}, accepted well {counts['accepted']}, "
        f"answered badly {counts['answered badly']}, crashed {counts['crashed']}, lost {counts['lost']}, "
        f"too slow {counts['slow']}; {time.perf_counter() - begun:.0f} s"
    )
    return 0 if sum(counts[k] for k in ("refused", "accepted")) == len(cases) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
