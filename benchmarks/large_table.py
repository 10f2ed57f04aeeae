"""Read, check, plan and score an invented Parquet file of many rows; time and memory of each step.

    python -m benchmarks.large_table [--rows 1000000] [--group-auto] [--quick]

Memory is the highest that the process has used so far; what it used for a thousand rows, which is Python and
the libraries, is told apart. It is compared with the size of the file and with that of the table in
Arrow, where texts are plain. What is scored are predictions of another system. The file and everything
else is made in a temporary folder.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from benchmarks.generated import made
from harness.config import load_config
from harness.evaluation import external_config
from harness.plan import loaded, make_plan
from harness.runner import execute
from harness.scoring import score_record
from harness.store import FoldStore

MB = 1e6
GOAL = 2.0
COLUMNS = ("id", "text", "source", "target", "label", "group", "split")


def main() -> int:
    """Print the sizes, then one line a step; return 1 if the goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--group-auto", action="store_true")
    parser.add_argument("--quick", action="store_true", help="a few rows: shows that it runs, judges nothing")
    args = parser.parse_args()
    n_rows = 2_000 if args.quick else args.rows
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        few, many = folder / "few.parquet", folder / "many.parquet"
        sizes = get_context("spawn").Queue()
        for table, rows in ((few, 1_000), (many, n_rows)):
            made(table, rows, names=COLUMNS)
            writer = get_context("spawn").Process(target=predictions, args=(table, sizes))
            writer.start()  # a process of its own, so that its memory does not count
            decoded = sizes.get()
            writer.join()
        for _, step in steps(few, args.group_auto):
            step()
        before, file = peak(), many.stat().st_size
        print(f"{n_rows:,} rows, {file / MB:.0f} MB, {decoded / MB:.0f} MB in Arrow")
        print(f"Python, libraries and a thousand rows: {before / MB:,.0f} MB")
        for what, step in steps(many, args.group_auto):
            clock = time.perf_counter(), time.process_time()
            step()
            seconds = time.perf_counter() - clock[0], time.process_time() - clock[1]
            more = peak() - before
            print(
                f"{what}: {seconds[0]:.1f} s ({seconds[1]:.1f} s of CPU), peak {peak() / MB:,.0f} MB: "
                f"{more / MB:,.0f} MB more, {more / file:.2f} of the file, {more / decoded:.2f} of Arrow"
            )
        if not args.quick:
            good = more <= GOAL * decoded
            print(f"{'pass' if good else 'FAIL'}  all of it: at most {GOAL:g} times the table in Arrow")
            return 0 if good else 1
    return 0


def steps(table: Path, group_auto: bool) -> Iterator[tuple[str, Callable[[], None]]]:
    """Yield the steps from a table to scores; each must be called before the next is asked for."""
    named = [name for name in COLUMNS if not (group_auto and name == "group")]
    columns = {name: name for name in named if name != "source"}
    settings = {
        "name": "large",
        "seed": 1,
        "data": {"file": table.name, "columns": columns} | ({"group": "auto"} if group_auto else {}),
        "splits": ["predefined"],
        "models": {"majority": "majority"},
        "evaluation": {"retrain": 0, "leakage": 0},
    }
    path = table.with_suffix(".yaml")
    path.write_text(json.dumps(settings), encoding="utf-8")
    config = external_config(load_config(path), table.with_suffix(".csv"), "other")
    store = FoldStore(table.parent / "runs")
    last: list[Any] = []

    def step(function: Callable[..., Any]) -> Callable[[], None]:
        return lambda: last.append(function(*[last.pop()] if last else []))

    yield "read and checked", step(lambda: loaded(config))
    yield "planned", step(lambda data: make_plan(config, data=data))
    yield "predictions looked up", step(lambda plan: execute(plan, store))
    yield "scored", step(score_record)


def predictions(table: Path, sizes: Any) -> None:
    """Write predictions for a table, which are its labels; put what the table takes in Arrow."""
    import pyarrow.parquet as pq
    from pyarrow import csv

    rows = pq.read_table(table)
    csv.write_csv(rows.select(["id", "label"]).rename_columns(["id", "predicted"]), table.with_suffix(".csv"))
    sizes.put(rows.nbytes)


def peak() -> int:
    """Return the most memory that this process has used so far, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    sys.exit(main())
