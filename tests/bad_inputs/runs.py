"""Run folders, as a stranger may hand them over: manifest, folds, predictions, re-runs, stored models."""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.bad_inputs.case import Accepted, Case, Refused
from tests.bad_inputs.family import LINES, of_file
from tests.bad_inputs.spoilt import directory, moved_away, replaced, written
from tests.bad_inputs.values import FAR, HUGE, Step, in_json, in_line, wrong_values

FAMILY, RUN = "runs", "runs/small/first"
REPORT, SCORE, PREDICT = ("report", RUN), ("score", RUN), ("predict", RUN, "new.jsonl", "--model", "logreg")
BOARD, COMPARE, VERIFY = ("leaderboard", "runs"), ("compare", RUN, RUN), ("verify", RUN, "--jobs", "1")
MANIFEST: dict[tuple[Step, ...], str] = {
    ("schema",): "whole",
    ("partial",): "truth",
    ("labels",): "list of text",
    ("pools",): "list",
    ("pools", 0): "mapping",
    ("pools", 0, "split"): "text",
    ("pools", 0, "model"): "text",
    ("pools", 0, "mode"): "text",
    ("identity",): "mapping",
    ("identity", "data"): "text",
    ("identity", "corpus"): "text",
    ("identity", "n"): "whole",
    ("identity", "labels"): "list of text",
    ("identity", "splits"): "mapping",
    ("identity", "models"): "mapping",
    ("identity", "models", "logreg"): "mapping",
    ("identity", "models", "logreg", "seen"): "text",
    ("config",): "mapping",
    ("config", "seed"): "whole",
    ("config", "evaluation"): "mapping",
    ("config", "evaluation", "metrics"): "list",
    ("config", "evaluation", "primary"): "text",
    ("config", "evaluation", "level"): "mapping",
    ("config", "evaluation", "resamples"): "whole",
    ("config", "data"): "mapping",
}
FOLDS: dict[tuple[Step, ...], str] = {
    ("folds",): "list",
    ("folds", 0): "mapping",
    ("folds", 0, "split"): "text",
    ("folds", 0, "repeat"): "whole",
    ("folds", 0, "index"): "whole",
    ("folds", 0, "name"): "text",
    ("folds", 0, "train"): "list of text",
    ("folds", 0, "test"): "list of text",
    ("folds", 0, "purged"): "list",
    ("folds", 0, "purged", 0, "id"): "text",
    ("folds", 0, "absent_train"): "list of text",
    ("chosen",): "list",
    ("chosen", 0): "mapping",
    ("chosen", 0, "split"): "text",
    ("chosen", 0, "parameters"): "list",
}
RERUNS: dict[tuple[Step, ...], str] = {
    ("tables",): "list",
    ("tables", 0): "mapping",
    ("tables", 0, "kind"): "text",
    ("tables", 0, "split"): "text",
    ("tables", 0, "model"): "text",
    ("tables", 0, "confusions"): "list",
    ("tables", 0, "confusions", 0): "list",
    ("tables", 0, "confusions", 0, 0): "list",
    ("tables", 0, "confusions", 0, 0, 0): "whole",
    ("tables", 0, "train_rows"): "list",
}
ROW: dict[tuple[Step, ...], str] = {
    ("id",): "text",
    ("article",): "text",
    ("group",): "text",
    ("gold",): "text",
    ("model",): "text",
    ("split",): "text",
    ("fold",): "whole",
    ("repeat",): "whole",
}
LIGHT = {"absent", "null", '"a"', "1", "[]", "200 brackets deep", "-1"}
"""Wrong values that are tried on the larger files' many fields."""


