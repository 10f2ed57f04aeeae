"""Configurations: strict, every problem at once with its line, and no code but what is trusted."""

import json

import pytest
import yaml
from jsonschema import Draft202012Validator

from harness.checks import CODES
from harness.config import load_config
from harness.config_schema import json_schema
from harness.errors import ProblemsError
from harness.uncertainty.methods import METHODS

GOOD = """name: good
seed: 1
data:
  corpus: corpus
  input: cue+statement
splits:
  - type: stratified-group-k-fold
    folds: 3
  - leave-one-article-out
models:
  majority: majority
  svm: {type: tfidf-svm, C: 2}
  any:
    type: sklearn
    steps:
      - sklearn.svm.LinearSVC: {C: 2.0}
evaluation:
  metrics: [macro_f1, accuracy]
  reference: majority
"""


@pytest.fixture
def load(tmp_path):
    def call(text=GOOD, *settings, **replacements):
        for old, new in replacements.get("replace", {}).items():
            assert old in text
            text = text.replace(old, new)
        path = tmp_path / "c.yaml"
        path.write_text(text, encoding="utf-8")
        return load_config(path, settings)

    return call


@pytest.fixture
def refused(load):
    """Load a bad configuration; return (line, code, message, hint) of each problem."""

    def call(text=GOOD, *settings, **replacements):
        with pytest.raises(ProblemsError) as error:
            load(text, *settings, **replacements)
        problems = error.value.problems
        assert all(p.code in CODES for p in problems), "every code is in the table that describe reads"
        assert all(str(p.place) in error.value.render() for p in problems)
        return [(p.place.line, p.code, p.message, p.hint) for p in problems]

    return call


def test_a_good_file_is_complete_with_its_defaults(load, tmp_path):
    config = load()
    assert config.name == "good"
    assert config.data.corpus == str(tmp_path / "corpus")
    assert [s.label for s in config.splits] == ["stratified-group-k-fold", "leave-one-article-out"]
    assert [m.type for m in config.models.values()] == ["majority", "tfidf-svm", "sklearn"]
    assert config.evaluation.level == 0.95


def test_the_resolved_configuration_runs_again_as_it_is(load):
    plain = load().plain()
    assert load(yaml.safe_dump(plain)).plain() == plain
    assert load(json.dumps(plain)).plain() == plain


def test_a_configuration_is_frozen(load):
    with pytest.raises(ValueError, match="frozen"):
        load().seed = 2


