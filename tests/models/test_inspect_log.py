"""Logs of inspect, read as predictions without inspect_ai, packed in either way."""

import json
import zipfile

import pytest

from harness.errors import InputError, Problem
from harness.models.external import ExternalPredictions
from harness.models.inspect_log import ZSTANDARD, is_log, prediction_rows
from harness.records import Example

NAMES = ("supportive", "neutral", "hedged")


def sample(i, completion, **more):
    return {"id": i, "epoch": 1, "output": {"completion": completion}, "scores": {}} | more


SAMPLES = [
    sample("a", " neutral\n"),
    sample("b", "Let me think. ANSWER: hedged", scores={"mine": {"value": "C", "answer": "hedged"}}),
    sample("c", "I would say neutral", scores={"mine": {"value": "I", "answer": None}}),
]


def write_json(path, samples=SAMPLES):
    log = {"version": 2, "status": "success", "eval": {"task": "stance"}, "samples": samples}
    path.write_text(json.dumps(log), encoding="utf-8")
    return path


def write_eval(path, samples=SAMPLES):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("header.json", "{}")
        for s in samples:
            archive.writestr(f"samples/{s['id']}_epoch_1.json", json.dumps(s))
    return path


def write_zstandard(path, samples=SAMPLES):
    """Pack as inspect does: entries by Zstandard, and the method's number in their headers."""
    import pyarrow as pa

    packed = {f"samples/{s['id']}_epoch_1.json": json.dumps(s).encode() for s in samples}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, data in packed.items():
            archive.writestr(name, bytes(pa.compress(data, codec="zstd", asbytes=True)))
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        at = archive.start_dir
        for entry in archive.infolist():
            whole = len(packed[entry.filename]).to_bytes(4, "little")
            number = ZSTANDARD.to_bytes(2, "little")
            data[entry.header_offset + 8 : entry.header_offset + 10] = number
            data[entry.header_offset + 22 : entry.header_offset + 26] = whole
            data[at + 10 : at + 12] = number
            data[at + 24 : at + 28] = whole
            at += 46 + len(entry.filename) + len(entry.extra) + len(entry.comment)
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("write", "suffix"), [(write_json, "json"), (write_eval, "eval"), (write_zstandard, "eval")]
)
def test_every_packing_gives_the_same_answers(tmp_path, write, suffix):
    path = write(tmp_path / f"log.{suffix}")
    assert is_log(path)
    assert [row for _, row in prediction_rows(path, NAMES)] == [
        {"id": "a", "predicted": "neutral"},
        {"id": "b", "predicted": "hedged"},
        {"id": "c", "predicted": None, "reply": "I would say neutral"},
    ]


def test_a_sample_that_ended_with_an_error_is_no_prediction_of_none(tmp_path):
    path = write_json(
        tmp_path / "log.json", [sample("a", "", error={"message": "Timeout()", "traceback": "x"})]
    )
    ((_, problem),) = prediction_rows(path, NAMES)
    assert isinstance(problem, Problem)
    assert (problem.code, problem.message) == (
        "sample-error",
        "the sample 'a' ended with an error: Timeout()",
    )


def test_a_second_epoch_is_a_second_prediction_and_refused(tmp_path):
    path = write_json(tmp_path / "log.json", [sample("a", "neutral"), sample("a", "hedged", epoch=2)])
    with pytest.raises(InputError, match="'a' is there twice"):
        ExternalPredictions(path=str(path)).verify_data([Example("a", "neutral", "", "a", "x")], NAMES)


@pytest.mark.parametrize("data", [b"", b"not a zip", b"PK\x03\x04 broken"])
def test_a_broken_log_is_refused_in_one_line(tmp_path, data):
    path = tmp_path / "log.eval"
    path.write_bytes(data)
    with pytest.raises(InputError, match=r"log\.eval: as a log of inspect eval: it cannot be read"):
        list(prediction_rows(path, NAMES))


def test_a_zip_that_is_cut_or_changed_inside_is_refused(tmp_path):
    whole = write_zstandard(tmp_path / "log.eval").read_bytes()
    at = whole.index(b"samples/a") + len("samples/a_epoch_1.json")
    (tmp_path / "log.eval").write_bytes(whole[:at] + bytes(12) + whole[at + 12 :])
    with pytest.raises(InputError, match="it cannot be read"):
        list(prediction_rows(tmp_path / "log.eval", NAMES))


@pytest.mark.parametrize("write", [write_json, write_eval])
def test_a_log_without_samples_says_how_to_keep_them(tmp_path, write):
    path = write(tmp_path / ("log.json" if write is write_json else "log.eval"), [])
    with pytest.raises(InputError, match="it has no samples") as error:
        list(prediction_rows(path, NAMES))
    assert "--no-log-samples" in error.value.hint


def test_json_lines_in_a_file_called_json_are_no_log(tmp_path):
    path = tmp_path / "predictions.json"
    path.write_text('{"id": "a", "predicted": "neutral"}\n', encoding="utf-8")
    assert not is_log(path)
    ExternalPredictions(path=str(path)).verify_data([Example("a", "neutral", "", "a", "x")], NAMES)