def cases() -> Iterator[Case]:
    """Yield the cases of run folders."""
    text = {"CR and LF", "CR alone", "a byte order mark"}
    for file, lines, sound in (
        ("manifest.json", (), text),
        ("folds.json", (), text),
        ("reruns.json", (), text),
        ("predictions.jsonl", LINES, {"CR and LF", "a byte order mark"}),
    ):
        yield from of_file(
            FAMILY,
            "run",
            f"{RUN}/{file}",
            REPORT,
            lines=lines,
            accepted=sound,
            codes=(2,),
            place=RUN if file == "manifest.json" else "",
        )
    for file, table in (("manifest.json", MANIFEST), ("folds.json", FOLDS), ("reruns.json", RERUNS)):
        for name, path, value in wrong_values(table):
            spoil = in_json(f"{RUN}/{file}", path, value)
            place = "predictions.jsonl" if name == "folds.0 is absent" else file  # which the folds contradict
            yield Case(FAMILY, f"{file}: {name}", "run", spoil, REPORT, Refused(place, codes=(2,)))
    for name, path, value in wrong_values(ROW):
        spoil = in_line(f"{RUN}/predictions.jsonl", 2, path, value)
        yield Case(
            FAMILY,
            f"predictions.jsonl: {name}",
            "run",
            spoil,
            REPORT,
            Refused("predictions.jsonl", 2, codes=(2,)),
        )
    yield from _contradictions()
    yield from _other_commands()
    yield from _stored_models()
    yield from _stored_folds()
    yield from _folders()


def _contradictions() -> Iterator[Case]:
    """Values of the right type that contradict each other."""
    for name, path, value, says in (
        ("a prediction of an unknown label", ("predicted",), "suportive", "suportive"),
        ("a gold label that is none", ("gold",), "suportive", "suportive"),
        ("an unknown statement", ("id",), "nobody", "nobody"),
        ("a repeat of a billion", ("repeat",), 10**9, "predictions"),
        ("a repeat beyond 64 bit", ("repeat",), HUGE, "repeat"),
        ("a fold beyond 32 bit", ("fold",), 2**40, "fold"),
        ("two probabilities", ("probabilities",), [0.5, 0.5], "probabilities"),
        ("no probabilities", ("probabilities",), None, "probabilities"),
        ("probabilities that are words", ("probabilities",), ["a", "b", "c"], "probabilities"),
        ("a negative probability", ("probabilities",), [-1, 1, 1], "probabilities"),
        ("a probability of 400 digits", ("probabilities",), [FAR, 0, 0], "probabilities"),
        ("an unknown model", ("model",), "nobody", "nobody"),
        ("an unknown split", ("split",), "nothing", "nothing"),
        ("a reply that is a number", ("reply",), 7, "reply"),
        ("the statement of the line before", ("id",), "alpha-1", "alpha-1"),
    ):

        def put(root: Path, path: Any = path, value: Any = value) -> None:
            file = root / RUN / "predictions.jsonl"
            lines = file.read_text(encoding="utf-8").split("\n")
            row = {**json.loads(lines[1]), path[0]: value}
            lines[1] = json.dumps(row)
            file.write_text("\n".join(lines), encoding="utf-8")

        line = 0 if name in ("an unknown statement", "a repeat of a billion", "no probabilities") else 2
        yield Case(
            FAMILY,
            f"predictions.jsonl: {name}",
            "run",
            put,
            REPORT,
            Refused("predictions.jsonl", line, says, (2,)),
        )
    for file, name, path, value in (
        ("manifest.json", "a schema of the future", ("schema",), 2),
        ("manifest.json", "no labels", ("labels",), []),
        ("manifest.json", "one label", ("labels",), ["neutral"]),
        ("manifest.json", "a label twice", ("labels",), ["neutral", "neutral", "hedged"]),
        ("manifest.json", "a pool that was not run", ("pools", 0, "model"), "nobody"),
        ("manifest.json", "a pool with path parts", ("pools", 0, "model"), "../../x"),
        ("manifest.json", "a mode that is none", ("pools", 0, "mode"), "guessed"),
        ("manifest.json", "a level of 2", ("config", "evaluation", "level"), 2.0),
        ("manifest.json", "a level of 0", ("config", "evaluation", "level"), 0),
        ("manifest.json", "resamples of a billion", ("config", "evaluation", "resamples"), 10**12),
        ("manifest.json", "an unknown primary metric", ("config", "evaluation", "primary"), "f1"),
        ("manifest.json", "an unknown metric", ("config", "evaluation", "metrics"), ["f1"]),
        (
            "manifest.json",
            "a metric of any class",
            ("config", "evaluation", "metrics"),
            ["macro_f1", {"name": "x", "type": "os.system"}],
        ),
        ("manifest.json", "an interval that is none", ("config", "evaluation", "interval"), "guess"),
        ("manifest.json", "a seed beyond 64 bit", ("config", "seed"), HUGE),
        ("reruns.json", "a table of another shape", ("tables", 0, "confusions", 0), [[1, 2], [3]]),
        ("reruns.json", "a table of 4 labels", ("tables", 0, "confusions", 0), [[1] * 4] * 4),
        ("reruns.json", "a negative count", ("tables", 0, "confusions", 0, 0, 0), -5),
        ("reruns.json", "a count beyond 64 bit", ("tables", 0, "confusions", 0, 0, 0), HUGE),
        ("reruns.json", "a count of 400 digits", ("tables", 0, "confusions", 0, 0, 0), FAR),
        ("reruns.json", "a count that is a fraction", ("tables", 0, "confusions", 0, 0, 0), 0.5),
        ("reruns.json", "an unknown split", ("tables", 0, "split"), "nothing"),
        ("reruns.json", "an unknown kind", ("tables", 0, "kind"), "guess"),
        ("folds.json", "a test part of another size", ("folds", 0, "test"), ["nobody"]),
        ("folds.json", "an unknown split", ("folds", 0, "split"), "nothing"),
        ("folds.json", "a repeat beyond 64 bit", ("folds", 0, "repeat"), HUGE),
    ):
        spoil = in_json(f"{RUN}/{file}", path, value)
        place = "predictions.jsonl" if path[-1] == "test" else file  # which the folds contradict
        yield Case(FAMILY, f"{file}: {name}", "run", spoil, REPORT, Refused(place, codes=(2,)))


