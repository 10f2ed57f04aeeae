"""Metrics that a configuration defines: refusals with their line, and the way through a run and back."""

import json

import pytest

from harness.comparison import compare_runs
from harness.config import load_config
from harness.errors import InputError, ProblemsError
from harness.evaluation import evaluate, rescore
from harness.plan import FoldTask, TableTask, make_plan
from harness.ranking import boards
from harness.runner import execute
from harness.store import FoldStore, read_record

AVG = {"name": "f_avg", "type": "mean_f1", "labels": ["supportive", "neutral"]}
BY_KIND = {**AVG, "name": "f_by_kind", "over": "source_kind"}
BY_ARTICLE = {**AVG, "name": "f_by_article", "over": "article"}
FNC = {"name": "news", "type": "fnc", "unrelated": "neutral"}
HEAD = """name: own
seed: 1
data: {corpus: CORPUS}
splits: [leave-one-article-out]
models:
  majority: majority
  logreg: tfidf-logreg
evaluation:
  leakage: 0
  retrain: 0
  resamples: 100
  metrics:
    - macro_f1
"""


@pytest.fixture
def problems(small_corpus, tmp_path):
    """Return (line, code, message, hint) of each problem of lines added after the metrics."""

    def call(lines, replace=("", "")):
        path = tmp_path / "own.yaml"
        text = HEAD.replace("CORPUS", str(small_corpus.root)).replace(*replace) + lines
        path.write_text(text, encoding="utf-8")
        with pytest.raises(ProblemsError) as error:
            make_plan(load_config(path))
        assert {p.place.path for p in error.value.problems} == {str(path)}
        return [(p.place.line, p.code, p.message, p.hint) for p in error.value.problems]

    return call


@pytest.mark.parametrize(
    ("lines", "line", "code", "message", "hint"),
    [
        ("    - {name: x}", 14, "config-metric", "metrics[1]: a metric needs a 'type'", "f_avg"),
        ("    - 5", 14, "config-metric", "metrics[1]: a metric needs a 'type'", "f_avg"),
        ("    - {type: mean_f1}", 14, "config-missing", "missing key 'evaluation.metrics[1].name'", ""),
        ("    - {name: x, type: mean_f2}", 14, "config-metric", "unknown metric type 'mean_f2'", "'mean_f1'"),
        ("    - name: x\n      type: mean_f2", 15, "config-metric", "unknown metric type", "'mean_f1'"),
        (
            "    - {name: x, type: mean_f1, label: [neutral]}",
            14,
            "config-unknown",
            "unknown key 'evaluation.metrics[1].label'",
            "did you mean 'labels'?",
        ),
        ("    - {name: a b, type: mean_f1}", 14, "config-value", "pattern", ""),
        ("    - {name: x, type: mean_f1, labels: neutral}", 14, "config-value", "valid list", ""),
        ("    - {name: x, type: mean_f1, empty: 1}", 14, "config-value", "'undefined', got 1", ""),
        ("    - {name: x, type: fnc}", 14, "config-missing", "metrics[1].unrelated'", ""),
        ("    - {name: accuracy, type: mean_f1}", 14, "config-metric", "is a metric's already", "another"),
        ("    - {name: log_loss, type: mean_f1}", 14, "config-metric", "is a metric's already", "another"),
        (
            "    - {name: x, type: mean_f1}\n    - {name: x, type: fnc, unrelated: neutral}",
            15,
            "config-metric",
            "the metric 'x' is there twice",
            "keep one",
        ),
        (
            "    - {name: x, type: function, function: mine.f}",
            14,
            "config-trust",
            "the metric 'x': 'mine.f' is no function of sklearn.metrics",
            "if you trust that package, add 'trust: [mine]'",
        ),
        (
            "    - {name: x, type: function, function: sklearn.metrics.f2}",
            14,
            "config-metric",
            "cannot import 'sklearn.metrics.f2'",
            "package.module.function",
        ),
        (
            "    - name: x\n      type: mean_f1\n      labels: [neutral, supportiv]",
            16,
            "config-metric",
            "the metric 'x': 'supportiv' is none of the labels",
            "did you mean 'supportive'?",
        ),
        (
            "    - {name: x, type: fnc, unrelated: off}",
            14,
            "config-metric",
            "'off' is none of the labels",
            "",
        ),
        (
            "    - name: x\n      type: mean_f1\n      over: target",
            16,
            "config-metric",
            "the metric 'x': the data do not have 'target' of every statement",
            "source",
        ),
        ("  primary: f_avg", 14, "config-metric", "primary 'f_avg' is not among", "macro_f1"),
    ],
)
def test_a_metric_that_cannot_be_is_refused_in_its_line(problems, lines, line, code, message, hint):
    ((at, found, said, advice),) = problems(lines + "\n")
    assert (at, found) == (line, code)
    assert message in said
    assert hint in advice


