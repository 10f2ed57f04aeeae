"""P-values of a family of comparisons."""

from __future__ import annotations

from collections.abc import Sequence


def holm(ps: Sequence[float | None]) -> list[float | None]:
    """Adjust p-values for the number of tests in the family (Holm 1979).

    Parameters
    ----------
    ps : sequence of float in [0, 1] or None
        None (no test was possible) stays None and does not count.
    """
    known = sorted((p, i) for i, p in enumerate(ps) if p is not None)
    adjusted: list[float | None] = [None] * len(ps)
    floor = 0.0
    for rank, (p, i) in enumerate(known):
        floor = max(floor, min(1.0, p * (len(known) - rank)))
        adjusted[i] = floor
    return adjusted
