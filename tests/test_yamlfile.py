"""YAML: lines are kept, words stay words, and nothing hostile or doubled passes."""

import pytest

from harness.errors import InputError, Place, ProblemsError
from harness.yamlfile import MAX_DEPTH, read_value, read_yaml


def read(folder, text):
    path = folder / "x.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return read_yaml(path)


def test_every_key_and_item_knows_its_line(tmp_path):
    file = read(tmp_path, "# comment\na:\n  b: 1\n  c:\n    - x\n    - {d: y}\n")
    lines = {path: place.line for path, place in file.lines.items()}
    assert lines[("a",)] == 2
    assert lines["a", "b"] == 3
    assert lines["a", "c", 0] == 5
    assert lines["a", "c", 1, "d"] == 6
    assert file.place(("a", "c", 1, "unknown")) == Place(str(file.path), 6)


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("Yes", "Yes"),
        ("true", True),
        ("FALSE", False),
        ("null", None),
        ("~", None),
        ("1e-3", 0.001),
        ("1E5", 100000.0),
        ("-.5", -0.5),
        ("1.", 1.0),
        ("010", 10),
        ("0o10", 8),
        ("0x1F", 31),
        ("-7", -7),
        ("1_000", "1_000"),
        ("12:30", "12:30"),
        ("2022-09-16", "2022-09-16"),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("=", "="),
        ("e3", "e3"),
        ("1e", "1e"),
        ("'1'", "1"),
    ],
)
def test_scalars_follow_yaml_1_2(tmp_path, word, value):
    found = read(tmp_path, f"a: {word}\n").data["a"]
    assert found == value
    assert type(found) is type(value)
    assert read_value(word) == value


def test_all_duplicate_keys_are_named_with_both_lines(tmp_path):
    with pytest.raises(ProblemsError) as error:
        read(tmp_path, "a: 1\nb:\n  c: 1\n  c: 2\na: 3\n")
    assert [(p.place.line, p.code, p.message) for p in error.value.problems] == [
        (4, "duplicate-key", "duplicate key 'c' (first on line 3)"),
        (5, "duplicate-key", "duplicate key 'a' (first on line 1)"),
    ]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a: 1\nb: [1, 2\n", 3, "not valid YAML"),
        ("a: 1\n b: 2\n", 2, "not valid YAML"),
        ("a: 1\n\tb: 2\n", 2, "not valid YAML"),
        ("a: 'x\n", 2, "not valid YAML"),
        ("a: *nothing\n", 1, "undefined alias"),
        ("a: 1\n---\nb: 2\n", 2, "another document"),
        ("- a\n- b\n", 1, "expected a mapping of keys to values, got list"),
        ("word", 1, "got str"),
        ("a: 1\nb: \x01\n", 2, "U+0001"),
        ("a: 1\nb: !!python/object/apply:os.system [ls]\n", 2, "the tag '!!python/object/apply:os.system'"),
        ("a: 1\nb: !!python/name:os.system x\n", 2, "the tag '!!python/name:os.system'"),
        ("a: !!set {b, c}\n", 1, "the tag '!!set' is not supported"),
        ("a: !own {b: c}\n", 1, "the tag '!own' is not supported"),
        ("a: !!bool maybe\n", 1, "'maybe' is no tag:yaml.org,2002:bool"),
        ("a: !!binary aGk=\n", 1, "not supported"),
        ("a: !!timestamp 2022-09-16\n", 1, "not supported"),
        ("a: !!float .inf\n", 1, "could not convert"),
        ("a: 1\nb: 1e999\n", 2, "not finite"),
        ("a: 1\nb: !!int x\n", 2, "invalid literal"),
        ("a: " + "9" * 5000 + "\n", 1, "Exceeds the limit"),
        ('a: "\\ud800"\n', 1, "lone surrogate"),
        (b"a: 1\nb: \xff\n", 2, "not UTF-8 (byte 0xff)"),
        ("\n".join(f"{'  ' * i}k:" for i in range(MAX_DEPTH + 2)), MAX_DEPTH + 2, "nested"),
    ],
)
def test_what_is_refused_is_refused_with_its_line(tmp_path, text, line, message):
    with pytest.raises(InputError) as error:
        read(tmp_path, text)
    assert message in error.value.message
    assert error.value.place == Place(str(tmp_path / "x.yaml"), line)


def test_a_key_that_is_a_list_is_a_problem_with_its_line(tmp_path):
    with pytest.raises(ProblemsError) as error:
        read(tmp_path, "a: 1\n? [b, c]\n: 2\n")
    assert [(p.place.line, p.code) for p in error.value.problems] == [(2, "config-key")]


def test_a_billion_laughs_are_bounded(tmp_path):
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    for i in range(1, 12):
        bomb += f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n"  # 9**12 words, if they were all read
    with pytest.raises(InputError, match="too large"):
        read(tmp_path, bomb)


def test_an_alias_to_itself_is_bounded(tmp_path):
    with pytest.raises(InputError, match="deeply nested"):
        read(tmp_path, "a: &a [*a]\n")


def test_a_hundred_thousand_brackets_are_an_error_of_ours(tmp_path):
    with pytest.raises(InputError, match="nested"):
        read(tmp_path, "a: " + "[" * 100_000)


def test_an_alias_is_a_copy_so_that_changing_one_leaves_the_other(tmp_path):
    data = read(tmp_path, "a: &x {b: 1}\nc: *x\n").data
    data["a"]["b"] = 2
    assert data["c"] == {"b": 1}


@pytest.mark.parametrize("text", ["", "# only a comment\n", "\ufeff"])
def test_an_empty_file_is_an_empty_mapping(tmp_path, text):
    assert read(tmp_path, text).data == {}


def test_a_byte_order_mark_is_no_part_of_the_first_key(tmp_path):
    assert read(tmp_path, b"\xef\xbb\xbfname: x\n").data == {"name": "x"}


@pytest.mark.parametrize("text", ["[1", "{a: 1, a: 2}", "a: b: c"])
def test_a_value_that_is_no_yaml_is_refused(text):
    with pytest.raises(InputError):
        read_value(text)
