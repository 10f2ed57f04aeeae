"""An article's text -> the tokens by which spans grow and shrink, as half-open code-point offsets.

A token is a word with its combining marks, or one sign as a reader sees it: an emoji with its joiners,
skin tone and variation selector is one token, a flag is one, a quotation mark is one. In scripts that are
written without spaces each character with its marks is one. White space is in no token, so a span whose
edges are token edges never begins or ends with it.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

Offsets = tuple[int, int]

_JOINER = "\u200d"
_UNSPACED = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)


def token_offsets(text: str) -> tuple[Offsets, ...]:
    """Return the tokens of a text in order; together they cover everything but white space."""
    found: list[Offsets] = []
    start, flags = -1, 0
    for i, character in enumerate(text):
        if character.isspace():
            if start >= 0:
                found.append((start, i))
            start, flags = -1, 0
            continue
        flag = _is_flag(character)
        if start >= 0 and not _goes_on(text[i - 1], character, flags % 2 == 1):
            found.append((start, i))
            start, flags = -1, 0
        start = i if start < 0 else start
        flags = flags + 1 if flag else 0
    return (*found, (start, len(text))) if start >= 0 else tuple(found)


def _is_flag(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _is_word(character: str) -> bool:
    if _UNSPACED.match(character):
        return False  # Thai, Lao, Burmese, Khmer, kana and Han: no space says where a word ends
    return character == "_" or unicodedata.category(character)[0] in "LNM"


def _goes_on(before: str, character: str, half_flag: bool) -> bool:
    """Tell whether a character belongs to the token of the one before it."""
    if unicodedata.category(character)[0] == "M" or character in "\u200c\u200d":
        return True
    if "\U0001f3fb" <= character <= "\U0001f3ff" or "\U000e0020" <= character <= "\U000e007f":
        return True  # a skin tone; a letter of a flag's tag
    if _is_flag(character):
        return half_flag
    return before == _JOINER or (_is_word(before) and _is_word(character))


def moved_edge(tokens: Sequence[Offsets], span: Offsets, edge: str, by: int) -> Offsets:
    """Return a span with one edge moved to the next token edge; itself where there is none.

    Parameters
    ----------
    tokens : sequence of (start, end)
    span : (start, end)
    edge : 'start' or 'end'
    by : 1 moves the edge onward in the text, -1 back
        A span keeps at least one character.
    """
    place = 0 if edge == "start" else 1
    edges = [token[place] for token in tokens]
    old = span[place]
    number = bisect_right(edges, old) if by > 0 else bisect_left(edges, old) - 1
    if not 0 <= number < len(edges):
        return span
    moved = (edges[number], span[1]) if edge == "start" else (span[0], edges[number])
    return moved if moved[0] < moved[1] else span


def cut(tokens: Sequence[Offsets], span: Offsets, at: int) -> tuple[Offsets, Offsets] | None:
    """Divide a span before the token that holds offset ``at``; None if nothing is left on one side.

    White space before the cut belongs to neither part.
    """
    starts = [start for start, _ in tokens]
    number = bisect_right(starts, at) - 1
    if number < 1:
        return None
    left, right = (span[0], tokens[number - 1][1]), (tokens[number][0], span[1])
    return (left, right) if left[0] < left[1] and right[0] < right[1] and left[1] <= right[0] else None
