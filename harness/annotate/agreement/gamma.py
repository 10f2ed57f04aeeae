"""Gamma: one value for finding, bounding and labelling at once (the ``gamma`` extra).

Source: Mathet, Widlöcher and Métivier (2015), "The unified and holistic method gamma for inter-annotator
agreement measure and alignment", Computational Linguistics 41 (3); computed by pygamma-agreement.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import numpy as np

from harness.alpha import Value
from harness.annotate.agreement.statements import label_of
from harness.errors import RunError
from harness.records import Statement

SAMPLES = 30
"""Random continua that the expected disorder is a mean of; pygamma-agreement's own default."""


def gamma_of(
    files: Mapping[str, Sequence[Statement]], rng: np.random.Generator, *, samples: int = SAMPLES
) -> Value:
    """Gamma of the annotators of one article; each content span is a unit with its statement's label.

    Parameters
    ----------
    files : annotator -> their statements of one article
    rng : numpy.random.Generator
        Source of the seed for the random continua.
    samples : int

    Returns
    -------
    value, at most 1 (or None), reason
        0 is as good as chance, below 0 is worse.

    Raises
    ------
    RunError
        The extra is not installed.
    """
    library, segment = _library()
    if len(files) < 2:
        return None, "fewer than two annotators"
    spans = {who: [(span, label_of(s)) for s in rows for span in s.content] for who, rows in files.items()}
    empty = [who for who, found in spans.items() if not found]
    if empty:
        return None, f"{', '.join(empty)} found nothing"
    continuum = library.Continuum()
    for who, found in spans.items():
        for span, label in found:
            continuum.add(who, segment(span.start, span.end), label)
    with _global_seed(int(rng.integers(2**32))), _quiet():
        # soft and fast stay off: they are approximations of another measure
        result = continuum.compute_gamma(library.CombinedCategoricalDissimilarity(), n_samples=samples)
    if not result.expected_disorder > 0:
        return None, "chance could not disagree"
    return float(result.gamma), None


def gammas(
    articles: Sequence[str], files: Mapping[str, Sequence[Statement]], rng: np.random.Generator
) -> dict[str, Value]:
    """Return gamma for each article: disorder is only comparable within one text."""
    return {
        article: gamma_of(
            {who: [s for s in rows if s.article == article] for who, rows in files.items()}, rng
        )
        for article in articles
    }


def mean_gamma(values: Mapping[str, Value]) -> Value:
    """Return the mean over the articles that have a gamma, or None with a reason."""
    known = [value for value, _ in values.values() if value is not None]
    return (sum(known) / len(known), None) if known else (None, "no article has a gamma")


def _library() -> tuple[Any, Any]:
    """Return the module and the class of its segments."""
    try:
        return import_module("pygamma_agreement"), import_module("pyannote.core").Segment
    except ImportError:
        raise RunError("gamma needs pygamma-agreement", hint="pip install 'stance-harness[gamma]'") from None


@contextmanager
def _global_seed(seed: int) -> Iterator[None]:
    """Seed numpy's global generator, the only one that the library takes, and put its state back."""
    state = np.random.get_state()
    np.random.seed(seed)
    try:
        yield
    finally:
        np.random.set_state(state)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the library from logging, for each of its samples, which solver it uses."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(before)
