"""Code that only a stranger's file names does not run, and a scheduler that only it names gets no work."""

import json
import subprocess
import sys

import pytest
import yaml

from harness.config import load_config
from harness.errors import InputError, ProblemsError
from harness.evaluation import evaluate, rescore

STEPS = {"type": "sklearn", "steps": ["strangers_code.Model"]}
METRIC = {"name": "mine", "type": "function", "function": "strangers_code.share"}
CODE = """
from pathlib import Path
from sklearn.dummy import DummyClassifier
Path(__file__).with_name("ran").touch()
class Model(DummyClassifier):
    pass
def share(gold, said):
    return sum(a == b for a, b in zip(gold, said)) / len(gold)
"""


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package on the path whose import leaves a file behind; gives that file's path."""
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "strangers_code.py").write_text(CODE, encoding="utf-8")
    monkeypatch.syspath_prepend(folder)
    monkeypatch.delitem(sys.modules, "strangers_code", raising=False)
    monkeypatch.delenv("HARNESS_TRUST", raising=False)
    return folder / "ran"


@pytest.fixture
def strangers_run(small_corpus, tmp_path):
    """A run folder whose configuration and manifest name a stranger's model and metric."""
    done = evaluate(load_config(small_corpus.config()))

    def changed(config):
        config["models"]["majority"] = STEPS
        config["evaluation"]["metrics"].append(METRIC)
        config["trust"] = ["strangers_code"]
        return config

    path = done.folder / "config.yaml"
    path.write_text(yaml.safe_dump(changed(yaml.safe_load(path.read_text("utf-8")))), encoding="utf-8")
    path = done.folder / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    changed(manifest["config"])
    path.write_text(json.dumps(manifest), encoding="utf-8")
    (tmp_path / "new.jsonl").write_text('{"statement": "Talks need all sides."}\n', encoding="utf-8")
    return done.folder


@pytest.mark.parametrize(
    "command",
    [
        "report RUN",
        "report RUN --format html --out OUT",
        "score RUN",
        "compare RUN RUN",
        "leaderboard RUNS",
        "verify RUN",
        "predict RUN NEW --model majority --out OUT",
    ],
)
def test_no_command_runs_code_that_only_a_run_folder_names(
    command, strangers_run, package, run_cli, tmp_path
):
    places = {
        "RUN": strangers_run,
        "RUNS": strangers_run.parent.parent,
        "OUT": tmp_path / "out.jsonl",
        "NEW": tmp_path / "new.jsonl",
    }
    ended = run_cli(*(places.get(word, word) for word in command.split()))
    assert (ended.code, package.exists()) == (2, False)
    assert "the run trusts strangers_code; if you do as well" in ended.err
    assert "HARNESS_TRUST=strangers_code" in ended.err


@pytest.mark.parametrize("models", [{"m": STEPS}, {"majority": "majority"}], ids=["a model", "a metric"])
@pytest.mark.parametrize("command", ["check CONFIG", "run CONFIG --dry-run", "run CONFIG"])
def test_trust_that_only_a_configuration_states_is_refused_before_anything_is_imported(
    command, models, small_corpus, package, run_cli
):
    metrics = ["macro_f1", METRIC]
    path = small_corpus.config(models=models, trust=["strangers_code"], evaluation={"metrics": metrics})
    ended = run_cli(*(path if word == "CONFIG" else word for word in command.split()))
    assert (ended.code, package.exists()) == (2, False)
    assert "asks to run code of the package 'strangers_code', and you have not agreed" in ended.err


def test_who_names_the_package_in_the_environment_or_on_the_command_line_agrees(
    small_corpus, package, run_cli, monkeypatch
):
    evaluation = {"retrain": 0, "resamples": 100, "leakage": 0, "metrics": ["macro_f1", METRIC]}
    path = small_corpus.config(models={"m": STEPS}, evaluation=evaluation, trust=["strangers_code"])
    assert run_cli("run", path, "--set", "trust=[strangers_code]").code == 0
    assert package.exists()
    monkeypatch.setenv("HARNESS_TRUST", "another, strangers_code")
    done = evaluate(load_config(path))
    assert "mine" in rescore(done.folder).scores.evaluations[0].scores


