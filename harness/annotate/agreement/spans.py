"""Agreement on where statements are, character by character."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from harness.alpha import Floats
from harness.records import Statement

OUT, IN = 0, 1


def span_table(length: int, files: Sequence[Sequence[Statement]]) -> Floats:
    """Return the coincidences of *in a content span* and *outside* over the characters of one article.

    Parameters
    ----------
    length : int
        Code points of the article.
    files : sequence, one an annotator, of the article's statements
        An annotator without statements found nothing: all characters are outside.

    Returns
    -------
    (2, 2) float array
        Each character is a unit, and each annotator gives it a value. Fewer than two annotators: zeros.
    """
    m = len(files)
    if m < 2:
        return np.zeros((2, 2))
    inside = np.zeros(length, dtype=np.intp)
    for statements in files:
        own = np.zeros(length, dtype=bool)
        for s in statements:
            for span in s.content:
                own[span.start : span.end] = True
        inside += own
    n_in, times = np.unique(inside, return_counts=True)
    n_out = m - n_in
    both_in = (times * n_in * (n_in - 1)).sum()
    both_out = (times * n_out * (n_out - 1)).sum()
    mixed = (times * n_in * n_out).sum()
    return np.array([[both_out, mixed], [mixed, both_in]], dtype=np.float64) / (m - 1)


def span_tables(lengths: Mapping[str, int], files: Mapping[str, Sequence[Statement]]) -> list[Floats]:
    """Return one table of :func:`span_table` for each article, in the order of ``lengths``."""
    return [
        span_table(length, [[s for s in rows if s.article == article] for rows in files.values()])
        for article, length in lengths.items()
    ]
