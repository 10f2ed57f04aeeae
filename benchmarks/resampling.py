"""10,000 group resamples of macro-F1 against three plain ways.

    python -m benchmarks.resampling [--rounds N] [--quick]

The harness counts by group, gathers groups with the same table and draws types of groups. The loop draws
groups, gathers their statements and calls scikit-learn's ``f1_score``; the loop of weights gathers none
but weights each statement by how often its group was drawn. The package ``confidenceinterval``
resamples single statements, since it does not know groups, and calls ``f1_score`` for each resample too;
its percentile method is taken, for BCa calls it once more for every statement. (Its default is no
bootstrap but a formula for independent statements.) The three are timed over few resamples and scaled:
each resample costs them the same. Reading and starting are not counted on any side.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.util import find_spec
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from benchmarks import growth
from benchmarks.alternating import Alternation, Side, alternate, options
from benchmarks.machine import describe
from benchmarks.usage import section

if TYPE_CHECKING:
    from benchmarks.populations import Drawn

RESAMPLES = 10_000
PACKAGE = "confidenceinterval"
GOALS = {"loop": 1000.0, PACKAGE: 5.0}
"""How many times as long the others take at least, at `ROWS` statements."""
ROWS = 50_000
LIMITS = {60: 0.050, ROWS: 1.0}
"""Seconds allowed to the harness."""
SEED = 5


def sample(rows: int) -> Drawn:
    """Return gold labels, groups and predictions; the same for all sides."""
    import numpy as np

    from benchmarks.populations import RECALLS, WITHIN, confusion, draw, groups

    table = confusion("imbalanced", RECALLS["medium"])
    return draw((table,), WITHIN["high"], groups(rows), np.random.default_rng([SEED, rows]))


def harness(rows: int, resamples: int) -> None:
    """Resample types of groups; from labels to the ends of the interval."""
    import numpy as np

    from harness.metrics import METRICS
    from harness.uncertainty import interval

    drawn = sample(rows)
    with section(RESAMPLES / resamples):
        rng = np.random.default_rng(SEED)
        found = interval(
            drawn.counts()[0], METRICS["macro_f1"], method="percentile", resamples=resamples, rng=rng
        )
    print(found)


def loop(rows: int, resamples: int) -> None:
    """Resample groups, one ``f1_score`` at a time."""
    import numpy as np
    from sklearn.metrics import f1_score

    drawn = sample(rows)
    with section(RESAMPLES / resamples):
        rng = np.random.default_rng(SEED)
        starts = np.flatnonzero(np.r_[True, np.diff(drawn.group) > 0, True])
        members = [np.arange(a, b) for a, b in pairwise(starts)]
        values = []
        for _ in range(resamples):
            at = np.concatenate([members[g] for g in rng.integers(len(members), size=len(members))])
            labels = drawn.gold[at], drawn.predicted[0][at]
            values.append(f1_score(*labels, labels=[0, 1, 2], average="macro", zero_division=0.0))
        found = np.quantile(values, (0.025, 0.975))
    print(found)


def weights(rows: int, resamples: int) -> None:
    """Resample groups by weighting their statements."""
    import numpy as np
    from sklearn.metrics import f1_score

    drawn = sample(rows)
    with section(RESAMPLES / resamples):
        rng = np.random.default_rng(SEED)
        n = int(drawn.group.max()) + 1
        values = []
        for _ in range(resamples):
            times = np.bincount(rng.integers(n, size=n), minlength=n)[drawn.group]
            values.append(
                f1_score(
                    drawn.gold,
                    drawn.predicted[0],
                    labels=[0, 1, 2],
                    average="macro",
                    zero_division=0.0,
                    sample_weight=times,
                )
            )
        found = np.quantile(values, (0.025, 0.975))
    print(found)


def confidenceinterval(rows: int, resamples: int) -> None:
    """Resample statements with the package of this name; all of its resamples are in memory at once."""
    import numpy as np
    from confidenceinterval import f1_score

    drawn = sample(rows)
    with section(RESAMPLES / resamples):
        found = f1_score(
            drawn.gold.tolist(),
            drawn.predicted[0].tolist(),
            average="macro",
            method="bootstrap_percentile",
            n_resamples=resamples,
            random_state=np.random.default_rng(SEED),
        )
    print(found)


SIDES = {
    "harness": harness,
    "loop": loop,
    "loop of weights": weights,
    PACKAGE: confidenceinterval,
}


def side(name: str, rows: int, resamples: int) -> Side:
    """Return one side as a process of its own."""
    command = (sys.executable, "-m", "benchmarks.resampling", "--side", name)
    return Side(name, (*command, f"--rows={rows}", f"--resamples={resamples}"))


def compared(rows: int, rounds: int, few: int) -> Alternation:
    """Compare all sides that are installed at one size, the plain ones over a ``few`` resamples."""
    found = alternate(
        f"{RESAMPLES:,} resamples of macro-F1, {rows:,} statements",
        [side(name, rows, RESAMPLES if name == "harness" else few) for name in installed()],
        rounds,
    )
    found.show()
    return found


def installed() -> list[str]:
    """Return the sides that can be run: the package comes with ``pip install -e '.[bench]'``."""
    return [name for name in SIDES if name != PACKAGE or find_spec(PACKAGE) is not None]


def grown(most: int, rounds: int) -> int:
    """Print how the harness's time grows; return 1 if the goal is missed."""
    seconds = {}
    for rows in (most // 100, most // 10, most):
        alone = alternate("", [side("harness", rows, RESAMPLES)], rounds)
        seconds[rows] = median(u.cpu for u in alone.rounds["harness"])
        print(f"{rows:>12,} statements: CPU {seconds[rows]:.3f} s, ", end="")
        print(f"peak {alone.span('harness', 'memory')[0]:,.0f} MB", flush=True)
    return growth.judged("10,000 resamples, CPU", seconds)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark; return 1 if a goal is missed."""
    parser = options(__doc__)
    parser.add_argument("--most", type=int, default=1_000_000, help="rows up to which growth is measured")
    parser.add_argument("--side", choices=SIDES, help="(a side of the measurement)")
    parser.add_argument("--rows", type=int, default=ROWS, help="(of that side)")
    parser.add_argument("--resamples", type=int, default=RESAMPLES, help="(of that side)")
    args = parser.parse_args(argv)
    if args.side:
        SIDES[args.side](args.rows, args.resamples)
        return 0
    print(describe([PACKAGE]))
    if args.quick:
        compared(60, 1, 20)
        return 0
    failed = 0
    for rows, limit in LIMITS.items():
        found = compared(rows, args.rounds, 100 if rows < 1000 else 20)
        seconds = found.span("harness", "wall")[0]
        failed += seconds > limit
        mark = "pass" if seconds <= limit else "FAIL"
        print(f"{mark}  the harness takes {seconds:.3f} s, at most {limit:g}")
        if rows == ROWS:
            there = {other: goal for other, goal in GOALS.items() if other in installed()}
            failed += sum(found.judged(goal, other=other, least=True) for other, goal in there.items())
    print()
    failed += grown(args.most, args.rounds)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
