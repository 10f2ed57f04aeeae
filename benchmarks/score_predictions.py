"""Score predictions of another system with intervals, beside pandas and scikit-learn without any.

    python -m benchmarks.score_predictions [--rows 60 3000 50000 1000000] [--forms jsonl csv] [--runs 5]

For each size and format, two programs take turns, each in a process of its own and from its start to its
end: ``harness score --predictions`` with a table whose own test part is scored (check of the data and of
every prediction, intervals, cautions, the run's folder and reports), and a script that reads the same two
files with pandas, joins them by id and has scikit-learn compute accuracy and macro-F1. Printed are the
medians, of the seconds that went by and of the processors' seconds, and the highest memory.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from benchmarks.large_table import write_table

LABELS = ("against", "favor", "none")
FORMS = ("jsonl", "csv", "parquet")
PANDAS = """
import sys
import pandas as pd
from sklearn.metrics import accuracy_score, f1_score
path, table = sys.argv[1:]
if path.endswith("jsonl"):
    said = pd.read_json(path, lines=True)
elif path.endswith("csv"):
    said = pd.read_csv(path)
else:
    said = pd.read_parquet(path)
gold = pd.read_parquet(table, columns=["id", "label", "split"])
both = gold[gold.split == "test"].merge(said, on="id")
print(accuracy_score(both.label, both.predicted), f1_score(both.label, both.predicted, average="macro"))
"""


def write_files(folder: Path, rows: int) -> None:
    """Write the table, of which nearly all is tested, and predictions in other order in each format."""
    import pyarrow as pa
    import pyarrow.parquet as pq
    from pyarrow import csv

    write_table(folder / "data.parquet", rows)
    table = pq.read_table(folder / "data.parquet")
    rng = np.random.default_rng(1)
    part = np.where(np.arange(rows) < max(20, rows // 100), "train", "test")
    table = table.set_column(table.column_names.index("split"), "split", pa.array(part))
    pq.write_table(table, folder / "data.parquet")
    order = rng.permutation(rows)
    gold = np.array(table.column("label").to_pylist())[order]
    said = np.where(rng.random(rows) < 0.7, gold, rng.choice(LABELS, rows))
    out = pa.table({"id": table.column("id").take(order), "predicted": said})
    pq.write_table(out, folder / "said.parquet")
    csv.write_csv(out, folder / "said.csv")
    with (folder / "said.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in out.to_pylist())
    columns = {name: name for name in ("id", "text", "target", "label", "split")}
    settings = {
        "name": "large",
        "seed": 1,
        "data": {"file": "data.parquet", "columns": columns},
        "splits": ["predefined"],
        "models": {"majority": "majority"},
        "evaluation": {"retrain": 0, "leakage": 0},
    }
    (folder / "large.yaml").write_text(json.dumps(settings), encoding="utf-8")


def measured(command: list[str]) -> tuple[float, float, float]:
    """Run a program; return the seconds that went by, its processors' seconds and its peak in bytes."""
    clock = time.perf_counter()
    silent = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    pid = os.posix_spawnp(command[0], command, os.environ, file_actions=silent)
    _, status, usage = os.wait4(pid, 0)
    if status:
        raise SystemExit(f"failed: {' '.join(command)}")
    return time.perf_counter() - clock, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


def compared(folder: Path, form: str, runs: int) -> str:
    """Let both programs take turns; return one line of what was measured."""
    said = folder / f"said.{form}"
    found: dict[str, list[tuple[float, float, float]]] = {"harness": [], "pandas": []}
    for _ in range(runs):
        shutil.rmtree(folder / "runs", ignore_errors=True)
        ours = ["-m", "harness", "score", "--predictions", str(said), "--config", str(folder / "large.yaml")]
        ours += ["--set", f"output={folder / 'runs'}"]
        found["harness"].append(measured([sys.executable, *ours]))
        found["pandas"].append(
            measured([sys.executable, "-c", PANDAS, str(said), str(folder / "data.parquet")])
        )
    a, b = ([statistics.median(column) for column in zip(*found[name], strict=True)] for name in found)
    return (
        f"{a[0]:.1f} s against {b[0]:.1f} s, {a[0] / b[0]:.2f} times; "
        f"of CPU {a[1]:.1f} s against {b[1]:.1f} s, {a[1] / b[1]:.2f} times; "
        f"peak {a[2] / 1e6:.0f} MB against {b[2] / 1e6:.0f} MB"
    )


def main() -> None:
    """Print a line for each size and format."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[60, 3_000, 50_000, 1_000_000])
    parser.add_argument("--forms", nargs="+", choices=FORMS, default=list(FORMS))
    parser.add_argument("--runs", type=int, default=5)
    args = parser.parse_args()
    for rows in args.rows:
        with tempfile.TemporaryDirectory() as name:
            writer = get_context("spawn").Process(target=write_files, args=(Path(name), rows))
            writer.start()
            writer.join()
            for form in args.forms:
                print(f"{rows:,} rows, {form}: {compared(Path(name), form, args.runs)}", flush=True)


if __name__ == "__main__":
    main()
