"""One article on an annotator's sheet: its desk, its journal and its statement file, always in step.

An action is journalled and synced first and written to the statement file second, so a process that is
killed at any moment loses at most the action in hand; the next start brings the file into step.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.annotate.actions import parse_action
from harness.annotate.changes import Ground, change_of
from harness.annotate.desk import Desk
from harness.annotate.drafts import Draft, completed, draft_of, draft_row, settled
from harness.annotate.journal import Entry, Journal, desk_of, do_entry
from harness.annotate.statement_files import statement_row, write_statements
from harness.annotate.suggest import candidates
from harness.annotate.tokens import token_offsets
from harness.digest import digest
from harness.errors import InputError, RunError
from harness.records import Article, Statement

if TYPE_CHECKING:
    from harness.annotate.session import Session


class StaleError(InputError):
    """The page has not seen what was done last."""


def statements_digest(statements: Iterable[Statement]) -> str:
    """Return the digest of an annotator's statements of one article, whatever their order."""
    return digest(sorted((statement_row(s) for s in statements), key=lambda row: row["id"]))


class Sheet:
    """One article of a session: its desk, its journal and its statement file, always in step."""

    def __init__(self, session: Session, article: Article) -> None:
        self.session, self.article = session, article
        self.tokens = token_offsets(article.text)
        self.journal = Journal(session.journal_path(article.id))
        self.desk = Desk()
        self._shown: dict[str, tuple[Draft | None, dict[str, Any]]] = {}
        self.ground = Ground(
            article.text,
            self.tokens,
            session.scheme.names,
            session.scheme.codebook_version,
            self._new_id,
        )
        self._resume()

    @property
    def seen(self) -> int:
        """How many lines the journal has: a page that has seen fewer is stale."""
        return len(self.journal.entries)

    def act(self, value: Any, seen: int) -> None:
        """Do what the page asks: journal first, then the statement file.

        Raises
        ------
        StaleError
            The page has not seen everything that was done.
        InputError
            It is no action, or cannot be done now.
        """
        if seen != self.seen:
            raise StaleError("something else was done since, and is shown now", hint="press the key again")
        self._unchanged_outside()
        action = parse_action(value)
        if action.do in ("undo", "redo"):
            self._do(action.do)
        else:
            change = change_of(action, self.desk, self.ground)
            self._do(change.do, change.put, change.drop)

    def _do(self, do: str, put: tuple[Draft, ...] = (), drop: tuple[str, ...] = ()) -> None:
        entry = Entry(do, "", put, drop)
        do_entry(self.desk, entry)
        statements, _ = self.settled()
        try:
            self.journal.append(Entry(do, statements_digest(statements), put, drop))
        except RunError:
            self.desk = desk_of(self.journal.entries)
            raise
        self._save(statements)

    def settled(self) -> tuple[list[Statement], dict[str, list[str]]]:
        """Return the statements that are complete, and why the other drafts are none."""
        groups = self.session.groups(self.article.id)
        name, text = self.article.id, self.article.text
        return settled(self.desk.drafts, text, name, self.session.annotator, groups)

    def view(self) -> dict[str, Any]:
        """Return what the page shows of the desk."""
        statements, reasons = self.settled()
        last = self.desk.last.about if self.desk.last else None
        return {
            "seen": self.seen,
            "drafts": [self._row(draft, reasons.get(draft.id, [])) for draft in self.desk.drafts],
            "undo": self.desk.can_undo,
            "redo": self.desk.can_redo,
            "last": last if last in self.desk else None,
            "progress": self._counted(len(statements)),
            "groups": sorted(self.session.groups(self.article.id)),
        }

    def _row(self, draft: Draft, reasons: list[str]) -> dict[str, Any]:
        """Return a draft as the page shows it; one that is as it was is not worked out again."""
        before, row = self._shown.get(draft.id, (None, {}))
        if before is not draft:
            whole = completed(draft, self.article.text)
            asked = ("source_name", "speaker", "attribution", "group", "confidence")
            row = {**draft_row(whole), "guessed": [name for name in asked if getattr(draft, name) is None]}
            self._shown[draft.id] = draft, row
        return {**row, "reasons": reasons}

    def progress(self) -> dict[str, int]:
        """Count the drafts: proposed, skipped, accepted, and of those the ones not yet complete."""
        return self._counted(len(self.settled()[0]))

    def _counted(self, complete: int) -> dict[str, int]:
        drafts = self.desk.drafts
        counts = {s: sum(d.status == s for d in drafts) for s in ("proposed", "skipped", "accepted")}
        return {**counts, "incomplete": counts["accepted"] - complete, "all": len(drafts)}

    def _resume(self) -> None:
        """Read the journal, or open it; then bring journal and statement file into step."""
        article, own = self.article, self.session.own.get(self.article.id, [])
        if not self.journal.entries:
            self.desk = Desk(map(draft_of, own))
            drafts = (*self.desk.drafts, *(() if own else self._proposals()))
            self.journal.append(Entry("open", statements_digest(own), drafts, (), article.id, article.sha256))
        first = self.journal.entries[0]
        if (first.article, first.sha256) != (article.id, article.sha256):
            hint = "articles are frozen: restore the text, or add it as a new article"
            raise InputError(
                "the article is not the one that was annotated", place=self.journal.path, hint=hint
            )
        self.desk = desk_of(self.journal.entries)
        on_disk = statements_digest(own)
        ours = {entry.file for entry in self.journal.entries[-2:]}
        if self._path.exists() and on_disk not in ours:
            drop = {draft.id for draft in self.desk.drafts if draft.status == "accepted"}
            put = tuple(map(draft_of, own))
            self._do("adopt", put, tuple(sorted(drop - {draft.id for draft in put})))
        elif on_disk != self.journal.entries[-1].file:
            self._save(self.settled()[0])
        self._stamp = _stamp(self._path)

    def _proposals(self) -> list[Draft]:
        version, name = self.session.scheme.codebook_version, f"{self.session.annotator}-{self.article.id}"
        ids = (i for n in range(1, sys.maxsize) if (i := f"{name}-{n}") not in self.session.taken)
        return [
            Draft(next(ids), "proposed", version, content=c.content, cue=c.cue, source=c.source)
            for c in candidates(self.article.text)
            if c.content
        ]

    def _new_id(self, desk: Desk) -> str:
        stem = f"{self.session.annotator}-{self.article.id}"
        used = {d.id for entry in self.journal.entries for d in entry.put} | self.session.taken
        return next(i for n in range(1, sys.maxsize) if (i := f"{stem}-{n}") not in used and i not in desk)

    @property
    def _path(self) -> Path:
        return self.session.folder / f"{self.article.id}.jsonl"

    def _save(self, statements: list[Statement]) -> None:
        """Write the statement file if it would say something else; an empty one only in place of another."""
        if statements != self.session.own.get(self.article.id, []) or not self._path.exists():
            if statements or self._path.exists():
                write_statements(self.session.root, self.session.annotator, self.article.id, statements)
            self.session.own[self.article.id] = statements
        self._stamp = _stamp(self._path)

    def _unchanged_outside(self) -> None:
        if _stamp(self._path) != self._stamp:
            raise RunError(
                "another program changed the file",
                place=self._path,
                hint="stop the server and start it again",
            )


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
