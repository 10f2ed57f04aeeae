"""Linear models: the harness against ``cross_val_predict`` over plain pipelines, with identical predictions.

    python -m benchmarks.linear [--rows 60 3000 50000] [--rounds 5] [--jobs 2]
    python -m benchmarks.linear --parts 20000

Both sides read the same table and predict the same five folds of four models, in as many processes. Each runs
in a process of its own, in turn, measured from its start to its end. The harness makes its folds, trains
with seeds of its own, stores each fold and computes probabilities as well. The plain side is given the folds
and the seed of each, and computes labels alone. Neither resamples or reports.

Every label must be the same on both sides; how many differ is printed, model by model.

``--parts`` shows what one fold's CPU time goes to on either side, which bounds what sharing can gain: the
classifiers are the same scikit-learn solvers on the same matrices.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import tempfile
import time
from hashlib import sha256
from pathlib import Path
from typing import Any

from benchmarks.alternating import Side, alternate, options
from benchmarks.generated import LABELS, made

GOAL = 3.0
JUDGED = 50_000
"""Rows from which the goal holds: below, starting Python and its libraries is most of the time."""
JOBS = 2
MODELS: dict[str, dict[str, Any]] = {
    "logreg": {"type": "tfidf-logreg", "class_weight": "balanced"},
    "bigrams": {"type": "tfidf-logreg", "words": [1, 2], "class_weight": "balanced"},
    "svm": {"type": "tfidf-svm", "class_weight": "balanced"},
    "bayes": {"type": "complement-nb"},
}


def settings(folder: Path) -> dict[str, Any]:
    """Return the configuration: five folds over groups, no re-runs."""
    return {
        "name": "linear",
        "seed": 7,
        "output": str(folder / "runs"),
        "data": {
            "file": str(folder / "table.csv"),
            "columns": {name: name for name in ("id", "text", "label", "group")},
            "labels": list(LABELS),
        },
        "splits": [{"type": "stratified-group-k-fold", "folds": 5, "repeats": 1}],
        "models": MODELS,
        "evaluation": {"retrain": 0, "leakage": 0, "slices": []},
    }


def harness_side(folder: Path, jobs: int) -> None:
    """Plan and execute the run, and write the labels of each model in the order of the table."""
    import shutil

    from harness.config import load_config
    from harness.executors import Local
    from harness.plan import make_plan
    from harness.runner import execute
    from harness.store import FoldStore

    shutil.rmtree(folder / "runs", ignore_errors=True)
    plan = make_plan(load_config(folder / "linear.yaml"))
    record = execute(plan, FoldStore(folder / "runs"), executor=Local(jobs))
    said = {pool.model: pool.predicted[0].tolist() for pool in record.pools}
    (folder / "harness.json").write_text(json.dumps(said), encoding="utf-8")


def plain_side(folder: Path, jobs: int) -> None:
    """Predict the given folds with `cross_val_predict`, model after model."""
    from sklearn.model_selection import cross_val_predict

    texts, labels = table(folder)
    given = json.loads((folder / "folds.json").read_text(encoding="utf-8"))
    said = {}
    for name in MODELS:
        pipeline = pipeline_of(name, given["seeds"])
        found = cross_val_predict(pipeline, texts, labels, cv=given["folds"], n_jobs=jobs)
        said[name] = found.tolist()
    (folder / "plain.json").write_text(json.dumps(said), encoding="utf-8")


def table(folder: Path) -> tuple[list[str], Any]:
    """Read texts and numbers of labels."""
    import numpy as np

    with (folder / "table.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [row["text"] for row in rows], np.array([LABELS.index(row["label"]) for row in rows])


def pipeline_of(name: str, seeds: dict[str, int]) -> Any:
    """Return the pipeline that a model stands for, as its documentation says."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.naive_bayes import ComplementNB
    from sklearn.pipeline import make_pipeline, make_union

    if name == "bayes":
        return make_pipeline(TfidfVectorizer(), ComplementNB())
    if name == "svm":
        union = make_union(TfidfVectorizer(), TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5)))
        return make_pipeline(union, seeded_svm(seeds))
    ngrams = (1, 2) if name == "bigrams" else (1, 1)
    classifier = LogisticRegression(class_weight="balanced", max_iter=2000)
    return make_pipeline(TfidfVectorizer(ngram_range=ngrams), classifier)


def seeded_svm(seeds: dict[str, int]) -> Any:
    """Return a linear SVM that takes each fold's seed; its solver goes through the rows in random order."""
    from sklearn.svm import LinearSVC

    class SeededSVC(LinearSVC):  # type: ignore[misc]
        def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Any:
            self.random_state = seeds[sha256(y.tobytes()).hexdigest()]
            return super().fit(X, y, sample_weight)

    return SeededSVC(class_weight="balanced", max_iter=10_000)


def prepare(folder: Path, rows: int) -> None:
    """Write the table, the configuration, and the folds with their seeds for the plain side."""
    made(folder / "table.csv", rows)
    (folder / "linear.yaml").write_text(json.dumps(settings(folder)), encoding="utf-8")
    _run("prepare", folder, 1)


