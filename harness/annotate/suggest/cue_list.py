"""The editable list of reporting cues -> every place in a text where one of them stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError, field_validator

from harness.errors import InputError
from harness.spec import Spec
from harness.yamlfile import read_yaml

SHIPPED = Path(__file__).with_name("cues.yaml")
Kind = Literal["clause", "act", "act_for", "act_to", "phrase", "noun"]
Form = Literal["base", "s", "ed", "ing", "fixed"]
Words = list[Annotated[str, Field(min_length=1)]]
_PHRASE = re.compile(r"[^\W\d_]+(?:[ ’'-][^\W\d_]+)*|n['’]t")


@dataclass(frozen=True, slots=True)
class Cue:
    """One cue where it stands in a text: half-open offsets, base form, kind and grammatical form."""

    start: int
    end: int
    lemma: str
    kinds: tuple[Kind, ...]
    form: Form
    word: str


class CueList(Spec):
    """Verbs, phrases and nouns that attribute; `cues.yaml` says what each list is for."""

    clause: Words = []
    act: Words = []
    act_for: Words = []
    act_to: Words = []
    phrases: Words = []
    nouns: Words = []
    irregular: dict[str, Words] = {}
    doubtful: Words = []
    deeds: Words = []
    negations: Words = []
    outlets: Words = []

    @field_validator(
        "clause", "act", "act_for", "act_to", "phrases", "nouns", "doubtful", "deeds", "negations"
    )
    @classmethod
    def _words(cls, value: list[str]) -> list[str]:
        for phrase in value:
            if not _PHRASE.fullmatch(phrase):
                raise ValueError(f"'{phrase}' is no word or phrase that can be matched")
        return value

    @cached_property
    def forms(self) -> dict[str, tuple[str, tuple[Kind, ...], Form]]:
        """Every form in lower case, with its base form, its kinds and its grammatical form."""
        out: dict[str, tuple[str, tuple[Kind, ...], Form]] = {}

        def add(word: str, lemma: str, kind: Kind, form: Form) -> None:
            base, kinds, shape = out.get(word, (lemma, (), form))
            out[word] = (base, kinds if kind in kinds else (*kinds, kind), shape)

        verbs: tuple[tuple[Kind, list[str]], ...] = (
            ("clause", self.clause),
            ("act", self.act),
            ("act_for", self.act_for),
            ("act_to", self.act_to),
        )
        for kind, words in verbs:
            for lemma in words:
                for word, form in inflected(lemma.lower(), tuple(self.irregular.get(lemma, ()))):
                    add(word, lemma, kind, form)
        for phrase in self.phrases:
            add(phrase.lower(), phrase, "phrase", "fixed")
        for noun in self.nouns:
            add(_with_s(noun.lower()), noun, "noun", "fixed")
            add(noun.lower(), noun, "noun", "fixed")
        return out

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """One pattern for all forms, longer ones first; white space in a phrase may be any."""
        words = sorted(self.forms, key=len, reverse=True)
        parts = [r"\s+".join(map(re.escape, word.split())) for word in words]
        return re.compile(rf"(?<![^\W_])(?<![-‑])(?:{'|'.join(parts) or '(?!)'})(?![^\W_])", re.IGNORECASE)

    def find(self, text: str) -> Iterator[Cue]:
        """Yield every cue of a text in order."""
        for match in self.pattern.finditer(text):
            word = " ".join(match.group().lower().split())
            if word in self.forms:  # a few characters change their length in lower case
                lemma, kinds, form = self.forms[word]
                yield Cue(match.start(), match.end(), lemma, kinds, form, word)


def _with_s(word: str) -> str:
    if re.search(r"[^aeiou]y$", word):
        return word[:-1] + "ies"
    return word + ("es" if re.search(r"(?:s|x|z|ch|sh|o)$", word) else "s")


def inflected(lemma: str, irregular: tuple[str, ...] = ()) -> Iterator[tuple[str, Form]]:
    """Yield a verb's forms; of a phrase the first word changes (*calls on*)."""
    verb, space, rest = lemma.partition(" ")
    tail = space + rest
    yield lemma, "base"
    yield _with_s(verb) + tail, "s"
    stem = verb.removesuffix("e")
    past = verb[:-1] + "ied" if re.search(r"[^aeiou]y$", verb) else stem + "ed"
    for word, form in ((past, "ed"), (stem + "ing", "ing")):
        yield word + tail, form  # type: ignore[misc]
    for word in irregular:
        yield word, "ing" if word.endswith("ing") and " " not in word else "ed"


def read_cues(path: Path | None = None) -> CueList:
    """Read a cue list; raise `InputError` with file and line where it is wrong."""
    file = read_yaml(path or SHIPPED)
    try:
        return CueList.model_validate(file.data)
    except ValidationError as error:
        item = error.errors(include_url=False)[0]
        where = ".".join(map(str, item["loc"]))
        message = item["msg"].removeprefix("Value error, ")
        raise InputError(f"{where}: {message}", place=file.place(tuple(item["loc"]))) from None


@lru_cache(maxsize=1)
def shipped_cues() -> CueList:
    """Return the cue list that comes with the package, read once."""
    return read_cues()
