"""Zero-shot labels from natural language inference: which label's sentence a statement entails most."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, ClassVar, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from harness.cache import Cache
from harness.digest import digest
from harness.environment import versions
from harness.errors import InputError, did_you_mean
from harness.models.hf.computing import reproducible
from harness.models.hf.keys import PretrainedModel
from harness.models.hf.network import probabilities
from harness.models.output import FixedSession, Labeller, Output
from harness.records import Example, Mode
from harness.textfile import parse_json, read_text

PUT_EVERY = 100
"""Scores after which they are kept, so that a killed run has most of them."""
Asked = tuple[str, str]
"""A statement's text, and the sentence that it may entail."""


class ZeroShot(PretrainedModel):
    """A model of natural language inference that reads each statement with one sentence for each label.

    The probabilities are the softmax over labels of the entailment logits (Yin, Hay and Roth 2019). Nothing
    is trained, so every fold has the same predictions; each text and sentence is read once and the score
    kept in the cache folder.
    """

    summary: ClassVar[str] = "entailment of a sentence for each label, untrained"
    default_mode: ClassVar[Mode] = "fixed"
    learns: ClassVar[bool] = False
    random: ClassVar[bool] = False
    type: Literal["zero-shot"] = "zero-shot"
    template: Annotated[str | None, Field(description="sentence for every label, with {} for its name")] = (
        None
    )
    hypotheses: Annotated[
        dict[str, Annotated[str, Field(min_length=1)]] | None,
        Field(description="a sentence for each label, in place of template"),
    ] = None

    @model_validator(mode="after")
    def _one_way_to_ask(self) -> Self:
        if (self.template is None) == (self.hypotheses is None):
            raise ValueError("needs either a template, such as 'The stance is {}.', or hypotheses")
        if self.template is not None and self.template.count("{}") != 1:
            raise ValueError(f"the template needs one {{}}, where a label's name goes, got '{self.template}'")
        sentences = list((self.hypotheses or {}).values())
        if len(set(sentences)) < len(sentences):
            raise ValueError("two labels have the same hypothesis, so nothing can tell them apart")
        return self

    def verify(self) -> None:
        """Refuse, besides a folder that is none, one whose model does not say which output is entailment."""
        super().verify()
        if self.local:
            entailment(self.folder())

    def verify_data(self, examples: Sequence[Example], names: Sequence[str]) -> None:
        """Refuse hypotheses for anything but exactly the labels."""
        super().verify_data(examples, names)
        asked = names if self.hypotheses is None else list(self.hypotheses)
        unknown = [label for label in asked if label not in names]
        wrong = [f"'{label}' is no label" for label in unknown]
        wrong += [f"'{label}' has no sentence" for label in names if label not in asked]
        if wrong:
            hint = did_you_mean(unknown[0], names) if unknown else "a sentence for every label"
            raise InputError(f"hypotheses: {', '.join(wrong)}", hint=hint)

    def start(self, examples: Sequence[Example], names: Sequence[str]) -> FixedSession:
        """Label every statement, whatever the folds."""
        return FixedSession(self.train([], names, 0).label(examples))

    def train(self, examples: Sequence[Example], names: Sequence[str], seed: int) -> Labeller:
        """Return what labels statements; there is nothing to train."""
        device = self.ready()
        entails = entailment(self.folder())
        return _Reader(self, device, entails, [self.sentence(name) for name in names])

    def sentence(self, label: str) -> str:
        """Return the sentence that stands for a label."""
        if self.hypotheses is not None:
            return self.hypotheses[label]
        return (self.template or "{}").replace("{}", label)


def entailment(folder: Path) -> int:
    """Return which output of a model of inference is entailment, by its configuration.

    Raises
    ------
    InputError
        None is called so, or several are.
    """
    path = folder / "config.json"
    try:
        config = parse_json(read_text(path))
    except ValueError as error:
        raise InputError(f"not JSON: {error}", place=path) from None
    names = config.get("id2label") if isinstance(config, dict) else None
    names = names if isinstance(names, dict) else {}
    found = [k for k, name in names.items() if str(name).lower().startswith("entail")]
    if len(found) != 1 or not found[0].isdecimal():
        shown = ", ".join(map(str, names.values())) or "none named"
        raise InputError(
            f"zero-shot needs a model of inference, with one output called entailment; its outputs: {shown}",
            place=path,
            hint="a model trained on natural language inference; id2label in config.json names the outputs",
        )
    return int(found[0])


class _Reader:
    def __init__(self, model: ZeroShot, device: str, entails: int, sentences: Sequence[str]) -> None:
        self.model, self.device, self.entails, self.sentences = model, device, entails, sentences
        known = model.content()
        reading = {key: known[key] for key in ("version", "weights", "device", "threads", "max_length")}
        self.identity = [reading, versions(model.used_packages())]

    def label(self, examples: Sequence[Example]) -> Output:
        """Predict the label of each statement's text."""
        scores = self.scores([(e.text, sentence) for e in examples for sentence in self.sentences])
        logits = np.array(scores, dtype=np.float64).reshape(len(examples), len(self.sentences))
        return Output(logits.argmax(axis=1), probabilities(logits))

    def scores(self, asked: Sequence[Asked]) -> list[float]:
        """Return the entailment logit of each text and sentence, computing those that are not kept."""
        keys = [digest([self.identity, *one]) for one in asked]
        with Cache("entailment") as cache:
            kept = cache.get(keys)
            missing = {k: one for k, one in zip(keys, asked, strict=True) if k not in kept}
            if missing:
                kept |= self.computed(missing, cache)
        return [struct.unpack("<d", kept[key])[0] for key in keys]

    def computed(self, missing: Mapping[str, Asked], cache: Cache) -> dict[str, bytes]:
        """Compute scores and keep them as they come."""
        made: dict[str, bytes] = {}
        with reproducible(self.device, self.model.threads):
            network = self.model.loaded(self.device)
            for sentence in self.sentences:
                network.verify_room(sentence)
            keys = list(missing)
            for start in range(0, len(keys), PUT_EVERY):
                some = keys[start : start + PUT_EVERY]
                logits = network.logits([network.encoded(*missing[k], cut="only_first") for k in some])
                new = {k: struct.pack("<d", row[self.entails]) for k, row in zip(some, logits, strict=True)}
                cache.put(new)
                made |= new
        return made