@pytest.mark.parametrize(
    ("old", "new", "line", "code", "message", "hint"),
    [
        ("seed: 1", "seeed: 1", 2, "config-unknown", "unknown key 'seeed'", "did you mean 'seed'?"),
        ("  input:", "  inputs:", 5, "config-unknown", "unknown key 'data.inputs'", "did you mean 'input'?"),
        ("    folds:", "    fold:", 8, "config-unknown", "'splits[0].fold'", "did you mean 'folds'?"),
        ("C: 2}", "c: 2}", 12, "config-unknown", "unknown key 'models.svm.c'", "C"),
        ("  metrics:", "  metric:", 18, "config-unknown", "'evaluation.metric'", "did you mean 'metrics'?"),
        ("name: good", "name: 7", 1, "config-value", "name: input should be a valid string, got 7", ""),
        ("name: good", "name: a/b", 1, "config-value", "pattern", ""),
        ("name: good", "name: ..", 1, "config-value", "pattern", ""),
        ("seed: 1", "seed: -1", 2, "config-value", "greater than or equal to 0, got -1", ""),
        ("seed: 1", "seed: one", 2, "config-value", "valid integer, got 'one'", ""),
        ("seed: 1", "seed: 1.5", 2, "config-value", "valid integer", ""),
        ("seed: 1", "seed: true", 2, "config-value", "valid integer, got True", ""),
        ("seed: 1", "seed: null", 2, "config-value", "valid integer, got None", ""),
        (
            "cue+statement",
            "cue+statment",
            5,
            "config-input",
            "unknown input",
            "did you mean 'cue+statement'?",
        ),
        ("cue+statement", "'{cue!r}'", 5, "config-input", "plainly", "without ! and :"),
        ("cue+statement", "'{cue'", 5, "config-input", "not a template", "write {{ for a brace"),
        ("stratified-group-k-fold", "stratified-k-fold", 7, "config-type", "unknown split type", "group"),
        ("folds: 3", "folds: 1", 8, "config-value", "greater than or equal to 2, got 1", ""),
        ("- leave-one-article-out", "- stratified-group-k-fold", 9, "config-split", "named", "'name'"),
        ("majority: majority", "majority: majorty", 11, "config-type", "majorty", "did you mean 'majority'?"),
        ("majority: majority", "majority:", 11, "config-type", "a model needs a 'type'", "majority"),
        ("majority: majority", "majority: {C: 1}", 11, "config-type", "a model needs a 'type'", "majority"),
        ("majority: majority", "'a b': majority", 11, "config-value", "pattern", ""),
        ("C: 2}", "C: 0}", 12, "config-value", "models.svm.C: input should be greater than 0, got 0", ""),
        ("C: 2}", "C: .inf}", 12, "config-value", "valid number, got '.inf'", ""),
        ("C: 2}", "words: [2, 1]}", 12, "config-value", "from small to large", ""),
        ("C: 2}", "words: [1]}", 12, "config-value", "at least 2 items", ""),
        ("C: 2}", "words: null, characters: null}", 12, "config-value", "see nothing", ""),
        ("C: 2}", "class_weight: balancd}", 12, "config-value", "'balanced', or input should be a", ""),
        ("C: 2}", "class_weight: {a: -1}}", 12, "config-value", "svm.class_weight.a: input should be gr", ""),
        ("C: 2}", "tune: {gird: {C: [1]}}}", 12, "config-unknown", "'models.svm.tune.gird'", "'grid'"),
        ("- sklearn.svm.LinearSVC: {C: 2.0}", "- 5", 16, "config-value", "steps[0]: input should be a v", ""),
        ("LinearSVC: {C: 2.0}", "LinearSVC: 5", 15, "config-value", "must be a mapping, got 5", ""),
        ("LinearSVC: {C: 2.0}", "LinearSVC: {c: 2}", 15, "config-model", "no parameter 'c'", "C"),
        ("LinearSVC: {C: 2.0}", "LinearSVM: {}", 15, "config-model", "cannot import", ""),
        ("macro_f1, ", "macro_f, ", 18, "config-metric", "unknown metric 'macro_f'", "'macro_f1'"),
        ("[macro_f1, accuracy]", "[accuracy]", 17, "config-metric", "primary 'macro_f1' is not", "accuracy"),
        ("accuracy]", "accuracy, accuracy]", 18, "config-metric", "is there twice", "keep one"),
        ("reference: majority", "reference: major", 19, "config-reference", "not one of", "'majority'"),
        (
            "reference: majority",
            "interval: bcat",
            19,
            "config-value",
            "evaluation.interval: input should",
            "bca_t",
        ),
        ("reference: majority", "level: 95", 19, "config-value", "less than 1, got 95", ""),
    ],
)
def test_each_fault_is_named_with_line_code_and_hint(refused, old, new, line, code, message, hint):
    problems = refused(replace={old: new})
    assert any(
        found[:2] == (line, code) and message in found[2] and hint in found[3] for found in problems
    ), problems


@pytest.mark.parametrize("key", ["name", "seed", "data", "splits", "models"])
def test_every_missing_key_is_named(refused, key):
    lines = GOOD.splitlines(keepends=True)
    start = next(i for i, line in enumerate(lines) if line.startswith(f"{key}:"))
    end = next(i for i in range(start + 1, len(lines)) if not lines[i].startswith(" "))
    found = refused("".join(lines[:start] + lines[end:]))
    assert (1, "config-missing", f"missing key '{key}'") in [problem[:3] for problem in found]


def test_a_missing_nested_key_is_placed_at_its_parent(refused):
    assert refused(replace={"  corpus: corpus\n": ""}) == [
        (
            3,
            "config-missing",
            "missing key 'data.corpus'",
            "folder with seeds/ and annotations/, relative to this file",
        )
    ]


