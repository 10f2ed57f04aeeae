"""One sentence that a person can quote: what this sample shows, and what it cannot."""

from __future__ import annotations

from collections.abc import Sequence

from harness.records import Comparison, Evaluation, Scores
from harness.report.digits import counted, decimal, listed, metric_name, p_value, with_interval


def sentence(scores: Scores, split: str | None = None) -> str:
    """Say which model scores highest and whether it can be told apart from the others.

    A model is told apart where the adjusted p is below 1 minus the intervals' level. A high p is never
    put as equality: *cannot be told apart* speaks of the sample, not of the models.

    Parameters
    ----------
    scores : Scores
    split : str, optional
        The first split unless given.
    """
    if not scores.evaluations:
        return "Nothing was scored."
    split = split or scores.evaluations[0].split
    mine = [e for e in scores.evaluations if e.split == split]
    text = _verdict(scores, mine, [c for c in scores.comparisons if c.split == split])
    return f"Partial run, not to be quoted: {text}" if scores.partial else text


def _value(e: Evaluation, metric: str) -> float | None:
    return e.scores[metric].value if metric in e.scores else None


def _verdict(scores: Scores, mine: Sequence[Evaluation], comparisons: Sequence[Comparison]) -> str:
    metric = scores.primary
    where = f"on these {counted(mine[0].n, 'statement')} ({counted(mine[0].n_groups, 'group')})"
    values = {e.model: v for e in mine if (v := _value(e, metric)) is not None}
    if not values:
        return f"{metric_name(metric)} is undefined for every model {where}."
    top = max(values.values())
    best = next(e for e in mine if values.get(e.model) == top)
    tied = [m for m, v in values.items() if v == top]
    score = best.scores[metric]
    shown = with_interval(score.value, score.ci_low, score.ci_high)
    if (score.reason or "").startswith("not_estimable"):
        shown += "; this only describes the sample"
    name = metric_name(metric)
    undefined = [e.model for e in mine if e.model not in values]
    if undefined:
        return (
            f"Among the models whose {name} is defined {where}, {best.model} has the highest ({shown}); "
            f"it is undefined for {listed(undefined)}, so nothing is ranked."
        )
    if len(mine) == 1:
        return f"{best.model} has a {name} of {shown} {where}; it was compared with no other model."
    if len(tied) > 1:
        head = f"{listed(tied)} have the highest {name} ({best.model} {shown})"
    else:
        head = f"{best.model} has the highest {name} ({shown})"
    pairs = _against(best.model, comparisons)
    if not pairs:
        return f"{head} {where}; no test compares it with the others."
    said = _tests(pairs, values, 1 - score.level, comparisons)
    if len(tied) == 1:
        return f"{head} {where} {said}."
    if not any({c.a, c.b} <= set(tied) for c in comparisons):
        where += ", and were not compared with each other"
    return f"{head} {where}; {best.model} {said.removeprefix('and ').removeprefix('but ')}."


def _against(model: str, comparisons: Sequence[Comparison]) -> dict[str, Comparison]:
    """Return the model's comparisons by rival, turned so that the model comes first."""
    out = {}
    for c in comparisons:
        if c.a == model:
            out[c.b] = c
        elif c.b == model:
            low, high = (None if v is None else -v for v in (c.ci_high, c.ci_low))
            delta = None if c.delta is None else -c.delta
            out[c.a] = Comparison(
                c.split, c.b, c.a, c.metric, delta, low, high, c.p, c.p_adjusted, c.mde, c.method, c.reason
            )
    return out


def _told_apart(c: Comparison, alpha: float) -> bool:
    p = c.p if c.p_adjusted is None else c.p_adjusted
    return p is not None and p < alpha


def _tests(
    pairs: dict[str, Comparison], values: dict[str, float], alpha: float, comparisons: Sequence[Comparison]
) -> str:
    """Continue the sentence with what the tests say, the nearest rival's numbers in full."""
    better = [m for m, c in pairs.items() if _told_apart(c, alpha)]
    rest = [m for m in pairs if m not in better and pairs[m].p is not None]
    untested = [m for m in pairs if m not in better and m not in rest]
    parts = []
    for verb, rivals in (("and scores higher than", better), ("but cannot be told apart from", rest)):
        if rivals:
            near = max(rivals, key=lambda m: values.get(m, float("-inf")))
            numbers = _numbers(pairs[near], near if len(rivals) > 1 else "")
            parts.append(f"{verb} {listed(rivals)} ({numbers})")
    if untested:
        parts.append(
            f"but no test can compare it with {listed(untested)} ({pairs[untested[0]].reason or 'undefined'})"
        )
    text = ", ".join(parts)
    others = [
        c for c in comparisons if c.b in pairs and c.a not in pairs and c.a != next(iter(pairs.values())).a
    ]
    if len(pairs) == 1 and others:
        reference = next(iter(pairs))
        apart = [c.a for c in others if _told_apart(c, alpha)]
        if len(others) > 1:
            said = f"of the other {len(others)} models, {listed(apart) if apart else 'none'} can"
        else:
            said = f"the other, {others[0].a}, {'can' if apart else 'cannot'}"
        text += f"; {said} be told apart from {reference}"
        if mute := [c.a for c in others if c.p is None]:
            text += f" ({listed(mute)} could not be tested)"
    return text


def _numbers(c: Comparison, rival: str) -> str:
    shown = p_value(c.p if c.p_adjusted is None else c.p_adjusted)
    shown = f"p {shown.replace('<', '< ')}" if shown.startswith("<") else f"p = {shown}"
    p = shown if c.p_adjusted is None else f"adjusted {shown}"
    against = f" from {rival}" if rival else ""
    detectable = f", minimum detectable difference {decimal(c.mde)}" if c.mde is not None else ""
    return f"difference{against} {with_interval(c.delta, c.ci_low, c.ci_high)}, {p}{detectable}"
