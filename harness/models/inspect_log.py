"""A log of ``inspect eval``, ``.eval`` or ``.json`` -> the rows of a predictions file that it stands for."""

from __future__ import annotations

import json
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from harness.errors import InputError, Place, Problem
from harness.models.lm_eval_samples import labelled
from harness.textfile import read_bytes
from harness.unpacking import refuse_bomb

NO_SAMPLES = "run inspect eval without --no-log-samples, and let it finish"
ZSTANDARD = 93
"""The number of that compression in zip files; Python's own zipfile reads it from 3.14 on."""


def is_log(path: Path) -> bool:
    """Whether a file is such a log: by its suffix, or because it is one JSON object with the log's parts."""
    if path.suffix.lower() != ".json":
        return path.suffix.lower() == ".eval"
    try:
        log = _parsed(read_bytes(path))
    except (ValueError, RecursionError):
        return False
    return isinstance(log, dict) and {"eval", "status"} <= set(log)


def prediction_rows(path: Path, names: Sequence[str]) -> Iterator[tuple[Place, dict[str, Any] | Problem]]:
    """Yield the row of each sample of a log, or what is wrong with it; ``inspect_ai`` is not needed.

    A sample's answer is that of its first score that has one, else its completion. What is no label,
    white space around it left out, is a prediction of none.

    Raises
    ------
    InputError
        The log cannot be read or has no samples.
    """
    read_bytes(path)
    samples = _zipped(path) if path.suffix.lower() == ".eval" else _listed(path)
    for sample in samples:
        place = Place(str(path))
        if not isinstance(sample, dict):
            raise _no_log(path, "a sample is no JSON object")
        if sample.get("error"):
            said = sample["error"]
            why = said.get("message", "") if isinstance(said, Mapping) else said
            message = f"the sample '{sample.get('id')}' ended with an error: {str(why)[:200]}"
            yield place, Problem(place, "sample-error", message, "inspect eval-retry repeats such samples")
        else:
            yield place, {"id": sample.get("id"), **labelled(_answer(sample), names)}


def _answer(sample: Mapping[str, Any]) -> str:
    scores = sample.get("scores")
    for score in scores.values() if isinstance(scores, Mapping) else ():
        if isinstance(score, Mapping) and isinstance(score.get("answer"), str):
            return str(score["answer"])
    output = sample.get("output")
    completion = output.get("completion") if isinstance(output, Mapping) else None
    return completion if isinstance(completion, str) else ""


def _parsed(data: bytes) -> Any:
    """Read JSON as that program writes it: with NaN; half a character becomes a question mark."""
    text = json.dumps(json.loads(data.decode("utf-8")), ensure_ascii=False)
    return json.loads(text.encode("utf-8", "replace"))


def _listed(path: Path) -> list[Any]:
    samples = _parsed(read_bytes(path)).get("samples")
    if not isinstance(samples, list) or not samples:
        raise _no_log(path, "it has no samples", NO_SAMPLES)
    return samples


def _zipped(path: Path) -> Iterator[Any]:
    try:
        with zipfile.ZipFile(path) as archive, path.open("rb") as raw:
            entries = [i for i in archive.infolist() if i.filename.startswith("samples/")]
            if not entries:
                raise _no_log(path, "it has no samples", NO_SAMPLES)
            for entry in sorted(entries, key=lambda i: i.filename):
                refuse_bomb(path, entry.compress_size, entry.file_size)
                packed = entry.compress_type == ZSTANDARD
                yield _parsed(_unpacked(raw, entry) if packed else archive.read(entry))
    except (zipfile.BadZipFile, zlib.error, OSError, struct.error, ValueError, RuntimeError) as error:
        raise _no_log(path, f"it cannot be read: {error}") from None


def _unpacked(raw: Any, entry: zipfile.ZipInfo) -> bytes:
    """Read an entry that is packed by Zstandard; the lengths of its header are at bytes 26 to 30."""
    import pyarrow as pa

    raw.seek(entry.header_offset)
    name, extra = struct.unpack("<26x2H", raw.read(30))
    raw.seek(name + extra, 1)
    packed = raw.read(entry.compress_size)
    return bytes(pa.decompress(packed, entry.file_size, codec="zstd", asbytes=True))


def _no_log(path: Path, why: str, hint: str = "") -> InputError:
    said = hint or "inspect log convert --to json writes one that can be read"
    return InputError(f"as a log of inspect eval: {why}", place=path, hint=said)
