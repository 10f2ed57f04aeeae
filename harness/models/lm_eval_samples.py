"""A line of ``lm_eval --log_samples`` -> the row of a predictions file that it stands for."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

Row = dict[str, Any]


def is_sample(row: Mapping[str, Any]) -> bool:
    """Whether a JSON line is a sample that ``lm_eval`` logged."""
    return "doc_id" in row and "doc" in row and ("filtered_resps" in row or "resps" in row)


def prediction_row(sample: Mapping[str, Any], names: Sequence[str]) -> Row:
    """Return ``id``, ``predicted`` and ``probabilities``; of a reply that is no label, the ``reply``.

    The document's own ``id`` is taken. Of a multiple-choice task the label with the highest
    log-likelihood is predicted, of equal ones the first, as ``lm_eval`` does for its accuracy;
    the probabilities are the likelihoods divided by their sum.

    Raises
    ------
    ValueError
        The sample has neither a likelihood for each label nor a reply; the message says so.
    """
    doc = sample["doc"]
    row: Row = {"id": doc.get("id") if isinstance(doc, Mapping) else None}
    said = sample.get("filtered_resps", sample.get("resps"))
    if isinstance(said, list) and said and isinstance(said[0], str):
        return row | labelled(said[0], names)
    return row | _likeliest(_likelihoods(said), _choices(sample.get("arguments")), names)


def labelled(reply: str, names: Sequence[str]) -> Row:
    """Return the label that a reply is, white space around either left out, or the reply that is none."""
    label = {name.strip(): name for name in names}.get(reply.strip())
    return {"predicted": label} if label is not None else {"predicted": None, "reply": reply}


def _likeliest(likelihoods: list[float], choices: list[str], names: Sequence[str]) -> Row:
    if not choices or len(choices) != len(likelihoods):
        raise ValueError(f"{len(choices)} choices and {len(likelihoods)} log-likelihoods")
    stripped = {name.strip(): name for name in names}
    labels = [stripped.get(choice.strip(), choice.strip()) for choice in choices]
    highest = max(likelihoods)
    row: Row = {"predicted": labels[likelihoods.index(highest)]}
    if math.isfinite(highest) and set(labels) == set(names):
        parts = [math.exp(value - highest) for value in likelihoods]
        row["probabilities"] = {k: p / sum(parts) for k, p in zip(labels, parts, strict=True)}
    return row


def _likelihoods(said: Any) -> list[float]:
    """Read ``[[log-likelihood, whether greedy], ...]``; older logs wrap each in a list of one."""
    try:
        pairs = [x[0] if isinstance(x[0], list) else x for x in said]
        values = [float(pair[0]) for pair in pairs]
    except (TypeError, ValueError, IndexError, KeyError, OverflowError):
        raise ValueError("no log-likelihoods and no reply") from None
    if any(math.isnan(value) for value in values):
        raise ValueError("a log-likelihood is not a number")
    return values


def _choices(arguments: Any) -> list[str]:
    """Read what was asked for the likelihood of: the continuation of each request, in order."""
    requests = list(arguments.values()) if isinstance(arguments, Mapping) else arguments
    if not isinstance(requests, list):
        return []
    pairs = [list(r.values()) if isinstance(r, Mapping) else r for r in requests]
    return [str(pair[1]) for pair in pairs if isinstance(pair, list) and len(pair) > 1]
