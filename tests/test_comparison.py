"""Runs against each other: comparisons, leaderboards, verification."""

import json

import pytest

from harness.comparison import compare_runs
from harness.config import load_config
from harness.errors import InputError
from harness.evaluation import evaluate, rescore
from harness.identity import differences
from harness.ranking import boards
from harness.report.paired import comparison_section
from harness.verification import verify
from tests.test_runner import config_file, copy_of

MODELS = {
    "majority": {"type": "majority"},
    "lexicon": {"type": "lexicon"},
    "bayes": {"type": "complement-nb"},
}


@pytest.fixture
def run(tmp_path, project):
    """Make finished runs, each in a folder of its own."""
    made = []

    def make(corpus=None, limit=None, **changes):
        folder = tmp_path / f"r{len(made)}"
        folder.mkdir()
        made.append(folder)
        changes.setdefault("models", MODELS)
        return evaluate(load_config(config_file(folder, corpus or project, **changes)), limit=limit)

    return make


def test_a_run_against_itself_has_delta_0_and_p_1(run):
    done = run()
    for row in compare_runs([done, done]):
        assert row.comparison.delta == 0
        assert row.comparison.p == row.comparison.p_adjusted == 1
        assert row.flips == ()


def test_a_changed_model_is_compared_with_its_former_self_and_changed_statements_are_shown(run):
    before = run(models={"bayes": {"type": "complement-nb"}})
    after = run(models={"bayes": {"type": "complement-nb", "alpha": 0.01, "words": [1, 2]}})
    (row,) = compare_runs([before, after])
    values = [
        next(e.scores["macro_f1"].value for e in done.scores.evaluations if e.model == "bayes")
        for done in (before, after)
    ]
    assert row.comparison.delta == pytest.approx(values[1] - values[0], abs=1e-12)
    assert row.comparison.ci_low <= row.comparison.delta <= row.comparison.ci_high
    for flip in row.flips:
        assert flip.text
        assert (flip.b == flip.gold) == (flip.better == "b")
        assert flip.a != flip.b


def test_the_table_of_changed_statements_speaks_of_the_models_in_its_head(run):
    """The lexicon is better, so more statements are gained than lost, and each gain shows its right label."""
    a = run(models={"majority": {"type": "majority"}})
    b = run(models={"lexicon": {"type": "lexicon"}})
    (row,) = compare_runs([a, b])
    differences_table, changed = comparison_section([row]).tables
    assert row.comparison.delta > 0.3
    gained, lost = map(int, differences_table.rows[0][-1].text.split(" / "))
    assert gained > lost
    rows = [[c.text for c in cells] for cells in changed.rows]
    assert [row[0] for row in rows] == ["gained"] * gained + ["lost"] * lost
    for change, _, gold, wrong, _ in rows:
        assert wrong != gold
        assert (wrong if change == "gained" else gold) == "neutral"  # what the majority always says


def test_each_two_runs_and_each_split_have_a_table_and_the_verdict_counts_them_all(run):
    a = run(models={"majority": {"type": "majority", "mode": "fixed"}})
    b = run(models={"lexicon": {"type": "lexicon"}})
    splits = ["leave-one-article-out", "leave-one-group-out"]
    c, d = (run(models={"bayes": {"type": "complement-nb", "mode": "fixed"}}, splits=splits) for _ in "cd")
    section = comparison_section(compare_runs([a, b]), brief=True, changed=False)
    (table,) = section.tables
    assert table.rows[0][0].text == "lexicon - majority"
    assert "p" not in table.head
    assert section.lead.startswith("1 of 1 difference can be told from 0 (adjusted p below 0.05): lexicon")
    assert "--changed" in section.lead
    again = comparison_section(compare_runs([c, d]))
    assert [t.caption.split(" under ")[1] for t in again.tables] == splits
    assert [t.rows[0][0].text for t in again.tables] == ["bayes", "bayes"]
    assert again.lead.startswith("None of 2 differences can be told from 0")
    assert "--changed" not in again.lead


def test_a_comparison_and_a_leaderboard_fit_a_terminal_of_80_columns_whole(run, run_cli):
    """Six differences of long names took 100 lines; signatures took three lines a model."""
    splits = ["leave-one-article-out", "leave-one-group-out"]
    a, b = (run(models={name: MODELS[name]}, splits=splits) for name in ("majority", "lexicon"))
    said = run_cli("compare", a.folder, b.folder)
    lines = said.out.splitlines()
    assert len(lines) < 25
    assert "(continued)" not in said.out
    assert "004-06" not in said.out
    more = run_cli("compare", a.folder, b.folder, "--changed").out
    assert "gained and lost in" in more
    root = a.folder.parents[2]
    short, signed = run_cli("leaderboard", root), run_cli("leaderboard", root, "--signatures")
    assert "|seed:" not in short.out
    assert "|seed:" in signed.out
    assert "|seed:" in run_cli("leaderboard", root, "--format", "md").out


