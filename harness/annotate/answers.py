"""Asking a person on the terminal: one question, one answer, and the end of the input as an answer too."""

from __future__ import annotations

import sys

STOP = "q"


def on_terminal() -> bool:
    """Tell whether somebody can answer."""
    return sys.stdin.isatty()


def answer(question: str, allowed: str = "") -> str:
    """Ask until the answer is allowed; the end of the input is :data:`STOP`.

    Parameters
    ----------
    question : str
    allowed : str
        Letters, one of which the answer must be (upper case is taken as lower); empty: any text.
    """
    while True:
        try:
            said = input(f"{question} ").strip()
        except EOFError:
            print()
            return STOP if allowed else ""
        if not on_terminal():
            print(said)  # nobody typed it, so a transcript would lack the answer and the end of its line
        if not allowed:
            return said
        if len(said) == 1 and said.lower() in allowed:
            return said.lower()
        print(f"  one of {', '.join(allowed)}, please")
