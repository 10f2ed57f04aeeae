"""A configuration before validation: what it extends, what the command line sets, and where it was said."""

from pathlib import Path

import pytest

from harness.config_source import read_source
from harness.errors import InputError, Place


@pytest.fixture
def files(tmp_path):
    """Write files by name; return the path of the last."""

    def write(**texts):
        for name, text in texts.items():
            path = tmp_path / f"{name}.yaml"
            path.write_text(text, encoding="utf-8")
        return path

    return write


def test_a_child_adds_to_mappings_and_replaces_lists(files):
    child = files(
        base="a: 1\nm: {x: 1, y: 2}\nl: [1, 2, 3]\n",
        child="extends: base.yaml\nm: {y: 3, z: 4}\nl: [9]\n",
    )
    assert read_source(child).data == {"a": 1, "m": {"x": 1, "y": 3, "z": 4}, "l": [9]}


def test_a_mapping_with_a_type_replaces_another_so_that_no_foreign_parameter_stays(files):
    child = files(
        base="models:\n  m: {type: tfidf-svm, C: 2}\n",
        child="extends: base.yaml\nmodels:\n  m: {type: majority}\n",
    )
    assert read_source(child).data == {"models": {"m": {"type": "majority"}}}


def test_a_chain_of_three_files_lets_the_last_one_win(files, tmp_path):
    child = files(a="x: 1\ny: 1\nz: 1\n", b="extends: a.yaml\ny: 2\nz: 2\n", c="extends: b.yaml\nz: 3\n")
    source = read_source(child)
    assert source.data == {"x": 1, "y": 2, "z": 3}
    said = {key: str(source.place((key,))) for key in "xyz"}
    assert said == {"x": f"{tmp_path}/a.yaml:1", "y": f"{tmp_path}/b.yaml:2", "z": f"{tmp_path}/c.yaml:2"}


def test_extends_is_relative_to_the_file_that_says_it(tmp_path, monkeypatch):
    (tmp_path / "deep").mkdir()
    (tmp_path / "base.yaml").write_text("a: 1\n", encoding="utf-8")
    (tmp_path / "deep" / "child.yaml").write_text("extends: ../base.yaml\n", encoding="utf-8")
    monkeypatch.chdir("/")
    assert read_source(tmp_path / "deep" / "child.yaml").data == {"a": 1}


@pytest.mark.parametrize(
    ("texts", "place", "message"),
    [
        ({"a": "extends: a.yaml\n"}, "a.yaml:1", "circle: a.yaml -> a.yaml"),
        (
            {"a": "x: 1\nextends: b.yaml\n", "b": "extends: a.yaml\n"},
            "b.yaml:1",
            "b.yaml -> a.yaml -> b.yaml",
        ),
        ({"a": "x: 1\nextends: nothing.yaml\n"}, "a.yaml:2", "names no file: nothing.yaml"),
        ({"a": "extends: [b.yaml]\n"}, "a.yaml:1", "must be the path of one file"),
        ({"b": "x: [\n", "a": "extends: b.yaml\n"}, "b.yaml:2", "not valid YAML"),
    ],
)
def test_what_cannot_be_extended_is_refused_with_file_and_line(files, tmp_path, texts, place, message):
    with pytest.raises(InputError) as error:
        read_source(files(**texts))
    assert message in error.value.message
    assert str(error.value.place) == f"{tmp_path}/{place}"


@pytest.mark.parametrize(
    ("setting", "data"),
    [
        ("a=2", {"a": 2, "m": {"x": 1}, "l": [1, {"y": 2}]}),
        ("a=", {"a": "", "m": {"x": 1}, "l": [1, {"y": 2}]}),
        ("a=x=y", {"a": "x=y", "m": {"x": 1}, "l": [1, {"y": 2}]}),
        ("a=no", {"a": "no", "m": {"x": 1}, "l": [1, {"y": 2}]}),
        ("a=1e-3", {"a": 0.001, "m": {"x": 1}, "l": [1, {"y": 2}]}),
        ("a=[1, {b: c}]", {"a": [1, {"b": "c"}], "m": {"x": 1}, "l": [1, {"y": 2}]}),
        ("m.x=null", {"a": 1, "m": {"x": None}, "l": [1, {"y": 2}]}),
        ("m.new.deep=1", {"a": 1, "m": {"x": 1, "new": {"deep": 1}}, "l": [1, {"y": 2}]}),
        ("n.x=1", {"a": 1, "m": {"x": 1}, "l": [1, {"y": 2}], "n": {"x": 1}}),
        ("l.0=5", {"a": 1, "m": {"x": 1}, "l": [5, {"y": 2}]}),
        ("l.1.y=5", {"a": 1, "m": {"x": 1}, "l": [1, {"y": 5}]}),
    ],
)
def test_settings_change_one_value(files, setting, data):
    path = files(a="a: 1\nm: {x: 1}\nl: [1, {y: 2}]\n")
    assert read_source(path, [setting]).data == data


def test_later_settings_win(files):
    assert read_source(files(a="a: 1\n"), ["a=2", "a=3"]).data == {"a": 3}


def test_a_setting_reaches_into_a_model_or_split_written_as_one_word(files):
    path = files(a="models: {m: majority}\nsplits: [naive]\n")
    data = read_source(path, ["models.m.C=2", "splits.0.folds=3"]).data
    assert data == {"models": {"m": {"type": "majority", "C": 2}}, "splits": [{"type": "naive", "folds": 3}]}


def test_a_setting_fills_a_key_that_the_file_left_empty(files):
    assert read_source(files(a="evaluation:\n"), ["evaluation.level=0.9"]).data == {
        "evaluation": {"level": 0.9}
    }


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("a", "expected KEY=VALUE"),
        ("=1", "expected KEY=VALUE"),
        ("m..x=1", "expected KEY=VALUE"),
        ("a.b=1", "'a' has no parts to set"),
        ("l.2=1", "'2' is not a position in the list"),
        ("l.x=1", "'x' is not a position in the list"),
        ("l.-1=1", "'-1' is not a position in the list"),
        ("l.²=1", "'²' is not a position in the list"),
        ("l.9.y=1", "'9' is not a position in the list"),
        ("a=[1", "not valid YAML"),
        ("a={b: 1, b: 2}", "duplicate key 'b'"),
        ("a=" + "[" * 5000, "nested"),
    ],
)
def test_settings_that_make_no_sense_are_refused(files, setting, message):
    path = files(a="a: 1\nm: {x: 1}\nl: [1, {y: 2}]\n")
    with pytest.raises(InputError, match="--set") as error:
        read_source(path, [setting])
    assert message in error.value.message


def test_paths_are_relative_to_the_file_or_working_directory_that_said_them(tmp_path, monkeypatch):
    for name, text in {
        "base/base.yaml": "a: p\nb: p\nc: p\n",
        "child.yaml": "extends: base/base.yaml\nb: p\n",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    source = read_source(Path("..") / "child.yaml", ["c=p"])
    said = {key: source.resolve((key,), source.data[key]) for key in "abc"}
    assert said == {"a": f"{tmp_path}/base/p", "b": f"{tmp_path}/p", "c": f"{tmp_path}/here/p"}


def test_a_setting_that_replaces_a_mapping_is_the_place_of_all_its_parts(files):
    path = files(a="models:\n  m: {type: predictions, path: p}\n")
    source = read_source(path, ["models.m={type: predictions, path: q}"])
    assert source.place(("models", "m", "path")) == Place("--set", 0)
