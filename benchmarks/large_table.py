"""Read, check, plan and score an invented Parquet file of many rows; time and memory of each step.

    python -m benchmarks.large_table [--rows 1000000] [--group-auto]

Memory is the highest that the process has used so far; what it used for a thousand rows, which is Python and
the libraries, is told apart. It is compared with the size of the file and with that of the table in
Arrow, where texts are plain. What is scored are predictions of another system. The file and everything
else is made in a temporary folder.
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from harness.config import load_config
from harness.evaluation import external_config
from harness.plan import loaded, make_plan
from harness.runner import execute
from harness.scoring import score_record
from harness.store import FoldStore

MB = 1e6


def write_table(path: Path, rows: int) -> None:
    """Write rows of 8 to 29 words drawn from 33,000, every hundredth a copy of another."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    rng = np.random.default_rng(0)
    words = np.array([f"w{i}" for i in range(33_000)])
    texts = [" ".join(words[rng.integers(0, len(words), n)]) for n in rng.integers(8, 30, rows)]
    texts[::100] = [texts[(i * 7) % rows] for i in range(0, rows, 100)]
    columns = {
        "id": [f"t{i}" for i in range(rows)],
        "text": texts,
        "target": rng.choice(["Atheism", "Climate", "Trump", "Abortion"], rows),
        "label": rng.choice(["favor", "against", "none"], rows),
        "split": rng.choice(["train", "dev", "test"], rows, p=[0.7, 0.1, 0.2]),
        "user": rng.integers(0, 200_000, rows),
    }
    pq.write_table(pa.table(columns), path)


def main() -> None:
    """Print the sizes, then one line a step."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--group-auto", action="store_true")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        few, many = folder / "few.parquet", folder / "many.parquet"
        sizes = get_context("spawn").Queue()
        for table, rows in ((few, 1_000), (many, args.rows)):
            writer = get_context("spawn").Process(target=write_all, args=(table, rows, sizes))
            writer.start()  # a process of its own, so that its memory does not count
            decoded = sizes.get()
            writer.join()
        for _, step in steps(few, args.group_auto):
            step()
        before, file = peak(), many.stat().st_size
        print(f"{args.rows:,} rows, {file / MB:.0f} MB, {decoded / MB:.0f} MB in Arrow")
        print(f"Python, libraries and a thousand rows: {before / MB:,.0f} MB")
        for what, step in steps(many, args.group_auto):
            clock = time.perf_counter(), time.process_time()
            step()
            seconds = time.perf_counter() - clock[0], time.process_time() - clock[1]
            more = peak() - before
            print(
                f"{what}: {seconds[0]:.1f} s ({seconds[1]:.1f} s of CPU), peak {peak() / MB:,.0f} MB: "
                f"{more / MB:,.0f} MB more, {more / file:.1f} of the file, {more / decoded:.1f} of Arrow"
            )


def steps(table: Path, group_auto: bool) -> Iterator[tuple[str, Callable[[], None]]]:
    """Yield the steps from a table to scores; each must be called before the next is asked for."""
    columns = {name: name for name in ("id", "text", "target", "label", "split")}
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
    made: list[Any] = []

    def step(function: Callable[..., Any]) -> Callable[[], None]:
        return lambda: made.append(function(*[made.pop()] if made else []))

    yield "read and checked", step(lambda: loaded(config))
    yield "planned", step(lambda data: make_plan(config, data=data))
    yield "predictions looked up", step(lambda plan: execute(plan, store))
    yield "scored", step(score_record)


def write_all(path: Path, rows: int, sizes: Any) -> None:
    """Write the table and predictions for it; put what the table takes in Arrow."""
    import pyarrow.parquet as pq
    from pyarrow import csv

    write_table(path, rows)
    table = pq.read_table(path)
    csv.write_csv(table.select(["id", "label"]).rename_columns(["id", "predicted"]), path.with_suffix(".csv"))
    sizes.put(table.nbytes)


def peak() -> int:
    """Return the most memory that this process has used so far, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    main()
