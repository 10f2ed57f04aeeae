"""Labelling a file: three formats, any number of processes, killed and gone on with, in constant memory."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pyarrow.parquet as pq
import pytest

from harness.checks import load_corpus
from harness.errors import InputError, ProblemsError, RunError
from harness.inputs import PRESETS, rendered
from harness.labelling.formats import FORMATS, JsonFormat
from harness.labelling.job import Job, label
from harness.labelling.part_file import PartFile
from harness.labelling.run_model import run_model
from harness.labelling.stream import open_stream
from harness.labelling.work import Work, in_order, shown
from harness.models.output import Output
from harness.models.predictions_file import read_predictions
from harness.records import Example
from tests.labelling.conftest import TEXTS, read_jsonl, rows_of, write_jsonl

LABELS = ("supportive", "neutral", "hedged")
SUFFIXES = ("jsonl", "csv", "parquet")


def rows_in(path):
    """Read labels back from any of the formats, as the JSON lines have them."""
    if path.suffix == ".parquet":
        rows = pq.read_table(path).to_pylist()
    elif path.suffix == ".csv":
        rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
        rows = [{k: v or None for k, v in row.items()} for row in rows]
        for row in rows:
            row["probabilities"] = row["probabilities"] and json.loads(row["probabilities"])
    else:
        return read_jsonl(path)
    return [{k: v for k, v in row.items() if k != "reply" or v is not None} for row in rows]


def large(path, n, words=("sanctions", "talks", "trade", "friend", "attack", "all", "sides")):
    """Write ``n`` statements of 10 words each, none like another."""
    rng = np.random.default_rng(5)
    drawn = rng.integers(len(words), size=(n, 10))
    with path.open("w", encoding="utf-8") as file:
        for i in range(n):
            text = " ".join(words[k] for k in drawn[i]) + f" term{i}"
            file.write(json.dumps({"id": f"s{i}", "statement": text}) + "\n")
    return path


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("model", ["logreg", "svm"])
def test_every_format_says_the_same_of_the_same_rows(finished, statements, tmp_path, suffix, model):
    wanted, out = tmp_path / "wanted.jsonl", tmp_path / f"out.{suffix}"
    finished.label(model, statements, wanted)
    done, _ = finished.label(model, statements, out, batch=4)
    assert (done.rows, done.earlier, done.unlabelled) == (len(TEXTS), 0, 0)
    assert rows_in(out) == read_jsonl(wanted)
    assert not list(tmp_path.glob("*.part*"))


OUTPUT = Output(
    np.array([0, 3, 2]),
    np.array([[0.25, 0.5, 0.25], [np.nan, np.nan, np.nan], [0.1, 0.2, 0.7]]),
    replies={1: 'neither "of them"\n'},
)


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_reply_that_is_no_label_is_kept_and_is_no_label(tmp_path, suffix):
    out, part, form = tmp_path / f"o{suffix}", tmp_path / "part", FORMATS[suffix](LABELS)
    part.write_bytes(form.head + form.encoded(["a", 'b"ü', "c"], OUTPUT))
    form.finish(part, out)
    assert rows_in(out) == [
        {
            "id": "a",
            "predicted": "supportive",
            "probabilities": {"supportive": 0.25, "neutral": 0.5, "hedged": 0.25},
        },
        {"id": 'b"ü', "predicted": None, "probabilities": None, "reply": 'neither "of them"\n'},
        {
            "id": "c",
            "predicted": "hedged",
            "probabilities": {"supportive": 0.1, "neutral": 0.2, "hedged": 0.7},
        },
    ]


def test_labels_may_have_any_characters(tmp_path):
    labels = ("100 %", 'a "b" {c}', "ü")
    form, part, out = JsonFormat(labels), tmp_path / "part", tmp_path / "o.jsonl"
    part.write_bytes(form.encoded(["x"], Output(np.array([1]), np.array([[0.5, 0.25, 0.25]]))))
    form.finish(part, out)
    assert read_jsonl(out) == [
        {"id": "x", "predicted": 'a "b" {c}', "probabilities": {"100 %": 0.5, 'a "b" {c}': 0.25, "ü": 0.25}}
    ]


@pytest.mark.parametrize("suffix", ["jsonl", "csv"])
@pytest.mark.parametrize("model", ["logreg", "svm", "lexicon"])
def test_what_is_written_is_a_predictions_file_that_score_reads(finished, tmp_path, suffix, model):
    gold = load_corpus(finished.root).examples("gold")
    source = write_jsonl(tmp_path / "gold.jsonl", [{"id": e.id, **e.fields} for e in gold])
    out = tmp_path / f"out.{suffix}"
    finished.label(model, source, out)
    said, problems = read_predictions(out, [e.id for e in gold], LABELS)
    assert problems == []
    wanted = rows_in(out)
    for row in wanted:
        label, probabilities = said[row["id"]]
        assert LABELS[label] == row["predicted"]
        assert probabilities == (row["probabilities"] and [row["probabilities"][name] for name in LABELS])


templates = [*PRESETS.values(), "{cue}{cue}", "{{{statement}}}", "a {source} b {cue} c", "{statement} "]


@pytest.mark.parametrize("template", templates)
def test_columns_are_shown_as_examples_are(template):
    rows = rows_of(["{braces} % \\", "", "x"])
    parts = ("source", "cue", "statement", "sentence", "text")
    rows = [{**row, "sentence": "S " + row["statement"], "text": row["statement"]} for row in rows]
    wanted = rendered([Example(r["id"], "", "", "", "", r) for r in rows], template)
    columns = [[row[part] for row in rows] for part in parts]
    assert list(shown(template, parts, columns)) == [e.text for e in wanted]


def test_a_model_is_shown_what_its_template_names_and_needs_no_other_part(finished, tmp_path):
    source = write_jsonl(tmp_path / "in.jsonl", [{"statement": "a"}])
    with pytest.raises(ProblemsError) as error:
        finished.label("cued", source, tmp_path / "out.jsonl")
    assert [p.message for p in error.value.problems] == ["no 'cue'", "no 'source'"]
    done, _ = finished.label("logreg", source, tmp_path / "out.jsonl")
    assert done.rows == 1


@pytest.mark.parametrize(("model", "suffix"), [("logreg", "parquet"), ("random", "csv")])
def test_two_processes_write_what_one_writes(finished, tmp_path, suffix, model):
    source = large(tmp_path / "in.jsonl", 1000)
    one, two = tmp_path / f"one.{suffix}", tmp_path / f"two.{suffix}"
    finished.label(model, source, one, batch=64, jobs=1)
    done, _ = finished.label(model, source, two, batch=64, jobs=2)
    assert done.rows == 1000
    assert one.read_bytes() == two.read_bytes()


def test_the_size_of_batches_changes_no_label(finished, tmp_path):
    source = large(tmp_path / "in.jsonl", 300)
    for model in ("random", "svm", "logreg"):
        outs = []
        for batch in (7, 300):
            outs.append(tmp_path / f"{batch}.jsonl")
            finished.label(model, source, outs[-1], batch=batch)
        assert outs[0].read_bytes() == outs[1].read_bytes()


def predict(run, source, out, *options):
    """The command line that labels with the slow model."""
    arguments = [str(run.folder), str(source), "--model", "svm", "--out", str(out), "--batch", "256"]
    return [sys.executable, "-m", "harness", "predict", *arguments, *options]


def state(out):
    return out.with_name(out.name + ".part.json")


def killed(command, out, rows):
    """Start a command and kill it outright once it has counted so many rows; return how many it had."""
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, start_new_session=True)
    deadline = time.monotonic() + 60
    counted = 0
    while counted < rows:
        assert process.poll() is None, "it was done before it could be killed"
        assert time.monotonic() < deadline
        if state(out).exists():
            counted = json.loads(state(out).read_text(encoding="utf-8"))["done"]["rows"]
        time.sleep(0.002)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    return json.loads(state(out).read_text(encoding="utf-8"))["done"]["rows"]


@pytest.mark.slow
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_killed_call_is_gone_on_with_and_the_file_is_what_it_would_have_been(finished, tmp_path, suffix):
    source = large(tmp_path / "in.jsonl", 8_000)
    whole, out = tmp_path / f"whole.{suffix}", tmp_path / f"out.{suffix}"
    finished.label("svm", source, whole, batch=256)
    first = killed(predict(finished, source, out, "--jobs", "1"), out, 1024)
    with out.with_name(out.name + ".part").open("ab") as part:
        part.write(b"half a batch")  # as if it had been killed between writing and counting
    second = killed(predict(finished, source, out, "--jobs", "1"), out, first + 1024)
    assert 1024 <= first < second < 8_000
    done, said = finished.label("svm", source, out, batch=256)
    assert said == [f"going on after {second:,} rows that are labelled"]
    assert (done.rows, done.earlier) == (8_000, second)
    assert out.read_bytes() == whole.read_bytes()
    assert not list(tmp_path.glob("*.part*"))


def interrupted(run, source, out, **how):
    """Label all rows before a wrong one, which ends the call and keeps them."""
    with pytest.raises(ProblemsError):
        run.label("bayes", source, out, batch=2, **how)
    assert state(out).exists()


def test_a_wrong_row_ends_the_call_all_wrong_rows_are_named_and_mended_it_goes_on(finished, tmp_path):
    rows = rows_of()
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    write_jsonl(source, [*rows[:5], {"id": "x"}, *rows[5:9], {"id": 1.5, "statement": "a"}])
    told = []
    said = []
    with pytest.raises(ProblemsError) as error:
        label(
            run_model(finished.folder, "bayes"),
            Job(str(source), out, batch=2),
            say=said.append,
            told=lambda n, share: told.append((n, share)),
        )
    assert [(p.place.line, p.code) for p in error.value.problems] == [(6, "missing-field"), (11, "bad-value")]
    assert said[-1] == "4 rows before them are labelled; mended, the same command goes on there"
    assert [n for n, _ in told] == [2, 4]
    assert not out.exists()
    write_jsonl(source, rows)
    done, said = finished.label("bayes", source, out, batch=2)
    assert said == ["going on after 4 rows that are labelled"]
    assert (done.rows, done.earlier) == (len(rows), 4)
    finished.label("bayes", source, tmp_path / "whole.jsonl")
    assert out.read_bytes() == (tmp_path / "whole.jsonl").read_bytes()


@pytest.mark.parametrize("jobs", [1, 2])
def test_no_more_than_a_hundred_problems_are_listed(finished, tmp_path, jobs):
    rows = rows_of() * 20
    source = write_jsonl(tmp_path / "in.jsonl", [*rows[:6], *({**row, "statement": None} for row in rows)])
    said = []
    job = Job(str(source), tmp_path / "out.jsonl", batch=5, jobs=jobs)
    with pytest.raises(ProblemsError) as error:
        label(run_model(finished.folder, "bayes"), job, say=said.append)
    assert [p.place.line for p in error.value.problems] == list(range(7, 107))
    assert "these are the first 100 problems" in said


def spoil_input(source, out):
    source.write_text(source.read_text(encoding="utf-8").replace("strike", "hit", 1), encoding="utf-8")


def cut_input(source, out):
    source.write_text("", encoding="utf-8")


def spoil_part(source, out):
    part = out.with_name(out.name + ".part")
    part.write_bytes(part.read_bytes().replace(b"n0", b"m0"))


def cut_part(source, out):
    out.with_name(out.name + ".part").write_bytes(b"")


def spoil_state(source, out):
    state(out).write_text("{", encoding="utf-8")


@pytest.mark.parametrize(
    ("spoil", "how", "why"),
    [
        (spoil_input, {}, "what was labelled of the input changed"),
        (cut_input, {}, "the input is shorter than it was"),
        (spoil_part, {}, "out.jsonl.part was changed"),
        (cut_part, {}, "out.jsonl.part was changed"),
        (spoil_state, {}, "out.jsonl.part.json is damaged"),
        (None, {"batch": 3}, "--batch changed"),
        (None, {"model": "logreg"}, "the model changed"),
    ],
)
def test_what_cannot_be_gone_on_with_is_begun_anew_and_why_is_said(finished, tmp_path, spoil, how, why):
    rows = rows_of()
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    write_jsonl(source, [*rows[:5], {"id": "x"}])
    interrupted(finished, source, out)
    write_jsonl(source, rows)
    if spoil:
        spoil(source, out)
    how = {"batch": 2, **how}
    model = how.pop("model", "bayes")
    finished.label(model, source, tmp_path / "whole.jsonl")
    done, said = finished.label(model, source, out, **how)
    assert said == [f"beginning anew: {why}"]
    assert done.earlier == 0
    assert out.read_bytes() == (tmp_path / "whole.jsonl").read_bytes()


def test_fresh_begins_anew(finished, tmp_path):
    rows = rows_of()
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    write_jsonl(source, [*rows[:5], {"id": "x"}])
    interrupted(finished, source, out)
    write_jsonl(source, rows)
    done, said = finished.label("bayes", source, out, batch=2, fresh=True)
    assert done.earlier == 0
    assert not any("going on" in text for text in said)


def test_one_process_at_a_time_writes_a_file(finished, statements, tmp_path):
    out = tmp_path / "out.jsonl"
    key = {"model": "m", "out": ".jsonl", "batch": 1}
    with PartFile(out, JsonFormat(LABELS), key), pytest.raises(RunError, match="another harness predict"):
        finished.label("bayes", statements, out)
    finished.label("bayes", statements, out)


def test_what_cannot_be_written_is_an_error_of_ours(finished, statements, tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(RunError, match="cannot write"):
        finished.label("bayes", statements, tmp_path / "file" / "out.jsonl")
    with pytest.raises(InputError, match="has no extension that is written") as error:
        finished.label("bayes", statements, tmp_path / "out.json")
    assert error.value.hint == "did you mean '.jsonl'?"
    with pytest.raises(InputError, match="is the input as well"):
        finished.label("bayes", statements, statements)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_an_input_without_rows_gives_an_output_without_rows(finished, tmp_path, suffix):
    source, out = tmp_path / "in.jsonl", tmp_path / f"out.{suffix}"
    source.write_text("\n", encoding="utf-8")
    done, _ = finished.label("bayes", source, out)
    assert done.rows == 0
    assert rows_in(out) == []


class Dies:
    """A labeller that ends its process as the system does where memory is short."""

    def label(self, examples):
        os._exit(9)


def test_a_killed_process_is_an_error_of_ours(finished, statements):
    parts = ("statement",)
    stream = open_stream(str(statements), parts)
    work = Work(Dies(), 3, parts, "{statement}", None, JsonFormat(LABELS))
    with pytest.raises(RunError, match="a process that labels was killed"):
        list(in_order(work, stream.chunks(4, 1), jobs=2, read_on=True))
    stream.close()


class Paired:
    """A labeller of pairs of texts: the number of the label is the length of the pair."""

    def label(self, examples):
        return Output(np.array([len(f"{e.text}{e.pair}") for e in examples]))


def test_a_labeller_of_pairs_is_shown_both_texts(tmp_path):
    source = write_jsonl(
        tmp_path / "in.jsonl", [{"statement": "a", "cue": ""}, {"statement": "", "cue": "x"}]
    )
    parts = ("statement", "cue")
    stream = open_stream(str(source), parts)
    work = Work(Paired(), 3, parts, "{statement}", "{cue}{cue}", JsonFormat(LABELS))
    [(_, labelled)] = in_order(work, stream.chunks(4, 1), jobs=1, read_on=True)
    stream.close()
    assert [json.loads(line)["predicted"] for line in labelled.data.splitlines()] == ["neutral", "hedged"]


def peak(command):
    """Run a command; return the most memory that it held, in MiB."""
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return usage.ru_maxrss / 1024


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="other systems count memory in other units")
def test_ten_times_the_statements_take_no_more_memory(finished, tmp_path):
    finished.label("bayes", large(tmp_path / "few.jsonl", 5), tmp_path / "few.csv")  # stores the model
    peaks = []
    for n in (20_000, 200_000):
        source = large(tmp_path / f"{n}.jsonl", n)
        arguments = [str(finished.folder), str(source), "--model", "bayes", "--jobs", "1"]
        out = str(tmp_path / f"{n}-labels.parquet")
        peaks.append(peak([sys.executable, "-m", "harness", "predict", *arguments, "--out", out]))
    assert peaks[1] / peaks[0] < 1.3, peaks