def test_a_comparison_has_the_level_of_the_run_named_first(run):
    """The same two models: with 60 % named first the interval is narrower than with 95 %."""
    wide = run(models={"bayes": {"type": "complement-nb"}}, evaluation={"retrain": 10, "leakage": 0})
    narrow = run(
        models={"bayes": {"type": "complement-nb", "alpha": 0.01, "words": [1, 2]}},
        evaluation={"retrain": 10, "leakage": 0, "level": 0.6},
    )
    found = [compare_runs(pair)[0] for pair in ((wide, narrow), (narrow, wide))]
    assert [p.level for p in found] == [0.95, 0.6]
    widths = [p.comparison.ci_high - p.comparison.ci_low for p in found]
    assert widths[1] < widths[0] / 2


def test_splits_that_only_share_a_name_are_not_compared(run):
    a = run(splits=[{"type": "leave-one-article-out", "name": "x"}])
    b = run(splits=[{"type": "leave-one-group-out", "name": "x"}])
    with pytest.raises(InputError, match="no split in common"):
        compare_runs([a, b])


def test_scoring_again_is_refused_where_the_data_changed(run, project, tmp_path):
    corpus = copy_of(project, tmp_path)
    done = run(corpus)
    before = (done.folder / "metrics.json").read_bytes()
    gold = corpus / "annotations" / "gold" / "004_3dbf35ee1580a863.jsonl"
    gold.write_text(
        gold.read_text(encoding="utf-8").replace('"attribution": "direct"', '"attribution": "mixed"'),
        encoding="utf-8",
    )
    with pytest.raises(InputError, match="its data changed or are gone"):
        rescore(done.folder, write=True)
    assert (done.folder / "metrics.json").read_bytes() == before


@pytest.mark.parametrize("part", ["speaker", "source_kind", "attribution"])
def test_an_edited_part_of_a_statement_changes_the_signature(part, project, tmp_path):
    from harness.plan import make_plan
    from harness.signature import signature

    corpus = copy_of(project, tmp_path)
    signatures = []
    for edited in (False, True):
        if edited:
            gold = corpus / "annotations" / "gold" / "004_3dbf35ee1580a863.jsonl"
            rows = [json.loads(line) for line in gold.read_text(encoding="utf-8").splitlines()]
            value = {"speaker": "Hal Brands, professor", "source_kind": "group", "attribution": "mixed"}[part]
            next(r for r in rows if r["id"] == "004-06")[part] = value
            gold.write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
        plan = make_plan(load_config(config_file(tmp_path, corpus, models=MODELS)))
        signatures.append(
            signature(plan.identity, partial=False, split="leave-one-article-out", model="bayes")
        )
    assert signatures[0] != signatures[1]


def test_models_without_a_common_name_are_all_compared(run):
    a = run(models={"majority": {"type": "majority"}})
    b = run(models={"lexicon": {"type": "lexicon"}, "bayes": {"type": "complement-nb"}})
    rows = compare_runs([a, b])
    assert {(r.comparison.a, r.comparison.b) for r in rows} == {
        ("lexicon", "majority"),
        ("bayes", "majority"),
    }


def test_other_data_are_refused_by_name(run, project, tmp_path):
    corpus = copy_of(project, tmp_path)
    gold = corpus / "annotations" / "gold" / "004_3dbf35ee1580a863.jsonl"
    gold.write_text("".join(gold.read_text(encoding="utf-8").splitlines(keepends=True)[1:]), encoding="utf-8")
    with pytest.raises(InputError, match="has other data than") as caught:
        compare_runs([run(), run(corpus)])
    assert "r1" in str(caught.value)


def test_partial_runs_are_refused(run):
    with pytest.raises(InputError, match="partial run"):
        compare_runs([run(), run(limit=40)])


def test_a_single_run_is_refused(run):
    with pytest.raises(InputError, match="needs two runs"):
        compare_runs([run()])


def test_the_leaderboard_has_tie_groups_and_one_table_for_each_data_set(run, project, tmp_path):
    corpus = copy_of(project, tmp_path)
    gold = corpus / "annotations" / "gold" / "004_3dbf35ee1580a863.jsonl"
    gold.write_text("".join(gold.read_text(encoding="utf-8").splitlines(keepends=True)[1:]), encoding="utf-8")
    run()
    run()  # the same again is listed once
    run(corpus)
    run(limit=40)  # partial runs are left out
    tables = boards(tmp_path)
    assert sorted(t.n for t in tables) == [54, 55]
    for table in tables:
        assert table.entries[0].model == "lexicon"
        assert sorted(e.model for e in table.entries) == ["bayes", "lexicon", "majority"]
        groups = [e.tie_group for e in table.entries]
        assert groups == sorted(groups)
        values = [e.score.value for e in table.entries]
        assert values == sorted(values, reverse=True)


