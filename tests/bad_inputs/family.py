"""What the families share: every way to spoil one file of a good folder, with what must be said of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from tests.bad_inputs.case import SPOILT_LINE, Accepted, Case, Refused
from tests.bad_inputs.spoilt import spoils

BYTES = ("a NUL", "a byte of Latin-1", "an overlong form", "half a character", "a character beyond Unicode")
"""Spoilt bytes whose line any text format can name."""
LINES = (*BYTES, "a merge conflict", "a hundred thousand brackets", "a hundred thousand braces")
"""And spoilt lines, where each line stands for itself."""


def of_file(
    family: str,
    good: str,
    file: str,
    command: tuple[str, ...],
    *,
    lines: Collection[str] = BYTES,
    accepted: Mapping[str, str] | Collection[str] = (),
    left_out: Collection[str] = (),
    place: str = "",
    codes: tuple[int, ...] = (1, 2),
) -> Iterator[Case]:
    """Yield a case for every way to spoil a file.

    ``lines`` names those whose line must be named, ``accepted`` those that are sound in truth (with what
    the command then says).
    """
    says = accepted if isinstance(accepted, Mapping) else dict.fromkeys(accepted, "")
    for name, spoil in spoils(file):
        if name in left_out:
            continue
        expect: Accepted | Refused
        if name in says:
            expect = Accepted(says[name])
        else:
            line = SPOILT_LINE if name in lines else 0
            ends = (1, 2) if name == "a link with a name too long" else codes  # the system's own refusal
            expect = Refused(place or file.rpartition("/")[2], line, codes=ends)
        yield Case(family, f"{file}: {name} ({' '.join(command[:2])})", good, spoil, command, expect)
