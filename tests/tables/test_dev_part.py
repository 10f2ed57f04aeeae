"""Tuning on the data's own dev part, in runs: what is chosen, refitted, refused, and never seen."""

import json

import pytest

from harness.config import load_config
from harness.plan import make_plan

PREDEFINED = {"type": "predefined"}
TUNE = {"grid": {"min_df": [50, 1]}, "on": "dev", "metric": "accuracy"}
TUNED = {"tuned": {"type": "tfidf-logreg", "tune": TUNE}, "plain": {"type": "tfidf-logreg"}}


def rows_of(dev="F", flipped=False):
    """Return 9 training, 4 dev and 4 test rows; "war n" is F and "talks n" is A in training and test.

    Five of nine training rows are F, so a model without a term (min_df 50) calls everything F. All dev
    rows are talks labelled ``dev``. With ``flipped`` the test rows have the other label.
    """
    rows = [(f"t{i}", f"{('war', 'talks')[i % 2]} n{i}", "FA"[i % 2], "train", f"g{i}") for i in range(9)]
    rows += [(f"d{i}", f"talks n{i}", dev, "dev", f"h{i}") for i in range(4)]
    rows += [
        (f"e{i}", f"{('war', 'talks')[i % 2]} m{i}", "FA"[(i + flipped) % 2], "test", f"k{i}")
        for i in range(4)
    ]
    return rows


@pytest.fixture
def config(tmp_path):
    """Write rows and a configuration; return the configuration's path."""

    def write(rows, splits=(PREDEFINED,), models=TUNED, **evaluation):
        head = ("id", "text", "label", "split", "group")
        lines = "".join("\t".join(row) + "\n" for row in (head, *rows))
        (tmp_path / "a.tsv").write_text(lines, encoding="utf-8")
        columns = {name: name for name in head}
        settings = {
            "name": "t",
            "seed": 1,
            "data": {"file": "a.tsv", "columns": columns, "labels": ["F", "A"]},
            "splits": list(splits),
            "models": models,
            "evaluation": {"retrain": 0, "leakage": 0, "resamples": 100, **evaluation},
            "output": str(tmp_path / "runs"),
        }
        path = tmp_path / "t.yaml"
        path.write_text(json.dumps(settings), encoding="utf-8")
        return path

    return write


@pytest.fixture
def ran(config, run_cli, tmp_path):
    """Run a configuration; return the run's folder."""

    def call(rows, *args, **more):
        path = config(rows, *args, **more)
        before = set((tmp_path / "runs" / "t").glob("*"))
        ended = run_cli("run", path, "--jobs", "1")
        assert ended.code == 0, ended.err
        [folder] = set((tmp_path / "runs" / "t").glob("*")) - before
        return folder

    return call


def folds_of(folder):
    return json.loads((folder / "folds.json").read_text(encoding="utf-8"))


def said_by(folder, model):
    lines = (folder / "predictions.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return {r["id"]: (r["predicted"], r["probabilities"]) for r in rows if r["model"] == model}


@pytest.mark.parametrize(("dev", "best"), [("F", 50), ("A", 1)])
@pytest.mark.parametrize("fit", ["train", "train+dev"])
def test_the_dev_rows_alone_decide(ran, dev, best, fit):
    stored = folds_of(ran(rows_of(dev), [{**PREDEFINED, "fit": fit}]))
    chosen = {c["model"]: c["parameters"] for c in stored["chosen"]}
    assert chosen["tuned"] == [{"min_df": best}]
    [fold] = stored["folds"]
    assert fold["dev"] == ["d0", "d1", "d2", "d3"]
    assert len(fold["train"]) == (9 if fit == "train" else 13)


def test_other_labels_of_the_test_rows_change_no_prediction_by_a_bit(ran):
    """The fold is fitted again, since its content changed, and says the same to the last bit."""
    before, after = (ran(rows_of("A", flipped)) for flipped in (False, True))
    for model in TUNED:
        assert said_by(before, model) == said_by(after, model)


def test_a_dev_row_in_a_group_with_a_test_row_does_not_count_and_is_told(ran):
    """d3 alone says that talks are A; it reports what e0 reports, so the three others decide."""
    rows = rows_of("F")
    rows[12] = ("d3", "talks n3", "A", "dev", "k0")
    folder = ran(rows)
    stored = folds_of(folder)
    [fold] = stored["folds"]
    assert fold["dev"] == ["d0", "d1", "d2"]
    assert fold["purged"] == [{"id": "d3", "reason": "shares group 'k0' with e0", "part": "dev"}]
    notes = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))["notes"]
    assert "purged: predefined left 1 statements out of dev parts, over 1 folds" in notes


def test_another_label_of_a_dev_row_refits_the_model_that_is_tuned_on_it_and_no_other(config):
    def fingerprints(rows):
        return {t.model: t.fingerprint for t in make_plan(load_config(config(rows))).tasks}

    rows = rows_of("F")
    before = fingerprints(rows)
    rows[12] = ("d3", "talks n3", "A", "dev", "h3")
    after = fingerprints(rows)
    assert {name for name in TUNED if before[name] != after[name]} == {"tuned"}


