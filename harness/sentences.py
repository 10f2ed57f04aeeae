"""Where the sentences of an article begin and end, for broken web copies too."""

from __future__ import annotations

import re

_CLOSERS = "\"'”’»)\\]"
_END = re.compile(rf"[.!?…]+[{_CLOSERS}]*(?=\s|[A-Z“«„])|\n+")


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Return half-open code-point spans of the sentences, without surrounding white space.

    A sentence ends at ``.``, ``!`` or ``?`` (and closing quotation marks) before white space or a
    capital letter, and always at a line break. Abbreviations such as *Mr.* do end one: a sentence that
    is too short costs less than one that swallows its neighbour.
    """
    spans, start = [], 0
    for match in _END.finditer(text):
        spans.append((start, match.end()))
        start = match.end()
    spans.append((start, len(text)))
    trimmed = []
    for a, b in spans:
        body = text[a:b]
        if body.strip():
            left = a + len(body) - len(body.lstrip())
            trimmed.append((left, left + len(body.strip())))
    return trimmed


def surrounding(text: str, start: int, end: int) -> str:
    """Return the sentences that ``text[start:end]`` touches, as one stretch of the text."""
    touched = [(a, b) for a, b in sentence_spans(text) if a < end and b > start]
    return text[touched[0][0] : touched[-1][1]] if touched else text[start:end]
