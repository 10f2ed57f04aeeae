"""What is wrong in the rows of a table: all of it counted, the first of each kind named."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from harness.errors import Place, Problem, ProblemsError

MOST_LISTED = 20
"""Problems of one kind that are named one by one; the rest are counted."""


class Found:
    """Problems as they are found.

    Parameters
    ----------
    path : str
        The table that counts are about.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.problems: list[Problem] = []

    def add(self, place: Place, code: str, message: str, hint: str = "") -> None:
        """Add one problem."""
        self.problems.append(Problem(place, code, message, hint))

    def rows(self, rows: Iterable[int], tell: Callable[[int], Problem], code: str, what: str) -> None:
        """Add a problem for each row, at most `MOST_LISTED` of them, and how many more there are.

        Parameters
        ----------
        rows : iterable of int
        tell : function of a row's position
            Makes its problem.
        code : str
            Of the line that counts the rest.
        what : str
            What the rest are, as that line says it: ``rows without a label``.
        """
        wrong = list(rows)
        self.problems += [tell(int(row)) for row in wrong[:MOST_LISTED]]
        if len(wrong) > MOST_LISTED:
            self.add(Place(self.path), code, f"and {len(wrong) - MOST_LISTED:,} more {what}")

    def check(self) -> None:
        """Raise `ProblemsError` if anything was found."""
        if self.problems:
            raise ProblemsError(self.problems)
