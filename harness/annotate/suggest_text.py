"""The candidates of one article, as text to read or as JSON lines."""

from __future__ import annotations

from pathlib import Path

from harness.annotate.cue_list import read_cues
from harness.annotate.suggest import Candidate, candidates
from harness.checks import load_corpus
from harness.errors import InputError, did_you_mean
from harness.textfile import to_json


def suggestions(root: Path, article: str, cues: Path | None = None, *, as_json: bool = False) -> str:
    """Return the candidates of an article of a corpus; an unknown article is an `InputError`."""
    corpus = load_corpus(root)
    if article not in corpus.articles:
        place = root / "seeds" / "articles.yaml"
        hint = did_you_mean(article, corpus.articles)
        raise InputError(f"no article '{article}'", place=place, hint=hint)
    found = candidates(corpus.articles[article].text, read_cues(cues))
    if as_json:
        return "\n".join(to_json({"article": article, **c.row()}) for c in found)
    return "\n".join(
        [*map(_line, found), f"{len(found)} candidates, proposed by rules; none is a statement yet"]
    )


def _line(c: Candidate) -> str:
    source = " … ".join(s.text for s in c.source) or "?"
    cue = " … ".join(s.text for s in c.cue) or "no cue"
    where = ", ".join(f"{s.start}-{s.end}" for s in c.content)
    content = " … ".join(s.text for s in c.content)
    return f"{where}  {c.attribution}, {source} [{cue}]: {content}"
