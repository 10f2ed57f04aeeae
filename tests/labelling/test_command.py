"""``harness predict``: what it prints, where, and how it ends."""

import json
import os
import signal
import subprocess
import sys
import time

from harness.checks import load_corpus
from tests.labelling.conftest import TEXTS, read_jsonl, rows_of, write_jsonl
from tests.labelling.test_job import large
from tests.labelling.test_stored_model import FORGED, forge, schema_of


def test_labels_go_to_stdout_and_what_is_said_to_stderr(spoilt, statements, run_cli):
    ended = run_cli("predict", spoilt.folder, statements, "--model", "bayes")
    assert ended.code == 0
    rows = [json.loads(line) for line in ended.out.splitlines()]
    assert [row["id"] for row in rows] == [f"n{i}" for i in range(len(TEXTS))]
    assert set(rows[0]) == {"id", "predicted", "probabilities"}
    lines = ended.err.splitlines()
    assert lines[:2] == [
        "training 'bayes' on 12 statements",
        f"stored in {spoilt.folder / 'models' / 'bayes'}",
    ]
    assert lines[2].startswith(f"{len(TEXTS)} statements in ")
    assert lines[2].endswith(" s, 0 without a label")
    assert len(lines) == 3


def test_labels_go_to_a_file_and_nothing_to_stdout(finished, statements, run_cli, tmp_path):
    out = tmp_path / "out.csv"
    ended = run_cli("predict", finished.folder, statements, "--model", "lexicon", "--out", out)
    assert (ended.code, ended.out) == (0, "")
    assert out.read_text(encoding="utf-8").startswith("id,predicted,probabilities,reply\nn0,")


def test_score_reads_what_predict_writes(finished, run_cli, tmp_path):
    gold = load_corpus(finished.root).examples("gold")
    source = write_jsonl(tmp_path / "gold.jsonl", [{"id": e.id, **e.fields} for e in gold])
    out = tmp_path / "out.jsonl"
    assert run_cli("predict", finished.folder, source, "--model", "logreg", "--out", out).code == 0
    config = finished.folder / "config.yaml"
    setting = f"output={tmp_path / 'runs'}"
    ended = run_cli("score", "--predictions", out, "--config", config, "--set", setting)
    assert ended.code == 0
    assert "external" in ended.out


def harness(*arguments, **how):
    command = [sys.executable, "-m", "harness", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, check=False, timeout=60, **how)


def test_statements_come_from_stdin_and_can_be_gone_on_with(finished, tmp_path):
    rows = rows_of()
    lines = ["".join(json.dumps(row) + "\n" for row in part).encode() for part in (rows[:6], [{}], rows[6:])]
    out = tmp_path / "out.jsonl"
    command = ("predict", finished.folder, "-", "--model", "bayes", "--out", out, "--batch", 3)
    first = harness(*command, input=b"".join(lines[:2]))
    assert first.returncode == 2
    assert b"<stdin>:7: no 'statement' [missing-field]" in first.stderr
    again = harness(*command, input=b"".join(lines[1:]))
    assert again.returncode == 2
    assert b"cannot go on: " in again.stderr
    assert b"--fresh" in again.stderr
    assert b"Traceback" not in again.stderr
    last = harness(*command, input=b"".join([lines[0], lines[2]]))
    assert last.returncode == 0
    assert b"going on after 6 rows" in last.stderr
    assert [row["id"] for row in read_jsonl(out)] == [row["id"] for row in rows]


def test_a_reader_that_goes_away_ends_the_command_quietly(finished, tmp_path):
    source = large(tmp_path / "in.jsonl", 5000)
    command = [sys.executable, "-m", "harness", "predict", str(finished.folder), str(source)]
    process = subprocess.Popen(
        [*command, "--model", "majority", "--batch", "10"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    process.stdout.readline()
    process.stdout.close()
    said = process.stderr.read()
    process.stderr.close()
    process.wait(timeout=60)
    assert b"Traceback" not in said
    assert b"without a label" not in said  # it did not go on to the end


def test_wrong_names_exit_2_with_the_nearest(finished, statements, run_cli):
    ended = run_cli("predict", finished.folder, statements, "--model", "byes")
    assert (ended.code, ended.out) == (2, "")
    assert "the run has no model 'byes'\n  hint: did you mean 'bayes'?" in ended.err
    ended = run_cli("predict", f"{finished.folder}x", statements, "--model", "bayes")
    assert ended.code == 2
    assert f"no such run\n  hint: did you mean '{finished.folder.name}'?" in ended.err
    ended = run_cli("predict", finished.folder, statements.with_suffix(".jsnl"), "--model", "bayes")
    assert ended.code == 2
    assert "has no extension that is read" in ended.err


def test_wrong_rows_exit_2_with_file_line_and_code(finished, run_cli, tmp_path):
    source = write_jsonl(tmp_path / "in.jsonl", [*rows_of(["a"]), {"id": "x", "statment": "b"}, {"id": "y"}])
    ended = run_cli("predict", finished.folder, source, "--model", "bayes")
    assert (ended.code, ended.out) == (2, "")
    assert f"{source}:2: no 'statement' [missing-field]\n  hint: did you mean 'statment'?" in ended.err
    assert f"{source}:3: no 'statement' [missing-field]" in ended.err


def test_a_forged_stored_model_exits_2_by_name_and_nothing_is_labelled(spoilt, statements, run_cli):
    assert run_cli("predict", spoilt.folder, statements, "--model", "pipe").code == 0
    folder = spoilt.folder / "models" / "pipe"
    data = (folder / "pipeline.skops").read_bytes()
    forge(folder, "pipeline.skops", schema_of(data, FORGED["function"]))
    ended = run_cli("predict", spoilt.folder, statements, "--model", "pipe")
    assert (ended.code, ended.out) == (2, "")
    assert "pipeline.skops: the stored model holds posix.system, which is not read\n  hint: take" in ended.err


def test_stored_models_are_no_runs(spoilt, statements, run_cli):
    before = run_cli("leaderboard", spoilt.folder.parent, "--format", "csv")
    assert run_cli("predict", spoilt.folder, statements, "--model", "bayes").code == 0
    assert run_cli("leaderboard", spoilt.folder.parent, "--format", "csv") == before
    assert run_cli("score", spoilt.folder).code == 0


def children(pid):
    """Return the processes that a process has started."""
    found = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False
    )
    return [int(line) for line in found.stdout.split()]


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_the_processes_of_a_killed_command_go_with_it(finished, tmp_path):
    source = large(tmp_path / "in.jsonl", 50_000)
    arguments = [str(finished.folder), str(source), "--model", "svm", "--out", str(tmp_path / "out.jsonl")]
    process = subprocess.Popen(
        [sys.executable, "-m", "harness", "predict", *arguments, "--batch", "64", "--jobs", "2"],
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 60
    state = tmp_path / "out.jsonl.part.json"
    while not state.exists():
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.01)
    started = children(process.pid)
    assert len(started) >= 2
    process.send_signal(signal.SIGKILL)
    process.wait()
    while any(map(alive, started)):
        assert time.monotonic() < deadline
        time.sleep(0.1)
