"""All runs below a folder -> one table for each data set, with tie groups in place of bare ranks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from harness.comparison import difference, same_division
from harness.errors import InputError
from harness.evaluation import Finished, rescore
from harness.records import Board, Entry, Evaluation
from harness.tested import Tested
from harness.textfile import to_json
from harness.uncertainty import holm

Candidate = tuple[Finished, Evaluation]
Key = tuple[str, tuple[str, ...], str, str, str]
"""Digest of the data, labels, division, and the metric's name and definition."""


def boards(folder: Path) -> list[Board]:
    """Collect every finished, complete run below a folder; see :func:`boards_of`.

    Raises
    ------
    InputError
        There is no finished run.
    """
    runs = [rescore(path.parent) for path in sorted(folder.rglob("manifest.json"))]
    runs = [run for run in runs if not run.record.partial]
    if not folder.is_dir():
        raise InputError("no such folder", place=folder, hint="give the folder that runs lie below")
    if not runs:
        raise InputError(
            "holds no finished, complete run", place=folder, hint="harness run configs/baseline.yaml"
        )
    return boards_of(runs)


def boards_of(runs: Sequence[Finished]) -> list[Board]:
    """Rank the models of runs.

    A tie group starts at the best model that is in none yet and takes in the models that follow, up to
    the first that can be told apart from it (Holm-adjusted p below 1 - level). Runs of other data or
    labels, and other divisions, are other tables. The same model of the same signature is listed once.
    """
    tables: dict[Key, dict[tuple[str, str], Candidate]]
    tables = defaultdict(dict)
    for run in runs:
        for e in run.scores.evaluations:
            split = str(run.record.identity["splits"][e.split])
            key = (run.record.identity["data"], run.record.labels, split, *_metric(run))
            tables[key].setdefault((e.signature, e.model), (run, e))
    return [_board(key, list(found.values())) for key, found in sorted(tables.items())]


def _metric(run: Finished) -> tuple[str, str]:
    """Return the primary metric's name, and its definition where the configuration gives one."""
    settings = run.record.config["evaluation"]
    own = [e for e in settings["metrics"] if not isinstance(e, str) and e["name"] == run.scores.primary]
    return run.scores.primary, to_json(own[0]) if own else ""


def _board(key: Key, candidates: list[Candidate]) -> Board:
    data, labels, _, metric, _ = key
    defined = [c for c in candidates if c[1].scores[metric].value is not None]
    defined.sort(key=lambda c: (-(c[1].scores[metric].value or 0), c[1].model))
    entries: list[Entry] = []
    left, group = defined, 0
    while left:
        group += 1
        ps = _from_leader(left, metric)
        level = float(left[0][0].record.config["evaluation"]["level"])
        size = next((i for i, p in enumerate(ps) if p is not None and p < 1 - level), len(left))
        entries += [_entry(c, group, metric, p) for c, p in zip(left[:size], ps, strict=False)]
        left = left[size:]
    entries += [_entry(c, group + 1, metric, None) for c in candidates if c not in defined]
    first = candidates[0][1]
    return Board(data, labels, first.split, metric, first.n, first.n_groups, tuple(entries))


def _from_leader(ranked: Sequence[Candidate], metric: str) -> list[float | None]:
    """Adjusted p of each model's difference from the first; None for the first itself."""
    (leader, best), *others = ranked
    ps = [_p(leader, best, run, e, metric) for run, e in others]
    return [None, *holm(ps)]


def _p(leader: Finished, best: Evaluation, run: Finished, e: Evaluation, metric: str) -> float | None:
    pool = next(p for p in leader.record.pools if (p.split, p.model) == (best.split, best.model))
    other = next(p for p in run.record.pools if (p.split, p.model) == (e.split, e.model))
    if not same_division(leader, pool, run, other):
        return None
    tested = Tested(leader.record)
    return difference(leader, pool, run, other, tested.metric(metric), tested.level).p


def _entry(candidate: Candidate, group: int, metric: str, p: float | None) -> Entry:
    run, e = candidate
    name = f"{run.folder.parent.name}/{run.folder.name[:8]}"
    return Entry(group, e.model, name, e.mode, e.scores[metric], p, e.signature)
