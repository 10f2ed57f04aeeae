"""Whole runs on tables of a few rows: files that any JSON reader takes, and a reason for every null."""

import json
import re
from html import unescape

import pytest

from harness.distribution_scores import DISTANCES, ENTROPY_CORRELATION
from harness.metrics import METRICS
from harness.report import FORMATS
from tests.conftest import build_corpus
from tests.degenerate.said import fault, strict, unexplained
from tests.degenerate.tables import TABLES, csv_of, systems
from tests.degenerate.test_divisions import dividable, examples_of

SPLITS = (
    {"type": "predefined", "field": "split"},
    "leave-one-article-out",
    {"type": "stratified-group-k-fold", "folds": 2, "repeats": 2},
    "leave-one-group-out",
    {"type": "leave-one-source-out", "field": "speaker"},
    {"type": "fixed", "test": ["s0"]},
    {"type": "leave-one-value-out", "by": "target"},
)
COLUMNS = {
    "id": "id",
    "text": "text",
    "label": "stance",
    "group": "thread",
    "cluster": "story",
    "split": "part",
    "target": "target",
}
TRAINED = {"majority": "majority", "logreg": "tfidf-logreg"}
SCORED = (
    "macro_f1",
    "macro_f1_of_means",
    "weighted_precision",
    "macro_recall",
    "accuracy",
    "mcc",
    "cohen_kappa",
)
"""Metrics that are undefined for different reasons; `test_statistics` has all of them."""
ALL_LABELS = {name for name, rows in TABLES.items() if len({row["stance"] for row in rows}) > 1}
RANGES = {name: (m.low, m.high) for name, m in METRICS.items()} | {
    "by_target": (0, 1),
    "mean": (0, 1),
    "news": (0, 100),
    "sum": (0, float("inf")),
    "log_loss": (0, float("inf")),
    "brier": (0, 2),
    "calibration_error": (0, 1),
    **{name: ends for name, (_, *ends) in DISTANCES.items()},
    ENTROPY_CORRELATION: (-1, 1),
}


def name_of(split):
    return split if isinstance(split, str) else split["type"]


def metrics_for(label, target):
    more = [
        {"name": "mean", "type": "mean_f1", "empty": "undefined"},
        {"name": "news", "type": "fnc", "unrelated": label},
        {"name": "sum", "type": "fnc", "unrelated": label, "as": "raw"},
    ]
    return [
        *SCORED,
        *more,
        *([{"name": "by_target", "type": "macro_f1", "over": "target"}] if target else []),
    ]


def write(folder, data, splits, models, metrics, **evaluation):
    settings = {
        "name": "tiny",
        "seed": 1,
        "data": data,
        "splits": splits,
        "models": models,
        "evaluation": {
            "metrics": metrics,
            "reference": "majority",
            "resamples": 100,
            "retrain": 0,
            "leakage": 1,
            "slices": ["article", "target"],
            "slice_metrics": ["accuracy", "macro_f1"],
            **evaluation,
        },
        "output": str(folder / "runs"),
    }
    path = folder / "tiny.yaml"
    path.write_text(json.dumps(settings), encoding="utf-8")
    return path


def of_table(folder, rows, splits=None, **evaluation):
    """Write a table, what systems said of it and a configuration, with one split if none is named.

    That is the next of all that can divide the table, so that the tables together take every split.
    """
    (folder / "a.csv").write_text(csv_of(rows), encoding="utf-8")
    models = dict(TRAINED)
    for name, lines in systems(rows).items():
        (folder / f"{name}.jsonl").write_text(lines, encoding="utf-8")
        models[name] = {"type": "predictions", "path": f"{name}.jsonl"}
    if splits is None:
        start = sorted(TABLES).index(next(name for name, known in TABLES.items() if known is rows))
        turned = SPLITS[start % len(SPLITS) :] + SPLITS[: start % len(SPLITS)]
        splits = [s for s in turned if dividable(examples_of(rows), name_of(s))][:1]
    data = {"file": "a.csv", "columns": COLUMNS}
    metrics = metrics_for(rows[0]["stance"], target=True)
    return write(folder, data, splits, models, metrics, **evaluation)


def checked(run_cli, config):
    """Run a configuration, check what it writes, and return its folder and scores."""
    ended = run_cli("run", config, "--jobs", "1")
    assert (ended.code, "Traceback" in ended.err) == (0, False), ended.err
    [folder] = (config.parent / "runs" / "tiny").iterdir()
    for path in folder.glob("*.json"):
        strict(path.read_text(encoding="utf-8"))
    for line in (folder / "predictions.jsonl").read_text(encoding="utf-8").splitlines():
        strict(line)
    scores = strict((folder / "metrics.json").read_text(encoding="utf-8"))
    assert unexplained(scores) == []
    for evaluation in scores["evaluations"]:
        for name, score in evaluation["scores"].items():
            assert fault(score["value"], score["reason"], *RANGES[name]) is None, name
    return folder, scores


