"""Text files: strict reading that names lines, and writes that are all or nothing."""

import os

import pytest

from harness.errors import InputError, Place, Problem, RunError
from harness.textfile import (
    form_problems,
    parse_json,
    read_bytes,
    read_jsonl,
    read_text,
    to_json,
    write_bytes,
    write_text,
)


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"plain\ntext\n", []),
        ("Café 🙂\n".encode(), []),
        (b"\xef\xbb\xbftext\n", [("bom", 1)]),
        (b"one\ntwo\r\nthree\r\n", [("carriage-return", 2)]),
        (b"one\ntwo\nthr\xffee\n", [("not-utf8", 3)]),
        (b"\xef\xbb\xbfone\r\n\xe9\n", [("bom", 1), ("carriage-return", 1), ("not-utf8", 2)]),
        ("one\n".encode("utf-16"), [("not-utf8", 1)]),
        (b"", []),
    ],
)
def test_the_frozen_form_is_utf8_without_bom_and_cr(tmp_path, data, found):
    problems = form_problems(data, tmp_path / "a.txt")
    assert [(p.code, p.place.line) for p in problems] == found


def test_bytes_that_are_no_utf8_are_named_with_their_line(tmp_path):
    path = tmp_path / "latin.txt"
    path.write_bytes("eins\nzw\u00e9i\n".encode("latin-1"))
    with pytest.raises(InputError) as error:
        read_text(path)
    assert error.value.place == Place(str(path), 2)
    assert "0xe9" in error.value.message


def test_an_absent_file_and_a_folder_are_errors_of_ours(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        read_bytes(tmp_path / "absent")
    with pytest.raises(InputError, match="is a folder"):
        read_bytes(tmp_path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"a": 1, "a": 2}', "duplicate key 'a'"),
        ('{"a": {"b": 1, "b": 1}}', "duplicate key 'b'"),
        ('{"a": NaN}', "NaN is not a JSON number"),
        ('{"a": -Infinity}', "-Infinity is not"),
        ('{"a": 1e999}', "1e999 is not"),
        ('{"a": "\\ud800"}', "lone surrogate"),
        ('{"\\uDFFF": 1}', "lone surrogate"),
        ("[" * 100_000, "nested too deeply"),
        ("{'a': 1}", "Expecting property name"),
    ],
)
def test_json_is_parsed_strictly(text, message):
    with pytest.raises(ValueError, match=message):
        parse_json(text)


def test_a_pair_of_surrogates_is_one_character():
    assert parse_json('"\\ud83d\\ude42"') == "🙂"


def test_jsonl_gives_each_object_or_problem_with_its_line(tmp_path):
    path = tmp_path / "x.jsonl"
    path.write_text('{"a": 1}\n\n[2]\n{"a": \n{"b": "\u2028"}\n', encoding="utf-8")
    rows = list(read_jsonl(path))
    assert [number for number, _ in rows] == [1, 3, 4, 5]
    assert rows[0][1] == {"a": 1}
    assert isinstance(rows[1][1], Problem)
    assert rows[1][1].place == Place(str(path), 3)
    assert "got list" in rows[1][1].message
    assert isinstance(rows[2][1], Problem)
    assert rows[2][1].code == "not-json"
    assert rows[3][1] == {"b": "\u2028"}, "U+2028 ends no line"


def test_json_keeps_letters_and_refuses_nan():
    assert to_json({"b": "é", "a": 1}) == '{"b": "é", "a": 1}'
    with pytest.raises(ValueError, match="not JSON compliant"):
        to_json(float("nan"))


def test_a_write_makes_folders_and_leaves_no_temporary_file(tmp_path):
    path = tmp_path / "a" / "b" / "c.txt"
    write_text(path, "é\n")
    write_text(path, "new\r\n")
    assert path.read_bytes() == b"new\r\n"
    assert os.listdir(path.parent) == ["c.txt"]


def test_a_failed_write_keeps_the_old_file_and_leaves_nothing_behind(tmp_path, monkeypatch):
    path = tmp_path / "c.txt"
    write_bytes(path, b"old")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(RunError, match="cannot write: No space left") as error:
        write_bytes(path, b"new")
    assert "free some space" in error.value.hint
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["c.txt"]


def test_a_folder_that_is_a_file_is_an_error_of_ours(tmp_path):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(RunError, match="cannot write"):
        write_text(tmp_path / "file" / "c.txt", "x")


def test_a_path_where_nothing_is_brings_the_name_beside_it_that_is_near(tmp_path):
    (tmp_path / "tweets.csv").write_text("id\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"did you mean 'tweets\.csv'\?"):
        read_text(tmp_path / "tweet.csv")
    with pytest.raises(InputError, match="check the path"):
        read_text(tmp_path / "other" / "tweet.csv")
