"""Whether a cue governs content after it, and where that begins."""

from __future__ import annotations

import re

from harness.annotate.suggest.candidate import Reading, Stretch
from harness.annotate.suggest.cue_list import Cue
from harness.annotate.suggest.noun_phrase import PREPOSITIONS
from harness.annotate.suggest.quotations import MARKS

_WORDS = rf"(?:\s+[^\s,;:.{MARKS}]+){{0,9}}?\s+"
_TIMES = "day|night|morning|afternoon|evening|weekend|week|month|summer|autumn|winter|spring|year|decade|time"
_THAT_ONE = (
    rf"(?:same|very)\s|(?:{_TIMES})(?:\s*[^\w\s]|\s+(?:that|and|{PREPOSITIONS})\b)|is,|\w+\s*(?:[.!?]|$)"
)
_GOVERNED = "".join(
    rf"(?<!\s{p})"
    for p in ("of", "in", "on", "at", "by", "to", "for", "from", "with", "after", "before", "about")
)
THAT = re.compile(rf"(?:\s+[^\s,;:.{MARKS}]+){{0,9}}?{_GOVERNED}\s+that\s+(?!{_THAT_ONE})")
"""*that* before a clause; *that week* and what a preposition governs (*of that year*) point at something."""
QUOTED = re.compile(rf"\s*[,:]?\s*(?=[{MARKS}])")
COLON = re.compile(rf"[^:.;{MARKS}]{{0,300}}:\s*(?=[{MARKS}]?\S)")
_OPENED, _TO = re.compile(rf"{_WORDS}(?=[{MARKS}])"), re.compile(rf"{_WORDS}to\s+")
_FOR, _OF = re.compile(rf"{_WORDS}for\s+"), re.compile(r"\s+(?:of|that)\s+")
_ADVERB = re.compile(r"\s*(?:(?:also|then|again|\w+ly|on \w+day|this|it)\b\s*)?[.,;]?\s*$")
_NO_SUBJECT = re.compile(
    r"(?:in|on|at|by|of|for|to|from|with|as|about|this|so|also|since|during|after|before|and|or|but|\w+ly)"
)
_MARK, _PAUSE = re.compile(rf"[{MARKS}]"), re.compile(r"[,;:–—]")
BE = re.compile(r"\b(?:is|are|was|were|be|been|being)\s+(?:\w+ly\s+)?$")
_IT = re.compile(r"\bit\s+(?:is|was|has been|had been)\s+(?:\w+ly\s+)?$", re.IGNORECASE)
_BEFORE_BASE = frozenset(["to", "will", "would", "must", "should", "they", "we", "i", "who", "and", "also"])
_DETERMINERS = frozenset(["the", "a", "an", "its", "their", "his", "her", "of", "these", "those", "such"])


def negated(reading: Reading, cue: Cue, start: int) -> bool:
    """Say whether one of the three words before a cue denies it.

    What a mark, or a comma before the cue's subject, divides from it is another clause: *“Never,” S said*.
    """
    lead = re.sub(r"\bNo\.\s*\d+", "", reading.text[max(start, cue.start - 40) : cue.start])
    lead = _MARK.split(lead)[-1]
    clause = _PAUSE.split(lead)[-1]
    if cue.form in ("s", "ed") or clause.strip():  # not so: *did not, however, say*
        lead = clause
    before = re.findall(r"\w+(?:[’'-]\w+)*", lead)[-3:]
    negations = set(reading.cues.negations)
    return any(w.lower() in negations or w.lower().endswith(("n't", "n’t")) for w in before)


def content(reading: Reading, cue: Cue, start: int, end: int) -> Stretch | None:
    """Return where in its sentence the content after a cue may stand; None if the cue governs none."""
    if _passive(reading, cue, start):
        return None
    at = None
    if "noun" in cue.kinds:
        at = _of_noun(reading, cue, end)
    if at is None and "clause" in cue.kinds:
        at = _of_clause(reading, cue, end)
    if at is None and cue.kinds != ("noun",) and not _deed(reading, cue, start):
        at = _of_act(reading, cue, end)
    return None if at is None else (at, end)


def _of_noun(reading: Reading, cue: Cue, end: int) -> int | None:
    """Read *announcements of X*, *a statement …: “P”*."""
    of = _OF.match(reading.text, cue.end, end)
    colon = COLON.match(reading.text, cue.end, end)
    if of:
        return of.end()
    return colon.end() if colon and reading.text[colon.end()] in MARKS else None


def _of_clause(reading: Reading, cue: Cue, end: int) -> int | None:
    """Read *says “P”*, *tells Y that P*, *says …: P*."""
    text, at = reading.text, cue.end
    match = QUOTED.match(text, at, end) or THAT.match(text, at, end)
    if match:
        return match.end()
    colon = COLON.match(text, at, end)
    if colon and (text[colon.end()] in MARKS or not reading.words(at, colon.end() - 1)):
        return colon.end()
    return None


def _of_act(reading: Reading, cue: Cue, end: int) -> int | None:
    """Read *vows to P*, *thanks Y for P*, *condemns P*, and *says P* without *that*."""
    text, at = reading.text, cue.end
    if "act_to" in cue.kinds:
        match = _TO.match(text, at, end) or _OPENED.match(text, at, end)
        return match.end() if match else None
    if "act_for" in cue.kinds:
        match = _FOR.match(text, at, end)
        return match.end() if match else None
    if cue.word in reading.cues.doubtful:
        return None
    if "act" in cue.kinds:
        return at if QUOTED.match(text, at, end) or not _ADVERB.match(text, at, end) else None
    first = reading.words(at, min(end, at + 60))[:1]
    return at if cue.form != "base" and first and not _NO_SUBJECT.fullmatch(first[0]) else None


def _deed(reading: Reading, cue: Cue, start: int) -> bool:
    """Say whether a verb is more likely a noun, or names what is done and not what is said (R14)."""
    if cue.lemma in reading.cues.deeds and cue.form == "ing":
        return True
    before = reading.words(max(start, cue.start - 30), cue.start)
    last = before[-1].lower() if before else ""
    if cue.form == "base":
        return last not in _BEFORE_BASE or cue.lemma in reading.cues.deeds
    return last in _DETERMINERS


def _passive(reading: Reading, cue: Cue, start: int) -> bool:
    """Say whether a participle has its actor after *by*, or none at all; *it was said that* has content."""
    if cue.form != "ed":
        return False
    before = reading.text[max(start, cue.start - 30) : cue.start]
    if _IT.search(before):
        return False
    return bool(BE.search(before) or re.match(r"\s+by\b", reading.text[cue.end : cue.end + 8]))
