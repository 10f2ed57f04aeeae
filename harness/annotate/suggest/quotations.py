"""Paragraphs, quotations and sentences of an article, for copies with broken quotation marks too."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

MARKS = '“”„‟«»"＂'
_OPENING, _CLOSING = "“„‟«", "”»"
_MARK = re.compile(f"[{MARKS}]")
_END = re.compile(rf"[.!?…]+[{MARKS})\]]*(?=\s*\S)|[”»](?=[A-Z])")
_NEXT = re.compile(rf"\s*[{MARKS}(\[]*\s*")
_ABBREVIATION = re.compile(r"(?:^|[\s(])(?:Mr|Mrs|Ms|Dr|Prof|Gen|St|No|Jr|Sr|Sen|Rep|vs|etc|[A-Z])\.$")


@dataclass(frozen=True, slots=True)
class Quote:
    """A quotation: half-open offsets of what is between the marks, and which of the two marks are there."""

    start: int
    end: int
    opened: bool
    closed: bool


@dataclass(frozen=True)
class Layout:
    """The parts of a text, each in order."""

    text: str
    paragraphs: tuple[tuple[int, int], ...]
    sentences: tuple[tuple[int, int], ...]
    quotes: tuple[Quote, ...]

    def sentence(self, at: int) -> tuple[int, int]:
        """Return the sentence that an offset is in, or the last one that begins before it."""
        return _at(self.sentences, at)

    def paragraph(self, at: int) -> tuple[int, int]:
        """Return the paragraph that an offset is in."""
        return _at(self.paragraphs, at)

    def quote(self, at: int) -> Quote | None:
        """Return the quotation around an offset."""
        i = bisect_right(self.quotes, at, key=lambda q: q.start) - 1
        return self.quotes[i] if i >= 0 and self.quotes[i].end > at else None

    def quotes_in(self, start: int, end: int) -> tuple[Quote, ...]:
        """Return the quotations that share characters with a stretch."""
        first = max(bisect_right(self.quotes, start, key=lambda q: q.start) - 1, 0)
        last = bisect_left(self.quotes, end, key=lambda q: q.start)
        return tuple(q for q in self.quotes[first:last] if q.end > start)

    def sentences_in(self, start: int, end: int) -> tuple[tuple[int, int], ...]:
        """Return the sentences that begin in a stretch."""
        first = bisect_left(self.sentences, start, key=lambda s: s[0])
        return self.sentences[first : bisect_left(self.sentences, end, key=lambda s: s[0])]


def _at(spans: tuple[tuple[int, int], ...], at: int) -> tuple[int, int]:
    i = bisect_right(spans, at, key=lambda s: s[0]) - 1
    return spans[max(i, 0)] if spans else (0, 0)


def layout(text: str) -> Layout:
    """Find paragraphs (lines), quotations and sentences; a sentence never ends inside a closed quotation."""
    paragraphs, sentences, quotes = [], [], []
    for match in re.finditer(r"[^\n]*\S[^\n]*", text):
        start, end = match.span()
        found = list(_quotes(text, start, end))
        paragraphs.append((start, end))
        quotes += found
        sentences += list(_sentences(text, start, end, found))
    return Layout(text, tuple(paragraphs), tuple(sentences), tuple(quotes))


def _opens(text: str, at: int, inside: bool) -> bool:
    """Say whether a mark opens a quotation: by what stands around it, then by its shape."""
    before, after = text[at - 1 : at] or " ", text[at + 1 : at + 2] or " "
    if not before.isspace() and before not in "([–—" and (after.isspace() or after in ",.;:!?)"):
        return False
    if (before.isspace() or before in "([–—") and not after.isspace():
        return True
    if text[at] in _OPENING and before.isalnum() and not inside:  # p“Says: a closing mark that is reversed
        nearest = _MARK.search(text, at + 1, at + 400)
        return (
            nearest is not None
            and "\n" not in text[at : nearest.start()]
            and text[nearest.start()] in _CLOSING
        )
    if text[at] in _OPENING + _CLOSING and not (before.isspace() and after.isspace()):
        return text[at] in _OPENING
    return not inside and not (before.isspace() and after.isspace())


def _quotes(text: str, start: int, end: int) -> Iterator[Quote]:
    """Yield the quotations of one paragraph; one that is never closed ends with its sentence or paragraph."""
    opened: int | None = None
    last = start
    for match in _MARK.finditer(text, start, end):
        at = match.start()
        if _opens(text, at, opened is not None):
            if opened is not None:
                yield Quote(opened, at, True, False)
            opened = at + 1
        else:
            if opened is not None:
                yield Quote(opened, at, True, True)
            elif text[last:at].strip():
                yield Quote(_last_start(text, last, at), at, False, True)
            opened, last = None, at + 1
    if opened is not None and text[opened:end].strip():
        yield Quote(opened, end, True, False)


def _last_start(text: str, start: int, end: int) -> int:
    """Return where the sentence that ends at ``end`` begins, not before ``start``."""
    begins = start
    for match in _END.finditer(text, start, end):
        if match.end() < end and not _ABBREVIATION.search(text[max(start, match.end() - 8) : match.end()]):
            begins = match.end()
    return begins


def _sentences(text: str, start: int, end: int, quotes: list[Quote]) -> Iterator[tuple[int, int]]:
    closed = [q for q in quotes if q.opened and q.closed]
    begins = start
    for match in _END.finditer(text, start, end):
        at = match.end()
        after = _NEXT.match(text, at)
        nxt = text[after.end() : after.end() + 1] if after else ""
        if nxt.islower() or _ABBREVIATION.search(text[max(start, at - 8) : at]):
            continue
        i = bisect_right(closed, at - 1, key=lambda q: q.start) - 1
        if i >= 0 and at <= closed[i].end:
            continue
        if text[begins:at].strip():
            yield begins, at
        begins = at
    if text[begins:end].strip():
        yield begins, end