def test_every_misfit_is_told_at_once(problems):
    found = problems("    - {name: x, type: fnc, unrelated: off}\n    - {name: y, type: mcc, over: town}\n")
    assert [(line, message.split(":")[0]) for line, _, message, _ in found] == [
        (14, "the metric 'x'"),
        (15, "the metric 'y'"),
    ]


def test_a_part_of_too_many_values_is_refused(problems, monkeypatch):
    monkeypatch.setattr("harness.metric_types.MOST_VALUES", 11)
    ((_, _, message, hint),) = problems("    - {name: x, type: accuracy, over: statement}\n")
    assert message == "the metric 'x': 'statement' has 12 values, more than 11"
    assert "few values" in hint


def test_the_standard_library_is_refused_even_if_trusted(problems, monkeypatch):
    monkeypatch.setattr("harness.user_metric.import_module", lambda name: pytest.fail(f"imported {name}"))
    monkeypatch.setenv("HARNESS_TRUST", "subprocess")
    lines = "    - {name: x, type: function, function: subprocess.call}\ntrust: [subprocess]\n"
    ((line, code, message, _),) = problems(lines)
    assert (line, code) == (14, "config-trust")
    assert "of the standard library, which has no metrics" in message


@pytest.mark.parametrize(
    ("metric", "code", "message"),
    [
        ("{type: function, function: mine.f}", "config-trust", "tune.metric: 'mine.f' is no function of"),
        ("{type: mean_f2}", "config-model", "unknown metric type 'mean_f2'"),
        ("f_avg", "config-model", "unknown metric 'f_avg'"),
    ],
)
def test_a_metric_that_a_model_cannot_be_tuned_by_is_refused(problems, metric, code, message):
    tuned = f"logreg: {{type: tfidf-logreg, tune: {{grid: {{C: [1.0]}}, metric: {metric}}}}}"
    ((line, found, said, _),) = problems("", ("logreg: tfidf-logreg", tuned))
    assert (line, found) == (7, code)
    assert message in said


def test_a_tuning_metric_that_does_not_fit_the_data_is_refused(small_corpus):
    tune = {"grid": {"C": [1.0]}, "metric": {"type": "mean_f1", "labels": ["off"]}}
    path = small_corpus.config(models={"logreg": {"type": "tfidf-logreg", "tune": tune}})
    with pytest.raises(InputError, match=r"models\.logreg: tune\.metric: 'off' is none of the labels"):
        make_plan(load_config(path))


# through a run -------------------------------------------------------------------------------------------


@pytest.fixture
def run(small_corpus):
    def call(*metrics, primary="macro_f1", **changes):
        evaluation = {"retrain": 0, "resamples": 100, "leakage": 0, "primary": primary}
        evaluation |= {"metrics": ["macro_f1", *metrics], **changes.pop("evaluation", {})}
        path = small_corpus.config(evaluation=evaluation, **changes)
        return evaluate(load_config(path))

    return call


def pairs_of(done, model):
    lines = (done.folder / "predictions.jsonl").read_text(encoding="utf-8").splitlines()
    return [(r["gold"], r["predicted"], r["id"]) for r in map(json.loads, lines) if r["model"] == model]


def f1(label, rows):
    right = sum(g == p == label for g, p, _ in rows)
    both = sum((g == label) + (p == label) for g, p, _ in rows)
    return 2 * right / both if both else 0


def mean_f1(rows):
    return sum(f1(label, rows) for label in AVG["labels"]) / 2


