"""Candidates whose cue follows what it governs: “P”, says S; P was condemned by S."""

from __future__ import annotations

import re

from harness.annotate.suggest.candidate import Candidate, Reading
from harness.annotate.suggest.cue_list import Cue
from harness.annotate.suggest.extent import BE, COLON, QUOTED, THAT, content
from harness.annotate.suggest.extent_end import SEMICOLON, outside
from harness.annotate.suggest.quotations import MARKS
from harness.annotate.suggest.source_guess import source_after, source_before

_AFTER_QUOTE = re.compile(rf"([{MARKS}])\s*(,?)\s*((?:[^\s{MARKS},.;:]+\s+){{0,10}})$")
_RELATIVE = re.compile(r"(?:which|that|who|and|but)\b")
_MORE = re.compile(rf"(?:(?!\b(?:while|whereas|but)\b)[^{MARKS}.]){{0,80}},\s*[{MARKS}]")
_BY, _TO = re.compile(r"\s+by\s+(?=\S)"), re.compile(r"\s+(?:to|as saying(?:\s+that)?)\s+(?=\S)")
_NEAR = 5
"""Words between a quotation and its cue where no comma says that the cue belongs to it."""
BEFORE = "quotation before"


def postposed(reading: Reading, cue: Cue, start: int, end: int) -> Candidate | None:
    """Read *“P”, says S*, *“P,” S said* and *“P. S continues.* whose closing mark is lost."""
    text = reading.text
    if "clause" not in cue.kinds or THAT.match(text, cue.end, end):
        return None
    match = _AFTER_QUOTE.search(text, max(0, cue.start - 150), cue.start)
    if match is None or _RELATIVE.match(match.group(3)):
        return _after_unclosed(reading, cue, start, end)
    mark, subject = match.start(), match.group(3)
    set_off = match.group(2) or text[mark - 1 : mark] in (",", "?", "!")
    if len(subject.split()) > _NEAR and not set_off:
        return None
    if mark < start and subject and _governs(reading, cue, mark, (start, end)):
        return None
    return quotation_before(reading, mark, cue, end, subject)


def _governs(reading: Reading, cue: Cue, mark: int, sentence: tuple[int, int]) -> bool:
    """Say whether a cue in the sentence after a quotation has content of its own (*“P.” S said: “Q.”*)."""
    text, (start, end) = reading.text, sentence
    if QUOTED.match(text, cue.end, end) or COLON.match(text, cue.end, end):
        return True
    return text[mark - 1] not in "?!" and content(reading, cue, start, end) is not None


def _after_unclosed(reading: Reading, cue: Cue, start: int, end: int) -> Candidate | None:
    """Read a sentence that is only *S continues* after a quotation that was never closed."""
    subject = reading.text[start : cue.start].lstrip()
    if len(subject) > 60 or len(subject.split()) > 4 or reading.words(cue.end, end):
        return None
    quote = reading.layout.quote(max(start - 1, 0))
    if quote is None or quote.closed:
        return None
    return reading.made([(quote.start, start)], cue, source_before(reading.text, start, cue.start), BEFORE)


def quotation_before(reading: Reading, mark: int, cue: Cue, end: int, subject: str) -> Candidate | None:
    """Make the candidate of a quotation that ends at ``mark``, and of what goes on after the cue."""
    quote = reading.layout.quote(mark - 1)
    if quote is None or quote.end != mark or len(reading.words(quote.start, mark)) < 4:
        return None
    if QUOTED.match(reading.text, cue.end, end) and not subject.strip():
        return None
    stretches = [(quote.start, mark)]
    if subject.strip():
        source = source_before(reading.text, mark + 1, cue.start)
    else:
        source = source_after(reading.text, cue.end, end)
    more = _MORE.match(reading.text, cue.end, reading.layout.paragraph(mark)[1])
    second = reading.layout.quote(more.end()) if more else None
    if second is not None and second.opened:
        stretches.append((second.start, second.end))
    return reading.made(stretches, cue, source, BEFORE)


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
