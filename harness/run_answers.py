"""A finished run, a plan and a sweep as what ``--json`` prints of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from harness.evaluation import Finished
    from harness.plan import Plan
    from harness.sweep_run import SweepPlan


def run_json(done: Finished) -> dict[str, Any]:
    """Return where a run lies, its scores (one object a split, model and metric) and its comparisons.

    What else was measured is in the file that ``metrics`` names.
    """
    from harness.report.sentence import sentence
    from harness.report.table import flat_table

    s = done.scores
    return {
        "run": done.folder,
        "report": done.folder / "report.html",
        "metrics": done.folder / "metrics.json",
        "signature": s.signature,
        "partial": s.partial,
        "primary": s.primary,
        "statements": s.n,
        "groups": s.n_groups,
        "articles": s.n_articles,
        "labels": done.record.labels,
        "summary": sentence(s),
        "notes": s.notes,
        "scores": flat_table(s),
        "comparisons": s.comparisons,
    }


def plan_json(plan: Plan) -> dict[str, Any]:
    """Return what a run would do: its data, folds and fits, and where its results would lie."""
    from harness.plan import FoldTask

    fits = sum(isinstance(t, FoldTask) for t in plan.tasks)
    splits = []
    for split in plan.config.splits:
        folds = [f for f in plan.folds if f.split == split.label]
        lacking = sum(bool(f.absent_test) for f in folds)
        purged = sum(len(f.purged) for f in folds)
        splits.append({"split": split.label, "folds": len(folds), "purged": purged, "lacking": lacking})
    return {
        "name": plan.config.name,
        "run": Path(plan.config.output, plan.config.name, plan.fingerprint[:16]),
        "partial": plan.partial,
        "statements": len(plan.examples),
        "groups": plan.identity["n_groups"],
        "articles": plan.identity["n_articles"],
        "labels": plan.labels,
        "notes": list(plan.identity.get("notes", ())),
        "splits": splits,
        "models": list(plan.config.models),
        "fits": fits,
        "more_fits": sum(plan.fits(t) for t in plan.tasks) - fits,
    }


def sweep_json(planned: SweepPlan) -> dict[str, Any]:
    """Return what the runs of a sweep would do, and their fits without those that several have."""
    fits = sum(part.plan.fits(task) for part in planned.work for task in part.tasks)
    return {"name": planned.name, "fits": fits, "runs": [plan_json(plan) for plan in planned.plans]}
