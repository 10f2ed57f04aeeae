"""Configurations: YAML that is broken, hostile or says what no configuration can mean."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.bad_inputs.case import Accepted, Case, Refused
from tests.bad_inputs.family import of_file
from tests.bad_inputs.good import CONFIG
from tests.bad_inputs.spoilt import all_of, replaced, written

DRY = ("run", "--dry-run", "small.yaml")
CHECK = ("check", "small.yaml")
LAUGHS = "a0: &a0 [ha, ha, ha, ha, ha, ha, ha, ha, ha, ha]\n" + "".join(
    f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 30)
)
MERGES = "b0: &b0 {x: 1}\n" + "".join(f"b{i}: &b{i} {{<<: *b{i - 1}}}\n" for i in range(1, 60))
# What replaces a line of the good configuration; the line that must be named; what must be said.
LINES: dict[str, tuple[str, str, int, str]] = {
    "seed is no": ("seed: 1", "seed: no", 2, "integer"),
    "seed is true": ("seed: 1", "seed: true", 2, "integer"),
    "seed is a word of digits": ("seed: 1", "seed: '1'", 2, "integer"),
    "seed is a fraction": ("seed: 1", "seed: 1.5", 2, "integer"),
    "seed is a whole float": ("seed: 1", "seed: 1e3", 2, "integer"),
    "seed is negative": ("seed: 1", "seed: -1", 2, "greater"),
    "seed is 2**32": ("seed: 1", f"seed: {2**32}", 2, "less"),
    "seed is beyond 64 bit": ("seed: 1", f"seed: {2**70}", 2, "less"),
    "seed has 5000 digits": ("seed: 1", f"seed: {'9' * 5000}", 2, ""),
    "seed has 5000 hexadecimal digits": ("seed: 1", f"seed: 0x{'f' * 5000}", 2, ""),
    "seed is .nan": ("seed: 1", "seed: .nan", 2, "integer"),
    "seed is infinite": ("seed: 1", "seed: 1e999", 2, "finite"),
    "seed is a date": ("seed: 1", "seed: 2022-09-16", 2, "integer"),
    "seed is a time": ("seed: 1", "seed: 12:30:45", 2, "integer"),
    "seed is null": ("seed: 1", "seed:", 2, "integer"),
    "seed is a list": ("seed: 1", "seed: [1]", 2, "integer"),
    "seed is a mapping": ("seed: 1", "seed: {a: 1}", 2, "integer"),
    "seed twice": ("seed: 1", "seed: 1\nseed: 2", 3, "duplicate key 'seed'"),
    "seed in full-width digits": ("seed: 1", "seed: １", 2, "integer"),
    "seed with a Python tag": ("seed: 1", "seed: !!python/object/apply:os.getpid []", 2, "python/object"),
    "name with a Python tag": ("name: small", "name: !!python/name:os.system x", 1, "python/name"),
    "seed with a binary tag": ("seed: 1", "seed: !!binary aGk=", 2, "not supported"),
    "seed with a set tag": ("seed: 1", "seed: !!set {1, 2}", 2, ""),
    "seed with a tag of its own": ("seed: 1", "seed: !seed 1", 2, "!seed"),
    "seed with an int tag on words": ("seed: 1", "seed: !!int many", 2, ""),
    "seed with a float tag on nan": ("seed: 1", "seed: !!float .nan", 2, ""),
    "seed with a bool tag on words": ("seed: 1", "seed: !!bool maybe", 2, ""),
    "seed with a timestamp tag": ("seed: 1", "seed: !!timestamp 2022-99-99", 2, ""),
    "name is a number": ("name: small", "name: 7", 1, "string"),
    "name is yes": ("name: small", "name: true", 1, "string"),
    "name is empty": ("name: small", "name: ''", 1, ""),
    "name is a path": ("name: small", "name: ../../x", 1, ""),
    "name is absolute": ("name: small", "name: /etc/x", 1, ""),
    "name is two dots": ("name: small", "name: ..", 1, ""),
    "name has a NUL": ("name: small", 'name: "a\\0b"', 1, ""),
    "name has a line feed": ("name: small", 'name: "small\\n"', 1, ""),
    "name is Cyrillic": ("name: small", "name: малый", 1, ""),
    "name is very long": ("name: small", f"name: {'x' * 5000}", 1, ""),
    "name has half a character": ("name: small", 'name: "\\ud800"', 1, "surrogate"),
    "corpus has a NUL": ("corpus: corpus", 'corpus: "a\\0b"', 4, ""),
    "corpus is very long": ("corpus: corpus", f"corpus: {'x' * 5000}", 0, ""),
    "corpus is a list": ("corpus: corpus", "corpus: [corpus]", 4, "string"),
    "corpus is not there": ("corpus: corpus", "corpus: nowhere", 0, "no such corpus"),
    "corpus is empty": ("corpus: corpus", "corpus: ''", 0, ""),
    "corpus is a device": ("corpus: corpus", "corpus: /dev/null", 0, "no such corpus"),
    "annotator is a path": ("annotator: gold", "annotator: ../../x", 0, ""),
    "annotator is a number": ("annotator: gold", "annotator: 0o7", 5, "string"),
    "input is a template without an end": ("input: statement", 'input: "{statement"', 6, ""),
    "input reaches into an object": ("input: statement", 'input: "{statement.__class__}"', 6, ""),
    "input indexes": ("input: statement", 'input: "{statement[0]}"', 6, ""),
    "input converts": ("input: statement", 'input: "{statement!r}"', 6, ""),
    "input pads by a billion": ("input: statement", 'input: "{statement:>1000000000}"', 6, ""),
    "input nests": ("input: statement", 'input: "{statement:{cue}}"', 6, ""),
    "input has no part": ("input: statement", "input: '{}'", 6, ""),
    "input is empty": ("input: statement", "input: ''", 6, ""),
    "unknown key": ("seed: 1", "seed: 1\nseeed: 2", 3, "did you mean 'seed'"),
    "unknown key of a model": ("    C: 1.0", "    c: 1.0", 0, "did you mean 'C'"),
    "C is negative": ("C: 1.0", "C: -1.0", 16, "greater"),
    "C is huge": ("C: 1.0", f"C: {'9' * 400}", 16, ""),
    "C is not a number": ("C: 1.0", "C: .nan", 16, ""),
    "C is a word": ("C: 1.0", "C: one", 16, ""),
    "folds are many": ("folds: 2", "folds: 100000000000", 10, "less"),
    "folds are one": ("folds: 2", "folds: 1", 10, "greater"),
    "repeats are beyond 64 bit": ("repeats: 2", f"repeats: {2**64}", 11, "less"),
    "models is a list": ("models:\n  majority: majority", "models:\n  - majority", 0, ""),
    "a model is a number": ("majority: majority", "majority: 7", 13, "needs a 'type'"),
    "a model is null": ("majority: majority", "majority:", 13, "needs a 'type'"),
    "a model's type is a list": ("majority: majority", "majority: {type: [majority]}", 13, "needs a 'type'"),
    "a model's type is a module": ("majority: majority", "majority: os.system", 13, "unknown model type"),
    "a model's name is a path": ("  majority: majority", "  ../../x: majority", 13, ""),
    "a model's name is very long": ("  majority: majority", f"  {'x' * 900}: majority", 13, ""),
    "a model's name is null": ("  majority: majority", "  ~: majority", 13, ""),
    "a key is a list": ("  majority: majority", "  ? [a, b]\n  : majority", 13, "plain word"),
    "a class that is not trusted": (
        "majority: majority",
        "majority: {type: sklearn, steps: [os.system]}",
        13,
        "os.system",
    ),
    "a class that does not exist": (
        "majority: majority",
        "majority: {type: sklearn, steps: [sklearn.no.Such]}",
        13,
        "sklearn.no.Such",
    ),
    "a step is a module": (
        "majority: majority",
        "majority: {type: sklearn, steps: [sklearn.svm]}",
        13,
        "",
    ),
    "splits is a word": ("splits:\n  - leave-one-article-out", "splits:\n  - 7", 8, "needs a 'type'"),
    "metrics are empty": ("metrics: [macro_f1, accuracy]", "metrics: []", 18, ""),
    "a metric is a number": ("metrics: [macro_f1, accuracy]", "metrics: [macro_f1, 7]", 18, ""),
    "a metric is a mapping of nothing": ("metrics: [macro_f1, accuracy]", "metrics: [macro_f1, {}]", 18, ""),
    "a metric is a file": (
        "metrics: [macro_f1, accuracy]",
        "metrics: [macro_f1, {name: x, file: /etc/passwd}]",
        18,
        "",
    ),
    "primary is unknown": ("primary: macro_f1", "primary: f1", 0, "'f1'"),
    "reference is unknown": ("reference: majority", "reference: nobody", 20, "nobody"),
    "resamples are few": ("resamples: 100", "resamples: 1", 21, "greater"),
    "resamples are a billion": ("resamples: 100", "resamples: 1000000000", 21, "less"),
    "leakage is true": ("leakage: 0", "leakage: true", 23, "integer"),
    "an alias of nothing": ("seed: 1", "seed: *one", 2, "alias"),
    "an anchor twice": ("seed: 1", "seed: &a 1\nx: &a 2", 3, ""),
    "an alias to itself": ("seed: 1", "seed: &a [*a]", 2, ""),
    "a second document": ("seed: 1", "seed: 1\n---\nname: other", 3, "document"),
    "a YAML version of the future": ("name: small", "%YAML 9.9\n---\nname: small", 1, ""),
    "a tab": ("  corpus: corpus", "\tcorpus: corpus", 4, ""),
    "a control character": ("seed: 1", "seed: 1 # \x07", 2, "U+0007"),
    "a delete character": ("seed: 1", "seed: 1 # \x7f", 2, "U+007F"),
    "a bracket that stays open": ("metrics: [macro_f1, accuracy]", "metrics: [macro_f1, accuracy", 0, "YAML"),
    "a quote that stays open": ("name: small", "name: 'small", 0, "YAML"),
    "a schema of the future": ("seed: 1", "seed: 1\nschema: 2", 3, ""),
    "output is a number": ("output: runs", "output: 7", 24, "string"),
    "output has a NUL": ("output: runs", 'output: "a\\0b"', 24, ""),
    "extends nothing": ("name: small", "extends: nothing.yaml\nname: small", 1, "names no file"),
    "extends itself": ("name: small", "extends: small.yaml\nname: small", 1, "circle"),
    "extends a folder": ("name: small", "extends: corpus\nname: small", 1, "names no file"),
    "extends a device": ("name: small", "extends: /dev/zero\nname: small", 1, "names no file"),
    "extends a list": ("name: small", "extends: [a, b]\nname: small", 1, "one file"),
    "extends a NUL": ("name: small", 'extends: "a\\0b"\nname: small', 1, ""),
    "extends a very long name": ("name: small", f"extends: {'x' * 5000}\nname: small", 1, ""),
    "trust is a word": ("seed: 1", "seed: 1\ntrust: os", 3, "list"),
    "trust of numbers": ("seed: 1", "seed: 1\ntrust: [1]", 3, "string"),
}
WHOLE: dict[str, tuple[str, str]] = {
    "a billion laughs": (CONFIG + LAUGHS, "too large"),
    "merged keys, sixty deep": (CONFIG + MERGES, ""),
    "a list": ("- name: small\n", "expected a mapping"),
    "a word": ("small\n", "expected a mapping"),
    "a number": ("7\n", "expected a mapping"),
    "null": ("null\n", "missing key"),
    "only a comment": ("# small\n", "missing key"),
    "a thousand levels": ("".join(f"{' ' * i}k:\n" for i in range(1000)), "nested"),
    "300 000 keys": (CONFIG + "".join(f"k{i}: {i}\n" for i in range(300_000)), "too large"),
    "ten thousand unknown keys": (CONFIG + "".join(f"k{i}: {i}\n" for i in range(10_000)), "unknown key"),
    "a long flow of brackets": ("a: " + "[" * 5000 + "]" * 5000 + "\n", "nested"),
    "ten thousand duplicates": (CONFIG + "seed: 1\n" * 10_000, "duplicate key"),
    "a hundred thousand dashes": ("- " * 100_000 + "\n", ""),
    "a hundred thousand question marks": ("? " * 100_000 + "\n", ""),
    "a hundred thousand colons": ("a: " * 100_000 + "\n", ""),
    "a hundred thousand anchors": (
        "".join(f"a{i}: &a{i} x\n" for i in range(100_000)),
        "too large or too deeply nested",
    ),
}
ACCEPTED: dict[str, tuple[str, str]] = {
    "an octal seed": ("seed: 1", "seed: 0o7"),
    "a hexadecimal seed": ("seed: 1", "seed: 0xff"),
    "a seed with a plus": ("seed: 1", "seed: +1"),
    "a number with an exponent": ("C: 1.0", "C: 1e-3"),
    "an anchor and its alias": ("seed: 1", "seed: &n 1\nschema: *n"),
    "a quoted name": ("name: small", "name: 'no'"),
    "a document's start and end": ("name: small", "---\nname: small"),
    "comments in Cyrillic": ("seed: 1", "seed: 1 # зерно"),
}


def cases() -> Iterator[Case]:
    """Yield the cases of configurations."""
    bare = {"a byte order mark", "CR and LF", "CR alone"}
    yield from of_file(
        "configs",
        "corpus",
        "small.yaml",
        DRY,
        accepted=bare,
        codes=(2,),
        left_out={"a megabyte of one letter"},
    )
    yield from of_file(
        "configs",
        "corpus",
        "small.yaml",
        ("check", "derived.yaml"),
        accepted=bare,
        codes=(2,),
        lines=(),
        left_out={"a megabyte of one letter", "absent"},
        place="yaml",
    )
    for name, (old, new, line, says) in LINES.items():
        expect = Refused("small.yaml" if line else "", line, says, (2,))
        yield Case("configs", name, "corpus", replaced("small.yaml", old, new), DRY, expect)
    for name, (text, says) in WHOLE.items():
        yield Case(
            "configs",
            name,
            "corpus",
            written("small.yaml", text),
            CHECK,
            Refused("small.yaml", 0, says, (2,)),
        )
    for name, (old, new) in ACCEPTED.items():
        yield Case(
            "configs", name, "corpus", replaced("small.yaml", old, new), CHECK, Accepted("no problems")
        )
    yield from _names()
    yield from _settings()


def _names() -> Iterator[Case]:
    """Names that a file system allows and a program may stumble over."""
    for what, name in {
        "spaces": "a small one.yaml",
        "a line feed": "small\none.yaml",
        "Cyrillic": "малый.yaml",
        "a decomposed é": "cafe\u0301.yaml",
        "half a character": "small\udcff.yaml",
        "a backslash": "small\\one.yaml",
        "brackets": "[bold]small.yaml",
    }.items():
        move = lambda root, name=name: (root / "small.yaml").rename(root / name)  # noqa: E731
        yield Case("configs", f"a name with {what}", "corpus", move, ("check", name), Accepted("no problems"))
        end = all_of(move, lambda root, name=name: _append(root / name, "seed: 2\n"))
        expect = Refused(".yaml", 25, "duplicate key", (2,))
        yield Case("configs", f"a fault in a name with {what}", "corpus", end, ("check", name), expect)


def _append(path: Path, text: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(text)


def _settings() -> Iterator[Case]:
    """What ``--set`` is given."""
    for setting, says in {
        "seed": "expected KEY=VALUE",
        "=1": "expected KEY=VALUE",
        "seed..x=1": "expected KEY=VALUE",
        "seed.x=1": "has no parts",
        "seed=[1": "--set",
        "seed=no": "integer",
        "seed=&a [*a]": "--set",
        "seed=" + "[" * 5000: "--set",
        "splits.9.folds=3": "position",
        "splits.-1.folds=3": "position",
        f"splits.{'9' * 5000}.folds=3": "position",
        "splits.٣.folds=3": "position",
        "models.logreg.C=1e999": "--set",
        "models.logreg.C=!!python/name:os.system x": "--set",
        "evaluation.resamples=" + "9" * 5000: "--set",
        'name="\\ud800"': "--set",
    }.items():
        yield Case(
            "configs",
            f"--set {setting[:40]}",
            "corpus",
            lambda root: None,
            (*DRY, "--set", setting),
            Refused("--set", 0, says, (2,)),
        )
