"""The example package, installed as a user installs it, works like a model of the harness's own."""

import json
import os
import subprocess
import sys

import pytest


@pytest.fixture(scope="module")
def with_plugin(tmp_path_factory, project):
    """Return a function that runs the command line with the example package installed."""
    site = tmp_path_factory.mktemp("site")
    source = tmp_path_factory.mktemp("source") / "plugin"
    subprocess.run(["cp", "-r", project / "examples" / "nearest-statement", source], check=True)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*pip, "--no-index", "--target", site, source], check=True, capture_output=True)

    def run(*words, cwd, module="harness"):
        env = {**os.environ, "PYTHONPATH": f"{site}{os.pathsep}{project}", "COLUMNS": "200"}
        command = [sys.executable, "-m", module, *map(str, words)]
        return subprocess.run(command, capture_output=True, text=True, env=env, cwd=cwd, check=False)

    return run


def test_an_installed_package_is_listed_and_described_with_its_parameters(with_plugin, tmp_path):
    listed = with_plugin("list", "models", cwd=tmp_path)
    assert "nearest-statement" in listed.stdout
    assert "the label of the training statement that shares the most words" in listed.stdout
    said = with_plugin("describe", "nearest-statement", cwd=tmp_path).stdout
    assert "least: default 0.1 - index below which the most frequent label is said instead" in said


def test_the_packages_own_leak_test_passes(with_plugin, project, tmp_path):
    tests = project / "examples" / "nearest-statement" / "tests"
    options = ("-q", "-p", "no:cacheprovider", "-c", os.devnull)
    done = with_plugin(*options, tests, cwd=tmp_path, module="pytest")
    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout


def test_a_configuration_runs_the_model_of_the_package(with_plugin, project, tmp_path):
    config = {
        "name": "plugged",
        "seed": 1,
        "data": {"corpus": str(project)},
        "splits": [{"type": "stratified-group-k-fold", "repeats": 1}],
        "models": {"majority": {"type": "majority"}, "mine": {"type": "nearest-statement", "least": 0.2}},
        "evaluation": {"retrain": 0, "leakage": 0, "resamples": 100},
    }
    (tmp_path / "plugged.yaml").write_text(json.dumps(config), encoding="utf-8")
    done = with_plugin("run", "plugged.yaml", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    metrics = json.loads(next(tmp_path.glob("runs/plugged/*/metrics.json")).read_text(encoding="utf-8"))
    assert [e["model"] for e in metrics["evaluations"]] == ["majority", "mine"]


def test_a_parameter_that_the_packages_model_lacks_is_refused_by_name(with_plugin, project, tmp_path):
    text = f"name: x\nseed: 1\ndata: {{corpus: {project}}}\nsplits: [leave-one-article-out]\nmodels:\n"
    (tmp_path / "x.yaml").write_text(text + "  mine: {type: nearest-statement, leest: 1}\n", encoding="utf-8")
    done = with_plugin("check", "x.yaml", cwd=tmp_path)
    assert done.returncode == 2
    assert "x.yaml:6" in done.stderr
    assert "did you mean 'least'" in done.stderr


def test_without_the_package_the_type_is_unknown(project):
    done = subprocess.run(
        [sys.executable, "-m", "harness", "describe", "nearest-statement"],
        capture_output=True,
        text=True,
        cwd=project,
        check=False,
    )
    assert (done.returncode, "nothing is called" in done.stderr) == (2, True)
