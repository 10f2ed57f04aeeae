"""Which statements of other articles may be the utterance of a candidate, for ``harness annotate link``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from harness.annotate.link.similarity import NGRAMS, Similarity, normalised
from harness.annotate.suggest.candidate import Candidate
from harness.records import Statement


@dataclass(frozen=True, slots=True)
class Echo:
    """A statement that a candidate may repeat; its label is never shown."""

    statement: Statement
    similarity: float
    same_source: bool

    def row(self) -> dict[str, Any]:
        """Return it as plain JSON values, without the label."""
        s = self.statement
        return {
            "id": s.id,
            "article": s.article,
            "group": s.group,
            "source": s.speaker or s.source_name,
            "text": s.text,
            "similarity": round(self.similarity, 3),
            "same_source": self.same_source,
        }


def echoes(
    article: str,
    found: Sequence[Candidate],
    statements: Sequence[Statement],
    similarity: Similarity = NGRAMS,
) -> list[list[Echo]]:
    """Find for each candidate of an article the statements of other articles that it may repeat.

    Parameters
    ----------
    article : str
    found : sequence of Candidate
        Of that article.
    statements : sequence of Statement
        Of one annotator, of any articles.
    similarity : Similarity
        Compares contents. Its threshold for one source counts where the candidate's source is what a
        statement calls its speaker or source, else that for any two sources.

    Returns
    -------
    list of list of Echo
        One list for each candidate, the most alike first.
    """
    others = [s for s in statements if s.article != article and normalised(s.text)]
    texts = [" ".join(span.text for span in c.content) for c in found]
    sources = [normalised(" ".join(span.text for span in c.source)) for c in found]
    names = [{normalised(s.speaker), normalised(s.source_name)} for s in others]
    out: list[list[Echo]] = [[] for _ in found]
    if not any(map(normalised, texts)) or not others:
        return out
    least = similarity.thresholds
    pairs = similarity.pairs([*texts, *(s.text for s in others)], min(least.same_source, least.any_source))
    for i, k, value in pairs:
        j = k - len(found)
        if i < len(found) and j >= 0:
            same = sources[i] != "" and sources[i] in names[j]
            if value >= (least.same_source if same else least.any_source):
                out[i].append(Echo(others[j], value, same))
    return [sorted(some, key=lambda e: (-e.similarity, not e.same_source, e.statement.id)) for some in out]
