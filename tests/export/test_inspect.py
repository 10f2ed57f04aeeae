"""The folder for inspect: run by the real program with its mock model, and its log scored here."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

# What the mock model says of each statement: eight labels, one of them wrapped in white space, and four
# replies that are none. Right are alpha-1, alpha-3, beta-1, beta-2, gamma-2 and gamma-4.
REPLIES = {
    "alpha-1": "supportive",
    "alpha-2": "Supportive.",
    "alpha-3": " neutral\n",
    "alpha-4": "neutral",
    "beta-1": "supportive",
    "beta-2": "neutral",
    "beta-3": "",
    "beta-4": "hedged",
    "gamma-1": "I cannot say",
    "gamma-2": "neutral",
    "gamma-3": "hedged or neutral",
    "gamma-4": "supportive",
}
PREDICTED = {
    i: r.strip() if r.strip() in ("supportive", "neutral", "hedged") else None for i, r in REPLIES.items()
}
# Loaded when inspect's Python starts: the mock model counts tokens, by a table that would be downloaded.
BYTES_AS_TOKENS = r"""
import tiktoken, tiktoken.registry
tiktoken.registry.ENCODINGS["o200k_base"] = tiktoken.Encoding(
    "o200k_base", pat_str=r"[\s\S]", mergeable_ranks={bytes([i]): i for i in range(256)}, special_tokens={}
)
"""


def run(command, env, folder):
    done = subprocess.run(
        list(map(str, command)),
        env=env,
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def moved(exported, tmp_path):
    """The exported folder, moved elsewhere."""
    folder = tmp_path / "moved" / "task"
    folder.parent.mkdir()
    shutil.move(exported("inspect"), folder)
    return folder


@pytest.fixture
def answered(program, offline, moved, tmp_path):
    """Run the task with the given replies; return the metrics that inspect reports, and the log."""

    def call(form, **arguments):
        rows = [json.loads(r) for r in (moved / "statements.jsonl").read_text(encoding="utf-8").splitlines()]
        asked = {f"Statement: {row['text']}\nStance:": REPLIES[row["id"]] for row in rows}
        assert len(asked) == 12, "no two statements read the same"
        (tmp_path / "replies.json").write_text(json.dumps(asked), encoding="utf-8")
        python = program("inspect").parent / "python"
        driver = Path(__file__).with_name("inspect_replies.py")
        task, logs = "task/stance.py", tmp_path / "logs"  # inspect takes no absolute path
        command = [python, driver, task, tmp_path / "replies.json", logs, form, json.dumps(arguments)]
        said = json.loads(run(command, offline, moved.parent).splitlines()[-1])
        (log,) = logs.iterdir()
        return said, log

    return call


@pytest.mark.slow
@pytest.mark.parametrize("form", ["eval", "json"])
def test_inspect_and_the_harness_score_the_same_log_alike(answered, scored, by_hand, form):
    said, log = answered(form)
    assert log.suffix == f".{form}"
    here = scored(log, "inspect")
    assert here == by_hand(PREDICTED)
    scores = here["leave-one-article-out"]["scores"]
    assert scores["accuracy"]["value"] == pytest.approx(6 / 12) == said["accuracy"]
    assert scores["macro_f1"]["value"] == pytest.approx(said["macro_f1"], abs=1e-12)
    # of 5 supportive 3 are right and 2 no label; of 4 neutral 3 are right; of 3 hedged none, 2 no label
    assert here["leave-one-article-out"]["confusion"] == [[3, 0, 0, 2], [0, 3, 1, 0], [0, 1, 0, 2]]


@pytest.mark.slow
def test_each_statement_is_asked_with_examples_from_the_fold_that_tests_it(answered, scored, moved):
    _, log = answered("json", split="leave-one-article-out", shots=2)
    assert scored(log, "shots")["leave-one-article-out"]["scores"]["accuracy"]["value"] == pytest.approx(0.5)
    folds = json.loads((moved / "folds.json").read_text(encoding="utf-8"))["splits"]["leave-one-article-out"]
    statements = [
        json.loads(r) for r in (moved / "statements.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    asked = {s["id"]: (f"Statement: {s['text']}\nStance:", s["label"]) for s in statements}
    samples = json.loads(log.read_text(encoding="utf-8"))["samples"]
    assert len(samples) == 12
    for sample in samples:
        (fold,) = (f for f in folds if sample["id"] in f["test"])
        system, *shown, last = [(m["role"], m["content"]) for m in sample["input"]]
        assert system[0] == "system"
        assert last == ("user", asked[sample["id"]][0])
        pairs = {(q[1], a[1]) for q, a in zip(shown[::2], shown[1::2], strict=True)}
        assert len(pairs) == 2
        assert pairs <= {asked[i] for i in fold["train"]}


@pytest.mark.slow
def test_the_command_inspect_eval_runs_the_task_with_its_own_mock_model(
    program, offline, moved, scored, tmp_path
):
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(BYTES_AS_TOKENS, encoding="utf-8")
    env = offline | {"PYTHONPATH": str(tmp_path / "site")}
    logs = tmp_path / "logs"
    command = [program("inspect"), "eval", "task/stance.py", "--model", "mockllm/model"]
    run([*command, "--log-dir", logs, "--display", "plain"], env, moved.parent)
    (log,) = logs.glob("*.eval")
    # "Default output from mockllm/model" is no label: 5 supportive, 4 neutral, 3 hedged, all wrong
    here = scored(log, "mock")["leave-one-article-out"]
    assert here["confusion"] == [[0, 0, 0, 5], [0, 0, 0, 4], [0, 0, 0, 3]]
    assert here["scores"]["accuracy"]["value"] == 0


def test_the_prompt_has_the_target_and_every_definition(exported):
    assert (exported("inspect") / "prompt.txt").read_text(encoding="utf-8") == (
        "Which stance does the statement take toward the offensive?\n"
        "- supportive: sides with the offensive\n"
        "- neutral: takes no position\n"
        "- hedged: takes a position and keeps it open\n"
        "Answer with one of these labels and nothing else: supportive, neutral, hedged.\n"
    )
