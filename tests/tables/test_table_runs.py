"""A table from its YAML to scores: the same predictions as a plain script, and what a reader must know."""

import json
import random

import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

TARGETS = {
    "Atheism": "faith god church prayer",
    "Climate Change": "ice warm tax planet",
    "Trump": "wall vote",
}
SIDES = {"FAVOR": "great yes love", "AGAINST": "stop no hate", "NONE": "news today weather"}


def semeval_like(n=180, seed=4):
    """Return rows of an invented table in the shape of SemEval-2016 Task 6."""
    rng = random.Random(seed)
    rows = []
    for i in range(n):
        target, label = rng.choice(list(TARGETS)), rng.choice(list(SIDES))
        words = rng.choices(TARGETS[target].split(), k=2) + rng.choices(SIDES[label].split(), k=1)
        words += [*rng.choices(" ".join(SIDES.values()).split(), k=3), f"u{rng.randrange(500)}", f"n{i}"]
        rng.shuffle(words)
        part = "train" if i < n // 2 else "dev" if i < 2 * n // 3 else "test"
        rows.append({"ID": str(i), "Target": target, "Tweet": " ".join(words), "Stance": label, "Part": part})
    return rows


@pytest.fixture
def run(tmp_path, run_cli):
    """Write rows and a configuration, run it, and return its predictions and scores."""

    def call(rows, splits, models, name="t", **data):
        lines = ["\t".join(rows[0]), *("\t".join(row.values()) for row in rows)]
        (tmp_path / "a.tsv").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        settings = {
            "name": name,
            "seed": 1,
            "data": {
                "file": "a.tsv",
                "columns": {
                    "text": "Tweet",
                    "target": "Target",
                    "label": "Stance",
                    "id": "ID",
                    "split": "Part",
                },
                "input": "{target} [SEP] {text}",
                **data,
            },
            "splits": splits,
            "models": models,
            "evaluation": {"retrain": 0, "leakage": 0, "resamples": 100, "slices": ["target", "article"]},
            "output": str(tmp_path / "runs"),
        }
        path = tmp_path / f"{name}.yaml"
        path.write_text(json.dumps(settings), encoding="utf-8")
        ended = run_cli("run", path, "--jobs", "1")
        assert ended.code == 0, ended.err
        [folder] = (tmp_path / "runs" / name).iterdir()
        lines = (folder / "predictions.jsonl").read_text(encoding="utf-8").splitlines()
        metrics = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
        return folder, [json.loads(line) for line in lines], metrics

    return call


def plain_script(train, test, text):
    """Train scikit-learn's own classes on rows and return what they say of others, by id."""
    vectorizer = TfidfVectorizer()
    classifier = LinearSVC(max_iter=10_000, random_state=0)
    X = vectorizer.fit_transform([text(row) for row in train])
    classifier.fit(X, [row["Stance"] for row in train])
    said = classifier.predict(vectorizer.transform([text(row) for row in test]))
    return dict(zip([row["ID"] for row in test], said.tolist(), strict=True))


SVM = {"svm": {"type": "tfidf-svm", "characters": None}}


def with_target(row):
    return f"{row['Target']} [SEP] {row['Tweet']}"


@pytest.mark.parametrize("fit", ["train", "train+dev"])
def test_the_data_own_parts_give_the_predictions_of_a_plain_script(run, fit):
    rows = semeval_like()
    _, said, metrics = run(rows, [{"type": "predefined", "fit": fit}], SVM)
    train = [row for row in rows if row["Part"] in fit.split("+")]
    test = [row for row in rows if row["Part"] == "test"]
    assert len(train) == (90 if fit == "train" else 120)
    assert {r["id"]: r["predicted"] for r in said} == plain_script(train, test, with_target)
    right = sum(r["predicted"] == r["gold"] for r in said)
    assert metrics["evaluations"][0]["scores"]["accuracy"]["value"] == pytest.approx(right / 60)


def test_a_model_for_each_target_gives_the_predictions_of_a_plain_script(run):
    rows = semeval_like()
    split = {"type": "predefined", "each": "target"}
    _, said, metrics = run(rows, [split], SVM, input="{text}")
    expected = {}
    for target in TARGETS:
        mine = [row for row in rows if row["Target"] == target]
        train, test = ([r for r in mine if r["Part"] == part] for part in ("train", "test"))
        expected |= plain_script(train, test, lambda row: row["Tweet"])
    assert {r["id"]: r["predicted"] for r in said} == expected
    assert [s["value"] for s in metrics["slices"]] == sorted(TARGETS), "scored by target, and by no article"
    assert len({r["fold"] for r in said}) == 3


def test_cross_target_gives_the_predictions_of_a_plain_script(run):
    rows = semeval_like()
    _, said, _ = run(rows, [{"type": "leave-one-value-out", "by": "target"}], SVM)
    expected = {}
    for target in TARGETS:
        train = [row for row in rows if row["Target"] != target]
        expected |= plain_script(train, [r for r in rows if r["Target"] == target], with_target)
    assert {r["id"]: r["predicted"] for r in said} == expected
    assert len(said) == 180


