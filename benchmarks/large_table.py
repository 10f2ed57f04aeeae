"""Read, check and plan an invented Parquet file of many rows; time and memory of each step.

    python -m benchmarks.large_table [--rows 1000000] [--group-auto]

Memory is the highest that the process has used so far. The file and everything else is made in a
temporary folder.
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
import time
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from harness.config import load_config
from harness.plan import loaded, make_plan


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
    """Print one line a step."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--group-auto", action="store_true")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        table, path = Path(folder, "large.parquet"), Path(folder, "large.yaml")
        writer = get_context("spawn").Process(target=write_table, args=(table, args.rows))
        writer.start()  # a process of its own, so that its memory does not count
        writer.join()
        columns = {name: name for name in ("id", "text", "target", "label", "split")}
        settings = {
            "name": "large",
            "seed": 1,
            "data": {"file": table.name, "columns": columns} | ({"group": "auto"} if args.group_auto else {}),
            "splits": ["predefined"],
            "models": {"majority": "majority"},
            "evaluation": {"retrain": 0, "leakage": 0},
        }
        path.write_text(json.dumps(settings), encoding="utf-8")
        config = load_config(path)
        print(f"{args.rows:,} rows, {table.stat().st_size / 1e6:.0f} MB; before: {_peak():,.0f} MB")
        for name, step in (("read and checked", loaded), ("planned", make_plan)):
            clock = time.perf_counter()
            step(config)
            print(f"{name}: {time.perf_counter() - clock:.1f} s, peak {_peak():,.0f} MB")


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