def visible(page):
    """Return the words of a page without tags and with single blanks."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", page)).split())


def reasons_of(scores):
    """Return the sentences of the reasons that a report must give, without their codes."""
    found = {s["reason"] for e in scores["evaluations"] for s in e["scores"].values()}
    found |= {c["reason"] for c in scores["comparisons"]} | {row["reason"] for row in scores["leakage"]}
    found |= {row["score"]["reason"] for row in scores["slices"]}
    return {reason.partition(": ")[2] for reason in found if reason}


@pytest.mark.parametrize("table", sorted(ALL_LABELS - {"one group"}))
def test_a_run_on_a_table_says_why_whatever_is_null(tmp_path, run_cli, table):
    folder, scores = checked(run_cli, of_table(tmp_path, TABLES[table]))
    page = visible((folder / "report.html").read_text(encoding="utf-8"))
    assert [sentence for sentence in reasons_of(scores) if sentence not in page] == []
    assert not re.search(r"\b(nan|inf)\b", (folder / "report.md").read_text(encoding="utf-8"))
    for svg in (folder / "figures").glob("*.svg"):
        assert not re.search(r"\bnan\b|\binf\b", svg.read_text(encoding="utf-8"))


@pytest.mark.parametrize("table", [*sorted({*TABLES} - ALL_LABELS), "one group"])
def test_a_table_that_nothing_can_be_learnt_from_is_refused_in_one_message(tmp_path, run_cli, table):
    ended = run_cli("run", of_table(tmp_path, TABLES[table], ["leave-one-group-out"]))
    assert ended.code == 2
    assert "Traceback" not in ended.err
    assert re.search("has the label|needs two groups", ended.err)


HARD = ("two statements of two labels", "a label absent from test")


@pytest.mark.parametrize("table", HARD)
def test_every_other_command_answers_on_such_a_run(tmp_path, run_cli, table):
    first = [SPLITS[0]]
    config = of_table(tmp_path, TABLES[table], first, retrain=10, learning_curve=[0.5])
    folder, _ = checked(run_cli, config)
    for form in FORMATS:
        ended = run_cli("report", folder, "--format", form, "--out", tmp_path / f"report.{form}")
        assert ended.code == 0, ended.err
        said = (tmp_path / f"report.{form}").read_bytes()
        assert form == "parquet" or not re.search(
            rb"\bnan\b|NaN|Infinity", re.sub(rb"<script.*?</script>", b"", said, flags=re.DOTALL)
        )
    strict((tmp_path / "report.json").read_text(encoding="utf-8"))
    for command in (
        ("compare", folder, folder),
        ("compare", folder, folder, "--metric", "mcc"),
        ("leaderboard", tmp_path / "runs"),
        ("leaderboard", tmp_path / "runs", "--format", "html"),
        ("score", folder),
        ("verify", folder, "--jobs", "1"),
        ("power", config),
    ):
        ended = run_cli(*command)
        assert ended.code == 0, (command, ended.err)
        assert not re.search(r"\bnan\b|Traceback", ended.out + ended.err), command


def test_a_partial_run_of_two_statements_says_why_whatever_is_null(tmp_path, run_cli):
    rows = TABLES["a label in one group of ten"]
    ended = run_cli("run", of_table(tmp_path, rows, ["leave-one-group-out"]), "--limit", "2", "--jobs", "1")
    assert ended.code == 0, ended.err
    [folder] = (tmp_path / "runs" / "tiny").iterdir()
    assert unexplained(strict((folder / "metrics.json").read_text(encoding="utf-8"))) == []


def test_a_seed_that_changes_nothing_has_no_spread_and_a_reason(tmp_path, run_cli):
    config = of_table(tmp_path, TABLES["two groups"], ["leave-one-group-out"])
    settings = json.loads(config.read_text(encoding="utf-8"))
    settings["models"] = {"majority": "majority", "drawn": "stratified"}
    config.write_text(json.dumps({**settings, "seeds": 3}), encoding="utf-8")
    checked(run_cli, config)


CORPORA = {
    "one label": {"stance": lambda row: "neutral"},
    "a label in one statement": {
        "stance": lambda row: "hedged" if row["id"].endswith("alpha-1") else "neutral"
    },
    "one group": {"group": lambda row: "g", "speaker": lambda row: "Orlo"},
    "one annotator": {"bruno": lambda row: None},
}


def changed_corpus(root, changes):
    """Write the small corpus with other values in every file of annotations."""
    corpus = build_corpus(root)
    for path in sorted((root / "annotations").rglob("*.jsonl")):
        rows = corpus.rows(path)
        for row in rows:
            row |= {key: make(row) for key, make in changes.items() if key in row}
            if "stance" in changes and "votes" in row:
                row |= {"votes": dict.fromkeys(row["votes"], row["stance"]), "decision": "unanimous"}
            if "bruno" in changes and "votes" in row:
                votes = {"anna": row["votes"]["anna"]}
                ids = [id_ for id_ in row["derived_from"] if id_.startswith("anna")]
                row |= {"votes": votes, "derived_from": ids, "stance": votes["anna"], "decision": "unanimous"}
        if "bruno" in changes and "bruno" in path.parts:
            path.unlink()
        else:
            corpus.write(path, rows)
    return corpus


@pytest.mark.parametrize("name", CORPORA)
def test_a_run_on_a_corpus_says_why_whatever_is_null(tmp_path, run_cli, name):
    corpus = changed_corpus(tmp_path, CORPORA[name])
    ended = run_cli("check", corpus.root)
    assert ended.code == 0, ended.out
    splits = (
        ["leave-one-article-out", "leave-one-group-out"] if name != "one group" else ["leave-one-group-out"]
    )
    config = write(
        tmp_path, {"corpus": "."}, splits, TRAINED, metrics_for("neutral", target=False), retrain=10
    )
    if name == "one group":
        ended = run_cli("run", config)
        assert (ended.code, "needs two groups, got 1" in ended.err) == (2, True)
        return
    checked(run_cli, config)
