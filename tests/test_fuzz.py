"""Whatever bytes a parser is given, it answers or refuses; and what is written is read back as it was."""

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.textfile import parse_json, read_jsonl, to_json
from harness.yamlfile import read_value
from tests.fuzz import SEEDS, mutated, once, parsers

PARSERS = parsers()
QUICK = settings(max_examples=60, deadline=None)
TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**80), 2**80)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=10,
)


@pytest.mark.parametrize("name", sorted(PARSERS))
@QUICK
@given(seed=st.sampled_from(SEEDS), rng=st.randoms(use_true_random=False), raw=st.binary(max_size=60))
def test_a_parser_raises_nothing_but_errors_of_ours(name, seed, rng, raw):
    once(PARSERS[name], mutated(seed, rng))
    once(PARSERS[name], raw)


@QUICK
@given(value=VALUES)
def test_json_is_read_back_as_it_was_written(value):
    assert parse_json(to_json(value)) == value


@QUICK
@given(rows=st.lists(st.dictionaries(TEXT, VALUES, max_size=3), max_size=4))
def test_json_lines_are_read_back_with_their_numbers(rows, tmp_path_factory):
    path = tmp_path_factory.mktemp("lines") / "x.jsonl"
    path.write_text("".join(to_json(row) + "\n" for row in rows), encoding="utf-8", newline="")
    assert list(read_jsonl(path)) == list(enumerate(rows, 1))


@QUICK
@given(
    value=st.dictionaries(
        st.from_regex(r"[a-z]{1,8}", fullmatch=True), st.integers() | st.booleans() | TEXT, max_size=4
    )
)
def test_what_pyyaml_writes_in_quotes_is_read_as_it_was(value):
    text = yaml.safe_dump({"top": value}, default_style='"', allow_unicode=True)
    assert read_value(text) == {"top": value}
