"""A language model at work on the statements of a run, or on new ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from harness.models.llm.asking import answers
from harness.models.llm.price import used
from harness.models.llm.reply import label_of, unlabelled
from harness.models.llm.request import request, request_key
from harness.models.llm.service import Service
from harness.models.llm.shots import drawn
from harness.models.llm.spec import LlmSpec
from harness.models.output import IntArray, Output
from harness.records import Example


class Asker:
    """Asks one model for labels; the service is looked for when a request needs it, and not before.

    Parameters
    ----------
    model : LlmSpec
    names : sequence of str
        The names of the labels.
    """

    def __init__(self, model: LlmSpec, names: Sequence[str]) -> None:
        self.model, self.names = model, names
        self.prompt = model.read_prompt(names)

    @cached_property
    def service(self) -> Service:
        """The client, which reads address and key from the environment."""
        model = self.model
        return Service(model.base_url_env, model.key_env, timeout=model.timeout, retries=model.retries)

    def labels(self, examples: Sequence[Example], shots: Sequence[Mapping[str, str]]) -> Output:
        """Ask for the label of each statement, with ``shots`` (text and label) in its prompt."""
        bodies = [request(self.model, self.prompt.messages(e.text, shots), self.names) for e in examples]
        keys = [request_key(self.model, body) for body in bodies]
        asked = dict(zip(keys, bodies, strict=True))
        found = answers(asked, lambda: self.service.ask, self.model.concurrency)
        none = len(self.names)
        read = [label_of(found[key], self.names, structured=self.model.structured) for key in keys]
        return Output(
            np.array([none if n is None else n for n in read], dtype=np.intp),
            replies={i: unlabelled(found[keys[i]]) for i, n in enumerate(read) if n is None},
            calls={key: used(found[key], self.model.price) for key in asked},
        )


@dataclass(frozen=True)
class Shown:
    """A language model with the labelled statements that its prompts show."""

    asker: Asker
    shots: Sequence[Mapping[str, str]]

    def label(self, examples: Sequence[Example]) -> Output:
        """Ask for the label of each statement."""
        return self.asker.labels(examples, self.shots)


class LlmSession:
    """Asks for the test statements of each fold; examples in prompts come from its training set."""

    def __init__(self, model: LlmSpec, examples: Sequence[Example], names: Sequence[str]) -> None:
        self.asker, self.examples = Asker(model, names), examples

    def fit_predict(self, train: IntArray, test: IntArray, seed: int) -> Output:
        """Draw examples from the training statements and ask for the label of each test statement."""
        shots = drawn([self.examples[i] for i in train], self.asker.model.shots, seed)
        return self.asker.labels([self.examples[i] for i in test], shots_of(shots))


def shots_of(examples: Sequence[Example]) -> list[dict[str, str]]:
    """Return labelled statements as prompts show them."""
    return [{"text": e.text, "label": e.label} for e in examples]
