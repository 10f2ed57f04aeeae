"""The candidates of one article, as text to read or as JSON lines."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from harness.annotate.link.grouping import statements_of
from harness.annotate.link.similarity import NGRAMS, Similarity
from harness.annotate.suggest.candidates import Candidate, candidates
from harness.annotate.suggest.cue_list import read_cues
from harness.annotate.suggest.echoes import Echo, echoes
from harness.annotate.unfinished import load_unfinished
from harness.errors import InputError, did_you_mean
from harness.textfile import to_json


def suggestions(
    root: Path,
    article: str,
    cues: Path | None = None,
    *,
    as_json: bool = False,
    same_as: str | None = None,
    similarity: Similarity = NGRAMS,
) -> str:
    """Return the candidates of an article of a corpus.

    Parameters
    ----------
    root : Path
        The corpus folder.
    article : str
    cues : Path, optional
        A cue list in place of the shipped one.
    as_json : bool
        One JSON object.
    same_as : str, optional
        An annotator, or ``gold``: add which of their statements in other articles may be the same
        utterance. Without it nothing but the article is read, so that who is yet to annotate stays blind.
    similarity : Similarity
        Compares candidates with those statements.

    Raises
    ------
    InputError
        There is no such article or annotator.
    """
    corpus = load_unfinished(root)
    if article not in corpus.articles:
        place = root / "seeds" / "articles.yaml"
        hint = did_you_mean(article, corpus.articles)
        raise InputError(f"no article '{article}'", place=place, hint=hint)
    found = candidates(corpus.articles[article].text, read_cues(cues))
    heard: list[list[Echo]] = [[] for _ in found]
    if same_as is not None:
        heard = echoes(article, found, statements_of(corpus, same_as), similarity)
    if as_json:
        rows = [c.row() for c in found]
        if same_as is not None:
            rows = [row | {"same_as": [e.row() for e in some]} for row, some in zip(rows, heard, strict=True)]
        return to_json({"schema": 1, "article": article, "candidates": rows}, indent=1)
    lines = [line for c, some in zip(found, heard, strict=True) for line in (_line(c), *map(_echo, some))]
    return "\n".join([*lines, _ending(found, heard, same_as)])


def _line(c: Candidate) -> str:
    source = " … ".join(s.text for s in c.source) or "?"
    cue = " … ".join(s.text for s in c.cue) or "no cue"
    where = ", ".join(f"{s.start}-{s.end}" for s in c.content)
    content = " … ".join(s.text for s in c.content)
    return f"{where}  {c.attribution}, {source} [{cue}]: {content}"


def _echo(e: Echo) -> str:
    s = e.statement
    alike = f"{e.similarity:.2f}{', the same source' if e.same_source else ''}"
    return f"    = {s.id} [{s.group}] {s.speaker or s.source_name}: “{' '.join(s.text.split())}” ({alike})"


def _ending(found: Sequence[Candidate], heard: Sequence[Sequence[Echo]], same_as: str | None) -> str:
    text = f"{len(found)} candidates, proposed by rules; none is a statement yet"
    if same_as is None:
        return text
    return f"{text}; {sum(map(bool, heard))} may repeat statements of '{same_as}' in other articles"
