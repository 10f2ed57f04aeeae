"""What a model is shown: presets, templates, and every way in which a template can be wrong."""

import pytest

from harness.errors import InputError
from harness.inputs import PRESETS, rendered
from harness.records import Example

FIELDS = {"statement": "talks need all sides", "cue": "said", "source": "Ruiz", "sentence": "Ruiz said so."}
FIELDS["text"] = "the text of a table"
EXAMPLE = Example("a", "hedged", "talks need all sides", "g", "x", FIELDS)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("text", "the text of a table"),
        ("statement", "talks need all sides"),
        ("source", "Ruiz"),
        ("cue", "said"),
        ("source+statement", "Ruiz: talks need all sides"),
        ("cue+statement", "said: talks need all sides"),
        ("source+cue+statement", "Ruiz said: talks need all sides"),
        ("sentence", "Ruiz said so."),
        ("{cue} | {cue}", "said | said"),
        ("{{{cue}}}", "{said}"),
    ],
)
def test_the_text_is_made_of_the_parts_that_the_input_names(value, text):
    [shown] = rendered([EXAMPLE], value)
    assert shown.text == text
    assert (shown.id, shown.label, shown.fields) == (EXAMPLE.id, EXAMPLE.label, EXAMPLE.fields)


def test_every_preset_is_tried_above():
    tried = {"text", "statement", "source", "cue", "sentence"}
    assert set(PRESETS) == tried | {"source+statement", "cue+statement", "source+cue+statement"}


def test_braces_in_a_statement_are_no_template():
    example = Example("a", "x", "", "g", "x", {"statement": "{cue} {0} {"})
    assert rendered([example], "statement")[0].text == "{cue} {0} {"


@pytest.mark.parametrize(
    ("value", "message", "hint"),
    [
        ("statment", "unknown input 'statment'", "did you mean 'statement'?"),
        ("{statment}", "names '{statment}', which the data do not have", "did you mean 'statement'?"),
        ("{}", "'{}' names no part of a statement", "such as '{cue} {statement}'"),
        ("{0}", "'{0}' names no part of a statement", "such as '{cue} {statement}'"),
        ("{statement.__class__}", "'{statement.__class__}' names no part of a statement", ""),
        ("{statement[0]}", "'{statement[0]}' names no part of a statement", ""),
        ("{statement!r}", "plainly", ""),
        ("{statement:>9}", "plainly", ""),
        ("{statement:{cue}}", "plainly", ""),
        ("{statement:d}", "plainly", ""),
        ("{statement", "not a template", "write {{ for a brace"),
        ("statement}{cue}", "not a template", ""),
        ("{{statement}}", "shows the model nothing", ""),
        ("", "unknown input ''", "known:"),
    ],
)
def test_a_wrong_input_is_refused_with_a_hint(value, message, hint):
    with pytest.raises(InputError) as error:
        rendered([EXAMPLE], value)
    assert message in error.value.message
    assert hint in error.value.hint
