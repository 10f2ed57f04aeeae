"""One article on an annotator's sheet: its desk, its journal and its statement file, always in step.

An action is journalled and synced first and written to the statement file second, so a process that is
killed at any moment loses at most the action in hand; the next start brings the file into step.

An empty statement file says that the annotator read the article and found nothing. So a sheet without
statements has one only if there was one before, or if the desk was cleared; else it has no file.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from harness.annotate.page.stale import StaleError
from harness.annotate.serve.actions import parse_action
from harness.annotate.serve.changes import Ground, change_of
from harness.annotate.serve.desk import Desk
from harness.annotate.serve.drafts import Draft, completed, draft_of, draft_row, settled
from harness.annotate.serve.journal import Entry, Journal, desk_of, do_entry
from harness.annotate.serve.proposals import covered, overlaps, proposals
from harness.annotate.statement_files import remove_statements, statements_digest, write_statements
from harness.annotate.tokens import token_offsets
from harness.errors import InputError, RunError
from harness.records import Article, Scheme, Statement

FOUND_NONE = "found none"
"""What the journal has in place of the digest where the statement file is there and empty."""


class Owner(Protocol):
    """What a sheet needs of the session that it belongs to."""

    root: Path
    annotator: str
    folder: Path
    scheme: Scheme
    own: dict[str, list[Statement]]
    taken: frozenset[str]

    def journal_path(self, article: str) -> Path:
        """Return where an article's journal is."""

    def groups(self, but: str) -> Mapping[str, str]:
        """Return the groups of the other articles, each with its speaker."""


class Sheet:
    """One article of a session: its desk, its journal and its statement file, always in step."""

    def __init__(self, session: Owner, article: Article) -> None:
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
        none = not statements and (self._found_none() or (do == "adopt" and not put))
        file = FOUND_NONE if none else statements_digest(statements)
        try:
            self.journal.append(Entry(do, file, put, drop))
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
        return {**row, "reasons": reasons, "reread": self._to_reread(draft)}

    def _to_reread(self, draft: Draft) -> bool:
        """Tell whether a label was given under another version of the codebook; giving it again renews it."""
        return draft.status == "accepted" and draft.codebook_version != self.session.scheme.codebook_version

    def progress(self) -> dict[str, int]:
        """Count the drafts: proposed, skipped, accepted, of those the incomplete and those to reread."""
        return self._counted(len(self.settled()[0]))

    def _counted(self, complete: int) -> dict[str, int]:
        drafts = self.desk.drafts
        counts = {s: sum(d.status == s for d in drafts) for s in ("proposed", "skipped", "accepted")}
        incomplete, reread = counts["accepted"] - complete, sum(map(self._to_reread, drafts))
        return {**counts, "incomplete": incomplete, "reread": reread, "all": len(drafts)}

    def _resume(self) -> None:
        """Read the journal, or open it; then bring journal and statement file into step."""
        article, own = self.article, self.session.own.get(self.article.id, [])
        on_disk = FOUND_NONE if self._path.exists() and not own else statements_digest(own)
        if not self.journal.entries:
            drafts = (*map(draft_of, own), *self._proposals(own))
            self.journal.append(Entry("open", on_disk, drafts, (), article.id, article.sha256))
        first = self.journal.entries[0]
        if (first.article, first.sha256) != (article.id, article.sha256):
            hint = "articles are frozen: restore the text, or add it as a new article"
            raise InputError(
                "the article is not the one that was annotated", place=self.journal.path, hint=hint
            )
        self.desk = desk_of(self.journal.entries)
        ours = {entry.file for entry in self.journal.entries[-2:]}
        if self._path.exists() and on_disk not in ours:
            self._adopt(own)
        elif on_disk != self.journal.entries[-1].file:
            self._save(self.settled()[0])
        self._stamp = _stamp(self._path)

    def _adopt(self, own: list[Statement]) -> None:
        """Take over what another program made of the file, as one action.

        A draft that was never in the file stays, unless it is a candidate for what a new statement says.
        """
        there = covered(s for s in own if s.id not in self.desk)
        gone = {s.id for s in self.settled()[0]} - {s.id for s in own}
        gone |= {d.id for d in self.desk.drafts if d.status != "accepted" and overlaps(d.content, there)}
        self._do("adopt", tuple(map(draft_of, own)), tuple(sorted(gone)))

    def _proposals(self, own: list[Statement]) -> list[Draft]:
        session, stem = self.session, f"{self.session.annotator}-{self.article.id}"
        return proposals(self.article, own, stem, session.taken, session.scheme.codebook_version)

    def _new_id(self, desk: Desk) -> str:
        stem = f"{self.session.annotator}-{self.article.id}"
        used = {d.id for entry in self.journal.entries for d in entry.put} | self.session.taken
        return next(i for n in range(1, sys.maxsize) if (i := f"{stem}-{n}") not in used and i not in desk)

    @property
    def _path(self) -> Path:
        return self.session.folder / f"{self.article.id}.jsonl"

    def _save(self, statements: list[Statement]) -> None:
        """Bring the statement file into step: write it, or take it away where it would say nothing."""
        wanted, there = bool(statements) or self._found_none(), self._path.exists()
        if statements != self.session.own.get(self.article.id, []) or wanted != there:
            if wanted:
                write_statements(self.session.root, self.session.annotator, self.article.id, statements)
            elif there:
                remove_statements(self.session.root, self.session.annotator, self.article.id)
            self.session.own[self.article.id] = statements
        self._stamp = _stamp(self._path)

    def _found_none(self) -> bool:
        """Tell whether having no statement says that the article was read and holds none."""
        said = [entry.file for entry in self.journal.entries if entry.do in ("open", "adopt")]
        return said[-1] == FOUND_NONE or (self.desk.can_undo and not self.desk.drafts)

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
