"""What a reader must know of the data and the folds before believing a score."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from harness.near_duplicates import alike, unlinked_pairs
from harness.records import RunRecord

SHOWN = 5


def cautions(record: RunRecord) -> Iterator[str]:
    """Yield sentences, each ``code: text``, about groups, look-alikes and folds."""
    yield from record.identity.get("notes", ())
    yield from _mixed_groups(record)
    yield from _look_alikes(record) if "corpus" in record.config["data"] else _copies(record)
    yield from _folds(record)
    yield from _unlabelled(record)


def _mixed_groups(record: RunRecord) -> Iterator[str]:
    labels: dict[str, set[str]] = defaultdict(set)
    for e in record.examples:
        labels[e.group].add(e.label)
    mixed = sorted(g for g, found in labels.items() if len(found) > 1)
    if mixed:
        named = "; ".join(f"{g} ({', '.join(sorted(labels[g]))})" for g in mixed[:SHOWN])
        more = f" and {len(mixed) - SHOWN} more" if len(mixed) > SHOWN else ""
        yield f"mixed_groups: {len(mixed)} of {len(labels)} groups hold more than one label: {named}{more}"


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
    texts = [" ".join(filter(None, (e.text, e.fields.get("text_pair")))) for e in record.examples]
    at = np.flatnonzero([bool(text) for text in texts])
    if not len(at):
        return
    yield from _duplicates(record, [texts[i] for i in at], at)
    part = np.full(len(texts), -1, dtype=np.int64)
    part[at] = alike([texts[i] for i in at])
    number = {e.id: i for i, e in enumerate(record.examples)}
    for split in dict.fromkeys(f.split for f in record.folds):
        folds = [f for f in record.folds if f.split == split]
        leaking = copies = tested = 0
        for fold in folds:
            train, test = (part[[number[i] for i in ids]] for ids in (fold.train, fold.test))
            found = int((np.isin(test, train) & (test >= 0)).sum())
            leaking, copies, tested = leaking + (found > 0), copies + found, tested + len(test)
        if copies:
            yield (
                f"leaks: {copies:,} of {tested:,} test statements of {split} read like a training statement, "
                f"in {leaking} of {len(folds)} folds; 'group: auto' makes one group of those"
            )


def _duplicates(record: RunRecord, texts: Sequence[str], at: npt.NDArray[np.intp]) -> Iterator[str]:
    first: dict[str, int] = {}
    copied: set[int] = set()
    for text, i in zip(texts, at.tolist(), strict=True):
        other = first.setdefault(text, i)
        if record.examples[other].group != record.examples[i].group:
            copied |= {other, i}
    if copied:
        named = ", ".join(record.examples[i].id for i in sorted(copied)[:SHOWN])
        more = f" and {len(copied) - SHOWN:,} more" if len(copied) > SHOWN else ""
        yield f"duplicates: {len(copied):,} statements have the text of one in another group: {named}{more}"


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
