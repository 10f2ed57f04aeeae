"""Every statement with its gold label, what the models predicted, and its place in the article."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np

from harness.records import NO_LABEL, Example, Pool, RunRecord

LARGEST = 2_000
"""Statements that a page shows at most; the rest is in ``predictions.jsonl``."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a model predicted most often over the repeats, and in how many of them it was right."""

    model: str
    predicted: str
    right: int
    repeats: int
    agrees: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """A statement as the page shows it: ``parts`` are stretches of its sentence, marked or not."""

    id: str
    article: str
    group: str
    gold: str
    about: tuple[tuple[str, str], ...]
    parts: tuple[tuple[str, bool], ...]
    verdicts: tuple[Verdict, ...]


def statements(record: RunRecord, split: str) -> list[Shown]:
    """Return the first `LARGEST` statements in the order of the data, with the predictions of one split."""
    pools = [p for p in record.pools if p.split == split]
    return [_shown(record, e, i, pools) for i, e in islice(enumerate(record.examples), LARGEST)]


def _shown(record: RunRecord, e: Example, i: int, pools: list[Pool]) -> Shown:
    about = (
        (name, e.fields.get(name, "")) for name in ("target", "source", "cue", "source_kind", "attribution")
    )
    return Shown(
        id=e.id,
        article=e.article,
        group=e.group,
        gold=e.label,
        about=tuple((name.replace("_", " "), text) for name, text in about if text),
        parts=marked(e.fields.get("sentence", ""), e.fields.get("statement", e.text)),
        verdicts=tuple(_verdicts(record, e, i, pools)),
    )


def _verdicts(record: RunRecord, e: Example, i: int, pools: list[Pool]) -> Iterator[Verdict]:
    gold = record.labels.index(e.label)
    for pool in pools:
        said = pool.predicted[:, i]
        said = said[said >= 0]
        if said.size:
            most = int(np.bincount(said).argmax())
            named = (*record.labels, NO_LABEL)[most]
            yield Verdict(pool.model, named, int((said == gold).sum()), int(said.size), most == gold)


def marked(sentence: str, statement: str) -> tuple[tuple[str, bool], ...]:
    """Return the sentence in stretches, those of the statement marked.

    A statement of several spans is found piece by piece, each as long as can be, in order. Where it
    is not found, the statement alone is returned, marked.
    """
    if not statement:
        return (("(the text is not stored with this run)", False),)
    words, parts, at = statement.split(" "), [], 0
    while words:
        for stop in range(len(words), 0, -1):
            piece = " ".join(words[:stop])
            found = sentence.find(piece, at)
            if found >= 0 and piece:
                break
        else:
            return ((statement, True),)
        parts += [(sentence[at:found], False), (piece, True)]
        at, words = found + len(piece), words[stop:]
    return tuple((text, mark) for text, mark in [*parts, (sentence[at:], False)] if text)
