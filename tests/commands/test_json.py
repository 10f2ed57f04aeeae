"""With --json standard output is one JSON object with the keys that docs/json.md lists, also on errors."""

import json
import os
import re
import subprocess
import sys

import pytest

from tests.commands.test_help import REPORTING
from tests.conftest import build_corpus


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A corpus with two finished runs of it, and new statements."""
    import harness

    root = tmp_path_factory.mktemp("json")
    corpus = build_corpus(root / "corpus")
    models = {"majority": "majority", "bayes": "complement-nb"}
    first = harness.evaluate(corpus.config("first.yaml", models=models))
    second = harness.evaluate(corpus.config("second.yaml", seed=2, models=models))
    new = root / "new.jsonl"
    new.write_text('{"id": "n", "text": "talks", "statement": "talks need all sides"}\n')
    article = root / "delta.txt"
    article.write_text("A new article\n\nThe bank said that trade fell.\n")
    sweep = corpus.config("sweep.yaml", models=models, sweep={"seed": [3, 4]})
    names = {"root": corpus.root, "out": root, "config": corpus.root / "first.yaml", "sweep": sweep}
    return names | {"first": first.folder, "second": second.folder, "new": new, "article": article}


CASES = {
    "init": ["init", "{out}/made"],
    "check": ["check", "{root}"],
    "run": ["run", "{config}"],
    "run --dry-run": ["run", "{config}", "--dry-run"],
    "run of a sweep": ["run", "{sweep}"],
    "run of a sweep, dry": ["run", "{sweep}", "--dry-run"],
    "score": ["score", "{first}"],
    "compare": ["compare", "{first}", "{second}"],
    "leaderboard": ["leaderboard", "{root}/runs"],
    "verify": ["verify", "{first}"],
    "power": ["power", "{config}"],
    "predict --out": ["predict", "{first}", "{new}", "--model", "bayes", "--out", "{out}/labels.csv"],
    "export": ["export", "{config}", "{out}/exported", "--to", "jsonl"],
    "list": ["list", "models"],
    "describe": ["describe", "tfidf-svm"],
    "doctor": ["doctor"],
    "annotate check": ["annotate", "check", "{root}"],
    "annotate agree": ["annotate", "agree", "{root}"],
    "annotate suggest": ["annotate", "suggest", "alpha", "--corpus", "{root}"],
    "annotate export": [
        "annotate",
        "export",
        "{out}/csv",
        "--format",
        "csv",
        "--annotator",
        "anna",
        "--corpus",
        "{root}",
    ],
    "annotate import": [
        *("annotate", "import", "{out}/csv/statements.csv", "--format", "csv"),
        *("--annotator", "anna", "--replace", "--corpus", "{root}"),
    ],
    "annotate add": ["annotate", "add", "{article}", "--corpus", "{root}", "--language", "en"],
}


def documented(project):
    """Return the keys of each command as the table of docs/json.md has them, but for brackets."""
    keys = {}
    text = (project / "docs" / "json.md").read_text(encoding="utf-8")
    for names, said in re.findall(r"^\| (`\S.*?) \| (.*) \|$", text, re.MULTILINE):
        first, _, dry = re.sub(r"\([^)]*\)", "", said).partition("; with `--dry-run`")
        for name in re.sub(r"`", "", names).split(", "):
            keys[name] = re.findall(r"`(\w+)`", first.partition(";")[0])
            if dry:
                keys[f"{name}, dry"] = re.findall(r"`(\w+)`", dry)
    return keys


def test_every_reporting_command_is_tried_and_documented(project):
    tried = {case.split(" -")[0].split(" of ")[0].replace(" ", "-") for case in CASES}
    assert tried == set(REPORTING)
    assert set(documented(project)) == set(CASES)


@pytest.mark.parametrize("case", CASES)  # in this order: what one writes another reads
def test_standard_output_is_one_object_with_the_documented_keys(case, place, project, run_cli):
    ended = run_cli(*(word.format_map(place) for word in CASES[case]), "--json")
    said = json.loads(ended.out)
    assert ended.code == 0, ended.err
    assert list(said) == ["schema", *documented(project)[case]]
    assert said["schema"] == 1


def test_scores_are_those_of_the_file_that_metrics_names(place, run_cli):
    said = json.loads(run_cli("run", place["config"], "--json").out)
    with open(said["metrics"], encoding="utf-8") as file:
        stored = {
            (e["split"], e["model"], metric): score["value"]
            for e in json.load(file)["evaluations"]
            for metric, score in e["scores"].items()
        }
    assert {(r["split"], r["model"], r["metric"]): r["value"] for r in said["scores"]} == stored
    assert said["comparisons"][0]["metric"] == said["primary"] == "macro_f1"


def test_a_spoilt_corpus_exits_1_with_its_problems(small_corpus, run_cli):
    small_corpus.edit(small_corpus.gold(), 2, confidence=7)
    for command in (("check",), ("annotate", "check")):
        ended = run_cli(*command, small_corpus.root, "--json")
        [problem] = [p for p in json.loads(ended.out)["problems"] if p["code"] == "bad-value"]
        assert (ended.code, ended.err) == (1, "")
        assert problem["path"] == str(small_corpus.gold())
        assert problem["line"] == 2


def test_all_problems_of_a_configuration_are_in_the_answer_and_on_stderr(small_corpus, run_cli):
    path = small_corpus.config(seed=-1, extra=1)
    ended = run_cli("run", path, "--json")
    said = json.loads(ended.out)
    assert ended.code == said["error"]["exit_code"] == 2
    assert sorted(p["code"] for p in said["problems"]) == ["config-unknown", "config-value"]
    assert {p["path"] for p in said["problems"]} == {str(path)}
    assert ended.err == run_cli("run", path).err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["check", "absent.yaml"], "no such file"),
        (["run"], "Missing argument"),
        (["run", "x.yaml", "--jbos", "2"], "No such option"),
        (["run", "x.yaml", "--jobs", "many"], "Invalid value for '--jobs'"),
        (["nothing"], "No such command"),
        (["list", "modles"], "unknown kind"),
        (["compare", "a", "b", "--format", "md"], "two forms of one answer"),
        (["predict", "run", "new.jsonl"], "labels are on stdout"),
        (["annotate", "agree", "absent"], "no such corpus folder"),
    ],
)
def test_wrong_usage_is_an_object_too_and_exits_2(tmp_path, monkeypatch, run_cli, arguments, message):
    monkeypatch.chdir(tmp_path)
    ended = run_cli(*arguments, "--json")
    said = json.loads(ended.out)
    assert ended.code == said["error"]["exit_code"] == 2
    assert message in said["error"]["message"]
    assert message in ended.err


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="the system has no full device")
@pytest.mark.parametrize("there", ["closed", "full", "nobody reads"])
def test_an_error_that_cannot_be_answered_is_one_message_and_its_exit_code(tmp_path, there):
    command = [sys.executable, "-m", "harness", "check", "absent.yaml", "--json"]
    if there == "closed":
        command = ["sh", "-c", 'exec "$@" >&-', "sh", *command]
    reader, writer = os.pipe()
    os.close(reader)
    with open("/dev/full", "wb") as full:
        out = full if there == "full" else writer
        done = subprocess.run(
            command, stdout=out, stderr=subprocess.PIPE, text=True, cwd=tmp_path, check=False
        )
    os.close(writer)
    assert (done.returncode, done.stderr) == (2, "absent.yaml: no such file\n  hint: check the path\n")


def test_help_beside_json_is_the_help(run_cli):
    ended = run_cli("run", "--json", "--help")
    assert (ended.code, "Usage:" in ended.out) == (0, True)


def test_what_differs_exits_1_with_the_files(small_corpus, run_cli):
    run = json.loads(run_cli("run", small_corpus.config(models={"m": "majority"}), "--json").out)["run"]
    with open(f"{run}/metrics.json", "a", encoding="utf-8") as file:
        file.write("\n")
    ended = run_cli("verify", run, "--json")
    said = json.loads(ended.out)
    assert (ended.code, said["identical"], said["files"]) == (1, False, ["metrics.json"])
    assert len(said["reasons"]) == 1


def test_a_terminal_without_the_letters_gets_the_same_values(small_corpus):
    small_corpus.edit(small_corpus.gold("gamma"), 1, cue=[{"start": 0, "end": 2, "text": "🙂“"}])
    command = [sys.executable, "-m", "harness", "check", str(small_corpus.root), "--json"]
    said = []
    for encoding in ("utf-8", "ascii"):
        environment = {**os.environ, "PYTHONIOENCODING": encoding, "LC_ALL": "C"}
        done = subprocess.run(command, capture_output=True, env=environment, check=False, timeout=60)
        said.append(json.loads(done.stdout.decode(encoding)))
    assert said[0] == said[1]
    assert "🙂“" in json.dumps(said[0]["problems"], ensure_ascii=False)
