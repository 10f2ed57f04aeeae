"""What labelling and fitting cost on a Dask cluster of this machine, piece by piece.

    python -m benchmarks.scaling [--rows 200000] [--parts 20] [--workers 1 2]

Statements are invented (`benchmarks.generated`). Everything is made in a temporary folder.
Seconds of a processor are those that workers used; a wall clock also shows what else the machine does,
so the load is printed as well.
"""

from __future__ import annotations

import argparse
import os
import pickle
import resource
import tempfile
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from benchmarks.generated import SEED, made
from harness.config import load_config
from harness.evaluation import evaluate, only_models
from harness.execution import DaskExecution
from harness.executors.cluster import Cluster
from harness.executors.dask import small
from harness.executors.executor import without_tasks
from harness.labelling.parts_job import PartsJob, label_parts
from harness.labelling.run_model import RunModel, run_model
from harness.plan import FoldTask, make_plan
from harness.store import FoldStore

ROOT = Path(__file__).resolve().parents[1]
EMPTY_TASKS = 500


def main() -> None:
    """Print one line a figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--parts", type=int, default=20)
    parser.add_argument("--workers", type=int, nargs="*", default=[1, 2])
    args = parser.parse_args()
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} before")
    with tempfile.TemporaryDirectory() as scratch:
        model, statements = prepared(Path(scratch), args.rows, args.parts)
        for n in args.workers:
            for line in labelling(model, statements, Path(scratch, f"labels-{n}"), n, args.rows):
                print(line)
        for line in (*overhead(), *fitting(Path(scratch))):
            print(line)
    print(f"load {os.getloadavg()[0]:.1f} after")


def prepared(folder: Path, rows: int, parts: int) -> tuple[RunModel, Path]:
    """Run the baseline's svm, train it on all gold statements, and write the parts."""
    settings = (
        "evaluation.retrain=0",
        "evaluation.leakage=0",
        "data.input=statement",
        f"output={folder / 'runs'}",
    )
    config = only_models(load_config(ROOT / "configs" / "baseline.yaml", settings), ["svm"])
    model = run_model(evaluate(config).folder)
    statements = folder / "statements"
    statements.mkdir()
    for i in range(parts):
        part = statements / f"part-{i:04}.parquet"
        made(part, rows // parts, SEED + i, names=("id", "text", "target"))
    one = PartsJob(str(statements / "part-0000.*"), folder / "trained", jobs=1)
    label_parts(model, one)
    return model, statements


def labelling(model: RunModel, statements: Path, out: Path, workers: int, rows: int) -> Iterator[str]:
    """Label all parts with so many workers that are already there."""
    with Cluster(DaskExecution(), workers) as cluster:
        cluster.verify()
        there = DaskExecution(address=cluster.address)
        cluster.ask(used)
        before = sum(cpu for cpu, _ in cluster.ask(used).values())
        own, clock = time.process_time(), time.perf_counter()
        label_parts(model, PartsJob(str(statements), out, execution=there))
        wall, own = time.perf_counter() - clock, time.process_time() - own
        after = cluster.ask(used).values()
    cpu, memory = sum(cpu for cpu, _ in after) - before, max(peak for _, peak in after)
    yield (
        f"predict, {workers} workers: {rows / wall:,.0f} rows a second by the clock; "
        f"{1e6 * cpu / rows:.0f} s of a processor a million rows in workers, {own:.1f} s in all here; "
        f"a worker's peak {memory:,.0f} MB"
    )
    sizes = {path: sum(p.stat().st_size for p in path.rglob("*.parquet")) for path in (statements, out)}
    yield f"  bytes a row: {sizes[statements] / rows:.0f} read, {sizes[out] / rows:.0f} written (Parquet)"


def overhead() -> Iterator[str]:
    """Send pieces that do nothing, and data that many workers need."""
    with Cluster(DaskExecution(), 2) as cluster:
        cluster.verify()
        for _ in cluster.each(nothing, ((0, i) for i in range(50))):
            pass
        own, clock = time.process_time(), time.perf_counter()
        for _ in cluster.each(nothing, ((0, i) for i in range(EMPTY_TASKS))):
            pass
        own, wall = time.process_time() - own, time.perf_counter() - clock
        yield (
            f"a piece that does nothing: {1e3 * wall / EMPTY_TASKS:.1f} ms by the clock, "
            f"{1e3 * own / EMPTY_TASKS:.1f} ms of a processor here, scheduler included"
        )
        data = os.urandom(100_000_000)
        clock = time.perf_counter()
        for _ in cluster.each(nothing, [(data, 0)]):
            pass
        yield f"100 MB to two workers: {time.perf_counter() - clock:.1f} s by the clock"
    clock = time.process_time()
    sha256(data).hexdigest()
    yield f"SHA-256 of 100 MB: {time.process_time() - clock:.2f} s"


def fitting(folder: Path) -> Iterator[str]:
    """Say what a plan, a task and a stored fold of a table of 100,000 statements weigh."""
    rows = 100_000
    made(folder / "large.parquet", rows)
    path = folder / "large.yaml"
    columns = "{" + ", ".join(f"{name}: {name}" for name in ("id", "text", "target", "label", "split")) + "}"
    path.write_text(
        f"name: large\nseed: 1\ndata: {{file: large.parquet, columns: {columns}}}\nsplits: [predefined]\n"
        "models: {svm: tfidf-svm}\nevaluation: {retrain: 0, leakage: 0}\n",
        encoding="utf-8",
    )
    plan = make_plan(load_config(path))
    task = next(t for t in plan.tasks if isinstance(t, FoldTask))
    yield f"a plan without its tasks: {len(pickle.dumps(without_tasks(plan))) / rows:.0f} bytes a statement"
    yield f"a task: {len(pickle.dumps(small(task))):,} bytes"
    n = len(task.fold.test)
    value = {"predicted": [1] * n, "probabilities": [[0.123456789012345] * 3] * n}
    store, clock = FoldStore(folder), time.process_time()
    for i in range(5):
        store.put(f"{i}" * 64, value)
    size = next((folder / ".folds").rglob("*.json")).stat().st_size
    yield (
        f"a stored fold of {n:,} predictions with probabilities: {size / n:.0f} bytes and "
        f"{1e6 * (time.process_time() - clock) / 5 / n:.1f} µs a prediction"
    )


def used() -> tuple[float, float]:
    """Return the seconds of a processor and the MB of memory that this process has used at most."""
    return time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def nothing(shared: Any, item: int) -> int:
    """Do nothing."""
    return item


if __name__ == "__main__":
    main()
