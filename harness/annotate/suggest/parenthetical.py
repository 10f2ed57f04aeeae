"""Candidates around or before a reporting clause that commas or dashes set off: P, she said, Q; P, says S."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from harness.annotate.suggest.candidate import Candidate, Reading, Stretch
from harness.annotate.suggest.cue_list import Cue
from harness.annotate.suggest.extent import THAT
from harness.annotate.suggest.extent_end import SEMICOLON, VERB, limit, outside, parts
from harness.annotate.suggest.noun_phrase import AUXILIARIES, WEEKDAY, is_subject
from harness.annotate.suggest.quotations import MARKS
from harness.annotate.suggest.source_guess import source_after, source_before

_OPENS = re.compile(
    rf"(?:,\s*[{MARKS}]?|[{MARKS}]\s*,|\s(?P<dash>[–—-]))\s+(?P<subject>(?:[^\s,.;:{MARKS}–—]+\s+){{0,10}})$"
)
_CLOSES = re.compile(
    rf"(?P<rest>(?:[^,.;:–—{MARKS}]|(?<=\b[A-Z])\.|(?<=\b[DM]r)\.|(?<=\bMs)\.){{0,120}}?)"
    rf"(?:,\s+|\s(?P<dash>[–—-])\s+|(?P<stop>\s*[.!?…]*[{MARKS}]*\s*$))"
)
_SPEAKER = re.compile(
    rf"\s+(?!{WEEKDAY}\b)(?:(?:the|an?|his|her|its|their|our|one|two|some|several)\s|[A-Z])"
)
_ADDRESSED = frozenset(["tell", "assure", "inform", "remind"])
_ASIDE = re.compile(
    r"\s*(?:$|(?:in|at|on|to|from|during|after|before|via|as|yesterday|today|later|then|again|also|last|earlier|this"
    rf"|that|\w+ly|{WEEKDAY})\b)"
)
_COORDINATED = re.compile(r"[,;]\s+(?:and|but|while|whereas|although|yet|so)\s+|[;:]\s+")
_CONNECTIVE = re.compile(
    r"\s*(?:(?:However|Moreover|Meanwhile|Still|Indeed|Instead|Besides|But|And|Yet|So)\b,?\s*)+"
)
_FINITE = re.compile(rf"\b(?:{AUXILIARIES})\b")
_OPEN_CLAUSE = re.compile(
    r"[\W_]*(?:If|When|While|As|Because|Although|Though|Once|Unless|After|Before|Since|Until|Where|What|Whether)\b"
)
_ADVERBIAL = re.compile(r"[\W_]*(?:In|On|At|For|From|With|By|To|Under|Despite|During|Over|\w+(?:ing|ed))\b")
_NO_SEQUEL = re.compile(
    r"(?:as|while|after|before|because|since|which|who|whose|but|and|or|according|during|when|although|though|whereas"
    r"|that|\w+ing)\b"
)
_APPOSITION = re.compile(
    rf"(?:(?:an?|the|one|his|her|its|their|head|chief|\d+)\b|\w+\s+(?:of|at|for)\b)(?:[^,;:{MARKS}]{{0,200}},\s+)?"
)
_CLOSE = re.compile(r"[^,:.;\n]{0,200}([,:]\s*)")
_LEAST = 4
"""Words that content has at least where nothing follows its reporting clause."""


def around(reading: Reading, cue: Cue, start: int, end: int, later: Sequence[Cue]) -> Candidate | None:
    """Read *P, she said, Q*, *“P”, says S, “Q”*, *P – S insists – Q* and *P, S said*."""
    text = reading.text
    before = _OPENS.search(text, max(start, cue.start - 150), cue.start)
    after = _CLOSES.match(text, cue.end, end)
    speech = "clause" in cue.kinds or "act_to" in cue.kinds
    if not speech or not before or not after or THAT.match(text, cue.end, after.end("rest")):
        return None
    first = _before(text, start, before.start())
    source = _speaker(text, cue, before, after)
    if first is None or source is None or bool(before["dash"]) != bool(after["dash"]):
        return None
    begins = end if after["stop"] is not None else after.end()
    verb_follows = VERB.match(text, begins, end)
    if not verb_follows and (_quoted_words(reading, first) >= _LEAST or cue.word in reading.cues.doubtful):
        return None
    second = _sequel(reading, first, (begins, end), inverted=not before["subject"])
    if second is None:
        return None
    said = replace(cue, kinds=("clause",))  # *she promised* takes a clause here
    rest = parts(reading, second, limit(reading, said, second, end, later)) if second < end else []
    return reading.made([first, *rest], cue, source, "parenthetical")


def phrase(reading: Reading, cue: Cue, start: int, end: int) -> Candidate | None:
    """Read *according to S, P*, *P, according to S* and *P, according to S, Q*."""
    text, source = reading.text, source_after(reading.text, cue.end, end)
    close = _CLOSE.match(text, cue.end, end)
    if not close or not reading.words(close.end(), end):
        return reading.made([(start, cue.start)], cue, source, "phrase")
    begins, content = close.end(), []
    before = _OPENS.search(text, max(start, cue.start - 10), cue.start)
    first = _before(text, start, before.start()) if before and "," in close.group(1) else None
    then = _sequel(reading, first, (begins, end), inverted=True) if first else None
    if first and then is not None:
        begins, content = then, [first]
    content += parts(reading, begins, outside(reading, SEMICOLON, begins, end)) if begins < end else []
    return reading.made(content, cue, source, "phrase")


def _speaker(text: str, cue: Cue, before: re.Match[str], after: re.Match[str]) -> Stretch | None:
    """Return the subject of a reporting clause, None if the words around the cue make up no such clause."""
    if before["subject"]:
        alone = _ASIDE.match(after["rest"]) or cue.lemma in _ADDRESSED
        if alone and is_subject(before["subject"]):
            return source_before(text, before.start("subject"), cue.start)
    elif cue.form in ("s", "ed") and _SPEAKER.match(after["rest"]):
        return source_after(text, cue.end, after.end("rest"))
    return None


def _before(text: str, start: int, end: int) -> Stretch | None:
    """Return the clause before a reporting clause; None if only a connective or *which* stands there."""
    for match in _COORDINATED.finditer(text, start, end):
        start = match.end()
    connective = _CONNECTIVE.match(text, start, end)
    start = connective.end() if connective else start
    head = text[start:end]
    no_clause = not re.search(r"\w", head) or re.search(r"\b(?:which|who|that|and|but)\W*$", head)
    return None if no_clause else (start, end)


def _sequel(reading: Reading, first: Stretch, second: Stretch, *, inverted: bool) -> int | None:
    """Return where the content goes on after a reporting clause: at the end if not; None if it is none.

    Parameters
    ----------
    reading : Reading
    first, second : Stretch
        What stands before and after the reporting clause.
    inverted : bool
        The source follows the cue, so that what follows may be an apposition to it.
    """
    text, (begins, end) = reading.text, second
    opens = text[begins : begins + 1] in MARKS and begins < end
    if opens and not _quoted_words(reading, first) and text[begins + 1 : begins + 2].isupper():
        return None  # In Porto, she said, “We …”: what stands before is the article's
    if opens or VERB.match(text, begins, end):
        return begins
    head = text[slice(*first)]
    complete = _FINITE.search(head) and not _OPEN_CLAUSE.match(head)
    open_ended = not complete and (_OPEN_CLAUSE.match(head) or _ADVERBIAL.match(head))
    short = not complete and len(reading.words(*first)) < _LEAST
    if begins < end and not _NO_SEQUEL.match(text, begins, end):
        apposition = _APPOSITION.match(text, begins, end) if inverted else None
        if apposition and VERB.match(text, apposition.end(), end):
            return apposition.end()
        if not complete and not apposition and (open_ended or short or not inverted):
            return begins
    return None if short or (open_ended and "," not in head) else end


def _quoted_words(reading: Reading, first: Stretch) -> int:
    """Return how many words the quotation has with which a stretch ends; 0 without one."""
    quote = reading.layout.quote(first[1] - 1)
    ends = quote is not None and quote.closed and quote.end <= first[1] + 1
    return len(reading.words(quote.start, quote.end)) if quote is not None and ends else 0
