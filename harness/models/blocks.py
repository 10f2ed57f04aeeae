"""What a linear model may read beside its own text: further texts in columns of their own, and likenesses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Literal

from pydantic import Field, field_validator

from harness.errors import InputError, did_you_mean
from harness.inputs import template_of, template_parts
from harness.models.counted import Weighting
from harness.spec import Spec

NGrams = Annotated[list[Annotated[int, Field(ge=1, le=20)]], Field(min_length=2, max_length=2)]
Times = Annotated[int, Field(ge=1)]
Share = Annotated[float, Field(gt=0, le=1)]
Weight = Annotated[float, Field(gt=0, description="what these columns are multiplied by")]
OWN = "input"
"""How ``between`` names the model's own text."""


class Counting(Spec):
    """How the terms of a text are counted."""

    words: Annotated[NGrams | None, Field(description="range of word n-grams, or null for none")] = [1, 1]
    characters: Annotated[
        NGrams | None, Field(description="range of character n-grams inside words, or null")
    ] = None
    across_words: Annotated[bool, Field(description="character n-grams go on over the ends of words")] = False
    min_df: Annotated[
        Times | Share, Field(description="training texts that a term must occur in; below 1, their share")
    ] = 1
    max_df: Annotated[
        Times | Share,
        Field(description="training texts that a term may occur in; 1.0 and below, their share"),
    ] = 1.0
    max_features: Annotated[
        int | None, Field(ge=1, description="so many of the terms, the most frequent; null: all")
    ] = None
    binary: Annotated[bool, Field(description="1 in place of any count")] = False
    sublinear: Annotated[bool, Field(description="1 + log(count) in place of the count")] = False

    @field_validator("words", "characters", check_fields=False)
    @classmethod
    def _ascends(cls, value: list[int] | None) -> list[int] | None:
        return ascending(value)

    def analysers(self) -> list[tuple[str, tuple[int, int]]]:
        """Return the analyser and n-gram range of each kind of term."""
        kinds = [("word", self.words), ("char" if self.across_words else "char_wb", self.characters)]
        return [(name, (r[0], r[1])) for name, r in kinds if r is not None]

    def weighting(self) -> Weighting:
        """Return how terms are chosen and weighted."""
        return Weighting(self.min_df, self.max_df, self.max_features, self.binary, self.sublinear)


class Block(Counting):
    """A further text of a statement; what is counted in it stands in columns of its own.

    A word of this text and the same word of another are then two features.
    """

    input: Annotated[str, Field(description="preset or {template} of this text")]
    one_hot: Annotated[
        bool, Field(description="a column for each whole text of the training set: 1 where it is this one")
    ] = False
    weight: Weight = 1.0

    @field_validator("input")
    @classmethod
    def _is_a_template(cls, value: str) -> str:
        try:
            template_parts(template_of(value))
        except InputError as error:
            raise ValueError(f"{error.message} ({error.hint})") from None
        return value


class Cross(Spec):
    """How alike two texts of a statement are: columns from 0 to 1, times ``weight``.

    ``cosine`` is that of their TF-IDF vectors; document frequencies are those of the training texts of
    both, 0 for a word that none of them has. ``overlap`` is the share of common words among all words
    of the two, each counted once (Jaccard), which the official baseline of FNC-1 calls word overlap (and
    takes of lemmas). Either is 0 where a text has no word. Words are lower-cased and have two letters or
    digits at least.
    """

    between: Annotated[
        list[str], Field(min_length=2, max_length=2, description=f"two blocks, or '{OWN}' and one")
    ]
    features: Annotated[list[Literal["cosine", "overlap"]], Field(min_length=1)] = ["cosine", "overlap"]
    words: Annotated[NGrams, Field(description="range of word n-grams of the cosine")] = [1, 1]
    sublinear: Annotated[bool, Field(description="1 + log(count) in the cosine")] = False
    weight: Weight = 1.0

    @field_validator("words")
    @classmethod
    def _ascends(cls, value: list[int]) -> list[int]:
        return ascending(value) or value

    @field_validator("between", "features")
    @classmethod
    def _differ(cls, value: list[str]) -> list[str]:
        if len(set(value)) < len(value):
            raise ValueError(f"names '{value[0]}' twice")
        return value


def ascending(value: list[int] | None) -> list[int] | None:
    """Return an n-gram range, or raise `ValueError` if it goes from large to small."""
    if value is not None and value[0] > value[1]:
        raise ValueError(f"a range goes from small to large, got {value}")
    return value


def misplaced(blocks: Mapping[str, Block], cross: Sequence[Cross]) -> Iterator[str]:
    """Yield what is wrong with blocks and cross features together."""
    known = [OWN, *blocks]
    if OWN in blocks:
        yield f"no block can be called '{OWN}', which is the model's own text"
    compared = {name for item in cross for name in item.between}
    for name in sorted(compared - set(known)):
        yield f"cross names '{name}', which is no block ({did_you_mean(name, known)})"
    for name, block in blocks.items():
        if not block.analysers() and not block.one_hot and name not in compared:
            yield f"the model would see nothing of the block '{name}': say words, characters or one_hot"


def absent_parts(blocks: Mapping[str, Block], known: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield what the templates of blocks name that the data do not have, and a hint."""
    for name, block in blocks.items():
        for part in template_parts(template_of(block.input)):
            if part not in known:
                said = f"blocks.{name}.input names '{{{part}}}', which the data do not have"
                yield said, did_you_mean(part, known)
