"""A cue-lexicon rule: no training, every decision readable in an editable YAML file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Self

import numpy as np
from pydantic import Field, ValidationError, field_validator

from harness.digest import digest
from harness.errors import InputError, did_you_mean
from harness.models.base import Model
from harness.models.output import FixedSession, IntArray, Output
from harness.records import Example, Mode
from harness.spec import Spec
from harness.yamlfile import read_yaml

SHIPPED = Path(__file__).with_name("cues.yaml")
_WORD = re.compile(r"\w+(?:[’'-]\w+)*")
_CUE_WORD = re.compile(r"\w+(?:[’'-]\w+)*(?:[’'-]?\*)?")


class Cues(Spec):
    """A cue list: phrases for each label, words that negate, and the label of a text without cues.

    A phrase is one or more words; ``*`` at the end of a word stands for any ending. Each phrase found
    counts one for its label, none if a negation stands in the ``window`` words before it. The
    label with the highest count wins; of equal counts the one listed first. ``origin`` is for readers of
    reports: what the list was written from.
    """

    default: str
    origin: Annotated[str, Field(description="what the list was written from")] = ""
    window: Annotated[int, Field(ge=0, le=20)] = 3
    negations: list[str] = []
    labels: Annotated[dict[str, list[Annotated[str, Field(min_length=1)]]], Field(min_length=1)]

    @field_validator("labels")
    @classmethod
    def _can_match(cls, value: dict[str, list[str]]) -> dict[str, list[str]]:
        for label, cues in value.items():
            for cue in cues:
                if not cue.split() or not all(map(_CUE_WORD.fullmatch, cue.split())):
                    raise ValueError(f"the cue '{cue}' of '{label}' can match no words")
        return value


def read_cues(path: Path) -> Cues:
    """Read a cue list; raise `InputError` with file and line where it is wrong."""
    file = read_yaml(path)
    try:
        return Cues.model_validate(file.data)
    except ValidationError as error:
        item = error.errors(include_url=False)[0]
        where = ".".join(map(str, item["loc"]))
        message = item["msg"].removeprefix("Value error, ")
        raise InputError(f"{where}: {message}", place=file.place(tuple(item["loc"]))) from None


def words_of(text: str) -> list[str]:
    """Return the words of a text in lower case."""
    return [w.lower() for w in _WORD.findall(text)]


@dataclass(frozen=True)
class _Rule:
    cues: Cues
    names: Sequence[str]

    def predict(self, texts: Sequence[str]) -> Output:
        return Output(np.array([self.names.index(self.label(t)) for t in texts], dtype=np.intp))

    def label(self, text: str) -> str:
        words = words_of(text)
        counts = {label: sum(self.count(words, c) for c in cues) for label, cues in self.cues.labels.items()}
        best = max(counts, key=lambda label: counts[label])
        return best if counts[best] else self.cues.default

    def count(self, words: Sequence[str], cue: str) -> int:
        parts = [p.lower() for p in cue.split()]
        found = 0
        for i in range(len(words) - len(parts) + 1):
            if all(_same(w, p) for w, p in zip(words[i:], parts, strict=False)):
                before = words[max(0, i - self.cues.window) : i]
                found += not any(_same(w, n.lower()) for w in before for n in self.cues.negations)
        return found


def _same(word: str, pattern: str) -> bool:
    return word.startswith(pattern[:-1]) if pattern.endswith("*") else word == pattern


class Lexicon(Model):
    """Labels a text by the cues in it; the same whatever the training statements are."""

    summary: ClassVar[str] = "a readable rule over lists of cue words; not trained"
    packages: ClassVar[tuple[str, ...]] = ()
    default_mode: ClassVar[Mode] = "fixed"
    learns: ClassVar[bool] = False
    random: ClassVar[bool] = False
    type: Literal["lexicon"] = "lexicon"
    cues: Annotated[
        str | None, Field(description="a cue list, relative to this file; null for the shipped one")
    ] = None

    def fit(
        self, texts: Sequence[str], labels: IntArray, n_labels: int, seed: int, names: Sequence[str]
    ) -> _Rule:
        """Read the cue list; nothing is learnt.

        Raises
        ------
        InputError
            The list names a label that the data do not have.
        """
        path = Path(self.cues) if self.cues else SHIPPED
        cues = read_cues(path)
        for label in [cues.default, *cues.labels]:
            if label not in names:
                raise InputError(
                    f"the cue list names the label '{label}'", place=path, hint=did_you_mean(label, names)
                )
        return _Rule(cues, names)

    told_by: ClassVar[str] = "cues"

    def verify(self) -> None:
        """Read the cue list."""
        read_cues(Path(self.cues) if self.cues else SHIPPED)

    def verify_data(self, examples: Sequence[Example], names: Sequence[str]) -> None:
        """Compare the cue list's labels with the data's."""
        self.fit([], np.array([], dtype=np.intp), len(names), 0, names)

    def remarks(self, names: Sequence[str]) -> Iterator[tuple[str, str]]:
        """Name the labels that no text can get: those without cues that are not the default."""
        cues = read_cues(Path(self.cues) if self.cues else SHIPPED)
        silent = [f"'{n}'" for n in names if not cues.labels.get(n) and n != cues.default]
        if silent:
            yield "no_cues", f"has no cues for {', '.join(silent)}, so it never gives a text that label"

    def start(self, examples: Sequence[Example], names: Sequence[str]) -> FixedSession:
        """Label every statement once."""
        rule = self.fit([], np.array([], dtype=np.intp), len(names), 0, names)
        return FixedSession(rule.predict([e.text for e in examples]))

    def resolved(self, path: Callable[[str, str], str]) -> Self:
        """Make the path of the cue list absolute."""
        return self.model_copy(update={"cues": path("cues", self.cues)}) if self.cues else self

    def knows(self) -> str:
        """Say that its author may have known more than a training set, and what the cue list says of that."""
        origin = read_cues(Path(self.cues) if self.cues else SHIPPED).origin
        said = f"; the list says of itself: {origin}" if origin else ""
        return (
            "applies a cue list written by hand and learns from no training statement, so what its author "
            f"knew of the codebook, the articles or the labels is in its score{said}"
        )

    def content(self) -> Any:
        """Identify the model by what the cue list says, but not of itself: that changes no prediction."""
        cues = read_cues(Path(self.cues) if self.cues else SHIPPED).plain()
        del cues["origin"]
        return {"type": self.type, "version": self.version, "cues": digest(cues)}
