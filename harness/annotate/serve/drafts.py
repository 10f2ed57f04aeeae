"""A statement in the making: what the annotator has said of it, what follows from that, what is missing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, cast

from harness.records import Attribution, SourceKind, Span, Statement

Status = Literal["proposed", "accepted", "skipped"]
PARTS = ("content", "cue", "source")
_QUOTES = '“”„«»"‟❝❞'


@dataclass(frozen=True, slots=True)
class Draft:
    """A candidate or a statement in the making; None is what nobody has said yet.

    ``source_name``, ``speaker``, ``attribution``, ``group`` and ``confidence`` are proposed until they are
    set: see :func:`completed`.
    """

    id: str
    status: Status
    codebook_version: int
    content: tuple[Span, ...] = ()
    cue: tuple[Span, ...] = ()
    source: tuple[Span, ...] = ()
    source_name: str | None = None
    speaker: str | None = None
    source_kind: str | None = None
    via: tuple[str, ...] = ()
    attribution: str | None = None
    stance: str | None = None
    exclusion: str | None = None
    group: str | None = None
    confidence: int | None = None
    note: str = ""

    @property
    def start(self) -> int:
        """Where the draft stands in the article: its first offset, or -1 without any span."""
        spans = self.content or self.source or self.cue
        return spans[0].start if spans else -1


def draft_of(statement: Statement) -> Draft:
    """Return a finished statement as a draft that gives the same statement again."""
    values = {name: getattr(statement, name) for name in Draft.__dataclass_fields__ if name != "status"}
    return Draft(**values, status="accepted")


def draft_row(draft: Draft) -> dict[str, Any]:
    """Return a draft as plain JSON values, as the journal keeps it."""
    return asdict(draft)


def completed(draft: Draft, text: str) -> Draft:
    """Fill in what follows from the rest, where the annotator has not set it.

    The name is the source's words; the speaker the name (nobody for an anonymous source); the attribution
    goes by the quotation marks (codebook, R8); the group is one of its own (R22); the confidence is 3.
    """
    name = draft.source_name
    if name is None:
        name = " ".join(span.text for span in draft.source)
    speaker = draft.speaker
    if speaker is None:
        speaker = "" if draft.source_kind == "anonymous" else name
    return replace(
        draft,
        source_name=name,
        speaker=speaker,
        attribution=draft.attribution or attribution_of(text, draft.content),
        group=draft.group or own_group(draft, speaker or name),
        confidence=draft.confidence or 3,
    )


def attribution_of(text: str, content: Iterable[Span]) -> str:
    """Propose direct, mixed or indirect from the quotation marks in and around the content."""
    quoted = [
        text[max(0, s.start - 3) : s.start].rstrip()[-1:] in tuple(_QUOTES)
        and text[s.end : s.end + 3].lstrip(" .,;:!?…\u00a0")[:1] in tuple(_QUOTES)
        for s in content
    ]
    if quoted and all(quoted):
        return "direct"
    inside = any(mark in s.text for s in content for mark in _QUOTES)
    return "mixed" if inside or any(quoted) else "indirect"


def own_group(draft: Draft, who: str) -> str:
    """Name a group after who speaks and the first words of what is said; the id where there are none."""
    said = re.findall(r"\w+", draft.content[0].text.lower())[:3] if draft.content else []
    words = re.findall(r"\w+", who.lower())
    return "-".join([*words, *said]) if words and said else draft.id


def missing(draft: Draft) -> list[str]:
    """Say what a completed draft still needs before it is a statement; nothing means that it is one."""
    wants = {
        "content": bool(draft.content),
        "label": (draft.stance is None) != (draft.exclusion is None),
        "source name": bool(draft.source_name),
        "kind of source": draft.source_kind is not None,
    }
    return [name for name, there in wants.items() if not there]


def statement_of(draft: Draft, article: str, annotator: str) -> Statement:
    """Return a completed draft that misses nothing as a statement."""
    values = {name: getattr(draft, name) for name in Draft.__dataclass_fields__ if name != "status"}
    values["source_kind"] = cast(SourceKind, values["source_kind"])
    values["attribution"] = cast(Attribution, values["attribution"])
    return Statement(**values, article=article, annotator=annotator)


def settled(
    drafts: Iterable[Draft], text: str, article: str, annotator: str, groups: Mapping[str, str]
) -> tuple[list[Statement], dict[str, list[str]]]:
    """Return the statements that are complete and go together, and why the other drafts are none.

    Parameters
    ----------
    drafts : iterable of Draft, in the order of the article
        Proposed ones are none yet; of two that clash the earlier is kept.
    groups : mapping of group to speaker
        What the annotator's other articles say.

    Returns
    -------
    statements, reasons by draft id
    """
    statements: list[Statement] = []
    reasons: dict[str, list[str]] = {}
    speakers = dict(groups)
    for draft in drafts:
        if draft.status != "accepted":
            reasons[draft.id] = [draft.status]
            continue
        whole = completed(draft, text)
        why = missing(whole) or _clashes(whole, statements, speakers)
        if why:
            reasons[draft.id] = why
        else:
            statement = statement_of(whole, article, annotator)
            speakers.setdefault(statement.group, statement.speaker or statement.source_name)
            statements.append(statement)
    return statements, reasons


def _clashes(draft: Draft, before: list[Statement], speakers: Mapping[str, str]) -> list[str]:
    why = [
        f"overlaps “{other.text[:30]}”"
        for other in before
        if any(a.start < b.end and b.start < a.end for a in draft.content for b in other.content)
    ]
    theirs, ours = speakers.get(str(draft.group)), draft.speaker or draft.source_name
    if theirs is not None and theirs != ours:
        why.append(f"group '{draft.group}' is of '{theirs}', not of '{ours}'")
    return why