def test_a_run_of_a_table_is_verified_scored_again_and_stays_what_it_is(run, run_cli):
    folder, _, metrics = run(semeval_like(), ["predefined"], SVM)
    assert run_cli("verify", folder).out.strip() == "identical"
    before = (folder / "metrics.json").read_bytes()
    assert run_cli("score", folder).code == 0
    assert (folder / "metrics.json").read_bytes() == before
    assert metrics["n_articles"] == 0
    report = (folder / "report.md").read_text(encoding="utf-8")
    assert "over articles" not in report
    assert "articles:" not in report
    assert f"({metrics['n']} statements)" in report


def test_copies_across_the_parts_are_told_and_group_auto_takes_them_out(run):
    rows = semeval_like()
    rows[-1]["Tweet"] = rows[0]["Tweet"]
    rows[-2]["Tweet"] = f"{rows[1]['Tweet']} !"
    _, _, metrics = run(rows, ["predefined"], SVM)
    assert "duplicates: 2 statements have the text of one in another group: 0, 179" in metrics["notes"]
    assert any(
        n.startswith("leaks: 2 of 60 test statements of predefined read like") for n in metrics["notes"]
    )
    folder, _, metrics = run(rows, ["predefined"], SVM, name="auto", group="auto")
    assert not any(n.startswith(("duplicates", "leaks")) for n in metrics["notes"])
    assert metrics["notes"][0] == (
        "groups: 'group: auto' made 178 groups of 180 rows; "
        "2 of them with several rows, the largest 2: 0, 179"
    )
    [fold] = json.loads((folder / "folds.json").read_text(encoding="utf-8"))["folds"]
    assert [p["id"] for p in fold["purged"]] == ["0", "1"]


def test_every_statement_whose_text_another_group_has_is_counted(run):
    """Groups a, b, a: the third has the text of the second, although the first is of its own group."""
    rows = [row | {"Group": row["ID"]} for row in semeval_like()]
    for row, group in zip(rows[:3], "aba", strict=True):
        row.update(Tweet=rows[0]["Tweet"], Group=group)
    names = {"text": "Tweet", "label": "Stance", "id": "ID", "split": "Part", "target": "Target"}
    _, _, metrics = run(rows, ["predefined"], SVM, columns=names | {"group": "Group"})
    assert "duplicates: 3 statements have the text of one in another group: 0, 1, 2" in metrics["notes"]


def test_group_auto_names_three_of_the_largest_group_and_says_when_it_joined_nothing(run, run_cli, tmp_path):
    rows = semeval_like()
    for row in rows[5:10]:
        row["Tweet"] = "the very same words in five tweets"
    _, _, metrics = run(rows, ["predefined"], SVM, group="auto")
    expected = "made 176 groups of 180 rows; 1 of them with several rows, the largest 5: 5, 6, 7 and 2 more"
    assert metrics["notes"][0] == f"groups: 'group: auto' {expected}"
    assert f"note: {metrics['notes'][0]}" in run_cli("check", tmp_path / "t.yaml").out
    assert metrics["notes"][0] in run_cli("run", tmp_path / "t.yaml", "--dry-run").out
    _, _, metrics = run(semeval_like(), ["predefined"], SVM, name="apart", group="auto")
    assert metrics["notes"][0].endswith("no look-alikes: each of 180 rows is a group of its own")


def test_what_was_left_out_is_told_by_check_and_in_the_report(run, run_cli, tmp_path):
    rows = semeval_like()
    kept = sum(row["Target"] != "Trump" for row in rows)
    none = sum(row["Stance"] == "NONE" and row["Target"] != "Trump" for row in rows)
    where = {"Target": ["Atheism", "Climate Change"]}
    folder, _, metrics = run(rows, ["predefined"], SVM, where=where, drop_labels=["NONE"])
    notes = [
        f"filtered: {180 - kept} of 180 rows are not Target 'Atheism', 'Climate Change'; left out",
        f"dropped_labels: {none} of {kept} rows are labelled NONE {none}; left out",
    ]
    assert metrics["notes"][:2] == notes
    assert metrics["n"] == kept - none
    checked = run_cli("check", tmp_path / "t.yaml")
    assert checked.code == 0
    assert [line.partition("note: ")[2] for line in checked.out.splitlines()][:2] == notes
    assert run_cli("score", folder).code == 0
    assert json.loads((folder / "metrics.json").read_text(encoding="utf-8"))["notes"][:2] == notes


@pytest.mark.parametrize(
    ("split", "message"),
    [
        ({"type": "predefined", "dev": []}, "split 'predefined': split is 'dev' in some rows"),
        ({"type": "predefined", "test": ["tst"]}, "split is 'test' in some rows"),
        ({"type": "predefined", "dev": ["dev", "test"], "test": ["tst"]}, "no row has split 'tst'"),
        ({"type": "predefined", "field": "part"}, "the data have no 'part'"),
        ({"type": "leave-one-value-out", "by": "Target"}, "the data have no 'Target'"),
        ({"type": "predefined", "each": "topic"}, "the data have no 'topic'"),
    ],
)
def test_splits_that_do_not_fit_the_data_are_refused(run, run_cli, tmp_path, split, message):
    with pytest.raises(AssertionError, match="split"):
        run(semeval_like(), [split], SVM)
    ended = run_cli("check", tmp_path / "t.yaml")
    assert ended.code == 2
    assert message in ended.err
