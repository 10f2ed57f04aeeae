"""An action on a desk -> the change that it makes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from harness.annotate.serve.actions import (
    Add,
    Edge,
    Exclude,
    Label,
    Mark,
    Merge,
    New,
    SetKind,
    SetText,
    SetVia,
    Spans,
    Split,
)
from harness.annotate.serve.desk import Change, Desk
from harness.annotate.serve.drafts import PARTS, Draft
from harness.annotate.tokens import Offsets, cut, moved_edge
from harness.errors import InputError, did_you_mean
from harness.records import Span


@dataclass(frozen=True)
class Ground:
    """What an action needs to know besides the drafts: text, tokens, labels, and how ids are made."""

    text: str
    tokens: Sequence[Offsets]
    labels: tuple[str, ...]
    codebook_version: int
    new_id: Callable[[Desk], str]

    def span(self, offsets: Offsets) -> Span:
        """Return a stretch of the text; an empty one or one beyond the end is an `InputError`."""
        start, end = offsets
        if not 0 <= start < end <= len(self.text):
            hint = "offsets count Unicode code points, end exclusive"
            raise InputError(
                f"{start}-{end} is no stretch of a text of {len(self.text)} characters", hint=hint
            )
        return Span(start, end, self.text[start:end])


def change_of(action: Any, desk: Desk, ground: Ground) -> Change:
    """Return the change that an action (other than undo and redo) makes to a desk."""
    if isinstance(action, New):
        span = ground.span((action.start, action.end))
        draft = Draft(ground.new_id(desk), "accepted", ground.codebook_version, content=(span,))
        return Change("new", (draft,))
    draft = desk.get(action.id)
    if action.do == "remove":
        return Change("remove", drop=(draft.id,))
    if isinstance(action, Merge):
        return _merged(draft, desk, ground)
    after = _spans_of(action, draft, ground) or _said_of(action, draft, ground)
    if after == draft:
        raise InputError("that changes nothing")
    return Change(action.do, (after,))


def _said_of(action: Any, draft: Draft, ground: Ground) -> Draft:
    version = ground.codebook_version
    match action:
        case Label():
            if action.stance not in ground.labels:
                raise InputError(
                    f"no label '{action.stance}'", hint=did_you_mean(action.stance, ground.labels)
                )
            said: dict[str, Any] = {"stance": action.stance, "exclusion": None, "codebook_version": version}
            return replace(draft, status="accepted", **said)
        case Exclude():
            said = {"stance": None, "exclusion": action.exclusion, "codebook_version": version}
            return replace(draft, status="accepted", **said)
        case Mark():
            return replace(draft, status="accepted" if action.do == "accept" else "skipped")
        case SetText():
            value = action.value.strip()
            written: dict[str, Any] = {action.field: value or ("" if action.field == "speaker" else None)}
            return replace(draft, **written)
        case SetVia():
            return replace(draft, via=tuple(name.strip() for name in action.value if name.strip()))
        case SetKind():
            return replace(draft, source_kind=action.value)
    return replace(draft, **{action.do: action.value})


def _spans_of(action: Any, draft: Draft, ground: Ground) -> Draft | None:
    """Return the draft with other spans, if the action is about spans."""
    if isinstance(action, Add):
        span = ground.span((action.start, action.end))
        spans = _united([*_offsets(draft, action.part), (span.start, span.end)])
    elif isinstance(action, Edge | Split | Spans):
        spans = _offsets(draft, action.part)
        if action.span >= len(spans):
            raise InputError(f"there is no {action.part} span {action.span + 1}", hint="reload the page")
        spans = _reshaped(action, spans, ground)
    else:
        return None
    made: dict[str, Any] = {action.part: tuple(map(ground.span, spans))}
    return replace(draft, **made)


def _reshaped(action: Any, spans: list[Offsets], ground: Ground) -> list[Offsets]:
    n, span = action.span, spans[action.span]
    if isinstance(action, Edge):
        moved = moved_edge(ground.tokens, span, action.edge, action.by)
        if any(moved[0] < other[1] and other[0] < moved[1] for other in spans if other != span):
            raise InputError("the span would run into its neighbour", hint="join the two")
        new = [moved]
    elif isinstance(action, Split):
        parts = cut(ground.tokens, span, action.at)
        if parts is None:
            raise InputError("there is nothing to split there", hint="put the cursor inside the span")
        new = list(parts)
    elif action.do == "join":
        if n + 1 == len(spans):
            raise InputError("there is no next span to join with")
        return [*spans[:n], (span[0], spans[n + 1][1]), *spans[n + 2 :]]
    else:
        new = []
        if action.part == "content" and len(spans) == 1:
            raise InputError("a statement keeps one content span", hint="remove the statement instead")
    return [*spans[:n], *new, *spans[n + 1 :]]


def _merged(draft: Draft, desk: Desk, ground: Ground) -> Change:
    drafts = desk.drafts
    number = drafts.index(draft)
    if number == 0:
        raise InputError("there is no statement before this one")
    before = drafts[number - 1]
    parts: dict[str, Any] = {
        part: tuple(map(ground.span, _united([*_offsets(before, part), *_offsets(draft, part)])))
        for part in PARTS
    }
    note = "\n".join(x for x in (before.note, draft.note) if x)
    return Change("merge", (replace(before, **parts, note=note, status="accepted"),), (draft.id,))


def _offsets(draft: Draft, part: str) -> list[Offsets]:
    return [(span.start, span.end) for span in getattr(draft, part)]


def _united(spans: list[Offsets]) -> list[Offsets]:
    """Return spans in order, those that overlap as one."""
    united: list[Offsets] = []
    for start, end in sorted(spans):
        if united and start < united[-1][1]:
            united[-1] = (united[-1][0], max(end, united[-1][1]))
        else:
            united.append((start, end))
    return united
