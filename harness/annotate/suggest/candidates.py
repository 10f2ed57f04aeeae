"""Candidate statements of an article, by rules over cues and quotation marks; proposals, never labels.

Written from section 1 of the codebook: recall before precision. A candidate has content, cue and source
spans and an attribution type, all guesses for an annotator to accept, mend or discard. Nothing here looks
at stance. No text makes it fail.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace

from harness.annotate.suggest.candidate import WORD, Candidate, Reading, overlap
from harness.annotate.suggest.cue_list import Cue, CueList, shipped_cues
from harness.annotate.suggest.extent import content, negated
from harness.annotate.suggest.extent_end import limit, parts
from harness.annotate.suggest.parenthetical import around, phrase
from harness.annotate.suggest.postposed import passive, postposed
from harness.annotate.suggest.quotations import layout
from harness.annotate.suggest.source_guess import source_before, source_of_noun
from harness.annotate.suggest.uncued import unlisted, with_quotations

__all__ = ["Candidate", "candidates", "overlap"]
_CONTINUED = re.compile(r",\W*\s*which\s+(?:he|she|it|they)\s+$")
_COORDINATED = re.compile(r"(?:,|\b(?:and|but|while|or))\s*(?:(?:also|then|\w+ly)\s+){0,2}$")
_RANK = {"act": 1, "act_to": 1, "act_for": 1, "noun": 2, "phrase": 3}
"""Which of two candidates with mostly the same content goes: the one of the higher rank."""
_FARTHEST = 2000
"""Characters before and after a cue that its rules look at; no sentence that is one is as long."""


def candidates(text: str, cues: CueList | None = None) -> list[Candidate]:
    """Propose the statements of a text, in the order of their content.

    Parameters
    ----------
    text : str
        Any text; spans are half-open code-point offsets into it, and ``text[start:end]`` is their text.
    cues : CueList, optional
        The shipped list without one.

    Returns
    -------
    list of Candidate
        Contents may overlap where two cues could govern the same words.
    """
    reading = Reading(text, layout(text), shipped_cues() if cues is None else cues)
    places = [c for c in reading.cues.find(text) if reading.in_body(c.start) and not reading.quoted(c.start)]
    found: list[Candidate] = []
    for number, cue in enumerate(places):
        candidate = _of_cue(reading, cue, places, number)
        if candidate is not None:
            found.append(_with_source(reading, candidate, found))
    found += unlisted(reading, found)
    found = _continued(reading, _without_doubles(found))
    found = with_quotations(reading, found)
    return sorted(_innermost(reading, found), key=lambda c: (c.content[0].start, c.content[-1].end))


def _of_cue(reading: Reading, cue: Cue, places: Sequence[Cue], number: int) -> Candidate | None:
    start, end = reading.layout.sentence(cue.start)
    start, end = max(start, cue.start - _FARTHEST), min(end, cue.end + _FARTHEST)
    if negated(reading, cue, start):
        return None
    if "phrase" in cue.kinds:
        return phrase(reading, cue, start, end)
    later = places[number + 1 : number + 20]
    before = (
        passive(reading, cue, start, end)
        or around(reading, cue, start, end, later)
        or postposed(reading, cue, start, end)
    )
    if before is not None:
        return before
    stretch = content(reading, cue, start, end)
    if stretch is None:
        return None
    ends = limit(reading, cue, *stretch, later)
    source = (source_of_noun if "noun" in cue.kinds else source_before)(reading.text, start, cue.start)
    return reading.made(parts(reading, stretch[0], ends), cue, source, cue.kinds[0])


def _with_source(reading: Reading, c: Candidate, found: Sequence[Candidate]) -> Candidate:
    """Give a coordinated act without a subject of its own the source of the act before it."""
    if not found or not found[-1].cue or not found[-1].source or not c.cue:
        return c
    before, at = found[-1].cue[0], c.cue[0].start
    if before.end > at or reading.layout.sentence(before.start) != reading.layout.sentence(at):
        return c
    joined = _COORDINATED.search(reading.text[max(before.end, at - 60) : at])
    return replace(c, source=found[-1].source) if joined or not c.source else c


def _without_doubles(found: Sequence[Candidate]) -> list[Candidate]:
    """Keep one of the candidates whose contents are mostly the same: the one whose cue is nearest."""
    kept: list[Candidate] = []
    cells: dict[int, list[Candidate]] = {}
    for c in sorted(found, key=lambda c: (_RANK.get(c.rule, 0), -(c.cue[0].start if c.cue else 0))):
        around = range(c.content[0].start >> 9, (c.content[-1].end >> 9) + 1)
        near = {id(other): other for cell in around for other in cells.get(cell, ())}
        if not any(overlap(c.content, other.content) >= 0.5 for other in near.values()):
            kept.append(c)
            for cell in around:
                cells.setdefault(cell, []).append(c)
    return kept


def _continued(reading: Reading, found: Sequence[Candidate]) -> list[Candidate]:
    """Give *which he says is “Y”* to the statement that it continues (R5)."""
    out: list[Candidate] = []
    for c in sorted(found, key=lambda c: c.content[0].start):
        lead = reading.text[max(0, c.cue[0].start - 25) : c.cue[0].start] if c.cue else ""
        last = out[-1] if out else None
        follows = last is not None and last.content[-1].end <= c.content[0].start
        if last is not None and follows and last.cue and _CONTINUED.search(lead):
            out[-1] = replace(last, content=(*last.content, *c.content), cue=(*last.cue, *c.cue))
        else:
            out.append(c)
    return out


def _innermost(reading: Reading, found: Sequence[Candidate]) -> list[Candidate]:
    """Keep the inner of two nested candidates where an outlet only passes it on, else the outer."""
    cued = sorted((c for c in found if c.cue), key=lambda c: c.cue[0].start)
    outlets, drop = set(reading.cues.outlets), set()
    for outer in found:
        words = {w.lower() for s in outer.source for w in WORD.findall(s.text)}
        passes_on = outer.rule == "phrase" or not words.isdisjoint(outlets)
        for span in outer.content:
            first = bisect_left(cued, span.start, key=lambda c: c.cue[0].start)
            last = bisect_left(cued, span.end, key=lambda c: c.cue[0].start)
            for inner in cued[first:last]:
                if inner is not outer:
                    drop.add(id(outer if passes_on else inner))
    return [c for c in found if id(c) not in drop]
