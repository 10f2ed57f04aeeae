"""Score predictions of another system with intervals, beside pandas and scikit-learn without any.

    python -m benchmarks.score_predictions [--rows 60 3000 50000 1000000] [--forms jsonl csv] [--rounds 5]

For each size and format, two programs take turns, each in a process of its own and from its start to its
end: ``harness score --predictions`` with a table whose own test part is scored (check of the data and of
every prediction, look-alikes, intervals, cautions, the run's folder and reports), and a script that reads
the same two files with pandas, joins them by id and has scikit-learn compute accuracy and macro-F1. The
goals are judged at a million rows; at the end, how the harness's time grows beyond its start.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from multiprocessing import get_context
from pathlib import Path

from benchmarks import growth
from benchmarks.alternating import Alternation, Side, alternate, options
from benchmarks.generated import LABELS, columns
from benchmarks.machine import describe

GOAL = 1.5
MOST_MB = 1024**3 / 1e6
JUDGED = 1_000_000
"""Rows from which the goals hold: below, starting and drawing the report is most of the time."""
FORMS = ("jsonl", "csv", "parquet")
COLUMNS = ("id", "text", "source", "target", "label", "group", "split")
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
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq
    from pyarrow import csv

    made = columns(rows)
    part = np.where(np.arange(rows) < max(20, rows // 100), "train", "test")
    table = pa.table({name: made[name] for name in COLUMNS} | {"split": part})
    pq.write_table(table, folder / "data.parquet")
    rng = np.random.default_rng(1)
    order = rng.permutation(rows)
    gold = np.array(made["label"])[order]
    said = np.where(rng.random(rows) < 0.7, gold, rng.choice(LABELS, rows))
    out = pa.table({"id": table.column("id").take(order), "predicted": said})
    pq.write_table(out, folder / "said.parquet")
    csv.write_csv(out, folder / "said.csv")
    with (folder / "said.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in out.to_pylist())
    settings = {
        "name": "large",
        "seed": 1,
        "data": {"file": "data.parquet", "columns": {name: name for name in COLUMNS if name != "source"}},
        "splits": ["predefined"],
        "models": {"majority": "majority"},
        "evaluation": {"retrain": 0, "leakage": 0},
    }
    (folder / "large.yaml").write_text(json.dumps(settings), encoding="utf-8")


def measured(folder: Path, rows: int, form: str, rounds: int) -> Alternation:
    """Let both programs take turns and print what they took."""
    said = str(folder / f"said.{form}")
    ours = [sys.executable, "-m", "harness", "score", "--predictions", said]
    ours += ["--config", str(folder / "large.yaml"), "--set", f"output={folder / 'runs'}"]
    theirs = [sys.executable, "-c", PANDAS, said, str(folder / "data.parquet")]
    fresh = Side("harness score", ours, before=lambda: shutil.rmtree(folder / "runs", ignore_errors=True))
    found = alternate(f"predictions of {rows:,} rows, {form}", (fresh, Side("pandas", theirs)), rounds)
    found.show()
    return found


def judged(found: Alternation) -> int:
    """Print whether time and memory keep their goals; return how many do not."""
    peak = found.span("harness score", "memory")[2]
    good = peak <= MOST_MB
    print(f"{'pass' if good else 'FAIL'}  {found.what}: peak {peak:,.0f} MB, at most {MOST_MB:,.0f}")
    return found.judged(GOAL) + (not good)


def main() -> int:
    """Measure each size and format, then the growth; return 1 if a goal is missed."""
    parser = options(__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[60, 3_000, 50_000, 1_000_000])
    parser.add_argument("--forms", nargs="+", choices=FORMS, default=list(FORMS))
    args = parser.parse_args()
    sizes, rounds = ([60], 1) if args.quick else (args.rows, args.rounds)
    print(describe(["pandas"]))
    failed = 0
    seconds: dict[str, dict[int, float]] = {form: {} for form in args.forms}
    for rows in sizes:
        with tempfile.TemporaryDirectory() as name:
            writer = get_context("spawn").Process(target=write_files, args=(Path(name), rows))
            writer.start()
            writer.join()
            for form in args.forms:
                found = measured(Path(name), rows, form, rounds)
                seconds[form][rows] = found.span("harness score", "cpu")[0]
                failed += judged(found) if rows >= JUDGED else 0
    for form, grown in seconds.items():
        start, large = grown.get(60, 0.0), {rows: s for rows, s in grown.items() if rows >= 10_000}
        if len(large) > 1:
            failed += growth.judged(f"harness score, {form}, CPU beyond the start", large, start)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