def folds(folder: Path) -> None:
    """Write the places of the folds' rows, and their seeds by the digest of the training labels."""
    import numpy as np

    from harness.config import load_config
    from harness.plan import make_plan

    plan = make_plan(load_config(folder / "linear.yaml"))
    place = {e.id: i for i, e in enumerate(plan.examples)}
    labels = np.array([LABELS.index(e.label) for e in plan.examples])
    rows = [tuple([place[i] for i in ids] for ids in (fold.train, fold.test)) for fold in plan.folds]
    mine = [task for task in plan.tasks if task.model == "svm"]
    seeds = {
        sha256(labels[train].tobytes()).hexdigest(): task.seed  # type: ignore[union-attr]
        for (train, _), task in zip(rows, mine, strict=True)
    }
    found = {"folds": rows, "seeds": seeds}
    (folder / "folds.json").write_text(json.dumps(found), encoding="utf-8")


def _run(side: str, folder: Path, jobs: int) -> None:
    import subprocess

    subprocess.run(_command(side, folder, jobs), check=True)


def _command(side: str, folder: Path, jobs: int) -> list[str]:
    return [
        sys.executable,
        "-m",
        "benchmarks.linear",
        "--side",
        side,
        "--folder",
        str(folder),
        f"--jobs={jobs}",
    ]


def differing(folder: Path) -> dict[str, int]:
    """Return for each model how many labels the two sides say differently."""
    ours, theirs = (
        json.loads((folder / f"{side}.json").read_text(encoding="utf-8")) for side in ("harness", "plain")
    )
    return {name: sum(a != b for a, b in zip(ours[name], theirs[name], strict=True)) for name in MODELS}


def measure(rows: int, rounds: int, jobs: int) -> int:
    """Run both sides in turn; return 1 if the goal is missed or a label differs."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        prepare(folder, rows)
        sides = [
            Side("harness", _command("harness", folder, jobs)),
            Side("cross_val_predict", _command("plain", folder, jobs)),
        ]
        found = alternate(f"4 linear models, 5 folds, {rows:,} rows, {jobs} processes", sides, rounds)
        differ = differing(folder)
    found.show()
    print("labels that differ: " + ", ".join(f"{name} {n}" for name, n in differ.items()), flush=True)
    missed = found.judged(GOAL, least=True) if rows >= JUDGED else 0
    return int(any(differ.values())) | missed


def parts(rows: int) -> None:
    """Print the CPU seconds of one fold: features and classifier, on either side."""
    import numpy as np
    from threadpoolctl import threadpool_limits

    from benchmarks.generated import columns
    from harness.models.counted import counted
    from harness.records import Example
    from harness.registry import load

    data = columns(rows)
    examples = [
        Example(i, label, text, group, "")
        for i, label, text, group in zip(*(data[k] for k in ("id", "label", "text", "group")), strict=True)
    ]
    y = np.array([LABELS.index(label) for label in data["label"]])
    train, test = np.arange(rows) < 0.8 * rows, np.arange(rows) >= 0.8 * rows
    clock = time.process_time
    counted((("a", "b"),), "char", (1, 1))  # imports scikit-learn
    print(
        f"{'CPU s of one fold':<20}{'features':>12}{'classifier':>12}{'harness: counts':>18}{'features':>12}"
    )
    with threadpool_limits(1):
        for name, given in MODELS.items():
            seeds = {sha256(y[train].tobytes()).hexdigest(): 0}
            *_, (_, features), (_, classifier) = pipeline_of(name, seeds).steps
            texts = np.array(data["text"], dtype=object)
            t0 = clock()
            X, Y = features.fit_transform(texts[train]), features.transform(texts[test])
            t1 = clock()
            classifier.fit(X, y[train]).predict(Y)
            t2 = clock()
            session = load("model", given["type"]).model_validate(given).start(examples, LABELS)
            t3 = clock()
            session.columns(np.flatnonzero(train), np.flatnonzero(test))
            t4 = clock()
            print(
                f"{name:<20}{t1 - t0:>12.2f}{t2 - t1:>12.2f}{t3 - t2:>18.2f}{t4 - t3:>12.2f}",
                flush=True,
            )


def main() -> int:
    """Measure every size, or do one side of it."""
    parser = options(__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[60, 3000, 50_000])
    parser.add_argument("--jobs", type=int, default=JOBS)
    parser.add_argument("--parts", type=int, metavar="ROWS")
    parser.add_argument("--side", choices=("prepare", "harness", "plain"), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.side == "prepare":
        folds(args.folder)
    elif args.side == "harness":
        harness_side(args.folder, args.jobs)
    elif args.side:
        plain_side(args.folder, args.jobs)
    elif args.parts:
        parts(args.parts)
    elif args.quick:
        measure(60, 1, args.jobs)
    else:
        return max(measure(rows, args.rounds, args.jobs) for rows in args.rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
