"""What a reader must know of the data and the folds before believing a score."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import Any

import numpy as np
import numpy.typing as npt

from harness.column_json import joined_text
from harness.examples import BLOCK, Examples, Places, ids_at, plain
from harness.near_duplicates import alike, unlinked_pairs
from harness.numbering import IntArray, group_numbers, label_numbers, numbered_groups, value_at
from harness.records import Example, RunRecord

SHOWN = 5


def cautions(record: RunRecord) -> Iterator[str]:
    """Yield sentences, each ``code: text``, about groups, look-alikes and folds."""
    yield from record.identity.get("notes", ())
    yield from _mixed_groups(record)
    yield from _look_alikes(record) if "corpus" in record.config["data"] else _copies(record)
    yield from _folds(record)
    yield from _unlabelled(record)


def _mixed_groups(record: RunRecord) -> Iterator[str]:
    groups, names = numbered_groups(record.examples)
    labels = label_numbers(record.examples, record.labels)
    table = np.zeros((len(names), len(record.labels)), dtype=bool)
    table[groups, labels] = True
    mixed = np.flatnonzero(table.sum(axis=1) > 1)
    if len(mixed):
        named = "; ".join(
            f"{value_at(names, g)} ({', '.join(sorted(record.labels[k] for k in np.flatnonzero(table[g])))})"
            for g in mixed[:SHOWN]
        )
        more = f" and {len(mixed) - SHOWN} more" if len(mixed) > SHOWN else ""
        yield f"mixed_groups: {len(mixed)} of {len(names)} groups hold more than one label: {named}{more}"


def _look_alikes(record: RunRecord) -> Iterator[str]:
    pairs = unlinked_pairs(record.examples)
    if pairs:
        named = "; ".join(f"{a} and {b} ({index:.2f})" for a, b, index in pairs[:SHOWN])
        more = f" and {len(pairs) - SHOWN} more" if len(pairs) > SHOWN else ""
        yield (
            f"unlinked: {len(pairs)} pairs of statements read alike but are in different groups; "
            f"if they report one utterance, they leak: {named}{more}"
        )


def _copies(record: RunRecord) -> Iterator[str]:
    """Say which rows of a table are copies of others or read like them, and where that leaks."""
    texts, at = _texts(record.examples)
    if not len(at):
        return
    numbers = alike(texts)  # before the array that it is put into: the search takes most of the memory
    part = np.full(len(record.examples), -1, dtype=np.int64)
    part[at] = numbers
    yield from _duplicates(record, texts, at, part)
    place = Places(record.examples)
    for split in dict.fromkeys(f.split for f in record.folds):
        folds = [f for f in record.folds if f.split == split]
        leaking = copies = tested = 0
        for fold in folds:
            train, test = part[place.of(fold.train)], part[place.of(fold.test)]
            found = int((np.isin(test, train) & (test >= 0)).sum())
            leaking, copies, tested = leaking + (found > 0), copies + found, tested + len(test)
        if copies:
            yield (
                f"leaks: {copies:,} of {tested:,} test statements of {split} read like a training statement, "
                f"in {leaking} of {len(folds)} folds; 'group: auto' makes one group of those"
            )


def _texts(examples: Sequence[Example]) -> tuple[Any, IntArray]:
    """Return the texts, each with its second text, of the examples that have any, and their positions."""
    if isinstance(examples, Examples):
        pair = examples.fields.get("text_pair")
        texts = plain(examples.texts)
        if pair is not None:
            texts = joined_text([texts, plain(pair)], " ")
        return texts, np.arange(len(examples))
    texts = [" ".join(filter(None, (e.text, e.fields.get("text_pair")))) for e in examples]
    at = np.flatnonzero([bool(text) for text in texts])
    return [texts[i] for i in at], at


def _duplicates(record: RunRecord, texts: Any, at: IntArray, part: IntArray) -> Iterator[str]:
    """Say which statements have the very text of one in another group; those read alike as well."""
    among = np.bincount(part[at])[part[at]] > 1
    number: dict[bytes, int] = {}
    digests = (blake2b(t.encode("utf-8"), digest_size=16).digest() for t in _some(texts, among))
    code = np.array([number.setdefault(found, len(number)) for found in digests], dtype=np.intp)
    rows = at[among]
    groups = group_numbers(record.examples)[rows]
    one_of = np.zeros(len(number), dtype=np.intp)
    one_of[code] = groups  # the last; whose text has several groups has another somewhere
    several = np.zeros(len(number), dtype=bool)
    several[code[groups != one_of[code]]] = True
    copied = rows[several[code]]
    if len(copied):
        named = ", ".join(ids_at(record.examples, np.sort(copied)[:SHOWN]))
        more = f" and {len(copied) - SHOWN:,} more" if len(copied) > SHOWN else ""
        yield f"duplicates: {len(copied):,} statements have the text of one in another group: {named}{more}"


def _some(texts: Any, wanted: npt.NDArray[np.bool_]) -> Iterator[str]:
    """Yield the wanted ones of a list or a column of texts, which becomes text a block at a time."""
    if isinstance(texts, list):
        yield from (texts[i] for i in np.flatnonzero(wanted).tolist())
        return
    for start in range(0, len(texts), BLOCK):
        yield from texts.slice(start, BLOCK).filter(wanted[start : start + BLOCK]).to_pylist()


def _folds(record: RunRecord) -> Iterator[str]:
    for split in dict.fromkeys(f.split for f in record.folds):
        folds = [f for f in record.folds if f.split == split]
        purged = Counter(p.part for f in folds for p in f.purged)
        if purged:
            said = {"train": "training sets", "dev": "dev parts"}
            where = " and ".join(
                f"{n} statements out of {said[part]}" for part, n in sorted(purged.items())[::-1]
            )
            yield f"purged: {split} left {where}, over {len(folds)} folds"
        for side in ("train", "test"):
            without = [f for f in folds if getattr(f, f"absent_{side}")]
            if without:
                names = sorted({label for f in without for label in getattr(f, f"absent_{side}")})
                what = "training" if side == "train" else "test"
                share = f"{len(without)} of {len(folds)} {what} sets of {split}"
                yield f"absent_{side}: {share} lack {', '.join(names)}"


def _unlabelled(record: RunRecord) -> Iterator[str]:
    for pool in record.pools:
        none = int((pool.predicted == len(record.labels)).sum())
        if none:
            all_ = int((pool.predicted >= 0).sum())
            yield f"unlabelled: {none} of {all_} replies of {pool.model} ({pool.split}) are no label; wrong"
