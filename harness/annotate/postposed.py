"""Candidates whose cue follows its content, or stands before its source: “P”, says S; according to S, P."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from harness.annotate.candidate import Candidate, Reading
from harness.annotate.cue_list import Cue
from harness.annotate.extent import BE, QUOTED, SEMICOLON, THAT, outside, parts
from harness.annotate.quotations import MARKS
from harness.annotate.source_guess import source_after, source_before

_AFTER_QUOTE = re.compile(rf"([{MARKS}])\s*,?\s*((?:[^\s{MARKS},.;:]+\s+){{0,5}})$")
_RELATIVE = re.compile(r"(?:which|that|who|and|but)\b")
_ENDS = re.compile(r"\s+(?:[^\s,.;:]+\s+){0,6}[^\s,.;:]+\s*[.,]\s*$")
_MORE = re.compile(rf"[^{MARKS}.]{{0,80}},\s*[{MARKS}]")
_INVERSION = re.compile(rf"[{MARKS}]\s*,?\s*([a-z]+(?:s|ed))\s+(?=(?:the\s+)?[A-Z])")
_CLOSE = re.compile(r"[^,:.;\n]{0,200}([,:])")
_BY, _TO = re.compile(r"\s+by\s+(?=\S)"), re.compile(r"\s+(?:to|as saying(?:\s+that)?)\s+(?=\S)")
_BEFORE = "quotation before"


def postposed(reading: Reading, cue: Cue, start: int, end: int) -> Candidate | None:
    """Read *“P”, says S*, *“P,” S said*, *P, says S*, and *“P. S continues.* whose closing mark is lost."""
    if "clause" not in cue.kinds or THAT.match(reading.text, cue.end, end):
        return None
    lead = reading.text[max(0, cue.start - 60) : cue.start]
    match = _AFTER_QUOTE.search(lead)
    if match and not _RELATIVE.match(match.group(2)):
        return _back(reading, cue.start - len(lead) + match.start(), cue, end, match.group(2))
    return _after_clause(reading, cue, start, end) or _after_unclosed(reading, cue, start, end)


def _after_clause(reading: Reading, cue: Cue, start: int, end: int) -> Candidate | None:
    """Read *P, says S.* without quotation marks."""
    comma = re.search(r",\s+$", reading.text[max(start, cue.start - 10) : cue.start])
    if not comma or cue.form not in ("s", "ed"):
        return None
    tail = reading.text[cue.end : min(end, cue.end + 200)]
    head = reading.text[start : cue.start - len(comma.group())]
    if not (_ENDS.match(tail) or re.match(r"\s+[A-Z]", tail)) or "," in head or len(head.split()) < 4:
        return None
    source = source_after(reading.text, cue.end, end)
    return reading.made([(start, start + len(head))], cue, source, "inversion")


def _after_unclosed(reading: Reading, cue: Cue, start: int, end: int) -> Candidate | None:
    """Read a sentence that is only *S continues* after a quotation that was never closed."""
    subject = reading.text[start : cue.start].lstrip()
    if len(subject) > 60 or len(subject.split()) > 4 or reading.words(cue.end, end):
        return None
    quote = reading.layout.quote(max(start - 1, 0))
    if quote is None or quote.closed:
        return None
    return reading.made([(quote.start, start)], cue, source_before(reading.text, start, cue.start), _BEFORE)


def _back(reading: Reading, mark: int, cue: Cue, end: int, subject: str) -> Candidate | None:
    """Make the candidate of a quotation that ends at ``mark``, and of what goes on after the cue."""
    quote = reading.layout.quote(mark - 1)
    if quote is None or quote.end != mark or len(reading.words(quote.start, mark)) < 4:
        return None
    if QUOTED.match(reading.text, cue.end, end) and not subject.strip():
        return None
    content = [(quote.start, mark)]
    if subject.strip():
        source = source_before(reading.text, mark + 1, cue.start)
    else:
        source = source_after(reading.text, cue.end, end)
    more = _MORE.match(reading.text, cue.end, reading.layout.paragraph(mark)[1])
    second = reading.layout.quote(more.end()) if more else None
    if second is not None and second.opened:
        content.append((second.start, second.end))
    return reading.made(content, cue, source, _BEFORE)


def inverted(reading: Reading, found: Collection[Candidate]) -> Iterator[Candidate]:
    """Read *“P”, <any verb> Name*: after a quotation the inversion itself attributes."""
    taken = {c.cue[0].start for c in found if c.cue}
    for match in _INVERSION.finditer(reading.text):
        begins, word = match.start(1), match.group(1)
        if begins in taken or not reading.in_body(begins) or reading.cues.pattern.fullmatch(word):
            continue
        cue = Cue(begins, match.end(1), word, ("clause",), "s", word)
        candidate = _back(reading, match.start(), cue, reading.layout.sentence(begins)[1], "")
        if candidate is not None:
            yield candidate


def phrase(reading: Reading, cue: Cue, start: int, end: int) -> Candidate | None:
    """Read *according to S, P* and *P, according to S*."""
    source = source_after(reading.text, cue.end, end)
    close = _CLOSE.match(reading.text, cue.end, end)
    if close and reading.words(close.end(), end):
        stretch = close.end(), outside(reading, SEMICOLON, close.end(), end)
        return reading.made(parts(reading, *stretch), cue, source, "phrase")
    return reading.made([(start, cue.start)], cue, source, "phrase")


def passive(reading: Reading, cue: Cue, start: int, end: int) -> Candidate | None:
    """Read *P was condemned by S* and *S is said to P*, *S was quoted as saying P*."""
    lead = reading.text[max(start, cue.start - 30) : cue.start]
    be = BE.search(lead)
    if cue.form != "ed" or not be:
        return None
    subject = max(start, cue.start - 30) + be.start()
    by, to = _BY.match(reading.text, cue.end, end), _TO.match(reading.text, cue.end, end)
    if by:
        begins = max(reading.text.rfind(mark, start, subject) for mark in (",", ";")) + 1 or start
        source = source_after(reading.text, by.end(), end)
        return reading.made([(begins, subject)], cue, source, "passive")
    if to and "clause" in cue.kinds:
        stretch = to.end(), outside(reading, SEMICOLON, to.end(), end)
        return reading.made([stretch], cue, source_before(reading.text, start, subject), "passive")
    return None
