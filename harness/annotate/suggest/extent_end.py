"""Where the content after a cue ends."""

from __future__ import annotations

import re
from collections.abc import Sequence

from harness.annotate.suggest.candidate import Reading, Stretch
from harness.annotate.suggest.cue_list import Cue
from harness.annotate.suggest.noun_phrase import AUXILIARIES, PREPOSITIONS
from harness.annotate.suggest.quotations import MARKS, Quote

SEMICOLON = re.compile(r";\s")
_MARK, _COMMA = re.compile(rf"[{MARKS}]"), re.compile(r"[,;]\s")
_LATER = re.compile(
    r"\s*,?\s*(?:(?:as|while|after|before|because|since|which|but|according|during|when|although|though|whereas)\b"
    r"|without\s+\w+ing\b)"
)
_ASIDE = re.compile(r"\s*[,;]|\s+[–—-]\s")
_PAST = (
    "left|went|came|made|took|gave|got|met|kept|held|put|let|began|fell|saw|sent|stood|found|lost|won|paid|brought"
    "|thought|sat|rose|ran|drew|flew|spoke|broke|chose|set|cut|led|sought|withdrew|threw"
    "|grew|drove|bought|sold|built|felt|fled|hit|quit|shook|became"
)
VERB = re.compile(rf"(?:{AUXILIARIES}|{_PAST}|[a-z]+ed|(?!(?:its|his|this|as)\b)[a-z]+s)\b")
"""What looks like a finite verb: every auxiliary, the commonest pasts, and forms in -s and -ed."""
_OBJECT = (
    "the|an?|its|his|her|their|this|these|those|all|any|it|them|him|up|down|away|back|home|together|apart|no"
)
_PREDICATE = re.compile(
    r"\s*,?\s*\b(?:and|but|or)\s+(?:(?:then|also|so|thus|later|still|never|soon|\w+ly)\s+){0,2}"
    rf"(?:(?:{AUXILIARIES}|{_PAST})\b|[a-z]+ed(?=\s+(?:{_OBJECT}|{PREPOSITIONS})\b)"
    rf"|(?!(?:its|his|this)\b)[a-z]+s(?=\s+(?:{_OBJECT})\b))"
)
"""A finite verb that shares its subject with the cue: the article's own words (*condemned “X” and left*)."""
_RELATIVE = re.compile(r"\b(?:that|which|who|whom|whose)\b")
_JOINT = re.compile(rf"([{MARKS}])\s*,?\s+and(?:\s+that)?\s+(?=[{MARKS}]|\S+\s+[{MARKS}])")
_COORDINATED = re.compile(
    r"(?:[,;]|[,;]?\s+(?:and|but|while|or)\b)\s*(?:(?:also|then|\w+ly|has|have|had)\s+){0,2}$"
    r"|[,;]\s*(?:and|but|while|although|whereas)\s+(?:[^\s,;.]+\s+){0,4}$"
)
_LOST = re.compile(r"\(…\)|\(\.\.\.\)|\[…\]|\[\.\.\.\]")


def limit(reading: Reading, cue: Cue, start: int, end: int, later: Sequence[Cue]) -> int:
    """Cut the content where another cue, another clause or the article's own words begin."""
    text, quote = reading.text, _quote_from(reading, start)
    if quote is not None:
        if not quote.closed:
            return _unclosed(reading, quote)
        after = text[quote.end + 1 : end]
        if not re.search(r"\w", after) or any(p.match(after) for p in (_LATER, _ASIDE, _PREDICATE)):
            return quote.end
    end = _before_next(text, start, end, later)
    for match in _MARK.finditer(text, start, end):
        if reading.layout.quote(match.start() - 1) and _LATER.match(text, match.end(), end):
            end = match.start()
            break
    if "clause" not in cue.kinds or text[cue.end : start].strip() == "of":
        if not _RELATIVE.search(text, start, end):
            end = outside(reading, _PREDICATE, start, end)
        if "act_to" not in cue.kinds:
            return _run_on(reading, start, outside(reading, _COMMA, start, end))
    return _run_on(reading, start, outside(reading, SEMICOLON, start, end))


def _run_on(reading: Reading, start: int, end: int) -> int:
    """Go on to the end of the paragraph past *(…)*: it says that words are quoted, their marks lost (R8)."""
    return reading.layout.paragraph(start)[1] if _LOST.search(reading.text, start, end) else end


def _before_next(text: str, start: int, end: int, later: Sequence[Cue]) -> int:
    """End content before the next cue that is coordinated with its own."""
    for other in later:
        if other.start >= end:
            break
        near = max(start, other.start - 80)
        joint = _COORDINATED.search(text[near : other.start])
        if joint and near + joint.start() > start:
            return near + joint.start()
    return end


def outside(reading: Reading, pattern: re.Pattern[str], start: int, end: int) -> int:
    """Return where a pattern first matches outside quotations, or ``end``."""
    for match in pattern.finditer(reading.text, start, end):
        if match.start() > start and not reading.quoted(match.start()):
            return match.start()
    return end


def _quote_from(reading: Reading, start: int) -> Quote | None:
    """Return the quotation that content begins with."""
    lead = re.compile(rf"\s?[{MARKS}]?").match(reading.text, start)
    quote = reading.layout.quote(lead.end() if lead else start)
    return quote if quote and quote.opened and start <= quote.start <= start + 2 else None


def _unclosed(reading: Reading, quote: Quote) -> int:
    """End a quotation whose closing mark is lost before a sentence that is only source and cue."""
    for start, end in reading.layout.sentences_in(quote.start + 1, quote.end):
        sentence = reading.text[start:end]
        if end - start < 80 and len(reading.words(start, end)) <= 6 and reading.cues.pattern.search(sentence):
            return start
    return quote.end


def parts(reading: Reading, start: int, end: int) -> list[Stretch]:
    """Split content at an *and* between two quotations (R7)."""
    found, begins = [], start
    for match in _JOINT.finditer(reading.text, start, end):
        if reading.quoted(match.start() - 1):
            found.append((begins, match.start()))
            begins = match.end()
    return [*found, (begins, end)]
