"""Several annotators from a table to the report: agreement, and models against distributions of labels."""

import json
import math
import random

import krippendorff
import numpy as np
import pytest
from scipy import stats
from scipy.spatial.distance import jensenshannon

from harness import tested as arrays
from harness.disagreement import agreement
from harness.evaluation import rescore
from harness.numbering import distributions
from harness.records import Example, RunRecord

LABELS = ("favor", "against", "none")
WORDS = {"favor": "great yes love", "against": "stop no hate", "none": "news today weather"}
WHO = [f"a{k}" for k in range(1, 6)]
SOFT = ("cross_entropy", "jensen_shannon", "total_variation", "entropy_correlation")


def example(i, votes, group=None, distribution=None):
    said = {f"a{k}": vote for k, vote in enumerate(votes)}
    return Example(f"e{i}", "favor", "t", group or f"g{i}", "", votes=said, distribution=distribution)


def arrays_of(examples):
    settings = {"level": 0.95, "primary": "accuracy", "metrics": ["accuracy"], "resamples": 500}
    config = {"evaluation": settings, "seed": 1}
    return arrays.Tested(RunRecord(config, LABELS, tuple(examples), (), (), (), {}))


F, A, N = LABELS


def test_agreement_of_four_statements_counted_by_hand_is_7_12_and_alpha_19_54():
    """Four statements of F F F, F A, F F A A and N N; one of a single label; one of nobody.

    Pairs that are the same: 3 of 3, 0 of 1, 2 of 6, 1 of 1, whose mean is 7/12. Pairable values: F 3 + 1 + 2,
    A 1 + 2, N 2, so 11. Coincidences of different labels: 2 for F A, 2 * 2 * 2 / 3 for F F A A, so 14/3. By
    chance: 11^2 - 6^2 - 3^2 - 2^2 = 72. Alpha = 1 - 10 * (14/3) / 72 = 19/54.
    """
    votes = [(F, F, F), (F, A), (F, F, A, A), (N, N, None), (N,), ()]
    found = agreement(arrays_of([example(i, v) for i, v in enumerate(votes)]))
    assert (found.n, found.n_groups, found.n_annotators, found.unanimous) == (4, 4, 4, 2)
    assert found.observed.value == pytest.approx(7 / 12)
    assert found.alpha.value == pytest.approx(19 / 54)
    assert found.alpha.ci_low < 19 / 54 < found.alpha.ci_high


@pytest.mark.parametrize(
    ("votes", "alpha", "code"),
    [
        ([(F, F), (F, F)], None, "undefined"),  # one label only: by chance they agree always
        ([(F, F), (A, A), (A, A)], 1, "degenerate"),  # nothing varies
        ([(F, A, N)], 0, "few_groups"),  # 1 - 2 * 3 / 6
    ],
)
def test_alpha_without_value_or_interval_says_why(votes, alpha, code):
    found = agreement(arrays_of([example(i, v) for i, v in enumerate(votes)])).alpha
    assert (found.value, found.ci_low) == (alpha, None)
    assert found.reason.startswith(f"{code}: ")


def test_nobody_agrees_where_nothing_has_two_labels():
    assert agreement(arrays_of([example(0, (F,)), example(1, ())])) is None


def test_statements_of_one_group_are_drawn_together():
    votes = [(F, F), (F, A), (A, A), (F, A)]
    one, two = (arrays_of([example(i, v, f"g{i // k}") for i, v in enumerate(votes * 2)]) for k in (1, 4))
    alone, grouped = agreement(one), agreement(two)
    assert (alone.n_groups, grouped.n_groups) == (8, 2)
    assert alone.alpha.value == pytest.approx(grouped.alpha.value)
    assert alone.alpha.ci_low is not None
    # both groups hold the same four statements, so that nothing shows how groups differ
    assert grouped.alpha.reason.startswith("degenerate")


def test_a_distribution_is_given_or_the_shares_of_at_least_two_votes():
    given = example(3, (), distribution=(0.2, 0.3, 0.5))
    examples = [example(0, (F, F, A, None)), example(1, (F,)), example(2, ()), given]
    expected = [[2 / 3, 1 / 3, 0], [math.nan] * 3, [math.nan] * 3, [0.2, 0.3, 0.5]]
    assert distributions(examples, LABELS) == pytest.approx(np.array(expected), nan_ok=True)
    assert distributions(examples[1:3], LABELS) is None


