"""What the tasks beside this file need: their statements and folds, and how an answer is scored.

Written by `harness export --to lm-eval`. It finds its data beside itself, so the folder can be moved.
"""

import json
from pathlib import Path
from typing import Any

import datasets

HERE = Path(__file__).resolve().parent


def design() -> dict[str, Any]:
    """Return the labels in order, and the folds of each split."""
    read: dict[str, Any] = json.loads((HERE / "folds.json").read_text(encoding="utf-8"))
    return read


def statements(split: str | None = None, fold: int = 0, **_: object) -> dict[str, datasets.Dataset]:
    """Return all statements as ``test``; of one fold of a split, its ``train`` and its ``test``."""
    text = (HERE / "statements.jsonl").read_text(encoding="utf-8")
    rows = [json.loads(line) for line in text.split("\n") if line]
    if split is None:
        return {"test": datasets.Dataset.from_list(rows)}
    sides = design()["splits"][split][fold]
    by_id = {row["id"]: row for row in rows}
    return {side: datasets.Dataset.from_list([by_id[i] for i in ids]) for side, ids in sides.items()}


def by_likelihood(doc: dict[str, Any], results: list[tuple[float, bool]]) -> dict[str, Any]:
    """Score the label with the highest log-likelihood; of equal ones the first."""
    likelihoods = [likelihood for likelihood, _ in results]
    return scored(doc, design()["labels"][likelihoods.index(max(likelihoods))])


def by_reply(doc: dict[str, Any], results: list[str]) -> dict[str, Any]:
    """Score a reply; it is a label only if it is nothing else, white space around it left out."""
    said = results[0].strip()
    labels = {label.strip(): label for label in design()["labels"]}
    return scored(doc, labels.get(said))


def scored(doc: dict[str, Any], predicted: str | None) -> dict[str, Any]:
    """Return the values of both metrics for one statement; None is no label, and wrong."""
    return {"acc": float(predicted == doc["label"]), "macro_f1": (doc["label"], predicted)}


def macro_f1(pairs: list[tuple[str, str | None]]) -> float:
    """Return the mean of F1 over all labels; NaN if one is neither gold nor predicted in these statements.

    Folds can lack a label, and a mean of their values would not be the macro-F1 of the data: score the
    samples of all folds together, with `harness score`.
    """
    values = []
    for label in design()["labels"]:
        gold = sum(g == label for g, _ in pairs)
        predicted = sum(p == label for _, p in pairs)
        right = sum(g == p == label for g, p in pairs)
        values.append(2 * right / (gold + predicted) if gold + predicted else float("nan"))
    return sum(values) / len(values)
