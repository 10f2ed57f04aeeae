"""What a terminal is sent: text is shown, and never steers it.

A terminal takes orders in the text that it shows: to clear what was said before, to write to the clipboard,
to answer as if somebody typed. Ids, labels, texts and paths of strangers may hold such orders.
"""

from __future__ import annotations

import re
from typing import Any, TextIO

_ORDERS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
"""Control characters but for tab and line feed, other ends of lines, and what turns a line's order round."""
_COLOUR = re.compile("(\x1b\\[[0-9;]*m)")


def visible(text: str) -> str:
    """Return text with each character that steers a terminal written out by its number."""
    return _ORDERS.sub(lambda match: match[0].encode("unicode_escape").decode("ascii"), text)


class Screen:
    """A terminal's stream that lets colours pass, since help and prompts have them, and no other order.

    Parameters
    ----------
    stream : text stream

    Attributes
    ----------
    stream : text stream
        The one below, for what makes orders of its own, such as a bar of progress.
    """

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    def write(self, text: str) -> int:
        """Write text and the codes of colours in it."""
        parts = _COLOUR.split(text)
        self.stream.write("".join(part if i % 2 else visible(part) for i, part in enumerate(parts)))
        return len(text)

    def writelines(self, lines: Any) -> None:
        """Write several texts."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


def guarded(stream: Any) -> Any:
    """Return a stream as a `Screen` where it is a terminal's, else as it is: files get their bytes."""
    return Screen(stream) if stream is not None and stream.isatty() else stream
