"""What a model is shown of a statement: presets and templates over its parts."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from string import Formatter

from harness.errors import InputError, did_you_mean
from harness.records import Example

PRESETS = {
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


def template_problem(text: str, known: Sequence[str]) -> str | None:
    """Return why ``text`` is no template over the ``known`` parts, or None."""
    try:
        parts = [
            name
            for _, name, spec, conversion in Formatter().parse(text)
            if name is not None or spec or conversion
        ]
    except ValueError as error:
        return f"not a template: {error}"
    for name in parts:
        if name not in known:
            return (
                f"the input names '{{{name}}}', which the data do not have ({did_you_mean(str(name), known)})"
            )
    return None if parts else "the input shows the model nothing of the statement"


def rendered(examples: Sequence[Example], text: str) -> tuple[Example, ...]:
    """Return the examples with ``text`` made from a preset or template.

    Raises
    ------
    InputError
        The template is malformed or names a part that the examples lack.
    """
    template = template_of(text)
    known = sorted(examples[0].fields) if examples else []
    problem = template_problem(template, known)
    if problem:
        raise InputError(problem)
    return tuple(dataclasses.replace(e, text=template.format_map(dict(e.fields))) for e in examples)