def test_reruns_the_leakage_row_and_the_learning_curve_go_through(ran, run_cli):
    folder = ran(rows_of("A"), retrain=12, leakage=2, learning_curve=[0.5])
    tables = json.loads((folder / "reruns.json").read_text(encoding="utf-8"))["tables"]
    mine = [t for t in tables if t["model"] == "tuned"]
    assert {t["kind"] for t in mine} == {"rerun", "leakage", "curve"}
    assert all(any(map(any, table)) for t in mine if t["kind"] != "rerun" for table in t["confusions"])
    assert run_cli("verify", folder).out.strip() == "identical"
    assert run_cli("score", folder).code == 0


def test_the_model_that_predicts_new_texts_is_chosen_on_dev_and_trained_on_everything(ran, run_cli, tmp_path):
    """Without the dev rows 7 of 13 rows are F and 6 A; a term in 50 texts there is none."""
    (tmp_path / "new.jsonl").write_text('{"text": "talks n1"}\n', encoding="utf-8")
    for dev, best, label in (("F", 50, "F"), ("A", 1, "A")):
        folder = ran(rows_of(dev))
        ended = run_cli("predict", folder, tmp_path / "new.jsonl", "--model", "tuned")
        assert ended.code == 0, ended.err
        assert "training 'tuned' on 17 statements" in ended.err
        assert json.loads(ended.out)["predicted"] == label
        kept = json.loads((folder / "models" / "tuned" / "model.json").read_text(encoding="utf-8"))
        assert kept["chosen"] == {"min_df": best}


KFOLD = {"type": "stratified-group-k-fold", "folds": 2, "repeats": 1}


@pytest.mark.parametrize(
    ("split", "message"),
    [
        (KFOLD, "fold 'repeat 1, fold 1' of split 'stratified-group-k-fold' has no dev part"),
        (
            {**PREDEFINED, "dev": [], "train": ["train", "dev"]},
            "fold 'test' of split 'predefined' has no dev",
        ),
        ({**PREDEFINED, "each": "group"}, "fold 'k0' of split 'predefined' has no training"),
    ],
)
@pytest.mark.parametrize("command", ["run", "check"])
def test_a_split_without_a_dev_part_is_refused_before_anything_is_fitted(
    config, run_cli, tmp_path, split, message, command
):
    path = config(rows_of(), [split])
    ended = run_cli(command, path)
    assert ended.code == 2
    assert message in ended.err
    assert not (tmp_path / "runs").exists()


def test_a_dev_part_that_shares_groups_with_all_training_rows_is_refused(config, run_cli):
    rows = [(*row[:4], "one" if row[3] != "test" else row[4]) for row in rows_of()]
    ended = run_cli("check", config(rows))
    assert ended.code == 2
    assert (
        "models.tuned: 'tune' is on dev, but fold 'test' of split 'predefined' trains on no group"
        in ended.err
    )


def test_folds_of_runs_without_a_dev_part_are_written_and_read_as_before(ran):
    from harness.store import read_record

    rows = [row for row in rows_of() if row[3] != "dev"]
    folder = ran(rows, models={"plain": "tfidf-logreg"})
    [fold] = folds_of(folder)["folds"]
    assert "dev" not in fold
    [back] = read_record(folder).folds
    assert (back.train, back.dev) == (tuple(fold["train"]), ())


@pytest.fixture
def scored(config, run_cli, tmp_path):
    """Score rows of predictions, ``id label``, under a configuration; return how it ended."""

    def call(rows, *said, splits=(PREDEFINED,)):
        path = tmp_path / "mine.csv"
        path.write_text("id,predicted\n" + "".join(f"{i},{label}\n" for i, label in said), encoding="utf-8")
        return run_cli("score", "--predictions", path, "--config", config(rows, splits))

    return call


TESTED = [("e0", "F"), ("e1", "F"), ("e2", "F"), ("e3", "A")]


@pytest.mark.parametrize("more", [[], [("t0", "A"), ("d1", "F")]])
def test_predictions_are_needed_for_the_tested_rows_alone_and_others_do_no_harm(scored, tmp_path, more):
    """e1 alone is wrong: accuracy 3/4."""
    ended = scored(rows_of(), *TESTED, *more)
    assert ended.code == 0, ended.err
    [folder] = (tmp_path / "runs" / "t-external").iterdir()
    [e] = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))["evaluations"]
    assert e["scores"]["accuracy"]["value"] == 0.75
    assert (e["n"], list(said_by(folder, "external"))) == (4, ["e0", "e1", "e2", "e3"])


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (TESTED[1:], "no prediction for 'e0'"),
        ([*TESTED, ("x9", "F")], "no statement 'x9' in the data"),
        ([*TESTED, ("t0", "B")], "'B'"),
        ([*TESTED, ("t0", "A"), ("t0", "F")], "'t0' is there twice"),
    ],
)
def test_a_tested_row_without_a_prediction_and_a_wrong_row_of_any_part_are_refused(scored, said, message):
    ended = scored(rows_of(), *said)
    assert ended.code == 2
    assert message in ended.err
    assert ended.err.count("mine.csv") == 1, "nothing else is wrong"


def test_a_second_split_that_tests_everything_needs_every_row(scored):
    ended = scored(rows_of(), *TESTED, splits=(PREDEFINED, KFOLD))
    assert ended.code == 2
    assert "no prediction for 't0'" in ended.err
    assert "no prediction for 3 more of the 17 statements" in ended.err
