"""How many more statements or articles a difference would need, from a finished run."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from harness.records import Comparison, Evaluation, Pool, RunRecord, Scores
from harness.tested import Tested
from harness.uncertainty import power

MULTIPLES = (2, 4, 8)


@dataclass(frozen=True, slots=True)
class SampleSize:
    """What finding one difference between two models would take.

    ``groups``, ``statements`` and ``articles`` are totals for 80 % power at the run's level, the last two at
    as many statements a group and groups an article as the data have; None with a reason where
    they cannot be told. ``power`` maps numbers of groups to the power there. ``tested_groups`` is how many
    groups the run tests now; parts that come with the data may test a few of all.
    """

    a: str
    b: str
    tested_groups: int
    difference: float
    mde: float | None
    groups: int | None
    statements: int | None
    articles: int | None
    power: tuple[tuple[int, float], ...]
    method: str
    reason: str | None = None


def sample_sizes(record: RunRecord, scores: Scores, difference: float) -> Iterator[SampleSize]:
    """Yield the sample size for each comparison of the run's first split.

    Groups are drawn from the observed confusions, tilted to the difference asked for, and tested. For
    trained models the standard error found by re-running the cross-validation, taken to shrink
    with the square root of the groups, may ask for more; then that counts. That more data would
    also change the difference itself is not modelled.
    """
    tested = Tested(record)
    split = record.pools[0].split
    pools = {p.model: p for p in record.pools if p.split == split}
    now = _first(scores)
    for c in scores.comparisons:
        if c.split != split:
            continue
        a, b = pools[c.a], pools[c.b]
        found = _by_simulation(tested, c, a, b, scores, difference)
        if "trained" in (a.mode, b.mode) and c.mde is not None and found.groups is not None:
            by_error = math.ceil(now.n_groups * (c.mde / difference) ** 2)
            if by_error > found.groups:
                found = _result(c, scores, difference, by_error, (), "rerun_t", None)
        yield found


def _first(scores: Scores) -> Evaluation:
    """Return an evaluation under the first split: what it tests is what more data are compared with."""
    return scores.evaluations[0]


def _by_simulation(
    tested: Tested, c: Comparison, a: Pool, b: Pool, scores: Scores, difference: float
) -> SampleSize:
    metric = tested.metric(c.metric)
    sign = -1 if (c.delta or 0) < 0 else 1
    found = power(
        tested.counts_for(a, metric),
        tested.counts_for(b, metric),
        metric,
        sign * difference,
        n_groups=tuple(m * _first(scores).n_groups for m in MULTIPLES),
        level=tested.level,
        rng=tested.rng("power", c.a, c.b),
    )
    curve = tuple(zip(found.n_groups, found.power, strict=True))
    return _result(c, scores, difference, found.needed, curve, "simulation", found.reason)


def _result(
    c: Comparison,
    scores: Scores,
    difference: float,
    groups: int | None,
    curve: tuple[tuple[int, float], ...],
    method: str,
    reason: str | None,
) -> SampleSize:
    now = _first(scores)
    share = None if groups is None else groups / now.n_groups
    return SampleSize(
        a=c.a,
        b=c.b,
        tested_groups=now.n_groups,
        difference=difference,
        mde=c.mde,
        groups=groups,
        statements=None if share is None else math.ceil(share * now.n),
        articles=None if share is None or not scores.n_articles else math.ceil(share * scores.n_articles),
        power=curve,
        method=method,
        reason=reason,
    )
