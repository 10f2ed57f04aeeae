"""Several training seeds in a run: what is trained, stored, scored and read back."""

import json
import statistics

import pytest

from harness.config import load_config
from harness.errors import ProblemsError
from harness.evaluation import evaluate, rescore
from harness.plan import FoldTask, make_plan
from harness.store import FoldStore

SGD = {
    "type": "sklearn",
    "steps": [{"sklearn.linear_model.SGDClassifier": {"max_iter": 3, "tol": None, "eta0": 5.0}}],
}
MODELS = {"sgd": SGD, "logreg": "tfidf-logreg", "rule": "lexicon"}
SPLIT = {"type": "stratified-group-k-fold", "folds": 2, "repeats": 2}


@pytest.fixture
def config(tmp_path, project):
    """Write a configuration; return its path."""

    def write(name="t", models=MODELS, evaluation=None, **more):
        settings = {
            "name": name,
            "seed": 4,
            "data": {"corpus": str(project)},
            "splits": [SPLIT],
            "models": models,
            "evaluation": {"retrain": 0, "leakage": 0, "resamples": 100, **(evaluation or {})},
            "output": str(tmp_path / "runs"),
            **more,
        }
        path = tmp_path / f"{name}.yaml"
        path.write_text(json.dumps(settings), encoding="utf-8")
        return path

    return write


