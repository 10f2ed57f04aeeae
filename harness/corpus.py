"""A corpus in memory: scheme, articles and statements -> Examples, and the digest of its content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path

from harness.digest import digest
from harness.errors import InputError, Place, did_you_mean
from harness.records import Article, Example, Scheme, Statement
from harness.sentences import surrounding
from harness.textfile import to_json

GOLD = "gold"
_NOT_DIGESTED = ("order", "distances", "annotators")


@dataclass(frozen=True)
class Corpus:
    """Everything that a corpus folder says, and where each statement stands in its files.

    ``annotators`` maps ``gold`` and each annotator's name to their statements in file order; ``unread``
    are the ids of statements that are in the files but malformed.
    """

    root: Path
    scheme: Scheme
    articles: Mapping[str, Article]
    annotators: Mapping[str, tuple[Statement, ...]]
    places: Mapping[tuple[str, int], Place] = field(default_factory=dict)
    article_places: Mapping[str, Place] = field(default_factory=dict)
    unread: frozenset[str] = frozenset()

    @cached_property
    def digest(self) -> str:
        """SHA-256 of scheme, article texts and statements; independent of paths and of line order.

        How far labels lie apart is left out: annotators' agreement goes by it, and no run does. So is what
        the annotators are: no score depends on it.
        """
        scheme = {k: v for k, v in asdict(self.scheme).items() if k not in _NOT_DIGESTED}
        return digest(
            {
                "scheme": scheme,
                "articles": {a.id: a.sha256 for a in self.articles.values()},
                "statements": {who: sorted(map(_canonical, rows)) for who, rows in self.annotators.items()},
            }
        )

    def examples(self, annotator: str = GOLD) -> tuple[Example, ...]:
        """Return one example for each labelled statement, in the order of articles and offsets.

        Excluded statements (``stance`` null) are left out. ``fields`` holds the parts that an input
        template may name.

        Raises
        ------
        InputError
            There is no such annotator, or no labelled statement.
        """
        if annotator not in self.annotators:
            raise InputError(
                f"no annotations by '{annotator}'",
                place=self.root,
                hint=did_you_mean(annotator, self.annotators),
            )
        rows = sorted(self.annotators[annotator], key=lambda s: (s.article, s.content[0].start, s.id))
        examples = tuple(self._example(s) for s in rows if s.stance is not None)
        if not examples:
            hint = "annotate first, or name another 'data.annotator'"
            raise InputError(f"'{annotator}' has no labelled statement", place=self.root, hint=hint)
        return examples

    def _example(self, s: Statement) -> Example:
        article = self.articles[s.article].text
        spans = (*s.content, *s.cue, *s.source)
        parts = {
            "statement": s.text,
            "cue": " ".join(c.text for c in s.cue),
            "source": s.source_name,
            "speaker": s.speaker,
            "source_kind": s.source_kind,
            "attribution": s.attribution,
            "via": ", ".join(s.via),
            "sentence": surrounding(article, min(x.start for x in spans), max(x.end for x in spans)),
            "article": s.article,
        }
        assert s.stance is not None
        return Example(s.id, s.stance, s.text, s.group, s.article, parts, dict(s.votes))


def _canonical(statement: Statement) -> str:
    return to_json(asdict(statement))