def five_annotators(n=60, seed=7):
    """Return (text, votes) of invented statements on half of which annotators differ."""
    rng = random.Random(seed)
    rows = []
    for i in range(n):
        label, hard = LABELS[i % 3], rng.random() < 0.5
        words = rng.choices(WORDS[label].split(), k=2) + rng.choices(" ".join(WORDS.values()).split(), k=2)
        votes = [rng.choice(LABELS) if hard and rng.random() < 0.6 else label for _ in WHO]
        if i % 10 == 9:
            votes[4] = ""  # the fifth annotator gave no label
        rows.append((f"{' '.join(words)} n{i}", votes))
    return rows


@pytest.fixture(scope="module")
def tables():
    """Return the same statements twice: with five columns of votes, and with three of shares."""
    votes, shares = ["id,text," + ",".join(WHO)], ["id,text,p_none,p_favor,p_against"]
    for i, (text, said) in enumerate(five_annotators()):
        n = sum(bool(v) for v in said)
        votes.append(f"{i},{text},{','.join(said)}")
        shares.append(f"{i},{text}," + ",".join(str(said.count(name) / n) for name in (N, F, A)))
    return {name: "\n".join(lines) + "\n" for name, lines in (("votes", votes), ("shares", shares))}


DATA = {
    "votes": {"annotations": {"columns": WHO, "tie": "drop"}},
    "shares": {"distribution": {"columns": {N: "p_none", F: "p_favor", A: "p_against"}, "tie": "drop"}},
}


@pytest.fixture
def config(tmp_path, tables):
    """Write the table and the configuration of one of the two."""

    def call(name):
        (tmp_path / f"{name}.csv").write_text(tables[name], encoding="utf-8")
        columns = {"text": "text", "id": "id"}
        settings = {
            "name": name,
            "seed": 1,
            "data": {"file": f"{name}.csv", "columns": columns, "labels": list(LABELS), **DATA[name]},
            "splits": [{"type": "stratified-group-k-fold", "folds": 3, "repeats": 2}],
            "models": {"bayes": "complement-nb", "random": "stratified", "svm": "tfidf-svm"},
            "evaluation": {"retrain": 0, "leakage": 0, "resamples": 200},
            "output": str(tmp_path / "runs"),
        }
        path = tmp_path / f"{name}.yaml"
        path.write_text(json.dumps(settings), encoding="utf-8")
        return path

    return call


@pytest.fixture
def run(config, run_cli, tmp_path):
    """Run one of the two tables; return the folder and what was printed."""

    def call(name):
        ended = run_cli("run", config(name), "--jobs", "1")
        assert ended.code == 0, ended.err
        [folder] = (tmp_path / "runs" / name).iterdir()
        return folder, ended.out

    return call


def read(folder):
    scores = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    lines = (folder / "predictions.jsonl").read_text(encoding="utf-8").splitlines()
    return scores, [json.loads(line) for line in lines]