def rows_of(folder):
    lines = (folder / "predictions.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_only_a_model_that_draws_is_trained_with_every_seed(config):
    plan = make_plan(load_config(config(seeds=3)))
    numbers = {m: [t.number for t in plan.tasks if isinstance(t, FoldTask) and t.model == m] for m in MODELS}
    assert numbers == {"sgd": [0] * 4 + [1] * 4 + [2] * 4, "logreg": [0] * 4, "rule": [0] * 4}
    assert len({t.fingerprint for t in plan.tasks}) == 12 + 4 + 4
    assert len({(t.number, t.fold.key): t.seed for t in plan.tasks if t.model == "sgd"}) == 12


def test_the_first_seed_is_that_of_a_run_with_one_and_is_not_trained_again(config, tmp_path):
    one = evaluate(load_config(config("one")))
    store = FoldStore(tmp_path / "runs")
    missing = [t for t in make_plan(load_config(config(seeds=3))).tasks if store.get(t.fingerprint) is None]
    assert [(t.model, t.number) for t in missing] == [("sgd", 1)] * 4 + [("sgd", 2)] * 4
    three = evaluate(load_config(config(seeds=3)))
    first = [{k: v for k, v in r.items() if k != "seed"} for r in rows_of(three.folder) if r["seed"] == 0]
    assert first == rows_of(one.folder)
    assert one.manifest["signature"] != three.manifest["signature"]


def test_each_seed_is_scored_by_itself_and_the_score_is_their_mean(config):
    done = evaluate(load_config(config(seeds=[0, 7, 9])))
    rows = rows_of(done.folder)
    scores = json.loads((done.folder / "metrics.json").read_text(encoding="utf-8"))
    for e in scores["evaluations"]:
        mine = [r for r in rows if r["model"] == e["model"]]
        right = [[r["predicted"] == r["gold"] for r in mine if r["seed"] == number] for number in (0, 7, 9)]
        assert [len(r) for r in right] == [110, 110, 110], "55 statements in each of two repeats"
        shares = [sum(r) / 110 for r in right]
        spread = e["over_seeds"]["accuracy"]
        assert spread["values"] == pytest.approx(shares)
        assert spread["sd"] == pytest.approx(statistics.stdev(shares))
        assert (spread["smallest"], spread["largest"]) == (min(spread["values"]), max(spread["values"]))
        assert e["scores"]["accuracy"]["value"] == pytest.approx(statistics.mean(shares))
        assert (e["seeds"], e["repeats"]) == (3, 2)
    assert scores["evaluations"][0]["over_seeds"]["accuracy"]["sd"] > 0
    for e in scores["evaluations"][1:]:
        assert {s["sd"] for s in e["over_seeds"].values()} == {0}


def test_a_fixed_model_of_several_seeds_gets_intervals_over_them(config):
    models = {
        name: {**(m if isinstance(m, dict) else {"type": m}), "mode": "fixed"} for name, m in MODELS.items()
    }
    done = evaluate(load_config(config(seeds=4, models=models)))
    methods = {e.model: e.scores["accuracy"].ci_method for e in done.scores.evaluations}
    assert methods == {"sgd": "wilson+seeds", "logreg": "wilson", "rule": "wilson"}
    by_pair = {(c.a, c.b): c.method for c in done.scores.comparisons}
    assert by_pair["sgd", "logreg"] == by_pair["sgd", "rule"] == "seeds_t"
    assert by_pair["logreg", "rule"].startswith("swap")


def test_a_run_with_seeds_is_read_back_scored_again_and_verified(config, run_cli):
    models = {**MODELS, "tuned": {"type": "tfidf-logreg", "tune": {"grid": {"C": [0.1, 10]}, "folds": 2}}}
    done = evaluate(load_config(config(seeds=2, models=models, evaluation={"retrain": 12})))
    again = rescore(done.folder)
    assert again.scores == done.scores
    for one, two in zip(again.record.pools, done.record.pools, strict=True):
        assert one.seeds == two.seeds == (0, 1)
        assert (one.predicted == two.predicted).all()
        assert one.chosen == two.chosen
    tuned = next(p for p in again.record.pools if p.model == "tuned")
    assert len(tuned.chosen) == 2 * 4, "inner folds are drawn, so it is tuned with each seed"
    assert run_cli("verify", done.folder).out.strip() == "identical"


def test_runs_with_several_seeds_and_with_one_are_compared(config, run_cli):
    one = evaluate(load_config(config("one")))
    many = evaluate(load_config(config("many", seeds=3)))
    ended = run_cli("compare", one.folder, many.folder, "--format", "csv")
    assert ended.code == 0, ended.err
    assert len(ended.out.splitlines()) >= 4, "a head and three models"
    boards = run_cli("leaderboard", one.folder.parent.parent)
    assert boards.code == 0, boards.err


def test_the_report_says_how_far_seeds_differ(config, run_cli):
    path = config(seeds=3)
    ended = run_cli("run", path)
    assert "TRAINING SEEDS" in ended.out
    folder = next(path.parent.glob("runs/t/*"))
    report = (folder / "report.md").read_text(encoding="utf-8")
    assert "## Training seeds" in report
    assert "2 repeats, 3 training seeds" in report
    assert "## Training seeds" not in (
        (evaluate(load_config(config("one"))).folder / "report.md").read_text(encoding="utf-8")
    )
    flat = run_cli("report", folder, "--format", "csv").out.splitlines()
    at = flat[0].split(",").index("sd_over_seeds")
    found = {line.split(",")[1]: line.split(",")[at] for line in flat[1:] if ",accuracy," in line}
    assert float(found["sgd"]) > 0
    assert float(found["logreg"]) == 0


@pytest.mark.parametrize(
    ("seeds", "message"),
    [
        (0, "greater than or equal to 1"),
        ([], "at least 1 item"),
        ([1, 1], "the seed 1 is there twice"),
        ([-1], "greater than or equal to 0"),
        ("many", "valid integer"),
    ],
)
def test_seeds_that_make_no_sense_are_refused(config, seeds, message):
    with pytest.raises(ProblemsError) as error:
        load_config(config(seeds=seeds))
    assert message in str(error.value)


def test_a_reply_that_is_no_label_stands_with_every_seed(config, project, tmp_path):
    """Predictions made elsewhere are read once, whatever the number of seeds."""
    path = tmp_path / "mine.jsonl"
    plan = make_plan(load_config(config()))
    rows = [{"id": e.id, "predicted": e.label} for e in plan.examples]
    rows[0] = {"id": plan.examples[0].id, "predicted": None, "reply": "unsure"}
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    done = evaluate(load_config(config(models={"mine": {"type": "predictions", "path": str(path)}}, seeds=2)))
    unsure = [r for r in rows_of(done.folder) if r["predicted"] is None]
    assert [(r["seed"], r["repeat"]) for r in unsure] == [(0, 0), (0, 1), (1, 0), (1, 1)]
    [pool] = rescore(done.folder).record.pools
    assert (pool.predicted == len(plan.labels)).sum() == 4