def test_a_run_scores_pooled_and_by_article_what_its_predictions_say(run):
    done = run(AVG, BY_ARTICLE, FNC, primary="f_by_article", evaluation={"reference": "majority"})
    for e in done.scores.evaluations:
        rows = pairs_of(done, e.model)
        apart = [mean_f1([r for r in rows if r[2].startswith(a)]) for a in ("alpha", "beta", "gamma")]
        assert e.scores["f_avg"].value == pytest.approx(mean_f1(rows))
        assert e.scores["f_by_article"].value == pytest.approx(sum(apart) / 3)
    majority = next(e for e in done.scores.evaluations if e.model == "majority")
    assert majority.scores["f_avg"].value != majority.scores["f_by_article"].value
    assert done.scores.primary == done.scores.comparisons[0].metric == "f_by_article"
    assert "metric:macro_f1+f_avg+f_by_article+news" in majority.signature
    notes = [n for n in done.scores.notes if n.startswith("metric_definition")]
    assert "f_avg is mean F1 of supportive, neutral, all statements pooled" in notes[0]
    assert "f_by_article is mean over the values of article" in notes[1]


def test_a_stored_run_scores_again_to_the_same_bytes(run):
    done = run(AVG, BY_KIND, FNC, primary="f_avg")
    before = (done.folder / "metrics.json").read_bytes()
    rescore(done.folder, write=True)
    assert (done.folder / "metrics.json").read_bytes() == before
    assert load_config(done.folder / "config.yaml").plain()["evaluation"] == done.record.config["evaluation"]


def test_a_metric_over_a_field_is_left_out_where_the_data_are_gone(run, small_corpus):
    done, other = run(AVG, BY_KIND), run(AVG, BY_KIND, primary="f_by_kind")
    small_corpus.scheme.unlink()
    again = rescore(done.folder)
    assert list(again.scores.evaluations[0].scores)[:2] == ["macro_f1", "f_avg"]
    assert "f_by_kind" not in again.scores.evaluations[0].scores
    assert any(n.startswith("metric_left_out: f_by_kind needs 'source_kind'") for n in again.scores.notes)
    with pytest.raises(InputError, match="'f_by_kind' needs 'source_kind' of every statement"):
        rescore(other.folder)


def test_runs_are_compared_on_a_metric_of_the_first_runs_configuration(run):
    a = run(AVG, BY_ARTICLE, models={"majority": "majority"})
    b = run(models={"logreg": "tfidf-logreg"})
    for name in ("f_avg", "f_by_article", "mcc"):
        (row,) = compare_runs([a, b], name)
        assert row.comparison.metric == name
    expected = mean_f1(pairs_of(b, "logreg")) - mean_f1(pairs_of(a, "majority"))
    assert compare_runs([a, b], "f_avg")[0].comparison.delta == pytest.approx(expected)
    with pytest.raises(InputError, match="unknown metric 'f_avgg'") as error:
        compare_runs([a, b], "f_avgg")
    assert error.value.hint == "did you mean 'f_avg'?"


def test_one_name_with_two_definitions_makes_two_leaderboards(run, small_corpus):
    run(AVG, primary="f_avg")
    run({**AVG, "labels": ["hedged"]}, primary="f_avg")
    found = boards(small_corpus.root / "runs")
    assert [b.metric for b in found] == ["f_avg", "f_avg"]
    assert [len(b.entries) for b in found] == [2, 2]


def fitted(plan, store):
    done = []
    execute(plan, store, progress=lambda task, stored: stored or done.append(task))
    return done


def test_a_metric_with_parameters_fits_nothing_and_one_over_a_field_only_re_runs(small_corpus, tmp_path):
    store = FoldStore(tmp_path / "runs")

    def plan(*metrics):
        evaluation = {"retrain": 2, "leakage": 0, "resamples": 100, "metrics": ["macro_f1", *metrics]}
        return make_plan(load_config(small_corpus.config(evaluation=evaluation)))

    assert fitted(plan(), store)
    assert fitted(plan(AVG, FNC), store) == []
    again = fitted(plan(AVG, BY_KIND), store)
    assert again
    assert all(isinstance(task, TableTask) for task in again)
    assert fitted(plan(BY_KIND, {**BY_KIND, "name": "other", "labels": ["hedged"]}), store) == []
    assert fitted(plan(AVG), store) == [], "what was there before still is"


