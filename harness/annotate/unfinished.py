"""A corpus while it is being annotated: sound, but not every article needs gold yet."""

from __future__ import annotations

from pathlib import Path

from harness.checks import content_problems
from harness.corpus import GOLD, Corpus
from harness.corpus_files import read_corpus
from harness.errors import Problem, ProblemsError

PENDING = frozenset({"gold-missing", "decision"})
"""Problems that the work at hand is there to settle; ``harness check`` and a run still name them."""
PENDING_IN_GOLD = frozenset({"dangling-id", "codebook-version"})
"""The same, of gold files alone; an annotator's statements are mended by their annotator."""


def load_unfinished(root: Path) -> Corpus:
    """Read a corpus that must be free of problems, but may have articles that wait for adjudication.

    An article may have no gold yet, and gold may contradict what an annotator has changed since, or be of an
    earlier version of the codebook.

    Raises
    ------
    ProblemsError
        Every other problem of form and content.
    """
    corpus, problems = read_corpus(root)
    if corpus is not None:
        problems = [*problems, *unsound(corpus)]
    if problems or corpus is None:
        raise ProblemsError(set(problems))
    return corpus


def unsound(corpus: Corpus) -> list[Problem]:
    """Return what is wrong with the content of a corpus, besides what is pending."""
    return [p for p in content_problems(corpus) if not _pending(corpus, p)]


def _pending(corpus: Corpus, problem: Problem) -> bool:
    """Tell whether deciding again mends a problem: in gold, origins that are gone or an old codebook."""
    in_gold = corpus.root / "annotations" / GOLD in Path(problem.place.path).parents
    return problem.code in PENDING or (in_gold and problem.code in PENDING_IN_GOLD)
