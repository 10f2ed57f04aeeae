"""What annotators see and write: articles, schemes and attributed statements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

SourceKind = Literal["person", "institution", "group", "outlet", "document", "anonymous"]
Attribution = Literal["direct", "indirect", "mixed"]
SOURCE_KINDS = ("person", "institution", "group", "outlet", "document", "anonymous")
ATTRIBUTIONS = ("direct", "indirect", "mixed")
EXCLUSIONS = ("opposed", "undecidable")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of an article: half-open code-point offsets, and the text between them."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Label:
    """One label of a scheme, with the definition that annotators read."""

    name: str
    definition: str


@dataclass(frozen=True, slots=True)
class Scheme:
    """The labels in their fixed order, and the codebook version that they belong to.

    At most one of the last two says how far labels lie apart: ``order`` has all of them, lowest first;
    ``distances`` is (n_labels, n_labels), symmetric, at least 0, with a zero diagonal. Both are for
    agreement alone. ``annotators`` maps those annotators of whom the scheme says what they are to ``person``
    or ``language model``; reports alone go by it.
    """

    target: str
    labels: tuple[Label, ...]
    codebook_version: int
    order: tuple[str, ...] = ()
    distances: tuple[tuple[float, ...], ...] = ()
    annotators: Mapping[str, str] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the labels, in the scheme's order."""
        return tuple(label.name for label in self.labels)


@dataclass(frozen=True, slots=True)
class Article:
    """A frozen article: its text and what is known of where it came from."""

    id: str
    text: str
    sha256: str
    title: str | None
    language: str
    outlet: str | None = None
    date: str | None = None
    provenance: str = ""
    rights: str = ""
    machine_translated: bool = False


@dataclass(frozen=True, slots=True)
class Statement:
    """One attributed statement of an article, as one annotator (or the adjudicated gold) has it."""

    id: str
    article: str
    content: tuple[Span, ...]
    cue: tuple[Span, ...]
    source: tuple[Span, ...]
    source_name: str
    speaker: str
    source_kind: SourceKind
    via: tuple[str, ...]
    attribution: Attribution
    stance: str | None
    exclusion: str | None
    group: str
    confidence: int
    note: str
    annotator: str
    codebook_version: int
    votes: Mapping[str, str | None] = field(default_factory=dict)
    decision: str = ""
    reason: str = ""
    derived_from: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The content, its spans joined by a space."""
        return " ".join(span.text for span in self.content)
