"""What a service answers -> a reply; a reply -> the number of a label, or the words that are none."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

from harness.textfile import parse_json, to_json

LONGEST = 500
"""Characters of a reply without a label that a run keeps."""
CUT = {"length": "cut off", "content_filter": "filtered"}
"""Reasons for which a service stops before the end; what it said until then is no answer."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a service said to one request.

    Attributes
    ----------
    text : str
        Empty where there is no content.
    refusal : str
        What the service says in its own field for refusals, else empty.
    finish : str or None
        Why it stopped, in the service's word.
    prompt_tokens, completion_tokens : int or None
        None where the service does not say.
    model : str or None
        The model's name as the service gives it.
    """

    text: str
    refusal: str = ""
    finish: str | None = None
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    model: str | None = None

    def stored(self) -> bytes:
        """Return the reply as a cache keeps it."""
        return to_json(asdict(self)).encode("utf-8")

    @classmethod
    def read(cls, data: bytes) -> Self:
        """Return the reply that a cache kept."""
        return cls(**json.loads(data))


def read_reply(body: str) -> Reply:
    """Read a chat completion.

    Raises
    ------
    ValueError
        It is none; the message says what is wrong.
    """
    try:
        value = json.loads(body)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    choices = value.get("choices") if isinstance(value, dict) else None
    first = choices[0] if isinstance(choices, list) and choices else None
    message = first.get("message") if isinstance(first, dict) else None
    if not isinstance(first, dict) or not isinstance(message, dict):
        raise ValueError(_error_in(value) or "it has no choices with a message")
    content = message.get("content")
    if content is not None and not isinstance(content, str):
        raise ValueError("its content is no text")
    usage = value.get("usage")
    used = usage if isinstance(usage, dict) else {}
    return Reply(
        text=_text(content) or "",
        refusal=_text(message.get("refusal")) or "",
        finish=_text(first.get("finish_reason")),
        prompt_tokens=_count(used.get("prompt_tokens")),
        completion_tokens=_count(used.get("completion_tokens")),
        model=_text(value.get("model")),
    )


def _error_in(value: Any) -> str | None:
    """Return the message of an error that a service sends in place of a completion."""
    error = value.get("error") if isinstance(value, dict) else None
    return _text(error.get("message") if isinstance(error, dict) else error)


def _text(value: Any) -> str | None:
    """Return a text without halves of characters, which no file can hold."""
    return value.encode("utf-8", "replace").decode("utf-8") if isinstance(value, str) else None


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def label_of(reply: Reply, names: Sequence[str], *, structured: bool) -> int | None:
    """Return the number of the label that a reply is, or None.

    A reply is a label only if it is nothing else: ``{"label": NAME}``, or NAME alone where it is not
    structured, white space around either left out. What was refused or cut off is none, whatever it says.
    """
    if reply.finish in CUT or reply.refusal:
        return None
    said: Any = reply.text
    if structured:
        try:
            value = parse_json(reply.text)
        except ValueError:
            return None
        if not isinstance(value, dict) or set(value) != {"label"}:
            return None
        said = value["label"]
    numbers = {name.strip(): i for i, name in enumerate(names)}
    return numbers.get(said.strip()) if isinstance(said, str) else None


def unlabelled(reply: Reply) -> str:
    """Return what a run keeps of a reply that is no label: why, where that does not show, and its start."""
    text = reply.refusal or reply.text.strip()
    why = "refused" if reply.refusal else CUT.get(reply.finish or "", "" if text else "empty")
    return (f"({why}) {text}" if why else text).strip()[:LONGEST]
