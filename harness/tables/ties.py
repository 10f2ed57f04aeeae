"""Rows that the rule for gold leaves open: told by line, or counted in a note."""

from __future__ import annotations

import numpy as np

from harness.errors import Problem
from harness.table_data import TableData
from harness.tables.consensus import BoolArray, asked_for
from harness.tables.found import Found
from harness.tables.labelled import Labelled
from harness.tables.rows import Rows


def settled(rows: Rows, data: TableData, gold: Labelled, found: Found, notes: list[str]) -> BoolArray:
    """Say which rows have gold, (n,), by what the configuration does with those that its rule leaves open.

    They are problems, or they are left out or labelled all the same, with a note that counts them.
    """
    asked = data.said_by_several
    assert asked is not None
    wanted = asked_for(asked, votes=bool(gold.votes))
    most = "most votes" if gold.votes else "the largest share"
    if asked.tie == "error":
        key = "annotations" if gold.votes else "distribution"
        hint = f"{key}.tie: drop leaves such rows out, first takes the first label with {most}"
        found.rows(
            np.flatnonzero(gold.tied),
            lambda i: Problem(rows.place(i), "tie", f"no label has {wanted} ({_said(gold, i)})", hint),
            "tie",
            "ties",
        )
        return ~gold.tied
    taken = f"the first label with {most}"
    if gold.votes and asked.rule == "plurality":
        taken = "the first tied annotator's label"
    done = "left out" if asked.tie == "drop" else f"{taken} is taken"
    notes.append(f"ties: {gold.tied.sum():,} of {rows.n:,} rows have no label with {wanted}; {done}")
    return np.asarray(~gold.tied if asked.tie == "drop" else np.ones(rows.n, dtype=bool))


def _said(gold: Labelled, row: int) -> str:
    """Return a row's votes, or its shares, in words."""
    if gold.distribution is not None:
        shares = zip(gold.names, gold.distribution[row].tolist(), strict=True)
        return ", ".join(f"{name}: {share:.3g}" for name, share in shares if share)
    return ", ".join(f"{who}: {gold.names[of[row]]}" for who, of in gold.votes.items() if of[row] >= 0)
