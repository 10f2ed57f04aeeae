"""What a model is shown of a statement: presets and templates over its parts."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from string import Formatter
from typing import Any

from harness.column_json import joined_text
from harness.errors import InputError, did_you_mean
from harness.examples import Examples, field_names, plain
from harness.records import Example

PRESETS = {
    "text": "{text}",
    "statement": "{statement}",
    "source": "{source}",
    "cue": "{cue}",
    "source+statement": "{source}: {statement}",
    "cue+statement": "{cue}: {statement}",
    "source+cue+statement": "{source} {cue}: {statement}",
    "sentence": "{sentence}",
}


def template_of(text: str) -> str:
    """Return the template that an ``input:`` value stands for: a preset's, or the value itself."""
    if text in PRESETS:
        return PRESETS[text]
    if "{" in text:
        return text
    raise InputError(
        f"unknown input '{text}'",
        hint=f"{did_you_mean(text, PRESETS)}, or a template such as '{{cue}} {{statement}}'",
    )


def template_parts(template: str) -> list[str]:
    """Return the parts that a template names.

    Raises
    ------
    InputError
        It is malformed, names nothing, or formats a part (``{cue!r}``, ``{cue:>9}``).
    """
    try:
        parsed = [p for p in Formatter().parse(template) if p[1] is not None]
    except ValueError as error:
        raise InputError(
            f"not a template: {error}", hint="a template such as '{cue} {statement}'; write {{ for a brace"
        ) from None
    if any(spec or conversion for _, _, spec, conversion in parsed):
        raise InputError("a template names its parts plainly", hint="write {cue}, without ! and :")
    if not parsed:
        raise InputError("the input shows the model nothing of the statement", hint="such as {statement}")
    names = [str(name) for _, name, _, _ in parsed]
    odd = next((name for name in names if not name or name.isdigit() or set(name) & set(".[]{}")), None)
    if odd is not None:
        message = f"'{{{odd}}}' names no part of a statement"
        raise InputError(message, hint="a template such as '{cue} {statement}'")
    return names


def rendered(
    examples: Sequence[Example], text: str, pair: str | None = None, beside: Sequence[str] = ()
) -> Sequence[Example]:
    """Return the examples with ``text`` (and ``pair`` and ``beside``) made from presets or templates.

    Raises
    ------
    InputError
        A template is malformed or names a part that the examples lack.
    """
    first = template_of(text)
    second = None if pair is None else template_of(pair)
    more = tuple(map(template_of, beside))
    known = field_names(examples)
    for template in (first, *(() if second is None else (second,)), *more):
        for name in template_parts(template):
            if name not in known:
                raise InputError(
                    f"the input names '{{{name}}}', which the data do not have",
                    hint=did_you_mean(name, known),
                )
    if isinstance(examples, Examples):
        pairs = None if second is None else _column(examples, second)
        return examples.shown(_column(examples, first), pairs, [_column(examples, t) for t in more])
    return tuple(_shown(e, first, second, more) for e in examples)


def _shown(e: Example, first: str, second: str | None, more: tuple[str, ...]) -> Example:
    text, pair = first.format_map(e.fields), None if second is None else second.format_map(e.fields)
    beside = tuple(template.format_map(e.fields) for template in more)
    same = (text, pair, beside) == (e.text, e.pair, e.beside)  # what is shown as it is need not be twice
    return e if same else dataclasses.replace(e, text=text, pair=pair, beside=beside)


def _column(examples: Examples, template: str) -> Any:
    """Return the column of what a template shows; the field's own, if it shows one field alone."""
    pieces: list[Any] = []
    for words, name, _, _ in Formatter().parse(template):
        pieces += [words] if words else []
        pieces += [plain(examples.fields[name])] if name is not None else []
    return pieces[0] if len(pieces) == 1 else joined_text(pieces)
