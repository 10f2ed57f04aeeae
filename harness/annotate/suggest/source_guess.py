"""Who a sentence presents as speaking: the smallest noun phrase before or after a cue, guessed."""

from __future__ import annotations

import re

from harness.annotate.suggest.noun_phrase import (
    COMPLEMENT,
    FIRST,
    LAST,
    NAME,
    PHRASE,
    PREPOSITIONS,
    apposed_name,
)

Stretch = tuple[int, int]
_DETERMINED = re.compile(
    r"\s*((?:the|an?|several|some|many|two|both)\s+[^\s,;:.]+(?:\s+[^\s,;:.]+){0,9}?)(?:\s+on\s+\w+day)?\s*$",
    re.I,
)
_NO_NAME = re.compile(
    r"^(?:Despite|However|Before|After|In|On|At|The|A|An|For|While|As|But|And|If|Since|During)\b|\w+day$|^\w+ly$"
)
_LEADING = re.compile(
    r"(?:And|But|Or|So|Yet|Then|Later|Today|Yesterday|Separately|However|Meanwhile|\w+day)\s+"
)
_DAY = re.compile(r"\s+on\s+\w+day$")
_GOVERNED = re.compile(rf"(?<![\w’'-])(?i:{PREPOSITIONS})\s+[^\s]+\s+({NAME})$")
_CUT = re.compile(r"[,;:“”«»\"()]|\b(?:and|but|while|that|which|whereas|although|because)\b")
_APPOSED_TO = re.compile(rf"\s*({PHRASE}),")
_PREPOSITION = re.compile(rf"(?<![\w’'-])(?i:{PREPOSITIONS})\s+(?:the\s+)?$")
_CONJUNCTION = re.compile(r"\s*(?:as|after|before|since|until)\b", re.I)
_AUXILIARY = re.compile(
    r"(?:\s+(?:has|have|had|is|was|also|just|then|later|again|now|once|been|will|would|commonly|sometimes"
    r"|yesterday|today|\w+ly))*\s*$"
)
_LONGEST = 150
"""Characters of a subject with all that its noun governs."""


def source_after(text: str, start: int, end: int) -> Stretch | None:
    """Return the noun phrase that begins after a cue (*according to S*, *says S*), or None."""
    match = FIRST.match(text, start, end)
    if match is None:
        return None
    name = apposed_name(match.group(1))
    return match.start(1) + (name or 0), match.end(1)


def source_before(text: str, start: int, cue: int) -> Stretch | None:
    """Return the subject of a cue: the last noun phrase of its clause; past an apposition, the first."""
    start = max(start, cue - 300)
    head = re.sub(r"\s*\([^()]*\)\s*$", "", text[start:cue])
    head = head[: len(head) - len(_AUXILIARY.search(head).group())] if _AUXILIARY.search(head) else head  # type: ignore[union-attr]
    if head.rstrip().endswith(","):
        return _placed(_before_apposition(head), start)
    which = re.search(r",\s+(?:which|who)\s*$", head)
    if which:  # S, which has just reaffirmed
        return _placed(_subject(head[: which.start()]), start)
    cuts = [m.end() for m in _CUT.finditer(head)]
    clause = cuts[-1] if cuts and head[cuts[-1] :].strip() else 0
    if re.search(r"\b(?:and|or|but|while)\s*$|,\s*$", head):
        return None
    if len(head) - clause > _LONGEST:
        clause = max(clause, head.find(" ", len(head) - _LONGEST))
    return _placed(_subject(head[clause:].rstrip()), start + clause)


def _before_apposition(head: str) -> Stretch | None:
    """Return the name, or else the noun, that has an apposition: *S, a poet, said*, *the poet, S, said*."""
    found = [m for m in re.finditer(NAME, head) if "," in head[m.end() : m.end() + 2]]
    found = [m for m in found if not _NO_NAME.search(m.group())]
    free = [m for m in found if not _PREPOSITION.search(head[: m.start()])]
    noun = _APPOSED_TO.match(head)
    if noun and not free:
        return noun.start(1) + (apposed_name(noun.group(1)) or 0), noun.end(1)
    return (free or found)[0].span() if found else None


def _subject(clause: str) -> Stretch | None:
    """Return the noun phrase before the verb with which a clause goes on, past what its noun governs.

    A name stands alone (*X of the Y*), any other noun keeps its complements (*a spokesman for the Y*).
    """
    bare = clause
    while (match := COMPLEMENT.search(bare)) and bare[: match.start()].strip():
        bare = bare[: match.start()].rstrip()
    name = apposed_name(bare)
    if name is not None:
        return name, len(bare)
    whole = _DETERMINED.match(clause)
    if whole:
        return whole.span(1)
    governed = _GOVERNED.search(bare, max(0, len(bare) - 100))
    if governed:  # in Porto Vale said
        return governed.span(1)
    governed = COMPLEMENT.search(bare)
    last = None if governed and not _CONJUNCTION.match(bare) else LAST.search(bare)
    if last is None:
        return None
    if last.lastgroup != "name":
        return last.start(), len(_DAY.sub("", clause))
    begins = last.start()
    while lead := _LEADING.match(bare, begins):
        begins = lead.end()
    return None if _NO_NAME.search(bare[begins:]) else (begins, len(bare))


def source_of_noun(text: str, start: int, cue: int) -> Stretch | None:
    """Return the last name before a noun of communication (*S issued a statement*), or None."""
    start = max(start, cue - 300)
    names = [m for m in re.finditer(NAME, text[start:cue]) if not _NO_NAME.search(m.group())]
    return _placed(names[-1].span(), start) if names else None


def _placed(found: Stretch | None, start: int) -> Stretch | None:
    return (start + found[0], start + found[1]) if found else None
