"""Statements of different articles that may report the same utterance, and putting them into one group."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from harness.annotate.link.similarity import NGRAMS, Similarity, normalised
from harness.annotate.statement_files import write_statements
from harness.annotate.unfinished import load_unfinished
from harness.corpus import Corpus
from harness.errors import InputError, did_you_mean
from harness.records import Statement


@dataclass(frozen=True, slots=True)
class Pair:
    """Two statements of different articles and groups; ``similarity`` is 1 where the words are the same."""

    a: Statement
    b: Statement
    similarity: float
    same_source: bool

    @property
    def reason(self) -> str:
        """Why the two may be one utterance, in words."""
        alike = "the same words" if self.similarity == 1 else f"similarity {self.similarity:.2f}"
        return alike + (", the same source" if self.same_source else ", sources named differently")


def source_of(s: Statement) -> str:
    """Return whose statement it is: the speaker where one is known, else the source (codebook, section 3)."""
    return s.speaker or s.source_name


def propose(
    statements: Sequence[Statement],
    similarity: Similarity = NGRAMS,
    *,
    same_source: float | None = None,
    any_source: float | None = None,
) -> list[Pair]:
    """Find pairs of different articles and groups that may be one utterance, the most alike first.

    Parameters
    ----------
    statements : sequence of Statement
        Of one annotator.
    similarity : Similarity
        Compares their contents.
    same_source, any_source : float in [0, 1], optional
        Least similarity for a pair of one source, and for any other; without them, what ``similarity``
        itself asks for.
    """
    rows = [s for s in statements if normalised(s.text)]
    if len({s.article for s in rows}) < 2:
        return []
    same_source = similarity.thresholds.same_source if same_source is None else same_source
    any_source = similarity.thresholds.any_source if any_source is None else any_source
    names = [normalised(source_of(s)) for s in rows]
    found = []
    for i, j, value in similarity.pairs([s.text for s in rows], min(same_source, any_source)):
        a, b, same = rows[i], rows[j], names[i] == names[j]
        if a.article != b.article and a.group != b.group and value >= (same_source if same else any_source):
            found.append(Pair(a, b, value, same))
    return sorted(found, key=lambda p: (-p.similarity, not p.same_source, p.a.id, p.b.id))


def obstacle(statements: Sequence[Statement], pair: Pair) -> str | None:
    """Return why two groups cannot be joined, or None: a group is one source's."""
    a, b = _now(statements, pair.a), _now(statements, pair.b)
    sources = {source_of(s) for s in statements if s.group in (a.group, b.group)}
    if len(sources) > 1:
        return f"a group is one source's, and these are by {', '.join(map(repr, sorted(sources)))}"
    return None


def joined(statements: Sequence[Statement], pair: Pair) -> list[Statement]:
    """Return the statements with the two groups of a pair made one.

    Everything in either group comes along, since *same utterance* holds through a third report. The larger
    group keeps its name, of two alike that of the first statement.
    """
    a, b = _now(statements, pair.a), _now(statements, pair.b)
    sizes = Counter(s.group for s in statements)
    kept, gone = (a.group, b.group) if sizes[a.group] >= sizes[b.group] else (b.group, a.group)
    return [replace(s, group=kept) if s.group == gone else s for s in statements]


def _now(statements: Sequence[Statement], s: Statement) -> Statement:
    """Return a statement as it is after earlier joins."""
    return next(x for x in statements if x.id == s.id)


def statements_of(corpus: Corpus, annotator: str) -> tuple[Statement, ...]:
    """Return one annotator's statements, or those of ``gold``."""
    if annotator not in corpus.annotators:
        raise InputError(
            f"no annotations by '{annotator}'",
            place=corpus.root,
            hint=did_you_mean(annotator, corpus.annotators),
        )
    return corpus.annotators[annotator]


def link(root: Path, annotator: str, pairs: Sequence[Pair]) -> list[Pair]:
    """Join the groups of each pair in an annotator's files (or in gold).

    Parameters
    ----------
    root : Path
        The corpus folder.
    annotator : str
    pairs : sequence of Pair

    Returns
    -------
    list of Pair
        Those that were joined; a pair with an :func:`obstacle` is not. Only files that change are written.
    """
    before = statements_of(load_unfinished(root), annotator)
    now, done = list(before), []
    for pair in pairs:
        if obstacle(now, pair) is None:
            now = joined(now, pair)
            done.append(pair)
    changed = {new.article for old, new in zip(before, now, strict=True) if old != new}
    for article in sorted(changed):
        write_statements(root, annotator, article, [s for s in now if s.article == article])
    return done