def test_models_with_the_same_predictions_are_tied(run, tmp_path):
    run(
        models={
            "one": {"type": "majority"},
            "two": {"type": "sklearn", "steps": ["sklearn.dummy.DummyClassifier"]},
        }
    )
    (table,) = boards(tmp_path)
    assert [e.tie_group for e in table.entries] == [1, 1]
    assert table.entries[1].p_from_leader == 1


def test_a_run_verifies_as_identical(run):
    assert verify(run().folder).identical


def test_after_an_edited_label_verify_names_the_corpus_digest(run, project, tmp_path):
    corpus = copy_of(project, tmp_path)
    done = run(corpus)
    gold = corpus / "annotations" / "gold" / "004_3dbf35ee1580a863.jsonl"
    rows = [json.loads(line) for line in gold.read_text(encoding="utf-8").splitlines()]
    next(r for r in rows if r["id"] == "004-06").update(
        stance="hedged", decision="adjudicated", reason="a test"
    )
    gold.write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
    verdict = verify(done.folder)
    assert not verdict.identical
    assert "predictions.jsonl" in verdict.files
    assert any(r.startswith("corpus digest changed") for r in verdict.reasons)


def test_an_edited_result_is_found(run):
    done = run()
    path = done.folder / "predictions.jsonl"
    path.write_text(
        path.read_text(encoding="utf-8").replace('"predicted": "neutral"', '"predicted": "hedged"', 1),
        encoding="utf-8",
    )
    verdict = verify(done.folder)
    assert verdict.files == ("predictions.jsonl",)
    assert "a file was edited" in verdict.reasons[0]


def test_a_run_can_be_read_after_its_data_are_gone(run, project, tmp_path):
    corpus = copy_of(project, tmp_path)
    done = run(corpus)
    (corpus / "seeds").rename(corpus / "elsewhere")
    again = rescore(done.folder)
    values = [e.scores["macro_f1"].value for e in again.scores.evaluations]
    assert values == [e.scores["macro_f1"].value for e in done.scores.evaluations]


CHANGES = {
    "seed": {"seed": 2},
    "parameter": {"models": {**MODELS, "bayes": {"type": "complement-nb", "alpha": 0.5}}},
    "input": {"data": None},
    "split": {"splits": ["leave-one-group-out"]},
    "metric": {"evaluation": {"metrics": ["accuracy"], "primary": "accuracy"}},
    "resamples": {"evaluation": {"resamples": 200}},
    "retrain": {"evaluation": {"retrain": 11}},
    "level": {"evaluation": {"level": 0.9}},
    "interval": {"evaluation": {"interval": "percentile"}},
    "mode": {"models": {**MODELS, "bayes": {"type": "complement-nb", "mode": "fixed"}}},
}


@pytest.mark.parametrize("what", sorted(CHANGES))
def test_whatever_changes_a_number_changes_the_signature(what, tmp_path, project):
    from harness.plan import make_plan
    from harness.signature import signature

    def signed(**changes):
        plan = make_plan(load_config(config_file(tmp_path, project, **{"models": MODELS, **changes})))
        return signature(plan.identity, partial=plan.partial)

    changes = dict(CHANGES[what])
    if what == "input":
        changes = {"data": {"corpus": str(project), "input": "statement"}}
    assert signed(**changes) != signed()
    assert signed() == signed()


def test_data_labels_and_versions_change_the_signature(tmp_path, project, monkeypatch):
    from harness.plan import make_plan
    from harness.signature import signature

    config = load_config(config_file(tmp_path, project, models=MODELS))

    def signed(limit=None):
        plan = make_plan(config, limit=limit)
        return signature(plan.identity, partial=plan.partial)

    first = signed()
    assert signed(limit=40) != first
    monkeypatch.setattr("harness.__version__", "9.9")
    assert signed() != first
    monkeypatch.undo()
    monkeypatch.setattr("harness.plan.versions", lambda names: {"numpy": "0"})
    assert signed() != first


def test_renaming_a_run_changes_no_signature(tmp_path, project):
    from harness.plan import make_plan
    from harness.signature import signature

    plans = [
        make_plan(load_config(config_file(tmp_path, project, models=MODELS, name=n))) for n in ("a", "b")
    ]
    assert signature(plans[0].identity, partial=False) == signature(plans[1].identity, partial=False)


def test_differences_name_what_changed():
    old = {"seed": 1, "corpus": "a" * 64, "models": {"svm": {"content": "x"}}, "packages": {"numpy": "1"}}
    new = {
        "seed": 1,
        "corpus": "b" * 64,
        "models": {"svm": {"content": "y"}, "nb": {}},
        "packages": {"numpy": "2"},
    }
    assert differences(old, new) == [
        "corpus digest changed: aaaaaaaa -> bbbbbbbb",
        "package version of numpy changed: 1 -> 2",
        "model svm changed",
        "model nb is new",
    ]
