"""The task beside which this file lies: stance of the exported statements, with or without examples.

Written by `harness export --to inspect`. It finds its data beside itself, so the folder can be moved.
"""

import json
import random
from pathlib import Path
from typing import Any

from inspect_ai import Task, task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import ChatMessage, ChatMessageAssistant, ChatMessageSystem, ChatMessageUser
from inspect_ai.scorer import (
    CORRECT,
    INCORRECT,
    Metric,
    SampleScore,
    Score,
    Scorer,
    Target,
    accuracy,
    metric,
    scorer,
)
from inspect_ai.solver import TaskState, generate

HERE = Path(__file__).resolve().parent
DESIGN: dict[str, Any] = json.loads((HERE / "folds.json").read_text(encoding="utf-8"))
LABELS: list[str] = DESIGN["labels"]


@task
def stance(split: str = "", fold: int = -1, shots: int = 0, seed: int = 0) -> Task:
    """Ask for the label of every statement.

    With ``split``, each statement is asked with ``shots`` examples that are drawn from the training set
    of the fold that tests it; with ``fold`` as well, only that fold's test set is asked.
    """
    text = (HERE / "statements.jsonl").read_text(encoding="utf-8")
    rows = {row["id"]: row for row in (json.loads(line) for line in text.split("\n") if line)}
    system = ChatMessageSystem(content=(HERE / "prompt.txt").read_text(encoding="utf-8").strip())
    if not split:
        if shots or fold >= 0:
            raise ValueError(f"shots and fold need a split: {', '.join(DESIGN['splits'])}")
        samples = [sample(row, [system]) for row in rows.values()]
    elif split not in DESIGN["splits"]:
        raise ValueError(f"no split {split!r}; there are: {', '.join(DESIGN['splits'])}")
    else:
        samples = []
        for number, sides in enumerate(DESIGN["splits"][split]):
            if fold in (-1, number):
                drawn = examples(sides["train"], shots, f"{seed}/{number}")
                before = [system, *(m for i in drawn for m in shown(rows[i]))]
                samples += [sample(rows[i], before) for i in sides["test"]]
    return Task(dataset=MemoryDataset(samples), solver=generate(), scorer=exact_label())


def examples(ids: list[str], shots: int, seed: str) -> list[str]:
    """Draw the training statements that are shown, all of them if there are no more."""
    return random.Random(seed).sample(ids, min(shots, len(ids)))


def asked(row: dict[str, Any]) -> str:
    """Return a statement as a model reads it."""
    pair = f"About: {row['text_pair']}\n" if "text_pair" in row else ""
    return f"Statement: {row['text']}\n{pair}Stance:"


def shown(row: dict[str, Any]) -> list[ChatMessage]:
    """Return a training statement as a question and its answer."""
    return [ChatMessageUser(content=asked(row)), ChatMessageAssistant(content=row["label"])]


def sample(row: dict[str, Any], before: list[ChatMessage]) -> Sample:
    """Return a statement to be labelled."""
    messages = [*before, ChatMessageUser(content=asked(row))]
    return Sample(id=row["id"], input=messages, target=row["label"], metadata={"group": row["group"]})


@metric
def macro_f1() -> Metric:
    """Mean of F1 over all labels; NaN if one is neither gold nor predicted."""

    def compute(scores: list[SampleScore]) -> float:
        pairs = [(s.score.metadata or {}) for s in scores]
        values = []
        for label in LABELS:
            gold = sum(p.get("gold") == label for p in pairs)
            predicted = sum(p.get("predicted") == label for p in pairs)
            right = sum(p.get("gold") == p.get("predicted") == label for p in pairs)
            values.append(2 * right / (gold + predicted) if gold + predicted else float("nan"))
        return sum(values) / len(values)

    return compute


@scorer(metrics=[accuracy(), macro_f1()])
def exact_label() -> Scorer:
    """Compare the reply with gold; it is a label only if it is nothing else, white space left out."""
    named = {label.strip(): label for label in LABELS}

    async def score(state: TaskState, target: Target) -> Score:
        predicted = named.get(state.output.completion.strip())
        said = {"gold": target.text, "predicted": predicted}
        value = CORRECT if predicted == target.text else INCORRECT
        return Score(value=value, answer=predicted, explanation=state.output.completion, metadata=said)

    return score
