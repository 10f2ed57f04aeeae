"""``harness annotate adjudicate --terminal``: cases on the terminal, one question each."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from harness.annotate.adjudicate.decisions import Case, accept_unanimous, cases, decide
from harness.annotate.adjudicate.scope import adjudicable, gold_locked
from harness.annotate.answers import STOP, answer
from harness.annotate.unfinished import load_unfinished
from harness.errors import InputError
from harness.records import Span

DROP, SKIP = "d", "s"
LETTERS = "abcghilmtvwxyz"
"""One for each annotator, in order: the same as in the page, where the others are commands."""


def adjudicate_command(root: Path, articles: Sequence[str] = (), *, unanimous: bool = False) -> None:
    """Take over what is unanimous, then ask about every other open case, article by article.

    Parameters
    ----------
    root : Path
        The corpus folder.
    articles : sequence of str
        Their ids; all that somebody has annotated without any.
    unanimous : bool
        Ask nothing; the other cases stay open.
    """
    corpus = load_unfinished(root)
    wanted = adjudicable(corpus, articles)
    if not articles:
        wanted = tuple(a for a in wanted if any(c.open_reason for c in cases(corpus, a)))
        if not wanted:
            print("nothing is open")
    with gold_locked(root):
        for article in wanted:
            if _adjudicate(root, article, unanimous=unanimous):
                break


def _adjudicate(root: Path, article: str, *, unanimous: bool) -> bool:
    """Settle the cases of one article; tell whether the person wants to stop."""
    everything = cases(load_unfinished(root), article)
    asked = everything[0].asked if everything else ()
    if len(asked) > len(LETTERS):
        raise InputError(f"more than {len(LETTERS)} annotators cannot be shown here")
    if len(asked) == 1:
        print(f"only {asked[0]} annotated it: every decision needs a reason")
    ready = sum(c.is_unanimous and c.open_reason is not None for c in everything)
    said = "y" if unanimous else ""
    if ready and not unanimous:
        said = answer(f"{ready} unanimous: take all over? (y, n, q: stop)", "yn" + STOP)
    if ready and said == "y":
        print(f"{len(accept_unanimous(root, article))} unanimous taken over")
    still = [c for c in cases(load_unfinished(root), article) if c.open_reason]
    decided, stopped = (0, said == STOP) if unanimous or said == STOP else _ask_each(root, still)
    print(f"{decided} decided, {len(still) - decided} open -> annotations/gold/{article}.jsonl")
    return stopped


def _ask_each(root: Path, still: Sequence[Case]) -> tuple[int, bool]:
    """Ask about each case; every decision is saved at once. Return how many were decided, and if to stop."""
    decided = 0
    for number, case in enumerate(still, 1):
        print(f"\n{number}/{len(still)}  {case_text(case)}")
        keys = _keys(case)
        options = (*(f"{key}: {who}" for key, who in keys.items()), "d: drop", "s: skip", "q: stop")
        said = answer(f"take {', '.join(options)}?", "".join(keys) + DROP + SKIP + STOP)
        if said == STOP:
            return decided, True
        if said == SKIP:
            continue
        plain = case.is_unanimous and said != DROP
        reason = "" if plain else answer("reason:")
        if not plain and not reason:
            print("  no reason, so nothing is decided")
            continue
        decide(root, case, None if said == DROP else case.versions[keys[said]], reason)
        decided += 1
    return decided, False


def _keys(case: Case) -> dict[str, str]:
    """Return the key of each annotator who found it; an annotator's key is the same in all cases."""
    return {key: who for key, who in zip(LETTERS, case.asked, strict=False) if who in case.versions}


def case_text(case: Case) -> str:
    """Return a case: why it is open, the text, and each field that differs, by annotator."""
    lines = [f"{case.article}: {case.open_reason}"]
    for letter, who in _keys(case).items():
        s = case.versions[who]
        lines.append(f"  {letter}  {who} ({s.id}, confidence {s.confidence}): {s.stance or s.exclusion}")
        lines.append(f"     “{' '.join(s.text.split())}”")
        lines += [f"     {name}: {_shown(getattr(s, name))}" for name in case.differ if name != "stance"]
        if s.note:
            lines.append(f"     note: {s.note}")
    absent = [who for who in case.asked if who not in case.versions]
    if absent:
        lines.append(f"  not found by {', '.join(absent)}")
    if case.gold:
        lines.append(
            f"  gold has {case.gold.id}: {case.gold.stance or case.gold.exclusion} “{case.gold.text}”"
        )
    return "\n".join(lines)


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        return (
            ", ".join(f"{x.start}-{x.end} “{x.text}”" if isinstance(x, Span) else str(x) for x in value)
            or "none"
        )
    return "none" if value in (None, "") else str(value)
