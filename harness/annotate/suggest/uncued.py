"""Quotations that no listed cue governs: under another verb, going on from a statement, or alone."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from harness.annotate.suggest.candidate import Candidate, Reading, Stretch
from harness.annotate.suggest.cue_list import Cue
from harness.annotate.suggest.extent_end import VERB
from harness.annotate.suggest.noun_phrase import AUXILIARIES, CLOSES, NAME, PRONOUNS, is_subject
from harness.annotate.suggest.postposed import quotation_before
from harness.annotate.suggest.quotations import MARKS, Quote
from harness.annotate.suggest.source_guess import source_before

_INVERSION = re.compile(rf"([{MARKS}])\s*,?\s*([a-z]+(?:s|ed))\s+(?=(?:the\s+)?[A-Z])")
_SET_OFF = re.compile(
    rf"(?:,[{MARKS}]|[^,][{MARKS}]\s*,)\s+(?!(?:and|but|or|which|who|as|while|that|when)\b)(?=\w)"
)
_CLAUSE = re.compile(rf"[^,.;:!?…–—{MARKS}\n]{{0,150}}")
_VERB = re.compile(
    rf"\b(?!(?:{AUXILIARIES}|its|his|this|as)\b)(?:[a-z]+(?:ed|s)|went|began|thought|shot|sang)(?=\s*$|\s+{CLOSES}|\s+(?:the|an?|his|her|back)\b)"
)
_VERB_FIRST = re.compile(
    rf"(?!(?:{AUXILIARIES})\b)[a-z]+(?:ed|s)(?=\s+(?:(?:the|an?|his|her|its|their)\s|[A-Z]))"
)
_ASKED = re.compile(rf"[?!][{MARKS}]\s+(?=\w)")
_NAMED = re.compile(
    rf"\W*(?!(?i:{PRONOUNS})\b|(?:In|On|At|As|But|And|For|This|That)\b)({NAME})(?=:|\s+{VERB.pattern})"
)
Place = tuple[int, int, int, str]
"""A closing mark, the start and end of a verb after it, and the words between them."""
_NEAR, _LEAST = 40, 6
"""A quotation without a cue has at least so many words; it continues what ends so many characters before."""


def unlisted(reading: Reading, found: Collection[Candidate]) -> Iterator[Candidate]:
    """Read *“P”, <any verb> Name* and *“P,” S <any verb>*: the place after a quotation itself attributes."""
    taken = {c.cue[0].start for c in found if c.cue}
    covered = {reading.layout.quote(s.end - 1) for c in found for s in c.content} - {None}
    for mark, start, end, subject in sorted({*_inversions(reading), *_reporting_clauses(reading)}):
        if start in taken or reading.layout.quote(mark - 1) in covered or not reading.in_body(start):
            continue
        taken.add(start)
        cue = Cue(start, end, reading.text[start:end], ("clause",), "s", reading.text[start:end])
        candidate = quotation_before(reading, mark, cue, reading.layout.sentence(start)[1], subject)
        if candidate is not None:
            yield candidate


def _inversions(reading: Reading) -> Iterator[Place]:
    for match in _INVERSION.finditer(reading.text):
        if not reading.cues.pattern.fullmatch(match.group(2)):
            yield match.start(1), *match.span(2), ""


def _reporting_clauses(reading: Reading) -> Iterator[Place]:
    """Find the verb of the clause that a comma divides from a quotation with which its sentence begins."""
    for quote in reading.layout.quotes:
        begins = _set_off(reading, quote) or _after_question(reading, quote)
        if begins is None or reading.words(reading.layout.sentence(quote.start)[0], quote.start):
            continue
        verb = _verb(reading, begins, sure=_set_off(reading, quote) is not None)
        if verb is not None:
            yield quote.end, *verb, reading.text[begins : verb[0]]


def _verb(reading: Reading, begins: int, *, sure: bool) -> Stretch | None:
    """Return the verb of a reporting clause; where nothing sets it off, a listed one or the last word."""
    text = reading.text
    first = _VERB_FIRST.match(text, begins)
    if first:
        return first.span()
    clause = _CLAUSE.match(text, begins)
    verbs = list(_VERB.finditer(text, begins, clause.end())) if clause else []
    for verb in sorted(verbs, key=lambda m: m.group().endswith("s")):
        subject = text[begins : verb.start()]
        known = sure or verb.end() == verb.endpos or reading.cues.pattern.fullmatch(verb.group())
        if known and is_subject(subject) and source_before(text, begins, verb.start()):
            return verb.span()
    return None


def _after_question(reading: Reading, quote: Quote) -> int | None:
    """Return where the words begin after a quotation that is a question or a call (*“P?” S asked*)."""
    match = _ASKED.match(reading.text, quote.end - 1) if quote.closed else None
    return match.end() if match and match.end() < reading.layout.paragraph(quote.start)[1] else None


def _set_off(reading: Reading, quote: Quote) -> int | None:
    """Return where the words begin that a comma divides from a quotation's end; None if there are none."""
    match = _SET_OFF.match(reading.text, quote.end - 1) if quote.closed else None
    return match.end() if match and match.end() < reading.layout.paragraph(quote.start)[1] else None


def with_quotations(reading: Reading, found: Sequence[Candidate]) -> list[Candidate]:
    """Propose quotations that nothing covers; one just after a candidate continues it (R13)."""
    taken = bytearray(len(reading.text))
    for c in found:
        for span in c.content:
            taken[span.start : span.end] = b"\1" * (span.end - span.start)
    by_end = sorted(found, key=lambda c: c.content[-1].end)
    for quote in reading.layout.quotes:
        free = quote.opened and not any(taken[quote.start : quote.end]) and reading.in_body(quote.start)
        if not free or len(reading.words(quote.start, quote.end)) < _LEAST:
            continue
        at = bisect_right(by_end, quote.start, key=lambda c: c.content[-1].end) - 1
        last = by_end[at] if at >= 0 else None
        source = _own_source(reading, quote)
        made = reading.made([(quote.start, quote.end)], None, source, "quotation")
        if made is None:
            continue
        near = last is not None and quote.start - last.content[-1].end <= _NEAR
        if last is not None and near and not _apart(reading, quote, made, last):
            by_end.pop(at)
            made = replace(last, content=(*last.content, *made.content))
        by_end.insert(bisect_right(by_end, made.content[-1].end, key=lambda c: c.content[-1].end), made)
    return by_end


def _apart(reading: Reading, quote: Quote, made: Candidate, last: Candidate) -> bool:
    """Say whether a quotation has its own reporting clause or, in a new sentence, its own source (R13)."""
    if _set_off(reading, quote) is not None:
        return True
    known = {s.text for s in last.source}
    new_sentence = reading.layout.sentence(quote.start)[0] >= last.content[-1].end
    return new_sentence and any(s.text not in known for s in made.source)


def _own_source(reading: Reading, quote: Quote) -> Stretch | None:
    """Return the name with which the sentence of a quotation begins (*Vale: “P”*, *Vale has “always …”*)."""
    start = reading.layout.sentence(quote.start)[0]
    match = _NAMED.match(reading.text, start, quote.start)
    return match.span(1) if match else None
