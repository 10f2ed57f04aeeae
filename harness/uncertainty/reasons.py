"""Why a value, an interval or a test is missing or must be read with care: stable codes.

A reason is one string, ``code: sentence``; :func:`code_of` gives the part that programs compare.
"""

from __future__ import annotations

REASONS: dict[str, str] = {
    "undefined": "the score is 0/0 in this sample",
    "few_groups": "fewer than two statement groups, so nothing shows how much groups differ",
    "not_estimable": "a label has too few gold groups to estimate this score; it only describes the sample",
    "degenerate": "the resamples do not vary or are undefined too often for this method",
    "sum": "a sum grows with the number of statements; the relative score has the interval",
    "not_applicable": "this method is not defined for this metric",
    "few_replicates": "too few re-run cross-validations gave a defined score",
    "no_spread": "the difference does not vary, so its standard error is unknown and not 0",
    "identical": "both systems give the same predictions, so nothing shows how much they could differ",
    "no_power": "not even the largest possible difference would be found with 80 % power",
    "unreachable": "no reweighting of the observed groups gives a difference as large as this",
    "too_many": "more groups would be needed than the search looked at",
}


def reason(code: str, detail: str = "") -> str:
    """Return ``code: sentence``, the sentence from :data:`REASONS` unless ``detail`` is given."""
    return f"{code}: {detail or REASONS[code]}"


def code_of(text: str | None) -> str | None:
    """Return the stable code of a reason, None for None."""
    return None if text is None else text.split(":", 1)[0]
