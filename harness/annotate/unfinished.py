"""A corpus while it is being annotated: sound, but not every article needs gold yet."""

from __future__ import annotations

from pathlib import Path

from harness.checks import content_problems
from harness.corpus import Corpus
from harness.corpus_files import read_corpus
from harness.errors import Problem, ProblemsError

PENDING = frozenset({"gold-missing"})
"""Problems that the work at hand is there to settle; ``harness check`` and a run still name them."""


def load_unfinished(root: Path) -> Corpus:
    """Read a corpus that must be free of problems, but may have articles that wait for adjudication.

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
    return [p for p in content_problems(corpus) if p.code not in PENDING]
