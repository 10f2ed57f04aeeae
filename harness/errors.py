"""The one family of errors that a user sees, and the places that they point to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from harness.screen import visible


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A file and, where known, a line (1-based) in it."""

    path: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.path}:{self.line}" if self.line else self.path


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong in a file: where, a stable code, what, and how to mend it."""

    place: Place
    code: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.code}: {shortened(self.message)}"


class HarnessError(Exception):
    """Something the user can mend.

    Parameters
    ----------
    message : str
        What is wrong, in one sentence.
    hint : str, optional
        How to mend it.
    place : Place or Path, optional
        Where it is wrong.
    """

    exit_code = 2

    def __init__(self, message: str, *, hint: str = "", place: Place | Path | None = None) -> None:
        self.message = message
        self.hint = hint
        self.place = Place(str(place)) if isinstance(place, Path) else place
        super().__init__(self.render())

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle whole, so that an error of another process arrives as it was raised."""
        return _unpickled, (type(self), dict(self.__dict__))

    def render(self) -> str:
        """Return the text for stderr: ``file:line: what`` and, on a line of its own, the hint."""
        message = shortened(self.message)
        head = f"{self.place}: {message}" if self.place else message
        return f"{head}\n  hint: {self.hint}" if self.hint else head


def _unpickled(cls: type[HarnessError], state: dict[str, Any]) -> HarnessError:
    error = cls.__new__(cls)
    error.__dict__.update(state)
    Exception.__init__(error, error.render())
    return error


class InputError(HarnessError):
    """Wrong usage, configuration or input (exit code 2)."""


class RunError(HarnessError):
    """The run itself failed, or a check found problems (exit code 1)."""

    exit_code = 1


class ProblemsError(InputError):
    """Several problems found at once in one configuration or input.

    Parameters
    ----------
    problems : iterable of Problem
        At least one; shown in the order of their places.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__(f"{len(self.problems)} problems")

    def render(self) -> str:
        """Return every problem with its code, each with its hint on the line below."""
        if not hasattr(self, "problems"):
            return ""
        lines = [
            f"{p.place}: {shortened(p.message)} [{p.code}]" + (f"\n  hint: {p.hint}" if p.hint else "")
            for p in self.problems[:MOST_PROBLEMS]
        ]
        more = len(self.problems) - len(lines)
        return "\n".join([*lines, f"and {more:,} more problems"] if more else lines)


MOST_NAMES = 24
"""Names that a hint lists at most."""
MOST_SAID = 1000
"""Characters that a message has at most."""
MOST_PROBLEMS = 200
"""Problems that one message lists at most."""


def shortened(text: str) -> str:
    """Return a message without its middle where it is too long to read: it may quote what has any length."""
    text = visible(text)
    return text if len(text) <= MOST_SAID else f"{text[: MOST_SAID // 2]}…{text[-MOST_SAID // 2 :]}"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return a hint that names the nearest known word, or all of them where none is near."""
    word = word[:MOST_SAID]
    names = sorted(map(str, known))
    lower = {name.lower(): name for name in names}
    near = get_close_matches(word.lower(), lower, n=1, cutoff=0.6)
    if near:
        return f"did you mean '{lower[near[0]]}'?"
    shown = (
        names if len(names) <= MOST_NAMES else [*names[:MOST_NAMES], f"and {len(names) - MOST_NAMES} more"]
    )
    return f"known: {', '.join(shown)}" if names else ""


@contextmanager
def said_by(path: Path) -> Iterator[None]:
    """Give an error that names no place the file that asked for what failed."""
    try:
        yield
    except HarnessError as error:
        if error.place is None and not isinstance(error, ProblemsError):
            error.place = Place(str(path))
        raise