def _other_commands() -> Iterator[Case]:
    """What other commands make of the same folders."""
    for command in (SCORE, PREDICT, BOARD, COMPARE, VERIFY):
        for name, path, value in (
            ("an identity that is a list", ("identity",), []),
            ("a configuration that is null", ("config",), None),
            ("models that are a word", ("identity", "models"), "logreg"),
            ("labels that are a word", ("labels",), "neutral"),
            ("a partial that is a word", ("partial",), "no"),
        ):
            spoil = in_json(f"{RUN}/manifest.json", path, value)
            yield Case(
                FAMILY, f"{command[0]}: {name}", "run", spoil, command, Refused("manifest.json", codes=(2,))
            )
        for name, file in (
            ("a manifest in half", "manifest.json"),
            ("predictions in half", "predictions.jsonl"),
            ("folds in half", "folds.json"),
            ("re-runs in half", "reruns.json"),
        ):
            half = lambda root, file=file: _halved(root / RUN / file)  # noqa: E731
            reads = file == "manifest.json" or command not in (PREDICT, VERIFY)
            if not reads and command == VERIFY:
                continue  # it says what differs, which test_verification has
            expect = Refused(file, codes=(2,)) if reads else Accepted()
            yield Case(FAMILY, f"{command[0]}: {name}", "run", half, command, expect)
    for name, spoil in (
        ("cut in half", lambda root: _halved(root / RUN / "config.yaml")),
        ("hostile", written(f"{RUN}/config.yaml", "a: !!python/object/apply:os.system [ls]\n")),
        ("absent", lambda root: (root / RUN / "config.yaml").unlink()),
        ("a folder", lambda root: directory(root / RUN / "config.yaml")),
        ("not UTF-8", written(f"{RUN}/config.yaml", b"\xff\xfe")),
    ):
        for command in (REPORT, PREDICT, VERIFY):
            shown = name in ("cut in half", "hostile") and command == REPORT  # which shows it as it is
            expect: Accepted | Refused = Accepted("macro") if shown else Refused("config.yaml", codes=(2,))
            yield Case(FAMILY, f"{command[0]}: a configuration that is {name}", "run", spoil, command, expect)


