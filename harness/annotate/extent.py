"""Where the content after a cue stands, and where it ends."""

from __future__ import annotations

import re
from collections.abc import Sequence

from harness.annotate.candidate import Reading, Stretch
from harness.annotate.cue_list import Cue
from harness.annotate.quotations import MARKS, Quote

_WORDS = rf"(?:\s+[^\s,;:.{MARKS}]+){{0,9}}?\s+"
THAT = re.compile(rf"{_WORDS}that\s+(?!is,)")
QUOTED = re.compile(rf"\s*[,:]?\s*(?=[{MARKS}])")
SEMICOLON = re.compile(r";\s")
_LATER = re.compile(r"\s*,?\s*(?:as|while|after|before|because|since|which|but|according|during|when)\b")
_JOINT = re.compile(rf"([{MARKS}])\s*,?\s+and(?:\s+that)?\s+(?=[{MARKS}]|\S+\s+[{MARKS}])")
_COLON = re.compile(rf"[^:.;{MARKS}]{{0,300}}:\s*(?=[{MARKS}]?\S)")
_OPENED, _TO = re.compile(rf"{_WORDS}(?=[{MARKS}])"), re.compile(rf"{_WORDS}to\s+")
_FOR, _OF = re.compile(rf"{_WORDS}for\s+"), re.compile(r"\s+(?:of|that)\s+")
_MARK, _COMMA = re.compile(rf"[{MARKS}]"), re.compile(r"[,;]\s")
_ADVERB = re.compile(r"\s*(?:(?:also|then|again|\w+ly|on \w+day|this|it)\b\s*)?[.,;]?\s*$")
_COORDINATED = re.compile(
    r"(?:[,;]|[,;]?\s+(?:and|but|while|or)\b)\s*(?:(?:also|then|\w+ly|has|have|had)\s+){0,2}$"
    r"|[,;]\s*(?:and|but|while|although|whereas)\s+(?:[^\s,;.]+\s+){0,4}$"
)
_LOST = re.compile(r"\(…\)|\(\.\.\.\)|\[…\]|\[\.\.\.\]")
_NO_SUBJECT = re.compile(
    r"(?:in|on|at|by|of|for|to|from|with|as|about|this|so|also|since|during|after|before|and|or|but|\w+ly)"
)
BE = re.compile(r"\b(?:is|are|was|were|be|been|being)\s+(?:\w+ly\s+)?$")
_IT = re.compile(r"\bit\s+(?:is|was|has been|had been)\s+(?:\w+ly\s+)?$", re.IGNORECASE)
_BEFORE_BASE = frozenset(["to", "will", "would", "must", "should", "they", "we", "i", "who", "and", "also"])
_DETERMINERS = frozenset(["the", "a", "an", "its", "their", "his", "her", "of", "these", "those", "such"])


def negated(reading: Reading, cue: Cue, start: int) -> bool:
    """Say whether one of the three words before a cue denies it."""
    lead = re.sub(r"\bNo\.\s*\d+", "", reading.text[max(start, cue.start - 40) : cue.start])
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
    colon = _COLON.match(reading.text, cue.end, end)
    if of:
        return of.end()
    return colon.end() if colon and reading.text[colon.end()] in MARKS else None


def _of_clause(reading: Reading, cue: Cue, end: int) -> int | None:
    """Read *says “P”*, *tells Y that P*, *says …: P*."""
    text, at = reading.text, cue.end
    match = QUOTED.match(text, at, end) or THAT.match(text, at, end)
    if match:
        return match.end()
    colon = _COLON.match(text, at, end)
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


def limit(reading: Reading, cue: Cue, start: int, end: int, later: Sequence[Cue]) -> int:
    """Cut the content where another cue, another clause or the article's own words begin."""
    text, quote = reading.text, _quote_from(reading, start)
    if quote is not None:
        if not quote.closed:
            return _unclosed(reading, quote)
        after = text[quote.end + 1 : end]
        if not re.search(r"\w", after) or _LATER.match(after) or after.lstrip().startswith((",", ";")):
            return quote.end
    end = _before_next(text, start, end, later)
    for match in _MARK.finditer(text, start, end):
        if reading.layout.quote(match.start() - 1) and _LATER.match(text, match.end(), end):
            end = match.start()
            break
    is_object = "clause" not in cue.kinds or text[cue.end : start].strip() == "of"
    is_object = is_object and "act_to" not in cue.kinds
    end = outside(reading, _COMMA if is_object else SEMICOLON, start, end)
    # an omission mark says that words are quoted, so where no marks are left they run on (R8)
    return reading.layout.paragraph(start)[1] if _LOST.search(text, start, end) else end


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
