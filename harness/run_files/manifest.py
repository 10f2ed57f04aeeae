"""What ``manifest.json``, ``folds.json`` and ``reruns.json`` must say, and that they are of one run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any

from harness.consent import how, unagreed
from harness.errors import InputError, Place, did_you_mean
from harness.format_version import refuse_other_format
from harness.metric_types import metric_of
from harness.run_files.parts import Folds, Manifest, Tables
from harness.run_files.reading import HINT, SCHEMA, checked, of_this_format, read_json

READ = {"metrics", "primary", "reference", "level", "interval", "resamples", "slices"}
"""Settings that scoring reads."""


def manifest_of(path: Path) -> dict[str, Any]:
    """Read a manifest; see :func:`harness.store.read_manifest`."""
    value = read_json(path)
    if not isinstance(value, dict):
        raise InputError("damaged: not an object", place=path, hint=HINT)
    refuse_other_format(value.get("schema"), SCHEMA, path, HINT)
    said = checked(path, value, Manifest)
    for name, twice in Counter(said.labels).items():
        if twice > 1:
            raise InputError(f"labels: '{name}' is there twice", place=path, hint=HINT)
    run = set(product(said.identity.splits, said.identity.models))
    if {(p.split, p.model) for p in said.pools} != run or not {m for _, m in run} <= set(said.config.models):
        raise InputError("pools: not those of the splits and models of the run", place=path, hint=HINT)
    settings = said.config.evaluation
    lacking = READ.difference(value["config"]["evaluation"])
    if lacking:
        raise InputError(f"config.evaluation: no {', '.join(sorted(lacking))}", place=path, hint=HINT)
    strange = unagreed(said.config.trust)
    trust = [name for name in said.config.trust if name not in strange]
    try:
        named = [metric_of(entry, said.labels, trust).name for entry in settings.metrics]
    except InputError as error:
        error.place = Place(str(path))
        if strange:
            error.hint = f"the run trusts {', '.join(strange)}; if you do as well, {how(strange)}"
        raise
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"config.evaluation.metrics: {error}", place=path, hint=HINT) from None
    if settings.primary not in named:
        hint = did_you_mean(settings.primary, named)
        raise InputError(f"the primary metric '{settings.primary}' is not there", place=path, hint=hint)
    return value


def folds_of(path: Path, manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Read ``folds.json``: the folds of the manifest's splits, and what tuning chose for each pool."""
    value: dict[str, Any] = of_this_format(path)
    said = checked(path, value, Folds)
    pools = {(p["split"], p["model"]) for p in manifest["pools"]}
    splits = {split for split, _ in pools}
    odd = next((f.split for f in said.folds if f.split not in splits), None)
    if odd is not None:
        raise InputError(f"a fold of the split '{odd}', which was not run", place=path, hint=HINT)
    lacking = pools - {(c.split, c.model) for c in said.chosen}
    if lacking:
        split, model = min(lacking)
        raise InputError(f"chosen: nothing of '{model}' under '{split}'", place=path, hint=HINT)
    return value


def tables_of(path: Path, manifest: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Read ``reruns.json``: tables of the manifest's models, of as many rows as there are labels."""
    value = of_this_format(path)
    said = checked(path, value, Tables)
    models = {p["model"] for p in manifest["pools"]}
    splits = {p["split"] for p in manifest["pools"]} | {""}
    n = len(manifest["labels"])
    for i, table in enumerate(said.tables):
        wrong = None
        if table.model not in models or table.split not in splits:
            wrong = f"of '{table.model}' under '{table.split}', which was not run"
        elif not all(_fits(counts, n, n) for counts in table.confusions):
            wrong = f"a confusion is not {n} by {n}, or {n + 1} with what is no label"
        elif not all(
            _fits(counts, len(counts), n) and len(counts) % n == 0
            for t in table.over.values()
            for counts in t
        ):
            wrong = f"a confusion by value is not of {n} labels"
        elif not len(table.confusions) == len(table.train_rows) == len(table.train_groups):
            wrong = "confusions, train_rows and train_groups are not equally many"
        if wrong is not None:
            raise InputError(f"tables.{i}: {wrong}", place=path, hint=HINT)
    whole_runs = {(t.split, t.model) for t in said.tables if t.kind == "rerun" and t.share == 1}
    lacking = {(p["split"], p["model"]) for p in manifest["pools"]} - whole_runs
    if whole_runs and lacking:
        split, model = min(lacking)
        raise InputError(f"no re-runs of '{model}' under '{split}'", place=path, hint=HINT)
    rows: list[dict[str, Any]] = value["tables"]
    return rows


def _fits(counts: Sequence[Sequence[int]], n_rows: int, n_labels: int) -> bool:
    return len(counts) == n_rows and {len(row) for row in counts} <= {n_labels, n_labels + 1}
