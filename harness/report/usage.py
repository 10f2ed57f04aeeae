"""What models that ask a service used: requests, tokens, and cost where there is a price."""

from __future__ import annotations

from harness.records import Evaluation, Scores
from harness.report.tables import Cell, Footnotes, Section, Table, rows_of, splits_of

_UNSAID = "the service does not say, or the configuration names no price"


def usage_table(scores: Scores) -> Section | None:
    """Return one table a split: models that made requests in rows; None where no model made any."""
    metered = [e for e in scores.evaluations if e.usage is not None]
    if not metered:
        return None
    lead = (
        "Each distinct request behind the predictions counts once, whether it was answered in this run or "
        "kept from an earlier one: a run that finds its replies kept pays less."
    )
    if len(splits_of(scores)) > 1:
        lead += " Splits share requests, so their tables do not add up."
    if any(e.mode == "trained" for e in metered):
        lead += " Requests of the re-runs behind the intervals of trained models are not counted."
    groups = {split: [e for e in metered if e.split == split] for split in splits_of(scores)}
    return Section("usage", "Usage", lead, tuple(_table(split, es) for split, es in groups.items() if es))


def _table(split: str, evaluations: list[Evaluation]) -> Table:
    notes = Footnotes()
    rows: list[list[Cell | str]] = []
    for e in evaluations:
        used = e.usage or {}
        counts = [_cell(used.get(k), ",.0f", notes) for k in ("prompt_tokens", "completion_tokens")]
        cost = _cell(used.get("cost"), ",.4f", notes)
        rows.append([e.model, f"{used.get('requests', 0):,.0f}", *counts, cost])
    head = ("model", "requests", "prompt tokens", "completion tokens", "cost (USD)")
    return Table(f"usage-{split}", f"Split {split}", head, "lrrrr", rows_of(rows), tuple(notes.texts))


def _cell(value: float | None, form: str, notes: Footnotes) -> Cell:
    return Cell("–", notes.mark(_UNSAID)) if value is None else Cell(f"{value:{form}}")
