"""What the page sends of a decision -> the statement that was chosen, or a reason why it is none."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError

from harness.annotate.adjudicate.decisions import JUDGED, Case, cases
from harness.annotate.adjudicate.view import seen_of, seen_of_ready
from harness.annotate.page.stale import StaleError
from harness.annotate.statement_files import statement_row
from harness.corpus import GOLD, Corpus
from harness.corpus_files import StatementSpec, statement_of
from harness.errors import InputError, did_you_mean
from harness.records import Article, Statement
from harness.spec import Spec

SETTABLE = (*JUDGED, "group", "confidence", "note")
"""The fields that a decision may set: all that an annotator judges, and what is an annotator's own."""
SPANS = ("content", "cue", "source")
_Offset = Annotated[int, Field(ge=0)]
_OFFSETS: TypeAdapter[list[list[int]]] = TypeAdapter(
    list[Annotated[list[_Offset], Field(min_length=2, max_length=2)]]
)
_STATEMENT = TypeAdapter(StatementSpec)


class Take(Spec):
    """A version as it is, or with some fields set: ``of`` names an annotator, or ``gold``."""

    of: str
    changes: dict[str, Any] = {}


class Form(Spec):
    """A decision: which case, in which state the page has seen it, what is taken (None: dropped), and why."""

    key: str
    seen: str
    take: Take | None
    reason: Annotated[str, Field(max_length=20_000)]


class Ready(Spec):
    """That what is unanimous be taken over: the digest of the cases that the page shows as such."""

    seen: str


def parse_form(shape: type[Form] | type[Ready], value: Any) -> Any:
    """Return what the page sent; what is no decision is an `InputError`."""
    try:
        return shape.model_validate(value)
    except ValidationError as error:
        raise InputError(f"not a decision: {_first(error)}") from None


def current_case(corpus: Corpus, article: str, form: Form) -> Case:
    """Return the case that a decision is about.

    Raises
    ------
    StaleError
        It is no longer as the page has shown it.
    """
    case = next((c for c in cases(corpus, article) if c.key == form.key), None)
    if case is None or seen_of(case) != form.seen:
        raise StaleError(
            "the case has changed since it was shown, and is shown as it is now",
            hint="look again; what you chose and wrote is kept",
        )
    return case


def refuse_stale_ready(corpus: Corpus, article: str, form: Ready) -> None:
    """Raise a `StaleError` unless exactly the cases that the page shows can be taken over."""
    if seen_of_ready(cases(corpus, article)) != form.seen:
        raise StaleError(
            "other cases than shown are unanimous now, and are shown as they are", hint="look again"
        )


def chosen_statement(take: Take | None, case: Case, article: Article) -> Statement | None:
    """Return the statement that a decision takes, still under the id of the version it starts from.

    Parameters
    ----------
    take : Take or None
        Spans are pairs of offsets; their text is cut out of the article here.
    case : Case
    article : Article

    Raises
    ------
    InputError
        There is no such version or field, or a value is of the wrong type.
    """
    if take is None:
        return None
    versions = {**case.versions, **({GOLD: case.gold} if case.gold else {})}
    if take.of not in versions:
        raise InputError(f"nobody called '{take.of}' has a version", hint=did_you_mean(take.of, versions))
    if not take.changes:
        return versions[take.of]
    row = statement_row(versions[take.of])
    for name, value in take.changes.items():
        if name not in SETTABLE:
            raise InputError(f"no field '{name}' can be set", hint=did_you_mean(name, SETTABLE))
        row[name] = _spans(name, value, article.text) if name in SPANS else _tidy(value)
    row = {name: list(value) if isinstance(value, tuple) else value for name, value in row.items()}
    try:
        return statement_of(_STATEMENT.validate_python(row))
    except ValidationError as error:
        raise InputError(f"not a statement: {_first(error)}") from None


def _spans(name: str, value: Any, text: str) -> list[dict[str, Any]]:
    try:
        offsets = _OFFSETS.validate_python(value, strict=True)
    except ValidationError as error:
        raise InputError(f"{name}: not a list of offsets: {_first(error)}") from None
    return [{"start": start, "end": end, "text": text[start:end]} for start, end in offsets]


def _tidy(value: Any) -> Any:
    """Take the white space off what was typed, and an empty name out of a list."""
    if isinstance(value, list):
        return [name for name in map(_tidy, value) if name != ""]
    return value.strip() if isinstance(value, str) else value


def _first(error: ValidationError) -> str:
    found = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(map(str, found["loc"]))
    return f"{place}: {found['msg']}" if place else str(found["msg"])