def test_all_problems_of_all_kinds_come_at_once_in_the_order_of_lines(refused):
    found = refused(
        replace={
            "seed: 1": "seeed: 1",
            "cue+statement": "nonsense",
            "folds: 3": "folds: 1",
            "leave-one-article-out": "leave-one-out",
            "C: 2}": "C: x}",
            "sklearn.svm.LinearSVC: {C: 2.0}": "os.system",
            "macro_f1, ": "f1, ",
            "reference: majority": "reference: best",
        }
    )
    assert [(line, code) for line, code, _, _ in found] == [
        (1, "config-missing"),
        (2, "config-unknown"),
        (5, "config-input"),
        (8, "config-value"),
        (9, "config-type"),
        (12, "config-value"),
        (16, "config-trust"),
        (17, "config-metric"),
        (18, "config-metric"),
        (19, "config-reference"),
    ]


def test_duplicate_keys_are_refused_with_both_lines(refused):
    found = refused(GOOD + "seed: 2\n")
    assert found == [(20, "duplicate-key", "duplicate key 'seed' (first on line 2)", "keep one of them")]


def test_a_problem_in_a_parent_is_placed_in_the_parent(tmp_path):
    (tmp_path / "base.yaml").write_text(GOOD.replace("seed: 1", "seed: x"), encoding="utf-8")
    (tmp_path / "child.yaml").write_text("extends: base.yaml\nnames: y\n", encoding="utf-8")
    with pytest.raises(ProblemsError) as error:
        load_config(tmp_path / "child.yaml")
    places = [str(p.place) for p in error.value.problems]
    assert places == [f"{tmp_path}/base.yaml:2", f"{tmp_path}/child.yaml:2"]


def test_the_interval_methods_of_the_schema_are_those_there_are():
    options = json_schema()["$defs"]["Evaluation"]["properties"]["interval"]["enum"]
    assert options == ["auto", *METHODS]


def test_a_problem_of_a_setting_is_placed_on_the_command_line(load):
    with pytest.raises(ProblemsError) as error:
        load(GOOD, "evaluation.level=2")
    assert str(error.value).startswith("--set: evaluation.level: input should be less than 1, got 2")


@pytest.mark.parametrize(
    ("setting", "read"),
    [
        ("seed=7", lambda c: c.seed == 7),
        ("models.svm.C=1e-3", lambda c: c.models["svm"].C == 0.001),
        ("splits.0.folds=4", lambda c: c.splits[0].folds_ == 4),
        ("models.new=complement-nb", lambda c: list(c.models)[-1] == "new"),
        ("models.majority.input=source", lambda c: c.models["majority"].input == "source"),
        ("evaluation.metrics=[macro_f1]", lambda c: c.evaluation.metrics == ["macro_f1"]),
    ],
)
def test_settings_win_over_the_file(load, setting, read):
    assert read(load(GOOD, setting))


def test_model_files_are_relative_to_the_file_that_names_them(load, tmp_path):
    (tmp_path / "mine.jsonl").write_text("", encoding="utf-8")
    config = load(replace={"majority: majority": "majority: {type: predictions, path: mine.jsonl}"})
    assert config.models["majority"].path == str(tmp_path / "mine.jsonl")


def test_a_cue_list_that_is_wrong_is_found_with_its_own_line(refused, tmp_path):
    (tmp_path / "cues.yaml").write_text(
        "default: neutral\nwindow: many\nlabels: {a: [b]}\n", encoding="utf-8"
    )
    found = refused(replace={"majority: majority": "majority: {type: lexicon, cues: cues.yaml}"})
    assert [(line, code) for line, code, *_ in found] == [(2, "config-model")]


def test_an_absent_predictions_file_is_found_before_anything_is_fitted(refused):
    found = refused(replace={"majority: majority": "majority: {type: predictions, path: absent.csv}"})
    assert ["no such file" in message for _, _, message, _ in found] == [True]


