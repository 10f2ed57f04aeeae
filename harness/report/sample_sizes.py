"""How many more statements a difference would need, as lines a person reads."""

from __future__ import annotations

from collections.abc import Sequence

from harness.records import Scores
from harness.sample_size import SampleSize


def sample_size_text(scores: Scores, rows: Sequence[SampleSize]) -> str:
    """Return the rows as lines a person reads, with what the data have now."""
    articles = f", {scores.n_articles} articles" if scores.n_articles else ""
    first = scores.evaluations[0]
    tested = "tested " if first.n < scores.n else ""
    now = f"{first.n} {tested}statements, {first.n_groups} groups{articles}"
    lines = [
        f"now: {now}; to find a difference of {rows[0].difference:g} in {scores.primary} with 80 % power:"
    ]
    for row in rows:
        pair = f"{row.a} against {row.b}"
        if row.groups is None:
            lines.append(f"  {pair}: cannot be told ({row.reason})")
            continue
        if row.groups <= row.tested_groups:
            lines.append(f"  {pair}: these data suffice{_detectable(row.mde)}")
            continue
        size = f"about {row.statements} statements"
        size += f" in {row.articles} articles" if row.articles is not None else ""
        lines.append(f"  {pair}: {row.groups} groups, {size} ({row.method})")
        if row.power:
            lines.append("    power at " + ", ".join(f"{k} groups {p:.2f}" for k, p in row.power))
    return "\n".join(lines)


def _detectable(mde: float | None) -> str:
    return "" if mde is None else f" (minimum detectable difference {mde:.3f})"
