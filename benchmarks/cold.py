"""``harness run configs/baseline.yaml`` from nothing, against a plain script of scikit-learn loops.

    python -m benchmarks.cold [--rounds 5] [--every 20]

The plain script does the same fits, one after the other in one process: for each trained model every
fold, re-run, leakage row and point of the learning curve of the run, on the same rows, as a `Pipeline`
that is fitted and asked for labels, with `f1_score`, `accuracy_score`, `balanced_accuracy_score` and
`matthews_corrcoef` of each cross-validation. The intervals of the lexicon, whose predictions are fixed,
are a loop of `f1_score` over 10,000 resamples of statement groups under either split.

It is spared what would make it slower still: reading and checking the corpus, dividing it, the lexicon's
rules, probabilities, slices by article and speaker, tables, figures and every file. The rows are given
to it, and its imports are not measured. Of its cross-validations and resamples it does every twentieth
(``--every``), and its time is multiplied by that.

The harness is measured from its start to its end, once with as many processes as it takes by itself,
which is what is judged, and once with one.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

from benchmarks.alternating import Side, alternate, options
from benchmarks.usage import section

GOAL = 0.5
CONFIG = Path("configs/baseline.yaml")
RESAMPLES = 10_000


def prepare(folder: Path) -> None:
    """Write what the plain script is given: texts by model, labels, groups, and the rows of every fit."""
    from harness.config import load_config
    from harness.fits import division_rows
    from harness.numbering import group_numbers, label_numbers
    from harness.plan import FoldTask, make_plan

    plan = make_plan(load_config(CONFIG))
    place = {e.id: i for i, e in enumerate(plan.examples)}
    work: dict[str, list[Any]] = defaultdict(list)
    for task in plan.tasks:
        if plan.takes_kept(task):
            continue
        if isinstance(task, FoldTask):
            rows = [[place[i] for i in ids] for ids in (task.fold.train, task.fold.test)]
            key = (task.fold.split, task.fold.repeat)
            if work[task.model] and work[task.model][-1][0] == list(key):
                work[task.model][-1][1].append(rows)
            else:
                work[task.model].append([list(key), [rows]])
            continue
        for index in range(task.start, task.stop):
            divided = division_rows(plan, task.purpose, index)
            work[task.model].append([None, [[d.train.tolist(), d.test.tolist()] for d in divided]])
    given = {
        "texts": {name: [e.text for e in rows] for name, rows in plan.seen.items()},
        "labels": label_numbers(plan.examples, plan.labels).tolist(),
        "groups": group_numbers(plan.examples).tolist(),
        "work": {name: [rows for _, rows in todo] for name, todo in work.items()},
    }
    (folder / "given.json").write_text(json.dumps(given), encoding="utf-8")


def pipelines() -> dict[str, Any]:
    """Return what each trained model of the configuration is in scikit-learn."""
    import numpy as np
    from sklearn.dummy import DummyClassifier
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.naive_bayes import ComplementNB
    from sklearn.pipeline import make_pipeline, make_union
    from sklearn.preprocessing import FunctionTransformer, StandardScaler
    from sklearn.svm import LinearSVC

    def regression() -> Any:
        return LogisticRegression(class_weight="balanced", max_iter=2000)

    def lengths(texts: Any) -> Any:
        return np.log1p(np.array([[len(t.split()), len(t)] for t in texts], dtype=float))

    both = make_union(
        TfidfVectorizer(ngram_range=(1, 2)), TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5))
    )
    return {
        "majority": DummyClassifier(strategy="most_frequent"),
        "random": DummyClassifier(strategy="stratified", random_state=0),
        "logreg": make_pipeline(TfidfVectorizer(ngram_range=(1, 2)), regression()),
        "svm": make_pipeline(both, LinearSVC(class_weight="balanced", max_iter=10_000, random_state=0)),
        "bayes": make_pipeline(TfidfVectorizer(), ComplementNB()),
        "source-only": make_pipeline(TfidfVectorizer(), regression()),
        "cue-only": make_pipeline(TfidfVectorizer(), regression()),
        "length-only": make_pipeline(FunctionTransformer(lengths), StandardScaler(), regression()),
    }


def plain(folder: Path, every: int) -> None:
    """Do one in ``every`` of the cross-validations and resamples."""
    import warnings

    import numpy as np
    from sklearn.base import clone
    from sklearn.metrics import accuracy_score, balanced_accuracy_score, f1_score, matthews_corrcoef

    warnings.simplefilter("ignore")  # labels that a fold lacks
    given = json.loads((folder / "given.json").read_text(encoding="utf-8"))
    labels, groups = np.array(given["labels"]), np.array(given["groups"])
    with section(every):
        for name, pipeline in pipelines().items():
            texts = np.array(given["texts"][name], dtype=object)
            for rows in given["work"][name][::every]:
                said, gold = [], []
                for train, test in rows:
                    if len(set(labels[train].tolist())) < 2 or not test:
                        continue  # the harness says the one label without a fit
                    fitted = clone(pipeline).fit(texts[train], labels[train])
                    said.append(fitted.predict(texts[test]))
                    gold.append(labels[test])
                if not said:
                    continue
                for score in (accuracy_score, balanced_accuracy_score, matthews_corrcoef):
                    score(np.concatenate(gold), np.concatenate(said))
                f1_score(np.concatenate(gold), np.concatenate(said), average="macro")
        rng = np.random.default_rng(0)
        fixed, of = rng.integers(0, 3, len(labels)), [np.flatnonzero(groups == g) for g in np.unique(groups)]
        for _ in range(2 * RESAMPLES // every):
            drawn = np.concatenate([of[g] for g in rng.integers(0, len(of), len(of))])
            f1_score(labels[drawn], fixed[drawn], average="macro")


def main() -> int:
    """Measure, or do one side."""
    import shutil
    import subprocess

    parser = options(__doc__)
    parser.add_argument("--every", type=int, default=20, help="the share of its work that the script does")
    parser.add_argument("--side", choices=("prepare", "plain"), help="(for the measurement itself)")
    parser.add_argument("--folder", type=Path, help="(for the measurement itself)")
    args = parser.parse_args()
    if args.side == "prepare":
        prepare(args.folder)
        return 0
    if args.side == "plain":
        plain(args.folder, args.every)
        return 0
    every = 200 if args.quick else args.every
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        runs = folder / "runs"

        def side(name: str, *more: str) -> list[str]:
            mine = [sys.executable, "-m", "benchmarks.cold", "--side", name, "--folder", str(folder)]
            return [*mine, *more]

        def empty() -> None:
            shutil.rmtree(runs, ignore_errors=True)

        subprocess.run(side("prepare"), check=True)
        run = [sys.executable, "-m", "harness", "run", str(CONFIG), "--set", f"output={runs}"]
        if args.quick:
            run += ["--set", "evaluation.retrain=0", "--set", "evaluation.leakage=0"]
        sides = [
            Side("harness", run, before=empty),
            Side("plain script", side("plain", f"--every={every}")),
            Side("harness --jobs 1", [*run, "--jobs", "1"], before=empty),
        ]
        found = alternate(f"{CONFIG} from nothing", sides, 1 if args.quick else args.rounds)
    found.show()
    return 0 if args.quick else found.judged(GOAL)


if __name__ == "__main__":
    sys.exit(main())
