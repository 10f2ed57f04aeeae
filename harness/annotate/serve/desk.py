"""One article on an annotator's desk: changes -> drafts, with undo and redo.

Nothing here touches a file. A desk is the same again when the same changes, undos and redos are given to a
new one: that is how a journal brings it back.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from harness.annotate.serve.drafts import Draft
from harness.errors import InputError


@dataclass(frozen=True, slots=True)
class Change:
    """One action's outcome: the drafts as they are after it, and the ids of those that are gone."""

    do: str
    put: tuple[Draft, ...] = ()
    drop: tuple[str, ...] = ()

    @property
    def about(self) -> str | None:
        """The draft that the change is about, if it is still there."""
        return self.put[0].id if self.put else None


class Desk:
    """The drafts of one article, and what was done to them.

    Parameters
    ----------
    drafts : iterable of Draft
        What lies there before the first change; that cannot be undone.
    """

    def __init__(self, drafts: Iterable[Draft] = ()) -> None:
        self._drafts = {draft.id: draft for draft in drafts}
        self._done: list[tuple[Change, Change]] = []
        self._undone: list[tuple[Change, Change]] = []
        self.last: Change | None = None

    @property
    def drafts(self) -> tuple[Draft, ...]:
        """The drafts in the order of the article."""
        return tuple(sorted(self._drafts.values(), key=lambda d: (d.start, d.id)))

    @property
    def can_undo(self) -> bool:
        """Whether something can be undone."""
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        """Whether something that was undone can be done again."""
        return bool(self._undone)

    def __contains__(self, id_: object) -> bool:
        return id_ in self._drafts

    def get(self, id_: str) -> Draft:
        """Return a draft; one that is not there is an `InputError`."""
        if id_ not in self._drafts:
            raise InputError(
                f"there is no statement '{id_}'", hint="it may have been removed: reload the page"
            )
        return self._drafts[id_]

    def apply(self, change: Change) -> None:
        """Do something new; what was undone before can no longer be redone."""
        self._done.append((change, self._swap(change)))
        self._undone.clear()

    def undo(self) -> None:
        """Take the last change back."""
        if not self._done:
            raise InputError("there is nothing to undo")
        change, inverse = self._done.pop()
        self._swap(inverse)
        self._undone.append((change, inverse))

    def redo(self) -> None:
        """Do what was undone last once more."""
        if not self._undone:
            raise InputError("there is nothing to redo")
        change, _ = self._undone.pop()
        self._done.append((change, self._swap(change)))

    def _swap(self, change: Change) -> Change:
        """Make a change and return the one that takes it back."""
        before = [self._drafts.get(draft.id) for draft in change.put]
        gone = [self._drafts[id_] for id_ in change.drop if id_ in self._drafts]
        new = [draft.id for draft, old in zip(change.put, before, strict=True) if old is None]
        for id_ in change.drop:
            self._drafts.pop(id_, None)
        self._drafts.update({draft.id: draft for draft in change.put})
        self.last = change
        return Change(change.do, (*(old for old in before if old is not None), *gone), tuple(new))
