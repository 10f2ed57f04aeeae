"""Statements of a corpus -> files of another tool, and what those files do not hold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from harness.annotate.exchange.formats import Format, format_named
from harness.annotate.exchange.missing import filled
from harness.annotate.exchange.rows import Document, Row, documents_of
from harness.annotate.statement_files import statement_row
from harness.corpus import GOLD, Corpus
from harness.errors import InputError, did_you_mean
from harness.records import Scheme
from harness.textfile import write_text


@dataclass(frozen=True, slots=True, order=True)
class Loss:
    """A field of a statement that would not come back as it was; ``*`` is the whole statement."""

    field: str
    why: str
    article: str
    statement: str


@dataclass(frozen=True, slots=True)
class Exported:
    """Files by name, and everything that they do not hold."""

    files: dict[str, str]
    losses: tuple[Loss, ...]


def export(corpus: Corpus, format_name: str, who: str = GOLD) -> Exported:
    """Write an annotator's statements, or gold, in another tool's format; nothing touches the disk.

    What the format cannot hold is found by reading every statement back from what was written.
    """
    shape = format_named(format_name)
    if who not in corpus.annotators:
        raise InputError(
            f"no annotations by '{who}'", place=corpus.root, hint=did_you_mean(who, corpus.annotators)
        )
    rows = [statement_row(s, gold=who == GOLD) for s in corpus.annotators[who]]
    rows = [_plain(row) for row in rows]
    named = {row["article"] for row in rows}
    losses: list[Loss] = []
    kept = []
    for document in documents_of([a for a in corpus.articles.values() if a.id in named], rows):
        why = shape.refusal(document.article)
        if why is None:
            kept.append(document)
            losses += lost(shape, document, who, corpus.scheme)
        else:
            losses += [Loss("*", why, document.article.id, row["id"]) for row in document.rows]
    return Exported(shape.write(kept, corpus.scheme.names), tuple(sorted(losses)))


def _plain(row: Row) -> Row:
    return {k: list(v) if isinstance(v, tuple) else v for k, v in row.items()}


def lost(shape: Format, document: Document, who: str, scheme: Scheme) -> Iterable[Loss]:
    """Yield the fields of each statement that differ after it was written and read back."""
    articles = {document.article.id: document.article}
    for row in document.rows:
        files = shape.write([Document(document.article, (row,))], scheme.names)
        name = next(n for n in files if n.endswith(shape.suffix))
        found = shape.read(name, files, articles)
        if len(found.rows) != 1:
            yield Loss(
                "*", shape.why.get("content", "the format has no place for it"), row["article"], row["id"]
            )
            continue
        back, _ = filled(found.rows[0][1], who, scheme, 1)
        for field, value in row.items():
            if field not in back or back[field] != value:
                why = shape.why.get(field, "the format has no place for it")
                yield Loss(field, why, row["article"], row["id"])


def write_export(exported: Exported, folder: Path) -> list[Path]:
    """Write the files into a folder that has none of them yet."""
    paths = [folder / name for name in exported.files]
    there = [p for p in paths if p.exists()]
    if there:
        raise InputError("is there already", place=there[0], hint="export into an empty folder")
    for path, text in zip(paths, exported.files.values(), strict=True):
        write_text(path, text)
    return paths


def losses_text(format_name: str, losses: Iterable[Loss]) -> str:
    """Say what a format does not hold: each field once, with the statements that it concerns."""
    by: dict[tuple[str, str], list[str]] = {}
    for loss in losses:
        by.setdefault((loss.field, loss.why), []).append(loss.statement)
    if not by:
        return f"{format_name} holds everything"
    lines = [f"{format_name} does not hold:"]
    for (field, why), ids in by.items():
        name = "the whole statement" if field == "*" else field
        shown = ", ".join(ids[:5]) + (f" and {len(ids) - 5} more" if len(ids) > 5 else "")
        lines.append(f"  {name} of {len(ids)} statement{'s' * (len(ids) > 1)} ({why}): {shown}")
    return "\n".join(lines)
