"""What a reader must know of the data and the folds before believing a score."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from harness.near_duplicates import unlinked_pairs
from harness.records import RunRecord

SHOWN = 5


def cautions(record: RunRecord) -> Iterator[str]:
    """Yield sentences, each ``code: text``, about groups, look-alikes and folds."""
    yield from _mixed_groups(record)
    yield from _look_alikes(record)
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


def _folds(record: RunRecord) -> Iterator[str]:
    for split in dict.fromkeys(f.split for f in record.folds):
        folds = [f for f in record.folds if f.split == split]
        purged = sum(len(f.purged) for f in folds)
        if purged:
            yield f"purged: {split} left {purged} statements out of training sets, over {len(folds)} folds"
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
