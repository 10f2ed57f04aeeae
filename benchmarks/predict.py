"""``harness predict`` against one call of a scikit-learn pipeline.

    python -m benchmarks.predict [--rounds N] [--quick]

The other side reads the file, vectorises and predicts labels and probabilities of all rows in one call. It
writes nothing and keeps everything in memory; the harness writes what it labels, batch by batch. Both load
a model that was trained before, on the same statements. Each file format is measured, then how time and
memory grow with the rows, starting the process not counted.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks import growth
from benchmarks.alternating import Alternation, Side, alternate, options
from benchmarks.generated import SEED, made
from benchmarks.machine import describe
from benchmarks.usage import Usage, used

GOAL = 1.1
FORMATS = ("jsonl", "csv", "parquet")
MODELS = {"words": (1, 1), "pairs": (1, 2)}
"""Word n-grams of the models that are offered; the fewer there are, the less hides what else is done."""
COLUMNS = ("id", "text", "source", "label")
TRAINING = 3000


def prepared(folder: Path, model: str) -> Path:
    """Train both sides' models, and store them; return the run's folder."""
    made(folder / "train.jsonl", TRAINING, seed=SEED + 1)
    columns = {name: name for name in ("id", "text", "label", "group", "split")}
    settings = {
        "name": "run",
        "seed": 1,
        "data": {"file": "train.jsonl", "columns": columns},
        "splits": ["predefined"],
        "models": {model: {"type": "tfidf-logreg", "words": list(MODELS[model])}},
        "evaluation": {"retrain": 0, "leakage": 0},
    }
    (folder / "run.yaml").write_text(json.dumps(settings), encoding="utf-8")
    used([sys.executable, "-m", "harness", "run", str(folder / "run.yaml"), "--set", f"output={folder}/runs"])
    run = next(folder.glob("runs/run/*/manifest.json")).parent
    made(folder / "few.jsonl", 1, names=COLUMNS)
    used([sys.executable, "-m", "harness", "predict", str(run), str(folder / "few.jsonl")])
    used([sys.executable, "-m", "benchmarks.predict", "--fit", str(folder), "--model", model])
    return run


def fit(folder: Path, model: str) -> None:
    """Train the pipeline on what the run was trained on, and store it."""
    import joblib
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    rows = [json.loads(line) for line in (folder / "train.jsonl").read_text("utf-8").splitlines()]
    pipeline = make_pipeline(TfidfVectorizer(ngram_range=MODELS[model]), LogisticRegression(max_iter=2000))
    joblib.dump(pipeline.fit([r["text"] for r in rows], [r["label"] for r in rows]), folder / "model.joblib")


def plain(folder: Path, source: Path) -> None:
    """Read, vectorise and predict, as one would without the harness."""
    import joblib
    import numpy as np

    pipeline = joblib.load(folder / "model.joblib")
    if source.suffix == ".jsonl":
        with source.open(encoding="utf-8") as file:
            texts = [json.loads(line)["text"] for line in file]
    elif source.suffix == ".csv":
        import pandas as pd

        texts = pd.read_csv(source, keep_default_na=False, usecols=["text"])["text"].tolist()
    else:
        import pyarrow.parquet as pq

        texts = pq.read_table(source, columns=["text"])["text"].to_pylist()
    shares = pipeline.predict_proba(texts)
    labels = pipeline.classes_[np.argmax(shares, axis=1)]
    assert len(labels) == len(texts)


def sides(folder: Path, run: Path, source: Path, jobs: int) -> tuple[Side, Side]:
    """Return the two commands for one file."""
    python, out = sys.executable, folder / f"out{source.suffix}"
    harness = (python, "-m", "harness", "predict", str(run), str(source), "--out", str(out), f"--jobs={jobs}")
    other = (python, "-m", "benchmarks.predict", "--plain", str(folder), str(source))
    return (
        Side("harness predict", harness, before=lambda: out.unlink(missing_ok=True)),
        Side("scikit-learn", other),
    )


def measured(folder: Path, run: Path, suffix: str, rows: int, rounds: int, jobs: int) -> Alternation:
    """Measure one size of one format."""
    source = made(folder / f"new.{suffix}", rows, names=COLUMNS)
    what = f"{rows:,} statements, {suffix}, --jobs {jobs}"
    found = alternate(what, sides(folder, run, source, jobs), rounds)
    found.show()
    source.unlink()
    return found


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark; return 1 if a goal is missed."""
    parser = options(__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--format", nargs="+", choices=FORMATS, default=list(FORMATS))
    parser.add_argument("--model", choices=MODELS, default="words")
    parser.add_argument("--jobs", type=int, default=1, help="processes of the harness; 0 as many as pay off")
    parser.add_argument("--no-growth", action="store_true")
    parser.add_argument("--fit", type=Path, metavar="FOLDER", help="(a side of the measurement)")
    parser.add_argument("--plain", type=Path, nargs=2, metavar="PATH", help="(a side of the measurement)")
    args = parser.parse_args(argv)
    if args.fit or args.plain:
        fit(args.fit, args.model) if args.fit else plain(*args.plain)
        return 0
    rows, rounds = (60, 1) if args.quick else (args.rows, args.rounds)
    print(describe(["pandas"]))
    failed = 0
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        run = prepared(folder, args.model)
        for suffix in args.format:
            found = measured(folder, run, suffix, rows, rounds, args.jobs)
            failed += 0 if args.quick else found.judged(GOAL) + found.judged(GOAL, measure="cpu")
        if not args.no_growth:
            failed += grown(folder, run, rows, rounds, args.jobs, quick=args.quick)
    return 1 if failed and not args.quick else 0


def grown(folder: Path, run: Path, most: int, rounds: int, jobs: int, *, quick: bool) -> int:
    """Measure how the harness's time and memory grow; return 1 if the goal is missed."""
    sizes = (60,) if quick else (60, 3000, most // 100, most // 10, most)
    found: dict[int, Usage] = {}
    for rows in sizes:
        source = made(folder / "new.jsonl", rows, names=COLUMNS)
        side = sides(folder, run, source, jobs)[0]
        alone = alternate("", [side], rounds)
        found[rows] = Usage(*(alone.span(side.name, m)[0] for m in ("wall", "cpu", "memory")))
        print(f"{rows:>12,} rows: {found[rows].wall:8.2f} s, CPU {found[rows].cpu:8.2f} s, ", end="")
        print(f"peak {found[rows].memory:,.0f} MB", flush=True)
    if quick:
        return 0
    large = {rows: found[rows].cpu for rows in sizes[-3:]}
    return growth.judged("harness predict, CPU beyond the start", large, found[sizes[0]].cpu)


if __name__ == "__main__":
    sys.exit(main())
