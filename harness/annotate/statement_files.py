"""Statements -> the JSON lines of an annotator's or the gold file, in article order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from harness.corpus import GOLD
from harness.digest import digest
from harness.records import Statement
from harness.textfile import to_json, write_error, write_text
from harness.within import verify_within

GOLD_FIELDS = ("votes", "decision", "reason", "derived_from")


def statement_row(statement: Statement, *, gold: bool = False) -> dict[str, Any]:
    """Return a statement as its file has it; only gold has votes, decision, reason and derived_from."""
    row = asdict(statement)
    return row if gold else {k: v for k, v in row.items() if k not in GOLD_FIELDS}


def statements_digest(statements: Iterable[Statement]) -> str:
    """Return the digest of an annotator's statements of one article, whatever their order."""
    return digest(sorted((statement_row(s) for s in statements), key=lambda row: row["id"]))


def write_statements(root: Path, who: str, article: str, statements: Iterable[Statement]) -> Path:
    """Write one article's file of an annotator (or of ``gold``) whole, in the order of offsets.

    Parameters
    ----------
    root : Path
        The corpus folder.
    who : str
        An annotator's name, or ``gold``.
    article : str
        The article's id.
    statements : iterable of Statement
        None of them makes an empty file: the article was read, and nothing was found in it.

    Returns
    -------
    Path
        The file. A reader sees the old file or the new one, never a part.
    """
    folder = root / "annotations" / (GOLD if who == GOLD else f"annotators/{who}")
    verify_within(folder, root, "the corpus")
    rows = sorted(statements, key=lambda s: (s.content[0].start if s.content else -1, s.id))
    path = folder / f"{article}.jsonl"
    write_text(path, "".join(to_json(statement_row(s, gold=who == GOLD)) + "\n" for s in rows))
    return path


def remove_statements(root: Path, who: str, article: str) -> None:
    """Take away one article's file of an annotator, who then has not annotated it.

    Raises
    ------
    InputError
        The annotator's folder is a link that leads out of the corpus.
    RunError
        It cannot be removed.
    """
    path = root / "annotations" / "annotators" / who / f"{article}.jsonl"
    verify_within(path.parent, root, "the corpus")
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise write_error(path, error) from None
