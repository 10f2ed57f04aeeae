"""One annotator at work on a corpus: the articles on the desk, their journals and their statement files.

Only the annotator's own statements are kept here. Of the other files nothing but the ids in use is
remembered, so that a new id is unique over the corpus; no page can show what is not here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from harness.annotate.serve.sheet import Sheet
from harness.checks import content_problems
from harness.corpus import GOLD
from harness.corpus_files import read_corpus
from harness.errors import InputError, Problem, ProblemsError, did_you_mean
from harness.lock import lock_path, locked
from harness.records import Article, Scheme, Statement
from harness.within import verify_within

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class Session:
    """One annotator at work.

    Parameters
    ----------
    root : Path
        The corpus folder.
    annotator : str
        Letters, digits, dots, hyphens and underscores.
    articles : sequence of str
        The articles to work on; all of the corpus without any.
    """

    def __init__(self, root: Path, annotator: str, articles: Sequence[str] = ()) -> None:
        if not _NAME.fullmatch(annotator) or annotator == GOLD:
            hint = "letters, digits, '.', '-' and '_'; 'gold' is the adjudicated file"
            raise InputError(f"no annotator can be called '{annotator}'", hint=hint)
        self.root, self.annotator = root, annotator
        self.folder = root / "annotations" / "annotators" / annotator
        self.journals = root / "annotations" / ".journal" / annotator
        self.scheme: Scheme
        self.articles: dict[str, Article]
        self.own: dict[str, list[Statement]] = {}
        self.taken: frozenset[str] = frozenset()
        self._open: dict[str, Sheet] = {}
        self._read(articles)
        taken, hint = "another server works for this annotator", "end the other server first, or use its page"
        self._lock = locked(lock_path(root, annotator), taken, hint)

    def _read(self, wanted: Sequence[str]) -> None:
        corpus, problems = read_corpus(self.root)
        if corpus is not None:
            spans = [p for p in content_problems(corpus) if p.code in ("bad-slice", "missing-content")]
            problems = [*problems, *spans]
        problems = [p for p in problems if self._concerns(p)]
        if problems or corpus is None:
            raise ProblemsError(problems)
        for article in wanted:
            if article not in corpus.articles:
                hint = did_you_mean(article, corpus.articles)
                raise InputError(f"no article '{article}' in seeds/articles.yaml", hint=hint)
        self.scheme = corpus.scheme
        self.articles = {a: corpus.articles[a] for a in (wanted or corpus.articles)}
        for statement in corpus.annotators.get(self.annotator, ()):
            self.own.setdefault(statement.article, []).append(statement)
        self.taken = frozenset(s.id for rows in corpus.annotators.values() for s in rows) | corpus.unread

    def _concerns(self, problem: Problem) -> bool:
        """Tell whether a problem stands in a file that this annotator may see."""
        place, folder = Path(problem.place.path), self.root / "annotations"
        theirs = [folder / "annotators", folder / GOLD]
        return self.folder in place.parents or not any(x in (place, *place.parents) for x in theirs)

    def sheet(self, article: str) -> Sheet:
        """Return an article's sheet; it is read from its journal the first time."""
        if article not in self._open:
            self._open[article] = Sheet(self, self.articles[article])
        return self._open[article]

    def progress(self) -> list[dict[str, Any]]:
        """Return what the list of articles shows; None where an article was not begun."""
        rows = []
        for article in self.articles.values():
            begun = article.id in self._open or self.journal_path(article.id).exists()
            done = self.sheet(article.id).progress() if begun else None
            rows.append({"id": article.id, "title": article.title or article.id, "progress": done})
        return rows

    def journal_path(self, article: str) -> Path:
        """Return where an article's journal is, which must be in the corpus, whatever links there are."""
        path = self.journals / f"{article}.jsonl"
        verify_within(path, self.root, "the corpus")
        return path

    def groups(self, but: str) -> Mapping[str, str]:
        """Return the groups of the other articles, each with its speaker."""
        rows = [s for article, rows in self.own.items() if article != but for s in rows]
        return {s.group: s.speaker or s.source_name for s in rows}

    def close(self) -> None:
        """Let another server work for this annotator."""
        self._lock.close()
