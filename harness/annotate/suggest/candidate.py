"""A stretch of an article that may be an attributed statement, and how it is made from a reading."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from harness.annotate.suggest.cue_list import Cue, CueList
from harness.annotate.suggest.quotations import MARKS, Layout
from harness.records import Attribution, Span

Stretch = tuple[int, int]
WORD = re.compile(r"\w+(?:[’'-]\w+)*")
_EDGE = re.compile(rf"[\s{MARKS},.;:!?…–—-]+")
_DATELINE = re.compile(r"\s*[A-Z][\w’' .,-]{1,40}\([^)\n]{0,40}\)\s*[–—-]\s")
_FINISHED = re.compile(rf"[.!?…:;{MARKS})]\s*$")


@dataclass(frozen=True, slots=True)
class Candidate:
    """Content, cue and source spans and an attribution type, all guesses; ``rule`` says what found it."""

    content: tuple[Span, ...]
    cue: tuple[Span, ...]
    source: tuple[Span, ...]
    attribution: Attribution
    rule: str
    status: str = "proposed"

    def row(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return asdict(self)


@dataclass(frozen=True)
class Reading:
    """A text with its layout and the cues to look for; a cue's rules make candidates from it."""

    text: str
    layout: Layout
    cues: CueList

    @cached_property
    def body(self) -> frozenset[Stretch]:
        """Paragraphs that are no headline, caption or standfirst: they end like a sentence.

        A dateline (*City (Agency) –*) among the first paragraphs says that all before it is a standfirst.
        """
        kept = self.layout.paragraphs
        for i, (start, _) in enumerate(kept[:6]):
            if _DATELINE.match(self.text, start):
                kept = kept[i:]
                break
        return frozenset(p for p in kept if _FINISHED.search(self.text[max(p[0], p[1] - 20) : p[1]]))

    def in_body(self, at: int) -> bool:
        """Say whether an offset is in the body of the article."""
        return self.layout.paragraph(at) in self.body

    def quoted(self, at: int) -> bool:
        """Say whether an offset is inside a quotation that has both its marks."""
        quote = self.layout.quote(at)
        return quote is not None and quote.opened and quote.closed

    def words(self, start: int, end: int) -> list[str]:
        """Return the words between two offsets."""
        return WORD.findall(self.text[max(0, start) : end])

    def made(
        self, content: Iterable[Stretch], cue: Cue | None, source: Stretch | None, rule: str
    ) -> Candidate | None:
        """Return a candidate with trimmed content; None if fewer than two words are left of it."""
        spans = tuple(s for s in (self._trimmed(*c) for c in content) if s)
        if sum(len(WORD.findall(s.text)) for s in spans) < 2:
            return None
        return Candidate(
            spans,
            (self._span(cue.start, cue.end),) if cue else (),
            (self._span(*source),) if source else (),
            self._attribution(spans),
            rule,
        )

    def _span(self, start: int, end: int) -> Span:
        return Span(start, end, self.text[start:end])

    def _trimmed(self, start: int, end: int) -> Span | None:
        """Strip quotation marks, spaces and punctuation from both ends (R7)."""
        lead = _EDGE.match(self.text, start, end)
        start = lead.end() if lead else start
        while end > start and _EDGE.fullmatch(self.text[end - 1]):
            end -= 1
        return self._span(start, end) if end > start else None

    def _attribution(self, spans: tuple[Span, ...]) -> Attribution:
        """Guess the type from how much of the content is inside quotation marks (R8)."""
        quotes = {q for s in spans for q in self.layout.quotes_in(s.start, s.end)}
        inside = sum(max(0, min(q.end, s.end) - max(q.start, s.start)) for q in quotes for s in spans)
        if inside >= 0.9 * sum(s.end - s.start for s in spans):
            return "direct"
        longest = max((len(self.words(q.start, q.end)) for q in quotes), default=0)
        return "mixed" if longest > 3 else "indirect"


def overlap(a: tuple[Span, ...], b: tuple[Span, ...]) -> float:
    """Return the Jaccard index of the characters of two contents, from 0 to 1.

    The spans of one content do not overlap, as in every valid statement.
    """
    common = sum(max(0, min(x.end, y.end) - max(x.start, y.start)) for x in a for y in b)
    total = sum(s.end - s.start for s in (*a, *b)) - common
    return common / total if total else 0.0
