"""What the suggester finds in an article, as drafts beside the statements that an annotator has already."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import count

from harness.annotate.agreement.alignment import characters
from harness.annotate.serve.drafts import Draft
from harness.annotate.suggest.candidates import candidates
from harness.records import Article, Span, Statement


def proposals(
    article: Article, own: Iterable[Statement], stem: str, taken: Collection[str], codebook_version: int
) -> list[Draft]:
    """Return the candidates of an article whose content overlaps that of no statement of the annotator.

    Parameters
    ----------
    article : Article
    own : iterable of Statement
        What the annotator has of this article.
    stem : str
        What ids begin with; a number follows.
    taken : collection of str
        Ids that other statements have.
    codebook_version : int
    """
    ids = (id_ for number in count(1) if (id_ := f"{stem}-{number}") not in taken)
    there = covered(own)
    return [
        Draft(next(ids), "proposed", codebook_version, content=c.content, cue=c.cue, source=c.source)
        for c in candidates(article.text)
        if c.content and not overlaps(c.content, there)
    ]


def covered(statements: Iterable[Statement]) -> frozenset[int]:
    """Return the offsets of all contents of some statements of one article."""
    return frozenset().union(*map(characters, statements))


def overlaps(spans: Iterable[Span], offsets: Collection[int]) -> bool:
    """Tell whether a span has a character at one of the offsets."""
    return any(i in offsets for span in spans for i in range(span.start, span.end))