def test_re_runs_keep_counts_by_value_that_add_up_to_the_pooled_ones(run):
    done = run(
        BY_ARTICLE,
        primary="f_by_article",
        splits=[{"type": "stratified-group-k-fold", "folds": 2, "repeats": 1}],
        evaluation={"retrain": 12, "leakage": 2, "learning_curve": [0.5]},
    )
    stored = read_record(done.folder).tables
    assert {t.kind for t in stored} == {"rerun", "leakage", "curve"}
    for tables in (*done.record.tables, *stored):
        by_article = tables.over["article"]
        assert by_article.shape[1:] == (3 * 3, 3)
        assert (by_article.reshape(-1, 3, 3, 3).sum(axis=1) == tables.confusions).all()
    assert done.scores.leakage[0].metric == "f_by_article"
    assert done.scores.leakage[0].purged is not None
    assert {p.metric for p in done.scores.learning_curve} == {"f_by_article"}


def test_a_model_is_tuned_by_a_metric_of_the_configuration(small_corpus):
    """Renaming the metric keeps every fit; other labels in it do not."""
    split = [{"type": "stratified-group-k-fold", "folds": 2, "repeats": 1}]

    def plan(metric, said):
        model = {"type": "tfidf-logreg", "tune": {"grid": {"C": [0.1, 10.0]}, "folds": 2, "metric": said}}
        evaluation = {"retrain": 0, "leakage": 0, "resamples": 100, "metrics": ["macro_f1", metric]}
        return make_plan(
            load_config(small_corpus.config(evaluation=evaluation, splits=split, models={"m": model}))
        )

    def prints(made):
        return {t.fingerprint for t in made.tasks if isinstance(t, FoldTask)}

    first = plan(BY_ARTICLE, "f_by_article")
    definition = {k: v for k, v in BY_ARTICLE.items() if k != "name"}
    assert prints(first) == prints(plan({**BY_ARTICLE, "name": "renamed"}, "renamed"))
    assert prints(first) != prints(plan({**BY_ARTICLE, "labels": ["hedged"]}, "f_by_article"))
    assert plan(AVG, definition).config.models["m"].tune.metric == definition
    done = evaluate(first.config)
    assert [c["C"] in (0.1, 10.0) for c in done.record.pools[0].chosen] == [True, True]


def test_a_trusted_function_scores_a_run_and_its_error_ends_it_plainly(run, run_cli, tmp_path, monkeypatch):
    code = "def share(gold, said):\n    return sum(map(str.__eq__, gold, said)) / len(gold)\n\n\n"
    (tmp_path / "own_scores.py").write_text(code + "def bad(gold, said):\n    return gold[0] + 1\n", "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("HARNESS_TRUST", "own_scores")
    own = {"name": "share", "type": "function", "function": "own_scores.share"}
    done = run(own, primary="share", trust=["own_scores"])
    for e in done.scores.evaluations:
        rows = pairs_of(done, e.model)
        assert e.scores["share"].value == pytest.approx(sum(g == p for g, p, _ in rows) / len(rows))
    with pytest.raises(InputError, match=r"own_scores\.bad failed: TypeError"):
        run({**own, "function": "own_scores.bad"}, trust=["own_scores"])
    config = dict(done.record.config, trust=[])
    (done.folder / "manifest.json").write_text(
        json.dumps({**done.manifest, "config": config}), encoding="utf-8"
    )
    ended = run_cli("report", done.folder)
    assert ended.code == 2
    assert "the metric 'share': 'own_scores.share' is no function of sklearn.metrics" in ended.err


def test_slices_are_scored_by_known_metrics_alone(problems):
    lines = "  slice_metrics: [macro_f1, mine, acuracy]\n"
    assert problems("    - {name: mine, type: mean_f1, labels: [neutral]}\n" + lines) == [
        (15, "config-metric", "unknown metric 'acuracy'", "did you mean 'accuracy'?")
    ]
