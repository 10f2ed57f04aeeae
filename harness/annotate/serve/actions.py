"""What the page may ask for; anything else is refused with a reason."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, ValidationError

from harness.errors import InputError
from harness.spec import Spec

Part = Literal["content", "cue", "source"]
_Offset = Annotated[int, Field(ge=0)]
_Name = Annotated[str, Field(max_length=500)]


class Label(Spec):
    """Give a statement a label of the scheme; that accepts it."""

    do: Literal["label"]
    id: str
    stance: str


class Exclude(Spec):
    """Take a statement out of the scoring; that accepts it."""

    do: Literal["exclude"]
    id: str
    exclusion: Literal["opposed", "undecidable"]


class Mark(Spec):
    """Accept a statement as it is, put it off, or remove it."""

    do: Literal["accept", "skip", "remove"]
    id: str


class SetText(Spec):
    """Set a field that is written; an empty name or group goes back to what is proposed."""

    do: Literal["set"]
    id: str
    field: Literal["source_name", "speaker", "group"]
    value: _Name


class SetNote(Spec):
    """Set the note."""

    do: Literal["note"]
    id: str
    value: Annotated[str, Field(max_length=20_000)]


class SetVia(Spec):
    """Set the outer sources, outermost first."""

    do: Literal["via"]
    id: str
    value: Annotated[list[_Name], Field(max_length=20)]


class SetKind(Spec):
    """Set the kind of source."""

    do: Literal["kind"]
    id: str
    value: Literal["person", "institution", "group", "outlet", "document", "anonymous"]


class SetAttribution(Spec):
    """Set the attribution type."""

    do: Literal["attribution"]
    id: str
    value: Literal["direct", "indirect", "mixed"]


class SetConfidence(Spec):
    """Set the confidence."""

    do: Literal["confidence"]
    id: str
    value: Annotated[int, Field(ge=1, le=3)]


class Edge(Spec):
    """Move one edge of a span by a token."""

    do: Literal["edge"]
    id: str
    part: Part
    span: _Offset
    edge: Literal["start", "end"]
    by: Literal[-1, 1]


class Split(Spec):
    """Divide a span before the token at an offset."""

    do: Literal["split"]
    id: str
    part: Part
    span: _Offset
    at: _Offset


class Spans(Spec):
    """Join a span with the next one of its part, or take it away."""

    do: Literal["join", "unmark"]
    id: str
    part: Part
    span: _Offset


class Add(Spec):
    """Add a stretch of the article to a part of a statement."""

    do: Literal["mark"]
    id: str
    part: Part
    start: _Offset
    end: _Offset


class New(Spec):
    """Make a new statement of a stretch of the article."""

    do: Literal["new"]
    start: _Offset
    end: _Offset


class Merge(Spec):
    """Make a statement a further part of the one before it."""

    do: Literal["merge"]
    id: str


class Back(Spec):
    """Undo or redo."""

    do: Literal["undo", "redo"]


Action = (
    Label | Exclude | Mark | SetText | SetNote | SetVia | SetKind | SetAttribution | SetConfidence
    | Edge | Split | Spans | Add | New | Merge | Back
)  # fmt: skip
_ADAPTER: TypeAdapter[Any] = TypeAdapter(Annotated[Action, Field(discriminator="do")])


def parse_action(value: Any) -> Any:
    """Return what the page sent as an action; what is no action is an `InputError`."""
    try:
        return _ADAPTER.validate_python(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(x) for x in first["loc"])
        raise InputError(f"no such action: {place}: {first['msg']}".replace(": :", ":")) from None
