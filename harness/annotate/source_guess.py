"""Who a sentence presents as speaking: the smallest noun phrase before or after a cue, guessed."""

from __future__ import annotations

import re

Stretch = tuple[int, int]
_NAME = r"[A-Z][\w’'-]*(?:\.(?=\s[A-Z]))?(?:\s+[A-Z][\w’'-]*)*"
_PRONOUN = r"(?:he|she|they|it|we|I|who)"
_PHRASE = r"(?:the|a|an|several|some|many|two|both)\s+(?:[\w’'-]+\s+){0,3}[\w’'-]+"
_DETERMINED = re.compile(
    r"\s*((?:the|an?|several|some|many|two|both)\s+[^\s,;:.]+(?:\s+[^\s,;:.]+){0,9}?)(?:\s+on\s+\w+day)?\s*$",
    re.I,
)
_NAMED = re.compile(rf"\b(?:{_PHRASE}|{_NAME}|{_PRONOUN})$")
_NO_NAME = re.compile(
    r"^(?:Despite|However|Before|After|In|On|At|The|A|An|For|While|As|But|And|If|Since|During)\b|\w+day$"
)
_CUT = re.compile(r"[,;:“”«»\"()]|\b(?:and|but|while|that|which|whereas|although|because)\b")
_AUXILIARY = re.compile(
    r"(?:\s+(?:has|have|had|is|was|also|just|then|been|will|would|commonly|sometimes|\w+ly))*\s*$"
)
_AFTER = re.compile(
    rf"\s*((?:[Tt]he|[Aa]n?|[Ss]everal|[Ss]ome)\s+[\w’'-]+(?:\s+[\w’'-]+){{0,2}}?|{_NAME}|[\w’'-]+)(?=\W|$)"
)


def source_after(text: str, start: int, end: int) -> Stretch | None:
    """Return the noun phrase that begins after a cue (*according to S*, *says S*), or None."""
    match = _AFTER.match(text, start, end)
    return match.span(1) if match else None


def source_before(text: str, start: int, cue: int) -> Stretch | None:
    """Return the subject of a cue: the last noun phrase of its clause; past an apposition, the first."""
    start = max(start, cue - 300)
    head = re.sub(r"\s*\([^()]*\)\s*$", "", text[start:cue])
    head = head[: len(head) - len(_AUXILIARY.search(head).group())] if _AUXILIARY.search(head) else head  # type: ignore[union-attr]
    if head.rstrip().endswith(","):  # S, an expert on X, said: the name before the apposition
        found = [m for m in re.finditer(_NAME, head) if "," in head[m.end() : m.end() + 2]]
        found = [m for m in found if not _NO_NAME.search(m.group())]
        return _placed(found[0], start) if found else None
    which = re.search(r",\s+(?:which|who)\s*$", head)
    if which:  # S, which has just reaffirmed
        named = _NAMED.search(head[: which.start()])
        return _placed(named, start) if named else None
    cuts = [m.end() for m in _CUT.finditer(head)]
    clause = cuts[-1] if cuts and head[cuts[-1] :].strip() else 0
    match = _DETERMINED.match(head, clause)
    if match:
        return start + match.start(1), start + match.end(1)
    if re.search(r"\b(?:and|or|but|while)\s*$|,\s*$", head):
        return None
    named = _NAMED.search(head.rstrip(), clause)
    return _placed(named, start) if named else None


def source_of_noun(text: str, start: int, cue: int) -> Stretch | None:
    """Return the last name before a noun of communication (*S issued a statement*), or None."""
    start = max(start, cue - 300)
    names = [m for m in re.finditer(_NAME, text[start:cue]) if not _NO_NAME.search(m.group())]
    return _placed(names[-1], start) if names else None


def _placed(match: re.Match[str], start: int) -> Stretch:
    return start + match.start(), start + match.end()