def test_votes_and_their_shares_score_models_alike_and_as_scipy_does(run):
    folder, shown = run("votes")
    scores, rows = read(folder)
    by_id = {str(i): [v for v in said if v] for i, (_, said) in enumerate(five_annotators())}
    shares = {i: np.array([v.count(name) / len(v) for name in LABELS]) for i, v in by_id.items()}
    kept = {row["id"] for row in rows}
    assert scores["n"] == len(kept) < 60, "some rows are ties"

    found = {e["model"]: e["scores"] for e in scores["evaluations"]}
    for model in ("bayes", "random"):
        mine = [r for r in rows if r["model"] == model]
        p = np.array([r["probabilities"] for r in mine])
        q = np.array([shares[r["id"]] for r in mine])
        expected = {
            "cross_entropy": (stats.entropy(q, axis=1) + stats.entropy(q, p, axis=1)).mean(),
            "jensen_shannon": (jensenshannon(p, q, axis=1, base=2) ** 2).mean(),
            "total_variation": (np.abs(p - q).sum(axis=1) / 2).mean(),
            "entropy_correlation": np.mean(
                [
                    stats.pearsonr(stats.entropy(p[at], axis=1), stats.entropy(q[at], axis=1)).statistic
                    for at in ([r["repeat"] == k for r in mine] for k in (0, 1))
                ]
            ),
        }
        for name, value in expected.items():
            score = found[model][name]
            assert score["value"] == pytest.approx(value, abs=1e-9), (model, name)
            assert score["ci_low"] < value < score["ci_high"]
            assert score["reason"].startswith("fixed_question: ")
    assert all(found["svm"][name]["value"] is None for name in SOFT)
    assert {found["svm"][name]["reason"] for name in SOFT} == {
        "no_probabilities: the model gives labels without probabilities"
    }

    [level] = scores["disagreement"]
    entropies = [stats.entropy(shares[i]) for i in kept]
    assert (level["n"], level["entropy"]["value"]) == (len(kept), pytest.approx(np.mean(entropies)))
    assert all(found[m]["cross_entropy"]["value"] > level["entropy"]["value"] for m in ("bayes", "random"))

    numbers = {name: k for k, name in enumerate(LABELS)}
    table = np.array(
        [[numbers.get(said[k], np.nan) for i, (_, said) in enumerate(five_annotators()) if str(i) in kept]
         for k in range(5)]
    )  # fmt: skip
    alpha = krippendorff.alpha(reliability_data=table, level_of_measurement="nominal")
    assert scores["agreement"]["alpha"]["value"] == pytest.approx(alpha)
    assert (scores["agreement"]["n"], scores["agreement"]["n_annotators"]) == (len(kept), 5)
    shown = " ".join(shown.split())  # whatever the terminal's width
    assert "Alpha is nominal" in shown
    assert f"{alpha:.3f}" in shown
    assert "rows have no label with most votes; left out" in shown

    again, _ = read(run("shares")[0])
    other = {e["model"]: e["scores"] for e in again["evaluations"]}
    for model in ("bayes", "random"):
        for name in SOFT:
            assert other[model][name]["value"] == pytest.approx(found[model][name]["value"])
    assert again["agreement"] is None, "shares do not say who said what"


def test_reports_show_agreement_and_distributions_and_scoring_again_gives_the_same(run):
    folder, _ = run("votes")
    for name in ("report.md", "report.html"):
        text = (folder / name).read_text(encoding="utf-8")
        head = text.index("Agreement of the annotators")
        section = text[text.index("Distributions of labels", head) :]
        assert "entropy correlation" in section
        assert "no_probabilities" in section.replace("\\", "")
        assert "cross-entropy" not in text[: text.index("Confusion")], "not in the table of scores"
    kept = (folder / "metrics.json").read_bytes()
    rescore(folder, write=True)
    assert (folder / "metrics.json").read_bytes() == kept


def test_a_run_without_its_data_keeps_the_other_scores(run, config):
    folder, _ = run("votes")
    config("votes").with_suffix(".csv").unlink()
    scores = rescore(folder).scores
    assert (scores.agreement, scores.disagreement) == (None, ())
    assert all(set(SOFT).isdisjoint(e.scores) for e in scores.evaluations)
    assert all("log_loss" in e.scores for e in scores.evaluations if e.model != "svm")


def test_the_data_digest_sees_a_share(config, run_cli, tmp_path):
    path = config("shares")
    for text in ((tmp_path / "shares.csv").read_text(), None):
        if text is None:
            changed = (tmp_path / "shares.csv").read_text().replace("1.0,0.0,0.0", "0.9,0.1,0.0", 1)
            (tmp_path / "shares.csv").write_text(changed)
        assert run_cli("run", path, "--jobs", "1").code == 0
    folders = list((tmp_path / "runs" / "shares").iterdir())
    digests = {json.loads((f / "manifest.json").read_text())["identity"]["data"] for f in folders}
    assert len(folders) == len(digests) == 2


@pytest.mark.parametrize("form", ["csv", "hf"])
def test_an_export_has_a_column_of_shares_for_each_label(config, run_cli, tmp_path, form):
    folder = tmp_path / "exported"
    assert run_cli("export", config("shares"), folder, "--to", form).code == 0
    if form == "csv":
        import pandas as pd

        table = pd.read_csv(folder / "statements.csv")
    else:
        import pyarrow.parquet as pq

        table = pq.read_table(folder / "data" / "train.parquet").to_pandas()
    shares = table[[f"share_{name}" for name in LABELS]]
    assert shares.dtypes.astype(str).tolist() == ["float64"] * 3
    assert shares.sum(axis=1).tolist() == pytest.approx([1.0] * len(table))
    assert not [name for name in table if name.startswith(("p_", "part_p_"))], "no model may see them"