TRUST = [
    ("os.system", "os"),
    ("subprocess.Popen: {args: ls}", "subprocess"),
    ("xgboost.XGBClassifier", "xgboost"),
    ("sklearnx.svm.LinearSVC", "sklearnx"),
    ("sklearn.ensemble.BaggingClassifier: {estimator: {class: evil.Model}}", "evil"),
    ("sklearn.pipeline.FeatureUnion: {transformer_list: [[a, {class: evil.deep.Model}]]}", "evil"),
]


@pytest.mark.parametrize(("step", "package"), TRUST)
def test_a_class_of_another_package_is_refused_unless_trusted(refused, monkeypatch, step, package):
    monkeypatch.setattr("harness.models.steps.import_module", lambda name: pytest.fail(f"imported {name}"))
    found = refused(replace={"sklearn.svm.LinearSVC: {C: 2.0}": step})
    assert [(line, code, hint) for line, code, _, hint in found] == [
        (16, "config-trust", f"if you trust that package, add 'trust: [{package}]'")
    ]


def test_a_tuning_grid_cannot_smuggle_a_class_in(refused):
    steps = "steps: [sklearn.svm.LinearSVC]\n    tune: {grid: {steps: [[os.system], [{evil.X: {}}]]}}"
    old = GOOD[GOOD.index("steps:") : GOOD.index("evaluation:")]
    found = refused(replace={old: steps + "\n"})
    assert [(line, code) for line, code, *_ in found] == [(16, "config-trust"), (16, "config-trust")]


def test_trust_lets_a_package_be_named_and_its_class_is_still_checked(refused, monkeypatch):
    monkeypatch.setenv("HARNESS_TRUST", "os")
    found = refused(GOOD + "trust: [os]\n", replace={"sklearn.svm.LinearSVC: {C: 2.0}": "os.system"})
    assert [(code, message) for _, code, message, _ in found] == [
        ("config-model", "models.any: 'os.system' is no scikit-learn estimator")
    ]


@pytest.mark.parametrize(
    "name", ["sklearn.utils.resample", "sklearn.datasets.fetch_20newsgroups", "harness.textfile.write_text"]
)
def test_functions_are_no_estimators_wherever_they_live(refused, name):
    found = refused(replace={"sklearn.svm.LinearSVC: {C: 2.0}": name})
    assert [(code, message) for _, code, message, _ in found] == [
        ("config-model", f"models.any: '{name}' is no scikit-learn estimator")
    ]


def test_the_shipped_schema_is_what_the_command_prints(project, run_cli):
    printed = run_cli("schema").out
    shipped = (project / "configs" / "schema.json").read_text(encoding="utf-8")
    again = "in an environment without plug-ins: harness schema > configs/schema.json"
    assert (printed == shipped) is True, again


def test_every_shipped_configuration_names_the_schema_in_its_first_line_and_follows_it(project):
    schema = json_schema()
    Draft202012Validator.check_schema(schema)
    paths = sorted((project / "configs").glob("*.yaml"))
    assert paths
    for path in paths:
        text = path.read_text(encoding="utf-8")
        assert text.splitlines()[0] == "# yaml-language-server: $schema=schema.json"
        assert list(Draft202012Validator(schema).iter_errors(yaml.safe_load(text))) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("seed:", "seeed:"),
        ("corpus:", "corpse:"),
        ("folds:", "fold:"),
        ("C: 2}", "c: 2}"),
        ("metrics:", "metric:"),
        ("majority: majority", "majority: majorty"),
        ("folds: 3", "folds: 1"),
        ("type: tfidf-svm", "type: tfidf-svn"),
    ],
)
def test_the_schema_refuses_what_the_harness_refuses(old, new):
    validator = Draft202012Validator(json_schema())
    assert validator.is_valid(yaml.safe_load(GOOD))
    assert not validator.is_valid(yaml.safe_load(GOOD.replace(old, new)))


def test_the_schema_lets_a_child_say_only_what_it_changes():
    child = {"extends": "baseline.yaml", "data": {"input": "source"}, "models": {"svm": {"C": 2}}}
    assert Draft202012Validator(json_schema()).is_valid(child)
