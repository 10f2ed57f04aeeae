"""What there is to adjudicate, and that only one process at a time does it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import IO

from harness.annotate.agreement.statements import annotated_articles, files_of
from harness.corpus import GOLD, Corpus
from harness.errors import InputError, did_you_mean
from harness.lock import lock_path, locked


def adjudicable(corpus: Corpus, wanted: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the articles that somebody has annotated, in the order of the corpus.

    Parameters
    ----------
    corpus : Corpus
    wanted : sequence of str
        Only these; all without any.

    Raises
    ------
    InputError
        One that is wanted does not exist or was annotated by nobody, or there is none at all.
    """
    for article in wanted:
        if article not in corpus.articles:
            hint = did_you_mean(article, corpus.articles)
            raise InputError(f"no article '{article}'", place=corpus.root, hint=hint)
    found = frozenset().union(*(annotated_articles(corpus, who) for who in files_of(corpus)))
    hint = "see harness annotate serve --help"
    for article in wanted:
        if article not in found:
            raise InputError(f"nobody has annotated '{article}'", place=corpus.root, hint=hint)
    if not found:
        raise InputError("nobody has annotated an article", place=corpus.root, hint=hint)
    return tuple(a for a in corpus.articles if a in (wanted or found))


def gold_locked(root: Path) -> IO[bytes]:
    """Hold the gold files until what is returned is closed: two who decide at once would lose decisions.

    Raises
    ------
    RunError
        Somebody else adjudicates this corpus now.
    """
    hint = "use its page, or end it first"
    return locked(lock_path(root, GOLD), "somebody else adjudicates this corpus now", hint)
