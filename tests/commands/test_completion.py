"""Shell completion: what the shell's own script asks for and shows, and what is offered where."""

import json
import os
import shutil
import subprocess
import sys

import pytest

from harness.metrics import METRICS
from harness.registry import MODELS

PROGRAM = "import sys; sys.argv[0] = 'harness'; from harness.cli import main; main()"
SHELLS = ("bash", "zsh", "fish")


ASKING = """
import contextlib, io, json, os, sys
sys.argv = ["harness"]
from harness.cli import main
answers = []
for words in json.load(sys.stdin):
    os.environ |= {"COMP_WORDS": " ".join(["harness", *words]), "COMP_CWORD": str(len(words))}
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.suppress(SystemExit):
        main()
    answers.append(out.getvalue().split())
print(json.dumps(answers))
"""


def offered(cwd, *lines):
    """Return what bash is offered for the last word of each line, asked as its script asks."""
    done = subprocess.run(
        [sys.executable, "-c", ASKING],
        input=json.dumps([line.split(" ")[1:] for line in lines]),
        env={**os.environ, "_HARNESS_COMPLETE": "complete_bash"},
        cwd=cwd,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder as `harness init` makes it, with a run of two models."""
    import harness
    from harness.starter.benchmark import start_benchmark
    from harness.starter.labels import labels_from

    folder = tmp_path_factory.mktemp("place")
    start_benchmark(folder, labels_from("for,against,unclear"))
    changes = {"output": str(folder / "runs"), "evaluation.retrain": 0}
    config = harness.load(folder / "configs" / "baseline.yaml", changes)
    harness.evaluate(config, only=["majority", "lexicon"])
    return folder


def test_commands_options_and_names_are_offered(tmp_path):
    d, json_, agree, every, linear, kinds, metric, to = offered(
        tmp_path,
        "harness d",
        "harness check --j",
        "harness annotate ag",
        "harness describe ",
        "harness describe tfidf",
        "harness list m",
        "harness compare a b --metric mc",
        "harness export x.yaml y --to lm",
    )
    assert (d, json_, agree) == (["describe", "doctor"], ["--json"], ["agree"])
    assert set(MODELS) | set(METRICS) <= set(every)
    assert linear == ["tfidf-logreg", "tfidf-svm"]
    assert (kinds, metric, to) == (["models", "metrics"], ["mcc"], ["lm-eval"])


def test_configurations_runs_their_models_articles_and_annotators_are_offered(place):
    config = "configs/baseline.yaml"
    [run] = (str(p.parent.relative_to(place)) for p in place.glob("runs/*/*/manifest.json"))
    expected = {
        "harness run ": ["lexicon.yaml", config],
        "harness run conf": [config],
        "harness check configs/": [config],
        f"harness run {config} --only l": ["lexicon", "logreg"],
        "harness verify ": [run],
        "harness verify runs/base": [run],
        f"harness predict {run} new.csv --model ": ["lexicon", "majority"],
        "harness annotate suggest 0": ["01-council", "02-march", "03-summer"],
        "harness annotate export out --annotator ": ["anna", "ben", "gold"],
    }
    found = offered(place, *expected)
    assert {line: sorted(names) for line, names in zip(expected, found, strict=True)} == {
        line: sorted(names) for line, names in expected.items()
    }


def test_where_nothing_can_be_read_nothing_is_offered_and_nothing_is_said(tmp_path):
    lines = (
        "harness run nowhere/",
        "harness run absent.yaml --only ",
        "harness predict absent new.csv --model ",
        "harness annotate suggest ",
    )
    assert offered(tmp_path, *lines) == [[], [], [], []]


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_for_each_shell_is_printed_and_is_good_in_that_shell(tmp_path, shell):
    environment = {**os.environ, "_HARNESS_COMPLETE": f"source_{shell}"}
    command = [
        sys.executable,
        "-c",
        "import sys; sys.argv[0] = 'harness'; from harness.cli import main; main()",
    ]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert "harness" in done.stdout
    script = tmp_path / "script"
    script.write_text(done.stdout, encoding="utf-8")
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not installed")
    subprocess.run([program, "-n", script], check=True)


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
def test_bash_completes_a_line_by_the_installed_script(tmp_path, place):
    """The script is installed in a home of its own, read by a new bash, and asked as TAB would."""
    program = tmp_path / "bin" / "harness"
    program.parent.mkdir()
    program.write_text(
        f"#!{sys.executable}\nimport sys\nsys.argv[0] = 'harness'\nfrom harness.cli import main\nmain()\n"
    )
    program.chmod(0o755)
    environment = {
        **os.environ,
        "HOME": str(tmp_path),
        "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}",
        "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1",
    }
    install = ["bash", "-c", "harness --install-completion bash"]
    subprocess.run(install, env=environment, check=True, capture_output=True, timeout=60)
    ask = (
        f"source '{tmp_path}/.bash_completions/harness.sh'; COMP_WORDS=(harness run conf); COMP_CWORD=2; "
        "_harness_completion harness; printf '%s\\n' \"${COMPREPLY[@]}\""
    )
    done = subprocess.run(
        ["bash", "--norc", "-c", ask], env=environment, cwd=place, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["configs/baseline.yaml"]
