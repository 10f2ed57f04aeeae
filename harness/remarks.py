"""Data and models -> what is no fault but should be known before a fit, each ``code: sentence``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from harness.corpus import GOLD, Corpus
from harness.errors import did_you_mean
from harness.models.base import Model
from harness.numbering import label_numbers
from harness.records import Example


def run_remarks(
    labels: Sequence[str], examples: Sequence[Example], models: Mapping[str, Model]
) -> Iterator[str]:
    """Yield what a run should know of its data and of what its models can say.

    Parameters
    ----------
    labels : sequence of str
        Of the scheme or table.
    examples : sequence of Example
        All statements, also those that ``--limit`` leaves out.
    models : mapping of str to Model
        By their names in the configuration.
    """
    counts = np.bincount(label_numbers(examples, labels), minlength=len(labels))
    yield from _absent([label for label, n in zip(labels, counts, strict=True) if n == 0])
    for name, model in models.items():
        yield from (f"{code}: models.{name} {said}" for code, said in model.remarks(labels))


def corpus_remarks(corpus: Corpus) -> Iterator[str]:
    """Yield what a sound corpus lacks to be a benchmark, and described annotators who have no file."""
    for who in corpus.scheme.annotators:
        if who not in corpus.annotators:
            near = did_you_mean(who, corpus.annotators.keys() - {GOLD})
            yield f"no_annotator: scheme.yaml says what '{who}' is, who has no file; {near}".rstrip("; ")
    said = {s.stance for s in corpus.annotators.get(GOLD, ()) if s.stance is not None}
    if said:
        yield from _absent([label for label in corpus.scheme.names if label not in said])
        return
    others = sum(s.stance is not None for who, rows in corpus.annotators.items() if who != GOLD for s in rows)
    then = "adjudicate them" if others else "annotate first"
    yield (
        f"no_statements: annotations/gold has no labelled statement, annotators have {others}, "
        f"so a run has nothing to score; {then} (docs/how-to/annotate.md)"
    )


def _absent(labels: Sequence[str]) -> Iterator[str]:
    if labels:
        named = ", ".join(f"'{label}'" for label in labels)
        them = "it" if len(labels) == 1 else "them"
        yield (
            f"absent_label: no statement is labelled {named}: nothing can learn {them}, and means over "
            f"labels such as macro-F1 are undefined or count 0 for {them}; leave {them} out of the labels, "
            "or annotate more"
        )