def _halved(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])


def _model(file: str, data: bytes) -> Callable[[Path], None]:
    """Put a file into a stored model, and its digest into the model's list of files."""
    from harness.digest import sha256

    def spoil(root: Path) -> None:
        folder = root / RUN / "models" / "logreg"
        (folder / file).write_bytes(data)
        manifest = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        manifest["files"][file] = sha256(data)
        (folder / "model.json").write_text(json.dumps(manifest), encoding="utf-8")

    return spoil


def _npz(**arrays: Any) -> bytes:
    import numpy as np

    out = io.BytesIO()
    np.savez_compressed(out, **arrays)
    return out.getvalue()


def _header(text: bytes) -> bytes:
    """Return an archive of one array whose header says this."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("coef.npy", b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text)
    return out.getvalue()


def _stored_models() -> Iterator[Case]:
    """A stored model that is not as it should be is not used, and the model is trained again."""
    import numpy as np

    folder = f"{RUN}/models/logreg"
    for file in ("model.json", "parts.json", "arrays.npz"):
        for name, data in (
            ("empty", b""),
            ("no JSON", b"{"),
            ("a list", b"[]"),
            ("random", b"\x80\x04K\x01."),
            ("NUL", b"\0" * 99),
            ("deep", b"[" * 100_000),
        ):
            spoil = written(f"{folder}/{file}", data)
            says = "" if file == "model.json" and name == "empty" else "is not used"
            yield Case(
                FAMILY, f"a stored model whose {file} is {name}", "run", spoil, PREDICT, Accepted(says)
            )
            if file != "model.json":
                forged = _model(file, data)
                yield Case(
                    FAMILY,
                    f"a stored model whose {file} is {name}, signed",
                    "run",
                    forged,
                    PREDICT,
                    Accepted("is not used"),
                )
    for name, path, value in (
        ("a schema of the future", ("schema",), 2),
        ("no files", ("files",), {}),
        ("files that are a list", ("files",), []),
        ("a file elsewhere", ("files",), {"../../../manifest.json": "0"}),
        ("an identity that is null", ("identity",), None),
        ("a digest that is a number", ("files", "parts.json"), 7),
        ("chosen parameters", ("chosen",), {"C": 10**6}),
    ):
        spoil = in_json(f"{folder}/model.json", path, value)
        expect = Accepted("8 statements")
        yield Case(FAMILY, f"a stored model with {name}", "run", spoil, PREDICT, expect)
    for name, data in (
        ("objects", _pickled()),
        ("other arrays", _npz(nothing=np.zeros(3))),
        (
            "a billion zeros",
            _header(b"{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000,), }\n"),
        ),
        ("a header that calls", _header(b"__import__('os').system('touch /tmp/called')\n")),
        ("a header that is deep", _header(b"[" * 60_000 + b"\n")),
    ):
        yield Case(
            FAMILY,
            f"a stored model of {name}",
            "run",
            _model("arrays.npz", data),
            PREDICT,
            Accepted("is not used"),
        )
    for name, data in (
        ("a pickle", b"\x80\x04cos\nsystem\n."),
        ("an archive of nothing", b"PK\x05\x06" + b"\0" * 18),
    ):
        spoil = _model("logreg.skops", data)
        yield Case(
            FAMILY, f"a stored estimator that is {name}", "run", spoil, PREDICT, Accepted("8 statements")
        )


def _pickled() -> bytes:
    """Return an archive with an array of objects, which only a pickle can hold."""
    import numpy as np

    out = io.BytesIO()
    np.savez(out, coef=np.array([{"a": 1}], dtype=object), allow_pickle=True)
    return out.getvalue()


def _stored_folds() -> Iterator[Case]:
    """A stored fold that cannot be read is computed again."""
    for name, data in (
        ("empty", b""),
        ("no JSON", b"{"),
        ("a list", b"[]"),
        ("an empty object", b"{}"),
        ("null", b"null"),
        ("not UTF-8", b"\xff"),
        ("deep", b"[" * 100_000),
        ("of other keys", b'{"predicted": "a", "probabilities": 7}'),
        ("of predictions out of range", b'{"predicted": [99, -7], "probabilities": null}'),
        ("of words", b'{"predicted": ["a"], "probabilities": null, "confusions": ["a"]}'),
    ):

        def put(root: Path, data: bytes = data) -> None:
            for path in (root / "runs/.folds").rglob("*.json"):
                path.write_bytes(data)

        yield Case(
            FAMILY,
            f"stored folds that are {name}",
            "folds",
            put,
            ("run", "small.yaml", "--jobs", "1"),
            Accepted("macro_f1"),
        )

    def pipes(root: Path) -> None:
        for path in (root / "runs/.folds").rglob("*.json"):
            path.unlink()
            os.mkfifo(path)

    yield Case(
        FAMILY,
        "stored folds that are pipes",
        "folds",
        pipes,
        ("run", "small.yaml", "--jobs", "1"),
        Accepted("macro_f1"),
    )


def _folders() -> Iterator[Case]:
    away = lambda root: moved_away(root / RUN / "folds.json")  # noqa: E731
    refused = Refused("folds.json", says="leads out of the run's folder")
    yield Case(FAMILY, "folds that are a link to a sound file elsewhere", "run", away, REPORT, refused)
    for name, command, says in (
        ("nothing", ("report", "runs/nothing"), "no manifest.json"),
        ("the folder above", ("report", "runs/small"), "no manifest.json"),
        ("a file", ("report", "small.yaml"), "no manifest.json"),
        ("a device", ("report", "/dev/null"), "no manifest.json"),
        ("a name with a NUL's neighbour", ("report", "runs/\x01"), "no manifest.json"),
        ("a very long name", ("report", "x" * 1000), ""),
        ("nothing, for labels", ("predict", "runs/nothing", "new.jsonl"), "runs"),
        ("nothing, for a board", ("leaderboard", "nothing"), "no such folder"),
        ("an empty folder, for a board", ("leaderboard", "corpus"), "no finished"),
    ):
        yield Case(FAMILY, f"a run that is {name}", "run", lambda root: None, command, Refused("", 0, says))
    twin = lambda root: (root / "runs/small/loop").symlink_to("..")  # noqa: E731
    yield Case(FAMILY, "a board of a folder that leads back up", "run", twin, BOARD, Accepted("macro"))
    many = lambda root: [written(f"runs/small/r{i}/manifest.json", "{")(root) for i in range(50)]  # noqa: E731
    yield Case(
        FAMILY,
        "fifty damaged runs beside a sound one, for a new run",
        "run",
        many,
        ("run", "small.yaml", "--jobs", "1"),
        Accepted("macro_f1"),
    )
    other = in_json(f"{RUN}/manifest.json", ("identity",), {})
    yield Case(
        FAMILY,
        "an earlier run without an identity, for a new run",
        "run",
        other,
        ("run", "small.yaml", "--jobs", "1"),
        Accepted("macro_f1"),
    )
    gone = replaced(f"{RUN}/config.yaml", "../../../corpus", "../../../gone")
    yield Case(FAMILY, "a run whose data are gone, for a report", "run", gone, REPORT, Accepted("macro"))