def test_a_run_of_a_trusted_model_alone_is_reported_without_importing_it(strangers_run, package):
    path = strangers_run / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    manifest["config"]["evaluation"]["metrics"].pop()
    path.write_text(json.dumps(manifest), encoding="utf-8")
    done = rescore(strangers_run)
    assert done.record.examples[0].fields["cue"]  # the data are read as well
    assert not package.exists()


def test_a_scheduler_that_only_a_file_names_is_not_spoken_to(small_corpus, monkeypatch):
    address = "tcp://192.0.2.1:8786"
    monkeypatch.delenv("HARNESS_TRUST", raising=False)
    for said in (f"dask={address}", {"kind": "dask", "address": address}):
        path = small_corpus.config(executor=said)
        with pytest.raises(ProblemsError) as caught:
            load_config(path)
        (problem,) = caught.value.problems
        assert problem.code == "config-trust"
        assert f"asks to send work to {address}, and you have not agreed" in problem.message
        assert load_config(path, [f"executor=dask={address}"]).executor.address == address
    monkeypatch.setenv("HARNESS_TRUST", address)
    assert load_config(path).executor.address == address


def test_a_setting_beside_an_address_does_not_agree_to_the_address(small_corpus, monkeypatch):
    monkeypatch.delenv("HARNESS_TRUST", raising=False)
    path = small_corpus.config(executor={"kind": "dask", "address": "tcp://192.0.2.1:8786"})
    with pytest.raises(ProblemsError, match="you have not agreed"):
        load_config(path, ["executor.timeout=5"])


def test_the_entry_point_of_the_harness_is_not_run_by_naming_it_as_a_class(small_corpus):
    path = small_corpus.config(models={"m": {"type": "sklearn", "steps": ["harness.__main__.Model"]}})
    done = subprocess.run(
        [sys.executable, "-m", "harness", "check", path], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr.count("cannot import 'harness.__main__.Model'")) == (2, 1)


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ({"sklearn.feature_extraction.text.TfidfVectorizer": {"input": "filename"}}, "no names of files"),
        ({"sklearn.feature_extraction.text.HashingVectorizer": {"input": "file"}}, "no names of files"),
        (
            {"sklearn.cluster.FeatureAgglomeration": {"memory": "cache"}},
            "what a folder of intermediate results holds is not read",
        ),
        (
            {
                "sklearn.model_selection.GridSearchCV": {
                    "estimator": {"class": "sklearn.dummy.DummyClassifier"},
                    "param_grid": {"pipe__memory": ["cache"]},
                }
            },
            "'pipe__memory': what a folder",
        ),
        (
            {
                "sklearn.model_selection.GridSearchCV": {
                    "estimator": {"class": "sklearn.dummy.DummyClassifier"},
                    "param_grid": [{"vec__input": ["content", "filename"]}],
                }
            },
            "'vec__input': texts are no names of files",
        ),
    ],
)
def test_an_estimator_cannot_be_told_to_open_files(small_corpus, step, said):
    """A folder of ``memory`` is unpickled; with ``input: filename`` a statement names a file to read."""
    model = {"type": "sklearn", "steps": [step, "sklearn.dummy.DummyClassifier"]}
    with pytest.raises(ProblemsError, match=said):
        load_config(small_corpus.config(models={"m": model}))


def test_tuning_cannot_smuggle_such_a_parameter_in(small_corpus):
    model = {
        "type": "sklearn",
        "steps": ["sklearn.feature_extraction.text.TfidfVectorizer", "sklearn.svm.LinearSVC"],
        "tune": {"grid": {"TfidfVectorizer.input": ["content", "filename"]}},
    }
    with pytest.raises(InputError, match="texts are no names of files"):
        load_config(small_corpus.config(models={"m": model}))
