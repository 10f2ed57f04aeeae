"""What a statement is given where another tool's file does not say it; every such field is named."""

from __future__ import annotations

from harness.annotate.exchange.rows import PARTS, Row
from harness.corpus import GOLD
from harness.records import Scheme


def filled(row: Row, who: str, scheme: Scheme, number: int) -> tuple[Row, list[str]]:
    """Complete a row, in the order of the file format; return it with the names of what was filled in.

    Parameters
    ----------
    row : dict
        With ``article`` and, where the file has them, the other fields.
    number : int
        Of the statement in its article, from 1, for an id.
    """
    id_ = row.get("id") or f"{who}-{row['article']}-{number:03}"
    source = " ".join(str(s.get("text", "")) for s in row.get("source") or () if isinstance(s, dict))
    defaults: Row = {
        "id": id_,
        **{part: [] for part in PARTS},
        "source_name": source or "unnamed",
        "speaker": "",
        "source_kind": "person" if source else "anonymous",
        "via": [],
        "attribution": "indirect",
        "stance": None,
        "exclusion": None,
        "group": id_,
        "confidence": 3,
        "note": "",
        "annotator": who,
        "codebook_version": scheme.codebook_version,
    }
    if who == GOLD:
        defaults |= {"reason": "", "derived_from": []}
    missing = [name for name in defaults if name not in row]
    silent = {
        "via",
        "speaker",
        "note",
        "stance",
        "exclusion",
        "reason",
        "derived_from",
        *PARTS,
    }  # absent means none
    return {**defaults, **row}, [name for name in missing if name not in silent]
