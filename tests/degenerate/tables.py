"""Tables of a few rows, as a first try or a rare subject gives them, and what other systems said of them."""

from __future__ import annotations

import csv
import io
import json

HEADER = ("id", "text", "stance", "thread", "story", "part", "target", "speaker")
TEXTS = ("they back the treaty", "they fight the treaty", "they count the votes", "nobody spoke of it")


def rows_of(labels, *, threads=None, stories=None, parts=None, targets=None, texts=TEXTS):
    """Return rows with these labels; all else in turn or, where a function of the number is given, by it."""
    n = len(labels)

    def column(values, other):
        return [other(i) for i in range(n)] if values is None else list(values)

    columns = (
        [f"r{i}" for i in range(n)],
        [texts[i % len(texts)] for i in range(n)],
        list(labels),
        column(threads, lambda i: f"t{i}"),
        column(stories, lambda i: f"s{i % 2}"),
        column(parts, lambda i: ("train", "test")[i % 2]),
        column(targets, lambda i: f"target {i % 2}"),
        [f"speaker {i % 2}" for i in range(n)],
    )
    return [dict(zip(HEADER, row, strict=True)) for row in zip(*columns, strict=True)]


AB = ("against", "favor")
TABLES = {
    "one statement": rows_of(["favor"]),
    "two statements of two labels": rows_of(AB),
    "two statements of one label": rows_of(["favor"] * 2),
    "three statements": rows_of(["favor", "against", "favor"]),
    "one label": rows_of(["favor"] * 8),
    "one group": rows_of(AB * 4, threads=["t"] * 8),
    "two groups": rows_of(AB * 4, threads=["t1", "t2"] * 4),
    "one article": rows_of(AB * 4, stories=["s"] * 8),
    "one target": rows_of(AB * 4, targets=["the treaty"] * 8),
    "a label absent from train": rows_of(
        ["favor", "against"] * 3 + ["none"] * 2, parts=["train"] * 4 + ["test"] * 4
    ),
    "a label absent from test": rows_of(["none", "favor", "against"] * 3, parts=["train"] * 7 + ["test"] * 2),
    "one label in train": rows_of(["favor"] * 4 + ["against"] * 4, parts=["train"] * 4 + ["test"] * 4),
    "a test set of one": rows_of(AB * 4, parts=["train"] * 7 + ["test"]),
    "a training set of one": rows_of(AB * 4, parts=["train"] + ["test"] * 7),
    "one text": rows_of(AB * 4, texts=("the very same words",)),
    "texts without a word": rows_of(AB * 4, texts=("?", "!", "…", "🙂")),
    "a label in one group of ten": rows_of(["favor"] * 9 + ["against"]),
    "groups that all hold every label": rows_of(AB * 6, threads=[f"t{i // 2}" for i in range(12)]),
    "every statement another label": rows_of([f"label {i}" for i in range(5)]),
}


def csv_of(rows):
    """Return rows as a CSV file."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def _next(label, labels):
    return labels[(labels.index(label) + 1) % len(labels)]


def systems(rows):
    """Return what four systems said of every row, as lines of JSON by the system's name."""
    labels = sorted({row["stance"] for row in rows})
    even = [1 / len(labels)] * len(labels)
    said = {
        "right": [(row["stance"], None) for row in rows],
        "right_again": [(row["stance"], None) for row in rows],
        "constant": [(labels[0], even) for _ in rows],
        "sure_and_wrong": [
            (_next(row["stance"], labels), _sure(_next(row["stance"], labels), labels)) for row in rows
        ],
    }
    return {name: _lines(rows, predicted, labels) for name, predicted in said.items()}


def _sure(label, labels):
    return [float(name == label) for name in labels]


def _lines(rows, predicted, labels):
    out = []
    for row, (label, shares) in zip(rows, predicted, strict=True):
        more = {} if shares is None else {"probabilities": dict(zip(labels, shares, strict=True))}
        out.append(json.dumps({"id": row["id"], "predicted": label, **more}))
    return "".join(f"{line}\n" for line in out)
