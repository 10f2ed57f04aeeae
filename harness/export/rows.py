"""Material -> flat rows: one a statement with its parts, votes and folds; one for each place in a fold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from harness.export.material import Material

Kind = Literal["text", "label", "whole", "number"]
Row = dict[str, Any]
FOLD_COLUMNS: Mapping[str, Kind] = {
    "split": "text",
    "repeat": "whole",
    "fold": "whole",
    "name": "text",
    "id": "text",
    "side": "text",
}
"""Columns of :func:`fold_rows`; ``side`` is train, dev, test or purged."""


def columns(material: Material) -> dict[str, Kind]:
    """Return the columns of :func:`statement_rows`, in order, each with what its values are.

    ``id``, ``text`` (``text_pair``, where there is one) and ``label`` come first, then the parts of a
    statement, ``article`` and ``group``, a column ``vote_<annotator>`` for each annotator (or
    ``share_<label>`` for each label, where the data give distributions) and a column ``fold_<split>`` for
    each split. A part that is called like another column is ``part_<name>``.
    """
    out: dict[str, Kind] = {"id": "text", "text": "text"}
    if any(e.pair is not None for e in material.examples):
        out["text_pair"] = "text"
    out["label"] = "label"
    out |= dict.fromkeys(_parts(material).values(), "text")
    out |= {"article": "text", "group": "text"}
    out |= {f"vote_{who}": "text" for who in _voters(material)}
    out |= dict.fromkeys(_shares(material), "number")
    return out | {f"fold_{split}": "whole" for split in material.splits}


def statement_rows(material: Material) -> Iterator[Row]:
    """Yield one row for each statement, with the keys of :func:`columns` in their order.

    ``fold_<split>`` is the number of the fold that tests the statement in the split's first repeat,
    None where none does. A vote is None where the annotator gave no label, a share where the data have
    no distribution for the statement.
    """
    parts, voters, shares = _parts(material), _voters(material), _shares(material)
    paired = any(e.pair is not None for e in material.examples)
    tested = {
        split: {i: f.index for f in material.first_folds(split) for i in f.test} for split in material.splits
    }
    for e in material.examples:
        row: Row = {"id": e.id, "text": e.text}
        if paired:
            row["text_pair"] = e.pair
        row["label"] = e.label
        row |= {column: e.fields.get(part) for part, column in parts.items()}
        row |= {"article": e.article, "group": e.group}
        row |= {f"vote_{who}": e.votes.get(who) for who in voters}
        row |= zip(shares, e.distribution or [None] * len(shares), strict=True)
        yield row | {f"fold_{split}": tested[split].get(e.id) for split in material.splits}


def fold_rows(material: Material) -> Iterator[Row]:
    """Yield one row for each statement on each side of each fold: everything that a run would fit.

    A dev statement that trains as well (``fit: train+dev``) is there twice.
    """
    for f in material.folds:
        purged = tuple(p.id for p in f.purged)
        sides = (("train", f.train), ("dev", f.dev), ("test", f.test), ("purged", purged))
        for side, ids in sides:
            for i in ids:
                yield {
                    "split": f.split,
                    "repeat": f.repeat,
                    "fold": f.index,
                    "name": f.name,
                    "id": i,
                    "side": side,
                }


def _voters(material: Material) -> list[str]:
    return sorted({who for e in material.examples for who in e.votes})


def _shares(material: Material) -> list[str]:
    """Return the columns of the shares by label; none where no statement has a distribution."""
    known = any(e.distribution is not None for e in material.examples)
    return [f"share_{label}" for label in material.labels] if known else []


def _parts(material: Material) -> dict[str, str]:
    """Return the column of each part that a statement has; the article's id is a column anyway."""
    names = dict.fromkeys(name for e in material.examples for name in e.fields)
    if all(e.fields.get("article", e.article) == e.article for e in material.examples):
        names.pop("article", None)
    taken = {"id", "text", "text_pair", "label", "article", "group"}
    taken |= (
        {f"vote_{who}" for who in _voters(material)}
        | {*_shares(material)}
        | {f"fold_{split}" for split in material.splits}
    )
    return {name: f"part_{name}" if name in taken else name for name in names}
